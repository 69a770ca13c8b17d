""" "Punya kita?" of a whole evidence package: whether it was issued here, of which case, for whom, to whom it went.

A package is known by the SHA-256 of its file; one that was unpacked, packed anew or changed by the digests of what is
under data/. Both are in the catalogue also when the package and the footage are gone. What else a package holds is for
the verifier.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from saksi import clock
from saksi.catalogue import disclosures
from saksi.catalogue.askers import Asker, sees_everything
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.disclosures import Disclosure
from saksi.custody.verifier.container import Container, Unreadable, open_container
from saksi.custody.verifier.repacked import PACKED_AGAIN
from saksi.custody.verifier.words import CODES
from saksi.errors import BadInput
from saksi.messages import Phrase, register, register_phrase

register(
    "package_unreadable",
    en=(
        "{path} is not a whole evidence package as this archive writes it: {why}.",
        "Check it with `saksi verify`.",
    ),
    id_=(
        "{path} bukan paket bukti utuh seperti yang ditulis arsip ini: {why}.",
        "Periksa dengan `saksi verify`.",
    ),
)
for _code, (_id, _en) in CODES.items():
    register_phrase(f"package.{_code}", en=_en, id_=_id)
register_phrase(
    "package.packed_again",
    en="this ZIP was packed again by another program; unpack it and ask about the folder",
    id_="ZIP ini dipaket ulang oleh program lain; ekstrak, lalu tanyakan foldernya",
)

MOST_AT_ONCE = 1000
_PAYLOAD, _INFO, _IDENTIFIER = "data/", "bag-info.txt", "External-Identifier:"
_PIECE = 1 << 20
_NAMED = 100


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file under data/; the digest in hex."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A package of ours. `same` when the bytes asked about are its own; of the case nothing where `seen` is false.

    `files` counts those under data/ and `size` the bytes of the package as it was issued.
    """

    same: bool
    seen: bool
    export_id: str
    package: str
    size: int
    sha256: str
    files: int
    sealed_us: int
    case: str
    number: str
    exhibits: Sequence[int]
    requested_by: str
    requested_us: int
    recipient: str
    reason: str
    letter: str
    links: Sequence[Disclosure]


@dataclass(kw_only=True)
class Compared:
    """Files under data/: `same` as in the package of that name, `elsewhere` in another of ours, `differ` from the one
    of its path, `unknown`. The last three name the first hundred.
    """

    same: int = 0
    elsewhere: int = 0
    differ: int = 0
    unknown: int = 0
    named: dict[str, list[str]] = field(
        default_factory=lambda: {"elsewhere": [], "differ": [], "unknown": []}
    )

    @property
    def others(self) -> int:
        """Files that are not as in that package."""
        return self.elsewhere + self.differ + self.unknown

    def count(self, kind: str, path: str) -> None:
        """One more."""
        setattr(self, kind, getattr(self, kind) + 1)
        if kind != "same" and len(self.named[kind]) < _NAMED:
            self.named[kind].append(path)


def is_package(path: Path) -> bool:
    """Whether it looks like a package, to be read strictly: a folder, a ZIP, or a part of one."""
    if path.is_dir() or ".zip" in path.suffixes:
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise BadInput("not_a_file", field="FILE", path=path) from error


def whose_package(
    database: Database, path: Path, asker: Asker | None = None
) -> tuple[Issued | None, Compared | None]:
    """Of a package at hand: whose it is and, where its bytes are not those issued, what of its files is ours.

    Reads the whole file once, and the members once more where they have to be compared. Raises BadInput for what is
    no package, or only a part of one.
    """
    sha256 = "" if path.is_dir() else _digest_of(path)
    with database.transaction() as connection:
        issued = find(connection, sha256=sha256, name="", asker=asker)
    if issued is not None:
        return issued, None
    try:
        with closing(open_container(str(path))) as container, database.transaction() as connection:
            issued = find(connection, sha256=sha256, name=_name(container), asker=asker)
            compared = Compared()
            members = _members(container)
            while batch := list(islice(members, MOST_AT_ONCE)):
                compare(connection, issued, batch, compared, asker=asker)
    except Unreadable as error:
        why = Phrase("package.packed_again" if error.why == PACKED_AGAIN else f"package.{error.code}")
        raise BadInput("package_unreadable", field="FILE", path=path, why=why) from error
    return issued, compared


def find(connection: Connection, *, sha256: str, name: str, asker: Asker | None) -> Issued | None:
    """The sealed package with these bytes, else the one of this name; None when there is none for the asker."""
    values = {"sha256": bytes.fromhex(sha256), "package": name, **_asking(asker)}
    row = connection.execute(query("exports.package_known"), values).fetchone()
    if row is None:
        return None
    seen = bool(row["seen"])
    return Issued(
        same=row["sha256"].hex() == sha256,
        seen=seen,
        export_id=str(row["export_id"]),
        package=row["package"],
        size=row["size"],
        sha256=row["sha256"].hex(),
        files=row["files"],
        sealed_us=clock.to_us(row["sealed_at"]),
        case=row["case"] if seen else "",
        number=row["number"] if seen else "",
        exhibits=row["exhibits"] if seen else (),
        requested_by=row["person"] if seen else "",
        requested_us=clock.to_us(row["requested_at"]),
        recipient=row["recipient"] if seen else "",
        reason=row["reason"] if seen else "",
        letter=row["letter"] if seen else "",
        links=disclosures.of_export(connection, row["export_id"]) if seen else (),
    )


def compare(
    connection: Connection,
    issued: Issued | None,
    members: Iterable[Member],
    compared: Compared,
    *,
    asker: Asker | None,
) -> None:
    """Adds what these files are to `compared`; a thousand or so at a time."""
    wanted = list(members)
    values: dict[str, Any] = {
        "export_id": issued.export_id if issued is not None else None,
        "paths": [one.path for one in wanted],
        "digests": [bytes.fromhex(one.sha256) for one in wanted],
        **_asking(asker),
    }
    own = {
        row["path"]: row["sha256"].hex() for row in connection.execute(query("exports.members_own"), values)
    }
    ours = {row["sha256"].hex() for row in connection.execute(query("exports.members_known"), values)}
    for one in wanted:
        if own.get(one.path) == one.sha256:
            compared.count("same", one.path)
        elif one.sha256 in ours:
            compared.count("elsewhere", one.path)
        else:
            compared.count("differ" if one.path in own else "unknown", one.path)


def _asking(asker: Asker | None) -> dict[str, object]:
    return {
        "everything": asker is None or sees_everything(asker),
        "person_id": None if asker is None else asker.person_id,
        "sight": None if asker is None else asker.sight,
    }


def _name(container: Container) -> str:
    """What the package calls itself; empty when it does not."""
    if _INFO not in container.sizes:
        return ""
    told = container.read(_INFO, _PIECE).decode(errors="replace")
    names = (line.partition(":")[2].strip() for line in told.splitlines() if line.startswith(_IDENTIFIER))
    return next(names, "").replace("\0", "")


def _members(container: Container) -> Iterator[Member]:
    for path in container.sizes:
        if path.startswith(_PAYLOAD):
            digest = hashlib.sha256()
            for block in container.blocks(path):
                digest.update(block)
            yield Member(path=path, sha256=digest.hexdigest())


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise BadInput("not_a_file", field="FILE", path=path) from error
    return digest.hexdigest()
