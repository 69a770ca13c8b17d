"""Derivatives (verdict 6): each processed copy has a signed statement beside it, of which originals it was made."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Set, Tuple

from saksi.custody.verifier.authentic import enrolments, pre_authentication, revocations
from saksi.custody.verifier.container import Container, Unreadable
from saksi.custody.verifier.ed25519 import signature_holds
from saksi.custody.verifier.envelope import Envelope, open_envelope
from saksi.custody.verifier.findings import Report, Verdict
from saksi.custody.verifier.hashes import Malformed, need, unhex
from saksi.custody.verifier.material import CHUNKS, ENTRIES, KEYS, Material
from saksi.custody.verifier.playable import EDGE_US
from saksi.custody.verifier.thinned import THINNED, Problem, Thinnings, need_kept

DERIVATIVES = "data/derivative/"
DERIVATION = "urn:saksi:derivation:1"
MOST_DERIVATION = 1 << 22  # bytes; an input is about 250
SIGNERS = ("export", "office")


def check_derivations(
    report: Report, container: Container, material: Material, digests: Dict[str, str]
) -> None:
    """What verdict 6 says of processed copies. `digests` has the SHA-256 of every file that is there."""
    verdict = report[6]
    if material.statement is None:
        return
    groups, alone = grouped(verdict, material)
    if groups:
        for name, there in ((KEYS, material.keys), (ENTRIES, material.entries), (CHUNKS, material.chunks)):
            if there is None:
                verdict.add("not_read", name)
    known, linked, kinds, thinned = Known(material), 0, set(), 0
    for path, files in groups.items():
        try:
            told = read_derivation(container, path)
            kinds.add(told.statement["predicate"]["kind"])
            thinned += len(files) if told.statement["predicate"]["kind"] == THINNED else 0
            problems = list(known.problems(path, told, {one: digests.get(one, "") for one in files}, digests))
        except (Malformed, Unreadable) as error:
            problems = [("derivation_missing", one, "a statement of its making beside it", error)
                        for one in files or [path]]  # fmt: skip
        for problem in problems:
            verdict.add(*problem)
        linked += 0 if problems else len(files)
    verdict.facts["derivatives"] = alone + sum(len(files) for files in groups.values())
    verdict.facts["derivatives_linked"] = linked
    verdict.facts["derivative_kinds"] = sorted(kinds)
    if thinned:
        verdict.facts["thinned"] = thinned


def grouped(verdict: Verdict, material: Material) -> Tuple[Dict[str, List[str]], int]:
    """Statements by path, each with the files that name it; and how many copies name none."""
    groups: Dict[str, List[str]] = {}
    alone = 0
    for one in material.told["files"]:
        processed, path = one["class"] == "processed", one["path"]
        if processed != path.startswith(DERIVATIVES):
            verdict.add(
                "derivation_differs", path, "processed copies, and only they, under data/derivative/", path
            )
        if not processed:
            continue
        beside = one.get("derivation")
        if not isinstance(beside, str) or folder(beside) != folder(path):
            verdict.add("derivation_missing", path, "a statement of its making beside it", "no such file")
            alone += 1
        else:
            groups.setdefault(beside, []).extend([path] if path != beside else [])
    return groups, alone


def folder(path: str) -> str:
    """All of a path but its last name."""
    return path.rpartition("/")[0]


def read_derivation(container: Container, path: str) -> Envelope:
    """A derivation.json, held to its form. Raises Malformed or Unreadable."""
    if path not in container.sizes:
        raise Malformed("no such file")
    told = open_envelope(container.read(path, MOST_DERIVATION), DERIVATION)
    for subject in told.statement["subject"]:
        need(subject, {"name": str, "digest": dict})
        need(subject["digest"], {"sha256": str})
    predicate = told.statement["predicate"]
    need(predicate, {"class": str, "kind": str, "camera": str, "inputs": list})
    need(predicate, {"derivative": int, "from": int, "to": int, "made_at": int})
    for one in predicate["inputs"]:
        need(one, {"run": str, "seq": int, "leaf": str, "sha256": str})
        if predicate["kind"] == THINNED:
            need_kept(one)
    return told


class Known:
    """What statements are held against: keys of the log, lines of chunks, and the case's own history."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.enrolled, self.revoked = enrolments(material), revocations(material)
        self.thinnings = Thinnings(material)
        self.lines = self.thinnings.lines
        self.recorded: Dict[int, Set[str]] = {}
        for row in material.custody or []:
            what = row["body"].get("what")
            if row["body"].get("event") == "redact" and isinstance(what, dict):
                number = what.get("derivative")
                if type(number) is int:
                    self.recorded.setdefault(number, set()).add(str(what.get("statement")))

    def problems(
        self, path: str, told: Envelope, there: Dict[str, str], digests: Dict[str, str]
    ) -> Iterator[Problem]:
        """Whatever is wrong with the statement at `path` of the files `there`, which are given with their SHA-256."""
        predicate = told.statement["predicate"]
        yield from self.of_signer(path, told)
        subjects = {one["name"]: one["digest"]["sha256"] for one in told.statement["subject"]}
        for name in sorted(set(subjects) | set(there)):
            if subjects.get(name) != there.get(name):
                where = name if name in there else path
                yield (
                    "derivation_differs",
                    where,
                    subjects.get(name, "no subject"),
                    there.get(name, "no such file"),
                )
        if predicate["class"] != "processed":
            yield "derivation_differs", path, "processed", predicate["class"]
        yield from self.of_inputs(path, predicate)
        if predicate["kind"] == THINNED:
            yield from self.thinnings.problems(path, predicate, subjects)
        else:
            yield from self.of_purged(path, predicate)
        recorded, own = self.recorded.get(predicate["derivative"], set()), digests.get(path, "")
        if recorded and own not in recorded:
            yield "derivation_differs", path, "the statement that the case's history names", own

    def of_signer(self, path: str, told: Envelope) -> Iterator[Problem]:
        """It is signed by an export or office key of the log, which was not revoked when it was made."""
        if self.material.keys is None or self.material.entries is None:
            return
        key = self.material.keys.get(told.keyid)
        if key is None or key["role"] not in SIGNERS or told.keyid not in self.enrolled:
            yield "derivation_signature", path, "an export or office key of the log", told.keyid
            return
        if not signature_holds(unhex(key["public"], 32), told.signature, pre_authentication(told.payload)):
            yield "derivation_signature", path, "signed by " + told.keyid, "not signed by it"
        revoked = self.revoked.get(told.keyid)
        if revoked is not None and told.statement["predicate"]["made_at"] >= revoked.told["at"]:
            yield "derivation_signature", path, "a key that was not revoked then", told.keyid

    def of_inputs(self, path: str, predicate: Dict[str, Any]) -> Iterator[Problem]:
        """Its inputs are originals of which the package has the lines, of the camera and the span that it names."""
        if self.material.chunks is None:
            return
        camera, start, end = predicate["camera"], predicate["from"], predicate["to"]
        for one in predicate["inputs"]:
            chunk = self.lines.get((one["run"], one["seq"]))
            wanted = (camera, one["leaf"], one["sha256"])
            if chunk is None or wanted != (chunk.told["camera"], chunk.leaf.hex(), chunk.told["sha256"]):
                yield (
                    "derivation_differs",
                    path,
                    "originals of this package",
                    "%s/%d" % (one["run"], one["seq"]),
                )
            elif not chunk.overlaps(start, end):
                yield "derivation_differs", path, "originals of its span", chunk.name
        if not predicate["inputs"]:
            yield "derivation_differs", path, "originals of this package", "no originals"
        exhibits = [one for one in self.material.told["cameras"] if one["camera"] == camera]
        if not any(one["from"] - EDGE_US <= start < end <= one["to"] + EDGE_US for one in exhibits):
            yield "derivation_differs", path, "a span of an exhibit", (camera, start, end)

    def of_purged(self, path: str, predicate: Dict[str, Any]) -> Iterator[Problem]:
        """Of originals that a purge took only a making that the case knows of may be left: else what is left of them is
        thinned, whatever its statement calls it."""
        if self.material.custody is None or predicate["derivative"] in self.recorded:
            return
        for one in predicate["inputs"]:
            if (one["run"], one["seq"]) in self.thinnings.purged:
                name = "%s/%d" % (one["run"], one["seq"])
                yield "derivation_differs", path, "a making that the case's history tells of", name
                return
