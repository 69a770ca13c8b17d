"""Imports: files that somebody brought from another recorder, who and from where, and the runs made of them.

The log shows the file's hash, the camera, the time stated and how far its clock was off; who brought it and the name of
the file are committed to with a salt. Telling an import twice is the same as once.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import chunks, ledger, runs
from saksi.catalogue.authors import Author
from saksi.catalogue.custody import Who, body_of, take_chains
from saksi.catalogue.database import Connection, query
from saksi.catalogue.timeline import Pair
from saksi.custody.canonical import ZERO, canonical
from saksi.custody.chain import IMPORT, RunOpening
from saksi.custody.entries import NONCE_BYTES, commitment
from saksi.errors import NotFound
from saksi.messages import register

register(
    "import_unknown",
    en=("There is no file of import {id}.", "List them with: saksi import --list."),
    id_=("Tidak ada berkas impor {id}.", "Lihat daftarnya dengan: saksi import --list."),
)

CHAIN = "imports"
KIND = "import"
IMPORTER = "import"  # stands where a run names its recorder


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A file to be brought in. `sha256` in hex; `start_us` is when its first picture was taken, by the clock it was
    recorded with less `offset_us`, that clock minus true time; None where nobody knows how far it was off. `stated_us`
    is the length that the file states of itself, where it ends before that; else None.
    """

    camera_id: int
    camera: str
    sha256: str
    size: int
    name: str
    container: str
    start_us: int
    length_us: int
    offset_us: int | None
    source: str
    stated_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class Import:
    """An import on record. `run` is empty where the file alone is kept; `state` is arriving or done. `stated_us` is the
    length that the file states, where it ends before that, `reached_us` from its start; else both are None.
    """

    import_id: int
    camera_id: int
    camera: str
    run_no: int | None
    run: str
    chunks: int
    sha256: str
    size: int
    start_us: int
    end_us: int
    offset_us: int | None
    state: str
    made_us: int
    gone_us: int | None
    gone_entry: int | None
    name: str
    source: str
    person: str
    stated_us: int | None = None
    reached_us: int | None = None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Import:
        """From a row of imports.known or imports.list."""
        body = json.loads(bytes(row["body"]))
        return cls(
            import_id=row["import_id"],
            camera_id=row["camera_id"],
            camera=row["camera"],
            run_no=row["run_no"],
            run=row["run"] or "",
            chunks=row["last_seq"] or 0,
            sha256=row["sha256"].hex(),
            size=row["size"],
            start_us=clock.to_us(row["start_at"]),
            end_us=clock.to_us(row["end_at"]),
            offset_us=row["clock_offset_us"],
            state=row["state"],
            made_us=clock.to_us(row["made_at"]),
            gone_us=None if row["gone_at"] is None else clock.to_us(row["gone_at"]),
            gone_entry=row["gone_entry"],
            name=body["what"]["name"],
            source=body["what"]["source"],
            person=body["who"]["name"],
            stated_us=body["what"].get("stated_length"),
            reached_us=body["what"].get("reached"),
        )


def known(connection: Connection, sha256: str) -> Import | None:
    """The import of a file (hex) that is still there; None when it was never brought, or has been purged."""
    row = connection.execute(query("imports.known"), {"sha256": bytes.fromhex(sha256)}).fetchone()
    return None if row is None else Import.from_row(row)


def begin(
    connection: Connection, office: Author, brought: Brought, *, who: Who, run: bool = True
) -> tuple[Import, bool]:
    """Puts the import, and the opening of its run, on record; with whether it was there before."""
    connection.execute(query("imports.lock"), {"sha256": brought.sha256})
    take_chains(connection, [CHAIN, office.chain])
    before = known(connection, brought.sha256)
    if before is not None:
        return before, True
    now_us = clock.now_us()
    opening = _opening(brought) if run else None
    run_no = None
    if opening is not None:
        run_no = chunks.open_run(connection, opening)
        runs.opened(connection, office, opening)
    nonce = secrets.token_bytes(NONCE_BYTES)
    what = {
        "camera": brought.camera,
        "from": brought.start_us,
        "to": brought.start_us + max(brought.length_us, 1),
        "file": brought.sha256,
        "name": brought.name,
        "source": brought.source,
    }
    if brought.stated_us is not None:
        what |= {"stated_length": brought.stated_us, "reached": brought.length_us}
    body = body_of(KIND, who, what)
    shown: dict[str, object] = {
        "event": KIND,
        "camera": brought.camera,
        "run": "" if opening is None else opening.run,
        "file": brought.sha256,
        "size": brought.size,
        "container": brought.container,
        "start": brought.start_us,
        **({} if brought.offset_us is None else {"clock_offset": brought.offset_us}),
        "role": who.role,
        "commitment": commitment(nonce, body),
    }
    added = ledger.append(connection, office.signer, kind=KIND, chain=CHAIN, body=shown, at_us=now_us)
    values = {
        "camera_id": brought.camera_id,
        "run_no": run_no,
        "sha256": bytes.fromhex(brought.sha256),
        "size": brought.size,
        "container": brought.container,
        "start_at": clock.from_us(brought.start_us),
        "end_at": clock.from_us(brought.start_us + max(brought.length_us, 1)),
        "clock_offset_us": brought.offset_us,
        "made_at": clock.from_us(now_us),
        "entry_id": added.entry_id,
        "nonce": nonce,
        "body": canonical(body),
    }
    connection.execute(query("imports.add"), values)
    made = known(connection, brought.sha256)
    assert made is not None
    return made, False


