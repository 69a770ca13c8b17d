"""What `saksi import` does."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from cli.language import language, say
from cli.officer import note, officer
from cli.opened import opened_database, resolved
from cli.words import end_progress, head, progress
from recorder.imports.landing import Landed, land
from recorder.imports.original import digest_of, fetch
from recorder.imports.survey import Survey, survey
from saksi import clock
from saksi.access import Permission
from saksi.amounts import amount, size
from saksi.catalogue import cameras, imports
from saksi.catalogue.custody import Who
from saksi.catalogue.imports import Brought, Import
from saksi.clock_words import far
from saksi.desk import Desk
from saksi.errors import BadInput
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.retention.imports import check_kept
from saksi.settings import Settings

register(
    "import_needs",
    en=(
        "{field} is not given.",
        "Say whose footage it is, from when, from whom: --camera --start --source --by.",
    ),
    id_=(
        "{field} belum diberikan.",
        "Sebutkan kamera, waktu, asal dan petugasnya: --camera --start --source --by.",
    ),
)
register(
    "import_clock",
    en=("{given} is no length of time.", "Write it as 4m12s, 1h3m, 90s or 0."),
    id_=("{given} bukan lama waktu.", "Tulis seperti 4m12s, 1h3m, 90s atau 0."),
)
register(
    "import_future",
    en=(
        "{field} would end at {end}, which is still to come.",
        "Check --start, its zone and the clock's error.",
    ),
    id_=("{field} akan berakhir {end}, yang belum terjadi.", "Periksa --start, zonanya dan selisih jamnya."),
)

_LENGTH = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,9})(?:\.(\d{1,3}))?s?)?")
_NEEDED = ("camera", "start", "source", "by")
_STEPS = {
    "hash": ("checking the file", "memeriksa berkas"),
    "file": ("keeping the file", "menyimpan berkas"),
    "footage": ("cutting footage", "memotong rekaman"),
}


def bring(args: argparse.Namespace) -> int:
    """One line a file: what became of it. Stops at the first that cannot be brought in; those before it are in."""
    if not args.files:
        raise BadInput("import_needs", field="FILE")
    for name in _NEEDED:
        if not (getattr(args, name) or "").strip():
            raise BadInput("import_needs", field=f"--{name}")
    settings = resolved(args.data, store=True)
    offset_us = _offset(args)
    next_us = clock.parse_rfc3339(args.start, "--start") - (offset_us or 0)
    surveys = [survey(path) for path in args.files]
    for path, found in zip(args.files, surveys, strict=True):
        if found.codec is None and not args.file_only:
            raise BadInput("import_codec", field=path.name, codec=found.codec_name)
    head(
        "file, camera, from, to, chunks, pictures, state",
        "berkas, kamera, mulai, sampai, potongan, gambar, keadaan",
    )
    with opened_database(args.data) as database:
        desk = Desk(database=database, store=ObjectStore.from_settings(settings), settings=settings)
        for path, found in zip(args.files, surveys, strict=True):
            landed = _one(args, desk, settings, path, found, next_us, offset_us)
            next_us = landed.made.end_us
    return 0


def get(args: argparse.Namespace) -> int:
    """Writes the file of an import, which must be what was brought; never over another file."""
    for name in ("out", "by"):
        if not getattr(args, name):
            raise BadInput("import_needs", field=f"--{name}")
    settings = resolved(args.data, store=True)
    with opened_database(args.data) as database:
        with database.transaction() as connection:
            person, who = officer(connection, args.by, Permission.FOOTAGE_VIEW)
            found = imports.get(connection, args.get, person.agency_ids)
            note(connection, who, "import.get", {"camera": found.camera, "file": found.sha256})
        fetch(ObjectStore.from_settings(settings), found.sha256, found.size, args.out)
    print(f"{found.sha256}  {args.out}")
    return 0


def show_all(args: argparse.Namespace) -> int:
    """One line an import, the newest first."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = imports.list_imports(connection, None, limit=100_000)
    head(
        "id, camera, from, to, clock, size, SHA-256, run, state, made, by, name, source",
        "id, kamera, mulai, sampai, jam, ukuran, SHA-256, run, keadaan, dibuat, oleh, nama, asal",
    )
    for one in found:
        span = f"{clock.format_us(one.start_us)}\t{clock.format_us(one.end_us)}\t{_clock(one)}"
        print(
            f"{one.import_id}\t{one.camera}\t{span}\t{size(one.size)}\t{one.sha256}\t{one.run or '-'}"
            f"\t{_state(one)}\t{clock.format_us(one.made_us)}\t{one.person}\t{one.name}\t{one.source}"
        )
    return 0


