"""The audit trail for an auditor: one ZIP with rows, proofs and a verifier that needs nothing of ours.

docs/reference/audit-export.md is its form. Whole batches of the log are given, one behind the other, so that without a
filter nothing can be left out unseen; rows that were not asked for, or not for these eyes, go as their leaves alone.
Rows are written to a file first: a ZIP's heads name sizes, and memory must not grow with the trail.
"""

from __future__ import annotations

import contextlib
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from saksi import __version__, clock
from saksi.catalogue import audit_batches, ledger_tree
from saksi.catalogue.audit_batches import Extent
from saksi.catalogue.audit_trail import KINDS, Wanted
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.ledger_tree import Kept
from saksi.catalogue.sight import Sight
from saksi.custody.notes import Note
from saksi.custody.package import Package, Payload, write
from saksi.custody.policy import Log, Policy
from saksi.custody.signing import Signer
from saksi.custody.strict import Malformed
from saksi.errors import BadInput, Conflict, IntegrityError, NotFound
from saksi.export import record, trail_table, trail_texts
from saksi.export.anchoring import witnessed
from saksi.export.spooled import Spooled
from saksi.export.texts import first_of_audit
from saksi.messages import register
from saksi.settings import Settings

register(
    "audit_export_long",
    en=("The span is {days} days long, more than {most}.", "Export shorter spans, one after the other."),
    id_=("Rentang sepanjang {days} hari, lebih dari {most}.", "Ekspor rentang lebih pendek, satu per satu."),
)
register(
    "audit_export_backwards",
    en=("The span ends ({to}) no later than it begins.", "Give a to that is later than from."),
    id_=("Rentang berakhir ({to}) tidak sesudah awalnya.", "Beri to yang lebih lambat dari from."),
)
register(
    "audit_export_large",
    en=(
        "The span holds about {rows} rows of the audit trail, more than {most}.",
        "Export shorter spans, one after the other.",
    ),
    id_=(
        "Rentang itu memuat sekitar {rows} baris jejak audit, lebih dari {most}.",
        "Ekspor rentang lebih pendek, satu per satu.",
    ),
)
register(
    "audit_export_early",
    en=(
        "The log has no rows of the audit trail since {from_} yet.",
        "Rows reach the log within seconds and are signed within a minute: try again then, or give an earlier from.",
    ),
    id_=(
        "Log belum memuat baris jejak audit sejak {from_}.",
        "Baris masuk log dalam hitungan detik dan ditandatangani dalam semenit: coba lagi nanti, atau beri from lebih"
        " awal.",
    ),
)

register(
    "audit_export_key",
    en=(
        "The key that signs the export does not stand under a checkpoint of the log yet.",
        "Checkpoints are made each minute while workers run: try again then.",
    ),
    id_=(
        "Kunci yang menandatangani ekspor belum tercakup titik periksa log.",
        "Titik periksa dibuat tiap menit selama pekerja berjalan: coba lagi nanti.",
    ),
)

