"""What a package tells under meta/: entries of the log, chunk lines, the statement; and which verdict needs what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from saksi.custody.verifier.hashes import tip_hash
from saksi.custody.verifier.notes import Checkpoint

MOST_META = 1 << 25
MOST_LINE = 1 << 23
MOST_ENTRY = 65_535
STATEMENT = "meta/statement.dsse.json"
KEYS, ENTRIES, SIGNATURES = "meta/keys.json", "meta/entries.jsonl", "meta/signatures.jsonl"
CHECKPOINT, CHUNKS, LEAVES = "meta/checkpoint", "meta/chunks.jsonl", "meta/leaves.jsonl"
PULSES, CUSTODY, POLICY = "meta/pulses.jsonl", "meta/custody.jsonl", "meta/policy.txt"
TOMBSTONES = "meta/tombstones.jsonl"  # may be absent: of most footage no purge took anything
DERIVATIVES_ONLY = (
    "derivatives"  # the statement's `only`: originals and playable copies are withheld on purpose
)
IMPORT = "import"  # class of a file that somebody brought, as it was; kind and event of the entry on it
IN_TOTO = "application/vnd.in-toto+json"
# Which verdicts need which file: without it they say so (package format, "Verdicts").
NEEDED_BY = {
    STATEMENT: (2, 4, 5, 6, 7),
    KEYS: (2, 3),
    ENTRIES: (2, 3, 4, 5, 7),
    SIGNATURES: (2, 3, 4, 5, 7),
    CHECKPOINT: (2, 3, 5),
    CHUNKS: (4, 5),
    LEAVES: (4, 5),
    PULSES: (5,),
    CUSTODY: (7,),
    TOMBSTONES: (4,),
}


@dataclass(frozen=True)
class Entry:
    """An entry of the log with its place there and its line in the package."""

    index: int
    line: int
    data: bytes
    leaf: bytes
    kind: str
    told: Dict[str, Any]
    key: str
    signature: bytes

    @property
    def where(self) -> str:
        """How findings name it."""
        return "%s:%d" % (ENTRIES, self.line)

    @property
    def body(self) -> Dict[str, Any]:
        """What it says."""
        body: Dict[str, Any] = self.told["body"]
        return body


@dataclass(frozen=True)
class Chunk:
    """A line of chunks.jsonl."""

    line: int
    leaf: bytes
    told: Dict[str, Any]

    @property
    def name(self) -> str:
        """RUN/SEQ."""
        return "%s/%d" % (self.told["run"], self.told["seq"])

    @property
    def place(self) -> Tuple[str, int]:
        """Run and number."""
        return self.told["run"], self.told["seq"]

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it has footage of a span."""
        return bool(self.told["start"] < end and self.told["end"] > start)


@dataclass
class Material:
    """Everything read; None where a file is missing or has another form."""

    statement: Optional[Dict[str, Any]] = None
    payload: bytes = b""
    keyid: str = ""
    signature: bytes = b""
    keys: Optional[Dict[str, Dict[str, Any]]] = None
    entries: Optional[List[Entry]] = None
    checkpoint: Optional[Checkpoint] = None
    chunks: Optional[List[Chunk]] = None
    leaves: Optional[Dict[bytes, List[bytes]]] = None
    pulses: Optional[List[Dict[str, Any]]] = None
    custody: Optional[List[Dict[str, Any]]] = None
    tombstones: Optional[List[Dict[str, Any]]] = None
    tips: Dict[Tuple[str, int], bytes] = field(default_factory=dict)
    ends: Dict[Tuple[str, int], int] = field(default_factory=dict)  # purged chunk → index of its purge's end

    @property
    def told(self) -> Dict[str, Any]:
        """The statement's predicate."""
        return self.statement["predicate"] if self.statement else {}

    @property
    def withheld(self) -> bool:
        """Whether it is a package of derivatives alone."""
        return bool(self.told.get("only") == DERIVATIVES_ONLY)

    def of_kind(self, kind: str) -> List[Entry]:
        """Entries of one kind, in order of the log."""
        return [entry for entry in self.entries or [] if entry.kind == kind]


def folded(chain_in: bytes, leaves: List[bytes]) -> List[bytes]:
    """The tips after each leaf (package format, "Hashes")."""
    tips = []
    for leaf in leaves:
        chain_in = tip_hash(chain_in, leaf)
        tips.append(chain_in)
    return tips
