"""Verdict 3: every entry used stands in one append-only log signed by who may write it; witnesses saw it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from saksi.custody.verifier.authentic import ENTRY_CONTEXT, enrolments, revocations, signing_logs
from saksi.custody.verifier.container import Container
from saksi.custody.verifier.ed25519 import signature_holds
from saksi.custody.verifier.findings import Report, Verdict
from saksi.custody.verifier.hashes import Malformed, consistent, included, sha256, unhex
from saksi.custody.verifier.material import CHECKPOINT, POLICY, SIGNATURES, Entry, Material
from saksi.custody.verifier.notes import (
    MOST_NOTE,
    Checkpoint,
    Policy,
    parse_checkpoint,
    parse_hashes,
    parse_policy,
    parse_proof,
)

PROOFS, OLDER, CONSISTENCY = "meta/proofs/", "meta/checkpoints/", "meta/consistency/"
ZEROS = "00" * 32


@dataclass
class Seen:
    """Checkpoints of the package that stand, with the seconds at which trusted witnesses cosigned each."""

    policy: Policy = field(default_factory=Policy)
    points: Dict[int, Checkpoint] = field(default_factory=dict)
    times: Dict[int, List[int]] = field(default_factory=dict)


def check_logged(report: Report, container: Container, material: Material, trusted: Optional[Policy]) -> Seen:
    """Verdict 3; answers the checkpoints that verdict 5 may rely on."""
    seen = Seen()
    verdict = report[3]
    if material.checkpoint is None:
        return seen
    policy = trusted if trusted is not None else own_policy(report, container)
    if policy is not None:
        seen.policy = policy
        check_checkpoint(verdict, material, policy, seen)
        check_older(verdict, container, material, seen)
    if material.entries is not None:
        check_proofs(verdict, container, material)
        check_chains(verdict, material)
        if material.keys is not None:
            check_signatures(verdict, material)
    verdict.facts["entries"] = len(material.entries or [])
    return seen


def own_policy(report: Report, container: Container) -> Optional[Policy]:
    """The policy inside the package: it proves nothing about itself, but everything can be held to it."""
    if POLICY not in container.sizes:
        report[1].add("missing", POLICY)
        report[3].add("not_read", POLICY)
        return None
    try:
        return parse_policy(
            container.read(POLICY, MOST_NOTE) if container.sizes[POLICY] <= MOST_NOTE else b""
        )
    except Malformed as error:
        report[1].add("malformed", POLICY, "C2SP tlog-policy", error)
        report[3].add("not_read", POLICY)
        return None


def witnessed(point: Checkpoint, policy: Policy) -> Dict[str, int]:
    """The policy's witnesses that cosigned, with their seconds since 1970 (tlog-cosignature)."""
    found = {name: point.note.signed_by(key)[0] for name, key in policy.witnesses.items()}
    return {name: at for name, at in found.items() if at}


def check_checkpoint(verdict: Verdict, material: Material, policy: Policy, seen: Seen) -> None:
    """Signed by a log of the policy, seen by a quorum of its witnesses, and the one the statement names."""
    point = material.checkpoint
    assert point is not None
    false = [key.name for key in [*policy.logs, *policy.witnesses.values()] if point.note.signed_by(key)[1]]
    if not signing_logs(material, policy) or false:
        verdict.add(
            "checkpoint_signature", CHECKPOINT, [log.name for log in policy.logs], false or point.origin
        )
    witnesses = witnessed(point, policy)
    logs = [(key.name, key.short_id) for key in policy.logs]
    if not policy.reached(set(witnesses)):
        verdict.add("quorum", CHECKPOINT, policy.quorum, sorted(witnesses))
    if material.statement is not None:
        told = material.told["checkpoint"]
        stated = (told["origin"], told["size"], told["root"])
        if stated != (point.origin, point.size, point.root.hex()):
            verdict.add(
                "checkpoint_differs", CHECKPOINT, stated, (point.origin, point.size, point.root.hex())
            )
    keep(seen, point, list(witnesses.values()))
    verdict.facts.update(size=point.size, origin=point.origin, root=point.root.hex())
    verdict.facts["witnesses"] = sorted(witnesses)
    verdict.facts["witnesses_known"] = len(policy.witnesses)
    verdict.facts["other_signatures"] = sum(line[:2] not in logs for line in point.note.lines)
    verdict.facts["outside_witness"] = policy.quorum != "none"


def keep(seen: Seen, point: Checkpoint, times: List[int]) -> None:
    """Notes a checkpoint that stands."""
    seen.points[point.size] = point
    seen.times[point.size] = times


