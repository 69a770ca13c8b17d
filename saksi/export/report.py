"""Fills the report of a package, `berita-acara.pdf` and `laporan.html`, from what its plan and files say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import __version__, papers
from saksi.catalogue.custody_words import sentence, took_clip
from saksi.custody.notes import Note
from saksi.custody.strict import Malformed
from saksi.export import warnings
from saksi.export.plan import Plan
from saksi.export.report_coverage import Files, camera, coverage
from saksi.filing.desk import person
from saksi.papers import delivery, model, parts
from saksi.settings import Settings

_KINDS = {"master": "original", "court": "playable", "processed": "derivative", "import": "imported"}
_MOST_LISTED = 400


def office(settings: Settings) -> dict[str, Any]:
    """Whose paper it is, as the plan keeps it."""
    return {
        "agency": settings.organization,
        "unit": settings.organization_unit,
        "address": settings.organization_address,
        "place": settings.organization_place,
        "zone": settings.zone,
    }


def files(plan: Plan, listed: Files) -> dict[str, bytes]:
    """Both reports. The same plan and files give the same bytes."""
    report = paper(plan, listed)
    return {
        "berita-acara.pdf": papers.render(report, "id"),
        "laporan.html": papers.html_report(report),
    }


def paper(plan: Plan, listed: Files) -> model.Report:
    """The report as data."""
    told, predicate = plan.report, plan.predicate
    request = predicate["request"]
    zone = parts.ZONES[told["office"]["zone"]]
    bodies = [json.loads(line) for line in plan.meta["meta/custody.jsonl"].splitlines()]
    by = next(
        (person(one["body"]["who"]) for one in reversed(bodies) if one["body"]["event"] == "export.request"),
        parts.Person(name=request["by"]),
    )
    places = _places(plan)
    letter = parts.Letter(number=request["letter"]) if request["letter"] else None
    return model.Report(
        issue=parts.Issue(
            letterhead=parts.Letterhead(
                agency=told["office"]["agency"],
                unit=told["office"]["unit"],
                address=told["office"]["address"],
            ),
            number=plan.package,
            made_us=plan.made_us,
            place=told["office"]["place"],
            zone=zone,
            software=f"Saksi {__version__}",
        ),
        package=parts.PackageRef(
            id=plan.package, file_name=f"{plan.package}.zip", files=len(listed) + len(plan.meta)
        ),
        case=parts.CaseRef(
            number=told["case"]["number"],
            report_number=told["case"]["report"],
            title=told["case"]["title"],
            officers=tuple(parts.Person(name=name) for name in told["case"]["officers"]),
        ),
        request=parts.Request(
            by=by,
            received_us=request["at"],
            letter=letter,
            purpose=request["reason"],
            recipient=request["recipient"],
        ),
        exhibits=tuple(_exhibit(plan, one) for one in predicate["exhibits"]),
        coverage=tuple(coverage(plan, one, listed) for one in predicate["cameras"]),
        files=_classes(listed),
        ledger=_ledger(plan),
        keys=_keys(plan),
        holds=_holds(plan, bodies),
        # The chain of holds tells of the same placings as the case's; once is enough on paper.
        custody=tuple(
            _event(one, places, zone.name)
            for one in sorted(bodies, key=lambda one: int(one["body"]["when"]))
            if places[one["leaf"]].kind != "hold"
        ),
        warnings=tuple(
            parts.Both(id=warnings.text(one, "id"), en=warnings.text(one, "en")) for one in plan.warnings
        ),
        verifier_sha256=hashlib.sha256(plan.first.get("verify.py", b"")).hexdigest(),
        signatories=(
            parts.Signatory(capacity="maker", person=by),
            parts.Signatory(capacity="records_officer"),
        ),
    )


def _exhibit(plan: Plan, told: Mapping[str, Any]) -> delivery.Exhibit:
    return delivery.Exhibit(
        label=f"BB-{told['exhibit']}",
        cameras=tuple(camera(plan, code) for code in told["cameras"]),
        span=parts.Span(start_us=told["from"], end_us=told["to"]),
        note=told["note"],
    )


def _classes(listed: Files) -> tuple[delivery.FileClass, ...]:
    classes = []
    for kind, name in _KINDS.items():
        members = [one for one in listed if one["class"] == kind]
        if members:
            shown = tuple(
                delivery.FileEntry(path=one["path"], bytes=one["size"], sha256=one["sha256"])
                for one in members[:_MOST_LISTED]
            )
            size = sum(one["size"] for one in members)
            classes.append(delivery.FileClass(kind=name, count=len(members), bytes=size, files=shown))
    return tuple(classes)


def _ledger(plan: Plan) -> parts.Ledger:
    checkpoint = plan.predicate["checkpoint"]
    note = plan.meta["meta/checkpoint"].decode()
    return parts.Ledger(
        origin=checkpoint["origin"],
        size=checkpoint["size"],
        root=checkpoint["root"],
        at_us=plan.made_us,
        key=_key_of(plan, "log"),
        witnesses=tuple(_witnesses(note, checkpoint["origin"])),
        quorum=0,
        note=note,
    )


def _witnesses(note: str, origin: str) -> list[parts.Witness]:
    """Who else signed, by the names on the lines; whether their signatures hold is the verifiers' to say."""
    try:
        names = [line.name for line in Note.parse(note).lines]
    except Malformed:
        return []
    return [parts.Witness(name=name) for name in names if name != origin]


