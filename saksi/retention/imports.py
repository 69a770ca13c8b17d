"""How imports and retention meet: what is too old to be kept is not brought in unheld, and a file that was brought goes
with the last of its footage, never before.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence

from saksi import clock
from saksi.amounts import length
from saksi.catalogue import authors, holds, imports, keys
from saksi.catalogue.database import Connection, query
from saksi.catalogue.timeline import subtract, unite
from saksi.desk import Desk
from saksi.errors import BadInput
from saksi.messages import Phrase, register
from saksi.objects.erase import NotErased, erase, left

log = logging.getLogger("saksi.retention")

register(
    "import_expired",
    en=(
        "Camera {camera} keeps footage for {keep}; what is in {field} ends before that and would be purged at once.",
        "Place a hold first, with your reason and name:"
        " saksi hold place --camera {camera} --from {start} --to {end} --reason '…' --by '…'",
    ),
    id_=(
        "Kamera {camera} menyimpan rekaman {keep}; isi {field} lebih lama dari itu dan akan langsung dimusnahkan.",
        "Tahan dulu, dengan alasan dan nama Anda:"
        " saksi hold place --camera {camera} --from {start} --to {end} --reason '…' --by '…'",
    ),
)

_FILES = 100


class _Length(Phrase):
    def text(self, language: str) -> str:
        us = self.values["us"]
        assert isinstance(us, int)
        return length(us, language)


def check_kept(
    connection: Connection, camera_id: int, camera: str, from_us: int, to_us: int, *, name: str
) -> None:
    """Raises BadInput when the camera's policy would purge footage of this span and no hold keeps it."""
    now = clock.now()
    values = {"camera_id": camera_id, "at": now}
    row = connection.execute(query("imports.keeping"), values).fetchone()
    if row is None:
        return
    due_us = clock.to_us(now) - row["keep_us"]
    old = [(from_us, min(to_us, due_us))] if from_us < due_us else []
    held = unite((one.from_us, one.to_us) for one in holds.covering(connection, camera_id, from_us, to_us))
    if subtract(old, held):
        raise BadInput(
            "import_expired",
            field=name,
            camera=camera,
            keep=_Length("length", {"us": row["keep_us"]}),
            start=clock.format_us(from_us),
            end=clock.format_us(to_us),
        )


def erase_spent(desk: Desk) -> int:
    """Erases files of which no footage is left and tells the log; answers how many. Raises Unavailable.

    A file with a part that is held, or not purged yet, stays whole: it cannot be cut without being another.
    """
    with desk.database.transaction() as connection:
        rows = connection.execute(query("imports.spent"), {"now": clock.now(), "limit": _FILES}).fetchall()
    names = [keys.import_key(row["sha256"].hex()) for row in rows]
    if not names:
        return 0
    with contextlib.suppress(NotErased):  # what a lock still guards is asked for again
        erase(desk.store, names)
    gone = set(names) - _still(desk, names)
    done = 0
    for row, name in zip(rows, names, strict=True):
        if name not in gone:
            log.warning("%s is erased and still there; it is tried again", name)
            continue
        with desk.database.transaction() as connection:
            office = authors.office(connection, desk.settings.keys_folder)
            imports.erased(connection, office, row)
        done += 1
    return done


def _still(desk: Desk, names: Sequence[str]) -> set[str]:
    wanted = set(names)
    return {key for key in left(desk.store, keys.IMPORTS, min(names), max(names)) if key in wanted}
