"""A city for a minute or two: recorders, runs with gaps, forks, crashes and codec changes, their pulses and seals, all
in one log. What happened follows from the seed alone."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from saksi.custody.canonical import ZERO, canonical, leaf, tip
from saksi.custody.chain import RunClosing, RunOpening
from saksi.custody.merkle import root
from saksi.custody.signing import Signer
from tests.evidence.footage import GOP_US, Footage, footage
from tests.evidence.ledger import Ledger, Logged, seeded
from tests.unit.saksi.fmp4.media import Video

SECOND = 1_000_000
START_US = 1_763_903_400_123_457
PULSE_US = 3 * SECOND
LATE_US = 400 * SECOND  # how long after a crash a recorder comes back


@dataclass
class Run:
    """A run and where its entries stand in the log."""

    opening: RunOpening
    recorder: str
    chunks: list[Footage] = field(default_factory=list)
    tips: list[bytes] = field(default_factory=list)
    opened: Logged | None = None
    closed: Logged | None = None
    closing: RunClosing | None = None
    sealed: int = 0
    seals: list[tuple[Logged, list[bytes]]] = field(default_factory=list)
    announced: int = 0  # chunks that pulses may name

    @property
    def name(self) -> str:
        return self.opening.run

    @property
    def end_us(self) -> int:
        return self.chunks[-1].entry.end_us if self.chunks else self.opening.at_us


@dataclass
class Brought:
    """A file that somebody brought, its entry, and what that commits to."""

    run: Run
    logged: Logged
    nonce: bytes
    body: dict[str, object]


@dataclass
class Pulse:
    """A pulse and its lines."""

    logged: Logged
    lines: list[dict[str, object]]
    leaves: list[bytes]


@dataclass
class Camera:
    """A camera's runs, oldest first, and the causes of what is not recorded."""

    code: str
    heard: str = ""  # codec of its sound
    runs: list[Run] = field(default_factory=list)
    outages: list[tuple[int, int, str]] = field(default_factory=list)


Film = Callable[[str, int, str], Video]
"""What a camera sends while a run of this epoch and codec lasts."""


