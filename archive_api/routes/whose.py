""" "Punya kita?": what the archive knows of an MP4 that someone brings. The file stays where it is; its hashes come."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from archive_api.context import Here
from archive_api.security import Caller, note, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.export.whose import Brought, Known, whose
from saksi.fmp4.clip_claim import ClipClaim
from saksi.fmp4.index import Description

router = APIRouter(tags=["evidence"])
# It tells what was recorded when and shows no picture, so whoever may search may ask; the picture they have already.
Searcher = Annotated[Caller, Depends(require(Permission.FOOTAGE_SEARCH))]
# Of footage that is read to compare with: about an hour at 2 Mbps, and half a minute of a worker's time.
_MOST_BYTES = 1 << 30
_EXACT = 2**53 - 1  # JSON numbers beyond are not the same everywhere
_HEX = r"^[0-9a-f]{64}$"


class ChunkSays(Body):
    """The self-description of a chunk, word for word; `start` in microseconds UTC."""

    camera: str = Field(max_length=100)
    run: str = Field(max_length=100)
    seq: int = Field(ge=0, lt=2**31)
    start: int = Field(ge=0, le=_EXACT)


class ClipSays(Body):
    """The comment of a clip, word for word; times in microseconds UTC."""

    camera: str = Field(max_length=100)
    from_: int = Field(ge=0, le=_EXACT, alias="from")
    to: int = Field(ge=0, le=_EXACT)


class File(Body):
    """A file as whoever has it computes it: SHA-256 and NAL identity in hex, and what it says of itself."""

    size: int = Field(ge=0, le=_EXACT)
    sha256: str = Field(pattern=_HEX)
    nal_sha256: str | None = Field(None, pattern=_HEX, description="None where no frames can be read.")
    claim: ChunkSays | None = None
    clip: ClipSays | None = None


@router.post("/whose")
def ask(file: File, request: Request, here: Here, caller: Searcher) -> dict[str, Any]:
    """`claim`: holds, differs, gone (nothing is left to compare with), large (too much of it to compare at once),
    unknown, or none for a file that claims nothing. `known`: what of ours it is.
    """
    claim = _claim(file)
    brought = Brought(size=file.size, sha256=file.sha256, nal_sha256=file.nal_sha256, claim=claim)
    answer = whose(here.database, here.store, brought, asker=caller, most_bytes=_MOST_BYTES)
    what = {
        "sha256": file.sha256,
        "size": file.size,
        "says": claim.camera if claim else "",
        "claim": answer.claim,
        "cameras": sorted({one.camera for one in answer.known}),
    }
    note(request, caller, "whose", what)
    return {"claim": answer.claim, "known": [_described(one) for one in answer.known]}


def _claim(file: File) -> Description | ClipClaim | None:
    """A chunk's description stands for itself; a file with both is none of ours."""
    if file.claim is not None:
        says = file.claim
        return Description(camera=says.camera, run=says.run, seq=says.seq, start_us=says.start)
    if file.clip is not None:
        return ClipClaim(camera=file.clip.camera, from_us=file.clip.from_, to_us=file.clip.to)
    return None


def _described(one: Known) -> dict[str, Any]:
    return {
        "by": one.by,
        "kind": one.kind,
        "camera": one.camera,
        "name": one.name,
        "start": clock.format_us(one.start_us),
        "end": clock.format_us(one.end_us),
        "state": one.state,
        "package": one.package,
        "path": one.path,
    }
