"""Packages of the synthetic installation, honest by construction. Every part can be altered before it is written."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from saksi.custody.canonical import canonical
from saksi.custody.entries import commitment
from saksi.custody.merkle import inclusion_path, root
from saksi.custody.package import Package, Payload, write
from saksi.custody.signing import Signer
from saksi.export.gaps import split
from saksi.fmp4 import splice
from saksi.fmp4.selection import NoFootage
from tests.evidence import derivatives
from tests.evidence.burying import bury
from tests.evidence.copying import pieces_of, sound_of
from tests.evidence.footage import Footage
from tests.evidence.installation import Camera, Installation, Run
from tests.evidence.keeping import Thinning, keep
from tests.evidence.ledger import Logged, Tree, b64, consistency

JITTER_US = 500_000
FIRST = {
    "BACA-SAYA.txt": b"Paket bukti.\n",
    "CARA-MANUAL.txt": b"Cara manual.\n",
    "verify.py": b"# verify\n",
    "verifikasi.html": b"<!doctype html>\n",
}


@dataclass
class Exhibit:
    """A span of cameras."""

    name: str
    start_us: int
    end_us: int
    cameras: list[str]


@dataclass
class Draft:
    """A package before it is written: JSON lines as objects, so that an attacker may edit them."""

    name: str
    exhibits: list[Exhibit]
    chunks: list[Footage] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    cameras: list[dict[str, Any]] = field(default_factory=list)
    used: dict[int, Logged] = field(default_factory=dict)
    leaves: list[dict[str, Any]] = field(default_factory=list)
    pulses: list[dict[str, Any]] = field(default_factory=list)
    custody: list[dict[str, Any]] = field(default_factory=list)
    meta: dict[str, bytes] = field(default_factory=dict)
    predicate: dict[str, Any] = field(default_factory=dict)


class Exporter:
    """One export of an installation. `dropped` are chunks whose files are gone."""

    def __init__(
        self, city: Installation, exhibits: Sequence[Exhibit], *, case: str = "LP/B/1/XI/2025"
    ) -> None:
        self.city, self.case = city, case
        self.export = hashlib.sha256(repr(exhibits).encode()).hexdigest()[:8]
        self.draft = Draft(name=f"BB-0001-{self.export}", exhibits=list(exhibits))
        self.dropped: set[tuple[str, int]] = set()
        self.purged: set[tuple[str, int]] = set()
        self.purge_told: dict[str, Any] = {}  # what else is to be known of the purge, as for bury
        self.keeps = ""  # when the log is told of what thinning keeps of it: "before" or "after" it is done
        self.thinnings: dict[str, Thinning] = {}
        self.lines: dict[str, tuple[int, int]] = {}
        self.at = city.now_us
        self.asks: dict[str, Any] = {}  # what else the request says
        self.tells_sound = True  # packages of old did not

    def make(self) -> Draft:
        """Collects everything; the log grows by the case's entries and one checkpoint."""
        self._custody()
        for exhibit in self.draft.exhibits:
            for code in exhibit.cameras:
                camera = next(one for one in self.city.cameras if one.code == code)
                self._camera(exhibit, camera)
        for logged, told in self.city.told_of_imports(self.lines):
            self._use(logged)
            self.draft.custody.append(told)
        if self.purged:
            self._purge()
        derivatives.add_some(self.draft, self.city, self.case, self.at, self._record, self.purged)
        self._lines()
        self._pulses()
        for entry in self.city.ledger.entries:
            if entry.entry.kind == "key":
                self._use(entry)
        self.city.ledger.checkpoint(self.city.now_us + 5_000_000)
        self._meta()
        return self.draft

    def _use(self, logged: Logged) -> None:
        self.draft.used[logged.index] = logged

    def _custody(self) -> None:
        """The case from its opening to the request of this package."""
        chain = f"case/{self.case}"
        asked = [
            {"exhibit": one.name, "from": one.start_us, "to": one.end_us, "cameras": one.cameras}
            for one in self.draft.exhibits
        ]
        spans = [
            [code, one.start_us - 10, one.end_us + 10] for one in self.draft.exhibits for code in one.cameras
        ]
        for event in ("case.open", "search", "view", "exhibit.add"):
            self._record("custody", chain, event, {"event": event}, {"exhibits": []})
        hold = {"hold": f"h-{self.export}", "action": "place", "spans": spans}
        self._record("hold", "hold", "hold.place", hold, {"spans": spans})
        what = {"export": self.export, "exhibits": asked, **self.asks}
        self._record("custody", chain, "export.request", {"event": "export.request"}, what)

    def _record(
        self, kind: str, chain: str, event: str, fields: dict[str, Any], what: dict[str, Any]
    ) -> None:
        """One event, a millisecond after the last."""
        who = {
            "name": "Sari",
            "role": "analyst",
            "unit": "Satreskrim",
            "rank": "Briptu",
            "id": "1",
            "auth": "pw",
        }
        self.at += 1000
        body = {"event": event, "who": who, "what": what, "when": self.at, "why": {"reason": "penyelidikan"}}
        nonce = hashlib.sha256(f"{self.at}{event}".encode()).digest()
        told = {**fields, "commitment": commitment(nonce, body)}
        logged = self.city.ledger.append(self.city.office, kind, chain, told, self.at)
        self._use(logged)
        self.draft.custody.append({"leaf": logged.leaf.hex(), "nonce": nonce.hex(), "body": body})

    def _camera(self, exhibit: Exhibit, camera: Camera) -> None:
        start, end = exhibit.start_us, exhibit.end_us
        inside: list[Footage] = []
        for run in camera.runs:
            lines = _around(run.chunks, start, end)
            mine = [one for one in lines if one.entry.start_us < end and one.entry.end_us > start]
            if mine:
                inside += mine
                self._run(camera, run, lines[0].entry.seq, lines[-1].entry.seq)
        after = [
            run for run in camera.runs if run.opening.at_us >= end and run.opened and not run.opening.file
        ]
        if after:
            assert after[0].opened is not None
            self._use(after[0].opened)
            self._parent(camera, after[0])
        there = [one for one in inside if one.place not in self.dropped | self.purged]
        gaps = gaps_in([(one.entry.start_us, one.entry.end_us) for one in there], start, end)
        record: dict[str, Any] = {
            "camera": camera.code,
            "name": f"Simpang {camera.code}",
            "exhibit": exhibit.name,
            "from": start,
            "to": end,
            "chunks": len(there),
            "bytes": sum(one.entry.size for one in there),
            "frames": sum(one.entry.frames for one in there),
            "gaps": [[a, b, self._cause(camera, a, b)] for a, b in gaps],
            "clock": {"source": "ntp", "offset_us": 120, "error_us": 900},
        }
        missing = [
            [*one.place, "purged" if one.place in self.purged else "dropped"]
            for one in inside
            if one.place in self.dropped | self.purged
        ]
        buried = sorted(
            (one.entry.start_us, one.entry.end_us, "purged") for one in inside if one.place in self.purged
        )
        if buried:
            pieces = [piece for gap in gaps for piece in split(gap, buried, camera.outages)]
            record["gaps"] = [[a, b, why] for a, b, why in pieces]
        if missing:
            record["missing"] = missing
        self.draft.cameras.append(record)
        self.draft.chunks += [one for one in there if one not in self.draft.chunks]
        self._playable(exhibit, camera.code, sorted(there, key=lambda one: one.entry.start_us))

    def _cause(self, camera: Camera, a: int, b: int) -> str:
        told = [why for c, d, why in camera.outages if c < b and d > a]
        return told[0] if told else "unknown"

    def _purge(self) -> None:
        """The log is told of a purge, and the package has what proves it."""
        self.at += 1000
        self._keep("before")
        purge = bury(self.city, self.purged, self.at, **self.purge_told)
        self.at += 1000
        self._keep("after")
        for logged in (purge.notice, purge.done):
            if logged is not None:
                self._use(logged)
        told = [row[:2] for one in self.draft.cameras for row in one.get("missing", []) if row[2] == "purged"]
        rows = purge.rows((run, seq) for run, seq in told)
        if rows:
            self.draft.meta["meta/tombstones.jsonl"] = lines_of(rows)

    def _keep(self, when: str) -> None:
        """What thinning keeps, if it is told now: its files are another matter, as saksi.export.left makes them."""
        if self.keeps == when:
            self.thinnings = keep(self.city, self.purged, self.at)
            for one in self.thinnings.values():
                self._use(one.entry)

    def _run(self, camera: Camera, run: Run, first: int, last: int) -> None:
        low, high = self.lines.get(run.name, (first, last))
        self.lines[run.name] = (min(low, first), max(high, last))
        assert run.opened is not None
        self._use(run.opened)
        if run.closed:
            self._use(run.closed)
        self._seals(run, *self.lines[run.name])
        self._parent(camera, run)

    def _seals(self, run: Run, first: int, last: int) -> None:
        for logged, leaves in run.seals:
            body = logged.entry.body
            if int(body["last"]) >= first and int(body["first"]) <= last:  # type: ignore[call-overload]
                if logged.index not in self.draft.used:
                    told = {"seal": logged.leaf.hex(), "leaves": [one.hex() for one in leaves]}
                    self.draft.leaves.append(told)
                self._use(logged)

    def _parent(self, camera: Camera, run: Run) -> None:
        """Whatever gives the tip that the run names as its parent."""
        for other in camera.runs:
            for seq, tip in enumerate(other.tips):
                if tip.hex() == run.opening.parent:
                    assert other.opened is not None
                    self._use(other.opened)
                    self._seals(other, max(seq, 1), max(seq, 1))
            if other.closed and other.closed.entry.body["tip"] == run.opening.parent:
                assert other.opened is not None
                self._use(other.opened)
                self._use(other.closed)

    def _playable(self, exhibit: Exhibit, code: str, chunks: list[Footage]) -> None:
        spans, part = [(exhibit.start_us, exhibit.end_us)], 1
        while spans:
            start, end = spans.pop(0)
            near = [one for one in chunks if one.entry.start_us < end and one.entry.end_us > start]
            if not near:
                continue
            try:
                plan = splice.plan([one.splice() for one in near], start, end)
            except splice.CannotSplice as error:
                spans = [(start, error.at_us), (error.at_us, end), *spans]
                continue
            except NoFootage:
                continue
            store = {f"{one.entry.run}/{one.entry.seq}": one.data for one in near}
            data = b"".join(
                one if isinstance(one, bytes) else store[one.key][one.offset : one.offset + one.length]
                for one in splice.ranges(plan, 0, plan.length - 1)
            )
            name = f"{exhibit.name}-{code}" + (f"-{part}" if part > 1 else "")
            pieces, nal, nals = pieces_of(near, start, end)
            path = f"data/playable/{name}.mp4"
            self.draft.files[path] = data
            self.draft.records.append(
                {
                    "path": path,
                    "class": "court",
                    "exhibit": exhibit.name,
                    "camera": code,
                    "nal_sha256": nal,
                    "nals": nals,
                    "pieces": pieces,
                    "from": plan.start_us,
                    "to": plan.end_us,
                    **(sound_of(near, start, end) if self.tells_sound else {}),
                }
            )
            part += 1

    def _lines(self) -> None:
        """chunks.jsonl and the files of class master."""
        runs = sorted(
            (run for camera in self.city.cameras for run in camera.runs if run.name in self.lines),
            key=lambda run: (run.opening.camera, run.opening.at_us, run.name),
        )
        text = b""
        masters: dict[str, bytes] = {}
        records = []
        for run in runs:
            first, last = self.lines[run.name]
            for one in run.chunks[first - 1 : last]:
                text += one.entry.canonical() + b"\n"
                if one in self.draft.chunks:
                    path = f"data/original/{run.opening.camera}/{one.entry.seq:08d}_{one.entry.start_us}.mp4"
                    masters[path] = one.data
                    records.append(
                        {
                            "path": path,
                            "class": "master",
                            "camera": run.opening.camera,
                            "run": run.name,
                            "seq": one.entry.seq,
                        }
                    )
        self.draft.meta["meta/chunks.jsonl"] = text
        self.draft.files = {**masters, **self.draft.files}
        self.draft.records = [*records, *self.draft.records]

    def _pulses(self) -> None:
        """Every pulse that names a used run, from the last before its first line to the first after its last."""
        for name, (first, last) in self.lines.items():
            mine = [
                (pulse, place, line)
                for pulse in self.city.pulses
                for place, line in enumerate(pulse.lines)
                if line["run"] == name
            ]
            before = [i for i, (_, _, line) in enumerate(mine) if int(line["seq"]) < first]  # type: ignore[call-overload]
            after = [i for i, (_, _, line) in enumerate(mine) if int(line["seq"]) >= last]  # type: ignore[call-overload]
            ends = [i for i, (pulse, _, _) in enumerate(mine) if pulse.logged.entry.at_us >= self._last_end()]
            stop = max([*after[:1], *ends[:1]], default=len(mine) - 1)
            for pulse, place, line in mine[max(before, default=0) : stop + 1]:
                self._use(pulse.logged)
                told = {"pulse": pulse.logged.leaf.hex(), "position": place, "line": line}
                path = [one.hex() for one in inclusion_path(pulse.leaves, place)]
                self.draft.pulses.append({**told, "path": path})

    def _last_end(self) -> int:
        return max(one.end_us for one in self.draft.exhibits)

    def _meta(self) -> None:
        ledger, draft = self.city.ledger, self.draft
        size = len(ledger.entries)
        used = [draft.used[index] for index in sorted(draft.used)]
        meta = draft.meta
        meta["meta/entries.jsonl"] = b"".join(one.data + b"\n" for one in used)
        rows = [
            {"index": one.index, "leaf": one.leaf.hex(), "key": one.entry.by, "sig": one.signature.hex()}
            for one in used
        ]
        meta["meta/signatures.jsonl"] = lines_of(rows)
        meta["meta/leaves.jsonl"] = lines_of(draft.leaves)
        meta["meta/pulses.jsonl"] = lines_of(draft.pulses)
        meta["meta/custody.jsonl"] = lines_of(draft.custody)
        tree = Tree(ledger.leaves)
        for one in used:
            meta[f"meta/proofs/{one.index}.tlog-proof"] = ledger.proof(one.index, size, tree)
        meta["meta/checkpoint"] = ledger.notes[size]
        quoted = {int(one.entry.body["checkpoint_size"]) for one in used if one.entry.kind == "pulse"}  # type: ignore[call-overload]
        last = max((one.index for one in used if one.entry.kind == "pulse"), default=0)
        quoted |= {one for one in sorted(ledger.notes) if last < one < size} and {
            min(one for one in ledger.notes if one > last)
        }
        for older in sorted(quoted - {size}):
            meta[f"meta/checkpoints/{older}"] = ledger.notes[older]
            path = consistency(ledger.leaves, older)
            meta[f"meta/consistency/{older}"] = "".join(f"{b64(one)}\n" for one in path).encode()
        meta["meta/policy.txt"] = ledger.policy()
        meta["meta/keys.json"] = canonical({"keys": self._keys()})
        for code in sorted({one["camera"] for one in draft.cameras}):
            facts = {
                "camera": code,
                "name": f"Simpang {code}",
                "agency": "Dishub",
                "site": "Simpang",
                "certificate_sei": "",
            }
            meta[f"meta/camera/{code}.json"] = canonical(facts)
        meta["laporan.html"], meta["berita-acara.pdf"] = b"<!doctype html><p>laporan", b"%PDF-1.7\n"
        draft.predicate = {
            "package": draft.name,
            "case": self.case,
            "export": self.export,
            "made_at": self.city.now_us + 6_000_000,
            "software": {"name": "saksi", "version": "0.1.0"},
            "request": {
                "by": "Sari",
                "at": self.city.now_us,
                "reason": "penyelidikan",
                "recipient": "JPU",
                "letter": "1",
            },
            "checkpoint": {"origin": ledger.origin, "size": size, "root": root(ledger.leaves).hex()},
            "exhibits": [
                {
                    "exhibit": one.name,
                    "from": one.start_us,
                    "to": one.end_us,
                    "note": "",
                    "cameras": one.cameras,
                }
                for one in draft.exhibits
            ],
            "cameras": draft.cameras,
        }

    def _keys(self) -> list[dict[str, Any]]:
        entries = [one.entry for one in self.city.ledger.entries if one.entry.kind == "key"]
        until = {one.body["key"]: one.at_us for one in entries if one.body["action"] == "revoke"}
        keys = []
        for one in entries:
            if one.body["action"] == "enrol":
                name = hashlib.sha256(bytes.fromhex(str(one.body["public"]))).hexdigest()[:16]
                facts = {field: one.body[field] for field in ("role", "name", "public")}
                keys.append({"key": name, **facts, "from": one.at_us, "until": until.get(name, -1)})
        return keys


