"""Copies wait for footage of their span that is still at a site: one that left it out would look whole."""

from __future__ import annotations

import logging

from saksi import clock
from saksi.catalogue import derivatives, fetching
from saksi.catalogue.database import Connection
from saksi.catalogue.derivatives import Derivative
from saksi.errors import Conflict
from saksi.messages import register

register(
    "redaction_awaits",
    en=(
        "{n} chunks of the span are still on the recorder {recorders} and are asked for.",
        "The copy is made when they have arrived; `saksi fetch --list` shows what is missing.",
    ),
    id_=(
        "{n} potongan dari rentang itu masih ada di perekam {recorders} dan sudah diminta.",
        "Salinan dibuat setelah semuanya sampai; `saksi fetch --list` menunjukkan yang kurang.",
    ),
)
register(
    "redaction_late",
    en=(
        "{n} chunks of the span have not arrived from the recorder {recorders} in {days} days.",
        "See to its uplink and ask again, or choose a span without them.",
    ),
    id_=(
        "{n} potongan dari rentang itu belum sampai dari perekam {recorders} dalam {days} hari.",
        "Periksa jalur unggahnya dan minta lagi, atau pilih rentang tanpa potongan itu.",
    ),
)

log = logging.getLogger("saksi.export.awaited")

_AWAIT_S = 30.0
_AWAIT_DAYS = 14  # as long as a request for footage holds


class Awaited(Conflict):
    """Footage of the span is still on its way."""


def check(connection: Connection, one: Derivative) -> None:
    """Raises Awaited while footage of the span has not arrived, and Conflict after two weeks."""
    coming = fetching.coming(connection, one.camera_id, one.from_us, one.to_us)
    if not coming.chunks:
        return
    values = {"n": coming.chunks, "recorders": ", ".join(coming.recorders)}
    if clock.now_us() - one.asked_us > _AWAIT_DAYS * 86_400_000_000:
        raise Conflict("redaction_late", field="from", days=_AWAIT_DAYS, **values)
    raise Awaited("redaction_awaits", field="from", **values)


def wait(connection: Connection, one: Derivative, why: str) -> None:
    """Has the footage sent before all else, and the copy tried again: that is no try that failed."""
    if not one.last_error:
        # The hold of an exhibit has its footage asked for; one that was lifted since has not.
        reason = f"{one.case}, derivative {one.number}"
        fetching.ask(connection, one.camera_id, one.from_us, one.to_us, person=one.who.name, reason=reason)
    derivatives.wait(connection, one, why, _AWAIT_S)
    log.info("redaction %s waits: %s", one.derivative_id, why)