class Installation:
    """Everything, after `seconds` of recording. With a `film` chunks follow each other in what it sends; `lossy` are
    the chunks (epoch, seq) of the first camera in which packets are said to be lost."""

    def __init__(
        self,
        seed: int,
        *,
        keys: str = "city",
        cameras: int = 2,
        seconds: int = 24,
        tail: bytes = b"",
        film: Film | None = None,
        lossy: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        self.random = random.Random(seed)
        self.tail, self.film, self.lossy = tail, film, lossy
        self.ledger = Ledger(keys=keys, needed=self.random.choice((0, 1, 2)))
        codecs = ("aac", "pcmu", "")
        self.cameras = [Camera(f"cam-{n + 1}", codecs[(seed + n) % len(codecs)]) for n in range(cameras)]
        self.recorders = {name: seeded(f"{keys}/recorder/{name}") for name in ("utara", "selatan")}
        self.office, self.export = seeded(f"{keys}/office"), seeded(f"{keys}/export")
        self.pulses: list[Pulse] = []
        self.brought: list[Brought] = []
        self.start_us, self.end_us = START_US, START_US + seconds * SECOND
        self._events: list[tuple[int, int, Callable[[int], None]]] = []
        self._enrol()
        for camera in self.cameras:
            self._record(camera)
        late = max((at for at, _, _ in self._events), default=self.end_us)
        known = [at for at, order, _ in self._events if order == 1 and at > self.end_us]
        self.now_us = max(late, self.end_us) + 10 * SECOND
        for name in self.recorders:
            for at in range(self.start_us, self.now_us + 1, PULSE_US):
                if at <= self.end_us + 8 * SECOND or any(0 <= at - one <= 9 * SECOND for one in known):
                    self._plan(at, 2, lambda at, name=name: self._pulse(name, at))
        for at in range(self.start_us + SECOND, self.now_us, 4 * SECOND):
            if at <= self.end_us + 12 * SECOND or at >= late:
                self._plan(at, 3, self._checkpoint)
        for at, _, act in sorted(self._events, key=lambda one: one[:2]):
            act(at)
        for camera in self.cameras:
            for run in camera.runs:
                self._seal(run, self.now_us)

    def told_of_imports(self, lines: Mapping[str, Any]) -> Iterator[tuple[Logged, dict[str, object]]]:
        """Entries on those of these runs that were imported, each with its line of custody.jsonl."""
        for one in self.brought:
            if one.run.name in lines:
                told = {"leaf": one.logged.leaf.hex(), "nonce": one.nonce.hex(), "body": one.body}
                yield one.logged, told

    def signer(self, run: Run) -> Signer:
        return self.recorders[run.recorder]

    def _plan(self, at: int, order: int, act: Callable[[int], None]) -> None:
        self._events.append((at, order, act))

    def _enrol(self) -> None:
        at = self.start_us - 20 * SECOND
        self.ledger.enrol(self.ledger.signer, "log", "log", at)
        self.ledger.enrol(self.office, "office", "office", at)
        old = seeded(f"{self.ledger.keys}/export/old")
        self.ledger.enrol(old, "export", "export", at)
        self.ledger.enrol(self.export, "export", "export", at + SECOND, old)
        body = {"action": "revoke", "key": old.key_id, "reason": "rotated"}
        self.ledger.append(self.office, "key", "keys", body, at + 2 * SECOND)
        for name, signer in self.recorders.items():
            self.ledger.enrol(signer, "recorder", name, at)
        self.ledger.checkpoint(at + 10 * SECOND)
        self._pulse_all(at + 15 * SECOND)

    def _pulse_all(self, at: int) -> None:
        for name in self.recorders:
            self._pulse(name, at)

    def _record(self, camera: Camera) -> None:
        """Plans a camera's whole life."""
        chance, at, epoch = self.random, self.start_us - self.random.choice((0, 2, 5)) * SECOND, 0
        recorder, parent = chance.choice(list(self.recorders)), ZERO
        while at < self.end_us + 2 * SECOND:
            epoch += 1
            run, crashed = self._run(camera, recorder, epoch, parent, at)
            if not run.chunks:
                break
            parent, end = run.tips[-1], run.end_us
            kind = "crash" if crashed else chance.choice(("gap", "gap", "jitter", "fork"))
            if kind == "fork" and len(run.chunks) > 1:
                # The other recorder takes over while this one still holds on to its last chunk.
                parent, at = run.tips[-2], run.chunks[-1].entry.start_us + GOP_US
                recorder = next(name for name in self.recorders if name != recorder)
                continue
            if crashed and len(run.chunks) > 1:
                parent = run.tips[-2]  # nobody knew of the last chunk when another recorder took over
            elif run.closing:
                parent = tip(run.tips[-1], run.closing.leaf())
            pause = {"gap": chance.choice((2, 4)) * SECOND, "jitter": 300_000, "crash": 5 * SECOND}.get(
                kind, 0
            )
            at = end + pause
            if pause > 500_000:
                cause = "recorder_down" if kind == "crash" else chance.choice(("unreachable", "stalled"))
                camera.outages.append((end, at, cause))
            recorder = next(name for name in self.recorders if name != recorder) if crashed else recorder

    def _run(self, camera: Camera, recorder: str, epoch: int, parent: bytes, at: int) -> tuple[Run, bool]:
        chance = self.random
        name = f"{chance.getrandbits(32):08x}-0000-4000-8000-{epoch:012x}"
        opening = RunOpening(
            camera=camera.code,
            run=name,
            epoch=epoch,
            recorder=recorder,
            reason="start",
            parent=parent.hex(),
            at_us=at,
        )
        run = Run(opening=opening, recorder=recorder)
        camera.runs.append(run)
        run.tips.append(opening.tip())
        self._plan(at, 0, lambda now: self._open(run, now))
        codec, place = chance.choice(("h264", "h264", "h265")), at
        crashed = chance.random() < 0.15 and at > self.start_us
        count = chance.randint(2, 6)
        reel, passed = self.film(camera.code, epoch, codec) if self.film else None, 0
        for seq in range(1, count + 1):
            if place >= self.end_us + 3 * SECOND:
                break
            last = seq == count
            gops = chance.randint(2, 8) if not last else chance.randint(1, 4)
            ended = "recovered" if last and crashed else "boundary" if reel else "full"
            made = footage(
                camera.code,
                name,
                seq,
                place,
                gops,
                codec=codec,
                ended=ended,
                first_gop=passed if reel else seq,
                tail=self.tail,
                lost=7 * ((epoch, seq) in self.lossy and camera.code == "cam-1"),
                reel=reel,
                heard=camera.heard,
            )
            passed += gops
            run.chunks.append(made)
            run.tips.append(tip(run.tips[-1], made.entry.leaf()))
            known = made.entry.end_us + (LATE_US if ended == "recovered" else 50_000)
            self._plan(known, 1, lambda _now, n=seq: self._announce(run, n))
            place = made.entry.end_us + chance.choice((0, 0, 1000, 90_000))
        self._close(run, crashed)
        return run, crashed

    def _close(self, run: Run, crashed: bool) -> None:
        if run.end_us >= self.end_us + 2 * SECOND and self.random.random() < 0.5:
            return  # it is still recording when we look
        reason = "recovered" if crashed else "source_ended"
        at = run.end_us + (LATE_US if crashed else 0) + 60_000
        run.closing = RunClosing(
            camera=run.opening.camera, run=run.name, last_seq=len(run.chunks), reason=reason, at_us=at
        )
        self._plan(at, 1, lambda now: self._closed(run, now))

    def _open(self, run: Run, now: int) -> None:
        body = {"event": "open", "opening": json.loads(run.opening.canonical())}
        run.opened = self.ledger.append(self.signer(run), "run", f"recorder/{run.recorder}", body, now)

    def _closed(self, run: Run, now: int) -> None:
        assert run.closing is not None
        end = tip(run.tips[-1], run.closing.leaf())
        body = {"event": "close", "closing": json.loads(run.closing.canonical()), "tip": end.hex()}
        run.closed = self.ledger.append(self.signer(run), "run", f"recorder/{run.recorder}", body, now)
        self._seal(run, now)

    def _announce(self, run: Run, seq: int) -> None:
        run.announced = seq
        if seq % 3 == 0:
            self._seal(run, run.chunks[seq - 1].entry.end_us + 100_000)

    def _seal(self, run: Run, now: int) -> None:
        parts = run.chunks[run.sealed : max(run.announced, len(run.chunks) if now == self.now_us else 0)]
        if not parts:
            return
        leaves = [one.entry.leaf() for one in parts]
        first, last = parts[0].entry, parts[-1].entry
        by_office = self.random.random() < 0.2
        camera = next(one for one in self.cameras if one.code == run.opening.camera)
        told = [[a, b, why] for a, b, why in camera.outages if first.start_us <= a < last.end_us]
        body = {
            "camera": first.camera,
            "hour": first.start_us // 3_600_000_000 * 3_600_000_000,
            "part": len(run.seals) + 1,
            "run": run.name,
            "first": first.seq,
            "last": last.seq,
            "n": len(leaves),
            "bytes": sum(one.entry.size for one in parts),
            "frames": sum(one.entry.frames for one in parts),
            "spans": [[first.start_us, last.end_us]],
            "gaps": told,
            "chain_in": run.tips[run.sealed].hex(),
            "chain_out": run.tips[run.sealed + len(parts)].hex(),
            "root": root(leaves).hex(),
        }
        signer = self.office if by_office else self.signer(run)
        chain = "office" if by_office else f"recorder/{run.recorder}"
        run.seals.append((self.ledger.append(signer, "seal", chain, body, now), leaves))
        run.sealed += len(parts)

    def _pulse(self, recorder: str, now: int) -> None:
        runs = [
            run
            for camera in self.cameras
            for run in camera.runs
            if run.recorder == recorder
            and run.opened
            and (run.closed is None or run.closed.entry.at_us > now - 9 * SECOND)
        ]
        lines = sorted(
            (
                {
                    "camera": run.opening.camera,
                    "run": run.name,
                    "seq": run.announced,
                    "tip": run.tips[run.announced].hex(),
                }
                for run in runs
            ),
            key=lambda line: (line["camera"], line["run"]),
        )
        leaves = [leaf(canonical(line)) for line in lines]
        size = max(self.ledger.notes)
        body = {
            "n": len(lines),
            "root": root(leaves).hex(),
            "clock": {
                "source": "ntp",
                "offset_us": 12,
                "error_us": 900,
                "wall": now,
                "boot": now - self.start_us + SECOND,
            },
            "checkpoint": hashlib.sha256(self.ledger.notes[size]).hexdigest(),
            "checkpoint_size": size,
        }
        made = self.ledger.append(self.recorders[recorder], "pulse", f"recorder/{recorder}", body, now)
        self.pulses.append(Pulse(made, lines, leaves))

    def _checkpoint(self, now: int) -> None:
        self.ledger.checkpoint(now)
