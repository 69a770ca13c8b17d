"""Papers over the API: each opens as PDF, holds its figures, and is in custody by its digest."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pypdf
import pytest

from saksi import clock, local_time
from saksi.catalogue import cases, custody
from saksi.ledger import identity, sequencer
from saksi.papers.words import Say
from tests.integration.archive_api.conftest import Recorded, settings_of
from tests.integration.archive_api.handed import PACKAGE, Handed, handing_over
from tests.integration.recorder.archive import wait_until

SEIZURE = {
    "number": "SP.Sita/12/XI/2026",
    "investigators": [{"name": "Andi Saputra", "rank": "AIPTU", "id_kind": "NRP", "id_number": "78010203"}],
    "holder": {"name": "Siti Aminah", "role": "Pengelola"},
    "taken_at": "Ruang kendali Dishub",
    "items": [
        {"label": "BB-1", "description": "Hard disk 4 TB", "identity": "S/N WX-77", "sha256": "ab" * 32}
    ],
    "witnesses": [{"name": "Joko"}],
}


@pytest.fixture(scope="module")
def handed(recorded: Recorded) -> Iterator[Handed]:
    with handing_over(recorded, "LP/B/902/XI/2026") as handed:
        yield handed


def text_of(data: bytes) -> str:
    """What a reader sees, without line ends and spaces, which typesetting moves."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return re.sub(r"[\s\u200b\u00ad\u2060]+", "", "".join(page.extract_text() for page in pages))


def text_in(language: str, code: str) -> str:
    """A phrase of the papers as `text_of` would give it, in capitals."""
    return re.sub(r"\s+", "", Say(language)(code)).upper()


def printed(handed: Handed, path: str, **params: object) -> tuple[httpx.Response, str]:
    answer = handed.client.get(path, params=params or None)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer, text_of(answer.content)


def last_print(handed: Handed) -> dict[str, Any]:
    return [one for one in handed.events() if one["event"] == "print"][-1]


def test_a_handover_names_both_sides_the_package_and_its_hash(handed: Handed) -> None:
    link = handed.link(recipient="Kejaksaan Negeri Balikpapan")
    answer, text = printed(
        handed,
        f"/cases/{handed.case}/papers/handover.pdf",
        export=str(handed.export.export_id),
        disclosure=link["id"],
    )
    assert handed.export.sha256 is not None
    for told in (handed.export.package, handed.export.sha256, "KejaksaanNegeriBalikpapan", handed.number):
        assert told in text, told
    assert "BERITAACARASERAHTERIMA" in text.upper()
    event = last_print(handed)
    assert event["what"]["paper"] == "handover"
    assert event["what"]["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert str(event["seq"]) == answer.headers["x-saksi-entry"]
    english = printed(
        handed, f"/cases/{handed.case}/papers/handover.pdf", export=str(handed.export.export_id), lang="en"
    )[1]
    assert "KejaksaanNegeri" in english
    assert "B/77/XI/2026" in english


def test_a_label_fits_the_medium_and_carries_the_hash(handed: Handed) -> None:
    answer, text = printed(
        handed, f"/cases/{handed.case}/papers/label.pdf", export=str(handed.export.export_id), seal="A-0042"
    )
    page = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0]
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [100, 70]
    assert handed.export.sha256 is not None
    assert handed.export.sha256 in text
    assert "A-0042" in text
    assert "BB-1" in text


def test_a_receipt_prints_what_the_recipient_said(handed: Handed, recorded: Recorded) -> None:
    link = handed.link()
    body = {
        "name": "Rini Wulandari",
        "office": "JPU",
        "place": "Samarinda",
        "intact": "holds",
        "time": "fails",
    }
    assert httpx.post(f"{recorded.url}{link['path']}/receipt", data=body, timeout=60).status_code == 303
    listed = handed.client.get(f"/cases/{handed.case}/papers").json()["items"]
    url = next(one["url"] for one in listed if one["kind"] == "receipt")
    _, text = printed(handed, url.removeprefix("/api/v1"))
    for told in ("RiniWulandari", "JPU", "Samarinda", handed.export.sha256):
        assert str(told) in text, told
    assert "TIDAKSESUAI" in text.upper()
    assert "2Asli,3Tercatat,4Lengkap,6Salinanputar" in text, "what they did not check is named"


