""" "Punya kita?": what the archive knows of an MP4 that someone brings. The file stays where it is; its hashes come."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from archive_api.context import Context, Here
from archive_api.describe import instant
from archive_api.security import Caller, note, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.export.whose import Brought, Known, whose
from saksi.export.whose_package import MOST_AT_ONCE, Compared, Issued, Member, compare, find
from saksi.fmp4.clip_claim import ClipClaim
from saksi.fmp4.index import Description

router = APIRouter(tags=["evidence"])
# It tells what was recorded when and shows no picture, so whoever may search may ask; the picture they have already.
Searcher = Annotated[Caller, Depends(require(Permission.FOOTAGE_SEARCH))]
# Of footage to compare with, read twice: about an hour at 2 Mbps, and a minute of a worker's time.
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


class MemberSays(Body):
    """A file under data/ of a package."""

    path: str = Field(max_length=1024)
    sha256: str = Field(pattern=_HEX)


class PackageSays(Body):
    """An evidence package: what it calls itself in bag-info.txt, and where its bytes are not known its files, a
    thousand at a time.
    """

    name: str = Field("", max_length=200)
    files: list[MemberSays] = Field(default_factory=list, max_length=MOST_AT_ONCE)


class File(Body):
    """A file as whoever has it computes it: SHA-256 and NAL identity in hex, and what it says of itself."""

    size: int = Field(ge=0, le=_EXACT)
    sha256: str = Field(pattern=_HEX)
    nal_sha256: str | None = Field(None, pattern=_HEX, description="None where no frames can be read.")
    claim: ChunkSays | None = None
    clip: ClipSays | None = None
    package: PackageSays | None = None


@router.post("/whose")
def ask(file: File, request: Request, here: Here, caller: Searcher) -> dict[str, Any]:
    """`claim`: holds, differs, gone (nothing is left to compare with), damaged (what the store has of it is not
    what was recorded, so nothing can be compared with it), large (too much of it to compare at once), unknown, or none
    for a file that claims nothing. `known`: what of ours it is; `package`: the evidence package that
    it is or says it is, and what its files are.
    """
    if file.package is not None:
        return _package(file, file.package, request, here, caller)
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


def _package(
    file: File, says: PackageSays, request: Request, here: Context, caller: Caller
) -> dict[str, Any]:
    compared = Compared()
    members = [Member(path=one.path, sha256=one.sha256) for one in says.files]
    with here.database.transaction() as connection:
        issued = find(connection, sha256=file.sha256, name=says.name, asker=caller)
        compare(connection, issued, members, compared, asker=caller)
    claim = "unknown" if issued is None else "holds" if issued.same else "differs"
    what = {"sha256": file.sha256, "size": file.size, "says": says.name, "claim": claim}
    note(request, caller, "whose", what)
    return {"claim": claim, "known": [], "package": _issued(issued), "files": _compared(compared)}


def _issued(one: Issued | None) -> dict[str, Any] | None:
    """Of the case nothing where it is not the caller's to see."""
    if one is None:
        return None
    told = {
        "name": one.package,
        "same_bytes": one.same,
        "sealed": clock.format_us(one.sealed_us),
        "size": one.size,
        "sha256": one.sha256,
        "files": one.files,
        "case": None,
    }
    if not one.seen:
        return told
    return {
        **told,
        "case": {"id": one.case, "number": one.number},
        "export": one.export_id,
        "exhibits": list(one.exhibits),
        "requested_by": one.requested_by,
        "requested": clock.format_us(one.requested_us),
        "recipient": one.recipient,
        "reason": one.reason,
        "letter": one.letter,
        "links": [
            {
                "recipient": link.recipient,
                "made": clock.format_us(link.made_us),
                "state": link.state,
                "delivered": instant(link.delivered_us),
            }
            for link in one.links
        ],
    }


def _compared(one: Compared) -> dict[str, Any]:
    counts = {"same": one.same, "elsewhere": one.elsewhere, "differ": one.differ, "unknown": one.unknown}
    return {**counts, "named": one.named}


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
        "purge": one.purge,
        "package": one.package,
        "path": one.path,
    }
