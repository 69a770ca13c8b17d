"""The work of `saksi export`: the same job as the API's, watched from here.

When no worker takes the job up within a few seconds, this process builds it itself.
"""

from __future__ import annotations

import argparse
import getpass
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from cli.language import language, say
from cli.officer import officer
from cli.opened import resolved
from saksi import clock, durable
from saksi.access import Permission
from saksi.catalogue import cases, custody, exports
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.exports import Export
from saksi.catalogue.people import Person
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.trust import read_trust
from saksi.custody.verifier.words import as_text
from saksi.desk import Desk
from saksi.errors import BadInput, Conflict
from saksi.export import warnings
from saksi.export.job import run_next
from saksi.export.plan import kept
from saksi.export.request import request
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "out_exists",
    en=("{path} exists already.", "Give --out another name, or move that file away."),
    id_=("{path} sudah ada.", "Beri nama lain pada --out, atau pindahkan berkas itu."),
)
register(
    "export_failed",
    en=("The package could not be built: {why}", "Run `saksi ledger verify`; the job keeps what happened."),
    id_=(
        "Paket tidak dapat dibuat: {why}",
        "Jalankan `saksi ledger verify`; catatannya ada pada pekerjaan itu.",
    ),
)

register(
    "split_unusable",
    en=(
        "--split {given} is not a size for volumes of this package.",
        "Give at least {least} bytes; more than {most} volumes are not made. FAT32 takes 4000000000.",
    ),
    id_=(
        "--split {given} bukan ukuran volume untuk paket ini.",
        "Beri sedikitnya {least} bita; lebih dari {most} volume tidak dibuat. FAT32 menerima 4000000000.",
    ),
)
register(
    "out_unusable",
    en=(
        "{path} cannot be written: there is no such folder.",
        "Make the folder first, or give --out another place.",
    ),
    id_=(
        "{path} tidak dapat ditulis: foldernya tidak ada.",
        "Buat foldernya dulu, atau beri --out tempat lain.",
    ),
)

_LEAST_VOLUME = 1_000_000
_MOST_VOLUMES = 999
_LOOK_S = 0.5
_PATIENCE_US = 6_000_000


def export(args: argparse.Namespace) -> int:
    """See `cli.export`. Raises BadInput before anything is asked for when the file is there already."""
    for path in (args.out, _volume(args.out, 1)):
        if path.exists():
            raise BadInput("out_exists", field="--out", path=path)
    if not args.out.absolute().parent.is_dir():
        raise BadInput("out_unusable", field="--out", path=args.out)
    if args.split is not None and args.split < _LEAST_VOLUME:
        raise _split_unusable(args.split)
    settings = resolved(args.data, store=True)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-cli", max_size=3)
    desk = Desk(database=database, store=ObjectStore.from_settings(settings), settings=settings)
    try:
        signer = desk.signer("office")
        with database.transaction() as connection:
            person, who = _who(connection, args.by)
            case = cases.find(connection, args.case, person)
            asked = request(
                connection,
                signer,
                case,
                who=who,
                exhibits=args.exhibit,
                recipient=args.recipient,
                reason=args.reason,
                letter=args.letter,
                wait_for_witnesses=args.wait_for_witnesses,
                derivatives=args.derivatives,
                only_derivatives=args.only_derivatives,
                imported_files=args.imported_files,
            )
        sealed = _watch(desk, asked)
        assert sealed.size is not None
        if args.split is not None and sealed.size > args.split * _MOST_VOLUMES:
            raise _split_unusable(args.split)
        _fetch(desk.store, sealed, args.out, args.split)
        with database.transaction() as connection:
            what = {**sealed.what(), "sha256": sealed.sha256}
            why = Why(reason=args.reason)
            custody.record(connection, signer, case, "export.download", who=who, what=what, why=why)
        for one in warnings.told(sealed.warnings, language()):
            print(f"! {one['text']}", file=sys.stderr)
        trust = _trust(desk, sealed, args.out)
        if args.split is None:
            _warn(args.out, trust)
    finally:
        database.close()
    print(f"{sealed.sha256}  {args.out}")
    if args.split is not None:
        print(
            say(
                f"Join the volumes first: cat {args.out}.[0-9]* > {args.out}   (Windows: copy /b)",
                f"Gabungkan volumenya dulu: cat {args.out}.[0-9]* > {args.out}   (Windows: copy /b)",
            ),
            file=sys.stderr,
        )
    print(
        say(
            f"Check it anywhere: saksi verify {args.out} --trust {trust}",
            f"Periksa di mana saja: saksi verify {args.out} --trust {trust}",
        ),
        file=sys.stderr,
    )
    return 0