def test_a_seizure_is_kept_in_custody_and_prints_again_the_same(handed: Handed) -> None:
    made = handed.client.post(f"/cases/{handed.case}/papers/seizure", json=SEIZURE)
    assert made.status_code == 201, made.text
    text = text_of(made.content)
    for told in ("AndiSaputra", "78010203", "SitiAminah", "WX-77", "ab" * 32, "Joko", "PROJUSTITIA"):
        assert told.upper() in text.upper(), told
    entry = int(made.headers["x-saksi-entry"])
    assert last_print(handed)["what"]["fields"]["holder"]["name"] == "Siti Aminah"
    _, again = printed(handed, f"/cases/{handed.case}/papers/seizure.pdf", entry=entry)
    for told in ("AndiSaputra", "WX-77", "Joko"):
        assert told in again
    wrong = handed.client.get(f"/cases/{handed.case}/papers/sealing.pdf", params={"entry": entry})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "paper_unknown")
    none = handed.client.get(f"/cases/{handed.case}/papers/seizure.pdf", params={"entry": 1})
    assert none.status_code == 404
    bad = {**SEIZURE, "items": []}
    assert handed.client.post(f"/cases/{handed.case}/papers/seizure", json=bad).status_code == 422


def test_a_sealing_names_wrapping_and_seals(handed: Handed) -> None:
    body = {
        "officers": SEIZURE["investigators"],
        "items": [
            {"label": "BB-1", "description": "Hard disk", "wrapping": "kantong antistatik", "seals": ["S-9"]}
        ],
    }
    made = handed.client.post(f"/cases/{handed.case}/papers/sealing", json=body)
    assert made.status_code == 201, made.text
    text = text_of(made.content)
    assert "kantongantistatik" in text
    assert "S-9" in text


def test_the_daily_seal_holds_size_and_root_of_the_published_log(handed: Handed, recorded: Recorded) -> None:
    settings = settings_of(recorded.archive)
    database = recorded.archive.database
    with database.transaction() as connection:
        key = identity.log_key(connection, settings)
    kept = sequencer.checkpoint_now(database, recorded.archive.store, key)
    today = f"{local_time.local(clock.now_us(), settings.zone):%Y-%m-%d}"
    _, text = printed(handed, "/ledger/daily-seal.pdf", date=today)
    assert kept.root.hex() in text
    assert f"{kept.size:,}".replace(",", ".") in text
    before = handed.client.get("/ledger/daily-seal.pdf", params={"date": "2020-01-01"})
    assert (before.status_code, before.json()["code"]) == (404, "day_unsealed")
    for day in ("2099-01-01", "today", "2026-13-01"):
        answer = handed.client.get("/ledger/daily-seal.pdf", params={"date": day})
        assert (answer.status_code, answer.json()["code"]) == (422, "day_malformed")


def test_a_certificate_of_absence_tells_each_piece_apart(handed: Handed, recorded: Recorded) -> None:
    """From a quarter of an hour before the first footage, into footage that is held for the case."""
    window = {
        "from": clock.format_us(recorded.from_us - 900_000_000),
        "to": clock.format_us(recorded.to_us),
    }
    answer, text = printed(handed, "/cameras/corner/absence.pdf", case=handed.case, **window)
    upper = text.upper()
    assert "TIDAKPERNAHDIREKAM" in upper
    assert "MASIHADADALAMARSIP" in upper
    assert "Ditahansebagaibukti" in text
    assert "Menurutkatalogadadalampenyimpanan;objeknyatidakdibacaulang" in text, "of held footage too"
    assert handed.export.package in text, "a package holds a copy"
    assert handed.number in text
    assert last_print(handed)["what"]["camera"] == "corner"
    assert last_print(handed)["what"]["sha256"] == hashlib.sha256(answer.content).hexdigest()
    english = printed(handed, "/cameras/corner/absence.pdf", lang="en", **window)[1]
    assert "NEVERRECORDED" in english.upper()
    assert handed.client.get("/cameras/nowhere/absence.pdf", params=window).status_code == 404


