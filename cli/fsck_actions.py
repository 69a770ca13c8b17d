"""What `saksi fsck` does. A check ends with 0 when all is well or was mended, 1 when something is not, 2 when it cannot
tell."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from cli import check_words
from cli.fsck_mending import Opened, mend, mended_keys, progress
from cli.language import language, say
from cli.words import end_progress
from saksi import clock
from saksi.amounts import amount
from saksi.catalogue import installation
from saksi.catalogue.database import Database
from saksi.errors import BadInput, IntegrityError, NotFound, Unavailable
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.scrub import figures, findings, state
from saksi.scrub.fsck import MOST, Fsck
from saksi.scrub.problems import Problem

register(
    "fsck_yes_alone",
    en=("--yes says to do what --quarantine-foreign would.", "Give both, or neither."),
    id_=(
        "--yes menyuruh melakukan yang disebut --quarantine-foreign.",
        "Beri keduanya, atau tidak sama sekali.",
    ),
)
register(
    "fsck_accept_who",
    en=("Accepting a finding needs {field}.", "Give --by NAME and --note TEXT: who accepts, and why."),
    id_=(
        "Menerima temuan memerlukan {field}.",
        "Beri --by NAMA dan --note TEKS: siapa yang menerima, dan alasannya.",
    ),
)


@contextlib.contextmanager
def _opened(args: argparse.Namespace) -> Iterator[Opened]:
    """Servers of the settings or of a running `saksi up`. Raises IntegrityError or NotFound for another's bucket."""
    from cli.opened import resolved

    # What a worker tells its log of findings is printed here, in the language in force.
    logging.getLogger("saksi.scrub").addHandler(logging.NullHandler())
    settings = resolved(args.data, store=True)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-cli", max_size=2)
    try:
        store = ObjectStore.from_settings(settings)
        with database.transaction() as connection:
            identity = str(installation.identity(connection))
            by = findings.author(connection, settings.keys_folder)
        store.check_identity(identity)
        yield Opened(settings=settings, database=database, store=store, by=by)
    finally:
        database.close()


def check(args: argparse.Namespace) -> int:
    """Every problem as it comes, then the counts; then what was asked to be mended."""
    if args.yes and not args.quarantine_foreign:
        raise BadInput("fsck_yes_alone", field="--yes")
    try:
        with _opened(args) as opened:
            return _check(args, opened)
    except (Unavailable, IntegrityError, NotFound) as error:
        what, remedy = error.explain(language())
        print(f"saksi: {what}\n       {remedy}", file=sys.stderr)
        return 2


def accept(args: argparse.Namespace) -> int:
    """Told in the log and, with who accepted, in the finding. Raises NotFound, Conflict, Denied."""
    from cli.officer import officer
    from saksi.access import Permission

    for name in ("by", "note"):
        if not (getattr(args, name) or "").strip():
            raise BadInput("fsck_accept_who", field=f"--{name}")
    with _opened(args) as opened, opened.database.transaction() as connection:
        person, _ = officer(connection, args.by, Permission.RETENTION_WRITE)
        row = findings.accept(
            connection, opened.by, args.accept, person_id=person.person_id, note=args.note.strip()
        )
    print(say(f"accepted: {row['kind']} {row['object_key']}", f"diterima: {row['kind']} {row['object_key']}"))
    return 0


def resume(args: argparse.Namespace) -> int:
    """After scrub stopped in doubt of the store."""
    with _opened(args) as opened, opened.database.transaction() as connection:
        stopped = state.go_on(connection, lifted=True)
    print(
        say("scrub goes on", "pemeriksaan berkala dilanjutkan")
        if stopped
        else say("scrub had not stopped", "pemeriksaan berkala tidak sedang berhenti")
    )
    return 0


