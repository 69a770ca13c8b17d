"""What `saksi policy` does."""

from __future__ import annotations

import argparse
import sys

from cli.language import language, say
from cli.officer import officer, opened_desk
from cli.opened import opened_database
from cli.words import head, word
from saksi import clock
from saksi.access import Permission
from saksi.amounts import amount, length
from saksi.catalogue import cameras
from saksi.catalogue.database import Connection
from saksi.catalogue.people import Person
from saksi.codes import basis
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
    head(
        "id, state, scope, subject, days, effective, basis",
        "id, keadaan, cakupan, subjek, hari, berlaku, dasar hukum",
    )
    for one in found:
        print(
            f"{one.policy.policy_id}\t{word(one.standing)}\t{_line(one.policy)}\t{basis(one.policy.basis, language())}"
        )
    return 0


def show(args: argparse.Namespace) -> int:
    """How long a camera's footage is kept; then the policy that decides and the limits."""
    with opened_database(args.data) as database, database.transaction() as connection:
        camera = cameras.find(connection, args.camera)
        found = policy_listing.of_camera(connection, camera.camera_id, clock.now_us())
    clamped = say(" (by the limits of its class)", " (menurut batas kelasnya)") if found.clamped else ""
    print(f"{camera.code}\t{length(found.counts.keep_us, language())}{clamped}")
    head("id, scope, subject, days, effective, basis", "id, cakupan, subjek, hari, berlaku, dasar hukum")
    for one in (found.policy, found.limit):
        print(f"{one.policy_id}\t{_line(one)}\t{basis(one.basis, language())}")
    return 0


def preview(args: argparse.Namespace) -> int:
    """One line an agency and camera that would be kept shorter, the sum, and the digest for `set --preview`."""
    with opened_database(args.data) as database, database.transaction() as connection:
        person, _ = officer(connection, args.by, Permission.RETENTION_WRITE)
        change = _change(connection, person, args)
        shown = policy_setting.preview(connection, person, change)
        waiting = policy_setting.in_the_way(connection, change)
    _print(shown, cameras=True)
    print(f"sha256\t{shown.sha256.hex()}")
    if waiting is not None:
        en = f"Policy {waiting} of the same subject is proposed: have it accepted or withdrawn before you set this."
        id_ = f"Kebijakan {waiting} untuk subjek yang sama diusulkan: setujui atau tarik sebelum menetapkan ini."
        print(say(en, id_), file=sys.stderr)
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
    print(f"{made.policy_id}\t{word(made.state)}")
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
    made = after.policy
    print(f"{made.policy_id}\t{word(made.state)}\t{word(made.scope)}\t{made.subject or '-'}\t{made.basis}")
    if after.grew:
        print(say("It reaches more than was shown:", "Jangkauannya melebihi yang ditampilkan:"))
        _print(after.now, cameras=False)
    return 0


def withdraw(args: argparse.Namespace) -> int:
    """Prints where it stands."""
    with opened_desk(args.data) as desk, desk.database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_WRITE)
        after = policy_setting.withdraw(connection, desk.signer, person, who, args.id, person.agency_ids)
    print(f"{after.policy_id}\t{word(after.state)}")
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
    kept = say("inherits", "mewarisi") if one.keep_us is None else _days(one.keep_us)
    if one.min_us is not None and one.max_us is not None:
        kept = f"{_days(one.min_us)}–{_days(one.max_us)}"
    since = "-" if one.effective_us == BEGINNING_US else clock.format_us(one.effective_us)
    subject = word(one.subject) if one.scope == "class" else one.subject or "-"
    return f"{word(one.scope)}\t{subject}\t{kept}\t{since}"


def _days(length_us: int) -> str:
    """Days with as much of a fraction as tells them apart."""
    return f"{days_of(length_us):.6g}"


def _print(shown: Preview, *, cameras: bool) -> None:
    told = shown.told
    lines = [(line["agency"], line) for line in told["agencies"]] + [(say("all", "semua"), told["total"])]
    if cameras:
        lines = [(f"{line['agency']}/{line['camera']}", line) for line in told["cameras"]] + lines
    for name, line in lines:
        things = {"cameras": "camera", "hours": "camera_hour", "chunks": "chunk"}
        sums = [amount(line[key], thing, language()) for key, thing in things.items() if key in line]
        held = amount(line["held_hours"], "camera_hour", language())
        sums += [f"{line['bytes']} B", say(f"held, stay: {held}", f"ditahan, tetap ada: {held}")]
        span = "-"
        if "oldest" in line:
            span = f"{clock.format_us(line['oldest'])}/{clock.format_us(line['newest'])}"
        print("\t".join([name, *sums, span]))
