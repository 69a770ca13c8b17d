"""C2SP tlog-proof: that an entry is in a log, in one text that needs nothing else but the policy; and consistency
paths as text, one hash a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saksi.custody.merkle import verify_inclusion
from saksi.custody.notes import MOST_BYTES as MOST_NOTE
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.policy import Policy, Standing
from saksi.custody.strict import Malformed, number, tobase64, unbase64, unhash

_FIRST = "c2sp.org/tlog-proof@v1"
MOST_BYTES = MOST_NOTE + (1 << 20)
MOST_PATH = 63


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The place of an entry, the path from it to a root, and the checkpoint (a signed note) with that root.

    `extra` is opaque and not authenticated; None where there is none.
    """

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    def text(self) -> str:
        """The file."""
        extra = [] if self.extra is None else [f"extra {tobase64(self.extra)}"]
        lines = [_FIRST, *extra, f"index {self.index}", *map(tobase64, self.path)]
        return "".join(f"{line}\n" for line in lines) + "\n" + self.note.whole()

    @classmethod
    def parse(cls, data: bytes | str) -> Proof:
        """Reads a proof. Raises Malformed."""
        if len(data) > MOST_BYTES:
            raise Malformed(f"a proof has more than {MOST_BYTES} bytes")
        try:
            text = data if isinstance(data, str) else data.decode()
        except UnicodeDecodeError as error:
            raise Malformed("a proof is not UTF-8") from error
        head, gap, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != _FIRST or not gap or not lines:
            raise Malformed(f"a proof begins with {_FIRST}")
        extra = None
        if lines[0].startswith("extra "):
            extra = unbase64(lines.pop(0).removeprefix("extra "), "the extra data of a proof")
        if not lines or not lines[0].startswith("index "):
            raise Malformed("a proof has no index line")
        index = number(lines[0].removeprefix("index "), "the index of a proof")
        return cls(index=index, path=parse_hashes(lines[1:]), note=Note.parse(note), extra=extra)

    def includes(self, leaf: bytes) -> bool:
        """Whether the path leads from this leaf hash to the root of the checkpoint (whoever signed that).

        Raises Malformed when the note is not a checkpoint.
        """
        at = Checkpoint.parse(self.note.text)
        return verify_inclusion(leaf, self.index, at.size, self.path, at.root)


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a proof shows: whether the leaf is included, and how the checkpoint stands with the policy."""

    included: bool
    standing: Standing

    @property
    def holds(self) -> bool:
        """Both."""
        return self.included and self.standing.holds


def verify(proof: Proof, leaf: bytes, policy: Policy) -> Verified:
    """Steps 2 to 4 of "Verifying a tlog proof"; the leaf hash (step 1) is the caller's. Raises Malformed."""
    return Verified(included=proof.includes(leaf), standing=policy.check(proof.note))


def hashes_text(path: Sequence[bytes]) -> str:
    """Hashes in base64, one a line."""
    return "".join(f"{tobase64(one)}\n" for one in path)


def parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes of lines without their newlines. Raises Malformed, also for more than 63."""
    if len(lines) > MOST_PATH:
        raise Malformed(f"a path has more than {MOST_PATH} hashes")
    return tuple(unhash(line, "a hash of a path") for line in lines)


def parse_hashes_text(text: str) -> tuple[bytes, ...]:
    """Reads what `hashes_text` wrote. Raises Malformed."""
    if text and not text.endswith("\n"):
        raise Malformed("the last hash has no newline")
    return parse_hashes(text.split("\n")[:-1])
