"""Terms, contacts and compliance: set by versions, judged, and nobody learns of another agency."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import httpx
import pytest

from saksi import clock
from saksi.catalogue import places
from tests.integration.archive_api.conftest import SECOND, Desk
from tests.integration.compliance import city
from tests.unit.saksi.papers.reading import read, squeezed

NOVEMBER = {"from": "2026-11-01T00:00:00+08:00", "to": "2026-12-01T00:00:00+08:00"}
TERMS = {
    "from": "2026-01-01", "obliged": True, "basis": "Perwali 12/2026 pasal 4", "cameras": 12, "uptime_percent": 99.5,
    "retention_days": 30, "clock_error_ms": 2000, "reason": "daftar awal",
}  # fmt: skip


@pytest.fixture
def town(desk: Desk) -> Desk:
    """Two agencies; the mall's one camera was recorded but for its last day of November, when it refused us."""
    with desk.archive.database.transaction() as connection:
        places.add_agency(connection, code="mal", name="Mal Kota", category="mall")
        places.add_site(connection, code="atrium", agency="mal", name="Atrium")
        row = connection.execute(
            "select a.agency_id, s.site_id from agency a join site s using (agency_id) where a.code = 'mal'"
        ).fetchone()
        assert row is not None
        for code, agency, site in (("gate", row["agency_id"], row["site_id"]), ("street", 1, None)):
            camera = city.add_camera(connection, agency, code, site_id=site)
            run = city.add_run(connection, camera)
            last_us = city.END_US - 86_400 * SECOND
            city.record(connection, camera, run, city.BEGIN_US, last_us)
            city.fail(connection, camera, last_us, city.END_US, "auth_failed")
    return desk


def put(client: httpx.Client, path: str, **changed: Any) -> httpx.Response:
    return client.put(f"{path}/terms", json={**TERMS, **changed})


def test_terms_are_versions_and_a_month_is_judged_by_its_own(town: Desk) -> None:
    client = town.client
    made = put(client, "/agencies/mal")
    assert made.status_code == 200, made.text
    assert put(client, "/agencies/mal", **{"from": "2026-12-01"}, uptime_percent=90).is_success
    late = put(client, "/agencies/mal", **{"from": "2026-02-01"}, reason="")
    assert (late.status_code, late.json()["code"], late.json()["field"]) == (422, "terms_past", "from")
    site = client.put("/sites/atrium/terms", json={"from": "2026-01-01", "uptime_percent": 95})
    assert site.status_code == 200, site.text
    shown = client.get("/agencies/mal/terms").json()
    assert [(one["from"], one["until"], one["uptime_percent"]) for one in shown["items"]] == [
        ("2026-12-01", None, 90), ("2026-01-01", "2026-11-30", 99.5),
    ]  # fmt: skip
    assert (shown["in_force"]["uptime_percent"], shown["connection"]["state"]) == (90, "none")
    atrium = client.get("/sites/atrium/terms").json()
    assert (atrium["in_force"]["uptime_percent"], atrium["in_force"]["cameras"], atrium["in_force"]["obliged"]) == (
        95, None, True,
    )  # fmt: skip
    asked = {**NOVEMBER, "by": "site", "agency": "mal"}
    found = client.get("/compliance", params=asked).json()
    whole, inside = found["items"]
    verdicts = {one["rule"]: (one["agreed"], one["found"], one["kept"]) for one in whole["verdicts"]}
    assert verdicts["cameras"] == (12, 1, False)
    assert verdicts["uptime"] == (99.5, 96.66, False)
    assert verdicts["clock"] == (2000, None, None)
    assert (inside["site"], inside["state"]) == (
        "atrium",
        "broken" if verdicts["retention"][2] is False else "kept",
    )
    assert whole["missing"]["reasons"] == {"auth_failed": 86400.0}
    assert (whole["longest_gap"]["camera"], whole["longest_gap"]["reason"]) == ("gate", "auth_failed")
    cameras = client.get("/compliance", params={**NOVEMBER, "by": "camera", "limit": 1}).json()
    rest = client.get("/compliance", params={**NOVEMBER, "by": "camera", "cursor": cameras["next"]}).json()
    assert [one["camera"] for one in cameras["items"] + rest["items"]] == ["gate", "street"]
    told = town.archive.execute(
        "select action from audit where action in ('set terms', 'compliance') order by 1"
    )
    assert [row["action"] for row in told].count("set terms") == 3


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"basis": " "}, "basis", "terms_basis"),
        ({"obliged": None}, "obliged", "terms_obliged"),
        ({"uptime_percent": 101}, "uptime_percent", "terms_range"),
        ({"retention_days": 0}, "retention_days", "terms_range"),
        ({"cameras": -1}, "cameras", "terms_range"),
        ({"from": "1-2-2026"}, "from", "terms_day"),
        ({"kamera": 3}, "kamera", "input_unknown"),
    ],
)
def test_what_cannot_be_agreed_is_refused_by_field(
    desk: Desk, changed: dict[str, Any], field: str, code: str
) -> None:
    answer = put(desk.client, "/agencies/dishub", **changed)
    assert (answer.status_code, answer.json()["field"], answer.json()["code"]) == (422, field, code), (
        answer.text
    )


