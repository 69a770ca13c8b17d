"""Fuzzing of the offline verifier: `python -m tests.evidence.fuzzing --inputs 500000`.

Mutations follow the structure of what they change: ZIP records, JSON trees, C2SP notes, MP4 boxes, and whole packages
with altered meaning behind true manifests. Every input must end in a verdict (or in the parser's own refusal), in
bounded time and memory; anything else is kept beside its seed and makes the run fail.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import ssl
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from saksi.custody.verifier import forms, notes, trust
from saksi.custody.verifier.camera_rows import Row
from saksi.custody.verifier.camera_sei import is_signing_sei, read_signing_sei
from saksi.custody.verifier.camera_units import Units
from saksi.custody.verifier.certificate import leaf_of, read_certificate
from saksi.custody.verifier.container import Container, Unreadable, ZipContainer
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.hashes import Malformed, parse_canonical
from saksi.custody.verifier.main import check_all, silent, verify_package
from saksi.custody.verifier.material import Chunk, Material
from saksi.custody.verifier.media import Cut, Tape, read_media
from saksi.custody.verifier.stamp import imprint
from tests.evidence import signed
from tests.evidence.apart import Base, base, mended
from tests.unit.saksi.fmp4.camera_signer import Camera, identity
from tests.unit.saksi.fmp4.media import split_lengths, video
from tests.unit.saksi.fmp4.test_media_signing import WAYS

MOST_SECONDS = 10.0  # for one input; the honest one takes some milliseconds
MOST_MEGABYTES = 600
POOL: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, 10**30, 1.5, "", "x", "00" * 32, "é", "e\u0301",
    "\ud800", "../x", "x" * 5000, [], {}, [[]], [None], {"a": 1}, [1, 2, 3], [[1, 2, "x"]] * 50,
)  # fmt: skip


class Memory(Container):
    """A package whose files stand in memory."""

    def __init__(self, root: str, files: dict[str, bytes]) -> None:
        super().__init__()
        self.root, self.files, self.ordered = root, files, True
        self.sizes = {path: len(data) for path, data in files.items()}

    def blocks(self, path: str) -> Iterator[bytes]:
        """The bytes in one piece."""
        if self.files[path]:
            yield self.files[path]


def bytes_changed(data: bytes, chance: random.Random) -> bytes:
    """Some places overwritten, cut out, doubled; numbers at their limits."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(7)
        if kind == 0 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at : at + 4] = chance.choice(
                (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1", b"\x7f\xff\xff\xff")
            )
        elif kind == 2:
            out[at : at + 8] = chance.choice((b"\xff" * 8, b"\0" * 8, b"\0" * 7 + b"\x08"))
        elif kind == 3:
            del out[at : at + chance.randint(1, 40)]
        elif kind == 4:
            out[at:at] = chance.randbytes(chance.randint(1, 40))
        elif kind == 5:
            piece = out[at : at + chance.randint(1, 200)]
            out[at:at] = piece * chance.randint(1, 3)
        else:
            del out[at:]
    return bytes(out)


def value_changed(value: Any, chance: random.Random) -> Any:
    """One place of a JSON tree gets another value, goes, or is doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        out = dict(value)
        if chance.random() < 0.1:
            del out[key]
        else:
            out[key] = value_changed(value[key], chance)
        return out
    if isinstance(value, list) and value and chance.random() < 0.85:
        at, out = chance.randrange(len(value)), list(value)
        if chance.random() < 0.1:
            out.insert(at, out[at])
        else:
            out[at] = value_changed(value[at], chance)
        return out
    if isinstance(value, int) and chance.random() < 0.4:
        return value + chance.choice((-1, 1, 1000, -1_000_000, 10**9))
    return chance.choice(POOL)


def line_changed(line: bytes, chance: random.Random) -> bytes:
    """A JSON line with another meaning, in canonical form as far as that can be, or with broken text."""
    if chance.random() < 0.3:
        return bytes_changed(line, chance)
    if chance.random() < 0.05:
        return chance.choice(
            (b"[" * 100_000, b'{"a":' * 50_000, b"9" * 100_000, b'{"a":1,"a":1}', b"\xff", b"NaN")
        )
    try:
        value = value_changed(json.loads(line), chance)
    except (ValueError, RecursionError):  # a line that was broken before
        return bytes_changed(line, chance)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


class Fuzzer:
    """The targets, each one input a call."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.path = folder / "fuzz.zip"
        self.bases: list[Base] = [base(number) for number in range(3)]
        self.bases.append(base(1, film=signed.film(signed.PLANS["signed"])))
        self.policies = [notes.parse_policy(one.city.ledger.policy()) for one in self.bases]
        self.lines = [
            (path, line)
            for one in self.bases
            for path, data in one.files.items()
            if path.startswith("meta/") and path.endswith((".jsonl", ".json"))
            for line in data.splitlines()
        ]
        self.notes = [
            (path, data)
            for one in self.bases
            for path, data in one.files.items()
            if path.startswith(("meta/checkpoint", "meta/proofs", "meta/consistency", "meta/policy"))
        ]
        self.reels = [
            (codec, [split_lengths(frame.data) for frame in self.reel(codec, ways)])
            for codec in ("h264", "h265")
            for ways in (*WAYS.values(), {"who": identity("RSA", "rsa")})
        ]
        self.films = [data for one in self.bases for path, data in one.files.items() if path.endswith(".mp4")]
        self.last = b""

    def targets(self) -> list[tuple[Callable[[], None], int]]:
        """Each target with its share of a hundred inputs."""
        return [
            (self.zip, 25),
            (self.json, 27),
            (self.note, 22),
            (self.film, 18),
            (self.camera, 3),
            (self.certificate, 1),
            (self.stamp, 2),
            (self.whole, 2),
        ]

    def zip(self) -> None:
        """The archive's own structure; nearly all are refused at the door, the rest are verified whole."""
        one = self.chance.choice(self.bases)
        data = one.data
        if self.chance.random() < 0.7:  # near headers and directory, where it hurts
            anchor = self.chance.choice([*[a for a, _ in one.spans.values()], len(data) - 22, len(data)])
            low, high = max(anchor - 80, 0), min(anchor + 40, len(data))
            data = data[:low] + bytes_changed(data[low:high], self.chance) + data[high:]
        else:
            data = bytes_changed(data, self.chance)
        self.last = data
        self.path.write_bytes(data)
        try:
            ZipContainer(str(self.path)).close()
        except Unreadable:
            return
        verify_package(str(self.path), self.policies[0])

    def json(self) -> None:
        """One line or file of JSON."""
        path, line = self.chance.choice(self.lines)
        self.last = data = line_changed(line, self.chance)
        material = Material()
        readers: dict[str, Callable[[bytes], Any]] = {
            "meta/statement.dsse.json": lambda d: forms.read_statement(d + b"\n", material),
            "meta/keys.json": lambda d: forms.read_keys(d, material),
            "meta/chunks.jsonl": lambda d: forms.read_chunks(d + b"\n", material),
            "meta/leaves.jsonl": lambda d: forms.read_leaves(d + b"\n", material),
            "meta/pulses.jsonl": lambda d: forms.read_pulses(d + b"\n", material),
            "meta/custody.jsonl": lambda d: forms.read_custody(d + b"\n", material),
            "meta/signatures.jsonl": lambda d: forms.read_signatures(d + b"\n"),
            "meta/entries.jsonl": lambda d: forms.check_body(
                str(parse_canonical(d).get("t"))[6:-2], forms.need(parse_canonical(d), {"body": dict}) or {}
            ),
        }
        refused(lambda: readers.get(path, parse_canonical)(data))

    def note(self) -> None:
        """Checkpoints, proofs, consistency paths, policies."""
        path, data = self.chance.choice(self.notes)
        if self.chance.random() < 0.5:
            rows = data.split(b"\n")
            at = self.chance.randrange(len(rows))
            rows[at] = self.chance.choice(
                (rows[at] * 2, b"", self.chance.choice(rows), bytes_changed(rows[at], self.chance))
            )
            data = b"\n".join(rows)
        else:
            data = bytes_changed(data, self.chance)
        self.last = data
        kind = path.split("/")[1]
        reader: Callable[[bytes], Any] = {
            "proofs": notes.parse_proof,
            "consistency": notes.parse_hashes,
            "policy.txt": trust.parse_trust,
        }.get(kind, notes.parse_checkpoint)
        refused(lambda: reader(data))

    def film(self) -> None:
        """Boxes of originals and copies."""
        self.last = data = bytes_changed(self.chance.choice(self.films), self.chance)
        tape = Tape(iter([data[i : i + 4096] for i in range(0, len(data), 4096)]))
        read_media(tape, len(data), [Cut(0, self.chance.choice((0, 5, 1 << 40)))], Units())
        tape.finish()

    def reel(self, codec: str, ways: Any) -> list[Any]:
        """Frames of a camera that signs."""
        return (
            Camera(codec, **ways).film(video(codec, frames=signed.FRAMES, gop=5, size=(64, 48))).frames[:60]
        )

    def camera(self) -> None:
        """SEIs, slices and their order, over some originals, which are read in some order."""
        chance = self.chance
        codec, reel = chance.choice(self.reels)
        h265 = codec == "h265"
        nals = [(frame, nal) for frame, some in enumerate(reel) for nal in some]
        seis = [i for i, (_, nal) in enumerate(nals) if is_signing_sei(h265, nal)]
        for _ in range(chance.choice((1, 1, 2, 5))):
            at, kind = chance.choice(seis), chance.randrange(6)
            frame, nal = nals[at]
            if kind < 2:
                nals[at] = frame, nal[:3] + bytes_changed(nal[3:], chance)
            elif kind == 2:
                nals[at:at] = [nals[at]] * (3000 if chance.random() < 0.03 else chance.randint(1, 5))
            elif kind == 3:
                many = 30_000 if chance.random() < 0.03 else chance.randint(1, 5)
                nals[at:at] = [(frame, chance.choice(nals)[1][:20])] * many
            elif kind == 4:
                other = chance.randrange(len(nals))
                nals[at], nals[other] = nals[other], nals[at]
            else:
                del nals[at]
            seis = [i for i, (_, nal) in enumerate(nals) if is_signing_sei(h265, nal)] or [0]
        self.last = repr(nals[:50]).encode()
        edges = sorted({0, len(nals), *(chance.randrange(len(nals)) for _ in range(chance.randint(0, 4)))})
        parts = [nals[a:b] for a, b in pairwise(edges)]

        def read(number: int, units: Units) -> Units:
            units.h265 = h265
            for frame, nal in parts[number]:
                if nal:
                    units.take(nal, 0, len(nal), frame)
            return units

        told = [
            Chunk(i, b"", {"camera": "c", "run": "r", "seq": i, "ended": "seal", "lost": 0})
            for i in range(len(parts))
        ]
        row = Row(told, lambda _: None, lambda chunk, name: read(chunk.told["seq"], Units(name)))
        for number in chance.sample(range(len(parts)), len(parts)):
            row.take(number, read(number, row.units()))

    def certificate(self) -> None:
        """Certificates of cameras, and SEIs by themselves."""
        pem = identity().chain
        self.last = data = bytes_changed(pem, self.chance)
        leaf_of(data)
        self.last = data = bytes_changed(ssl.PEM_cert_to_DER_cert(pem.decode()), self.chance)
        refused(lambda: read_certificate(data))
        codec, reel = self.chance.choice(self.reels)
        some = [nal for frame in reel for nal in frame if is_signing_sei(codec == "h265", nal)]
        self.last = data = bytes_changed(self.chance.choice(some), self.chance)
        refused(lambda: read_signing_sei(codec == "h265", data))

    def stamp(self) -> None:
        """DER of time stamps."""
        head = bytes.fromhex("060b2a864886f70d0109100104a0820020048200")
        self.last = data = bytes_changed(head + self.chance.randbytes(80), self.chance)
        refused(lambda: imprint(data))

    def whole(self) -> None:
        """A package with another meaning somewhere, its manifests mended: every verdict must cope."""
        number = self.chance.randrange(len(self.bases))
        one = self.bases[number]
        files = dict(one.files)
        for _ in range(self.chance.choice((1, 2))):
            path = self.chance.choice(list(files))
            if self.chance.random() < 0.15:
                del files[path]
                continue
            rows = files[path].split(b"\n")
            at = self.chance.randrange(len(rows))
            if rows[at][:1] == b"{":
                rows[at] = line_changed(rows[at], self.chance)
                files[path] = b"\n".join(rows)
            else:
                files[path] = bytes_changed(files[path], self.chance)
        files = mended(files) if "bagit.txt" in files and self.chance.random() < 0.8 else files
        self.last = repr({path: files[path] for path in files if files[path] != one.files.get(path)}).encode()
        report = Report()
        try:
            check_all(report, Memory(one.draft.name, files), self.policies[number], silent)
        except Unreadable as error:
            report[1].add(error.code, error.where)
        json.dumps(report.told())


def refused(act: Callable[[], Any]) -> None:
    """Calls a parser, which may refuse with the one error it has for that."""
    with contextlib.suppress(Malformed):
        act()


def run(inputs: int, seed: int, *, say: bool = True) -> dict[str, Any]:
    """Runs that many inputs; answers counts, the slowest input, the memory, and what failed (at most twenty)."""
    failures: list[str] = []
    slowest, counts = 0.0, {}
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(seed, Path(folder))
        targets = [target for target, share in fuzzer.targets() for _ in range(share)]
        began = time.monotonic()
        for number in range(inputs):
            target = targets[number % len(targets)]
            counts[target.__name__] = counts.get(target.__name__, 0) + 1
            start = time.process_time()
            try:
                target()
            except (Exception, RecursionError):  # noqa: BLE001 - whatever it is, it is what is looked for here
                failures.append(
                    f"{target.__name__} {number}: {traceback.format_exc()[-600:]} {fuzzer.last[:300]!r}"
                )
            took = time.process_time() - start
            if took > slowest:
                slowest = took
            if took > MOST_SECONDS:
                failures.append(f"{target.__name__} {number}: took {took:.1f} s: {fuzzer.last[:300]!r}")
            if len(failures) >= 20:
                break
            if say and number % 50_000 == 49_999:
                print(f"{number + 1} inputs, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    megabytes = _most_megabytes()
    if megabytes > MOST_MEGABYTES:
        failures.append(f"{megabytes:.0f} MB")
    return {
        "inputs": counts,
        "slowest_s": round(slowest, 3),
        "megabytes": round(megabytes),
        "failures": failures,
    }


def _most_megabytes() -> float:
    """What this process held at most. Not ru_maxrss: over fork and exec that is the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> int:
    """The command line; status 1 when an input did not end as it must."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=500_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    result = run(chosen.inputs, chosen.seed)
    print(
        json.dumps(result) if chosen.json else "\n".join(f"{key}: {value}" for key, value in result.items())
    )
    return int(bool(result["failures"]))


if __name__ == "__main__":
    sys.exit(main())
