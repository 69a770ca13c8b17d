"""One open chunk on the disk: whole fragments appended, then sealed.

Commit order, and what a crash after each step leaves:
1. header and first fragment in one write to `<seq>.part`, later fragments in one write each, fsync by policy:
   recovery cuts a torn tail and seals what is whole;
2. sample index appended, fsync: the same, the index is cut and written again with the same bytes;
3. `<seq>.entry` written durably: the chunk is sealed, recovery only finishes step 4;
4. `.part` renamed to `.mp4`, directory fsynced: done.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from zlib_ng import zlib_ng

from recorder import scratch
from recorder.sidecar import InitFacts, Sealed
from saksi import durable
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import ChunkEntry, ClockEvidence
from saksi.fmp4.index import pack
from saksi.fmp4.samples import FragmentSamples
from saksi.fmp4.spans import FragmentSpan
from saksi.fmp4.writer import FragmentBytes, sample_index, self_description


class ChunkFile:
    """`<folder>/<seq>.part` while it grows. Not thread-safe; its camera's lock guards it."""

    def __init__(
        self, folder: Path, *, camera: str, run: str, seq: int, init: InitFacts, start_us: int, fsync: bool
    ) -> None:
        """`fsync`: force every fragment to the disk, not only the sealed chunk."""
        self.start_us = start_us
        self.init = init
        self.size = 0
        self.spans: list[FragmentSpan] = []
        self._folder, self._camera, self._run, self._seq = folder, camera, run, seq
        self._fsync = fsync
        self._path = folder / f"{seq:08d}.part"
        self._samples: list[FragmentSamples] = []
        self._hash = hashlib.sha256()
        self._crc32 = 0
        self._header = init.body + self_description(camera=camera, run=run, seq=seq, start_us=start_us)
        self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def append(self, piece: FragmentBytes) -> None:
        """Adds a fragment, wholly or not at all. Raises OSError when the disk does not take it."""
        offset = self.size or len(self._header)
        self._write(piece.pieces if self.size else (self._header, *piece.pieces))
        if self._fsync:
            os.fdatasync(self._handle)
            if not self.spans:
                durable.sync_directory(self._folder)
        self.spans.append(piece.span(offset))
        self._samples.append(piece.samples.at(offset))

    def seal(self, *, ended: str, clock_evidence: ClockEvidence, lost: int, previous_tip: bytes) -> Sealed:
        """Makes the chunk final.

        Raises OSError when the disk does not take it; the `.part` stays for recovery.
        """
        self._write((sample_index(self._samples),))
        os.fsync(self._handle)
        entry = ChunkEntry(
            camera=self._camera,
            run=self._run,
            seq=self._seq,
            start_us=self.start_us,
            end_us=self.spans[-1].end_us,
            frames=sum(span.frames for span in self.spans),
            size=self.size,
            init=self.init.sha256,
            sha256=self._hash.hexdigest(),
            clock=clock_evidence,
            ended=ended,
            lost=lost,
        )
        sealed = Sealed(
            entry=entry,
            tip=chain_tip(previous_tip, entry.leaf()),
            fragments=pack(self.spans, self.start_us),
            init=self.init,
            folder=self._folder,
            crc32=self._crc32,
        )
        self.close()
        finish(sealed)
        return sealed

    def close(self) -> None:
        """Lets go of the file without sealing it."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _write(self, pieces: Sequence[bytes]) -> None:
        with scratch.joined(pieces) as data:
            written = 0
            try:
                while written < len(data):
                    written += os.write(self._handle, data[written:])
            except OSError:
                # What a full disk took of it must not stand between two whole fragments.
                os.ftruncate(self._handle, self.size)
                os.lseek(self._handle, self.size, os.SEEK_SET)
                raise
            self._hash.update(data)
            self._crc32 = zlib_ng.crc32(data, self._crc32)
            self.size += len(data)


def finish(sealed: Sealed) -> None:
    """Steps 3 and 4; recovery comes through here too."""
    durable.write(sealed.sidecar("entry"), sealed.as_bytes())
    durable.rename(sealed.folder / f"{sealed.name}.part", sealed.media)
