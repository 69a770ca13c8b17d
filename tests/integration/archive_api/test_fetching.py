"""Footage on demand over the API and from the shell: asked for, listed, audited, within one's agencies."""

from __future__ import annotations

from pathlib import Path

from saksi import clock
from saksi.catalogue import people, places
from tests.fixtures.commands import in_process
from tests.integration.archive_api.conftest import Desk

HOUR_US = 3_600_000_000


def test_footage_is_asked_for_within_ones_agencies_and_on_record(desk: Desk, tmp_path: Path) -> None:
    desk.archive.add_camera("gate-1", "rtsp://x")
    with desk.archive.database.transaction() as connection:
        places.add_agency(connection, code="mall", name="Mal", category="mall")
        people.add_person(connection, name="ani", password="long enough", role="investigator")
    now_us = clock.now_us()
    span = {"from": clock.format_us(now_us - 2 * HOUR_US), "to": clock.format_us(now_us - HOUR_US)}
    asked = desk.client.post("/footage/requests", json={"camera": "gate-1", **span, "reason": "LP/B/4"})
    assert asked.status_code == 202, asked.text
    told = asked.json()
    assert (told["by"], told["from"], told["state"], told["pending"]) == (
        "admin", span["from"], "none", {"chunks": 0, "bytes": 0, "recorders": []},
    )  # fmt: skip
    ahead = {"from": "2099-01-01T00:00:00Z", "to": "2099-01-01T01:00:00Z"}
    refused = desk.client.post("/footage/requests", json={"camera": "gate-1", **ahead})
    assert (refused.status_code, refused.json()["field"]) == (422, "from"), refused.text
    assert desk.client.get("/footage/requests", params={"camera": "gate-1"}).json()["items"] == [told]
    with desk.signed_in("mal", "agency_operator", ["mall"]) as other:
        assert other.get("/footage/requests").json() == {"items": []}
        assert other.post("/footage/requests", json={"camera": "gate-1", **span}).status_code == 404
    backwards = desk.client.post(
        "/footage/requests", json={"camera": "gate-1", "from": span["to"], "to": span["from"]}
    )
    assert backwards.status_code == 422
    settings = desk.archive.environment("cli", data=tmp_path)
    words = ("fetch", "--camera", "gate-1", "--from", span["from"], "--to", span["to"], "--by", "ani")
    done = in_process(*words, settings=settings)
    assert done.returncode == 0, done.stderr
    assert "\tgate-1\t" in done.stdout
    assert (
        in_process("--lang", "id", "fetch", "--list", settings=settings).stdout.count(
            "\ttidak ada rekaman tercatat\t"
        )
        == 2
    )
    assert (
        "--to" in in_process("fetch", "--camera", "gate-1", "--from", span["from"], settings=settings).stderr
    )
    rows = desk.archive.execute(
        "select person, object from audit where action = 'footage.request' order by at"
    )
    assert [(row["person"], row["object"]["request"]) for row in rows] == [("admin", 1), ("ani", 2)]
