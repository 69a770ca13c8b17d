"""Honest chunk chains made up for the catalogue's tests: real entries, leaves and tips, footage of no meaning."""

from __future__ import annotations

import hashlib
import uuid

from saksi.catalogue import ledger
from saksi.catalogue.authors import Author
from saksi.catalogue.chunks import Announcement, InitSegment
from saksi.catalogue.database import Connection
from saksi.custody.canonical import tip
from saksi.custody.chain import ChunkEntry, ClockEvidence, RunOpening
from saksi.custody.signing import Signer
from saksi.fmp4.spans import FragmentSpan, pack

SECOND = 1_000_000
INIT = InitSegment(
    sha256=hashlib.sha256(b"init").hexdigest(), codec="h264", codecs="avc1.64001f", width=640, height=360,
    audio="none", body=b"init",
)  # fmt: skip
CLOCK = ClockEvidence(
    source="free", offset_us=0, error_us=-1, camera_source="none", camera_offset_us=0, residual_us=0
)


OFFICE = Author(chain="office", signer=Signer.from_seed(bytes([7]) * 32))
RECORDER = Author(chain="recorder/r1", signer=Signer.from_seed(bytes([9]) * 32))


def enrol(connection: Connection) -> None:
    """Makes both keys known."""
    ledger.enrol(connection, OFFICE.signer, role="office")
    ledger.enrol(connection, RECORDER.signer, role="recorder", name="r1")


def add_camera(connection: Connection, code: str = "cam") -> int:
    """A camera with its agency, written directly."""
    row = connection.execute(
        """with a as (insert into agency (code, name, category) values (%(code)s, 'A', 'city') returning agency_id)
           insert into camera (code, name, agency_id, source_sealed, source_masked)
           select %(code)s, 'C', agency_id, 'x', 'x' from a returning camera_id""",
        {"code": code},
    ).fetchone()
    assert row is not None
    camera_id: int = row["camera_id"]
    return camera_id


class Chain:
    """A run that grows by chunks."""

    def __init__(self, camera: str, opened_us: int, *, recorder: str = "r1", epoch: int = 1) -> None:
        self.opening = RunOpening(
            camera=camera, run=str(uuid.uuid4()), epoch=epoch, recorder=recorder, reason="lease",
            parent="00" * 32, at_us=opened_us,
        )  # fmt: skip
        self.tip = self.opening.tip()
        self.seq = 0

    def chunk(
        self,
        start_us: int,
        duration_us: int = 10 * SECOND,
        content: bytes = b"",
        clock: ClockEvidence = CLOCK,
    ) -> Announcement:
        """The next chunk of the chain."""
        self.seq += 1
        entry = ChunkEntry(
            camera=self.opening.camera, run=self.opening.run, seq=self.seq, start_us=start_us,
            end_us=start_us + duration_us, frames=250, size=1000, init=INIT.sha256,
            sha256=hashlib.sha256(content or str(start_us).encode()).hexdigest(), clock=clock, ended="boundary",
            lost=0,
        )  # fmt: skip
        self.tip = tip(self.tip, entry.leaf())
        span = FragmentSpan(
            offset=4, length=996, start_us=start_us, duration_us=duration_us, keyframe_length=100,
            video_length=996, sync=True, frames=250,
        )  # fmt: skip
        return Announcement(
            recorder=self.opening.recorder,
            entry=entry,
            tip=self.tip,
            fragments=pack([span], start_us),
            init=INIT,
        )
