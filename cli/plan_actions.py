"""Prints a plan: what is needed, what makes it dear, and the measurements it rests on."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from cli.language import language, say
from saksi import sizing_figures
from saksi.amounts import size
from saksi.messages import decimal
from saksi.sizing import Fleet, Plan, plan


def show(args: argparse.Namespace) -> int:
    """As text, or as one JSON object: `asked`, `plan`, `figures` it rests on."""
    fleet = Fleet(
        cameras=args.cameras,
        mbps=args.mbps,
        days=args.days,
        chunk_seconds=args.chunk_seconds,
        outage_hours=args.outage_hours,
    )
    made = plan(fleet)
    if args.json:
        figures = {
            name: {"amount": figure.amount, "measured": say(figure.en, figure.id_)}
            for name, figure in sizing_figures.ALL.items()
        }
        print(json.dumps({"asked": asdict(fleet), "plan": asdict(made), "figures": figures}))
        return 0
    sections = list(_sections(fleet, made))
    width = max(len(name) for _, lines in sections for name, _ in lines)
    for head, lines in sections:
        print(head)
        for name, text in lines:
            print(f"  {name:<{width}}  {text}")
    print(say("It rests on these measurements", "Dasarnya hasil ukur berikut"))
    for figure in sizing_figures.ALL.values():
        print(f"  {_spoken(f'{figure.amount:.15g}')} {say(figure.en, figure.id_)}")
    return 0


def _sections(fleet: Fleet, made: Plan) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    yield say("Store", "Penyimpanan"), _store(made)
    yield say("Network", "Jaringan"), _network(made)
    yield say("Recorders", "Perekam"), _recorders(fleet, made)
    yield say("Database", "Basis data"), _database(made)
    yield say("Workers", "Pekerja"), _workers(made)
    yield say("What makes it dear", "Yang menentukan biaya"), _drivers(fleet, made)


def _store(made: Plan) -> list[tuple[str, str]]:
    return [
        (say("disk to have", "cakram yang perlu ada"), _size(made.store_bytes)),
        (say("footage", "rekaman"), _size(made.footage_bytes)),
        (say("footage a day", "rekaman sehari"), _size(made.footage_bytes_a_day)),
        (say("thumbnails", "gambar mini"), _size(made.thumbnail_bytes)),
        (say("objects", "objek"), _count(made.objects)),
        (say("copies", "salinan"), say(
            "not counted: what the store keeps twice, or adds for repair, comes on top",
            "belum dihitung: salinan ganda atau data pemulihan milik penyimpanan menambah di atasnya",
        )),
    ]  # fmt: skip


def _network(made: Plan) -> list[tuple[str, str]]:
    return [
        (say("from the cameras", "dari kamera"), f"{_count(made.cameras_mbps)} Mbps"),
        (say("to the store", "ke penyimpanan"), f"{_count(made.store_mbps)} Mbps"),
    ]


def _recorders(fleet: Fleet, made: Plan) -> list[tuple[str, str]]:
    of_one = made.recorders == 1
    spare = say("no other takes over", "tanpa pengganti") if of_one else say(
        f"one may be gone; its cameras are taken over in {sizing_figures.TAKEOVER.amount:g} s",
        f"satu boleh mati; kameranya diambil alih dalam {sizing_figures.TAKEOVER.amount:g} detik",
    )  # fmt: skip
    return [
        (say("processes", "proses"), f"{made.recorders} ({spare})"),
        ("SAKSI_RECORDER_CAPACITY", _count(made.cameras_a_recorder)),
        (say("cores, all together", "inti prosesor, semua"), _tenth(made.recorder_cores)),
        (say("memory of each", "memori tiap proses"), _size(made.recorder_memory_bytes)),
        (say("spool of each", "spool tiap proses"), say(
            f"{_size(made.spool_bytes)} for {fleet.outage_hours:g} h without the store",
            f"{_size(made.spool_bytes)} untuk {fleet.outage_hours:g} jam tanpa penyimpanan",
        )),
    ]  # fmt: skip


def _database(made: Plan) -> list[tuple[str, str]]:
    return [
        (say("rows of chunks", "baris potongan"), _count(made.chunk_rows)),
        (say("chunks a second", "potongan per detik"), _tenth(made.chunks_a_second)),
        (say("disk", "cakram"), _size(made.catalogue_bytes)),
        (say("and for ever, a year", "dan untuk selamanya, setahun"), _size(made.seal_bytes_a_year)),
        (say("write-ahead log a day", "log tulis (WAL) sehari"), _size(made.wal_bytes_a_day)),
        (say("cores, recording alone", "inti, untuk merekam saja"), _tenth(made.database_cores)),
        ("max_connections", _count(made.database_connections)),
    ]


def _workers(made: Plan) -> list[tuple[str, str]]:
    return [
        (say("cores for thumbnails", "inti untuk gambar mini"), _tenth(made.worker_cores)),
        ("SAKSI_PURGE_OBJECTS_PER_SECOND", say(
            f"above {_count(made.erased_a_second)}, or purges never catch up",
            f"di atas {_count(made.erased_a_second)}; jika tidak, pemusnahan tidak pernah selesai",
        )),
    ]  # fmt: skip


def _drivers(fleet: Fleet, made: Plan) -> list[tuple[str, str]]:
    halved = plan(Fleet(**{**asdict(fleet), "chunk_seconds": max(1, fleet.chunk_seconds // 2)}))
    more = halved.catalogue_bytes - made.catalogue_bytes
    return [
        (say("1 Mbps less a camera", "tiap kamera 1 Mbps lebih kecil"), say(
            f"{_size(min(made.saved_by_a_megabit, made.store_bytes))} less disk",
            f"hemat cakram {_size(min(made.saved_by_a_megabit, made.store_bytes))}",
        )),
        (say("one day less", "sehari lebih singkat"), say(
            f"{_size(made.saved_by_a_day)} less disk", f"hemat cakram {_size(made.saved_by_a_day)}"
        )),
        (say("chunks half as long", "potongan separuh panjang"), say(
            f"{_size(more)} more database, twice the objects",
            f"basis data bertambah {_size(more)}, objek dua kali lipat",
        )),
    ]  # fmt: skip


def _size(amount: float) -> str:
    return _spoken(size(round(amount)))


def _count(amount: float) -> str:
    shown = f"{round(amount):,}"
    return shown.replace(",", ".") if language() == "id" else shown


def _tenth(amount: float) -> str:
    return _spoken(f"{max(amount, 0.1):.1f}")


def _spoken(number: str) -> str:
    return decimal(number, language())