def opening_of(connection: Connection, one: Import) -> RunOpening:
    """The opening of an import's run, as the log has it."""
    row = connection.execute(query("imports.opening"), {"run_no": one.run_no}).fetchone()
    assert row is not None, "an import of a file alone has no run"
    return runs.opening_of(row)


def pending(connection: Connection, run: str, seq: int) -> bool:
    """Whether a chunk of an import's run still awaits its object."""
    return connection.execute(query("imports.pending"), {"run": run, "seq": seq}).fetchone() is not None


def done(connection: Connection, one: Import) -> None:
    """The file and all that was made of it are in."""
    connection.execute(query("imports.done"), {"import_id": one.import_id})


def erased(connection: Connection, office: Author, row: dict[str, Any]) -> None:
    """Tells the log that a file was erased after the last of its footage; `row` is one of imports.spent."""
    now_us = clock.now_us()
    body = {"event": "erased", "camera": row["camera"], "run": row["run"] or "", "file": row["sha256"].hex()}
    added = ledger.append(
        connection, office.signer, kind=KIND, chain=CHAIN, body=body, refs=[row["leaf"]], at_us=now_us
    )
    values = {"import_id": row["import_id"], "at": clock.from_us(now_us), "entry_id": added.entry_id}
    connection.execute(query("imports.gone"), values)


def over(connection: Connection, window: dict[str, Any]) -> dict[int, list[Pair]]:
    """Stretches of imported footage in a window ("cameras", "from", "to"), by camera."""
    found: dict[int, list[Pair]] = {}
    for row in connection.execute(query("imports.over"), window):
        stretch = clock.to_us(row["start_at"]), clock.to_us(row["end_at"])
        found.setdefault(row["camera_id"], []).append(stretch)
    return found


def get(connection: Connection, import_id: int, agency_ids: Sequence[int] | None) -> Import:
    """One import whose file is still there, of a camera of these agencies (None: of any). Raises NotFound."""
    found = _list(connection, agency_ids, 1, import_id)
    if not found or found[0].gone_us is not None or found[0].state != "done":
        raise NotFound("import_unknown", field="--get", id=import_id)
    return found[0]


def told(connection: Connection, run_nos: Sequence[int]) -> dict[int, bytes]:
    """Entries of the log on the imports of these runs, each with its line of a package's meta/custody.jsonl."""
    rows = connection.execute(query("imports.of_runs"), {"run_nos": list(run_nos)}).fetchall()
    return {
        row["entry_id"]: canonical(
            {"leaf": row["leaf"].hex(), "nonce": row["nonce"].hex(), "body": json.loads(bytes(row["body"]))}
        )
        for row in rows
    }


def shorter(connection: Connection, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """Of these runs, by name, those whose file ends before the length it states: `what` its entry commits to."""
    if not names:
        return {}
    rows = connection.execute(query("imports.bodies"), {"runs": sorted(names)})
    said = {row["run"]: json.loads(bytes(row["body"]))["what"] for row in rows}
    return {run: what for run, what in said.items() if "stated_length" in what}


def files_of(connection: Connection, run_nos: Sequence[int]) -> list[Import]:
    """The imports of which these runs were made, by camera and start, also those whose file was erased."""
    rows = connection.execute(query("imports.files_of_runs"), {"run_nos": list(run_nos)})
    return [Import.from_row(row) for row in rows]


def list_imports(connection: Connection, agency_ids: Sequence[int] | None, *, limit: int) -> list[Import]:
    """The newest imports, of cameras of these agencies (None: of all)."""
    return _list(connection, agency_ids, limit)


def _list(
    connection: Connection, agency_ids: Sequence[int] | None, limit: int, import_id: int | None = None
) -> list[Import]:
    agencies = None if agency_ids is None else list(agency_ids)
    values = {"agencies": agencies, "limit": limit, "import_id": import_id}
    return [Import.from_row(row) for row in connection.execute(query("imports.list"), values)]


def _opening(brought: Brought) -> RunOpening:
    return RunOpening(
        camera=brought.camera,
        run=str(uuid.uuid4()),
        epoch=0,
        recorder=IMPORTER,
        reason=KIND,
        parent=ZERO.hex(),
        at_us=brought.start_us,
        origin=IMPORT,
        file=brought.sha256,
    )
