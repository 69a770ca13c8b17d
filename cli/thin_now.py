"""What `saksi thin` does with footage: the same code as the worker's, without waiting for the night."""

from __future__ import annotations

import argparse
import json
import threading

from cli.language import language, say
from cli.officer import officer
from cli.opened import opened_database, resolved
from cli.purge_actions import tell_run, told
from cli.words import end_progress, progress
from saksi import clock
from saksi.access import Permission
from saksi.amounts import amount
from saksi.custody.signing import Signer
from saksi.errors import Conflict
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.retention import purge, runs, thinned_purge, thinning, thinning_waiting
from saksi.retention.policy_lengths import days_of
from saksi.retention.purge import Desk
from saksi.retention.runs import PurgeRun
from saksi.retention.thinning import Worked

register(
    "thinning_busy",
    en=("A worker is thinning footage just now.", "Let it work, and look with `saksi thin waiting`."),
    id_=("Worker sedang menjarangkan rekaman.", "Tunggu sampai selesai; lihat dengan `saksi thin waiting`."),
)

_TURN_S = 8.0
_TRIES = 20  # of a second: longer than a worker's turn


def show_waiting(args: argparse.Namespace) -> int:
    """One line a camera; then the purge of thinned originals that is announced."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = thinning_waiting.waiting(connection, clock.now_us())
        ahead = thinning_waiting.next_purge(connection)
    words = (
        (say("to thin", "akan dijarangkan"), "due"),
        (say("held", "ditahan"), "held"),
        (say("thinned, original still there", "dijarangkan, aslinya masih ada"), "beside"),
        (say("only keyframes left", "tinggal bingkai kunci"), "alone"),
    )
    for one in found:
        age = "-" if one.after_us is None else f"{days_of(one.after_us)} {say('days', 'hari')}"
        line = [one.camera, one.mode or "-", age]
        for word, name in words:
            size = getattr(one, f"{name}_bytes", None)
            line.append(
                f"{word} {amount(getattr(one, name), 'chunk', language())}"
                + ("" if size is None else f", {size} B")
            )
        print("\t".join(line))
    if ahead is None:
        print(
            say("no purge of thinned originals is announced", "belum ada pemusnahan rekaman asli diumumkan")
        )
    else:
        print(_ahead(ahead, left=any(one.beside for one in found)))
    return 0


def _ahead(run: PurgeRun, *, left: bool) -> str:
    """The purge that comes; one whose originals went with another meanwhile takes nothing."""
    number, due = run.purge_id, clock.format_us(run.due_us)
    if run.state == "running":
        return say(f"purge {number} is running", f"pemusnahan {number} sedang berjalan")
    if not left:
        return say(
            f"purge {number}, announced for {due}, has nothing left to take",
            f"pemusnahan {number}, diumumkan untuk {due}, tidak ada lagi yang dimusnahkannya",
        )
    return say(f"purge {number} is due {due}", f"pemusnahan {number} jatuh tempo {due}")


def now(args: argparse.Namespace) -> int:
    """Thins all that is old enough, and purges the originals if asked to; 1 when that purge was put off."""
    settings = resolved(args.data, store=True)
    store = ObjectStore.from_settings(settings)
    run: PurgeRun | None = None
    with opened_database(args.data) as database:
        desk = Desk(database=database, store=store, settings=settings)
        signer, asked_by = desk.signer("office"), None
        if args.by is not None:
            with database.transaction() as connection:
                asked_by = officer(connection, args.by, Permission.RETENTION_WRITE)[0].person_id
        done = _thin(desk, signer)
        if args.purge:
            with database.transaction() as connection:
                number = thinned_purge.announce_now(
                    connection,
                    signer,
                    asked_by=asked_by,
                    reason=args.reason,
                    clock_checked=args.clock_checked,
                )
            if number is not None:
                run = purge.run_next(desk, purge_id=number)
                with database.transaction() as connection:
                    run = run or runs.get(connection, number)
    thinned = {"chunks": done.chunks, "read_bytes": done.read, "kept_bytes": done.kept}
    if args.json:
        print(
            json.dumps({"thinned": thinned, "purge": None if run is None else told(run)}, ensure_ascii=False)
        )
    else:
        said = say("thinned", "dijarangkan")
        print(f"{said}\t{amount(done.chunks, 'chunk', language())}\t{done.read} B\t→ {done.kept} B")
        if args.purge and run is None:
            print(say("no original is there to go", "tidak ada rekaman asli yang perlu dimusnahkan"))
    return 0 if run is None else tell_run(settings, run, shown=not args.json)


def _thin(desk: Desk, signer: Signer) -> Worked:
    """Turn after turn until nothing is left. Raises Conflict when a worker is at it all the time."""
    sums, pause, tries = Worked(), threading.Event(), 0
    rate = desk.settings.thinning_mb_s * 1e6
    while True:
        done = thinning.work(desk.database, desk.store, signer, rate=rate, seconds=_TURN_S)
        if done is None:
            tries += 1
            if tries > _TRIES:
                raise Conflict("thinning_busy")
            pause.wait(1.0)
            continue
        tries = 0
        sums = Worked(
            chunks=sums.chunks + done.chunks, read=sums.read + done.read, kept=sums.kept + done.kept
        )
        if not done.more:
            end_progress()
            return sums
        progress(amount(sums.chunks, "chunk", language()))
