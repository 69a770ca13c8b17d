"""C2SP texts: verifier keys and signed notes (signed-note), checkpoints and cosignatures (tlog-checkpoint,
tlog-cosignature), proofs (tlog-proof) and trust (tlog-policy)."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence, Set, Tuple

from saksi.custody.verifier.ed25519 import signature_holds
from saksi.custody.verifier.hashes import Malformed, sha256

SIGNATURE, COSIGNATURE = 1, 4
MOST_NOTE = 1 << 20
MOST_LINES = 100
MOST_PATH = 63
DASH = "\u2014 "
CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
FIRST_OF_PROOF = "c2sp.org/tlog-proof@v1"


def shortest_number(text: str) -> int:
    """A decimal number below 2^63 without leading zeros. Raises Malformed."""
    if re.fullmatch("0|[1-9][0-9]{0,18}", text) is None or int(text) >= 1 << 63:
        raise Malformed("not a number in its shortest form")
    return int(text)


def unbase64(text: str) -> bytes:
    """The bytes of standard base64 in its one spelling. Raises Malformed."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise Malformed("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise Malformed("base64 in another than its one spelling")
    return data


def unbase64_hash(text: str) -> bytes:
    """A hash in base64. Raises Malformed."""
    data = unbase64(text)
    if len(data) != 32:
        raise Malformed("a hash of another length than 32 bytes")
    return data


def checked_name(name: str) -> str:
    """A key name: no blank, no plus, not empty (signed-note, "Format"). Raises Malformed."""
    if not name or "+" in name or any(one.isspace() or ord(one) < 32 for one in name):
        raise Malformed("a key name that may not be")
    return name


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a name (signed-note, "Verifier keys"). `kind` 1 signs notes, 4 cosigns with a time."""

    name: str
    kind: int
    public: bytes

    @property
    def short_id(self) -> bytes:
        """The four bytes by which lines of a note name it."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]


def parse_verifier_key(text: str) -> VerifierKey:
    """Reads NAME+HEX+BASE64. Raises Malformed, also when the id is not that of the key."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Malformed("a verifier key is NAME+ID+KEY")
    data = unbase64(parts[2])
    if not data or (data[0] in (SIGNATURE, COSIGNATURE) and len(data) != 33):
        raise Malformed("a verifier key with a key of another length")
    key = VerifierKey(checked_name(parts[0]), data[0], data[1:])
    try:
        if key.short_id.hex() != parts[1]:
            raise Malformed("a verifier key whose id is not that of its key")
    except UnicodeEncodeError as error:
        raise Malformed("a verifier key that is not UTF-8") from error
    return key


@dataclass(frozen=True)
class Note:
    """A text and the signature lines under it, each (name, key id, signature)."""

    text: str
    lines: Tuple[Tuple[str, bytes, bytes], ...]

    def signed_by(self, key: VerifierKey) -> Tuple[Optional[int], bool]:
        """(seconds at which `key` signed, or 0 for a plain signature, or None; whether a line falsely names it)."""
        seconds: List[int] = []
        false = False
        for name, short_id, signature in self.lines:
            if name != key.name or short_id != key.short_id:
                continue
            at = _line_holds(self.text, key, signature)
            if at is None:
                false = True
            else:
                seconds.append(at)
        return (min(seconds) if seconds else None), false

    def times(self, key: VerifierKey) -> List[int]:
        """Every time at which a witness's key cosigned this text."""
        found = [
            _line_holds(self.text, key, s)
            for name, i, s in self.lines
            if (name, i) == (key.name, key.short_id)
        ]
        return [at for at in found if at]


def _line_holds(text: str, key: VerifierKey, signature: bytes) -> Optional[int]:
    """The time of a signature that holds (0 for one without time), None for one that does not."""
    if key.kind == SIGNATURE:
        return 0 if signature_holds(key.public, signature, text.encode()) else None
    if key.kind != COSIGNATURE or len(signature) != 72:
        return None
    (seconds,) = struct.unpack(">Q", signature[:8])
    message = "cosignature/v1\ntime %d\n%s" % (seconds, text)
    ok = 0 < seconds < 1 << 40 and signature_holds(key.public, signature[8:], message.encode())
    return seconds if ok else None


