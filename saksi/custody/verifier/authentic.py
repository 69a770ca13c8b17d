"""Verdict 2: the statement was signed by an export key of the archive whose log is trusted."""

from __future__ import annotations

from typing import Dict, List, Optional

from saksi.custody.verifier.ed25519 import signature_holds
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.hashes import Malformed, sha256, unhex
from saksi.custody.verifier.material import CHECKPOINT, IN_TOTO, STATEMENT, Entry, Material
from saksi.custody.verifier.notes import Policy, VerifierKey

NEW_KEY = b"saksi/key/1\n"
ENTRY_CONTEXT = b"saksi/entry/1\n"
SIGNER = {"export": "an export key of the log", "office": "an office key of the log"}


def pre_authentication(payload: bytes) -> bytes:
    """What is signed: DSSE v1.0.2, "PAE"."""
    kind = IN_TOTO.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def check_authentic(
    report: Report, material: Material, trusted: Optional[Policy], role: str = "export"
) -> None:
    """Verdict 2. `trusted` is what was given from outside; None: only consistency can be shown (trust.settle).

    `role` is that of the key that may sign the statement.
    """
    verdict = report[2]
    if trusted and material.checkpoint and not signing_logs(material, trusted):
        wanted = ["%s %s" % (log.name, sha256(log.public).hex()) for log in trusted.logs]
        verdict.add("log_not_trusted", CHECKPOINT, wanted, material.checkpoint.origin)
    if material.statement is None or material.keys is None or material.entries is None:
        return
    check_keys(report, material)
    enrolled = enrolments(material)
    key = material.keys.get(material.keyid)
    if key is None or key["role"] != role or material.keyid not in enrolled:
        verdict.add("statement_key", STATEMENT, SIGNER[role], material.keyid)
    elif not signature_holds(
        unhex(key["public"], 32), material.signature, pre_authentication(material.payload)
    ):
        verdict.add("statement_signature", STATEMENT, "signed by " + material.keyid, "not signed by it")
    elif material.keyid in revocations(material):
        verdict.add("key_revoked", "key " + material.keyid)
    verdict.facts["export_key"] = material.keyid
    verdict.facts.update({name: material.told[name] for name in ("case", "export") if name in material.told})


def signing_logs(material: Material, policy: Policy) -> List[VerifierKey]:
    """The policy's logs that signed the checkpoint."""
    point = material.checkpoint
    if point is None:
        return []
    return [
        log for log in policy.logs if log.name == point.origin and point.note.signed_by(log)[0] is not None
    ]


def enrolments(material: Material) -> Dict[str, Entry]:
    """Key id -> the entry that enrolled it."""
    found: Dict[str, Entry] = {}
    for entry in material.of_kind("key"):
        if entry.body["action"] == "enrol":
            found.setdefault(sha256(unhex(entry.body["public"], 32)).hex()[:16], entry)
    return found


def revocations(material: Material) -> Dict[str, Entry]:
    """Key id -> the entry that revoked it."""
    found: Dict[str, Entry] = {}
    for entry in material.of_kind("key"):
        if entry.body["action"] == "revoke":
            found.setdefault(entry.body["key"], entry)
    return found


def check_keys(report: Report, material: Material) -> None:
    """Each key of keys.json is the one enrolled in the log, signed by itself and by the key before it."""
    verdict, enrolled, revoked = report[2], enrolments(material), revocations(material)
    keys = material.keys or {}
    for name, key in keys.items():
        where, entry = "key " + name[:40], enrolled.get(name)
        if entry is None:
            verdict.add("key_not_logged", where)
            continue
        until = revoked[name].told["at"] if name in revoked else -1
        told = (entry.body["role"], entry.body["name"], entry.body["public"], entry.told["at"], until)
        if told != (key["role"], key["name"], key["public"], key["from"], key["until"]):
            verdict.add("key_differs", where, told, key)
        if not self_signed(entry) or not follows(entry, enrolled):
            verdict.add("key_signature", where)


def self_signed(entry: Entry) -> bool:
    """Whether the key signed its own enrolment."""
    public = unhex(entry.body["public"], 32)
    own = entry.told["by"] == sha256(public).hex()[:16]
    return own and signature_holds(public, entry.signature, ENTRY_CONTEXT + entry.data)


def follows(entry: Entry, enrolled: Dict[str, Entry]) -> bool:
    """Whether the key that it replaces, if any, signed the new one."""
    if not entry.body["old"]:
        return not entry.body["old_signature"]
    old = enrolled.get(entry.body["old"])
    try:
        signature = unhex(entry.body["old_signature"], 64)
    except Malformed:
        return False
    message = NEW_KEY + unhex(entry.body["public"], 32)
    return old is not None and signature_holds(unhex(old.body["public"], 32), signature, message)
