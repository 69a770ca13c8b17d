"""What an exporter may do to the imported file of a package: each edit with the codes and places that must name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.evidence.exporting import Draft
from tests.evidence.importing import DATA, FILE

Found = dict[str, str]  # where to code, of verdict 4


def of(draft: Draft) -> dict[str, Any]:
    """The record of the imported file."""
    return next(one for one in draft.records if one["class"] == "import")


def change_it(draft: Draft) -> Found:
    """Other bytes, which are signed for."""
    draft.files[of(draft)["path"]] = DATA + b"!"
    return {of(draft)["path"]: "import_differs"}


def lose_it(draft: Draft) -> Found:
    """Signed for, and not there."""
    del draft.files[of(draft)["path"]]
    of(draft).update(size=len(DATA), sha256=FILE)
    return {of(draft)["path"]: "import_missing"}


def keep_silent_of_it(draft: Draft) -> Found:
    """Asked for, and the statement tells nothing of it."""
    told = of(draft)
    del draft.files[told["path"]]
    draft.records.remove(told)
    return {told["run"]: "import_missing"}


def call_it_erased(draft: Draft) -> Found:
    """The log does not know that it was."""
    found = keep_silent_of_it(draft)
    draft.predicate["imported_files"] = [[where, "erased"] for where in found]
    return found


def call_it_lost_and_carry_it(draft: Draft) -> Found:
    """Either is true."""
    draft.predicate["imported_files"] = [[of(draft)["run"], "lost"]]
    return {of(draft)["run"]: "import_missing"}


def add_a_strange_one(draft: Draft) -> Found:
    """A second file beside it, of the same run."""
    path = "data/import/other.mp4"
    draft.files[path] = b"what nobody brought"
    draft.records.append({**of(draft), "path": path})
    return {path: "file_unplaced"}


def give_it_a_run_of_our_own(draft: Draft) -> Found:
    """A run that was recorded, not imported."""
    told = of(draft)
    run = told["run"]
    told["run"] = next(one["run"] for one in draft.records if one["class"] == "master" and one["run"] != run)
    return {told["path"]: "file_unplaced", run: "import_missing"}


def put_it_among_the_originals(draft: Draft) -> Found:
    """Where it may pass for what was recorded here."""
    told = of(draft)
    path = told["path"].replace("data/import/", "data/original/")
    draft.files[path] = draft.files.pop(told["path"])
    told["path"] = path
    return {path: "file_unplaced", told["run"]: "import_missing"}


def carry_it_unasked(draft: Draft) -> Found:
    """As if nobody had asked for it; verdict 7 has the request."""
    del draft.predicate["imported_files"]
    return {of(draft)["path"]: "file_unplaced"}


EDITS: tuple[Callable[[Draft], Found], ...] = (
    change_it,
    lose_it,
    keep_silent_of_it,
    call_it_erased,
    call_it_lost_and_carry_it,
    add_a_strange_one,
    give_it_a_run_of_our_own,
    put_it_among_the_originals,
    carry_it_unasked,
)
