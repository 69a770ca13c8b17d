"""Gathers what a package holds: chunks and runs of every camera's span, the log entries about them, custody.

Reads one consistent state of the catalogue; everything it reads is append-only, so that is only for its own harmony.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from saksi import clock
from saksi.catalogue import cases, custody, imports, pulses, seals
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Event
from saksi.catalogue.custody_names import chain_of
from saksi.catalogue.database import Connection, query
from saksi.catalogue.exports import Export
from saksi.catalogue.imports import Import
from saksi.custody.canonical import canonical, leaf
from saksi.errors import NotFound
from saksi.export import camera_certificates, gaps, imported, left_proofs, record, scope, tombs
from saksi.export.left_proofs import Told
from saksi.export.plan import Original
from saksi.export.record import lines
from saksi.export.scope import Asked, RunPart, Scope
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "exhibits_empty",
    en=("The case has no exhibits {exhibits}.", "List the exhibits of the case and name those."),
    id_=("Kasus tidak punya barang bukti {exhibits}.", "Lihat daftar barang bukti kasus itu."),
)


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Scopes by exhibit and camera, and what of the log is about them; places in the tree are not known yet."""

    case: CaseFile
    exhibits: Sequence[dict[str, Any]]
    scopes: Sequence[Scope] = field(repr=False)
    leaves: Sequence[tuple[bytes, Sequence[bytes]]] = field(repr=False)  # of a seal's entry, of its chunks
    pulse_lines: Sequence[dict[str, Any]] = field(repr=False)
    history: Sequence[Event] = field(repr=False)
    imported: Mapping[int, bytes] = field(
        repr=False
    )  # who brought the footage of runs that were imported, by entry
    brought: Sequence[Import] = field(repr=False)  # those whose files the package was asked to hold
    entry_ids: frozenset[int] = field(repr=False)
    cameras: Mapping[str, bytes] = field(repr=False)
    signing: frozenset[str]  # cameras that sign their video
    gaps: Mapping[tuple[int, str], Sequence[tuple[int, int, str]]]
    tombstones: Sequence[bytes] = field(repr=False)  # lines of what proves purges
    left: Mapping[str, Told] = field(repr=False)  # by key of a thinned chunk that the package may carry


def gather(connection: Connection, store: ObjectStore, export: Export, absent: Mapping[str, str]) -> Gathered:
    """Everything but proofs. `absent`: key of a chunk → why the store does not give it.

    Raises NotFound when the case has none of the exhibits.
    """
    case = cases.find(connection, export.case, None)
    rows = _exhibits(connection, export)
    scopes = [scope.find(connection, store, one).without(absent) for one in _asked(rows)]
    leaves, sealing = _seals(connection, store, scopes)
    pulse_lines, pulsing = _pulses(connection, scopes)
    history = _history(connection, case)
    run_nos = sorted({part.run_no for one in scopes for part in one.runs})
    certificates = camera_certificates.find(store, scopes)
    runs = connection.execute(query("export.run_entries"), {"run_nos": run_nos}).fetchall()
    ids = {*sealing, *pulsing, *(one.entry_id for one in history), *(row["entry_id"] for row in runs)}
    ids.update(record.chain(connection, chain_of(case.number)))
    told = imports.told(connection, run_nos)
    ids.update(told)
    brought = imported.find(connection, scopes) if export.imported_files else []
    ids.update(one.gone_entry for one in brought if one.gone_entry is not None)
    ids.update(entry_id for one in scopes for part in one.runs for entry_id in part.purges)
    # Pictures of the footage show what a package of redacted copies alone is not to show.
    left = {} if export.only_derivatives else left_proofs.find(connection, store, scopes)
    ids.update(one.entry_id for one in left.values())
    return Gathered(
        case=case,
        exhibits=rows,
        scopes=scopes,
        leaves=leaves,
        pulse_lines=pulse_lines,
        history=history,
        imported=told,
        brought=brought,
        entry_ids=frozenset(ids),
        cameras=_cameras(connection, rows, certificates),
        signing=frozenset(certificates),
        tombstones=tombs.lines(connection, scopes),
        left=left,
        gaps={(one.asked.exhibit, one.asked.camera): gaps.find(connection, one) for one in scopes},
    )


