"""What scrub finds missing or damaged comes back from the spool of the recorder that made it, or is told as lost."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from saksi import clock
from saksi.catalogue import authors, keys, seal_lines, seals
from saksi.retention import claim, runs
from saksi.retention.claim import Due
from saksi.retention.windows import Window
from saksi.scrub import findings, rounds
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, wait_until

FAST = 1e9


def _sealed(archive: Archive, count: int) -> list[dict[str, Any]]:
    """Chunks of the camera that are stored, and then under a seal."""
    wait_until(lambda: len(archive.stored("gate-1")) >= count, 40, "chunks in the store")
    camera_id = archive.execute("select camera_id from camera")[0]["camera_id"]
    with archive.database.transaction() as connection:
        office = authors.office(connection, archive.folder / "keys")
    seals.request_seals(archive.database, office, [(camera_id, 0, clock.now_us() + 1_000_000)])
    return archive.stored("gate-1")[:count]


def _scrub(archive: Archive) -> None:
    archive.execute(
        "update scrub_state set listed_at = '-infinity', list_after = null, next_at = '-infinity'"
    )
    archive.execute("update kept_hour set checked_at = '-infinity'")
    with archive.database.transaction() as connection:
        by = findings.author(connection, archive.folder / "keys")
    done = rounds.work(archive.database, archive.store, by, installation=archive.installation, rate=FAST)
    assert done is not None


def _standing(archive: Archive) -> list[tuple[str, str, str | None, str]]:
    rows = archive.execute(
        "select f.kind, f.object_key, f.resolution, q.state from scrub_finding f"
        " join spool_request q using (finding_id) order by f.object_key"
    )
    return [tuple(row.values()) for row in rows]  # type: ignore[misc]


def test_a_recorder_sends_again_what_was_lost_or_flipped_and_never_what_rotted_on_its_own_disk(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    archive.add_camera("gate-1", start_simcam(cameras=1).url(1))
    recorder = archive.start(chunk_seconds=2)
    chunks = _sealed(archive, 4)
    lost, flipped, rotten, unknown = (
        keys.chunk_key("gate-1", chunk["run"], chunk["seq"]) for chunk in chunks
    )
    body = bytearray(archive.store.get(flipped))
    body[len(body) // 2] ^= 4
    _put(archive, flipped, bytes(body))
    archive.store.delete([lost, rotten, unknown])
    folder = archive.folder / "spool-one" / "gate-1" / chunks[2]["run"]
    media = folder / f"{chunks[2]['seq']:08d}.mp4"
    with media.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"rot")
    gone = folder / f"{chunks[3]['seq']:08d}.mp4"
    kept = gone.read_bytes()
    gone.unlink()
    _scrub(archive)

    def answered() -> bool:
        states = sorted(one[3] for one in _standing(archive))
        # Quick as it is, a chunk may have been sent and read back in that very round.
        return [state for state in states if state not in ("sent", "done")] == ["asked", "differs"]

    wait_until(answered, 40, "two sent again, one refused")
    archive.execute("update spool_request set until_at = now() - interval '1 second' where state = 'asked'")
    _scrub(archive)
    assert sorted(_standing(archive)) == sorted(
        [
            ("missing", lost, "repaired", "done"),
            ("corrupt", flipped, "repaired", "done"),
            ("missing", rotten, None, "differs"),
            ("missing", unknown, None, "nobody"),
        ]
    )
    for chunk in chunks[:2]:
        archive.footage("gate-1", chunk)
    recorder.stop()
    gone.write_bytes(kept)  # as on a recorder that was away with its disk
    archive.start(chunk_seconds=2)
    wait_until(lambda: _standing(archive)[-1][3] == "sent", 40, "late is better than never")
    _scrub(archive)
    assert ("missing", unknown, "repaired", "done") in _standing(archive)


def _put(archive: Archive, key: str, body: bytes) -> None:
    archive.store.put(key, body, sha256=hashlib.sha256(body).digest())


def test_what_a_purge_took_goes_from_the_spool_too(
    archive: Archive, start_simcam: SimcamStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recorder.purged._EVERY_S", 0.5)
    archive.add_camera("gate-1", start_simcam(cameras=1).url(1))
    archive.start(chunk_seconds=2)
    first, second = _sealed(archive, 2)
    folder = archive.folder / "spool-one" / "gate-1" / first["run"]
    files = [folder / f"{chunk['seq']:08d}.mp4" for chunk in (first, second)]
    seal_lines.write_owed(archive.database, archive.store)
    assert all(file.exists() for file in files)
    start_us, now_us = clock.to_us(first["start_at"]), clock.now_us()
    with archive.database.transaction() as connection:
        row = connection.execute("select camera_id from camera").fetchone()
        assert row is not None
        number = runs.add(connection, kind="policy", due_us=now_us, now_us=now_us, wanted={}, expected={})
        window = Window(
            camera_id=row["camera_id"], camera="gate-1", agency="", from_us=0,
            cutoff_us=start_us + first["dur_us"], policy_id=None,
        )  # fmt: skip
        hour = first["start_at"].replace(minute=0, second=0, microsecond=0)
        assert claim.claim_hours(connection, number, [Due(window=window, hour=hour)]).chunks == 1
    wait_until(lambda: not files[0].exists(), 40, "the copy of what was purged is gone")
    assert files[1].exists(), "and no other"
