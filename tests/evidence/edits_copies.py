"""What an exporter might do to the derivatives of his own package, and to what is said of their making.

Each edit changes a draft and answers the places where that must be found, or None where there is nothing to change.
"""

from __future__ import annotations

import hashlib
import random
from typing import Any

from saksi.custody.dsse import envelope
from saksi.custody.signing import Signer
from tests.evidence.apart import Base, edited
from tests.evidence.derivatives import opened
from tests.evidence.exporting import Draft
from tests.evidence.ledger import seeded


def _any(draft: Draft, chance: random.Random) -> tuple[str, str] | None:
    """A derivative and its statement, by path."""
    there = [
        (one["path"], one["derivation"])
        for one in draft.records
        if one["class"] == "processed" and one["path"] != one["derivation"]
    ]
    return chance.choice(there) if there else None


def _resigned(draft: Draft, path: str, signer: Signer, **changed: Any) -> None:
    """The statement with another predicate, signed anew."""
    statement = opened(draft.files[path])
    statement["predicate"] |= changed
    draft.files[path] = envelope(signer, statement)


def drop_derivation(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The statement goes; sometimes its record, or the copy's word of it, goes too."""
    chosen = _any(draft, chance)
    if chosen is None:
        return None
    film, path = chosen
    del draft.files[path]
    draft.records = [record for record in draft.records if record["path"] != path]
    if chance.random() < 0.5:
        for record in draft.records:
            if record["path"] == film:
                del record["derivation"]
    return {film}


def drop_copy(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    chosen = _any(draft, chance)
    if chosen is None:
        return None
    del draft.files[chosen[0]]
    draft.records = [record for record in draft.records if record["path"] != chosen[0]]
    return {chosen[1]}


def change_copy(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    chosen = _any(draft, chance)
    if chosen is None:
        return None
    draft.files[chosen[0]] = edited(draft.files[chosen[0]], chance)
    return {chosen[0]}


def damage_derivation(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    chosen = _any(draft, chance)
    if chosen is None:
        return None
    draft.files[chosen[1]] = edited(draft.files[chosen[1]], chance)
    return set(chosen)


def sign_derivation_as_another(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """By a stranger, a recorder, or the export key that was revoked before."""
    chosen = _any(draft, chance)
    if chosen is None:
        return None
    keys = one.city.ledger.keys
    signer = chance.choice(
        (
            seeded("evil"),
            seeded(f"{keys}/recorder/utara"),
            seeded(f"{keys}/export/old"),
            one.city.ledger.signer,
        )
    )
    _resigned(draft, chosen[1], signer)
    return {chosen[1]}


def lie_about_inputs(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The exporter signs a derivation of other originals, another span, or as no processed copy."""
    chosen = _any(draft, chance)
    if chosen is None:
        return None
    told = opened(draft.files[chosen[1]])["predicate"]
    first = {**told["inputs"][0]}
    kind = chance.randrange(7)
    if kind == 0:
        first["sha256"] = hashlib.sha256(b"x").hexdigest()
    elif kind == 1:
        first["leaf"] = hashlib.sha256(b"x").hexdigest()
    elif kind == 2:
        first["seq"] += 1000
    changed: dict[str, Any] = {"inputs": [first, *told["inputs"][1:]]}
    if kind == 3:
        changed = {"inputs": []}
    elif kind == 4:
        changed = {"camera": "cam-2" if told["camera"] == "cam-1" else "cam-1"}
    elif kind == 5:
        changed = {"from": told["from"] - 60_000_000, "to": told["to"] - 50_000_000}
    elif kind == 6:
        changed = {"class": "master"}
    _resigned(draft, chosen[1], one.city.export, **changed)
    return {chosen[1]}


def rewrite_derivation(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A true signature and true originals, but not the statement that the case's history names."""
    chosen = _any(draft, chance)
    if chosen is None:
        return None
    _resigned(draft, chosen[1], one.city.export, reason="lain")
    return {chosen[1]}


def pose_as_original(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A processed copy among the originals, or said to be one where it is."""
    chosen = _any(draft, chance)
    masters = [record for record in draft.records if record["class"] == "master"]
    if chosen is None or not masters:
        return None
    film, kind = draft.files[chosen[0]], chance.randrange(4)
    model = chance.choice(masters)
    path = model["path"].replace(".mp4", "_2.mp4")
    if kind == 0:  # of no class at all
        draft.files = {path: film, **draft.files}
    elif kind == 1:  # processed, where originals are
        draft.files = {path: film, **draft.files}
        draft.records.append({"path": path, "class": "processed", "derivation": chosen[1]})
    elif kind == 2:  # an original, where copies are
        path = chosen[0]
        for record in draft.records:
            if record["path"] == path:
                record.update({**model, "path": path})
    else:  # in an original's stead
        path = model["path"]
        draft.files[path] = film
    return {path}
