"""Imported files (verdict 4): what somebody brought from another recorder, as it was, beside the footage made of it.

The log was told of the file's SHA-256 and size when it was brought, and again when the run that was made of it opened:
a file in the package is that one. Where they were asked for, the package has the file of each such run,
or says why not.
"""

from __future__ import annotations

from typing import Any, Dict, List, Set, Tuple

from saksi.custody.verifier.findings import Report, Verdict
from saksi.custody.verifier.material import IMPORT, Entry, Material
from saksi.custody.verifier.runs import Run, camera_of

IMPORTED_FILES = "data/import/"
IMPORTS_CHAIN = "imports"
ERASED = "erased"  # the cause that the log itself can show


def check_imported_files(
    report: Report, material: Material, runs: Dict[str, Run], digests: Dict[str, str]
) -> None:
    """What verdict 4 says of imported files. `digests` has the SHA-256 of every file that is there."""
    verdict = report[4]
    if None in (material.chunks, material.entries, material.statement):
        return
    asked = "imported_files" in material.told
    brought = {entry.body["run"]: entry for entry in told_of(material, IMPORT)}
    wanted = {name for name, run in runs.items() if run.imported and shows_of(run, material)}
    there: Set[str] = set()
    whole = 0
    for one in material.told["files"]:
        ours, path = one["class"] == IMPORT, one["path"]
        if ours != path.startswith(IMPORTED_FILES) or (ours and not asked):
            what = "imported files that were asked for, and only they, under data/import/"
            verdict.add("file_unplaced", path, what, path)
        elif ours:
            name = one["run"]
            entry = brought.get(name) if name in wanted and name not in there else None
            if entry is None or not one["camera"] == entry.body["camera"] == camera_of(runs[name]):
                verdict.add("file_unplaced", path, "an import whose footage is in the package", name)
                continue
            there.add(name)
            whole += is_as_brought(verdict, one, entry, runs[name], digests)
    if not asked:
        return
    absent = dict(material.told["imported_files"])
    for name in sorted(wanted):
        if (name in there) == (name in absent):
            found = "both" if name in there else "neither"
            verdict.add("import_missing", name, "its file, or why it is not there", found)
        elif absent.get(name) == ERASED and not was_erased(material, runs[name], name):
            verdict.add("import_missing", name, "an entry that it was erased", "no such entry")
    verdict.facts["imported_files"] = whole
    verdict.facts["imported_files_absent"] = [[name, absent[name]] for name in sorted(absent)]


def shows_of(run: Run, material: Material) -> bool:
    """Whether a chunk of a run lies in a span of its camera."""
    spans: List[Tuple[int, int]] = [
        (one["from"], one["to"]) for one in material.told["cameras"] if one["camera"] == camera_of(run)
    ]
    return any(chunk.overlaps(*span) for chunk in run.chunks for span in spans)


def is_as_brought(
    verdict: Verdict, one: Dict[str, Any], entry: Entry, run: Run, digests: Dict[str, str]
) -> bool:
    """Whether a file is there and the one that the log was told of."""
    path, told = one["path"], (entry.body["file"], entry.body["size"])
    if path not in digests:
        verdict.add("import_missing", path, told[0], "no such file")
        return False
    for wanted, found in (
        (run.opening["file"], told[0]),
        (told, (one["sha256"], one["size"])),
        (told[0], digests[path]),
    ):
        if wanted != found:
            verdict.add("import_differs", path, wanted, found)
            return False
    return True


def was_erased(material: Material, run: Run, name: str) -> bool:
    """Whether the log says that the file of a run was erased."""
    file = run.opening["file"]
    return any((entry.body["run"], entry.body["file"]) == (name, file) for entry in told_of(material, ERASED))


def told_of(material: Material, event: str) -> List[Entry]:
    """Entries of the log's chain of imports with this event."""
    return [
        entry
        for entry in material.of_kind(IMPORT)
        if entry.told["chain"] == IMPORTS_CHAIN and entry.body["event"] == event
    ]