def _check(args: argparse.Namespace, opened: Opened) -> int:
    began_us = clock.monotonic_us()
    problems: list[Problem] = []

    def tell(problem: Problem) -> None:
        fsck.count("findings")
        if len(problems) < MOST:
            problems.append(problem)
        if not args.json:
            _show(problem)

    fsck = Fsck(database=opened.database, store=opened.store, tell=tell, progress=progress, deep=args.deep)
    fsck.all()
    _spool(args, opened, fsck)
    end_progress()
    done = mend(args, opened, fsck)
    mended = sum(one.where in mended_keys(done) for one in problems)
    left = fsck.counts.get("findings", 0) - mended
    seconds = (clock.monotonic_us() - began_us) / 1e6
    if args.json:
        told = {
            "findings": [one.as_json(language()) for one in problems],
            "left": left,
            "counts": dict(sorted(fsck.counts.items())),
            "seconds": round(seconds, 3),
            "bytes_read": fsck.bytes_read,
            "scrub": _standing(opened),
            **done,
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _sum_up(fsck, opened, left, mended, seconds)
    return 1 if left else 0


def _spool(args: argparse.Namespace, opened: Opened, fsck: Fsck) -> None:
    folder = opened.settings.spool_folder
    if args.without_spool or not folder.is_dir():
        return
    from recorder.spool_check import SpoolCheck

    spool = SpoolCheck(
        folder=folder, database=opened.database, tell=fsck.tell, deep=args.deep, counts=fsck.counts
    )
    spool.all()
    fsck.bytes_read += spool.bytes_read


def _standing(opened: Opened) -> dict[str, Any]:
    rate = opened.settings.scrub_mb_s * 1e6
    with opened.database.transaction() as connection:
        now, whole = figures.figures(connection), figures.whole_round(connection, rate)
    return {"bytes_a_second": round(rate), "round": asdict(whole), **asdict(now)}


def _sum_up(fsck: Fsck, opened: Opened, left: int, mended: int, seconds: float) -> None:
    counts = check_words.counts(fsck.counts)
    print(say(f"looked at: {counts}", f"diperiksa: {counts}"))
    read = fsck.bytes_read / 1e6
    print(say(f"read {read:.1f} MB in {seconds:.1f} s", f"dibaca {read:.1f} MB dalam {seconds:.1f} detik"))
    standing = _standing(opened)
    days = standing["round"]["seconds"] / 86400
    if standing["stopped"]:
        print(
            say(
                "scrub has STOPPED: too much is missing",
                "pemeriksaan berkala BERHENTI: terlalu banyak yang hilang",
            )
        )
    elif standing["bytes_a_second"]:
        print(
            say(
                f"scrub: all {standing['round']['bytes'] / 1e9:.2f} GB once in {days:.1f} days",
                f"pemeriksaan berkala: {standing['round']['bytes'] / 1e9:.2f} GB sekali dalam {days:.1f} hari",
            )
        )
    else:
        print(say("scrub is off (SAKSI_SCRUB_MB_S)", "pemeriksaan berkala dimatikan (SAKSI_SCRUB_MB_S)"))
    if mended:
        print(
            say(f"{amount(mended, 'finding', 'en')} mended", f"{amount(mended, 'finding', 'id')} diperbaiki")
        )
    if left:
        print(say(f"{amount(left, 'finding', 'en')} left", f"{amount(left, 'finding', 'id')} tersisa"))
    else:
        print(say("all is well", "semuanya baik"))


def _show(problem: Problem) -> None:
    end_progress()
    print(f"{problem.kind}: {problem.where}: {problem.words(language())}")
    if problem.span is not None:
        from_, to = (clock.format_us(at) for at in problem.span)
        touched = [f"{say('hold', 'penahanan')} {one}" for one in problem.touches.get("holds", [])]
        touched += [f"{say('case', 'kasus')} {one}" for one in problem.touches.get("cases", [])]
        print(f"    {problem.camera} {from_}/{to}" + "".join(f"; {one}" for one in touched))
    if problem.expected or problem.found:
        expected, found = (check_words.fact(text)[:200] or "-" for text in (problem.expected, problem.found))
        print(say(f"    expected {expected}, found {found}", f"    seharusnya {expected}, ditemukan {found}"))
    print(f"    {problem.remedy(language())}")
