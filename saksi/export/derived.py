"""Derivatives that a package carries: redacted copies, each with the statement of what it was made of."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping, Sequence

from saksi.catalogue import derivatives
from saksi.catalogue.database import Connection
from saksi.catalogue.derivatives import Derivative
from saksi.catalogue.exports import Export
from saksi.export.plan import Processed


def processed(connection: Connection, export: Export) -> list[Processed]:
    """Derivatives that were chosen, or all of the exhibits that are ready, each with the statement of its making."""
    found = []
    for one in derivatives.derivatives_of(connection, export.case_id, export.exhibits):
        if export.derivatives is not None and one.number not in export.derivatives:
            continue
        assert one.statement is not None
        content = base64.b64encode(one.statement).decode()
        digest = hashlib.sha256(one.statement).hexdigest()
        found.append(_processed(one, one.path, one.key, "", (one.size, one.sha256, one.crc32)))
        facts = (len(one.statement), digest, zlib.crc32(one.statement))
        found.append(_processed(one, one.statement_path, "", content, facts))
    return found


def without(copies: Sequence[Processed], absent: Mapping[str, str]) -> list[Processed]:
    """The same but for copies that the store does not give, with their statements."""
    gone = {one.derivation for one in copies if one.key in absent}
    return [one for one in copies if one.derivation not in gone]


def _processed(
    one: Derivative, path: str, key: str, content: str, facts: tuple[int | None, str | None, int | None]
) -> Processed:
    size, sha256, crc32 = facts
    assert size is not None
    assert sha256 is not None
    assert crc32 is not None
    return Processed(
        path=path,
        key=key,
        content=content,
        size=size,
        sha256=sha256,
        crc32=crc32,
        derivation=one.statement_path,
        camera_id=one.camera_id,
        start_us=one.from_us,
        end_us=one.to_us,
    )
