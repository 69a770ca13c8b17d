"""Cases, exhibits, holds, bookmarks and custody as the JSON that the API answers.

Whoever is limited is told of what they may see only, and how much else there is: a member must not take an exhibit for
smaller than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive_api.describe import instant
from saksi.catalogue.bookmarks import Bookmark
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Event
from saksi.catalogue.custody_words import sentence
from saksi.catalogue.exhibits import Exhibit
from saksi.catalogue.holds import Hold
from saksi.catalogue.sight import Span
from saksi.retention.reach import Reach
from saksi.retention.store_lock import StoreLock

Seen = frozenset[Span] | None  # of sight.seen: the spans that may be told of


def case(one: CaseFile) -> dict[str, Any]:
    """A case."""
    return {
        "id": one.code,
        "number": one.number,
        "title": one.title,
        "report": one.report or None,
        "officers": list(one.officers),
        "notes": one.notes,
        "state": one.state,
        "opened": instant(one.opened_us),
        "opened_by": one.opened_by,
        "closed": instant(one.closed_us),
        "exhibits": one.exhibits,
    }


def exhibit(one: Exhibit, seen: Seen) -> dict[str, Any]:
    """An exhibit with its cameras where they stood."""
    shown = [camera for camera in one.cameras if seen is None or one.span(camera) in seen]
    return {
        "number": one.number,
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "note": one.note,
        "cameras": [
            {
                "id": camera.camera,
                "name": camera.name,
                "lat": camera.lat,
                "lon": camera.lon,
                "heading_deg": camera.heading_deg,
                "fov_deg": camera.fov_deg,
            }
            for camera in shown
        ],
        "cameras_outside": len(one.cameras) - len(shown),
        "chosen": one.chosen if len(shown) == len(one.cameras) else None,
        "hold": one.hold_id,
        "made": instant(one.made_us),
        "made_by": one.made_by,
    }


def hold(one: Hold, seen: Seen) -> dict[str, Any]:
    """A hold and where its release stands."""
    shown = [span for span in one.spans if seen is None or span.key() in seen]
    asked = None
    if one.release_asked_us is not None:
        asked = {
            "by": one.release_asked_by,
            "at": instant(one.release_asked_us),
            "reason": one.release_reason,
        }
    return {
        "id": one.hold_id,
        "state": one.state,
        "case": None if one.case_code is None else {"id": one.case_code, "number": one.case_number},
        "reason": one.reason,
        "reference": one.reference or None,
        "review_on": one.review_on.isoformat(),
        "spans": [
            {"camera": span.camera, "from": instant(span.from_us), "to": instant(span.to_us)}
            for span in shown
        ],
        "spans_outside": len(one.spans) - len(shown),
        "placed": instant(one.placed_us),
        "placed_by": one.placed_by,
        "release_asked": asked,
        "released": instant(one.released_us),
        "released_by": one.released_by,
    }


def store_lock(lock: StoreLock) -> dict[str, Any]:
    """Whether the store itself locks what a hold covers, how many objects, and why not."""
    return {
        "state": lock.state,
        "objects": {"on": lock.on, "owed": lock.owed, "failed": lock.failed},
        "reason": lock.reason or None,
    }


def reached(found: Reach) -> dict[str, Any]:
    """What of a hold's spans is there, and what purges took before it was placed."""
    return {
        "there": [
            {"camera": camera, "from": instant(from_us), "to": instant(to_us)}
            for camera, from_us, to_us in found.there
        ],
        "gone": [
            {
                "camera": one.camera,
                "from": instant(one.from_us),
                "to": instant(one.to_us),
                "purge": one.purge_id,
                "taken": instant(one.taken_us),
                "erased": instant(one.erased_us),
            }
            for one in found.gone
        ],
    }


def bookmark(one: Bookmark) -> dict[str, Any]:
    """A mark."""
    return {
        "id": one.bookmark_id,
        "camera": one.camera,
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "label": one.label,
        "case": None if one.case_code is None else {"id": one.case_code, "number": one.case_number},
        "made": instant(one.made_us),
        "made_by": one.person,
    }


def custody(one: Event, language: str, zone: str, seen: frozenset[str] | None) -> dict[str, Any]:
    """An event in plain words, with its place in the log. `seen` (None: all): the cameras that may be named."""
    what = one.body["what"] if seen is None else _within(one.body["what"], seen)
    return {
        "seq": one.seq,
        "at": instant(one.at_us),
        "event": one.event,
        "text": sentence({**one.body, "what": what}, language, zone),
        "who": one.body["who"],
        "what": what,
        "why": one.body["why"],
        "approved_by": one.body["approved_by"],
        "result": one.body["result"],
        "clock": one.body["clock"],
        "leaf": one.leaf.hex(),
    }


def cameras_named(events: Sequence[Event]) -> list[str]:
    """Codes of the cameras that these events name."""
    found: set[str] = set()
    for one in events:
        what = one.body["what"]
        found |= {span[0] for span in what.get("spans", ())}
        found |= {what["camera"]} if "camera" in what else set()
    return sorted(found)


def _within(what: dict[str, Any], seen: frozenset[str]) -> dict[str, Any]:
    """What names cameras, less those that may not be named; other nested values go, as they may name some."""
    if "camera" in what and what["camera"] not in seen:
        return {"cameras_outside": 1}
    kept = {name: value for name, value in what.items() if not isinstance(value, list | dict)}
    spans = what.get("spans")
    if spans is not None:
        kept["spans"] = [span for span in spans if span[0] in seen]
        kept["cameras_outside"] = len({span[0] for span in spans} - seen)
    return kept
