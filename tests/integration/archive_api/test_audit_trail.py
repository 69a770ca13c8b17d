"""The audit trail is read by person, camera, case and span; who was shown a camera is one call; all is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from saksi import clock
from saksi.access import ROLES, Permission
from saksi.catalogue import audit_check, audit_log, ledger
from saksi.catalogue.audit_trail import KINDS
from saksi.custody.signing import Signer
from saksi.custody.verifier import notes
from saksi.custody.verifier.main import verify_package
from tests.fixtures.commands import in_process
from tests.integration.archive_api.conftest import SECOND, Desk, Recorded

HOUR = 3600 * SECOND
CASE = "LP/9/XII/2026"


@pytest.fixture
def auditor(desk: Desk) -> Iterator[httpx.Client]:
    desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"})
    for code, agency in (("gate", "dishub"), ("shop", "mall")):
        body = {"id": code, "name": code, "agency": agency, "lat": -1.25, "lon": 116.85}
        assert desk.client.post("/cameras", json={**body, "source": "rtsp://127.0.0.1/x"}).status_code == 201
    with desk.signed_in("pat", "auditor") as client:
        yield client


def window(hours: int) -> dict[str, str]:
    now = clock.now_us()
    return {"from": clock.format_us(now - (hours + 1) * HOUR), "to": clock.format_us(now - hours * HOUR)}


def items(client: httpx.Client, path: str = "/audit", **asked: object) -> list[dict[str, object]]:
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["items"]
    return found


def test_it_is_read_by_person_camera_case_kind_and_span(desk: Desk, auditor: httpx.Client) -> None:
    assert desk.client.post("/cases", json={"number": CASE, "title": "Begal"}).status_code == 201
    with desk.signed_in("ani", "investigator") as ani:
        ani.headers["X-Purpose"] = "penyelidikan"
        assert ani.get("/footage", params={"camera": ["gate", "shop"], **window(5)}).status_code == 200
        assert ani.get("/cameras/gate/segments", params=window(5)).status_code == 200
        assert ani.get("/cameras/gate/segments", params=window(9)).status_code == 200
        assert ani.get("/cameras/shop/segments", params={"case": CASE, **window(5)}).status_code == 404
        assert ani.get("/audit").status_code == 403
    desk.client.get("/cameras/shop/segments", params={"case": CASE, **window(5)})
    of_ani = items(auditor, person="ani")
    assert [one["action"] for one in of_ani][:2] == ["GET /api/v1/audit", "case"]
    assert of_ani[0]["result"] == "denied"
    assert auditor.get("/cameras/gate/frame.jpg", params={"at": window(7)["from"]}).status_code == 403
    tried = [one for one in items(auditor, camera="gate") if one["result"] == "denied"]
    assert [(one["person"], one["cameras"]) for one in tried] == [("pat", ["gate"])], (
        "who may not look is found by it"
    )
    assert str(tried[0]["from"])[:19] == window(7)["from"][:19]
    (search,) = items(auditor, person="ani", kind="search")
    assert (search["cameras"], search["purpose"]) == (["gate", "shop"], "penyelidikan")
    assert search["from"] == window(5)["from"][:13] + str(search["from"])[13:]
    assert [one["person"] for one in items(auditor, camera="gate", kind="view")] == ["ani", "ani"]
    asked = {"span_from": window(5)["from"], "span_to": window(5)["to"]}
    assert len(items(auditor, camera="gate", kind="view", **asked)) == 1
    assert len(items(auditor, person="ani", kind="view", span_from=window(5)["from"])) == 1
    backwards = {"span_from": window(5)["to"], "span_to": window(5)["from"]}
    refused = auditor.get("/audit", params=backwards)
    assert (refused.status_code, refused.json()["field"]) == (422, "span_to")
    of_case = items(auditor, case=CASE)
    views = [one for one in of_case if one["action"] == "segments"]
    assert {one["person"] for one in views} == {"admin"}, "what was refused was not looked at"
    assert [one["person"] for one in of_case if one["result"] == "denied"] == ["ani"]
    (newest,) = items(auditor, camera="gate", action="segments", limit=1)
    assert str(newest["text"]).startswith("ani: was shown gate ")
    auditor.headers["Accept-Language"] = "id"
    assert "melihat gate" in str(items(auditor, camera="gate", action="segments")[0]["text"])
    (read, *_) = items(auditor, action="audit", person="pat")
    assert read["object"] == {"asked": {"camera": "gate", "action": "segments"}}


def test_small_pictures_are_looked_at_too_and_told_once_in_ten_minutes(
    desk: Desk, auditor: httpx.Client
) -> None:
    desk.archive.execute(
        "insert into thumbnail (camera_id, at, object_key, size)"
        " select camera_id, now(), code || '/now.jpg', 1 from camera"
    )
    with desk.signed_in("ani", "investigator") as ani, desk.signed_in("budi", "investigator") as budi:
        for _ in range(3):
            assert "gate/now.jpg" in ani.get("/cameras").text
        assert "gate/now.jpg" in budi.get("/cameras/gate").text
        assert "now.jpg" not in auditor.get("/cameras").text
    told = items(auditor, kind="view")
    assert [(one["person"], one["cameras"]) for one in told] == [
        ("budi", ["gate"]),
        ("ani", ["gate", "shop"]),
    ]
    now_us = clock.now_us()
    around = {"from": clock.format_us(now_us - 2 * HOUR), "to": clock.format_us(now_us)}
    assert {one["person"] for one in items(auditor, "/cameras/gate/viewers", **around)} == {"ani", "budi"}


def test_pages_follow_one_another(desk: Desk, auditor: httpx.Client) -> None:
    whole = [one["id"] for one in items(auditor, person="admin")]
    pages, cursor = [], None
    while True:
        asked = {"person": "admin", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = auditor.get("/audit", params=asked).json()
        pages += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert pages == whole == sorted(whole, reverse=True)


def test_who_watched_a_camera_is_one_call(recorded: Recorded, client: httpx.Client) -> None:
    for path in ("segments", "clip.mp4", "segments"):
        assert client.get(f"/cameras/corner/{path}", params=recorded.window).status_code == 200
    mine = [
        one for one in items(client, "/cameras/corner/viewers", **recorded.window) if one["person"] == "admin"
    ]
    assert sum(int(str(one["times"])) for one in mine) >= 3
    assert {action for one in mine for action in one["actions"]} >= {"segments", "clip"}  # type: ignore[union-attr]
    before = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}
    assert items(client, "/cameras/corner/viewers", **before) == []
    settings = recorded.archive.environment("audit")
    window = ("--from", recorded.window["from"], "--to", recorded.window["to"])
    told = in_process("audit", "viewers", "corner", *window, settings=settings)
    assert "admin\t" in told.stdout, told.stderr
    told = in_process("audit", "list", "--camera", "corner", "--kind", "view", settings=settings)
    assert "admin: was shown corner" in told.stdout, told.stderr
    told = in_process("audit", "list", "--camera", "corner", "--action", "segments", settings=settings)
    assert "was shown corner" in told.stdout, told.stderr
    assert "took the clip of" not in told.stdout


def test_a_limited_auditor_reads_of_their_own_cameras_alone(desk: Desk, auditor: httpx.Client) -> None:
    with desk.signed_in("looker", "investigator") as looker:
        for camera in ("gate", "shop"):
            looker.get(f"/cameras/{camera}/segments", params=window(3))
        looker.get("/footage", params={"camera": ["gate", "shop"], **window(3)})
    with desk.signed_in("mall-auditor", "auditor", agencies=["mall"]) as limited:
        rows = items(limited)
        assert {camera for one in rows for camera in one["cameras"]} == {"shop"}  # type: ignore[union-attr]
        assert [one["action"] for one in rows if one["person"] == "looker"] == ["segments"]
        assert limited.get("/cameras/gate/viewers", params=window(3)).status_code == 404
        assert [one["person"] for one in items(limited, "/cameras/shop/viewers", **window(3))] == ["looker"]


def test_what_the_api_writes_agrees_with_the_log(recorded: Recorded, client: httpx.Client) -> None:
    client.get("/footage", params={"near": "-1.2767,116.8372", "radius_m": 300, **recorded.window})
    client.get("/footage", params={"near": "0,0", "radius_m": 3.5, "limit": 7, **recorded.window})
    database, signer = recorded.archive.database, Signer.from_seed(bytes(32))
    with database.transaction() as connection:
        ledger.enrol(connection, signer, role="office")
    assert audit_log.seal(database, signer) >= 2
    rows: list[int] = []
    assert list(audit_check.check(database, rows.append)) == []
    assert sum(rows) >= 2


def test_who_reads_it_stands_in_the_table() -> None:
    assert {role for role, may in ROLES.items() if Permission.AUDIT_READ in may} == {
        "admin", "records_officer", "auditor",
    }  # fmt: skip


def test_it_is_exported_for_an_auditor_who_checks_it_alone(
    desk: Desk, auditor: httpx.Client, tmp_path: Path
) -> None:
    asked = {"from": window(5)["from"], "to": clock.format_us(clock.now_us() + HOUR)}
    early = auditor.get("/audit/export", params=asked)
    assert (early.status_code, early.json()["code"]) == (404, "audit_export_early")
    for camera in ("gate", "shop"):
        desk.client.get(f"/cameras/{camera}/segments", params=window(3))
    file, policy = tmp_path / "jejak.zip", tmp_path / "policy.txt"
    settings = desk.archive.environment("audit")
    span = ("--from", asked["from"], "--to", asked["to"])
    told = in_process("audit", "export", *span, "--reason", "tahunan", "--out", str(file), settings=settings)
    assert told.returncode == 0, told.stderr
    again = in_process("audit", "export", *span, "--out", str(file), settings=settings)
    assert again.returncode != 0
    assert str(file) in again.stderr
    policy.write_text(in_process("ledger", "policy", settings=settings).stdout)
    checked = in_process("verify", str(file), "--trust", str(policy), settings=settings)
    assert "none is left out" in checked.stdout, checked.stdout + checked.stderr
    assert checked.returncode == 2  # an hour that lies ahead is not in it
    assert checked.stdout.count("!") == 1
    with desk.signed_in("mall-auditor", "auditor", agencies=["mall"]) as limited:
        answer = limited.get("/audit/export", params={**asked, "kind": "view", "person": "admin"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/zip"
        odd = limited.get("/audit/export", params={**asked, "person": "e\u0301"})
        assert odd.status_code == 200, odd.text
    file.write_bytes(answer.content)
    report = verify_package(str(file), notes.parse_policy(policy.read_bytes()))
    assert [one["code"] for verdict in report.verdicts for one in verdict.findings] == ["trail_open"]
    facts = report[4].facts
    assert (facts["rows"], facts["limited"], facts["withheld"] > 2) == (1, True, True)
    (_, row) = items(auditor, action="export audit", person="mall-auditor")
    assert row["object"]["asked"]["actions"] == list(KINDS["view"])  # type: ignore[index]
    with desk.signed_in("ani", "investigator") as ani:
        assert ani.get("/audit/export", params=asked).status_code == 403
    head = auditor.head("/audit/export", params=asked)
    assert head.headers["content-disposition"].startswith('attachment; filename="jejak-audit-')
