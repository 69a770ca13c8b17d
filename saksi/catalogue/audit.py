"""The audit trail: one row for every log-in, search, view, change and refusal. Append-only by trigger.

What a row is about (cameras, case, span of footage) stands in columns of its own, taken from what it tells where the
caller does not say; the rows get their places in the log within seconds (saksi/catalogue/audit_log.py).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import BadInput


def record(
    connection: Connection,
    *,
    person: str,
    role: str,
    address: str,
    action: str,
    object: Mapping[str, object],
    purpose: str = "",
    result: str = "ok",
    cameras: Sequence[str] | None = None,
    case: str | None = None,
    span_us: tuple[int, int] | None = None,
) -> None:
    """Adds a row. `result` is ok, denied or failed; `cameras` (ids), `case` (id) and `span_us` are what it is about,
    where `object` does not say so by its members camera, cameras, spans, case, from, to and at.
    """
    named = _cameras(object) if cameras is None else cameras
    span = _span(object) if span_us is None else span_us
    values = {
        # What was asked for may hold what PostgreSQL's text cannot; the row of a refusal must not fail on it.
        "person": _kept(person),
        "role": role,
        "address": address,
        "action": _kept(action),
        "object": Jsonb(_kept_all(dict(object))),
        "purpose": _kept(purpose),
        "result": result,
        "cameras": sorted({_kept(one) for one in named}),
        "case": _kept(_text(object.get("case")) if case is None else case),
        "from": None if span is None else clock.from_us(span[0]),
        "to": None if span is None else clock.from_us(span[1]),
    }
    connection.execute(query("audit.record"), values)


def _cameras(told: Mapping[str, object]) -> list[str]:
    found = [told.get("camera"), *_list(told.get("cameras"))]
    found += [one[0] for one in _list(told.get("spans")) if isinstance(one, list | tuple) and one]
    return [
        one for name in found for one in (name if isinstance(name, list) else [name]) if isinstance(one, str)
    ]


def _span(told: Mapping[str, object]) -> tuple[int, int] | None:
    """The footage that it tells of; of several spans from the first to the last."""
    spans = [one for one in _list(told.get("spans")) if isinstance(one, list | tuple) and len(one) == 3]
    ends = [(one[1], one[2]) for one in spans] or [(told.get("from"), told.get("to"))]
    known = [(_instant(a), _instant(b)) for a, b in ends]
    whole = [(a, b) for a, b in known if a is not None and b is not None and a < b]
    if whole:
        return min(a for a, _ in whole), max(b for _, b in whole)
    at_us = _instant(told.get("at"))
    return None if at_us is None else (at_us, at_us + 1)


def _instant(value: object) -> int | None:
    """Microseconds, RFC 3339, or a query parameter's list of one; None for anything else."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, datetime):
        return clock.to_us(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if clock.EARLIEST_US <= value <= clock.LATEST_US else None
    if not isinstance(value, str):
        return None
    try:
        return clock.parse_rfc3339(value, "at")
    except BadInput:
        return None


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _kept(text: str) -> str:
    """As it can be kept, and as canonical bytes ask it."""
    return unicodedata.normalize("NFC", text.replace("\0", "\ufffd"))


def _kept_all(value: object) -> object:
    if isinstance(value, str):
        return _kept(value)
    if isinstance(value, Mapping):
        return {_kept(str(name)): _kept_all(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_kept_all(one) for one in value]
    return value
