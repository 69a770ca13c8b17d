"""What was purged is told as purged: in the search, in lists, and to players; to nobody who may not see the camera."""

from __future__ import annotations

import pytest

from saksi import clock
from saksi.catalogue import cameras, chunks, footage, seals
from saksi.catalogue.database import Connection
from saksi.filing import absence
from saksi.filing.desk import Office
from saksi.ledger import sequencer
from saksi.papers.parts import Person
from tests.evidence import purging
from tests.integration.archive_api.conftest import Desk, around, settings_of
from tests.integration.catalogue.chains import OFFICE, RECORDER, SECOND, Chain, enrol
from tests.integration.ledger.shaky import recording_key

HOUR = 3600 * SECOND
MINUTE = 60 * SECOND


def record(connection: Connection, chain: Chain, from_us: int, minutes: int) -> None:
    """Sealed footage in chunks of a minute, confirmed."""
    told = [chain.chunk(from_us + n * MINUTE, MINUTE - SECOND // 10) for n in range(minutes)]
    run_no = chunks.open_run(connection, chain.opening)
    assert set(chunks.announce(connection, told)) == {"appended"}
    chunks.stored(connection, [(one.entry.run, one.entry.seq) for one in told])
    seals.seal_early(connection, RECORDER, run_no)


@pytest.fixture
def begin(desk: Desk) -> int:
    """Start of three hours of one camera of which a purge took the first and a half; a second run has ten minutes
    of that too."""
    begin = (clock.now_us() - 5 * HOUR) // HOUR * HOUR
    desk.archive.add_camera("cam", "rtsp://x")
    with desk.archive.database.transaction() as connection:
        enrol(connection)
        record(connection, Chain("cam", begin), begin, 180)
        purge_id = purging.start_run(connection, OFFICE.signer)
        assert len(purging.take(connection, purge_id, "cam", begin, begin + 90 * MINUTE)) == 90
        record(connection, Chain("cam", begin, recorder="r2", epoch=2), begin + 20 * MINUTE, 10)
    return begin


def window(begin: int, first: int, last: int) -> dict[str, str]:
    """Minutes of it as query parameters."""
    return {"from": clock.format_us(begin + first * MINUTE), "to": clock.format_us(begin + last * MINUTE)}


def test_the_search_says_purged_where_no_run_has_it_any_more(desk: Desk, begin: int) -> None:
    asked = {"camera": "cam", **window(begin, 0, 180)}
    placed = desk.client.post("/holds", json={"reason": "uji", "spans": [asked]})
    assert placed.status_code == 201, placed.text
    item = desk.client.get("/footage", params=asked).json()["items"][0]
    told = [
        (one["state"], (clock.parse_rfc3339(one["end"], "end") - begin) // SECOND) for one in item["coverage"]
    ]
    assert [state for state, _ in told] == ["purged", "held", "purged", "held"]
    assert [round(end / 60) for _, end in told] == [20, 30, 90, 180]
    assert item["gaps"] == []
    assert item["bytes"] == 100 * 1000


def test_lists_and_neighbours_say_what_is_gone(desk: Desk, begin: int) -> None:
    found = desk.client.get("/cameras/cam/segments", params=window(begin, 80, 100)).json()
    assert len(found["items"]) == 10
    (gone,) = found["purged"]
    assert (gone["start"], gone["purge"], gone["policy"] is None) == (window(begin, 80, 90)["from"], 1, False)
    desk.archive.add_camera("next", "rtsp://y")
    asked = [begin + minute * MINUTE for minute in (25, 50, 100)]
    seen = [(one["recorded"], one["purged"], one["thinned"]) for one in around(desk, "next", asked)]
    assert seen == [(True, False, False), (False, True, False), (True, False, False)]


def test_players_are_told_that_it_is_gone_and_by_which_purge(desk: Desk, begin: int) -> None:
    asked = window(begin, 40, 50)
    for path, params in (("clip.mp4", asked), ("index.m3u8", asked), ("frame.jpg", {"at": asked["from"]})):
        answer = desk.client.get(f"/cameras/cam/{path}", params=params)
        assert answer.status_code == 410, answer.text
        problem = answer.json()
        assert problem["code"] == "footage_purged"
        assert "purge 1" in problem["detail"]
        assert "retention policy" in problem["detail"]
        assert clock.format_us(begin + 90 * MINUTE) in problem["remedy"]
        ends = begin + 30 * MINUTE - SECOND // 10
        assert clock.format_us(ends) in problem["remedy"]
    told = desk.client.get("/cameras/cam/index.m3u8", params=window(begin, 25, 95))
    assert told.status_code == 200
    assert told.text.count("#EXT-X-GAP") >= 2
    assert told.headers["x-saksi-purged"].endswith(";purge=1")


def test_whoever_may_not_see_a_camera_learns_nothing_of_what_was_purged(desk: Desk, begin: int) -> None:
    desk.archive.execute("insert into agency (code, name, category) values ('mall', 'Mal', 'mall')")
    with desk.signed_in("mal", "agency_operator", ["mall"]) as other:
        for camera in ("cam", "nobody"):
            answer = other.get(f"/cameras/{camera}/index.m3u8", params=window(begin, 40, 50))
            assert (answer.status_code, answer.json()["code"]) == (404, "camera_unknown")


def test_footage_before_a_seal_counts_as_the_nearest(desk: Desk, begin: int) -> None:
    with desk.archive.database.transaction() as connection:
        camera_id = connection.execute("select camera_id from camera").fetchall()[0]["camera_id"]
        chain = Chain("cam", begin + 240 * MINUTE, recorder="r3", epoch=3)
        chunks.open_run(connection, chain.opening)
        chunks.announce(connection, [chain.chunk(begin + 240 * MINUTE, MINUTE)])
        assert footage.nearest(connection, camera_id, begin + 200 * MINUTE) == (
            begin + 180 * MINUTE - SECOND // 10,
            begin + 240 * MINUTE,
        )
        assert footage.nearest(connection, camera_id, begin + 10 * MINUTE) == (None, begin + 20 * MINUTE)


def test_a_certificate_of_absence_says_what_was_destroyed_by_whom_and_when(desk: Desk, begin: int) -> None:
    purging.finish(desk.archive.database, OFFICE.signer, 1)
    settings = settings_of(desk.archive)
    log = recording_key()
    sequencer.checkpoint_now(desk.archive.database, desk.archive.store, log)
    with desk.archive.database.transaction() as connection:
        paper = absence.absence(
            Office(connection=connection, settings=settings), cameras.find(connection, "cam"),
            begin + 15 * MINUTE, begin + 95 * MINUTE, case=None, asker=Person(name="Ani"), purpose="uji", language="id",
        )  # fmt: skip
    told = [(one.state, round((one.span.end_us - begin) / MINUTE)) for one in paper.findings]
    assert told == [("purged", 20), ("present", 30), ("purged", 90), ("present", 95)]
    gone = paper.findings[2]
    assert (gone.purge_run, gone.holds_respected) == ("1", None)
    assert gone.policy is not None
    assert gone.policy.days == 30
    assert gone.notice is not None
    assert gone.done is not None
    assert gone.notice.index < gone.done.index
    assert len(gone.hold_set_root) == len(gone.policy.sha256) == 64
    assert len(gone.seals) == 3, "of the second run too"


def test_an_exhibit_says_what_a_purge_took_before_it_could_be_held(desk: Desk, begin: int) -> None:
    made = desk.client.post("/cases", json={"number": "LP/B/1/XI/2026", "title": "Uji"})
    case = made.json()["id"]
    answer = desk.client.post(f"/cases/{case}/exhibits", json={"cameras": ["cam"], **window(begin, 60, 100)})
    assert answer.status_code == 201, answer.text
    (warning,) = answer.json()["warnings"]
    assert warning["code"] == "footage_purged"
    assert window(begin, 60, 90)["from"] in warning["text"]