def written(draft: Draft, signer: Signer, first: dict[str, bytes] | None = None) -> bytes:
    """The package's bytes. Sizes and digests of files are taken from the draft as it now is."""
    payload = [
        Payload(
            path=path,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            crc32=zlib.crc32(data),
            read=_reader(data),
        )
        for path, data in draft.files.items()
    ]
    facts = {one.path: {"size": one.size, "sha256": one.sha256} for one in payload}
    records = [{**facts.get(one["path"], {}), **one} for one in draft.records]
    made = datetime.fromtimestamp(draft.predicate["made_at"] / 1e6, UTC)
    package = Package(
        name=draft.name,
        made_on=f"{made:%Y-%m-%d}",
        organization="Dinas Perhubungan",
        first=FIRST if first is None else first,
        payload=payload,
        finish=lambda _passed: (draft.meta, {**draft.predicate, "files": records}),
    )
    return b"".join(write(package, signer))


def lines_of(rows: Sequence[dict[str, Any]]) -> bytes:
    """Canonical JSON, one a line."""
    return b"".join(canonical(row) + b"\n" for row in rows)


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """The JSON of lines."""
    return [json.loads(line) for line in data.splitlines()]


def _reader(data: bytes) -> Callable[[], list[bytes]]:
    return lambda: [data]


