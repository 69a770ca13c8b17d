"""C2SP tlog-witness: what a log asks a witness, and what a witness answers, as a pure decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saksi.custody import notes
from saksi.custody.merkle import EMPTY, verify_consistency
from saksi.custody.notes import Checkpoint, FalseSignature, Note, VerifierKey
from saksi.custody.proofs import hashes_text, parse_hashes
from saksi.custody.signing import Signer
from saksi.custody.strict import Malformed, number

MOST_BYTES = notes.MOST_BYTES + (1 << 13)


@dataclass(frozen=True, kw_only=True)
class Request:
    """The body of add-checkpoint: the size the witness is thought to have, a consistency path, the new checkpoint."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    def text(self) -> str:
        """The body."""
        return f"old {self.old}\n{hashes_text(self.path)}\n{self.note.whole()}"

    @classmethod
    def parse(cls, data: bytes) -> Request:
        """Reads a body. Raises Malformed."""
        if len(data) > MOST_BYTES:
            raise Malformed(f"a request has more than {MOST_BYTES} bytes")
        try:
            head, gap, note = data.decode().partition("\n\n")
        except UnicodeDecodeError as error:
            raise Malformed("a request is not UTF-8") from error
        first, *lines = head.split("\n")
        if not gap or not first.startswith("old "):
            raise Malformed("a request begins with its old size, hashes and an empty line")
        old = number(first.removeprefix("old "), "the old size")
        return cls(old=old, path=parse_hashes(lines), note=Note.parse(note))


@dataclass(frozen=True, kw_only=True)
class Known:
    """The newest checkpoint of a log that a witness cosigned."""

    size: int
    root: bytes


NOTHING = Known(size=0, root=EMPTY)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status and body over HTTP; `checkpoint` is set when it is to be kept (durably, before the answer goes out)."""

    status: int
    body: str
    checkpoint: Checkpoint | None = None

    @property
    def content_type(self) -> str:
        """409 carries the size alone, in a type of its own."""
        return "text/x.tlog.size" if self.status == 409 else "text/plain; charset=utf-8"


def decide(
    request: Request,
    *,
    logs: Mapping[str, Sequence[VerifierKey]],
    known: Known,
    name: str,
    signer: Signer,
    seconds: int,
) -> Answer:
    """Cosigns a consistent checkpoint of a known log, or says why not (statuses of the specification).

    `logs` has the keys of each origin, `known` what was cosigned last for the origin of this request; from reading
    `known` to keeping the answer no other request of that origin may be served. `seconds` is the time, since 1970.
    """
    try:
        new = Checkpoint.parse(request.note.text)
    except Malformed as error:
        return _refuse(400, str(error))
    keys = logs.get(new.origin)
    if keys is None:
        return _refuse(404, "unknown log")
    try:
        trusted = [request.note.signed_by(key) for key in keys]
    except FalseSignature as error:
        return _refuse(403, str(error))
    if all(one is None for one in trusted):
        return _refuse(403, "not signed by a known key of this log")
    if request.old > new.size:
        return _refuse(400, "the old size is larger than that of the checkpoint")
    if request.old != known.size:
        return Answer(status=409, body=f"{known.size}\n")
    if not verify_consistency(known.size, new.size, known.root, new.root, request.path):
        return _refuse(422, "the checkpoint does not continue the one cosigned before")
    line = notes.cosign(request.note.text, name, signer, seconds)
    return Answer(status=200, body=line.text(), checkpoint=new)


def _refuse(status: int, why: str) -> Answer:
    return Answer(status=status, body=f"{why}\n")