def _who(connection: Connection, by: str | None) -> tuple[Person | None, Who]:
    """The officer named, who sees their own cases; else whoever is at this machine, who sees all."""
    if by is None:
        return None, Who(name=getpass.getuser(), auth="command line")
    return officer(connection, by, Permission.EXPORT_WRITE)


def _warn(out: Path, trust: Path) -> None:
    """Checks what was written as its recipient will, and says what will not hold before them."""
    report = verify_package(str(out), read_trust(str(trust)))
    if report.exit:
        print(say("Before you hand it over:", "Sebelum diserahkan:"), file=sys.stderr)
        print(as_text(report.told(), language()), file=sys.stderr)


def _split_unusable(given: int) -> BadInput:
    return BadInput("split_unusable", field="--split", given=given, least=_LEAST_VOLUME, most=_MOST_VOLUMES)


def _watch(desk: Desk, asked: Export) -> Export:
    """The export when it is sealed. Raises Conflict when it cannot be built."""
    since_us, told = clock.monotonic_us(), False
    while True:
        with desk.database.transaction() as connection:
            now = exports.find(connection, asked.export_id)
        _show(now)
        if now.state == "sealed":
            return now
        if now.state == "failed":
            raise Conflict("export_failed", why=now.last_error)
        waits = now.stage == "witnesses"
        if waits and not told:
            told = True
            print(_waiting(now), file=sys.stderr)
        if (waits or now.state == "queued") and clock.monotonic_us() - since_us > _PATIENCE_US:
            run_next(desk)
            since_us = clock.monotonic_us()
        else:
            time.sleep(_LOOK_S)


def _waiting(now: Export) -> str:
    return say(
        "Waiting for the witnesses of the policy. Ctrl-C ends only the watching; a worker builds the package, and it"
        f" is fetched at /api/v1/exports/{now.export_id}/package.",
        "Menunggu saksi luar menurut kebijakan. Ctrl-C hanya menghentikan pantauan; pekerja menyusun paketnya, dan"
        f" paket diambil di /api/v1/exports/{now.export_id}/package.",
    )


def _show(now: Export) -> None:
    if sys.stderr.isatty():
        print(
            f"\r\033[K{now.package} {now.state} {now.progress:4.0%} {now.stage[-60:]}",
            end="",
            file=sys.stderr,
        )
        if now.state in ("sealed", "failed"):
            print(file=sys.stderr)


def _fetch(store: ObjectStore, sealed: Export, out: Path, split: int | None) -> None:
    """Writes the package beside its name and renames when it is whole and its hash is right."""
    digest = hashlib.sha256()
    assert sealed.size is not None
    pieces = store.stream(sealed.key, 0, sealed.size)
    volumes = _volumes(pieces, split) if split else iter([pieces])
    written: list[tuple[Path, Path]] = []
    for number, volume in enumerate(volumes, 1):
        final = _volume(out, number) if split else out
        fresh = final.with_name(f".{final.name}.part")
        with fresh.open("wb") as file:
            for piece in volume:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        written.append((fresh, final))
    if digest.hexdigest() != sealed.sha256:
        for fresh, _ in written:
            fresh.unlink()
        raise Conflict("export_failed", why=f"SHA-256 {digest.hexdigest()} is not {sealed.sha256}")
    for fresh, final in written:
        durable.rename(fresh, final)


def _volumes(pieces: Iterator[bytes], most: int) -> Iterator[Iterator[bytes]]:
    """The stream in volumes of `most` bytes, each to be read to its end before the next."""
    held = b""
    ended = False

    def volume() -> Iterator[bytes]:
        nonlocal held, ended
        left = most
        while left:
            piece = held or next(pieces, b"")
            if not piece:
                ended = True
                return
            yield piece[:left]
            held = piece[left:]
            left -= min(left, len(piece))
        if not held:
            held = next(pieces, b"")
            ended = not held

    while not ended:
        yield volume()


def _volume(out: Path, number: int) -> Path:
    return out.with_name(f"{out.name}.{number:03d}")


def _trust(desk: Desk, sealed: Export, out: Path) -> Path:
    """The log's key as a file beside the package, for whoever gets it by another way than the package.

    By the policy of whoever built it: this shell may lack the settings that name the witnesses.
    """
    path = out.with_name(f"{out.name}.{say('trust', 'kunci')}.txt")
    plan = kept(desk.store, sealed.plan_key)
    assert plan is not None, "a sealed export has its plan"
    durable.write(path, plan.meta["meta/policy.txt"], mode=0o644)
    return path