def asked(connection: Connection, export: Export) -> list[Asked]:
    """Every camera and span of the exhibits. Raises NotFound when the case has none of them."""
    return _asked(_exhibits(connection, export))


def find(connection: Connection, store: ObjectStore, export: Export) -> list[Scope]:
    """The scope of every camera and span of the exhibits."""
    return [scope.find(connection, store, one) for one in asked(connection, export)]


def files(gathered: Gathered) -> dict[str, bytes]:
    """The meta files that need no proofs."""
    return {
        "meta/chunks.jsonl": lines(_chunk_lines(gathered.scopes)),
        "meta/leaves.jsonl": lines(
            canonical({"seal": seal.hex(), "leaves": [one.hex() for one in hashes]})
            for seal, hashes in gathered.leaves
        ),
        "meta/pulses.jsonl": lines(canonical(one) for one in gathered.pulse_lines),
        "meta/custody.jsonl": lines([*custody.disclosed(gathered.history), *gathered.imported.values()]),
        **({"meta/tombstones.jsonl": lines(gathered.tombstones)} if gathered.tombstones else {}),
        **gathered.cameras,
    }


def originals(gathered: Gathered) -> list[Original]:
    """Every stored chunk inside a span, once, in the order of the package."""
    found: dict[str, Original] = {}
    for one in gathered.scopes:
        for chunk in one.stored:
            entry = chunk.entry
            stamp = clock.from_us(entry.start_us).strftime("%Y%m%dT%H%M%S.%fZ")
            path = f"data/original/{entry.camera}/{entry.seq:08d}_{stamp}.mp4"
            if path in found and found[path].sha256 != entry.sha256:
                path = f"data/original/{entry.camera}/{entry.run[:8]}-{entry.seq:08d}_{stamp}.mp4"
            found[path] = Original(
                path=path,
                key=chunk.key,
                size=entry.size,
                sha256=entry.sha256,
                crc32=chunk.crc32,
                camera_id=one.asked.camera_id,
                camera=entry.camera,
                run=entry.run,
                seq=entry.seq,
                start_us=entry.start_us,
                end_us=entry.end_us,
            )
    return [found[path] for path in sorted(found)]


def copies(gathered: Gathered) -> list[Asked]:
    """A copy for each camera of each exhibit that has footage."""
    return [one.asked for one in gathered.scopes if one.stored]


def _exhibits(connection: Connection, export: Export) -> list[dict[str, Any]]:
    values = {"case_id": export.case_id, "numbers": list(export.exhibits)}
    rows = connection.execute(query("export.exhibits"), values).fetchall()
    if {row["number"] for row in rows} != set(export.exhibits):
        raise NotFound("exhibits_empty", field="exhibits", exhibits=list(export.exhibits))
    return rows


def _asked(rows: Iterable[dict[str, Any]]) -> list[Asked]:
    return [
        Asked(
            exhibit=row["number"],
            camera_id=row["camera_id"],
            camera=row["camera"],
            from_us=clock.to_us(row["from_at"]),
            to_us=clock.to_us(row["to_at"]),
        )
        for row in rows
    ]


def _chunk_lines(scopes: Sequence[Scope]) -> list[bytes]:
    """Every chunk told of, once, by camera, opening of its run, run and number."""
    found: dict[tuple[str, int, str, int], bytes] = {}
    for one in scopes:
        for part in one.runs:
            opened_us = clock.to_us(part.row["opened_at"])
            for chunk in part.chunks:
                key = (one.asked.camera, opened_us, part.run, chunk.entry.seq)
                found[key] = chunk.entry.canonical()
    return [found[key] for key in sorted(found)]


def _history(connection: Connection, case: CaseFile) -> list[Event]:
    """Custody of a case and of its holds, as it happened."""
    rows = connection.execute(query("export.holds"), {"case_id": case.case_id})
    held = custody.hold_events(connection, [row["hold_id"] for row in rows])
    return sorted([*custody.events(connection, case), *held], key=lambda one: one.entry_id)


