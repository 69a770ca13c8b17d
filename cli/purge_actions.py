"""What `saksi purge` does: the same code as the worker's."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from cli.language import language, say
from cli.officer import officer
from cli.opened import opened_database, resolved
from cli.words import end_progress, head, progress, word
from saksi import clock, durable, papers
from saksi.access import Permission
from saksi.amounts import amount
from saksi.catalogue.keys import purge_key
from saksi.codes import coded
from saksi.embedded import vacuum
from saksi.errors import BadInput, SaksiError
from saksi.filing import purge as filing
from saksi.filing.desk import Office
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.retention import certificate_check, purge, runs, schedule
from saksi.retention.runs import PurgeRun
from saksi.settings import Settings

_GIVE_BACK_S = 600.0

register(
    "purge_not_done",
    en=("Purge {purge} is {state}: it has no certificate yet.", "Wait until it is done: saksi purge --list."),
    id_=(
        "Pemusnahan {purge} berstatus {state}: belum ada berita acara.",
        "Tunggu sampai selesai: saksi purge --list.",
    ),
)


def dry_run(args: argparse.Namespace) -> int:
    """What would go now, by agency; changes nothing."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = schedule.dry_run(connection, clock.now_us())
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    head(
        "agency, camera-hours, chunks, bytes, held, oldest, newest",
        "instansi, jam-kamera, potongan, bita, ditahan, terlama, terbaru",
    )
    for one in found["agencies"]:
        print(f"{one['agency']}\t{_sums(one)}\t{_held(one)}\t{one['oldest'] or '-'}\t{one['newest'] or '-'}")
    print(f"{say('in all', 'seluruhnya')}\t{_sums(found)}\t{_held(found)}")
    return 0


def now(args: argparse.Namespace) -> int:
    """Announces a purge that is due at once and carries it out; 0 when it is done, 1 when it was put off."""
    settings = resolved(args.data, store=True)
    store = ObjectStore.from_settings(settings)
    with opened_database(args.data) as database:
        desk = purge.Desk(database=database, store=store, settings=settings)
        signer = desk.signer("office")
        with database.transaction() as connection:
            asked_by = None
            if args.by is not None:
                person, _ = officer(connection, args.by, Permission.RETENTION_WRITE)
                asked_by = person.person_id
            number = schedule.announce_now(
                connection, signer, asked_by=asked_by, reason=args.reason, clock_checked=args.clock_checked
            )
        run = purge.run_next(desk, purge_id=number, tell=_progress)
        with database.transaction() as connection:
            run = run or runs.get(connection, number)
    end_progress()
    if args.json:
        print(json.dumps(told(run), ensure_ascii=False))
    return tell_run(settings, run, shown=not args.json)


def tell_run(settings: Settings, run: PurgeRun, *, shown: bool) -> int:
    """Has the store give space back; prints what went and what was kept if `shown`. 0 when it is done, else 1."""
    if run.state == "done" and run.result.get("bytes"):
        _give_back(settings)
    if shown:
        _head()
        print(_line(run))
        for one in run.result.get("kept", ()):
            print(f"\t{say('kept', 'tetap')}\t{word(one['why'])}\t{_sums(one)}")
    if run.last_error:
        print(f"saksi: {run.last_error}", file=sys.stderr)
    return 0 if run.state == "done" else 1


def _give_back(settings: Settings) -> None:
    """The embedded store's disk, before and after; another store gives space back by itself."""
    try:
        freed = vacuum.vacuum_own(settings, seconds=_GIVE_BACK_S)
        left = 0 if freed is None else vacuum.left(settings.data)
    except SaksiError as error:
        print(f"saksi: {error.diagnostics(language())}", file=sys.stderr)
        return
    if freed is not None:
        said = say("the store's disk, before and after", "disk penyimpanan, sebelum dan sesudah")
        print(f"{said}: {freed.before} B, {freed.after} B", file=sys.stderr)
        if left:
            print(vacuum.words(left, vacuum.GARBAGE, language()), file=sys.stderr)


def show_all(args: argparse.Namespace) -> int:
    """One line a purge, newest first."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = runs.list_runs(connection, limit=10_000)
    if args.json:
        print(json.dumps([told(one) for one in found], ensure_ascii=False))
        return 0
    _head()
    for one in found:
        print(_line(one) + (f"\t{one.last_error}" if one.last_error else ""))
    return 0


def write_certificate(args: argparse.Namespace) -> int:
    """The signed certificate as it is in the log by its digest, or it on paper; its proof; the list of what went."""
    settings = resolved(args.data, store=args.tombstones is not None)
    with opened_database(args.data) as database, database.transaction() as connection:
        found = runs.get(connection, args.certificate)
        if found.certificate is None:
            raise BadInput(
                "purge_not_done", field="--certificate", purge=found.purge_id, state=coded(found.state)
            )
        data = found.certificate
        if args.pdf:
            office = Office(connection=connection, settings=settings)
            data = papers.render(filing.paper(office, found), language())
        proof = None if args.proof is None else certificate_check.prove(connection, found)
    if proof is not None:
        durable.write(args.proof, proof.encode())
    if args.tombstones is not None:
        lines = ObjectStore.from_settings(settings).get(purge_key(found.purge_id, "tombstones.jsonl"))
        durable.write(args.tombstones, lines)
    if args.out is None:
        sys.stdout.buffer.write(data)
    else:
        durable.write(args.out, data)
    return 0


def _line(run: PurgeRun) -> str:
    sums = run.result if run.state == "done" else run.expected
    due, state = clock.format_us(run.due_us), word(run.state)
    if run.kind == "manual" and run.state == "noticed" and run.approved_by is None:
        due, state = "-", say("waits for a second officer", "menunggu petugas kedua")
    elif run.state == "cancelled":
        due = "-"
    return f"{run.purge_id}\t{word(run.kind)}\t{state}\t{due}\t{_sums(sums)}"


def _head() -> None:
    head(
        "id, kind, state, due, camera-hours, chunks, bytes",
        "id, jenis, keadaan, jatuh tempo, jam-kamera, potongan, bita",
    )


def _sums(sums: Mapping[str, Any]) -> str:
    hours = amount(sums.get("hours", 0), "camera_hour", language())
    return f"{hours}\t{amount(sums.get('chunks', 0), 'chunk', language())}\t{sums.get('bytes', 0)} B"


def _held(sums: Mapping[str, Any]) -> str:
    held = amount(sums["held_hours"], "camera_hour", language())
    return say(f"{held} held", f"{held} ditahan")


def told(run: PurgeRun) -> dict[str, Any]:
    """A purge as JSON."""
    return {
        "id": run.purge_id,
        "kind": run.kind,
        "state": run.state,
        "due": clock.format_us(run.due_us),
        "expected": dict(run.expected),
        "result": dict(run.result),
        "error": run.last_error,
    }


def _progress(done: int, expected: int) -> None:
    progress(f"{done} / {amount(expected, 'chunk', language())}")
