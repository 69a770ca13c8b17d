"""Which log this installation keeps, and the policy by which others check it."""

from __future__ import annotations

from saksi import keys
from saksi.catalogue import installation, ledger_tree
from saksi.catalogue.database import Connection
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.notes import check_name
from saksi.custody.policy import Log, Policy
from saksi.custody.strict import Malformed
from saksi.errors import BadInput
from saksi.ledger.witness_policy import witnesses_of
from saksi.messages import register
from saksi.settings import Settings

register(
    "ledger_origin_bad",
    en=("{field} is no name for a log: {given}.", "Use something like arsip.polresta.example/log."),
    id_=("{field} bukan nama log: {given}.", "Gunakan misalnya arsip.polresta.example/log."),
)


def origin_of(connection: Connection, settings: Settings) -> str:
    """The name of the log. Raises BadInput for one that cannot stand in a signature line."""
    name = settings.ledger_origin or f"saksi/{installation.identity(connection)}"
    try:
        return check_name(name)
    except Malformed as error:
        raise BadInput("ledger_origin_bad", field="SAKSI_LEDGER_ORIGIN", given=name[:80]) from error


def log_key(connection: Connection, settings: Settings) -> LogKey:
    """Name and private key of the log; the key file is made when there is none. Raises BadInput."""
    return LogKey(origin=origin_of(connection, settings), signer=keys.signer(settings.keys_folder, "log"))


def policy(connection: Connection, settings: Settings) -> Policy:
    """What to hand out as `--trust`: every key of our log that ever signed, the witnesses and the quorum asked for.

    Raises BadInput when the policy file of the witnesses cannot be used.
    """
    origin = origin_of(connection, settings)
    known = witnesses_of(settings.ledger_witnesses)
    return Policy(
        logs=tuple(Log(key=key) for key in ledger_tree.log_keys(connection, origin)),
        witnesses=known.witnesses,
        groups=known.groups,
        quorum=known.quorum,
    )
