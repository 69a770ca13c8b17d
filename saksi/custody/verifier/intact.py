"""Verdict 1: the package is whole. Every file is there once, in its place, and is what bag and statement say.

RFC 8493 (BagIt 1.0): payload manifest over data/, tag manifest over all else. Both must be to the byte what their
lines make, so that nothing can hide in how they are written.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set

from saksi.custody.verifier.container import Container, Unreadable
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.hashes import Malformed
from saksi.custody.verifier.material import MOST_META, STATEMENT, Material

MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
MANIFESTS = ((MANIFEST, True), (TAG_MANIFEST, False))  # and whether it is the one of the payload
FIRST = ("bagit.txt", "BACA-SAYA.txt", "CARA-MANUAL.txt", "verify.py", "verifikasi.html")
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INFO = "bag-info.txt"
UNSTATED = (STATEMENT, MANIFEST, TAG_MANIFEST)


def check_intact(report: Report, container: Container, material: Material, digests: Dict[str, str]) -> None:
    """Verdict 1 from the SHA-256 of every file in the package."""
    verdict = report[1]
    stated = stated_files(material)
    for path in container.crc_differs:
        verdict.add("crc_differs", path)
    manifests = {payload: read_manifest(report, container, name, payload) for name, payload in MANIFESTS}
    listed = {path: digest for one in manifests.values() if one for path, digest in one.items()}
    for path in sorted(set(listed) | set(stated) | set(digests)):
        found, told = digests.get(path), stated.get(path)
        usable = manifests[path.startswith("data/")] is not None
        if path == TAG_MANIFEST:
            continue
        if found is None:
            verdict.add("missing", path)
        elif usable and path not in listed:
            verdict.add("surplus", path, "named in a manifest", "in no manifest")
        elif usable and listed[path] != found:
            verdict.add("digest_differs", path, listed[path], found)
        elif told is not None and (told[0] != found or told[1] not in (-1, container.sizes[path])):
            verdict.add("statement_differs", path, told[0], found)
        elif told is None and material.statement and path not in UNSTATED:
            verdict.add("not_stated", path)
    check_bag_files(report, container, material)
    if container.ordered and verdict.state == "holds":
        check_order(report, container, material)
    verdict.facts["files"] = len(container.sizes)
    verdict.facts["bytes"] = sum(container.sizes.values())


def stated_files(material: Material) -> Dict[str, Any]:
    """(sha256, size or -1) of every file that the signed statement names: subjects, files and meta."""
    if material.statement is None:
        return {}
    stated: Dict[str, Any] = {}
    for subject in material.statement["subject"]:
        stated[subject["name"]] = (subject["digest"]["sha256"], -1)
    for one in material.told["files"]:
        before = stated.get(one["path"])
        agree = before is None or before[0] == one["sha256"]
        stated[one["path"]] = (one["sha256"] if agree else "contradicts itself", one["size"])
    for path, digest in material.told["meta"].items():
        stated[path] = (digest, -1)
    return stated


def read_manifest(report: Report, container: Container, name: str, payload: bool) -> Optional[Dict[str, str]]:
    """Path -> SHA-256 of a manifest, RFC 8493 section 2.1.3; None where it is missing or of another form."""
    if name not in container.sizes:
        report[1].add("missing", name)
        return None
    listed: Dict[str, str] = {}
    try:
        text = container.read(name, MOST_META).decode()
        lines = text.split("\n")
        if lines.pop():
            raise Malformed("no newline at its end")
        for line in lines:
            path = line[66:].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
            if line[64:66] != "  " or set(line[:64]) - set("0123456789abcdef") or path in listed:
                raise Malformed("a line of another form: " + line[:80])
            if path.startswith("data/") != payload or path == TAG_MANIFEST:
                raise Malformed("a file of the other manifest: " + path[:80])
            listed[path] = line[:64]
        if manifest_text(listed) != text:
            raise Malformed("not in the order and spelling of the format")
    except (Malformed, UnicodeDecodeError, Unreadable) as error:
        report[1].add("manifest_malformed", name, "RFC 8493", error)
        return None
    return listed


def manifest_text(digests: Dict[str, str]) -> str:
    """A manifest as the format writes it."""
    escaped = {path: path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D") for path in digests}
    return "".join("%s  %s\n" % (digests[path], escaped[path]) for path in sorted(digests))


def check_bag_files(report: Report, container: Container, material: Material) -> None:
    """bagit.txt and bag-info.txt say what they must, RFC 8493 sections 2.1.1 and 2.2.2."""
    verdict = report[1]
    if "bagit.txt" in container.sizes and small(container, "bagit.txt") != BAGIT:
        verdict.add("bag_malformed", "bagit.txt", BAGIT.decode(), small(container, "bagit.txt"))
    if INFO not in container.sizes:
        return
    lines = [line.partition(": ") for line in small(container, INFO).decode("utf-8", "replace").split("\n")]
    told = {name: value for name, _, value in lines[:-1]}
    payload = [size for path, size in container.sizes.items() if path.startswith("data/")]
    names = ["Source-Organization", "External-Identifier", "Bagging-Date", "Payload-Oxum"]
    if [line[0] for line in lines] != [*names, ""]:
        verdict.add("bag_malformed", INFO, names, sorted(told))
        return
    wanted = "%d.%d" % (sum(payload), len(payload))
    if told["Payload-Oxum"] != wanted:
        verdict.add("bag_malformed", INFO, "Payload-Oxum: " + wanted, told["Payload-Oxum"])
    if material.statement and told["External-Identifier"] != material.told["package"]:
        verdict.add("bag_malformed", INFO, material.told["package"], told["External-Identifier"])


def small(container: Container, path: str) -> bytes:
    """A small tag file; nothing where it is not small."""
    return container.read(path, 1 << 16) if container.sizes[path] <= 1 << 16 else b""


def check_order(report: Report, container: Container, material: Material) -> None:
    """The members of a ZIP stand in the order of the format, and in the folder that the statement names."""
    if material.statement is None:
        return
    if container.root != material.told["package"]:
        report[1].add("zip_malformed", "zip", material.told["package"], container.root)
    there = list(container.sizes)
    payload = [subject["name"] for subject in material.statement["subject"]]
    for found, wanted in zip(there, expected_order(set(there), payload)):
        if found != wanted:
            report[1].add("zip_order", found, wanted, found)
            return


def expected_order(there: Set[str], payload: List[str]) -> List[str]:
    """Reading matter first, then the payload as the statement lists it, then the rest, manifests last."""
    first = [path for path in FIRST if path in there]
    ends = [path for path in (INFO, MANIFEST, TAG_MANIFEST) if path in there]
    rest = there - set(first) - set(payload) - set(ends)
    meta = sorted(path for path in rest if path.startswith("meta/"))
    return first + payload + meta + sorted(rest - set(meta)) + ends
