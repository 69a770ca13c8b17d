"""What was gathered for a package, fixed: a later try, or a re-issue years later, makes the same bytes of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from saksi.errors import NotFound
from saksi.export.scope import Asked
from saksi.objects.store import ObjectStore


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file of the package that the store keeps under `key`, and the camera and span that it is of."""

    path: str
    key: str
    size: int
    sha256: str
    crc32: int
    camera_id: int
    start_us: int
    end_us: int


@dataclass(frozen=True, kw_only=True)
class Original(Kept):
    """A chunk that goes into the package as it is. `crc32` is -1 where it was recorded without one."""

    camera: str
    run: str
    seq: int


@dataclass(frozen=True, kw_only=True)
class Processed(Kept):
    """A file of a derivative: an object of the store, or, where `key` is empty, `content` (base64) itself.

    `derivation` is the path of the statement of what it was made of.
    """

    content: str
    derivation: str


@dataclass(frozen=True, kw_only=True)
class ImportedFile(Kept):
    """A file that somebody brought, as it was, with the run that was made of it; both times are stated."""

    camera: str
    run: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`first` and `meta` are files by path; `predicate` lacks only what is known when the payload has passed."""

    package: str
    made_us: int
    organization: str
    first: Mapping[str, bytes] = field(repr=False)
    meta: Mapping[str, bytes] = field(repr=False)
    predicate: Mapping[str, Any] = field(repr=False)
    originals: Sequence[Original] = field(repr=False)
    copies: Sequence[Asked] = field(repr=False)
    processed: Sequence[Processed] = field(repr=False)
    report: Mapping[str, Any] = field(repr=False)
    warnings: Sequence[Mapping[str, Any]] = ()  # plans of old have none, nor the next
    imported: Sequence[ImportedFile] = field(default=(), repr=False)

    @property
    def estimate(self) -> int:
        """About how many bytes the package will have: every original twice."""
        copies = sum(one.size for one in self.processed) + sum(one.size for one in self.imported)
        return (
            2 * sum(one.size for one in self.originals)
            + copies
            + sum(map(len, self.meta.values()))
            + (1 << 20)
        )

    def as_bytes(self) -> bytes:
        """As JSON."""
        told = asdict(self)
        for name in ("first", "meta"):
            told[name] = {path: base64.b64encode(data).decode() for path, data in told[name].items()}
        return json.dumps(told, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Plan:
        """What `as_bytes` gave."""
        told = json.loads(data)
        for name in ("first", "meta"):
            told[name] = {path: base64.b64decode(text) for path, text in told[name].items()}
        told["originals"] = [Original(**one) for one in told["originals"]]
        told["copies"] = [Asked(**one) for one in told["copies"]]
        told["processed"] = [Processed(**one) for one in told["processed"]]
        told["imported"] = [ImportedFile(**one) for one in told.get("imported", ())]
        return cls(**told)


def keep(store: ObjectStore, key: str, plan: Plan) -> None:
    """Puts the plan beside its package."""
    data = plan.as_bytes()
    store.put(key, data, sha256=hashlib.sha256(data).digest(), content_type="application/json")


def kept(store: ObjectStore, key: str) -> Plan | None:
    """The plan of an earlier try; None when there is none."""
    try:
        return Plan.from_bytes(store.get(key))
    except NotFound:
        return None
