"""C2SP signed notes, verifier keys, checkpoints and cosignatures (signed-note, tlog-checkpoint, tlog-cosignature).

Ed25519 only: type 1 signs the text of a note, type 4 signs it together with the time. Lines of other keys are kept and
mean nothing, as the specification asks.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from saksi.custody.signing import Signer, verify
from saksi.custody.strict import HASH, Malformed, number, tobase64, unbase64, unhash

ED25519 = 0x01
COSIGNATURE = 0x04
MOST_BYTES = 1 << 20
MOST_SIGNATURES = 100
_DASH = "— "
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class FalseSignature(Malformed):
    """A line that carries the name and id of a known key, and that key did not sign it: the note is to be refused."""


def check_name(name: str) -> str:
    """A key name: not empty, no space of Unicode, no plus, no control character. Raises Malformed."""
    if not name or "+" in name or any(one.isspace() or ord(one) < 0x20 for one in name):
        raise Malformed("a key name is empty or holds a space, a plus or a control character")
    return name


@dataclass(frozen=True, kw_only=True)
class VerifierKey:
    """A public key under a name, for one kind of signature (ED25519, COSIGNATURE, or one we cannot check)."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name it."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def text(self) -> str:
        """The vkey, as it is handed out."""
        return f"{self.name}+{self.key_id.hex()}+{tobase64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Reads a vkey. Raises Malformed, also when its id is not that of its key."""
        parts = text.split("+", 2)
        if len(parts) != 3 or _KEY_ID.fullmatch(parts[1]) is None:
            raise Malformed("a verifier key is NAME+8 hex digits+base64")
        data = unbase64(parts[2], "a verifier key")
        if not data or (data[0] in (ED25519, COSIGNATURE) and len(data) != 1 + HASH):
            raise Malformed("a verifier key has a public key of another length")
        key = cls(name=check_name(parts[0]), kind=data[0], public=data[1:])
        if key.key_id.hex() != parts[1]:
            raise Malformed("the id of a verifier key is not that of its key")
        return key


@dataclass(frozen=True, kw_only=True)
class Line:
    """One signature line; `signature` without the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def text(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {tobase64(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, text: str) -> Line:
        """Reads a line without its newline. Raises Malformed."""
        name, gap, value = text.removeprefix(_DASH).partition(" ")
        if not text.startswith(_DASH) or not gap:
            raise Malformed("a signature line is an em dash, a name and base64")
        data = unbase64(value, "a signature")
        if len(data) < 5:
            raise Malformed("a signature is too short")
        return cls(name=check_name(name), key_id=data[:4], signature=data[4:])


@dataclass(frozen=True, kw_only=True)
class Note:
    """A text (ending in a newline) and the lines under it."""

    text: str
    lines: tuple[Line, ...]

    def whole(self) -> str:
        """The note as it is stored and sent."""
        return self.text + "\n" + "".join(line.text() for line in self.lines)

    @classmethod
    def parse(cls, data: bytes | str) -> Note:
        """Reads a note of at most 1 MiB and 100 signatures. Raises Malformed."""
        whole = _decoded(data)
        text, gap, lines = whole.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise Malformed("a note is a text, an empty line and signature lines, each with a newline")
        parts = lines[:-1].split("\n")
        if len(parts) > MOST_SIGNATURES:
            raise Malformed(f"a note has more than {MOST_SIGNATURES} signatures")
        return cls(text=text + "\n", lines=tuple(Line.parse(one) for one in parts))

    def signed_by(self, key: VerifierKey) -> int | None:
        """When `key` signed: its cosignature's seconds since 1970, 0 for a plain signature; None where it did not.

        The earliest of several. Raises FalseSignature for a line that names the key and is not its.
        """
        if key.kind not in (ED25519, COSIGNATURE):
            return None
        found = [_checked(self.text, line, key) for line in self.lines if _names(line, key)]
        return min(found, default=None)


def sign(text: str, name: str, signer: Signer) -> Line:
    """A plain signature over the text of a note."""
    key = VerifierKey(name=check_name(name), kind=ED25519, public=signer.public)
    return Line(name=name, key_id=key.key_id, signature=signer.sign(text.encode()))


def cosign(text: str, name: str, signer: Signer, seconds: int) -> Line:
    """A witness's signature over a checkpoint and the time (seconds since 1970), cosignature/v1."""
    key = VerifierKey(name=check_name(name), kind=COSIGNATURE, public=signer.public)
    signature = struct.pack(">Q", seconds) + signer.sign(_cosigned(text, seconds))
    return Line(name=name, key_id=key.key_id, signature=signature)


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Size and root of a log at one moment. `extensions`: lines beyond the three, kept as they are."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), tobase64(self.root), *self.extensions]
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Reads the text of a note. Raises Malformed."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise Malformed("a checkpoint is an origin, a size and a root, each on a line of its own")
        return cls(
            origin=lines[0],
            size=number(lines[1], "the size of a checkpoint"),
            root=unhash(lines[2], "the root of a checkpoint"),
            extensions=tuple(lines[3:-1]),
        )


def parse_lines(data: bytes | str) -> list[Line]:
    """Signature lines alone, as a witness answers them. Raises Malformed."""
    text = _decoded(data)
    if not text.endswith("\n"):
        raise Malformed("signature lines end with a newline")
    parts = text[:-1].split("\n")
    if len(parts) > MOST_SIGNATURES:
        raise Malformed(f"more than {MOST_SIGNATURES} signatures")
    return [Line.parse(one) for one in parts]


def with_lines(note: Note, lines: Iterable[Line]) -> Note:
    """The note with more signature lines; one that is there already is not added again."""
    there = list(note.lines)
    there += [line for line in lines if line not in note.lines]
    return Note(text=note.text, lines=tuple(there))


def _decoded(data: bytes | str) -> str:
    if len(data) > MOST_BYTES:
        raise Malformed(f"a note has more than {MOST_BYTES} bytes")
    try:
        text = data.decode() if isinstance(data, bytes) else data.encode().decode()
    except UnicodeError as error:
        raise Malformed("a note is not UTF-8") from error
    if any(one < " " and one != "\n" for one in text):
        raise Malformed("a note holds a control character")
    return text


def _names(line: Line, key: VerifierKey) -> bool:
    return line.name == key.name and line.key_id == key.key_id


def _checked(text: str, line: Line, key: VerifierKey) -> int:
    if key.kind == ED25519:
        seconds, signature, message = 0, line.signature, text.encode()
    else:
        seconds = int.from_bytes(line.signature[:8], "big")
        signature, message = line.signature[8:], _cosigned(text, seconds)
    if seconds >= 1 << 63 or not verify(key.public, signature, message):
        raise FalseSignature(f"{key.name} {key.key_id.hex()} did not sign this")
    return seconds


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