def test_what_a_recorder_that_fell_silent_may_still_have_is_not_told_as_never_recorded(
    handed: Handed, recorded: Recorded
) -> None:
    """As after a kill: its run was told, how it ended was not, and another says that nobody recorded since."""
    archive = recorded.archive
    archive.execute(
        "insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end)"
        " select gen_random_uuid(), camera_id, epoch + 1, 'perekam-mati', 'claimed', tip, last_end, tip, tip, last_end"
        " from run join camera using (camera_id) where code = 'bridge' order by last_end desc limit 1"
    )
    (left,) = archive.execute("select camera_id, opened_at from run where recorder = 'perekam-mati'")
    archive.execute(
        "insert into outage (camera_id, start_at, end_at, reason, recorder)"
        " values (%s, %s, now() + interval '1 hour', 'recorder_down', 'ahli')",
        left["camera_id"],
        left["opened_at"] + timedelta(seconds=2),
    )
    try:
        begun_us = clock.to_us(left["opened_at"])
        wait_until(lambda: clock.now_us() > begun_us + 4_000_000, 10, "it is past")
        window = {"from": clock.format_us(recorded.from_us), "to": clock.format_us(begun_us + 4_000_000)}
        text = printed(handed, "/cameras/bridge/absence.pdf", **window)[1]
        later = {"from": clock.format_us(begun_us + 3_000_000), "to": window["to"]}
        within = printed(handed, "/cameras/bridge/absence.pdf", lang="en", **later)[1]
    finally:
        archive.execute("delete from outage where recorder = 'ahli'")
        archive.execute(
            "delete from run_owed using run r where r.run_no = run_owed.run_no and r.recorder = 'perekam-mati'"
        )
        archive.execute("delete from run where recorder = 'perekam-mati'")
    assert "perekam-mati" in text
    assert "TIDAKPERNAHDIREKAM" not in text.upper()
    assert "CANNOTBETOLD" in within.upper()
    assert "NEVERRECORDED" not in within.upper()


def test_footage_dropped_from_a_full_disk_is_told_as_lost(handed: Handed, recorded: Recorded) -> None:
    chunk = recorded.archive.stored("bridge")[1]
    recorded.archive.execute(
        "insert into chunk_dropped (camera_id, run_no, seq, start_at, end_at) values (%s, %s, %s, %s, %s)",
        chunk["camera_id"],
        chunk["run_no"],
        chunk["seq"],
        chunk["start_at"],
        clock.from_us(clock.to_us(chunk["start_at"]) + chunk["dur_us"]),
    )
    try:
        window = {"from": clock.format_us(recorded.from_us), "to": clock.format_us(recorded.to_us)}
        text = printed(handed, "/cameras/bridge/absence.pdf", **window)[1]
    finally:
        recorded.archive.execute("alter table chunk_dropped disable trigger chunk_dropped_never_changes")
        recorded.archive.execute("delete from chunk_dropped")
        recorded.archive.execute("alter table chunk_dropped enable trigger chunk_dropped_never_changes")
    assert "perekamyangkehabisantempat" in text.replace("-", "")
    assert text_in("id", "finding_lost") in text.upper()


def test_a_package_of_another_case_is_not_printed_for_this_one(handed: Handed) -> None:
    other = handed.client.post("/cases", json={"number": "LP/B/904/XI/2026", "title": "Lain"}).json()["id"]
    for kind in ("label", "handover"):
        path, wanted = f"/cases/{other}/papers/{kind}.pdf", {"export": str(handed.export.export_id)}
        answer = handed.client.get(path, params=wanted)
        assert (answer.status_code, answer.json()["code"]) == (404, "export_unknown")
    assert handed.client.get(f"/cases/{other}/papers/receipt.pdf", params={"receipt": 1}).status_code == 404


def test_every_listed_paper_prints_and_custody_holds(handed: Handed, recorded: Recorded) -> None:
    handed.link()
    listed = handed.client.get(f"/cases/{handed.case}/papers").json()["items"]
    assert {one["kind"] for one in listed} == {"handover", "label", "receipt", "seizure", "sealing"}
    seen: set[str] = set()
    for one in listed:
        if one["method"] == "GET" and one["kind"] not in seen:
            seen.add(one["kind"])
            printed(handed, one["url"].removeprefix("/api/v1"))
    assert len(seen) == 5
    with recorded.archive.database.transaction() as connection:
        assert custody.check(connection, cases.find(connection, handed.case, None)) == []
    assert len(PACKAGE) == handed.export.size


def test_a_case_that_one_may_not_see_prints_nothing(handed: Handed, recorded: Recorded) -> None:
    from saksi.catalogue import people

    with recorded.archive.database.transaction() as connection:
        people.add_person(connection, name="stranger", password="long enough", role="investigator")
        token = people.add_token(connection, name="stranger", label="")
    with httpx.Client(
        base_url=f"{recorded.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
    ) as stranger:
        export = str(handed.export.export_id)
        assert stranger.get(f"/cases/{handed.case}/papers").status_code == 404
        label = stranger.get(f"/cases/{handed.case}/papers/label.pdf", params={"export": export})
        assert label.status_code == 404
        assert stranger.get(f"/cases/{handed.case}/disclosures").status_code == 404
        until = clock.format_us(clock.now_us() + 3_600_000_000)
        made = stranger.post(f"/exports/{export}/disclosures", json={"recipient": "x", "expires": until})
        assert made.status_code == 404
        assert handed.case not in made.text, "not even the name of the case"
        assert stranger.get(f"/exports/{export}/disclosures").json()["code"] == "export_unknown"
