"""What must be true of footage that was recorded while something around the recorder failed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from saksi.catalogue import keys
from tests.integration.recorder.archive import Archive, Shown


def check_whole(archive: Archive, name: str, least_s: float) -> None:
    """One unbroken stretch of footage, every picture once."""
    chunks = archive.chunks(name)
    assert not any(chunk["pending"] for chunk in chunks)
    assert len({chunk["run"] for chunk in chunks}) == 1
    check_every_picture_once(archive.pictures(name), least_s)
    archive.check_chains()


def check_every_picture_once(shown: Sequence[Shown], least_s: float) -> None:
    """No picture is missing and none is there twice, over at least so many seconds."""
    assert {(later.frame - earlier.frame) % 1500 for earlier, later in pairwise(shown)} == {1}
    assert shown[-1].wall_us - shown[0].wall_us >= least_s * 1e6


def check_objects(archive: Archive) -> None:
    """The store holds one object for each chunk of the catalogue, and no other footage."""
    codes = [row["code"] for row in archive.execute("select code from camera")]
    recorded = {
        keys.chunk_key(code, chunk["run"], chunk["seq"]) for code in codes for chunk in archive.stored(code)
    }
    assert {key for key, _ in archive.store.list("chunks/")} == recorded


def waiting(archive: Archive) -> int:
    """How many chunks the catalogue knows and the store does not have."""
    (row,) = archive.execute("select count(*) as n from chunk_pending")
    return int(row["n"])