def test_contacts_are_for_who_manages_and_the_audit_tells_no_names(town: Desk) -> None:
    client = town.client
    body = {
        "name": "Siti Aminah",
        "role": "Manajer gedung",
        "phone": "+62 542 123456",
        "email": "siti@mal.example",
    }
    made = client.post("/agencies/mal/contacts", json=body)
    assert made.status_code == 201, made.text
    one = f"/agencies/mal/contacts/{made.json()['id']}"
    assert client.patch(one, json={"phone": ""}).json()["phone"] == ""
    gone = client.patch(one, json={"email": ""})
    assert (gone.status_code, gone.json()["code"]) == (422, "contact_unreachable")
    assert (
        client.post("/sites/atrium/contacts", json={"name": "Budi", "phone": "0812x"}).json()["field"]
        == "phone"
    )
    assert client.post("/sites/atrium/contacts", json={"name": "Budi", "phone": "0542-99887"}).is_success
    assert [item["site"] for item in client.get("/agencies/mal/contacts").json()["items"]] == [None, "atrium"]
    assert client.delete(f"/agencies/dishub/contacts/{made.json()['id']}").status_code == 404
    with town.signed_in("op", "agency_operator", agencies=["mal"]) as operator:
        assert operator.get("/agencies/mal/contacts").status_code == 403
    assert client.delete(one).status_code == 204
    assert [item["name"] for item in client.get("/sites/atrium/contacts").json()["items"]] == ["Budi"]
    rows = town.archive.execute("select object::text from audit where action like '%%contact%%'")
    assert len(rows) >= 6
    assert not any("Siti" in row["object"] or "Budi" in row["object"] for row in rows)


def test_an_operator_sees_their_agency_and_learns_of_no_other(town: Desk) -> None:
    assert put(town.client, "/agencies/mal").is_success
    with town.signed_in("op", "agency_operator", agencies=["mal"]) as operator:
        assert operator.get("/agencies/mal/terms").json()["in_force"]["cameras"] == 12
        for by in ("agency", "site", "camera"):
            found = operator.get("/compliance", params={**NOVEMBER, "by": by}).json()["items"]
            assert {one["agency"] for one in found} == {"mal"}
        other = operator.get("/compliance", params={**NOVEMBER, "agency": "dishub"})
        none = operator.get("/compliance", params={**NOVEMBER, "agency": "nowhere"})
        assert other.status_code == none.status_code == 404
        assert other.json()["detail"].replace("dishub", "nowhere") == none.json()["detail"]
        assert operator.get("/agencies/dishub/terms").status_code == 404
        assert put(operator, "/agencies/mal").status_code == 403
    with town.signed_in("area", "auditor", agencies=[]) as nowhere:
        assert nowhere.get("/compliance", params=NOVEMBER).json()["items"] == []


