"""Real coded footage for the archive of these tests: sealed runs of chunks whose objects are what their entries say."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace

from saksi import clock
from saksi.catalogue import chunks, keys, ledger, seal_lines, seals
from saksi.catalogue.chunks import Announcement, InitSegment
from saksi.custody.canonical import tip
from saksi.custody.chain import ChunkEntry
from saksi.fmp4.spans import pack
from saksi.retention import thinned_log, thinned_purge, thinning, thinning_policies
from saksi.retention.purge import run_next
from saksi.retention.runs import PurgeRun
from tests.integration.catalogue.chains import CLOCK, OFFICE, RECORDER, Chain
from tests.integration.retention.archive import DAY, Archive
from tests.unit.saksi.fmp4 import media

LENGTH_US = 4_000_000  # of a chunk: 100 frames, a keyframe a second


def footage(codec: str = "h264", *, aac: bool = False, **more: int) -> media.Chunk:
    """A chunk of four seconds."""
    film = media.video(codec, 100, more.pop("gop", 25), **more)
    return media.chunk(film, media.sound() if aac else None)


def record(
    archive: Archive, code: str, start_us: int, count: int, *, codec: str = "h264", aac: bool = False, gop: int = 25
) -> list[tuple[ChunkEntry, bytes]]:  # fmt: skip
    """A sealed run of chunks with their objects and a thumbnail each; entries and bytes."""
    if code not in archive.ids:
        archive.camera(code)
    chain = Chain(code, start_us)
    film, sound = media.video(codec, 100, gop), media.sound() if aac else None
    made: list[tuple[Announcement, bytes]] = []
    for number in range(count):
        part = media.chunk(film, sound, start_us=start_us + number * LENGTH_US, seq=number + 1)
        scanned = media.scanned(part.data)
        body = InitSegment(
            sha256=hashlib.sha256(part.init).hexdigest(), codec=codec,
            codecs="avc1.64001f,mp4a.40.2" if aac else "avc1.64001f",
            width=160, height=96, audio="aac" if aac else "none", body=part.init,
        )  # fmt: skip
        entry = ChunkEntry(
            camera=code, run=chain.opening.run, seq=number + 1, start_us=part.start_us, end_us=scanned.end_us,
            frames=100, size=len(part.data), init=body.sha256, sha256=hashlib.sha256(part.data).hexdigest(),
            clock=replace(CLOCK, offset_us=7), ended="boundary", lost=0,
        )  # fmt: skip
        chain.tip = tip(chain.tip, entry.leaf())
        told = Announcement(
            recorder=chain.opening.recorder, entry=entry, tip=chain.tip, fragments=pack(scanned.spans, part.start_us),
            init=body, crc32=zlib.crc32(part.data),
        )  # fmt: skip
        made.append((told, part.data))
    with archive.database.transaction() as connection:
        run_no = chunks.open_run(connection, chain.opening)
        assert chunks.announce(connection, [one for one, _ in made]) == ["appended"] * count
        chunks.stored(connection, [(one.entry.run, one.entry.seq) for one, _ in made])
        seals.seal_early(connection, RECORDER, run_no)
        for one, _ in made:
            key = keys.thumbnail_key(code, one.entry.start_us)
            connection.execute(
                "insert into thumbnail (camera_id, at, object_key, size) values (%s, %s, %s, 4)",
                (archive.ids[code], clock.from_us(one.entry.start_us), key),
            )
        connection.execute("delete from outbox")
    for one, data in made:
        key = keys.chunk_key(code, one.entry.run, one.entry.seq)
        archive.store.put(key, data, sha256=hashlib.sha256(data).digest())
        picture = keys.thumbnail_key(code, one.entry.start_us)
        archive.store.put(picture, b"jpeg", sha256=hashlib.sha256(b"jpeg").digest())
    seal_lines.write_owed(archive.database, archive.store)
    return [(one.entry, data) for one, data in made]


def officers(archive: Archive) -> tuple[int, int]:
    """Two records officers."""
    with archive.database.transaction() as connection:
        ledger.enrol(connection, OFFICE.signer, role="office")
        rows = [
            connection.execute(
                "insert into person (name, role, password_hash) values (%s, 'auditor', 'x') returning person_id",
                (name,),
            ).fetchone()
            for name in ("satu", "dua")
        ]
    return rows[0]["person_id"], rows[1]["person_id"]  # type: ignore[index]


def thin_after(archive: Archive, days: float, mode: str | None = "keyframes", *, by: tuple[int, int]) -> None:
    """A policy for all cameras, in force."""
    after_us = None if mode is None else int(days * DAY)
    with archive.database.transaction() as connection:
        made = thinning_policies.propose(
            connection, OFFICE.signer, scope="default", subject="", mode=mode, after_us=after_us, basis="uji",
            reason="", by=by[0],
        )  # fmt: skip
        if made.state == "proposed":
            thinning_policies.accept(connection, OFFICE.signer, made.thinning_id, by=by[1])


def derive(archive: Archive, *, seconds: float = 60) -> thinning.Worked:
    """A turn, and everything told in the log."""
    done = thinning.work(archive.database, archive.store, OFFICE.signer, rate=0, seconds=seconds)
    assert done is not None
    thinned_log.tell_owed(archive.database, archive.store, OFFICE.signer)
    return done


def purge_thinned(archive: Archive) -> PurgeRun:
    """The purge of originals, announced and carried out."""
    with archive.database.transaction() as connection:
        number = thinned_purge.announce_now(connection, OFFICE.signer, asked_by=None, clock_checked="uji")
        assert number is not None
    run = run_next(archive.desk(), purge_id=number)
    assert run is not None
    assert run.state == "done", run.last_error
    return run


__all__ = ["derive", "footage", "officers", "purge_thinned", "record", "thin_after"]
