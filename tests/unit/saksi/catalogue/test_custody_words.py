"""Custody as people read it: what was done with which package, of what, for whom and why, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from saksi.catalogue.custody_names import EVENTS
from saksi.catalogue.custody_words import sentence

AT_US = 1_795_946_400_000_000  # 29-11-2026 10:00:00 UTC
MINUTE_US = 60_000_000
ANI = {"name": "Ani Wijaya", "rank": "Ipda", "id": "88010101", "unit": "Reskrim"}
PACKAGE = {"package": "BB-7-0001", "recipient": "Kejari Balikpapan"}


def body(event: str, what: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    why = {"reason": "", "report": "LP/7", "letter": "", "basis": ""}
    told = {"event": event, "who": ANI, "what": what or {}, "why": why, "approved_by": [], "result": "ok"}
    return {**told, **changed}


def because(**given: str) -> dict[str, str]:
    return {"reason": "", "report": "LP/7", "letter": "", "basis": "", **given}


@pytest.mark.parametrize(
    ("told", "indonesian", "english"),
    [
        (
            body(
                "export.request",
                {
                    **PACKAGE,
                    "exhibits": [
                        {
                            "exhibit": "1",
                            "from": AT_US,
                            "to": AT_US + MINUTE_US,
                            "cameras": ["pojok", "toko"],
                        },
                        {"exhibit": "2", "from": AT_US, "to": AT_US + 900 * MINUTE_US, "cameras": ["pojok"]},
                    ],
                },
                why=because(reason="penuntutan", letter="B/77/XI/2026"),
            ),
            "Ipda Ani Wijaya (88010101, Reskrim) meminta paket BB-7-0001 dari barang bukti"
            " 1 (pojok, toko 29-11-2026 17:00:00–17:01:00 WIB);"
            " 2 (pojok 29-11-2026 17:00:00 – 30-11-2026 08:00:00 WIB)"
            " untuk Kejari Balikpapan, surat B/77/XI/2026: penuntutan",
            "Ipda Ani Wijaya (88010101, Reskrim) requested package BB-7-0001 of exhibit"
            " 1 (pojok, toko 29-11-2026 17:00:00–17:01:00 WIB);"
            " 2 (pojok 29-11-2026 17:00:00 – 30-11-2026 08:00:00 WIB)"
            " for Kejari Balikpapan, letter B/77/XI/2026: penuntutan",
        ),
        (
            body("export.build", {**PACKAGE, "exhibits": [1, 2]}, who={"name": "saksi"}),
            "sistem Saksi menyusun paket BB-7-0001 dari barang bukti 1, 2 untuk Kejari Balikpapan",
            "the Saksi system built package BB-7-0001 of exhibit 1, 2 for Kejari Balikpapan",
        ),
        (
            body(
                "export.build",
                {**PACKAGE, "failure": {"id": "Rekaman hilang.", "en": "Footage is lost."}},
                who={"name": "saksi"},
                result="Footage is lost.",
            ),
            "sistem Saksi gagal menyusun paket BB-7-0001: Rekaman hilang.",
            "the Saksi system could not build package BB-7-0001: Footage is lost.",
        ),
        (
            body("export.download", PACKAGE, why=because(reason="serah terima")),
            "Ipda Ani Wijaya (88010101, Reskrim) mengunduh paket BB-7-0001 untuk Kejari Balikpapan: serah terima",
            "Ipda Ani Wijaya (88010101, Reskrim) downloaded package BB-7-0001 for Kejari Balikpapan: serah terima",
        ),
        (
            body("export.download", {**PACKAGE, "disclosure": 3}, who={"name": "Kejari Balikpapan"}),
            "Kejari Balikpapan mengunduh paket BB-7-0001 lewat tautan 3",
            "Kejari Balikpapan downloaded package BB-7-0001 by link 3",
        ),
        (
            body(
                "verify",
                {
                    "package": "BB-7-0001",
                    "name": "Rini",
                    "office": "Kejari",
                    "verdicts": {
                        "intact": "holds",
                        "authentic": "holds",
                        "time": "fails",
                        "playable": "unchecked",
                    },
                },
                result="fails",
            ),
            "Rini, Kejari memeriksa paket BB-7-0001: sesuai: utuh, asli; tidak sesuai: waktu; tidak dapat diperiksa:"
            " salinan putar",
            "Rini, Kejari verified package BB-7-0001: matches: intact, authentic; does not match: time; could not be"
            " checked: playable copy",
        ),
        (
            body("request", {"requester": "Polresta"}, why=because(reason="penyidikan", letter="B/1")),
            "Ipda Ani Wijaya (88010101, Reskrim) menerima permintaan dari Polresta, surat B/1: penyidikan",
            "Ipda Ani Wijaya (88010101, Reskrim) received a request from Polresta, letter B/1: penyidikan",
        ),
        (
            body(
                "access.denied",
                {"asked": "footage", "camera": "pojok", "from": AT_US, "to": AT_US + MINUTE_US},
                result="denied",
            ),
            "Ipda Ani Wijaya (88010101, Reskrim) ditolak akses ke rekaman untuk kasus: pojok"
            " 29-11-2026 17:00:00–17:01:00 WIB",
            "Ipda Ani Wijaya (88010101, Reskrim) was refused access to footage for the case: pojok"
            " 29-11-2026 17:00:00–17:01:00 WIB",
        ),
        (
            body(
                "access.denied",
                {**PACKAGE, "disclosure": 3},
                who={"name": "Kejari Balikpapan"},
                result="expired",
            ),
            "Kejari Balikpapan ditolak pada tautan ke BB-7-0001: tautan sudah habis masa berlakunya",
            "Kejari Balikpapan was refused at the link to BB-7-0001: the link had expired",
        ),
        (
            body(
                "case.edit",
                {
                    "state": {"before": "open", "after": "closed"},
                    "officers": {"before": [], "after": ["Budi", "Citra"]},
                },
            ),
            "Ipda Ani Wijaya (88010101, Reskrim) mengubah kasus: petugas: kosong → “Budi, Citra”; keadaan: terbuka →"
            " ditutup",
            "Ipda Ani Wijaya (88010101, Reskrim) changed the case: officers: nothing → “Budi, Citra”; state: open →"
            " closed",
        ),
        (
            body(
                "hold.release",
                {"hold": 4, "spans": [["a", AT_US, AT_US + MINUTE_US], ["b", AT_US, AT_US + MINUTE_US]]},
                approved_by=[{"name": "Citra"}],
                why=because(reason="selesai"),
            ),
            "penahanan 4 atas a, b 29-11-2026 17:00:00–17:01:00 WIB dilepas atas permintaan Ipda Ani Wijaya"
            " (88010101, Reskrim), disetujui Citra: selesai",
            "hold 4 on a, b 29-11-2026 17:00:00–17:01:00 WIB was released, asked for by Ipda Ani Wijaya"
            " (88010101, Reskrim), approved by Citra: selesai",
        ),
        (
            body("export.approve", PACKAGE, approved_by=[{"name": "Dewi"}], result="refused"),
            "Ipda Ani Wijaya (88010101, Reskrim) menyetujui paket BB-7-0001 untuk Kejari Balikpapan, disetujui Dewi;"
            " hasil: ditolak",
            "Ipda Ani Wijaya (88010101, Reskrim) approved package BB-7-0001 for Kejari Balikpapan, approved by Dewi;"
            " result: refused",
        ),
    ],
)
def test_a_sentence_says_all_that_the_body_knows(told: dict[str, Any], indonesian: str, english: str) -> None:
    assert (sentence(told, "id", "WIB"), sentence(told, "en", "WIB")) == (indonesian, english)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_bodies_of_old_that_know_little_are_whole_sentences(event: str) -> None:
    for language in ("id", "en"):
        told = sentence({"event": event, "who": ANI, "what": {}}, language)
        assert not set(told) & set("[]{}"), told
        assert not told.rstrip("?").endswith((":", ",", "(")), told


def test_what_people_wrote_fills_no_blanks_of_its_own() -> None:
    told = body("bookmark.add", {"camera": "pojok", "from": AT_US, "label": "{who} [x]"})
    assert sentence(told, "en", "WITA").endswith("marked pojok 29-11-2026 18:00:00 WITA: {who} [x]")


def test_a_clip_is_taken_and_a_still_is_of_an_instant() -> None:
    what = {"camera": "pojok", "from": AT_US, "to": AT_US + MINUTE_US, "shown": "clip"}
    assert "mengambil salinan klip pojok 29-11-2026 17:00:00–17:01:00 WIB" in sentence(
        body("view", what), "id", "WIB"
    )
    assert "took a copy of the clip pojok" in sentence(body("view", what), "en", "WIB")
    assert "melihat pojok" in sentence(body("view", {**what, "shown": "segments"}), "id", "WIB")
    still = body("still", {**what, "to": AT_US + 1, "shown": "still"})
    assert sentence(still, "id", "WIB").endswith("gambar diam pojok 29-11-2026 17:00:00 WIB")


def test_a_person_with_the_archives_name_is_not_the_archive() -> None:
    for who in ({"name": "saksi", "auth": "command line"}, {"name": "saksi", "unit": "Reskrim"}):
        assert sentence(body("note", who=who), "id").startswith("saksi")
    assert sentence(body("note", who={"name": "saksi", "auth": "system"}), "id").startswith("sistem Saksi")


def test_without_a_zone_times_are_utc_and_say_so() -> None:
    told = body("view", {"camera": "pojok", "from": AT_US, "to": AT_US + 1_500_000})
    assert sentence(told, "id").endswith("melihat pojok 29-11-2026 10:00:00–10:00:01,500 UTC")