KIND = "urn:saksi:audit-export:1"
MOST_DAYS = 366
MOST_ROWS = 2_000_000
_DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What to export, for whose eyes and by whom; `wanted.done_us` has both ends."""

    wanted: Wanted
    sight: Sight
    by: str
    reason: str = ""

    @property
    def span_us(self) -> tuple[int, int]:
        """When what is asked for was done."""
        from_us, to_us = self.wanted.done_us
        assert from_us is not None
        assert to_us is not None
        return from_us, to_us

    def told(self) -> dict[str, object]:
        """As the audit trail tells of it."""
        from_us, to_us = self.span_us
        asked = {"from": clock.format_us(from_us), "to": clock.format_us(to_us)}
        return {"asked": {**asked, **self.filter()}, **({"reason": self.reason} if self.reason else {})}

    def filter(self) -> dict[str, object]:
        """What narrows the rows, as the statement tells of it; empty for all of the span."""
        values = self.wanted.values()
        told = {name: values[name] for name in ("person", "camera", "case", "result")}
        kind = None if self.wanted.kind is None else list(KINDS[self.wanted.kind])
        if self.wanted.action is not None:
            kind = [self.wanted.action] if kind is None or self.wanted.action in kind else []
        starts = dict(zip(("span_from", "span_to"), self.wanted.span_us, strict=True))
        given = {**told, "actions": kind, **starts}
        return {name: _nfc(value) for name, value in given.items() if value is not None}


def _nfc(value: object) -> object:
    """Text as canonical JSON takes it."""
    if isinstance(value, list):
        return [_nfc(one) for one in value]
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


@dataclass(frozen=True, kw_only=True)
class Trail:
    """An export that is ready to be written: which batches of the log, on which checkpoint."""

    asked: Asked
    held: Extent
    kept: Kept
    log: Log
    policy: Policy
    made_us: int
    zone: str
    organization: str

    @property
    def name(self) -> str:
        """Its folder, and its file's stem."""
        ends = [clock.from_us(at).strftime("%Y%m%dT%H%M%SZ") for at in self.asked.span_us]
        return "jejak-audit-" + "-".join(ends)

    @property
    def whole(self) -> bool:
        """Whether every row is shown, so that nothing can be left out."""
        return not self.asked.filter() and self.asked.sight is None


def check_span(from_us: int, to_us: int) -> None:
    """Raises BadInput for a span that ends before it begins, or is too long."""
    if from_us >= to_us:
        raise BadInput("audit_export_backwards", field="to", to=clock.format_us(to_us))
    days = (to_us - from_us) // _DAY_US
    if to_us - from_us > MOST_DAYS * _DAY_US:
        raise BadInput("audit_export_long", field="to", days=days, most=MOST_DAYS)


def ready(connection: Connection, asked: Asked, signer: Signer, policy: Policy, settings: Settings) -> Trail:
    """What the log can prove of it, on the newest checkpoint that may be shown. `signer` will sign it.

    Raises NotFound where the log has nothing of the span yet, BadInput where it has too much.
    """
    from_us, to_us = asked.span_us
    check_span(from_us, to_us)
    kept = ledger_tree.newest_published(connection)
    held = None if kept is None else audit_batches.extent(connection, from_us, to_us, kept.size)
    if kept is None or held is None:
        raise NotFound("audit_export_early", field="from", from_=clock.format_us(from_us))
    if held.rows > MOST_ROWS:
        raise BadInput("audit_export_large", field="to", rows=held.rows, most=MOST_ROWS)
    if not policy.check(ledger_tree.cosigned(connection, kept)).quorum:
        seen = witnessed(connection, 1, policy)
        again = None if seen is None else audit_batches.extent(connection, from_us, to_us, seen.size)
        # One that witnesses signed is worth more than the rows of the last minute, never than whole hours.
        if seen is not None and again is not None and again.last == held.last:
            kept, held = seen, again
    log = policy.check(Note.parse(kept.note)).log
    known = connection.execute(query("audit.key_place"), {"key_id": signer.key_id}).fetchone()
    if log is None or known is None or known["idx"] >= kept.size:
        raise Conflict("audit_export_key")
    return Trail(
        asked=asked,
        held=held,
        kept=kept,
        log=log,
        policy=policy,
        made_us=clock.now_us(),
        zone=settings.zone,
        organization=settings.organization,
    )


def pieces(database: Database, trail: Trail, signer: Signer) -> Iterator[bytes]:
    """The ZIP, piece by piece. `signer` is the office's, enrolled. Raises Unavailable, in the middle."""
    with contextlib.ExitStack() as open_files:
        made = _Made(trail=trail, database=database, signer=signer, files=open_files)
        package = Package(
            name=trail.name,
            made_on=f"{clock.from_us(trail.made_us):%Y-%m-%d}",
            organization=trail.organization,
            first=first_of_audit(trail_texts.read_me(trail.name, trail.log.key.public)),
            payload=made.payload(),
            finish=made.finish,
            kind=KIND,
        )
        yield from write(package, signer)


