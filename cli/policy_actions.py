"""What `saksi policy` does."""

from __future__ import annotations

import argparse

from cli.language import say
from cli.officer import officer, opened_desk
from cli.opened import opened_database
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras
from saksi.catalogue.database import Connection
from saksi.catalogue.people import Person
from saksi.errors import Conflict
from saksi.retention import policy_change, policy_listing, policy_setting
from saksi.retention.policies import BEGINNING_US, Policy
from saksi.retention.policy_change import Change
from saksi.retention.policy_lengths import days_of
from saksi.retention.policy_preview import Preview


def show_all(args: argparse.Namespace) -> int:
    """One line a version: id, standing, scope, subject, days or limits, from when, legal basis."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = policy_listing.listed(connection, None, history=args.history, limit=100_000)
    for one in found:
        print(f"{one.policy.policy_id}\t{one.standing}\t{_line(one.policy)}\t{one.policy.basis}")
    return 0


def show(args: argparse.Namespace) -> int:
    """How long a camera's footage is kept; then the policy that decides and the limits."""
    with opened_database(args.data) as database, database.transaction() as connection:
        camera = cameras.find(connection, args.camera)
        found = policy_listing.of_camera(connection, camera.camera_id, clock.now_us())
    clamped = say(" (by the limits of its class)", " (menurut batas kelasnya)") if found.clamped else ""
    print(f"{camera.code}\t{days_of(found.counts.keep_us)} {say('days', 'hari')}{clamped}")
    for one in (found.policy, found.limit):
        print(f"{one.policy_id}\t{_line(one)}\t{one.basis}")
    return 0


def preview(args: argparse.Namespace) -> int:
    """One line an agency and camera that would be kept shorter, the sum, and the digest for `set --preview`."""
    with opened_database(args.data) as database, database.transaction() as connection:
        person, _ = officer(connection, args.by, Permission.RETENTION_WRITE)
        shown = policy_setting.preview(connection, person, _change(connection, person, args))
    _print(shown, cameras=True)
    print(f"sha256\t{shown.sha256.hex()}")
    return 0


def put(args: argparse.Namespace) -> int:
    """Prints the id and whether it is accepted or proposed."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_WRITE)
        made, shown = policy_setting.put(
            connection,
            desk.signer,
            person,
            who,
            _change(connection, person, args),
            preview_sha256=_digest(args.preview),
        )
    print(f"{made.policy_id}\t{made.state}")
    if shown.told["limited"]:
        print(
            say("kept by their limits instead", "disimpan menurut batasnya"), *shown.told["limited"], sep="\t"
        )
    return 0


def accept(args: argparse.Namespace) -> int:
    """Prints where it stands, and what it does by now when that is more than was shown."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_APPROVE)
        after = policy_setting.accept(connection, desk.signer, person, who, args.id, person.agency_ids)
    print(f"{after.policy.policy_id}\t{after.policy.state}")
    if after.grew:
        print(say("It reaches more than was shown:", "Jangkauannya melebihi yang ditampilkan:"))
        _print(after.now, cameras=False)
    return 0


def withdraw(args: argparse.Namespace) -> int:
    """Prints where it stands."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_WRITE)
        after = policy_setting.withdraw(connection, desk.signer, person, who, args.id, person.agency_ids)
    print(f"{after.policy_id}\t{after.state}")
    return 0


def _change(connection: Connection, person: Person, args: argparse.Namespace) -> Change:
    names = ("scope", "subject", "days", "inherit", "min_days", "max_days", "basis", "reason", "effective")
    return policy_change.wanted(
        connection, person.agency_ids, **{name: getattr(args, name) for name in names}
    )


def _digest(given: str | None) -> bytes | None:
    try:
        return None if given is None else bytes.fromhex(given)
    except ValueError as error:
        raise Conflict("policy_preview_unknown", field="preview", given=given) from error


def _line(one: Policy) -> str:
    length = say("inherits", "mewarisi") if one.keep_us is None else f"{days_of(one.keep_us)}"
    if one.min_us is not None and one.max_us is not None:
        length = f"{days_of(one.min_us)}–{days_of(one.max_us)}"
    since = "-" if one.effective_us == BEGINNING_US else clock.format_us(one.effective_us)
    return f"{one.scope}\t{one.subject or '-'}\t{length}\t{since}"


def _print(shown: Preview, *, cameras: bool) -> None:
    told = shown.told
    lines = [(line["agency"], line) for line in told["agencies"]] + [(say("all", "semua"), told["total"])]
    if cameras:
        lines = [(f"{line['agency']}/{line['camera']}", line) for line in told["cameras"]] + lines
    words = {
        "cameras": say("cameras", "kamera"),
        "hours": say("camera-hours", "jam-kamera"),
        "chunks": say("chunks", "potongan"),
        "bytes": say("bytes", "bita"),
        "held_hours": say("held hours stay", "jam tertahan tetap"),
    }
    for name, line in lines:
        sums = [f"{line[key]} {word}" for key, word in words.items() if key in line]
        span = "-"
        if "oldest" in line:
            span = f"{clock.format_us(line['oldest'])}/{clock.format_us(line['newest'])}"
        print("\t".join([name, *sums, span]))
