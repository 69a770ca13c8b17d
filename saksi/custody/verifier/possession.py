"""Verdict 7: who had the footage, from the request to this package."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from saksi.custody.verifier.findings import Report, Verdict
from saksi.custody.verifier.hashes import canonical_json, sha256
from saksi.custody.verifier.material import CUSTODY, STATEMENT, Entry, Material


def check_custody(report: Report, material: Material) -> None:
    """Verdict 7."""
    verdict = report[7]
    if None in (material.custody, material.entries, material.statement):
        return
    chain = "case/" + material.told["case"]
    history = [entry for entry in material.of_kind("custody") if entry.told["chain"] == chain]
    numbers = [entry.told["seq"] for entry in history]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        verdict.add("custody_gap", chain, "1 to %d" % max(numbers, default=0), "%d entries" % len(numbers))
    disclosed = check_commitments(verdict, material)
    check_request(verdict, material, history, disclosed)
    check_holds(verdict, material)
    verdict.facts["entries"] = len(history)
    verdict.facts["disclosed"] = len(disclosed)
    kinds: Dict[str, int] = {}
    for entry in history:
        kinds[entry.body["event"]] = kinds.get(entry.body["event"], 0) + 1
    verdict.facts["events"] = kinds


def check_commitments(verdict: Verdict, material: Material) -> Dict[str, Dict[str, Any]]:
    """Each disclosed body is the one that was committed to: SHA-256(nonce || canonical body). Leaf -> body."""
    entries = {entry.leaf.hex(): entry for entry in material.entries or [] if commits(entry)}
    disclosed: Dict[str, Dict[str, Any]] = {}
    for row in material.custody or []:
        where, entry = "%s:%d" % (CUSTODY, row["number"]), entries.get(row["leaf"])
        if entry is None or row["leaf"] in disclosed:
            verdict.add("custody_unknown", where)
            continue
        found = sha256(row["salt"] + canonical_json(row["body"])).hex()
        if found != entry.body["commitment"] or row["body"].get("event", "") != told_event(entry):
            verdict.add("commitment_differs", where, entry.body["commitment"], found)
        disclosed[row["leaf"]] = row["body"]
    for leaf, entry in entries.items():
        if leaf not in disclosed:
            verdict.add("not_disclosed", entry.where, "its body", "only its commitment")
    return disclosed


def commits(entry: Entry) -> bool:
    """Whether an entry commits to a body: of custody, of a hold, or of who brought a file in."""
    return entry.kind in ("custody", "hold") or (entry.kind == "import" and entry.body["event"] == "import")


def told_event(entry: Entry) -> str:
    """The event that a body must name."""
    if entry.kind == "import":
        return "import"
    return str(entry.body["event"] if entry.kind == "custody" else "hold." + entry.body["action"])


def check_request(
    verdict: Verdict, material: Material, history: List[Entry], disclosed: Dict[str, Dict[str, Any]]
) -> None:
    """The package was requested, and it is what was requested."""
    requested = False
    for entry in history:
        what = disclosed.get(entry.leaf.hex(), {}).get("what", {})
        mine = (
            not isinstance(what, dict)
            or what.get("export", material.told["export"]) == material.told["export"]
        )
        if entry.body["event"] == "export.request" and mine:
            requested = True
            compare_request(verdict, material, what)
    if not requested:
        verdict.add("not_requested", "case/" + material.told["case"], "a recorded request", "no request")


def compare_request(verdict: Verdict, material: Material, what: Any) -> None:
    """The exhibits of the statement are those of the request, to the microsecond."""
    asked = what.get("exhibits") if isinstance(what, dict) else None
    if not isinstance(asked, list):
        return
    with_files, without = "with imported files", "without imported files"
    if (what.get("imported_files") is True) != ("imported_files" in material.told):
        swapped = "imported_files" in material.told
        verdict.add(
            "request_differs", STATEMENT, *((without, with_files) if swapped else (with_files, without))
        )
    wanted, told = spans_of(asked), spans_of(material.told["exhibits"])
    for place in sorted(set(wanted) | set(told)):
        if wanted.get(place) != told.get(place):
            verdict.add("request_differs", "%s/%s" % place, wanted.get(place), told.get(place))


def spans_of(exhibits: List[Any]) -> Dict[Tuple[str, str], Tuple[Any, Any]]:
    """(exhibit, camera) -> span."""
    spans: Dict[Tuple[str, str], Tuple[Any, Any]] = {}
    for one in exhibits:
        cameras = one.get("cameras") if isinstance(one, dict) else None
        for camera in cameras if isinstance(cameras, list) else []:
            spans[str(one.get("exhibit")), str(camera)] = (one.get("from"), one.get("to"))
    return spans


def check_holds(verdict: Verdict, material: Material) -> None:
    """Every exhibit was under a hold when the package was made; releases in the package are told."""
    placed: Dict[str, List[Tuple[int, int]]] = {}
    released = []
    for entry in material.of_kind("hold"):
        if entry.body["action"] == "release":
            released.append(entry.body["hold"])
            continue
        for camera, start, end in entry.body["spans"]:
            placed.setdefault(camera, []).append((start, end))
    for camera in material.told["cameras"]:
        reached = camera["from"]
        for start, end in sorted(placed.get(camera["camera"], [])):
            if start <= reached:
                reached = max(reached, end)
        if reached < camera["to"]:
            where = "%s/%s" % (camera["exhibit"], camera["camera"])
            verdict.add("no_hold", where, camera["to"], reached)
    verdict.facts["holds"] = len({entry.body["hold"] for entry in material.of_kind("hold")})
    verdict.facts["released"] = sorted(set(released))