def _keys(plan: Plan) -> tuple[parts.Key, ...]:
    return tuple(key for key in (_key_of(plan, "log"), _key_of(plan, "export")) if key is not None)


def _key_of(plan: Plan, role: str) -> parts.Key | None:
    known = [one for one in json.loads(plan.meta["meta/keys.json"])["keys"] if one["role"] == role]
    if not known:
        return None
    newest = max(known, key=lambda one: one["from"])
    public = bytes.fromhex(newest["public"])
    return parts.Key(use=role, id=newest["key"], fingerprint=hashlib.sha256(public).hexdigest())


def _holds(plan: Plan, bodies: Sequence[Mapping[str, Any]]) -> tuple[parts.Hold, ...]:
    """Each hold of the case as its entries tell it."""
    disclosed = {one["leaf"]: one["body"] for one in bodies}
    leaves = [json.loads(line)["leaf"] for line in plan.meta["meta/signatures.jsonl"].splitlines()]
    found: dict[str, parts.Hold] = {}
    for leaf, line in zip(leaves, plan.meta["meta/entries.jsonl"].splitlines(), strict=True):
        entry = json.loads(line)
        if entry["t"] != "saksi/hold/1" or leaf not in disclosed or not entry["body"]["spans"]:
            continue
        told, public = disclosed[leaf], entry["body"]
        before = found.get(public["hold"])
        if before is None:
            spans = public["spans"]
            found[public["hold"]] = parts.Hold(
                id=f"H-{public['hold']}",
                span=parts.Span(start_us=min(one[1] for one in spans), end_us=max(one[2] for one in spans)),
                cameras=tuple(sorted({one[0] for one in spans})),
                reason=told["why"]["reason"],
                placed_us=told["when"],
                placed_by=person(told["who"]),
            )
    return tuple(found.values())


@dataclass(frozen=True, kw_only=True)
class _Place:
    """An entry of the package: its kind, and its place in the log."""

    kind: str
    entry: parts.EntryRef


def _places(plan: Plan) -> dict[str, _Place]:
    """By leaf."""
    lines = zip(
        plan.meta["meta/signatures.jsonl"].splitlines(),
        plan.meta["meta/entries.jsonl"].splitlines(),
        strict=True,
    )
    found = {}
    for signature, entry in lines:
        told = json.loads(signature)
        known = json.loads(entry)
        place = parts.EntryRef(index=told["index"], leaf=told["leaf"], at_us=known["at"])
        found[told["leaf"]] = _Place(kind=known["t"].split("/")[1], entry=place)
    return found


def _event(one: Mapping[str, Any], places: Mapping[str, _Place], zone: str) -> parts.CustodyEvent:
    """Why, who approved and what became of it are in the sentence."""
    body = one["body"]
    return parts.CustodyEvent(
        at_us=body["when"],
        action="clip" if took_clip(body) else body["event"],
        by=person(body["who"]),
        what=parts.Both(id=sentence(body, "id", zone), en=sentence(body, "en", zone)),
        entry=places[one["leaf"]].entry,
    )
