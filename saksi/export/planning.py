"""Plans a package: footage made fresh, looked for in the store, gathered, and fixed on a checkpoint that covers it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import authors, keys, seals
from saksi.catalogue.database import query
from saksi.catalogue.exports import Export
from saksi.catalogue.pulse_requests import request_pulses
from saksi.custody.signing import Signer
from saksi.desk import Desk
from saksi.errors import Conflict
from saksi.export import derived, gather, imported, left, presence, record, report, statement, texts, warnings
from saksi.export.anchoring import anchor
from saksi.export.plan import Plan, Processed
from saksi.export.presence import Wanted
from saksi.export.scope import Scope
from saksi.export.stills import stills
from saksi.export.warnings import Standing
from saksi.ledger import identity, sequencer

log = logging.getLogger("saksi.export.planning")

_FRESH_S = 12.0
_LOOK_S = 0.2

absent_objects = Counter(
    "saksi_export_objects_absent_total", "Objects of packages that the store has lost or damaged.", ["state"]
)


def plan(desk: Desk, export: Export, export_key: Signer, *, deep: bool, tell: Callable[[str], None]) -> Plan:
    """Gathers, then waits for a checkpoint that covers all of it, and fixes both.

    What the store does not give is declared missing; `deep` reads every byte to know. `tell` hears what is at work.
    """
    tell("footage")
    with desk.database.transaction() as connection:
        asked = gather.asked(connection, export)
    for one in asked:
        _freshen(desk, one.camera_id, one.camera, one.from_us, one.to_us)
    tell("seals")
    with desk.database.transaction() as connection:
        office = authors.office(connection, desk.settings.keys_folder)
        scopes = gather.find(connection, desk.store, export)
        derivatives = derived.processed(connection, export)
    gone = presence.absent(
        desk.store,
        _objects([] if export.only_derivatives else scopes, derivatives),
        deep=deep,
        passed=lambda: tell("presence"),
    )
    _alarm(export, gone)
    carried = derived.without(derivatives, gone)
    if export.only_derivatives and not carried:
        raise Conflict("derivatives_gone", package=export.package)
    wanted = [
        (one.asked.camera_id, part.chunks[0].entry.start_us, part.chunks[-1].entry.end_us)
        for one in scopes
        for part in one.runs
        if part.chunks
    ]
    if wanted:
        seals.request_seals(desk.database, office, wanted)
        since_us = min(start_us for _, start_us, _ in wanted)
        request_pulses(desk.database, gather.told_to(scopes), since_us)
    tell("ledger")
    with desk.database.transaction() as connection:
        gathered = gather.gather(connection, desk.store, export, gone)
    files, files_absent = imported.look(desk.store, gathered.brought, lambda: tell("imports"))
    _alarm(
        export,
        {keys.import_key(one.sha256): one.cause for one in files_absent if one.cause != imported.ERASED},
    )
    tell("ledger")
    with desk.database.transaction() as connection:
        log_key = identity.log_key(connection, desk.settings)
    covering = sequencer.checkpoint_now(desk.database, desk.store, log_key)
    with desk.database.transaction() as connection:
        policy = identity.policy(connection, desk.settings)  # it names the log once that has a checkpoint
    checkpoint = anchor(desk.database, covering, policy, desk.settings.ledger_tsa)
    with desk.database.transaction() as connection:
        rows = record.entries(connection, gathered.entry_ids)
        signing = sorted({row["key_id"] for row in rows} | {export_key.key_id})
        enrolled = record.enrolments(connection, signing)
        rows = record.entries(connection, {*gathered.entry_ids, *enrolled})
        fixed = record.fix(connection, checkpoint, rows)
        made_us = clock.now_us()
        meta = {
            **gather.files(gathered),
            **record.proofs(connection, checkpoint, fixed, policy),
            "meta/keys.json": record.keys_file(connection, [*signing, *(row["key_id"] for row in rows)]),
        }
        predicate = statement.predicate(
            gathered,
            export,
            fixed,
            log_key.origin,
            made_us,
            desk.settings.zone,
            [(one.run, one.cause) for one in files_absent],
        )
    thinned = left.carried(gathered, export, export_key, gone, made_us)
    told = {
        "office": report.office(desk.settings),
        "case": {name: getattr(gathered.case, name) for name in ("number", "report", "title", "officers")},
        "signing": sorted(gathered.signing),
        "stills": {} if export.only_derivatives else stills(desk.store, gathered.scopes),
    }
    return Plan(
        package=export.package,
        made_us=made_us,
        organization=desk.settings.organization,
        first=texts.first_files(
            export.package,
            gathered.case.number,
            export_key.public,
            log_key,
            thinned=bool(thinned),
            imported=bool(files),
        ),
        meta=meta,
        predicate=predicate,
        originals=[] if export.only_derivatives else gather.originals(gathered),
        copies=[] if export.only_derivatives else gather.copies(gathered),
        processed=[*carried, *thinned],
        imported=files,
        report=told,
        warnings=warnings.find(
            gathered,
            Standing(policy=policy, note=fixed.note),
            [one.path for one in derivatives if one.key in gone],
            withheld=export.only_derivatives,
            carried={one.key: one.derivation.rpartition("/")[0] for one in thinned if one.key},
            imported=files,
            imported_absent=files_absent,
        ),
    )


def _objects(scopes: Sequence[Scope], derivatives: Sequence[Processed]) -> Iterator[Wanted]:
    for one in scopes:
        for chunk in one.stored:
            yield Wanted(key=chunk.key, size=chunk.entry.size, sha256=chunk.entry.sha256)
    yield from left.wanted(scopes)
    for copy in derivatives:
        if copy.key:
            yield Wanted(key=copy.key, size=copy.size, sha256=copy.sha256)


def _alarm(export: Export, gone: Mapping[str, str]) -> None:
    """Loudly: footage that was recorded, and is held for a case, is not to be had."""
    for key, state in gone.items():
        absent_objects.labels(state=state).inc()
        log.error(
            "export %s: %s is %s in the store; the package goes without it", export.export_id, key, state
        )


def _freshen(desk: Desk, camera_id: int, camera: str, from_us: int, to_us: int) -> None:
    """Footage up to the end of the span is in the store, or enough was waited for it.

    A camera that is being recorded has its open chunk cut; what does not come is told as it is.
    """
    values = {
        "camera_id": camera_id,
        "camera": camera,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    until_us = clock.monotonic_us() + round(_FRESH_S * 1e6)
    cut = False
    while clock.monotonic_us() < until_us:
        with desk.database.transaction() as connection:
            row = connection.execute(query("export.fresh"), values).fetchone()
            assert row is not None
            lacking = bool(row["recording"]) and not row["announced"]
            if not lacking and not row["pending"]:
                return
            if lacking and not cut:
                connection.execute(query("export.cut"), values)
                cut = True
        time.sleep(_LOOK_S)