def parse_note(data: bytes) -> Note:
    """Reads a note (signed-note, "Format"). Raises Malformed."""
    if len(data) > MOST_NOTE:
        raise Malformed("a note of more than a megabyte")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a note that is not UTF-8") from error
    if CONTROL.search(whole):
        raise Malformed("a note with a control character")
    text, gap, rest = whole.rpartition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise Malformed("a note is a text, an empty line and signature lines")
    rows = rest[:-1].split("\n")
    if len(rows) > MOST_LINES:
        raise Malformed("a note with more than a hundred signatures")
    lines = []
    for row in rows:
        name, gap, value = row[len(DASH) :].partition(" ")
        signature = unbase64(value)
        if not row.startswith(DASH) or not gap or len(signature) < 5:
            raise Malformed("a signature line of another form")
        lines.append((checked_name(name), signature[:4], signature[4:]))
    return Note(text + "\n", tuple(lines))


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of the log (tlog-checkpoint), the note that states them, and the note's exact bytes."""

    origin: str
    size: int
    root: bytes
    note: Note
    data: bytes


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Reads a checkpoint. Raises Malformed."""
    note = parse_note(data)
    lines = note.text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise Malformed("a checkpoint is an origin, a size and a root")
    return Checkpoint(lines[0], shortest_number(lines[1]), unbase64_hash(lines[2]), note, data)


def parse_proof(data: bytes) -> Tuple[int, List[bytes], Checkpoint]:
    """Reads a proof (tlog-proof): index, path, checkpoint. Raises Malformed."""
    if len(data) > MOST_NOTE + (1 << 16):
        raise Malformed("a proof of more than a megabyte")
    head, gap, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a proof that is not text") from error
    if lines[0] != FIRST_OF_PROOF or not gap or len(lines) < 2:
        raise Malformed("a proof of another form")
    if lines[1].startswith("extra "):
        unbase64(lines.pop(1)[len("extra ") :])
    if len(lines) < 2 or not lines[1].startswith("index ") or len(lines) > 2 + MOST_PATH:
        raise Malformed("a proof without index, or with too long a path")
    index = shortest_number(lines[1][len("index ") :])
    return index, [unbase64_hash(line) for line in lines[2:]], parse_checkpoint(note)


def parse_hashes(data: bytes) -> List[bytes]:
    """Hashes in base64, one a line. Raises Malformed."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed("hashes that are not text") from error
    if len(data) > 64 * (MOST_PATH + 1) or (text and not text.endswith("\n")):
        raise Malformed("hashes of another form")
    return [unbase64_hash(line) for line in text.split("\n")[:-1]]


@dataclass
class Policy:
    """Who is trusted (tlog-policy): logs, witnesses by name, groups in order, and what must have signed."""

    logs: List[VerifierKey] = field(default_factory=list)
    witnesses: Dict[str, VerifierKey] = field(default_factory=dict)
    groups: List[Tuple[str, int, List[str]]] = field(default_factory=list)
    quorum: str = "none"

    def reached(self, names: Set[str]) -> bool:
        """Whether these witnesses make the quorum; members of a group stand before it."""
        there = set(names)
        for name, needed, members in self.groups:
            if sum(member in there for member in members) >= needed:
                there.add(name)
        return self.quorum == "none" or self.quorum in there


def parse_policy(data: bytes) -> Policy:
    """Reads a policy (tlog-policy). Raises Malformed."""
    if len(data) > MOST_NOTE:
        raise Malformed("a policy of more than a megabyte")
    policy, seen = Policy(quorum=""), {"none"}
    members_seen: Set[str] = set()
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if lines[-1] or len(lines) > 4097:
        raise Malformed("a policy of too many lines, or without a newline at its end")
    for line in lines:
        words = [word for word in re.split("[ \t]+", line.strip(" \t")) if word]
        if words and not words[0].startswith("#"):
            _take(policy, words, seen, members_seen)
    if not policy.quorum:
        raise Malformed("a policy without a quorum")
    return policy


def _take(policy: Policy, words: Sequence[str], seen: Set[str], members_seen: Set[str]) -> None:
    """One line of a policy."""
    kind, rest = words[0], list(words[1:])
    if kind == "log" and 1 <= len(rest) <= 2:
        policy.logs.append(parse_verifier_key(rest[0]))
    elif kind == "witness" and 2 <= len(rest) <= 3 and rest[0] not in seen:
        policy.witnesses[rest[0]] = parse_verifier_key(rest[1])
        seen.add(rest[0])
    elif kind == "group" and len(rest) >= 3 and rest[0] not in seen:
        members = rest[2:]
        words_of = {"any": 1, "all": len(members)}
        needed = words_of[rest[1]] if rest[1] in words_of else shortest_number(rest[1])
        once = len(set(members)) == len(members) and not members_seen & set(members)
        if not once or not set(members) <= seen - {"none"} or not 1 <= needed <= len(members):
            raise Malformed("a group of a policy that cannot be")
        members_seen.update(members)
        policy.groups.append((rest[0], needed, members))
        seen.add(rest[0])
    elif kind == "quorum" and len(rest) == 1 and rest[0] in seen and not policy.quorum:
        policy.quorum = rest[0]
    else:
        raise Malformed("a line of a policy that cannot be: " + " ".join(words)[:60])