def test_the_page_of_an_agency_is_its_own_and_tells_what_to_do(town: Desk) -> None:
    assert put(town.client, "/agencies/mal").is_success
    with town.archive.database.transaction() as connection:
        connection.execute("update outage set end_at = null")
    with town.signed_in("op", "agency_operator", agencies=["mal"]) as operator:
        asked = {"headers": {"Accept-Language": "id"}}
        shown = operator.get("/me/agency", **asked).json()  # type: ignore[arg-type]
        assert shown["choices"] == [{"id": "mal", "name": "Mal Kota"}]
        (camera,) = shown["cameras"]
        assert (camera["id"], camera["fault"]["reason"]) == ("gate", "auth_failed")
        assert "menolak login" in camera["fault"]["what"]
        assert shown["month"]["month"] == clock.from_us(clock.now_us() + 8 * 3600 * SECOND).strftime("%Y-%m")
        other, none = (operator.get("/me/agency", params={"agency": code}) for code in ("dishub", "nowhere"))
        assert other.status_code == none.status_code == 404
        assert other.json()["detail"].replace("dishub", "nowhere") == none.json()["detail"]
    assert {one["id"] for one in town.client.get("/me/agency").json()["choices"]} == {"dishub", "mal"}
    with town.signed_in("area", "auditor", agencies=[]) as nowhere:
        told = nowhere.get("/me/agency").json()
        assert (told["choices"], told["agency"]) == ([], None)


def test_the_report_of_a_month_is_a_list_and_a_paper_and_audited(town: Desk) -> None:
    assert put(town.client, "/agencies/mal").is_success
    with town.archive.database.transaction() as connection:
        connection.execute("update agency set name = '=Mal Kota' where code = 'mal'")
    asked = {"month": "2026-11", "format": "csv", "lang": "en"}
    listed = town.client.get("/compliance/report", params=asked)
    assert listed.headers["content-type"] == "text/csv; charset=utf-8"
    lines = {(row["of"], row["agency"]): row for row in csv.DictReader(io.StringIO(listed.text))}
    assert set(lines) == {(of, code) for of in ("agency", "camera") for code in ("dishub", "mal")} | {
        ("site", "mal")
    }
    mall = lines["agency", "mal"]
    assert mall["agency_name"] == "'=Mal Kota", "no formula"
    said = ("month_over", "state", "due_hours", "recorded_percent", "missing_agency_hours", "uptime_kept")
    assert [mall[name] for name in said] == ["yes", "broken", "720.0000", "96.66", "24.0000", "no"]
    assert (mall["longest_gap_camera"], mall["longest_gap_reason"]) == ("gate", "auth_failed")
    assert lines["agency", "dishub"]["state"] == "none"
    paper = town.client.get("/compliance/report", params={"month": "2026-11"})
    assert paper.headers["content-type"] == "application/pdf"
    text = read(paper.content)
    for words in ("LK-2026-11", "1 November 2026 sampai dengan 30 November 2026", "Perwali 12/2026 pasal 4",
                  "TIDAK TERPENUHI", "1 hari: kamera menolak login", "30-11-2026 00:00:00 WITA"):  # fmt: skip
        assert squeezed(words) in text, words
    assert squeezed("BELUM BERAKHIR") not in text
    month = clock.from_us(clock.now_us() + 8 * 3600 * SECOND).strftime("%Y-%m")
    english = town.client.get("/compliance/report", params={"month": month, "lang": "en"})
    assert squeezed("THIS MONTH IS NOT OVER") in read(english.content)
    for wrong, code in (("2026-13", "month_malformed"), ("2098-01", "month_ahead")):
        answer = town.client.get("/compliance/report", params={"month": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    with town.signed_in("op", "agency_operator", agencies=["mal"]) as operator:
        own = operator.get("/compliance/report", params=asked).text
        assert "dishub" not in own
        assert operator.get("/compliance/report", params={**asked, "agency": "dishub"}).status_code == 404
    told = town.archive.execute("select person, object from audit where action = 'compliance report'")
    assert len(told) == 4
    assert told[0]["object"]["sha256"] == hashlib.sha256(listed.content).hexdigest()
