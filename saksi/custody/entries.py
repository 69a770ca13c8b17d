"""Entries of the log: canonical bytes that name their chain, place, time, writer and what they refer to.

`{"t":"saksi/<kind>/1","chain","seq","prev","at","by","refs","body"}`: `prev` is the leaf hash of the entry before it in
its chain (zeros for the first), `by` the key that signed, `refs` leaf hashes of other entries. The writer's Ed25519
signature over `saksi/entry/1\\n` and the bytes stands beside the entry, not in it. No personal data: what names people
is kept apart, and the entry holds a salted commitment to it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from saksi.custody.canonical import canonical, leaf
from saksi.custody.signing import Signer, verify

MOST_BYTES = 65_535  # what an entry bundle of C2SP tlog-tiles can hold
NONCE_BYTES = 32
_CONTEXT = b"saksi/entry/1\n"
_KIND = re.compile(r"saksi/([a-z][a-z-]*)/1")
_HASH = re.compile(r"[0-9a-f]{64}")
_KEYS = {"t", "chain", "seq", "prev", "at", "by", "refs", "body"}


class BadEntry(ValueError):
    """Bytes that are not an entry in its one canonical form."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `prev` and `refs` are hex, `at_us` microseconds UTC, `by` a key id."""

    kind: str
    chain: str
    seq: int
    prev: str
    at_us: int
    by: str
    body: Mapping[str, object]
    refs: Sequence[str] = field(default=())

    def canonical(self) -> bytes:
        """Canonical bytes. Raises ValueError outside the profile of `saksi.custody.canonical`."""
        return canonical(
            {
                "t": f"saksi/{self.kind}/1",
                "chain": self.chain,
                "seq": self.seq,
                "prev": self.prev,
                "at": self.at_us,
                "by": self.by,
                "refs": list(self.refs),
                "body": self.body,
            }
        )

    def leaf(self) -> bytes:
        """The RFC 6962 leaf hash of the canonical bytes."""
        return leaf(self.canonical())

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """The entry of these bytes. Raises BadEntry unless they are exactly what `canonical` gives."""
        try:
            told = json.loads(data)
            entry = cls._of(told)
            if entry.canonical() == data:
                return entry
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadEntry(f"not an entry: {error}") from error
        raise BadEntry("not an entry in canonical form")

    @classmethod
    def _of(cls, told: object) -> Entry:
        if not isinstance(told, dict) or set(told) != _KEYS:
            raise BadEntry("an entry has exactly t, chain, seq, prev, at, by, refs and body")
        kind = _KIND.fullmatch(_text(told["t"]))
        refs = told["refs"]
        if kind is None or not isinstance(refs, list) or not isinstance(told["body"], dict):
            raise BadEntry("t, refs or body of an entry has another form")
        if not all(_HASH.fullmatch(_text(one)) for one in [told["prev"], *refs]):
            raise BadEntry("prev and refs of an entry are hashes in lower-case hex")
        return cls(
            kind=kind[1],
            chain=_text(told["chain"]),
            seq=_number(told["seq"]),
            prev=told["prev"],
            at_us=_number(told["at"]),
            by=_text(told["by"]),
            body=told["body"],
            refs=tuple(refs),
        )


def sign(signer: Signer, data: bytes) -> bytes:
    """The writer's signature over the bytes of an entry."""
    return signer.sign(_CONTEXT + data)


def signed_by(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the bytes of an entry carry this key's signature."""
    return verify(public, signature, _CONTEXT + data)


def commitment(nonce: bytes, body: Mapping[str, object]) -> str:
    """SHA-256(nonce || canonical body) in hex: binds an entry to a body that it does not show.

    The nonce (32 random bytes) keeps guessable bodies from being guessed; both are disclosed to those entitled.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    return hashlib.sha256(nonce + canonical(body)).hexdigest()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadEntry("text expected")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadEntry("a number of at least 0 expected")
    return value
