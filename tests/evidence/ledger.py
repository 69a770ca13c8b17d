"""A whole log in memory: signed entries in chains, checkpoints with cosignatures, proofs. Keeps it simple and slow."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from saksi.custody.canonical import leaf, node
from saksi.custody.entries import Entry, sign
from saksi.custody.merkle import root
from saksi.custody.signing import Signer

ZEROS = "00" * 32


def seeded(name: str) -> Signer:
    """The same key for the same name."""
    return Signer.from_seed(hashlib.sha256(name.encode()).digest())


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def vkey(name: str, kind: int, public: bytes) -> str:
    return f"{name}+{_short(name, kind, public).hex()}+{b64(bytes([kind]) + public)}"


def _short(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def cosignature(text: str, name: str, signer: Signer, seconds: int) -> str:
    signature = struct.pack(">Q", seconds) + signer.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    return f"— {name} {b64(_short(name, 4, signer.public) + signature)}\n"


def log_line(text: str, origin: str, signer: Signer) -> str:
    return f"— {origin} {b64(_short(origin, 1, signer.public) + signer.sign(text.encode()))}\n"


def consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """PROOF(old, leaves) straight from RFC 9162 section 2.1.4.1."""

    def sub(m: int, part: Sequence[bytes], whole: bool) -> list[bytes]:
        n = len(part)
        if m == n:
            return [] if whole else [root(part)]
        k = 1 << (n - 1).bit_length() - 1
        if m <= k:
            return [*sub(m, part[:k], whole), root(part[k:])]
        return [*sub(m - k, part[k:], False), root(part[:k])]

    return [] if old in (0, len(leaves)) else sub(old, leaves, True)


@dataclass
class Logged:
    """An entry with its place."""

    index: int
    entry: Entry
    data: bytes
    signature: bytes
    leaf: bytes


@dataclass
class Ledger:
    """The log of one installation. `witnesses` are (name, signer); `needed` of them make the quorum, 0: none."""

    origin: str = "saksi.example/log"
    keys: str = "city"
    witnesses: Sequence[str] = ("kejaksaan", "inspektorat")
    needed: int = 1
    entries: list[Logged] = field(default_factory=list)
    notes: dict[int, bytes] = field(default_factory=dict)
    _ends: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signer = seeded(f"{self.keys}/log")

    @property
    def leaves(self) -> list[bytes]:
        return [one.leaf for one in self.entries]

    def append(
        self,
        signer: Signer,
        kind: str,
        chain: str,
        body: Mapping[str, object],
        at_us: int,
        refs: Sequence[str] = (),
    ) -> Logged:
        """Adds an entry."""
        seq, prev = self._ends.get(chain, (0, ZEROS))
        entry = Entry(
            kind=kind,
            chain=chain,
            seq=seq + 1,
            prev=prev,
            at_us=at_us,
            by=signer.key_id,
            body=body,
            refs=refs,
        )
        data = entry.canonical()
        one = Logged(len(self.entries), entry, data, sign(signer, data), leaf(data))
        self.entries.append(one)
        self._ends[chain] = (seq + 1, one.leaf.hex())
        return one

    def enrol(self, signer: Signer, role: str, name: str, at_us: int, old: Signer | None = None) -> Logged:
        """A key's own enrolment."""
        body = {
            "action": "enrol",
            "role": role,
            "name": name,
            "public": signer.public.hex(),
            "old": old.key_id if old else "",
            "old_signature": old.sign(b"saksi/key/1\n" + signer.public).hex() if old else "",
        }
        return self.append(signer, "key", "keys", body, at_us)

    def checkpoint(self, at_us: int, witnesses: Sequence[str] | None = None) -> bytes:
        """A checkpoint of now, cosigned by these witnesses (all of them)."""
        text = f"{self.origin}\n{len(self.entries)}\n{b64(root(self.leaves))}\n"
        note = text + "\n" + log_line(text, self.origin, self.signer)
        for name in self.witnesses if witnesses is None else witnesses:
            note += cosignature(
                text, f"{name}.example/w", seeded(f"{self.keys}/w/{name}"), at_us // 1_000_000
            )
        self.notes[len(self.entries)] = note.encode()
        return note.encode()

    def policy(self) -> bytes:
        """The installation's trust, C2SP tlog-policy."""
        lines = [f"log {vkey(self.origin, 1, self.signer.public)}\n"]
        for name in self.witnesses:
            lines.append(
                f"witness {name} {vkey(f'{name}.example/w', 4, seeded(f'{self.keys}/w/{name}').public)}\n"
            )
        if self.needed:
            lines.append(f"group luar {self.needed} {' '.join(self.witnesses)}\nquorum luar\n")
        else:
            lines.append("quorum none\n")
        return "".join(lines).encode()

    def proof(self, index: int, size: int, levels: Tree) -> bytes:
        """The tlog-proof of an entry on the checkpoint of `size`."""
        path = "".join(f"{b64(one)}\n" for one in levels.path(index))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n".encode() + self.notes[size]


class Tree:
    """All levels of a tree, so that many paths cost little."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels = [list(leaves)]
        while len(self.levels[-1]) > 1:
            level = self.levels[-1]
            up = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            self.levels.append(up + ([level[-1]] if len(level) % 2 else []))

    def path(self, index: int) -> list[bytes]:
        path = []
        for level in self.levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index //= 2
        return path
