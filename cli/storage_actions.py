"""What `saksi storage` does."""

from __future__ import annotations

import argparse
import contextlib
import secrets
import shutil
from pathlib import Path

from pydantic import SecretStr

from cli.language import language, say
from saksi.embedded import vacuum as vacuuming
from saksi.embedded.running import running_endpoints
from saksi.errors import NotFound, Unavailable
from saksi.messages import words
from saksi.objects.conformance import check as conformance
from saksi.objects.conformance import check_lock
from saksi.objects.erase import erase
from saksi.objects.locked import LockedStore
from saksi.objects.store import ObjectStore, address_and_keys
from saksi.objects.versions import under
from saksi.settings import Settings, settings


def check(args: argparse.Namespace) -> int:
    """One line a check. 0 when all that the store offers holds, else 1; what it does not offer is told."""
    chosen = _named(args)
    name = f"{chosen.bucket}-check-{secrets.token_hex(4)}"
    plain = ObjectStore(*address_and_keys(chosen), name)
    locked = LockedStore(*address_and_keys(chosen), f"{name}-lock")
    bad = False
    try:
        plain.ensure_bucket(name)
        for finding in (*conformance(plain), *check_lock(locked, name)):
            verdict = say("pass", "lulus") if finding.holds else say("FAIL", "GAGAL")
            if not finding.offered:
                verdict = say("not offered", "tidak tersedia")
            what, _ = words(finding.code, language(), {})
            print(f"{verdict}\t{what}" + (f"\t{finding.seen}" if finding.seen else ""))
            bad |= finding.offered and not finding.holds
    finally:
        for store in (plain, locked):
            _remove(store)
            store.close()
    return int(bad)


def vacuum(args: argparse.Namespace) -> int:
    """Vacuums and prints what the store took on the disk before and after, in megabytes."""
    data: Path = settings().data if args.data is None else args.data
    freed = vacuuming.vacuum(data, garbage=args.garbage)
    before, after = (f"{size / 1e6:.1f}" for size in (freed.before, freed.after))
    free = f"{shutil.disk_usage(data).free / 1e6:.0f}"
    print(
        say(
            f"{before} MB before, {after} MB after; {free} MB free on the disk",
            f"{before} MB sebelum, {after} MB sesudah; {free} MB bebas di disk",
        )
    )
    kept = vacuuming.words(vacuuming.left(data, args.garbage), args.garbage, language())
    if kept:
        print(kept)
    return 0


def _named(args: argparse.Namespace) -> Settings:
    """The settings with the store that is meant: the one given, else theirs, else that of a running `saksi up`."""
    chosen = settings() if args.data is None else settings().model_copy(update={"data": args.data})
    if args.url is not None:
        return chosen.model_copy(update={"s3_url": args.url})
    if chosen.s3_url is not None:
        return chosen
    found = running_endpoints(chosen.data)
    keys = {"s3_access_key": SecretStr(found.s3_access_key), "s3_secret_key": SecretStr(found.s3_secret_key)}
    return chosen.model_copy(update={"s3_url": found.s3_url or None, **keys})


def _remove(store: ObjectStore) -> None:
    """What there is of the bucket; a store that never made it has nothing to remove."""
    with contextlib.suppress(NotFound, Unavailable):
        erase(store, [entry.key for entry in under(store, "")])
        store.ask("remove_bucket", "DELETE")
