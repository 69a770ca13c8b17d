"""Whether a clip is one that was cut here: planned again over the catalogue, and its frames compared.

A plan depends on nothing but the stored footage of its span. So when it does not match, what matters is whether all
footage that the seals tell of is still there: if not, nothing can be said of the clip any more. Nor can it when an
object is not what was recorded, whether the clip matches it or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, cast

from saksi import clips, clock
from saksi.catalogue import footage
from saksi.catalogue.cameras import Camera
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.own_first import own_first
from saksi.catalogue.timeline import JITTER_US, clip, subtract, unite
from saksi.errors import Conflict, NotFound
from saksi.export.playable import PassingFile
from saksi.fmp4.clip_claim import ClipClaim
from saksi.fmp4.nal_identity import nal_identity
from saksi.fmp4.splice import ClipPlan, NoFootage
from saksi.objects.store import ObjectStore


@dataclass(frozen=True, kw_only=True)
class Compared:
    """`claim` as in `whose.Answer`; `by` is bytes or frames when it holds."""

    claim: str
    by: str = ""


def compare(
    database: Database,
    store: ObjectStore,
    camera: Camera,
    claim: ClipClaim,
    *,
    sha256: str,
    nal_sha256: str | None,
    most_bytes: int | None,
) -> Compared:
    """Reads the chunks of the span twice, unless they have more than `most_bytes`. Raises Unavailable."""
    if not _possible(claim):
        return Compared(claim="unknown")
    with database.transaction() as connection:
        chunks = footage.all_segments(connection, camera.camera_id, claim.from_us, claim.to_us)
        sealed = _sealed(connection, camera, claim)
        stored = own_first([one for one in chunks if one.state == "stored"])
        inits = {one.init.sha256: footage.init_body(connection, one.init.sha256) for one in stored}
    if not stored and not sealed:
        return Compared(claim="unknown")
    missing = subtract(sealed, unite(((one.entry.start_us, one.entry.end_us) for one in stored), JITTER_US))
    otherwise = Compared(claim="gone" if missing else "differs")
    if nal_sha256 is None:
        return otherwise
    if most_bytes is not None and sum(one.entry.size for one in stored) > most_bytes:
        return Compared(claim="large")
    try:
        if any(store.digest(one.key).hex() != one.entry.sha256 for one in stored):
            return Compared(claim="damaged")
        plan = clips.plan_clip(store, stored, inits, claim.from_us, claim.to_us, camera=camera.code)
        same = _read(store, plan)
    except NotFound:
        return Compared(claim="gone")  # an object that was purged this moment, or lost
    except (NoFootage, Conflict):
        # Nothing is left of it, or two streams that never made one clip.
        return otherwise
    if same == (sha256, nal_sha256):
        return Compared(claim="holds", by="bytes")
    return Compared(claim="holds", by="frames") if same[1] == nal_sha256 else otherwise


def _possible(claim: ClipClaim) -> bool:
    """Whether such a clip could have been asked for; more would be work for nothing."""
    known = clock.EARLIEST_US <= claim.from_us < claim.to_us <= clock.LATEST_US
    return known and claim.to_us - claim.from_us <= clips.LONGEST_US


def _sealed(connection: Connection, camera: Camera, claim: ClipClaim) -> list[tuple[int, int]]:
    window = {
        "camera_id": camera.camera_id,
        "from": clock.from_us(claim.from_us),
        "to": clock.from_us(claim.to_us),
    }
    rows = connection.execute(query("exports.sealed_spans"), window)
    spans = unite(((clock.to_us(row["start_at"]), clock.to_us(row["end_at"])) for row in rows), JITTER_US)
    return clip(spans, claim.from_us, claim.to_us)


def _read(store: ObjectStore, plan: ClipPlan) -> tuple[str, str]:
    """SHA-256 and NAL identity of a planned clip, in one pass over the store."""
    media = clips.stream(store, plan, len(plan.header), plan.length - 1)
    stream = PassingFile(plan, media)
    frames = nal_identity(cast(BinaryIO, stream)).sha256
    return stream.finish().then(plan.trailer)[0].hex(), frames
