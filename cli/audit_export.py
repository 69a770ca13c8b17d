"""`saksi audit export`: the rows of a span with what proves them, in one file."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys

from cli.audit_actions import wanted_rows
from cli.language import say
from cli.officer import note_unnamed
from cli.opened import resolved
from saksi.catalogue import audit_log
from saksi.catalogue.database import Database
from saksi.catalogue.office import Office
from saksi.custody.signing import Signer
from saksi.errors import BadInput
from saksi.export import trail
from saksi.ledger import identity, sequencer
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "audit_out_unusable",
    en=("{path} cannot be made: {why}.", "Give --out a new name in a folder that is there."),
    id_=("{path} tidak dapat dibuat: {why}.", "Beri --out nama baru di folder yang ada."),
)


def export(args: argparse.Namespace) -> int:
    """Has the newest rows sealed and a checkpoint made, so that the export reaches up to now; then writes it."""
    wanted = wanted_rows(args)
    from_us, to_us = wanted.done_us
    assert from_us is not None
    assert to_us is not None
    trail.check_span(from_us, to_us)
    settings = resolved(args.data, store=True)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-cli", max_size=2)
    with contextlib.closing(database):
        signer = Office(settings.keys_folder).signer(database)
        asked = trail.Asked(
            wanted=wanted, sight=None, by=f"{getpass.getuser()}@localhost", reason=args.reason
        )
        with database.transaction() as connection:
            note_unnamed(connection, "export audit", asked.told())
        audit_log.seal(database, signer)
        with database.transaction() as connection:
            log = identity.log_key(connection, settings)
        sequencer.checkpoint_now(database, ObjectStore.from_settings(settings), log)
        with database.transaction() as connection:
            policy = identity.policy(connection, settings)
            ready = trail.ready(connection, asked, signer, policy, settings)
        _write(args, database, ready, signer)
    print(args.out)
    said = say(f"Check it with: saksi verify {args.out}", f"Periksa dengan: saksi verify {args.out}")
    print(said, file=sys.stderr)
    return 0


def _write(args: argparse.Namespace, database: Database, ready: trail.Trail, signer: Signer) -> None:
    """A new file that only its owner reads; one that was not finished is taken away."""
    try:
        descriptor = os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput("audit_out_unusable", field="--out", path=args.out, why=error.strerror) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in trail.pieces(database, ready, signer):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        args.out.unlink(missing_ok=True)
        raise
