"""The log's side of C2SP tlog-witness: asks the witnesses of the policy to cosign the newest published checkpoint.

A witness that is silent or refuses stops nothing; it is asked again after the next checkpoint. One that knows more of
the log than the catalogue does says that the catalogue was rolled back, which is an alarm.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.ledger_tree import Kept
from saksi.custody import notes
from saksi.custody.notes import Line, Note
from saksi.custody.policy import Policy, Witness
from saksi.custody.strict import Malformed, number
from saksi.custody.witnessing import Request
from saksi.errors import BadInput, Unavailable
from saksi.ledger import outgoing
from saksi.messages import register

register(
    "cosignature_unusable",
    en=(
        "This is no cosignature of a witness of the policy over a checkpoint of ours: {why}.",
        "Ask the witness again.",
    ),
    id_=(
        "Ini bukan tanda tangan saksi luar dari kebijakan atas titik periksa kita: {why}.",
        "Minta lagi kepada saksi.",
    ),
)

log = logging.getLogger("saksi.ledger.cosigning")
_MOST_AT_ONCE = 8
_TEXT = "text/plain; charset=utf-8"
_asked = Counter("saksi_ledger_witness_requests_total", "Requests to witnesses.", ["witness", "result"])


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of asking a witness: "cosigned", "silent", "refused", "ahead" (it knows a larger log: an alarm)."""

    witness: str
    result: str
    detail: str = ""


def ask_all(database: Database, policy: Policy) -> list[Outcome]:
    """Asks every witness that has an address and has not signed the newest published checkpoint yet.

    Raises Unavailable only for the database.
    """
    with database.transaction() as connection:
        kept = ledger_tree.newest_published(connection)
        signed = set() if kept is None else set(_cosigners(connection, kept.size))
    due = [one for one in policy.witnesses if one.url and one.key.name not in signed]
    if kept is None or not due:
        return []
    with ThreadPoolExecutor(_MOST_AT_ONCE) as many:
        outcomes = list(many.map(lambda witness: _ask(database, kept, witness), due))
    for outcome in outcomes:
        _asked.labels(outcome.witness, outcome.result).inc()
        if outcome.result != "cosigned":
            level = logging.ERROR if outcome.result == "ahead" else logging.WARNING
            log.log(level, "witness %s: %s (%s)", outcome.witness, outcome.result, outcome.detail)
    return outcomes


def request(connection: Connection, witness: Witness, *, old: int | None = None) -> Request | None:
    """What to ask a witness, over HTTP or as a file; None before the first checkpoint.

    `old` is the size it has, by default that of the last checkpoint that it signed.
    """
    kept = ledger_tree.newest_published(connection)
    return None if kept is None else _request(connection, kept, witness, old)


def take(connection: Connection, data: bytes, policy: Policy) -> list[tuple[int, str]]:
    """Keeps cosignatures that came as a file: lines alone, or a checkpoint with lines; answers sizes and names.

    Raises BadInput when not one line is a witness's of the policy over a published checkpoint.
    """
    try:
        note = Note.parse(data) if b"\n\n" in data else None
        lines = note.lines if note else notes.parse_lines(data)
    except Malformed as error:
        raise BadInput("cosignature_unusable", why=error) from error
    published = ledger_tree.published(connection).size
    taken = []
    for row in connection.execute(query("tree.recent"), {"size": published}):
        kept = Kept.from_row(row)
        if note is None or Note.parse(kept.note).text == note.text:
            taken += [(kept.size, name) for name in _keep(connection, kept, lines, policy.witnesses)]
            lines = [line for line in lines if line.name not in {name for _, name in taken}]
    if not taken:
        raise BadInput("cosignature_unusable", why="no line fits")
    return taken


def _request(connection: Connection, kept: Kept, witness: Witness, old: int | None) -> Request:
    if old is None:
        row = connection.execute(query("tree.last_cosigned_by"), {"name": witness.key.name}).fetchone()
        assert row is not None
        old = min(row["size"], kept.size)
    path = ledger_tree.tree(connection, kept.size).consistency(old)
    return Request(old=old, path=tuple(path), note=Note.parse(kept.note))


def _ask(database: Database, kept: Kept, witness: Witness) -> Outcome:
    """Asks once, and once more when the witness says that it has another size than we thought."""
    old: int | None = None
    for _ in range(2):
        try:
            with database.transaction() as connection:
                body = _request(connection, kept, witness, old).text().encode()
            url = f"{witness.url.rstrip('/')}/add-checkpoint"
            reply = outgoing.post(url, body, content_type=_TEXT)
            if reply.status == 200:
                return _cosigned(database, kept, witness, reply.body)
            detail = f"HTTP {reply.status} {reply.body[:200].decode(errors='replace').strip()}"
            if reply.status != 409:
                return Outcome(witness=witness.name, result="refused", detail=detail)
            old = number(reply.body.decode().removesuffix("\n"), "the size that a witness has")
        except (Malformed, UnicodeDecodeError) as error:
            return Outcome(witness=witness.name, result="refused", detail=str(error))
        except Unavailable as error:
            return Outcome(witness=witness.name, result="silent", detail=error.diagnostics("en"))
        if old > kept.size:
            return Outcome(witness=witness.name, result="ahead", detail=f"it has {old}, we have {kept.size}")
    return Outcome(witness=witness.name, result="refused", detail=detail)


def _cosigned(database: Database, kept: Kept, witness: Witness, body: bytes) -> Outcome:
    lines = notes.parse_lines(body)
    with database.transaction() as connection:
        if _keep(connection, kept, lines, [witness]):
            return Outcome(witness=witness.name, result="cosigned")
    return Outcome(witness=witness.name, result="refused", detail="it answered no signature of its key")


def _keep(
    connection: Connection, kept: Kept, lines: Sequence[Line], witnesses: Sequence[Witness]
) -> list[str]:
    """Keeps the lines that are true; answers the names of their keys."""
    text, names = Note.parse(kept.note).text, []
    for line in lines:
        for witness in witnesses:
            try:
                seconds = Note(text=text, lines=(line,)).signed_by(witness.key)
            except Malformed:
                continue
            if seconds:
                at = clock.from_us(min(seconds * 1_000_000, clock.LATEST_US))
                values = {"size": kept.size, "name": line.name, "line": line.text(), "at": at}
                connection.execute(query("tree.add_cosignature"), values)
                names.append(line.name)
    return names


def _cosigners(connection: Connection, size: int) -> list[str]:
    return [row["name"] for row in connection.execute(query("tree.cosignatures"), {"size": size})]
