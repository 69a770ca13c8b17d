"""What the world outside the catalogue has seen of the log, and that the catalogue still continues it.

The object store's checkpoint is the newest that was ever shown. A catalogue that is behind it, or differs from it, was
restored from a backup or rewritten: signing on would make two logs of one.
"""

from __future__ import annotations

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.strict import Malformed
from saksi.errors import Conflict, IntegrityError, NotFound
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "ledger_rolled_back",
    en=(
        "The object store has a checkpoint of the log at size {outside}, the catalogue ends at {size}: not signed.",
        "The catalogue was restored from an older backup. Restore a newer one; the entries it lacks are in the store "
        "under ledger/tile/entries.",
    ),
    id_=(
        "Penyimpanan memuat titik periksa log berukuran {outside}, katalog berhenti di {size}: tidak ada yang "
        "ditandatangani.",
        "Katalog dipulihkan dari cadangan lama. Pulihkan yang lebih baru; entri yang kurang ada di penyimpanan pada "
        "ledger/tile/entries.",
    ),
)
register(
    "ledger_forked",
    en=(
        "The log in the object store and the catalogue's differ at size {size}: nothing is signed.",
        "One of them was rewritten. Keep both as they are, and run: saksi ledger verify",
    ),
    id_=(
        "Log di penyimpanan dan di katalog berbeda pada ukuran {size}: tidak ada yang ditandatangani.",
        "Salah satunya ditulis ulang. Jangan ubah keduanya, lalu jalankan: saksi ledger verify",
    ),
)
register(
    "ledger_checkpoint_foreign",
    en=(
        "The checkpoint in the object store is not one of our log ({why}): nothing is signed.",
        "Someone wrote ledger/checkpoint. Find out who; its older versions or a witness have the right one.",
    ),
    id_=(
        "Titik periksa di penyimpanan bukan milik log kita ({why}): tidak ada yang ditandatangani.",
        "Ada yang menulis ledger/checkpoint. Cari tahu siapa; saksi luar menyimpan yang benar.",
    ),
)
register(
    "ledger_origin_changed",
    en=(
        "The log is named {origin}, its checkpoints carry {found}: nothing is signed.",
        "Set SAKSI_LEDGER_ORIGIN={found}; the name of a log never changes.",
    ),
    id_=(
        "Log bernama {origin}, titik periksanya memuat {found}: tidak ada yang ditandatangani.",
        "Atur SAKSI_LEDGER_ORIGIN={found}; nama log tidak pernah berubah.",
    ),
)

CHECKPOINT = ledger_key("checkpoint")


def seen(store: ObjectStore) -> Note | None:
    """The note in the store; None when it has none.

    Raises IntegrityError when something else stands there, Unavailable when the store does not answer.
    """
    try:
        return Note.parse(store.get(CHECKPOINT))
    except NotFound:
        return None
    except Malformed as error:
        raise IntegrityError("ledger_checkpoint_foreign", why=error) from error


def hold_to(connection: Connection, log: LogKey, outside: Note | None) -> Checkpoint | None:
    """Answers the store's checkpoint when the catalogue continues it (None: there is none).

    Raises IntegrityError when it does not, or when that checkpoint is not ours; Conflict when the log had another name.
    """
    newest = ledger_tree.newest(connection)
    if newest is not None:
        found = Checkpoint.parse(Note.parse(newest.note).text).origin
        if found != log.origin:
            raise Conflict("ledger_origin_changed", origin=log.origin, found=found)
    if outside is None:
        return None
    at = _ours(connection, log, outside)
    size = newest.size if newest else 0
    if at.size > size:
        raise IntegrityError("ledger_rolled_back", outside=at.size, size=size)
    try:
        same = ledger_tree.tree(connection, at.size).root() == at.root
    except Malformed:
        same = False
    if not same:
        raise IntegrityError("ledger_forked", size=at.size)
    return at


def _ours(connection: Connection, log: LogKey, note: Note) -> Checkpoint:
    keys = {key.public: key for key in [log.verifier, *ledger_tree.log_keys(connection, log.origin)]}
    try:
        at = Checkpoint.parse(note.text)
        signed = any(note.signed_by(key) is not None for key in keys.values())
    except Malformed as error:
        raise IntegrityError("ledger_checkpoint_foreign", why=error) from error
    if not signed or at.origin != log.origin:
        raise IntegrityError("ledger_checkpoint_foreign", why=f"{at.origin}, not signed by us")
    return at