def check_older(verdict: Verdict, container: Container, material: Material, seen: Seen) -> None:
    """Older checkpoints are signed by the same log, and today's log continues each (RFC 9162 section 2.1.4.2)."""
    newest = material.checkpoint
    assert newest is not None
    for path in sorted(one for one in container.sizes if one.startswith(OLDER)):
        size = path[len(OLDER) :]
        try:
            if container.sizes[path] > MOST_NOTE:
                raise Malformed("more than a megabyte")
            point = parse_checkpoint(container.read(path, MOST_NOTE))
            if str(point.size) != size or point.origin != newest.origin:
                raise Malformed("a checkpoint of another size or log than its name says")
        except Malformed as error:
            verdict.add("checkpoint_malformed", path, "C2SP tlog-checkpoint", error)
            continue
        logs = [point.note.signed_by(key) for key in seen.policy.logs]
        others = [point.note.signed_by(key) for key in seen.policy.witnesses.values()]
        if all(at is None for at, _ in logs) or any(false for _, false in [*logs, *others]):
            verdict.add("checkpoint_signature", path)
            continue
        proof = CONSISTENCY + size
        hashes = consistency_path(container, proof)
        if hashes is None and point.size != newest.size:
            verdict.add("consistency_missing", proof)
        elif not consistent(point.size, newest.size, point.root, newest.root, hashes or []):
            verdict.add("checkpoint_inconsistent", path, newest.root, point.root)
        elif point.size != newest.size:
            keep(seen, point, [at for at, _ in others if at])
    verdict.facts["older_checkpoints"] = len(seen.points) - 1


def consistency_path(container: Container, path: str) -> Optional[List[bytes]]:
    """The hashes of a consistency file; None where it is missing or of another form."""
    if container.sizes.get(path, MOST_NOTE) >= MOST_NOTE:
        return None
    try:
        return parse_hashes(container.read(path, MOST_NOTE))
    except Malformed:
        return None


def check_proofs(verdict: Verdict, container: Container, material: Material) -> None:
    """Each entry's proof leads from its leaf to the root of the one checkpoint (tlog-proof, RFC 9162 2.1.3.2)."""
    point = material.checkpoint
    assert point is not None
    known = set()
    for entry in material.entries or []:
        path = "%s%d.tlog-proof" % (PROOFS, entry.index)
        known.add(path)
        if path not in container.sizes:
            verdict.add("proof_missing", path)
            continue
        try:
            if container.sizes[path] > MOST_NOTE:
                raise Malformed("more than a megabyte")
            index, hashes, other = parse_proof(container.read(path, MOST_NOTE))
        except Malformed as error:
            verdict.add("proof_malformed", path, "C2SP tlog-proof", error)
            continue
        if other.note.text != point.note.text:
            verdict.add("proof_checkpoint", path, point.size, other.size)
        elif index != entry.index or not included(entry.leaf, index, point.size, hashes, point.root):
            verdict.add("proof_differs", path, entry.index, index)
    for path in container.sizes:
        if path.startswith(PROOFS) and path not in known:
            verdict.add("proof_surplus", path)


def check_chains(verdict: Verdict, material: Material) -> None:
    """Entries stand in order of the log, and each names the one before it in its chain (package format, "Entries")."""
    before_index = -1
    last: Dict[str, Entry] = {}
    for entry in material.entries or []:
        if entry.index <= before_index:
            verdict.add("entry_order", entry.where, "> %d" % before_index, entry.index)
        before_index = entry.index
        chain, seq = entry.told["chain"], entry.told["seq"]
        previous = last.get(chain)
        before = previous.told["seq"] if previous else 0
        if seq <= before or (seq == 1 and entry.told["prev"] != ZEROS):
            verdict.add("chain_broken", entry.where, "%s after %d" % (chain, before), seq)
        elif previous is not None and seq == before + 1 and entry.told["prev"] != previous.leaf.hex():
            verdict.add("chain_broken", entry.where, previous.leaf, entry.told["prev"])
        last[chain] = entry


def check_signatures(verdict: Verdict, material: Material) -> None:
    """Each entry is signed by a key that was enrolled, not revoked, and may write its chain there."""
    keys, enrolled, revoked = material.keys or {}, enrolments(material), revocations(material)
    for entry in material.entries or []:
        by = entry.told["by"]
        key, since, until = keys.get(by), enrolled.get(by), revoked.get(by)
        valid = (
            since is not None and since.index <= entry.index and (until is None or until.index > entry.index)
        )
        if key is None or entry.key != by or not valid or not may_write(entry, key, material):
            verdict.add("entry_key", entry.where, entry.told["chain"], by)
            continue
        public = unhex(key["public"], 32)
        if sha256(public).hex()[:16] != by or not signature_holds(
            public, entry.signature, ENTRY_CONTEXT + entry.data
        ):
            verdict.add(
                "entry_signature", "%s:%d" % (SIGNATURES, entry.line), "signed by " + by, "not signed by it"
            )


def may_write(entry: Entry, key: Dict[str, Any], material: Material) -> bool:
    """A recorder's chain is written by that recorder alone, all others by the office's own processes."""
    chain = entry.told["chain"]
    if chain.startswith("recorder/"):
        return bool(key["role"] == "recorder" and chain == "recorder/" + key["name"])
    if entry.kind == "key" and entry.body["action"] == "enrol":
        return bool(sha256(unhex(entry.body["public"], 32)).hex()[:16] == entry.told["by"])
    if entry.kind in (
        "run",
        "pulse",
    ):  # the office makes up for runs that a recorder could not log, never for pulses
        return entry.kind == "run" and bool(key["role"] == "office")
    return key["role"] in ("office", "export", "log")
