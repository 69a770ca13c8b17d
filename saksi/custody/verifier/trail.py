"""An audit export: the four verdicts on it, of which the fourth holds every row to the log.

docs/reference/audit-export.md is what an export is held to.
"""

from __future__ import annotations

import hashlib
from typing import Callable, Dict

from saksi.custody.verifier.authentic import check_authentic
from saksi.custody.verifier.container import Container, Unreadable
from saksi.custody.verifier.envelope import open_envelope
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.forms import read_all, read_checkpoint, read_keys
from saksi.custody.verifier.hashes import Malformed, need, parse_canonical
from saksi.custody.verifier.intact import check_intact
from saksi.custody.verifier.logged import check_logged
from saksi.custody.verifier.material import CHECKPOINT, KEYS, MOST_META, STATEMENT, Material
from saksi.custody.verifier.notes import unbase64
from saksi.custody.verifier.trail_rows import check_rows
from saksi.custody.verifier.trust import Given, settle

AUDIT_EXPORT = "urn:saksi:audit-export:1"
TRAIL_VERDICTS = 4
FILTERS = {
    "person": str,
    "camera": str,
    "case": str,
    "result": str,
    "actions": list,
    "span_from": int,
    "span_to": int,
}


def is_trail(container: Container) -> bool:
    """Whether the statement says that this is an audit export; who signed it is looked at later."""
    if not 0 < container.sizes.get(STATEMENT, 0) <= MOST_META:
        return False
    try:
        payload = unbase64(str(parse_canonical(container.read(STATEMENT, MOST_META)[:-1]).get("payload")))
        return bool(parse_canonical(payload).get("predicateType") == AUDIT_EXPORT)
    except (Malformed, Unreadable):
        return False


def check_trail(report: Report, container: Container, given: Given, progress: Callable[[int], None]) -> None:
    """Reads what it tells, then every byte, then holds rows to entries and entries to the log."""
    report.keep(TRAIL_VERDICTS)
    material = Material()
    readers = [(STATEMENT, read_trail), (KEYS, read_keys), (CHECKPOINT, read_checkpoint)]
    read_all(container, report, material, readers)
    if material.statement is not None:
        report.package = material.told["package"]
    digests = digests_of(container, progress)
    trusted = settle(report, container, given)
    check_authentic(report, material, trusted, "office")
    check_logged(report, container, material, trusted)
    check_rows(report, container, material)
    check_intact(report, container, material, digests)


def read_trail(data: bytes, material: Material) -> None:
    """The statement of an audit export. Raises Malformed."""
    told = open_envelope(data, AUDIT_EXPORT)
    check_trail_predicate(told.statement["predicate"])
    for subject in told.statement["subject"]:
        need(subject, {"name": str, "digest": dict})
        need(subject["digest"], {"sha256": str})
    material.statement, material.payload = told.statement, told.payload
    material.keyid, material.signature = told.keyid, told.signature


def check_trail_predicate(told: Dict[str, object]) -> None:
    """That it has all that the checks rely on. Raises Malformed."""
    need(
        told,
        {"package": str, "made_at": int, "request": dict, "checkpoint": dict, "asked": dict, "covers": dict},
    )
    need(told, {"filter": dict, "limited": bool, "entries": dict, "files": list, "meta": dict})
    need(told, {"rows": int, "withheld": int, "later": int})
    need(told["checkpoint"], {"origin": str, "size": int, "root": str})
    for name in ("asked", "covers"):
        need(told[name], {"from": int, "to": int})
    need(told["entries"], {"first": int, "last": int})
    given, files, meta = told["filter"], told["files"], told["meta"]
    assert isinstance(given, dict)
    assert isinstance(files, list)
    assert isinstance(meta, dict)
    if not set(given) <= set(FILTERS):
        raise Malformed("a filter that is not known here")
    need(given, {name: FILTERS[name] for name in given})
    for one in files:
        need(one, {"path": str, "size": int, "sha256": str})
    if not all(isinstance(digest, str) for digest in meta.values()):
        raise Malformed("digests of meta files are not text")


def digests_of(container: Container, progress: Callable[[int], None]) -> Dict[str, str]:
    """SHA-256 of every file."""
    digests = {}
    for path in container.sizes:
        digest = hashlib.sha256()
        for block in container.blocks(path):
            digest.update(block)
            progress(len(block))
        digests[path] = digest.hexdigest()
    return digests
