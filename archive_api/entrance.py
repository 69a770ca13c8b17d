"""The session that a log-in begins, its cookies, and the record of one refused, however people prove themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from fastapi import Request, Response

from archive_api import cookies, rates
from archive_api.context import Context
from archive_api.security import COOKIE, DEVICE
from saksi import clock
from saksi.catalogue import attempts, audit, people
from saksi.catalogue.attempts import Attempt
from saksi.catalogue.database import Connection
from saksi.catalogue.people import Person

_DEVICE_S = 180 * 86_400


def begin(
    here: Context,
    connection: Connection,
    request: Request,
    response: Response,
    person: Person,
    attempt: Attempt,
    *,
    second_factor: bool,
    told: Mapping[str, object],
) -> tuple[str, str]:
    """A new session of the person, its audit row with what is `told`, and its cookies on `response`.

    Answers its token and when it ends (RFC 3339).
    """
    address = address_of(request)
    life = timedelta(hours=here.settings.session_hours)
    device = attempts.succeeded(connection, attempt, person.person_id, cookies.read(request, DEVICE))
    token = people.start_session(
        connection,
        person.person_id,
        life,
        address=address,
        user_agent=request.headers.get("user-agent", ""),
        second_factor=second_factor,
    )
    audit.record(
        connection, person=person.name, role=person.role, address=address, action="log in", object=told
    )
    for name, value, seconds in ((COOKIE, token, int(life.total_seconds())), (DEVICE, device, _DEVICE_S)):
        cookies.put(request, response, name, value, seconds)
    return token, clock.format_us(clock.now_us() + int(life.total_seconds()) * 1_000_000)


def refuse(
    request: Request,
    here: Context,
    name: str,
    told: Mapping[str, object],
    *,
    looked_at: bool = False,
    cheap: bool = False,
) -> None:
    """Puts on record that a log-in was refused; it stays counted where a password or code was `looked_at`.

    Of those that are `cheap`, which anybody can cause at any speed, 30 a minute from one address are on record: the
    trail keeps everything for ever, and must not be filled from outside.
    """
    address = address_of(request)
    if looked_at:
        attempts.failed()
    if cheap and not rates.of_request(request).few(address):
        return
    with here.database.transaction() as connection:
        audit.record(
            connection, person=name, role="", address=address, action="log in", object=told, result="failed"
        )


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""
