"""The log for whoever wants to check it: checkpoint, keys, proofs and tiles in the formats of C2SP."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from archive_api import parameters
from archive_api.context import Here
from archive_api.security import Caller, note, require
from saksi.access import Permission
from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection
from saksi.catalogue.ledger_tree import Kept
from saksi.custody import tiles
from saksi.custody.proofs import hashes_text
from saksi.custody.strict import Malformed
from saksi.errors import BadInput, NotFound
from saksi.ledger import identity
from saksi.ledger.publishing import bundle_bytes, tile_bytes
from saksi.messages import register

register(
    "ledger_size_unknown",
    en=("There is no published checkpoint of size {given}.", "Leave size out for the newest, {size}."),
    id_=("Tidak ada titik periksa terbit berukuran {given}.", "Hilangkan size untuk yang terbaru, {size}."),
)
register(
    "ledger_entry_unknown",
    en=(
        "No entry {given} lies under the checkpoint of size {size}.",
        "A new entry is covered within a minute or two.",
    ),
    id_=(
        "Tidak ada entri {given} di bawah titik periksa berukuran {size}.",
        "Entri baru tercakup dalam satu dua menit.",
    ),
)
register(
    "ledger_proof_parameters",
    en=(
        "Ask for one proof: leaf or index (of inclusion), or old (of consistency).",
        "Such as ?index=0 or ?old=17.",
    ),
    id_=(
        "Minta satu bukti: leaf atau index (keberadaan), atau old (kesinambungan).",
        "Misalnya ?index=0 atau ?old=17.",
    ),
)
register(
    "ledger_tile_unknown",
    en=(
        "There is no tile {given} in the log.",
        "See the tile layout of C2SP tlog-tiles; the log has {size} entries.",
    ),
    id_=("Tidak ada ubin {given} di log.", "Lihat tata letak ubin C2SP tlog-tiles; log memuat {size} entri."),
)

router = APIRouter(tags=["ledger"])
Reader = Annotated[Caller, Depends(require(Permission.LEDGER_READ))]
_NONE = [Depends(parameters.only())]
_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_LEAF = re.compile(r"[0-9a-f]{64}")
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_Size = Annotated[int | None, Query(ge=0, lt=1 << 63)]


@router.get("/ledger/checkpoint", dependencies=_NONE)
def checkpoint(request: Request, here: Here, caller: Reader) -> Response:
    """The newest published checkpoint with every cosignature it has, as a signed note (C2SP tlog-checkpoint)."""
    with here.database.transaction() as connection:
        kept = _newest(connection)
        whole = ledger_tree.cosigned(connection, kept).whole()
    note(request, caller, "ledger checkpoint", {"size": kept.size})
    return Response(whole, media_type=_TEXT)


@router.get("/ledger/key", dependencies=_NONE)
def key(request: Request, here: Here, caller: Reader) -> Response:
    """The policy to check this log by (C2SP tlog-policy): its verifier keys, the witnesses, the quorum.

    What comes from here proves nothing by itself: get it, or its fingerprint, in another way too.
    """
    with here.database.transaction() as connection:
        policy = identity.policy(connection, here.settings)
    note(request, caller, "ledger key", {})
    return Response(policy.encode(), media_type=_TEXT)


@router.get("/ledger/proof", dependencies=[Depends(parameters.only("leaf", "index", "size", "old"))])
def proof(
    request: Request,
    here: Here,
    caller: Reader,
    leaf: str | None = None,
    index: _Size = None,
    size: _Size = None,
    old: _Size = None,
) -> Response:
    """That an entry (`leaf` hash in hex, or `index`) is in the log, as C2SP tlog-proof; or (`old`) that the log of one
    size continues that of another, one base64 hash a line."""
    if [leaf, index, old].count(None) != 2 or (leaf is not None and _LEAF.fullmatch(leaf) is None):
        raise BadInput("ledger_proof_parameters", field="leaf")
    with here.database.transaction() as connection:
        kept = _sized(connection, size)
        if old is not None:
            text = _consistency(connection, old, kept)
        else:
            place = index if leaf is None else ledger_tree.place_of(connection, bytes.fromhex(leaf))
            if place is None or place >= kept.size:
                raise NotFound("ledger_entry_unknown", given=leaf or index, size=kept.size)
            text = ledger_tree.proof(connection, place, kept).text()
    asked = {"leaf": leaf, "index": index, "old": old, "size": kept.size}
    note(request, caller, "ledger proof", {name: value for name, value in asked.items() if value is not None})
    return Response(text, media_type=_TEXT)


@router.get("/ledger/tile/{path:path}", dependencies=_NONE)
def tile(path: str, request: Request, here: Here, caller: Reader) -> Response:
    """A tile or an entry bundle at its path of C2SP tlog-tiles, such as `tile/0/x001/067.p/8` or `tile/entries/000`."""
    with here.database.transaction() as connection:
        size = _newest(connection).size
        try:
            level, n, width = tiles.parse_path(f"tile/{path}")
        except Malformed as error:
            raise NotFound("ledger_tile_unknown", given=path[:80], size=size) from error
        if width > tiles.width_in(size, level, n):
            raise NotFound("ledger_tile_unknown", given=path, size=size)
        bundle = level is None
        data = bundle_bytes(connection, n, width) if bundle else tile_bytes(connection, level or 0, n, width)
    note(request, caller, "ledger tile", {"tile": path})
    return Response(data, media_type=_BYTES, headers=_FOREVER)


def _newest(connection: Connection) -> Kept:
    kept = ledger_tree.newest_published(connection)
    if kept is None:
        raise NotFound("ledger_empty")
    return kept


def _sized(connection: Connection, size: int | None) -> Kept:
    newest = _newest(connection)
    if size is None:
        return newest
    kept = ledger_tree.at(connection, size) if size <= newest.size else None
    if kept is None:
        raise NotFound("ledger_size_unknown", field="size", given=size, size=newest.size)
    return kept


def _consistency(connection: Connection, old: int, new: Kept) -> str:
    if old > new.size:
        raise NotFound("ledger_size_unknown", field="old", given=old, size=new.size)
    return hashes_text(ledger_tree.tree(connection, new.size).consistency(old))