@dataclass(kw_only=True)
class _Made:
    """What was counted while rows were written, and what follows them."""

    trail: Trail
    database: Database
    signer: Signer
    files: contextlib.ExitStack
    shown: int = 0
    leaves: int = 0
    keys: set[str] = field(default_factory=set)

    def payload(self) -> Iterator[Payload]:
        rows, table = (self._spool(path) for path in ("data/audit.jsonl", "data/audit.csv"))
        table.add(trail_table.head())
        trail = self.trail
        wanted = audit_batches.batches(
            self.database, trail.held, trail.asked.wanted, trail.asked.sight, whole=trail.whole
        )
        for batch in wanted:
            self.keys.add(batch.key_id)
            self.leaves += batch.count
            rows.add(b'{"entry":%s}\n' % batch.data)
            if not any(row for _, row in batch.leaves) and not trail.whole:
                continue  # its entry tells how many leaves it has
            for leaf, row in batch.leaves:
                rows.add(audit_batches.line_of(leaf, row))
                if row is not None:
                    self.shown += 1
                    table.add(trail_table.line(row, trail.zone))
        yield from (rows.payload(), table.payload())

    def finish(self, payload: Sequence[Payload]) -> tuple[Mapping[str, bytes], Mapping[str, object]]:
        trail = self.trail
        with self.database.transaction() as connection:
            meta = self._proofs(connection)
        from_us, to_us = trail.asked.span_us
        kept = trail.kept
        predicate: dict[str, object] = {
            "package": trail.name,
            "made_at": trail.made_us,
            "zone": trail.zone,
            "software": {"name": "saksi", "version": __version__},
            "request": {"by": _nfc(trail.asked.by), "reason": _nfc(trail.asked.reason)},
            "checkpoint": {"origin": trail.log.key.name, "size": kept.size, "root": kept.root.hex()},
            "asked": {"from": from_us, "to": to_us},
            "covers": {"from": trail.held.from_us, "to": trail.held.to_us},
            "filter": trail.asked.filter(),
            "limited": trail.asked.sight is not None,
            "entries": {"first": trail.held.first, "last": trail.held.last},
            "rows": self.shown,
            "withheld": self.leaves - self.shown,
            "later": trail.held.later,
            "files": [{"path": one.path, "size": one.size, "sha256": one.sha256} for one in payload],
        }
        return meta, predicate

    def _proofs(self, connection: Connection) -> dict[str, bytes]:
        """The entries at both ends, the one before, and those of the keys: proofs for all that lies between."""
        held, kept = self.trail.held, self.trail.kept
        ids: set[int] = set()
        for seq in {held.first - 1, held.first, held.last} - {0}:
            row = connection.execute(query("audit.entry"), {"seq": seq}).fetchone()
            assert row is not None
            ids.add(row["entry_id"])
        keys, before = {*self.keys, self.signer.key_id}, set[str]()
        rows: list[dict[str, Any]] = []
        while keys != before:
            before, wanted = keys, sorted({*ids, *record.enrolments(connection, sorted(keys))})
            found = connection.execute(query("export.entries"), {"entry_ids": wanted})
            rows = [row for row in found if row["idx"] is not None and row["idx"] < kept.size]
            keys = keys | {row["key_id"] for row in rows}
        try:
            return {
                **record.fix(connection, kept, rows).files(),
                "meta/keys.json": record.keys_file(connection, sorted(keys)),
                "meta/policy.txt": self.trail.policy.encode(),
            }
        except Malformed as error:
            raise IntegrityError("ledger_tree_broken", size=kept.size) from error

    def _spool(self, path: str) -> Spooled:
        return Spooled(path=path, stream=self.files.enter_context(tempfile.TemporaryFile()))
