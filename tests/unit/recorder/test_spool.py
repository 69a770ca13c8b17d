"""The spool.

Sealed chunks say what they are, crashes cost the torn tail only, room is made in the right order.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from recorder.boundaries import Boundaries
from recorder.facts import ChunkDropped, ChunkSealed
from recorder.recovery import recover
from recorder.retold import facts_of
from recorder.run import Run, open_run
from recorder.segmenter import Segmenter
from recorder.sidecar import Closed, Sealed
from recorder.spool import Spool
from saksi import durable
from saksi.custody.canonical import tip as chain_tip
from saksi.errors import Conflict, Unavailable
from saksi.fmp4.index import scan, unpack
from tests.fixtures.disk import Disk
from tests.unit.recorder.stream import Shape, video

ZERO = "0" * 64


def begin(folder: Path, sealed: list[Sealed]) -> Run:
    return open_run(
        folder,
        camera="gate-1",
        epoch=1,
        recorder="here",
        reason="claimed",
        parent=ZERO,
        fsync=False,
        on_sealed=sealed.append,
    )


def record(folder: Path, count: int = 1000, *, finish: bool = True) -> tuple[Run, list[Sealed], Segmenter]:
    sealed: list[Sealed] = []
    run = begin(folder, sealed)
    segmenter = Segmenter(Boundaries(10_000_000, 0), run, audio=None, earliest_us=0)
    for unit, _ in video(count, Shape()):
        segmenter.take([unit])
    if finish:
        segmenter.finish("shutdown")
    return run, sealed, segmenter


def spool_of(
    folder: Path, *, high: int = 1 << 40, reserve: int = 0, free: Callable[[], int] | None = None
) -> Spool:
    return Spool(folder, high_water_bytes=high, reserve_bytes=reserve, free_bytes=free)


def there(_sealed: Sealed) -> bool:
    """A store that has lost nothing."""
    return True


def no_refusal(_run: str) -> None:
    """For facts that nobody refuses."""


def check_chain(opening_tip: bytes, sealed: list[Sealed]) -> bytes:
    tip = opening_tip
    for chunk in sealed:
        tip = chain_tip(tip, chunk.entry.leaf())
        assert chunk.tip == tip
    return tip


def test_nobody_else_on_the_machine_can_read_what_was_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    spool = spool_of(folder)
    spool.belongs_to("here")
    assert folder.stat().st_mode & 0o777 == 0o700
    record(folder, finish=False)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".part", ".mp4", ".entry", ".init", ".json"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    spool.release()


def test_a_sealed_chunk_is_what_its_entry_says(tmp_path: Path) -> None:
    run, sealed, _ = record(tmp_path)
    assert len(sealed) >= 4
    check_chain(run.opening.tip(), sealed)
    for chunk in sealed:
        data = chunk.media.read_bytes()
        assert hashlib.sha256(data).hexdigest() == chunk.entry.sha256
        assert len(data) == chunk.entry.size
        assert zlib.crc32(data) == chunk.crc32
        assert Sealed.read(chunk.sidecar("entry")) == chunk
        with chunk.media.open("rb") as stream:
            found = scan(stream)
        assert found.spans == unpack(chunk.fragments, chunk.entry.start_us)
        assert (found.description.run, found.description.seq) == (run.opening.run, chunk.entry.seq)
        assert found.index_offset is not None
        assert (found.frames, found.end_us) == (chunk.entry.frames, chunk.entry.end_us)
    assert [chunk.entry.seq for chunk in sealed] == list(range(1, len(sealed) + 1))
    assert all(one.entry.end_us == two.entry.start_us for one, two in pairwise(sealed))


def test_a_sidecar_of_before_there_was_a_crc_is_still_read(tmp_path: Path) -> None:
    _, (chunk, *_), _ = record(tmp_path)
    path = chunk.sidecar("entry")
    told = json.loads(path.read_bytes())
    del told["crc32"]
    path.write_text(json.dumps(told))
    assert Sealed.read(path) == replace(chunk, crc32=-1)


def test_a_torn_chunk_is_cut_to_its_last_whole_fragment_wherever_it_was_torn(tmp_path: Path) -> None:
    whole, _, _ = record(tmp_path / "whole", 240, finish=False)
    part = next(whole.folder.glob("*.part"))
    data = part.read_bytes()
    with part.open("rb") as stream:
        ends = [span.end for span in scan(stream).spans]
    assert len(ends) == 4
    for length in [*range(1, len(data), 997), len(data), ends[1], ends[1] - 1, ends[0]]:
        spool = tmp_path / f"torn-{length}"
        run = begin(spool, [])
        text = (run.folder / "run.json").read_text().replace(run.opening.run, whole.opening.run)
        home = run.folder.rename(run.folder.parent / whole.opening.run)
        (home / "run.json").write_text(text)
        for init in whole.folder.glob("*.init"):
            (home / init.name).write_bytes(init.read_bytes())
        (home / part.name).write_bytes(data[:length])
        found = recover(spool, home)
        assert found is not None
        kept = [end for end in ends if end <= length]
        assert len(found.sealed) == (1 if kept else 0)
        if kept:
            (chunk,) = found.sealed
            assert chunk.media.read_bytes().startswith(data[: kept[-1]])
            assert hashlib.sha256(chunk.media.read_bytes()).hexdigest() == chunk.entry.sha256
            assert zlib.crc32(chunk.media.read_bytes()) == chunk.crc32
            assert chunk.entry.ended == "recovered"
            tip = check_chain(found.opening.tip(), found.sealed)
            assert found.closed is not None
            assert found.closed.tip == chain_tip(tip, found.closed.closing.leaf())
        assert not list(home.glob("*.part"))


def test_recovery_continues_the_chain_of_the_last_sidecar_and_changes_nothing_the_second_time(
    tmp_path: Path,
) -> None:
    run, sealed, _ = record(tmp_path, 630, finish=False)
    found = recover(tmp_path, run.folder)
    assert found is not None
    assert [chunk.entry.seq for chunk in found.sealed] == [1, 2, 3]
    assert found.sealed[:2] == sealed
    check_chain(run.opening.tip(), found.sealed)
    again = recover(tmp_path, run.folder)
    assert again == found


@pytest.mark.parametrize("step", ["index written", "entry written"])
def test_a_crash_between_the_steps_of_sealing_leaves_the_same_chunk(tmp_path: Path, step: str) -> None:
    run, sealed, _ = record(tmp_path, 200)
    (chunk,) = sealed
    chunk.media.rename(run.folder / f"{chunk.name}.part")
    if step == "index written":
        chunk.sidecar("entry").unlink()
    found = recover(tmp_path, run.folder)
    assert found is not None
    (after,) = found.sealed
    assert after.entry.sha256 == chunk.entry.sha256
    assert hashlib.sha256(after.media.read_bytes()).hexdigest() == chunk.entry.sha256
    assert (after == chunk) == (step == "entry written")


@pytest.mark.parametrize("content", [b"no chunk at all", b"\x00" * 5000])
def test_what_it_does_not_understand_is_moved_aside_and_never_deleted(tmp_path: Path, content: bytes) -> None:
    run, sealed, _ = record(tmp_path, 300)
    (run.folder / "00000099.part").write_bytes(content)
    (run.folder / "00000098.entry").write_text("{}")
    found = recover(tmp_path, run.folder)
    assert found is not None
    assert len(found.sealed) == len(sealed)
    aside = tmp_path / "_quarantine" / "gate-1" / run.opening.run
    assert (aside / "00000099.part").read_bytes() == content
    assert (aside / "00000098.entry").exists()


def test_a_chunk_of_another_run_is_moved_aside(tmp_path: Path) -> None:
    run, _, _ = record(tmp_path, 200, finish=False)
    other, _, _ = record(tmp_path, 200, finish=False)
    part = next(other.folder.glob("*.part"))
    next(run.folder.glob("*.part")).unlink()
    part.rename(run.folder / part.name)
    found = recover(tmp_path, run.folder)
    assert found is not None
    assert found.sealed == []
    assert list((tmp_path / "_quarantine").rglob("*.part"))


def test_a_full_disk_takes_a_fragment_wholly_or_not_at_all(tmp_path: Path) -> None:
    run, _, segmenter = record(tmp_path, 200, finish=False)
    part = next(run.folder.glob("*.part"))
    size = part.stat().st_size
    handle = run._open._handle  # type: ignore[union-attr]
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, handle)
    os.close(full)
    with pytest.raises(OSError, match=r"28|22"):
        segmenter.finish("shutdown")
    assert part.stat().st_size == size
    run.abandon()
    found = recover(tmp_path, run.folder)
    assert found is not None
    assert len(found.sealed) == 1


def test_a_second_recorder_is_refused_the_same_spool(tmp_path: Path) -> None:
    first = spool_of(tmp_path)
    with pytest.raises(Conflict, match="Another recorder"):
        spool_of(tmp_path)
    first.release()
    spool_of(tmp_path).release()


def test_a_spool_of_another_installation_is_refused(tmp_path: Path) -> None:
    spool = spool_of(tmp_path)
    spool.belongs_to("one")
    spool.belongs_to("one")
    with pytest.raises(Conflict, match="installation one, not of two"):
        spool.belongs_to("two")
    spool.release()


def test_above_high_water_the_oldest_confirmed_chunks_go_and_no_others(tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path, 1500)
    spool = spool_of(tmp_path, high=sealed[0].entry.size)
    for chunk in sealed:
        spool.add(chunk)
    assert spool.sweep(there) == []
    assert all(chunk.media.exists() for chunk in sealed)
    for chunk in sealed[1:]:
        spool.confirm(chunk)
    assert spool.sweep(there) == []
    assert [chunk.media.exists() for chunk in sealed] == [True] + [False] * (len(sealed) - 1)
    assert sealed[-1].sidecar("stored").exists(), "the newest sidecar of an open run carries the tip"
    assert not sealed[-2].sidecar("stored").exists()
    assert spool.usage() == (sealed[0].entry.size, sealed[0].entry.start_us)
    spool.release()


def test_a_nearly_full_disk_costs_confirmed_chunks_first_and_tells_of_every_other(tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path, 1500)
    missing = sum(chunk.entry.size for chunk in sealed[:3])
    # Space comes back late: the disk says the same however much was removed.
    spool = spool_of(tmp_path, reserve=1000 + missing, free=lambda: 1000)
    for chunk in sealed:
        spool.add(chunk)
    spool.confirm(sealed[1])
    dropped = spool.sweep(there)
    assert dropped == [sealed[0], sealed[2]]
    assert [chunk.media.exists() for chunk in sealed[:4]] == [False, False, False, True]
    assert sealed[0].sidecar("dropped").exists()
    assert spool.waiting() == sealed[3:]
    spool.release()

    # The catalogue may have been away: what was dropped is told again, or the chain would end before it.
    spool = spool_of(tmp_path)
    (found,) = spool.recover()
    told = facts_of(found, spool, ship=lambda _: None)
    entries = [fact.sealed.entry.seq for fact in told if isinstance(fact, ChunkSealed)]
    assert entries == [1, *(chunk.entry.seq for chunk in sealed[2:])]
    lost = [fact.sealed for fact in told if isinstance(fact, ChunkDropped)]
    assert lost == [sealed[0], sealed[2]]
    assert spool.waiting() == sealed[3:]
    spool.release()


def test_at_its_limit_what_is_sent_or_asked_for_goes_last_and_what_arrived_is_no_loss(tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path, 1500)
    first, second, third, fourth = sealed[:4]
    total = sum(chunk.entry.size for chunk in sealed)
    limit = total - first.entry.size - second.entry.size
    spool = Spool(tmp_path, high_water_bytes=1 << 40, reserve_bytes=0, limit_bytes=limit)
    for chunk in sealed:
        spool.add(chunk)
    assert spool.room_bytes() == limit - total
    spool.spare([(first.entry.run, first.entry.seq)])
    with spool.sending(second) as here:
        assert here
        assert spool.sweep(there) == [third, fourth]
    with spool.sending(third) as here:
        assert not here, "a chunk that was dropped is not sent"
    assert first.media.exists()
    assert second.media.exists()
    spool.release()

    # What the store has while the catalogue is away goes before everything else, and is told again as what it was.
    total -= third.entry.size + fourth.entry.size
    spool = Spool(tmp_path, high_water_bytes=1 << 40, reserve_bytes=0, limit_bytes=total - 1)
    (found,) = spool.recover()
    assert found.dropped == {third.entry.seq, fourth.entry.seq}
    spool.arrived(second)
    assert spool.sweep(there) == []
    assert not second.media.exists()
    assert second.sidecar("entry").exists()
    spool.release()


def test_what_a_failed_disk_does_not_let_go_of_still_waits_to_be_sent(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "disk", 32)
    try:
        _, sealed, _ = record(disk.folder)
        spool = Spool(disk.folder, high_water_bytes=1 << 40, reserve_bytes=0, limit_bytes=1)
        for chunk in sealed:
            spool.add(chunk)
        spool.arrived(sealed[1])
        disk.fail()
        for _ in range(2):
            with pytest.raises(OSError, match="Read-only"):
                spool.sweep(there)
        assert spool.waiting_count() == len(sealed)
        spool.release()
    finally:
        disk.unmount()


def confirm(spool: Spool, sealed: Sequence[Sealed]) -> None:
    """The store has these, and the catalogue knows it."""
    for chunk in sealed:
        spool.add(chunk)
        spool.confirm(chunk)


def test_a_run_is_kept_until_an_upload_begun_of_it_is_taken_back(tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path, 300)
    spool = spool_of(tmp_path, high=0)
    confirm(spool, sealed)
    note = sealed[0].media.with_suffix(".upload")
    note.write_text("7")
    spool.ended(sealed[0].folder)
    spool.sweep(there)
    assert sealed[0].folder.exists()
    note.unlink()
    spool.ended(sealed[0].folder)
    spool.sweep(there)
    assert not sealed[0].folder.exists()
    spool.release()


def test_a_copy_goes_only_when_the_store_still_has_the_chunk(tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path, 1500)
    spool = spool_of(tmp_path, high=0)
    confirm(spool, sealed)

    def away(_sealed: Sealed) -> bool:
        raise Unavailable("store_unavailable", url="http://127.0.0.1:9", detail="refused")

    assert spool.sweep(away) == []
    assert all(chunk.media.exists() for chunk in sealed)
    assert spool.sweep(lambda chunk: chunk != sealed[1]) == []
    assert [chunk.media.exists() for chunk in sealed[:3]] == [False, True, False]
    spool.release()


def test_what_lies_in_the_spool_and_is_no_run_is_left_alone(tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path, 300)
    for name in ("lost+found", "gate-1"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "#1234").write_text("a lost file")
    (tmp_path / "notes.txt").write_text("do not touch")
    (tmp_path / "gate-1" / "old").mkdir()
    spool = spool_of(tmp_path)
    (found,) = spool.recover()
    assert found.sealed == sealed
    assert (tmp_path / "lost+found" / "#1234").exists()
    assert (tmp_path / "gate-1" / "old").exists()
    assert not (tmp_path / "_quarantine").exists()
    spool.release()


def test_a_run_that_a_full_disk_does_not_let_be_finished_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole, _ = record(tmp_path, 600)
    torn, _, _ = record(tmp_path, 200, finish=False)
    next(whole[0].folder.glob("run.json")).touch()
    write = durable.write

    def full(path: Path, data: bytes, *, mode: int = 0o600) -> None:
        if path.parent == torn.folder:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, data, mode=mode)

    spool = spool_of(tmp_path)
    with monkeypatch.context() as disk:
        disk.setattr(durable, "write", full)
        (found,) = spool.recover()
        assert found.sealed == whole
        assert spool.recover_rest() == []
    (rest,) = spool.recover_rest()
    assert rest.opening == torn.opening
    assert [chunk.entry.ended for chunk in rest.sealed] == ["recovered"]
    assert spool.recover_rest() == []
    assert {chunk.entry.run for chunk in spool.waiting()} == {found.opening.run, torn.opening.run}
    spool.release()


def test_runs_are_told_in_the_order_of_their_chain_whatever_the_clock_said(tmp_path: Path) -> None:
    tips, runs = [ZERO], []
    for number in range(3):
        run = open_run(
            tmp_path,
            camera="gate-1",
            epoch=1,
            recorder="here",
            reason="clock_step",
            parent=tips[-1],
            fsync=False,
            on_sealed=lambda _: None,
        )
        told = json.loads((run.folder / "run.json").read_text())
        told["at_us"] -= number * 3_600_000_000
        (run.folder / "run.json").write_text(json.dumps(told))
        runs.append(run.opening.run)
        found = recover(tmp_path, run.folder)
        assert found is not None
        assert found.closed is not None
        tips.append(found.closed.tip.hex())
    spool = spool_of(tmp_path)
    assert [run.opening.run for run in spool.recover()] == runs
    spool.release()


def test_media_that_nobody_accounts_for_is_kept_for_people(tmp_path: Path) -> None:
    run, sealed, _ = record(tmp_path, 600)
    run.close("released")
    sealed[0].sidecar("entry").write_text("{}")
    spool = spool_of(tmp_path, high=0)
    spool.recover()
    for chunk in spool.waiting():
        spool.confirm(chunk)
    spool.ended(run.folder)
    spool.sweep(there)
    spool.sweep(there)
    assert not run.folder.exists()
    kept = tmp_path / "_quarantine" / "gate-1"
    assert [path.name for path in kept.rglob("*.mp4")] == [sealed[0].media.name]
    spool.release()


def test_a_removal_cut_short_leaves_no_run_behind(tmp_path: Path) -> None:
    trash = tmp_path / "_trash" / "3f0c8a52-0000-4000-8000-000000000000"
    trash.mkdir(parents=True)
    (trash / "run.json").write_text("{}")
    spool = spool_of(tmp_path)
    assert spool.recover() == []
    assert not trash.exists()
    spool.release()


def test_a_run_whose_end_and_footage_are_elsewhere_leaves_nothing(tmp_path: Path) -> None:
    run, _, _ = record(tmp_path, 600)
    closed = run.close("released")
    assert Closed.read(run.folder / "closed.json") == closed
    spool = spool_of(tmp_path, high=0)
    (found,) = spool.recover()
    assert found.closed == closed
    for chunk in spool.waiting():
        spool.confirm(chunk)
    spool.ended(run.folder)
    spool.sweep(there)
    assert not run.folder.exists()
    spool.release()


def test_confirmed_chunks_are_remembered_across_a_restart(tmp_path: Path) -> None:
    run, sealed, _ = record(tmp_path, 600)
    run.close("released")
    spool = spool_of(tmp_path)
    spool.recover()
    spool.confirm(sealed[0])
    spool.release()
    spool = spool_of(tmp_path)
    spool.recover()
    assert [chunk.entry.seq for chunk in spool.waiting()] == [2, 3]
    spool.release()