def _seals(
    connection: Connection, store: ObjectStore, scopes: Sequence[Scope]
) -> tuple[list[tuple[bytes, Sequence[bytes]]], set[int]]:
    """Seals over the chunks told of, and over the end of every run but the last: the next one's parent."""
    wanted: dict[tuple[int, int], tuple[int, int]] = {}
    for one in scopes:
        for part in one.runs:
            for first, last in _spans(part):
                key = (one.asked.camera_id, part.run_no)
                known = wanted.get(key, (first, last))
                wanted[key] = min(known[0], first), max(known[1], last)
    found: dict[int, tuple[bytes, Sequence[bytes]]] = {}
    for (camera_id, run_no), (first, last) in sorted(wanted.items()):
        values = {"camera_id": camera_id, "run_no": run_no, "first": first, "last": last}
        for row in connection.execute(query("export.seals"), values).fetchall():
            hour_us = clock.to_us(row["hour"])
            told = seals.entries_of(connection, store, row["camera"], hour_us, row["part"])
            found[row["entry_id"]] = (row["leaf"], [leaf(line) for line in told])
    return [found[key] for key in sorted(found)], set(found)


def _spans(part: RunPart) -> list[tuple[int, int]]:
    first, last = part.seqs
    spans = [(first, last)] if part.chunks else []
    if part.row["closed_at"] is not None and part.row["last_seq"]:
        spans.append((part.row["last_seq"], part.row["last_seq"]))
    return spans


def told_to(scopes: Sequence[Scope]) -> dict[int, int]:
    """Number of each run → seq of the last chunk told of."""
    found: dict[int, int] = {}
    for one in scopes:
        for part in one.runs:
            if part.chunks:
                found[part.run_no] = max(found.get(part.run_no, 0), part.seqs[1])
    return found


def _pulses(connection: Connection, scopes: Sequence[Scope]) -> tuple[list[dict[str, Any]], set[int]]:
    """Every line that names a run of ours, from the pulse before its first chunk to the one after the span."""
    lines: dict[tuple[int, int], dict[str, Any]] = {}
    for one in scopes:
        parts = [part for part in one.runs if part.chunks]
        if not parts:
            continue
        start_us = min(one.asked.from_us, *(part.chunks[0].entry.start_us for part in parts))
        end_us = max(one.asked.to_us, *(part.chunks[-1].entry.end_us for part in parts))
        last = {part.run_no: part.seqs[1] for part in parts}
        for pulse in pulses.around(connection, last, start_us, end_us):
            for run_no in last:
                if pulse.seq_of(run_no) is None:
                    continue
                position, line, path = pulses.line(pulse, run_no)
                lines[pulse.entry_id, position] = {
                    "pulse": pulse.entry_leaf.hex(),
                    "position": position,
                    "line": line,
                    "path": [node.hex() for node in path],
                }
    return [lines[key] for key in sorted(lines)], {entry_id for entry_id, _ in lines}


def _cameras(
    connection: Connection, rows: Sequence[dict[str, Any]], certificates: Mapping[str, bytes]
) -> dict[str, bytes]:
    found = {}
    for row in rows:
        values = {"camera_id": row["camera_id"], "at": row["from_at"]}
        camera = connection.execute(query("export.camera"), values).fetchone()
        assert camera is not None
        told: dict[str, object] = {
            "camera": row["camera"],
            "name": row["name"],
            "agency": camera["agency_name"],
            "site": camera["site_name"] or "",
            "certificate_sei": certificates.get(row["camera"], b"").hex(),
        }
        numbers = {
            "lat_e7": (row["lat"], 1e7),
            "lon_e7": (row["lon"], 1e7),
            "heading_cdeg": (row["heading_deg"], 100),
            "fov_cdeg": (row["fov_deg"], 100),
        }
        told |= {name: round(value * scale) for name, (value, scale) in numbers.items() if value is not None}
        found[f"meta/camera/{row['camera']}.json"] = canonical(told) + b"\n"
    return found
