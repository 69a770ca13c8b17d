"""C2SP tlog-policy: which logs and witnesses are trusted, and how many of them must have signed.

Names are opaque: bytes beyond ASCII are kept as they came (surrogateescape) and never compared in another way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from saksi.custody.notes import COSIGNATURE, ED25519, Checkpoint, FalseSignature, Note, VerifierKey
from saksi.custody.strict import Malformed, number

MOST_BYTES = 1 << 20
MOST_LINES = 4096
_NONE = "none"
_REFUSED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, kw_only=True)
class Log:
    """A log that is accepted; its key's name is its origin."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A witness, and where it takes checkpoints (its submission prefix)."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """`needed` of its members must have witnessed."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a policy says of a checkpoint: the log that signed it (None: none of the policy's), the seconds since 1970
    at which each witness signed, whether that is a quorum, and the names of keys that lines falsely claim."""

    checkpoint: Checkpoint
    log: Log | None
    witnessed: Mapping[str, int]
    quorum: bool
    false: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Signed by a log of the policy, witnessed by a quorum, and nothing false on it."""
        return self.log is not None and self.quorum and not self.false


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A whole policy file. A quorum of "none" asks for no witness."""

    logs: tuple[Log, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = _NONE

    def encode(self) -> bytes:
        """The file that `parse` reads to the same policy."""
        lines = [_line("log", log.key.text(), log.url) for log in self.logs]
        lines += [_line("witness", one.name, one.key.text(), one.url) for one in self.witnesses]
        lines += [_line("group", one.name, str(one.needed), *one.members) for one in self.groups]
        lines.append(_line("quorum", self.quorum))
        return "".join(lines).encode("utf-8", "surrogateescape")

    @classmethod
    def parse(cls, data: bytes) -> Policy:
        """Reads a policy file. Raises Malformed naming the line."""
        if len(data) > MOST_BYTES:
            raise Malformed(f"a policy has more than {MOST_BYTES} bytes")
        text = data.decode("utf-8", "surrogateescape")
        if _REFUSED.search(text):
            raise Malformed("a policy holds a control character other than tab and newline")
        if not text.endswith("\n"):
            raise Malformed("the last line of a policy has no newline")
        lines = text[:-1].split("\n")
        if len(lines) > MOST_LINES:
            raise Malformed(f"a policy has more than {MOST_LINES} lines")
        reading = _Reading()
        for place, line in enumerate(lines, 1):
            words = _BLANKS.split(line.strip(" \t"))
            if words[0] and not words[0].startswith("#"):
                try:
                    reading.take(words)
                except Malformed as error:
                    raise Malformed(f"line {place}: {error}") from error
        return reading.policy()

    def check(self, note: Note) -> Standing:
        """Who of the policy signed this checkpoint. Raises Malformed when the note is not a checkpoint."""
        checkpoint = Checkpoint.parse(note.text)
        false: list[str] = []
        log = None
        for one in self.logs:
            if one.key.name == checkpoint.origin and _signed(note, one.key, false) is not None:
                log = log or one
        witnessed = {}
        for witness in self.witnesses:
            seconds = _signed(note, witness.key, false)
            if seconds is not None:
                witnessed[witness.name] = seconds
        return Standing(
            checkpoint=checkpoint,
            log=log,
            witnessed=witnessed,
            quorum=self._reached(set(witnessed)),
            false=tuple(false),
        )

    def _reached(self, names: set[str]) -> bool:
        for group in self.groups:  # in order of definition, so members stand before
            if sum(member in names for member in group.members) >= group.needed:
                names.add(group.name)
        return self.quorum == _NONE or self.quorum in names


@dataclass
class _Reading:
    """A policy half read."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    _names: set[str] = field(default_factory=set)
    _members: set[str] = field(default_factory=set)

    def take(self, words: list[str]) -> None:
        """One line."""
        kind, *rest = words
        if kind == "log" and 1 <= len(rest) <= 2:
            key = _key(rest[0], ED25519, [one.key for one in self.logs])
            self.logs.append(Log(key=key, url=_url(rest[1:])))
        elif kind == "witness" and 2 <= len(rest) <= 3:
            self._name(rest[0])
            key = _key(rest[1], COSIGNATURE, [one.key for one in self.witnesses])
            self.witnesses.append(Witness(name=rest[0], key=key, url=_url(rest[2:])))
        elif kind == "group" and len(rest) >= 3:
            self._group(rest[0], rest[1], rest[2:])
        elif kind == "quorum" and len(rest) == 1:
            if self.quorum is not None:
                raise Malformed("a second quorum line")
            if rest[0] != _NONE and rest[0] not in self._names:
                raise Malformed("the quorum names nothing defined before it")
            self.quorum = rest[0]
        else:
            raise Malformed("neither log, witness, group nor quorum, or with another number of words")

    def policy(self) -> Policy:
        """The whole. Raises Malformed without a quorum line."""
        if self.quorum is None:
            raise Malformed("a policy has no quorum line")
        return Policy(
            logs=tuple(self.logs),
            witnesses=tuple(self.witnesses),
            groups=tuple(self.groups),
            quorum=self.quorum,
        )

    def _name(self, name: str) -> None:
        if name == _NONE or name in self._names:
            raise Malformed("a name is taken already")
        self._names.add(name)

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        if len(set(members)) != len(members) or self._members & set(members):
            raise Malformed("a name is a member twice")
        if not set(members) <= self._names:
            raise Malformed("a member is not defined before its group")
        self._name(name)
        words = {"any": 1, "all": len(members)}
        needed = words[threshold] if threshold in words else number(threshold, "the threshold of a group")
        if not 1 <= needed <= len(members):
            raise Malformed("a threshold lies outside its group")
        self._members |= set(members)
        self.groups.append(Group(name=name, needed=needed, members=tuple(members)))


def _key(text: str, kind: int, known: list[VerifierKey]) -> VerifierKey:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Malformed("a verifier key is not UTF-8") from error
    key = VerifierKey.parse(text)
    if key.kind in (ED25519, COSIGNATURE) and key.kind != kind:
        raise Malformed("a verifier key has the type of another role")
    if any(one.public == key.public for one in known):
        raise Malformed("a key is there twice")
    return key


def _url(words: list[str]) -> str:
    return words[0] if words else ""


def _line(*words: str) -> str:
    return " ".join(word for word in words if word) + "\n"


def _signed(note: Note, key: VerifierKey, false: list[str]) -> int | None:
    try:
        return note.signed_by(key)
    except FalseSignature:
        false.append(key.name)
        return None
