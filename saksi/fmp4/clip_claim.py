"""What a clip says of itself: camera and span, as canonical JSON in the comment of iTunes-style metadata in moov.

Not in a box of our own: the comment is what FFmpeg and others carry over when they pack the same frames anew, and what
players show. It proves nothing; it says where to look.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import BinaryIO

from saksi.custody.canonical import canonical
from saksi.fmp4.boxes import Malformed, box, child, full_box, iterate, iterate_stream

_TYPE = "saksi/clip/1"
_COMMENT = b"\xa9cmt"
_UTF8 = struct.pack(">II", 1, 0)  # the type of a data box, and no locale
_LARGEST_MOOV = 64 * 2**20  # an hour of pictures and sound has one of about 2 MiB
_MOST_BOXES = 16  # at the top of a file before moov is given up
_LONGEST = 1000


@dataclass(frozen=True, kw_only=True)
class ClipClaim:
    """Camera by its id, the span that is shown, and whether parts of it are keyframes alone, kept of originals."""

    camera: str
    from_us: int
    to_us: int
    thinned: bool = False


def claim_box(claim: ClipClaim) -> bytes:
    """`udta` with the comment, for moov."""
    facts: dict[str, object] = {
        "t": _TYPE, "camera": claim.camera, "from": claim.from_us, "to": claim.to_us,
    }  # fmt: skip
    if claim.thinned:
        facts["thinned"] = True
    comment = box(_COMMENT, box(b"data", _UTF8, canonical(facts)))
    handler = full_box(b"hdlr", 0, 0, bytes(4), b"mdir", b"appl", bytes(9))
    return box(b"udta", full_box(b"meta", 0, 0, handler, box(b"ilst", comment)))


def read_claim(stream: BinaryIO) -> ClipClaim:
    """What a seekable MP4 file says of itself. Raises Malformed when it says nothing of the kind."""
    size = stream.seek(0, 2)
    for _, found in zip(range(_MOST_BOXES), iterate_stream(stream, 0, size), strict=False):
        if found.kind != b"moov":
            continue
        if found.end - found.offset > _LARGEST_MOOV:
            raise Malformed(f"a moov of {found.end - found.offset} bytes")
        stream.seek(found.offset)
        return _claim(stream.read(found.end - found.offset))
    raise Malformed("a file without moov")


def _claim(moov: bytes) -> ClipClaim:
    meta = child(moov, child(moov, next(iterate(moov)), b"udta"), b"meta")
    # A FullBox here; its children begin behind version and flags.
    ilst = next((one for one in iterate(moov, meta.body + 4, meta.end) if one.kind == b"ilst"), None)
    if ilst is None:
        raise Malformed("meta without ilst")
    data = child(moov, child(moov, ilst, _COMMENT), b"data")
    text = moov[data.body + len(_UTF8) : data.end]
    if len(text) > _LONGEST:
        raise Malformed("a comment too long to be ours")
    try:
        told = json.loads(text)
        kind, camera, from_us, to_us = (told[name] for name in ("t", "camera", "from", "to"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Malformed("the comment is not ours") from error
    if kind != _TYPE or not (isinstance(camera, str) and type(from_us) is int and type(to_us) is int):
        raise Malformed("the comment has fields of the wrong kind")
    return ClipClaim(camera=camera, from_us=from_us, to_us=to_us, thinned=told.get("thinned") is True)
