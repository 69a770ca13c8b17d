"""The sites and networks whose cameras a recorder takes first: what makes no sense is said, not recorded past.

A recorder that is to take nothing but the cameras of a site that is spelt wrong runs, and records nothing.
"""

from __future__ import annotations

import logging
import threading

from recorder.backoff import Backoff
from saksi.catalogue import health
from saksi.catalogue.database import Database
from saksi.errors import BadInput, Unavailable
from saksi.messages import register
from saksi.settings import Settings

log = logging.getLogger("saksi.recorder.preferences")

register(
    "recorder_exclusive_of_nothing",
    en=(
        "{field} is on, and neither SAKSI_RECORDER_SITES nor SAKSI_RECORDER_NETWORKS is set: no camera would be taken.",
        "Set the sites or the networks whose cameras this recorder is for, or take {field} away.",
    ),
    id_=(
        "{field} aktif, tetapi SAKSI_RECORDER_SITES dan SAKSI_RECORDER_NETWORKS kosong: tidak ada kamera yang diambil.",
        "Isi situs atau jaringan yang kameranya untuk perekam ini, atau hapus {field}.",
    ),
)


def check(settings: Settings) -> None:
    """Raises BadInput for a recorder that could take no camera, whatever the catalogue holds."""
    if settings.recorder_exclusive and not (settings.preferred_sites or settings.preferred_networks):
        raise BadInput("recorder_exclusive_of_nothing", field="SAKSI_RECORDER_EXCLUSIVE")


def look(database: Database, sites: list[str], stop: threading.Event) -> None:
    """Warns of sites that the catalogue does not know, as soon as it answers or until `stop`."""
    backoff = Backoff()
    while sites and not stop.is_set():
        try:
            with database.transaction() as connection:
                unknown = health.unknown_sites(connection, sites)
        except Unavailable:
            stop.wait(backoff.wait_s())
            continue
        for site in unknown:
            log.warning(
                "SAKSI_RECORDER_SITES names %s, and the catalogue knows no such site: no camera is taken for it",
                site,
            )
        return
