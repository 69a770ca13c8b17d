"""Thinned chunks of synthetic packages, as saksi.export.left makes them, and what an exporter might do to them."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from saksi.custody.canonical import leaf
from saksi.custody.dsse import envelope
from saksi.custody.signing import Signer
from tests.evidence.apart import Base
from tests.evidence.derivatives import opened
from tests.evidence.exporting import Draft, written
from tests.evidence.keeping import Place, Thinning, Told, film_of


def carry(draft: Draft, signer: Signer, thinnings: dict[str, Thinning]) -> int:
    """Puts what is left of every chunk that is stated as purged into the draft; answers how many."""
    seen: set[Place] = set()
    for camera in draft.cameras:
        gone = [(run, seq) for run, seq, why in camera.get("missing", []) if why == "purged"]
        places = [one for one in gone if one not in seen]
        seen.update(places)
        if places:
            _group(draft, signer, camera, places, thinnings[camera["camera"]])
    return len(seen)


def _group(draft: Draft, signer: Signer, camera: Told, places: list[Place], thinning: Thinning) -> None:
    folder = f"data/derivative/thinned-{camera['exhibit']}-{camera['camera']}"
    beside, inputs, paths = f"{folder}/derivation.json", [], []
    lines = {(line["run"], line["seq"]): line for line in thinning.lines}
    for run, seq in places:
        path, line = f"{folder}/{run[:8]}-{seq:08d}-thinned.mp4", lines[run, seq]
        draft.files[path] = film_of((run, seq))
        paths.append(path)
        kept = {
            "name": path,
            **line["thinned"],
            "mode": line["mode"],
            "made_at": line["end"],
            "seal": line["original"]["seal"],
            "told": thinning.told((run, seq)),
        }
        facts = {name: line["original"][name] for name in ("leaf", "sha256")}
        inputs.append({"run": run, "seq": seq, **facts, "kept": kept})
    predicate = {
        "class": "processed", "kind": "thinned", "derivative": 0, "camera": camera["camera"],
        "from": camera["from"], "to": camera["to"], "made_at": camera["to"], "inputs": inputs,
    }  # fmt: skip
    subject = [{"name": one["kept"]["name"], "digest": {"sha256": one["kept"]["sha256"]}} for one in inputs]
    draft.files[beside] = envelope(
        signer,
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": subject,
            "predicateType": "urn:saksi:derivation:1",
            "predicate": predicate,
        },
    )
    draft.records += [{"path": one, "class": "processed", "derivation": beside} for one in [*paths, beside]]


def places(draft: Draft) -> tuple[str, str]:
    """Paths of the first statement that has two files or more, and of its first file."""
    found: dict[str, list[str]] = {}
    for one in draft.records:
        if "/thinned-" in one["path"] and one["path"] != one["derivation"]:
            found.setdefault(one["derivation"], []).append(one["path"])
    return next((statement, films[0]) for statement, films in found.items() if len(films) > 1)


@dataclass
class Passing:
    """A draft that passes something off as thinned, before its statement is signed anew: `told` is what that says."""

    draft: Draft
    told: Told
    film: str

    @property
    def inputs(self) -> list[Told]:
        """What the statement says of originals."""
        inputs: list[Told] = self.told["predicate"]["inputs"]
        return inputs

    def drop(self, film: str) -> None:
        """A file goes, and its record, and from the statement."""
        del self.draft.files[film]
        self.draft.records = [one for one in self.draft.records if one["path"] != film]
        self.undeclare(film)

    def undeclare(self, film: str) -> None:
        """The statement no longer names the file."""
        self.told["subject"] = [one for one in self.told["subject"] if one["name"] != film]


def passed(one: Base, edit: Callable[[Passing], None] | None) -> tuple[bytes, str, str]:
    """The package with what thinning left of it, edited and signed anew; paths of the statement and of a film of it."""
    draft = copy.deepcopy(one.draft)
    carry(draft, one.city.export, one.exporter.thinnings)
    statement, film = places(draft)
    if edit is not None:
        passing = Passing(draft, opened(draft.files[statement]), film)
        edit(passing)
        draft.files[statement] = envelope(one.city.export, passing.told)
    return written(draft, one.city.export), statement, film


def change(it: Passing) -> None:
    """A file has other bytes."""
    it.draft.files[it.film] += b"!"


def swap(it: Passing) -> None:
    """Two files change places."""
    files, other = it.draft.files, it.inputs[1]["kept"]["name"]
    files[it.film], files[other] = files[other], files[it.film]


def lose(it: Passing) -> None:
    """A file goes, and its record."""
    before = it.told["subject"]
    it.drop(it.film)
    it.told["subject"] = before


def hide(it: Passing) -> None:
    """The statement no longer names the file."""
    it.undeclare(it.film)


def exchange_originals(it: Passing) -> None:
    """What was kept of one is said to be of another."""
    one, two = it.inputs[0]["kept"], it.inputs[1]["kept"]
    one["sha256"], two["sha256"] = two["sha256"], one["sha256"]


def other_digest(it: Passing) -> None:
    """The lineage names another digest of the original."""
    it.inputs[0]["sha256"] = "ab" * 32


def of_no_original(it: Passing) -> None:
    """A file without an original."""
    del it.inputs[0]


def of_no_file(it: Passing) -> None:
    """What was kept of an original is said to be a file that nobody has."""
    it.drop(it.film)
    it.inputs[0]["kept"] |= {"name": it.film + "x", "sha256": ""}


def deny_the_purge(it: Passing) -> None:
    """The original is not said to be purged."""
    first = (it.inputs[0]["run"], it.inputs[0]["seq"])
    for camera in it.draft.cameras:
        missing = camera.get("missing", [])
        camera["missing"] = [[run, seq, "lost" if (run, seq) == first else why] for run, seq, why in missing]


def other_pictures(it: Passing) -> None:
    """Other pictures, and every digest of the package is of them."""
    it.draft.files[it.film] = film = b"nobody was there"
    facts = {"sha256": hashlib.sha256(film).hexdigest(), "bytes": len(film)}
    it.inputs[0]["kept"] |= facts
    next(one for one in it.told["subject"] if one["name"] == it.film)["digest"]["sha256"] = facts["sha256"]


def pictures_of_another_time(it: Passing) -> None:
    """What was kept of one original is said to be of another, of which nothing else is shown."""
    one, two = it.inputs[:2]
    it.drop(two["kept"]["name"])
    one["kept"] |= {"told": two["kept"]["told"]}
    one |= {name: two[name] for name in ("run", "seq", "leaf", "sha256")}
    it.inputs.remove(two)


def by_another_rule(it: Passing) -> None:
    """More is said to be left of it than there is."""
    it.inputs[0]["kept"] |= {"mode": "one_a_second", "frames": 25}


def without_a_path(it: Passing) -> None:
    """Nothing leads to the root of the log's entry."""
    it.inputs[0]["kept"]["told"]["path"] = []