def _one(
    args: argparse.Namespace,
    desk: Desk,
    settings: Settings,
    path: Path,
    found: Survey,
    start_us: int,
    offset_us: int | None,
) -> Landed:
    whole = path.stat().st_size
    sha256, bytes_ = digest_of(path, lambda done: _progress(path, "hash", done, whole))
    end_us = start_us + max(found.duration_us, 1)
    if end_us > clock.now_us():
        raise BadInput("import_future", field=path.name, end=clock.format_us(end_us))
    with desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.FOOTAGE_IMPORT)
        camera = cameras.find(connection, args.camera, person.sight)
        if imports.known(connection, sha256) is None:
            check_kept(connection, camera.camera_id, camera.code, start_us, end_us, name=path.name)
    brought = Brought(
        camera_id=camera.camera_id,
        camera=camera.code,
        sha256=sha256,
        size=bytes_,
        name=path.name,
        container=found.container,
        start_us=start_us,
        length_us=found.duration_us,
        offset_us=offset_us,
        source=args.source.strip(),
        stated_us=found.stated_us,
    )
    landed = land(
        desk,
        path,
        found,
        brought,
        who=who,
        chunk_seconds=settings.chunk_seconds,
        tell=lambda step, done, all_of: _progress(path, step, done, all_of),
    )
    end_progress()
    _say(desk, path, found, landed, who)
    return landed


def _say(desk: Desk, path: Path, found: Survey, landed: Landed, who: Who) -> None:
    one = landed.made
    state = say("was in already", "sudah ada") if landed.before else _state(one)
    pictures = "-" if landed.before else str(landed.frames)
    span = f"{clock.format_us(one.start_us)}\t{clock.format_us(one.end_us)}"
    print(f"{path.name}\t{one.camera}\t{span}\t{one.chunks}\t{pictures}\t{state}")
    notes = [one.text(language()) for one in found.notes]
    if landed.skipped:
        skipped = amount(landed.skipped, "picture", language())
        notes.append(
            say(
                f"before a keyframe, and in the file alone: {skipped}",
                f"sebelum keyframe, hanya ada di berkas aslinya: {skipped}",
            )
        )
    if landed.damaged:
        notes.append(amount(landed.damaged, "damaged_picture", language()))
    for text in notes:
        print(f"{path.name}: {text}", file=sys.stderr)
    if not landed.before:
        what: dict[str, object] = {
            "camera": one.camera,
            "from": clock.format_us(one.start_us),
            "to": clock.format_us(one.end_us),
            "file": one.sha256,
            "run": one.run,
        }
        with desk.database.transaction() as connection:
            note(connection, who, "import", what)


def _offset(args: argparse.Namespace) -> int | None:
    """The clock's error, that clock minus true time; None where nobody states any."""
    if args.clock_behind is not None:
        return -_length(args.clock_behind)
    return None if args.clock_ahead is None else _length(args.clock_ahead)


def _length(text: str) -> int:
    found = _LENGTH.fullmatch(text.strip())
    if found is None or not text.strip():
        raise BadInput("import_clock", given=text[:40])
    days, hours, minutes, seconds, rest = found.groups(default="0")
    whole = ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1_000_000 + int(rest.ljust(3, "0")) * 1000


def _clock(one: Import) -> str:
    if one.offset_us is None:
        return say("not compared", "tidak dicocokkan")
    if not one.offset_us:
        return say("stated as right", "dinyatakan tepat")
    shown = far(one.offset_us, language())
    if one.offset_us < 0:
        return say(f"{shown} behind, as stated", f"tertinggal {shown}, menurut pernyataan")
    return say(f"{shown} ahead, as stated", f"mendahului {shown}, menurut pernyataan")


def _state(one: Import) -> str:
    if one.gone_us is not None:
        return say("deleted", "dihapus")
    if one.state == "arriving":
        return say("not finished", "belum selesai")
    kept = say("file alone", "berkas saja") if one.run_no is None else say("footage", "rekaman")
    if one.stated_us is None or one.reached_us is None:
        return kept
    reached, stated = far(one.reached_us, language()), far(one.stated_us, language())
    return kept + say(
        f", the file ends at {reached} of {stated}", f", berkas berakhir di {reached} dari {stated}"
    )


def _progress(path: Path, step: str, done: int, whole: int) -> None:
    share = min(100, 100 * done // whole) if whole else 100
    progress(f"{path.name}: {say(*_STEPS[step])} {share} %")
