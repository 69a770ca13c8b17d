"""Checkpoints against the tree, and all that others put on them: cosignatures, time stamps, copies they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import rfc3161_client

from saksi import clock
from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import Kept
from saksi.custody.notes import Checkpoint, Line, Note, VerifierKey, parse_lines
from saksi.custody.policy import Policy
from saksi.custody.strict import Malformed
from saksi.errors import NotFound
from saksi.ledger.check.findings import Report
from saksi.objects.store import ObjectStore

_COSIGNED = 72  # bytes of cosignature/v1: seconds, then Ed25519


class AnchorCheck:
    """`keys` are the log's, `policy` names the witnesses, `seen` are checkpoints that somebody outside kept."""

    def __init__(
        self,
        report: Report,
        database: Database,
        *,
        keys: list[VerifierKey],
        policy: Policy,
        seen: Sequence[Note] = (),
    ) -> None:
        self._report = report
        self._database = database
        self._keys = keys
        self._policy = policy
        self._seen = sorted(
            ((Checkpoint.parse(note.text), note) for note in seen), key=lambda one: one[0].size
        )

    def grown(self, size: int, root: bytes) -> None:
        """The tree has this root at this size: holds what others kept of it to that. Sizes come in order."""
        while self._seen and self._seen[0][0].size <= size:
            at, note = self._seen.pop(0)
            where = f"checkpoint {at.size} from outside"
            self._report.count("checkpoints from outside")
            if at.size == size and at.root != root:
                self._report.add("seen_differs", where, root, at.root)
            try:
                signed = self._signed(note)
            except Malformed:
                signed = False
            if not signed:
                self._report.add("checkpoint_signature", where)

    @property
    def awaited(self) -> int:
        """The next size at which `grown` must be asked; -1 when there is none."""
        return self._seen[0][0].size if self._seen else -1

    def finish(self, size: int) -> None:
        """There is no more of the tree."""
        for at, _ in self._seen:
            self._report.add("seen_beyond", f"checkpoint {at.size} from outside", f"at most {size}", at.size)

    def hold(self, kept: Kept, root: bytes) -> None:
        """A checkpoint of the catalogue at the size at which the tree has this root."""
        where = f"checkpoint {kept.size}"
        self._report.count("checkpoints")
        if kept.root != root:
            self._report.add("checkpoint_root", where, root, kept.root)
        try:
            note = Note.parse(kept.note)
            at = Checkpoint.parse(note.text)
            signed = self._signed(note)
        except Malformed as error:
            self._report.add("checkpoint_note", where, found=error)
            return
        if (at.size, at.root) != (kept.size, kept.root):
            self._report.add("checkpoint_note", where, kept.root, at.root)
        if not signed:
            self._report.add("checkpoint_signature", where)
        self._hold_lines(kept, note)

    def _signed(self, note: Note) -> bool:
        return any(note.signed_by(key) is not None for key in self._keys)

    def _hold_lines(self, kept: Kept, note: Note) -> None:
        with self._database.transaction() as connection:
            lines = connection.execute(query("tree.cosignatures"), {"size": kept.size}).fetchall()
            stamp = connection.execute(query("tree.stamp"), {"size": kept.size}).fetchone()
        for row in lines:
            self._report.count("cosignatures")
            where = f"checkpoint {kept.size}: {row['name']}"
            try:
                (line,) = parse_lines(row["line"])
                for witness in self._policy.witnesses:
                    Note(text=note.text, lines=(line,)).signed_by(witness.key)
            except (Malformed, ValueError):
                self._report.add("cosignature_false", where)
                continue
            told = (line.name, _seconds(line))
            if told != (row["name"], clock.to_us(row["at"]) / 1e6):
                self._report.add("cosignature_row", where, told, (row["name"], row["at"]))
        if stamp is not None:
            self._report.count("stamps")
            found = _stamped(bytes(stamp["tsr"]), hashlib.sha256(kept.note.encode()).digest())
            if found is None or found not in (0, clock.to_us(stamp["at"])):
                self._report.add("stamp_differs", f"checkpoint {kept.size}")


def _seconds(line: Line) -> int:
    """The time of a cosignature, in seconds since 1970; -1 for a line that is none."""
    return int.from_bytes(line.signature[:8], "big") if len(line.signature) == _COSIGNED else -1


def _stamped(tsr: bytes, digest: bytes) -> int | None:
    """When a stamp over this digest was made, 0 where our library cannot read it; None for one over something else."""
    try:
        info = rfc3161_client.decode_timestamp_response(tsr).tst_info
    except ValueError:
        return 0 if digest in tsr else None
    return clock.to_us(info.gen_time) if info.message_imprint.message == digest else None


def hold_store_checkpoint(
    report: Report, connection: Connection, store: ObjectStore, keys: list[VerifierKey], published: int
) -> int:
    """The store's own checkpoint: ours, as large as what was published, with the root of the tree.

    Answers how much of the log the store must have: a row that says less hides nothing.
    """
    where = ledger_key("checkpoint")
    try:
        note = Note.parse(store.get(where))
        at = Checkpoint.parse(note.text)
        signed = any(note.signed_by(key) is not None for key in keys)
    except NotFound:
        if published:
            report.add("store_checkpoint", where, f"size {published}")
        return published
    except Malformed as error:
        report.add("store_checkpoint", where, found=error)
        return published
    kept = ledger_tree.at(connection, at.size)
    if not signed or kept is None or kept.root != at.root or at.size < published:
        report.add("store_checkpoint", where, f"size {published}", f"size {at.size}, signed: {signed}")
        return published
    return at.size