def without_a_proof(it: Passing) -> None:
    """Nothing is said of the log."""
    del it.inputs[0]["kept"]["told"]


def by_the_entry_of_another_camera(it: Passing) -> None:
    """The log is said to have been told of it among those of another camera."""
    camera = it.told["predicate"]["camera"]
    entries = it.draft.meta["meta/entries.jsonl"].splitlines()
    others = [raw for raw in entries if b'"event":"thinned"' in raw and f'"{camera}"'.encode() not in raw]
    it.inputs[0]["kept"]["told"]["entry"] = leaf(others[0]).hex()


def by_an_entry_that_is_none(it: Passing) -> None:
    """The log is said to have been told of it where it was told of the purge."""
    entries = it.draft.meta["meta/entries.jsonl"].splitlines()
    it.inputs[0]["kept"]["told"]["entry"] = next(
        leaf(raw).hex() for raw in entries if b'"event":"done"' in raw
    )


def call_it_a_redaction(it: Passing) -> None:
    """The statement calls it something else, so that nobody asks for the purge."""
    it.told["predicate"]["kind"] = "redaction"
    for one in it.inputs:
        del one["kept"]


def call_it_a_redaction_of_the_case(it: Passing) -> None:
    """And gives it the number of a redaction that the case's history tells of, where it tells of any."""
    call_it_a_redaction(it)
    it.told["predicate"]["derivative"] = 1


# What is done, where it is found, and with which code.
EDITS: tuple[tuple[Callable[[Passing], None], str, str], ...] = (
    (change, "film", "derivation_differs"),
    (swap, "film", "derivation_differs"),
    (lose, "statement", "derivation_differs"),
    (hide, "film", "derivation_differs"),
    (exchange_originals, "statement", "derivation_differs"),
    (other_digest, "statement", "derivation_differs"),
    (of_no_original, "statement", "derivation_differs"),
    (of_no_file, "statement", "derivation_differs"),
    (deny_the_purge, "statement", "derivation_differs"),
    (other_pictures, "statement", "thinning_unproven"),
    (pictures_of_another_time, "statement", "thinning_unproven"),
    (by_another_rule, "statement", "thinning_unproven"),
    (without_a_path, "statement", "thinning_unproven"),
    (without_a_proof, "film", "derivation_missing"),
    (by_the_entry_of_another_camera, "statement", "thinning_unproven"),
    (by_an_entry_that_is_none, "statement", "thinning_unproven"),
    (call_it_a_redaction, "statement", "derivation_differs"),
    (call_it_a_redaction_of_the_case, "statement", "derivation_differs"),
)
