"""What the report of a package says of each camera: asked for, delivered, missing, and how its clock stood."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from saksi.export import left
from saksi.export.plan import Plan
from saksi.papers import delivery, parts

_CAUSES = {"not_recorded": "before_first"}  # the camera's first footage came later

Files = Sequence[Mapping[str, Any]]


def camera(plan: Plan, code: str) -> parts.Camera:
    """As the plan knows it."""
    told = json.loads(plan.meta[f"meta/camera/{code}.json"])

    def number(name: str, scale: float) -> float | None:
        return told[name] / scale if name in told else None

    return parts.Camera(
        id=code,
        name=told["name"],
        site=told["site"],
        agency=told["agency"],
        latitude=number("lat_e7", 1e7),
        longitude=number("lon_e7", 1e7),
        heading_deg=number("heading_cdeg", 100),
    )


def coverage(plan: Plan, told: Mapping[str, Any], listed: Files) -> delivery.Coverage:
    """One camera of an exhibit, as the statement tells of it."""
    inside = [
        one
        for one in plan.originals
        if one.camera == told["camera"] and one.end_us > told["from"] and one.start_us < told["to"]
    ]
    missing_us = sum(end - start for start, end, _ in told["gaps"])
    copied = [
        one
        for one in listed
        if (one["class"], one.get("camera"), one.get("exhibit")) == ("court", told["camera"], told["exhibit"])
    ]
    delivered = None
    if copied:
        delivered = parts.Span(
            start_us=min(one["from"] for one in copied), end_us=max(one["to"] for one in copied)
        )
    clock = told["clock"]
    still = plan.report["stills"].get(told["camera"])
    return delivery.Coverage(
        exhibit=f"BB-{told['exhibit']}",
        camera=camera(plan, told["camera"]),
        asked=parts.Span(start_us=told["from"], end_us=told["to"]),
        delivered=delivered,
        covered_us=told["to"] - told["from"] - missing_us,
        chunks=told["chunks"],
        frames=told["frames"],
        bytes=told["bytes"],
        clock=delivery.ClockEvidence(
            source=clock["source"],
            offset_us=None if clock["error_us"] < 0 else clock["offset_us"],
            error_us=None if clock["error_us"] < 0 else clock["error_us"],
            camera_source=clock.get("camera_source", "none"),  # a plan made by an older version has none
            camera_offset_us=clock.get("camera_offset_us", 0),
        ),
        gaps=tuple(
            delivery.Gap(span=parts.Span(start_us=start, end_us=end), cause=_CAUSES.get(cause, cause))
            for start, end, cause in told["gaps"]
        ),
        runs=len({one.run for one in inside}) or 1,
        frames_identical=True if copied else None,
        camera_signature=_signature(plan, told),
        still=_still(still) if still else None,
        withheld=plan.predicate.get("only") == "derivatives" and told["chunks"] > 0,
        processed=_processed(plan, told),
        thinned=_thinned(plan, told),
    )


def _made(plan: Plan, told: Mapping[str, Any], *, thinned: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and predicate of the statements of processed copies of this camera and exhibit."""
    for one in plan.processed:
        if one.path == one.derivation:
            envelope = json.loads(base64.b64decode(one.content))
            made = json.loads(base64.b64decode(envelope["payload"]))["predicate"]
            of_it = (made["camera"], str(made["exhibit"])) == (told["camera"], str(told["exhibit"]))
            if of_it and (made["kind"] == left.KIND) == thinned:
                yield one.path, made


def _processed(plan: Plan, told: Mapping[str, Any]) -> tuple[delivery.ProcessedCopy, ...]:
    """Copies that somebody made of it."""
    return tuple(
        delivery.ProcessedCopy(
            number=one["derivative"], span=parts.Span(start_us=one["from"], end_us=one["to"])
        )
        for _, one in _made(plan, told, thinned=False)
    )


def _thinned(plan: Plan, told: Mapping[str, Any]) -> tuple[delivery.Thinned, ...]:
    """Keyframes of it that a purge left."""
    found = []
    for path, _ in _made(plan, told, thinned=True):
        films = [one for one in plan.processed if one.derivation == path and one.path != path]
        span = parts.Span(
            start_us=min(one.start_us for one in films), end_us=max(one.end_us for one in films)
        )
        found.append(
            delivery.Thinned(
                chunks=len(films),
                folder=path.rpartition("/")[0],
                span=span,
                length_us=sum(one.end_us - one.start_us for one in films),
            )
        )
    return tuple(found)


def _signature(plan: Plan, told: Mapping[str, Any]) -> str | None:
    if (
        not told["chunks"] or "signing" not in plan.report
    ):  # nothing to sign, or a plan from before this was asked
        return None
    return "present" if told["camera"] in plan.report["signing"] else "unsigned"


def _still(told: Mapping[str, Any]) -> delivery.Still:
    jpeg = base64.b64decode(told["jpeg"])
    return delivery.Still(jpeg=jpeg, at_us=told["at"], sha256=hashlib.sha256(jpeg).hexdigest())