def _around(chunks: list[Footage], start: int, end: int) -> list[Footage]:
    first = max((i for i, one in enumerate(chunks) if one.entry.start_us <= start), default=0)
    last = min((i for i, one in enumerate(chunks) if one.entry.start_us >= end), default=len(chunks) - 1)
    return chunks[first : last + 1]


def gaps_in(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """By united spans, not as the verifier does it."""
    united: list[list[int]] = []
    for a, b in sorted(spans):
        if united and a <= united[-1][1] + JITTER_US:
            united[-1][1] = max(united[-1][1], b)
        else:
            united.append([a, b])
    edges = [start, *(edge for pair in united for edge in pair), end]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(max(a, start), min(b, end)) for a, b in pairs if min(b, end) - max(a, start) > JITTER_US]


def random_exhibits(city: Installation) -> list[Exhibit]:
    """One to three spans of some cameras."""
    chance, exhibits = city.random, []
    for number in range(chance.randint(1, 3)):
        start = chance.randint(city.start_us, city.end_us - 3_000_000)
        end = min(chance.randint(start + 2_000_000, start + 14_000_000), city.end_us)
        codes = [one.code for one in city.cameras]
        chosen = sorted(chance.sample(codes, chance.randint(1, len(codes))))
        exhibits.append(Exhibit(str(number + 1), start, end, chosen))
    return exhibits


def honest(
    seed: int, *, keys: str = "city", drop: float = 0.05, **city_facts: Any
) -> tuple[Installation, Draft]:
    """A random installation and a random honest export of it."""
    city = Installation(seed, keys=keys, **city_facts)
    exporter = Exporter(city, random_exhibits(city))
    for camera in city.cameras:
        for run in camera.runs:
            exporter.dropped |= {one.place for one in run.chunks if city.random.random() < drop}
    return city, exporter.make()
