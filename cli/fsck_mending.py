"""What `saksi fsck` mends when it is told to: footage from a spool, and what is foreign put aside."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cli import check_words, words
from cli.language import say
from cli.words import end_progress
from saksi import clock
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Database
from saksi.errors import IntegrityError
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.scrub import findings, quarantine, recheck, repair, state
from saksi.scrub.flaws import Flaw
from saksi.scrub.fsck import Fsck
from saksi.settings import Settings

register(
    "fsck_much_missing",
    en=(
        "{lost} of {looked} chunks are missing or unreadable: the store itself is in doubt; nothing was asked for.",
        "See that it is the right one and whole; if so much is lost indeed, run saksi fsck --resume first.",
    ),
    id_=(
        "{lost} dari {looked} potongan hilang atau tidak terbaca: penyimpanan diragukan; tidak ada yang diminta.",
        "Pastikan penyimpanannya benar dan utuh; bila memang hilang, jalankan dahulu saksi fsck --resume.",
    ),
)

_WAIT_US = 10_000_000  # a recorder that has it sends it within seconds, one chunk after the other
_LOOK_S = 0.5
_LOST = ("missing", "unreadable")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a check works on, and who signs what it tells the log."""

    settings: Settings
    database: Database
    store: ObjectStore
    by: Author


def mend(args: argparse.Namespace, opened: Opened, fsck: Fsck) -> dict[str, Any]:
    """What the flags ask for; answers what became of it, for `--json`."""
    done: dict[str, Any] = {}
    if args.repair == "spool":
        done["repairs"] = _repair(args, opened, fsck)
    if args.quarantine_foreign:
        foreign = [flaw for flaw in fsck.flaws if flaw.kind == "foreign"]
        if args.yes:
            done["quarantined"] = quarantine.put_aside(opened.database, opened.store, opened.by, foreign)
        else:
            done["would_quarantine"] = [flaw.key for flaw in foreign]
        for name, keys in done.items():
            if name != "repairs" and not args.json:
                moved = name == "quarantined"
                for key in keys:
                    print(
                        (say("moved to", "dipindah ke") if moved else say("would move", "akan memindah"))
                        + f" {key}"
                    )
    return done


def mended_keys(done: dict[str, Any]) -> set[str]:
    """Objects with which nothing is wrong any more: sent again and read back, or put aside."""
    repaired = {key for key, state in done.get("repairs", {}).items() if state == "done"}
    return repaired | {key.removeprefix(quarantine.FOLDER) for key in done.get("quarantined", [])}


def _repair(args: argparse.Namespace, opened: Opened, fsck: Fsck) -> dict[str, str]:
    """Asks, waits for recorders that live, reads back; key → repaired, or where the request stands."""
    wanted = [flaw for flaw in fsck.flaws if findings.repairable(flaw)]
    _refuse_in_doubt(opened, fsck, wanted)
    asked: dict[int, str] = {}
    for flaw in wanted:
        findings.tell(opened.database, opened.by, flaw)
        with opened.database.transaction() as connection:
            finding_id = findings.open_number(connection, flaw.key)
            if finding_id is not None:
                repair.ask(connection, finding_id)
                asked[finding_id] = flaw.key
    states = _awaited(opened, list(asked))
    end_progress()
    told = {asked[number]: one for number, one in states.items()}
    numbers = {key: number for number, key in asked.items()}
    if not args.json:
        for key, one in told.items():
            print(f"{_state_words(one)}: {key} ({say('finding', 'temuan')} {numbers[key]})")
    return told


def _awaited(opened: Opened, wanted: Sequence[int]) -> dict[int, str]:
    """Where requests stand once recorders that live have done what they can."""
    before: dict[int, str] = {}
    pause, changed_us = threading.Event(), clock.monotonic_us()
    while True:
        recheck.repaired(opened.database, opened.by, opened.store)
        with opened.database.transaction() as connection:
            states, live = repair.states(connection, wanted), repair.anybody(connection)
        if states != before:
            before, changed_us = states, clock.monotonic_us()
        waiting = {"asked", "sent"} & set(states.values())
        if not waiting or not live or clock.monotonic_us() - changed_us > _WAIT_US:
            return states
        progress("repairs", sum(one == "done" for one in states.values()))
        pause.wait(_LOOK_S)


def _refuse_in_doubt(opened: Opened, fsck: Fsck, wanted: Sequence[Flaw]) -> None:
    """Raises IntegrityError when so much is missing that a person must say first that it is lost indeed."""
    looked, lost = fsck.counts.get("chunks stored", 0), sum(flaw.kind in _LOST for flaw in wanted)
    with opened.database.transaction() as connection:
        lifted = state.lifted(connection)
    if not lifted and state.too_many(looked, lost):
        raise IntegrityError("fsck_much_missing", lost=lost, looked=looked)


def _state_words(one: str) -> str:
    return {
        "done": say("repaired", "diperbaiki"),
        "asked": say("asked for; no recorder has sent it yet", "diminta; belum ada perekam yang mengirim"),
        "sent": say("sent again, to be read back", "dikirim ulang, akan dibaca kembali"),
        "nobody": say(
            "no recorder has it: restore it from a copy",
            "tidak ada di perekam mana pun: pulihkan dari salinan",
        ),
        "differs": say("the recorder's own file is damaged too", "berkas milik perekam juga rusak"),
        "failed": say(
            "sent again, and the store gives something else", "dikirim ulang, tetapi isi penyimpanan lain"
        ),
    }[one]


def progress(what: str, done: int) -> None:
    """What is looked at just now."""
    words.progress(f"{done / 1e9:.2f} GB" if what == "bytes" else f"{check_words.counted(what)} {done}")
