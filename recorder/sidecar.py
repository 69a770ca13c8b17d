"""The small files beside a spooled chunk: what was sealed, in the form the catalogue needs it.

`<seq>.entry` is written before the chunk gets its final name, so from then on it is the truth about the
chunk.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from saksi import durable
from saksi.custody.chain import ChunkEntry, ClockEvidence, RunClosing, RunOpening
from saksi.fmp4.tracks import AudioTrack, VideoTrack, codecs
from saksi.fmp4.writer import init_segment


@dataclass(frozen=True, kw_only=True)
class InitFacts:
    """An init segment and what a player must know of it."""

    sha256: str
    codec: str
    codecs: str
    width: int
    height: int
    audio: str
    body: bytes

    @classmethod
    def of(cls, video: VideoTrack, audio: AudioTrack | None) -> InitFacts:
        """The init segment of these tracks and its facts."""
        body = init_segment(video, audio)
        facts = cls(
            sha256=hashlib.sha256(body).hexdigest(),
            codec=video.codec,
            codecs=codecs(video, audio),
            width=video.width,
            height=video.height,
            audio=audio.codec if audio else "none",
            body=body,
        )
        return _shared(facts)

    def keep(self, folder: Path) -> None:
        """Writes the facts durably into a run's folder, before the first chunk that needs them."""
        path = folder / f"{self.sha256}.init"
        if not path.exists():
            durable.write(path, json.dumps(self.as_dict(), indent=1).encode())

    def as_dict(self) -> dict[str, Any]:
        """The facts with the body in base64, for JSON."""
        return {**asdict(self), "body": base64.b64encode(self.body).decode()}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> InitFacts:
        """What `as_dict` gave. Raises TypeError, KeyError or ValueError for anything else."""
        return _shared(cls(**{**told, "body": base64.b64decode(told["body"])}))

    @classmethod
    def read(cls, folder: Path, sha256: str) -> InitFacts:
        """The facts that `keep` wrote.

        Raises ValueError for anything else, FileNotFoundError when there are none.
        """
        path = folder / f"{sha256}.init"
        try:
            facts = cls.from_dict(_fields(path))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path} does not hold an init segment: {error}") from error
        if hashlib.sha256(facts.body).hexdigest() != sha256:
            raise ValueError(f"{path} was changed")
        return facts


_known: WeakValueDictionary[str, InitFacts] = WeakValueDictionary()


def _shared(facts: InitFacts) -> InitFacts:
    """One object for the same facts: the chunks of days may wait in memory, and nearly all have the same."""
    known = _known.setdefault(facts.sha256, facts)
    return known if known == facts else facts


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A sealed chunk.

    Its entry, the chain's tip after it, its fragment index, and where it lies in the spool. `crc32` is that of the
    file, as ZIP takes it; -1 in sidecars of before it was taken.
    """

    entry: ChunkEntry
    tip: bytes
    fragments: bytes
    init: InitFacts
    folder: Path
    crc32: int = -1

    @property
    def name(self) -> str:
        """The file name without suffix, eight digits so that names sort as numbers."""
        return f"{self.entry.seq:08d}"

    @property
    def media(self) -> Path:
        """The chunk itself."""
        return self.folder / f"{self.name}.mp4"

    def sidecar(self, state: str) -> Path:
        """The sidecar in `state`.

        "entry" until confirmed, then "stored"; "dropped" when there was no room.
        """
        return self.folder / f"{self.name}.{state}"

    def as_bytes(self) -> bytes:
        """The sidecar's content."""
        told = {
            "entry": asdict(self.entry),
            "tip": self.tip.hex(),
            "fragments": base64.b64encode(self.fragments).decode(),
            "init": self.init.as_dict(),
            "crc32": self.crc32,
        }
        return json.dumps(told, indent=1).encode()

    @classmethod
    def read(cls, path: Path) -> Sealed:
        """The sealed chunk that a sidecar tells of.

        Raises ValueError for anything `as_bytes` did not write.
        """
        try:
            told = json.loads(path.read_bytes())
            entry = dict(told["entry"])
            entry["clock"] = ClockEvidence(**entry["clock"])
            return cls(
                entry=ChunkEntry(**entry),
                tip=bytes.fromhex(told["tip"]),
                fragments=base64.b64decode(told["fragments"]),
                init=InitFacts.from_dict(told["init"]),
                folder=path.parent,
                crc32=int(told.get("crc32", -1)),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path} is not a sidecar: {error}") from error


def opening_bytes(opening: RunOpening) -> bytes:
    """The content of run.json."""
    return json.dumps(asdict(opening), indent=1).encode()


def read_opening(path: Path) -> RunOpening:
    """Reads run.json. Raises ValueError for anything else and FileNotFoundError when there is none."""
    return RunOpening(**_fields(path))


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The end of a run and the chain's tip after it, closed.json."""

    closing: RunClosing
    tip: bytes

    def as_bytes(self) -> bytes:
        """The content of closed.json."""
        return json.dumps({"closing": asdict(self.closing), "tip": self.tip.hex()}, indent=1).encode()

    @classmethod
    def read(cls, path: Path) -> Closed:
        """Reads closed.json. Raises ValueError for anything else and FileNotFoundError when there is none."""
        told = _fields(path)
        try:
            return cls(closing=RunClosing(**told["closing"]), tip=bytes.fromhex(told["tip"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path} is not the end of a run: {error}") from error


def _fields(path: Path) -> dict[str, Any]:
    told = json.loads(path.read_bytes())
    if not isinstance(told, dict):
        raise ValueError(f"{path} does not hold an object")
    return told
