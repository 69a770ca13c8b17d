"""How people reach the API: over the network with nothing in front that ends TLS, as far as sessions tell."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from saksi.catalogue.database import Database, query
from saksi.doctor.finding import Finding, finding
from saksi.settings import Settings


def check_reach(settings: Settings, database: Database) -> Iterator[Finding]:
    """Sessions of the last seven days that began elsewhere, where no proxy is trusted.

    Without one the address of a session is the other end of its connection, and that connection is plain http.
    """
    if settings.proxies:
        yield finding("reach", "ok", "reach_proxied", proxies=", ".join(settings.proxies))
        return
    with database.transaction() as connection:
        rows = connection.execute(query("people.begun_at")).fetchall()
    elsewhere = [(row["address"], row["sessions"]) for row in rows if not _here(row["address"])]
    if elsewhere:
        count = sum(sessions for _, sessions in elsewhere)
        yield finding("reach", "warning", "reach_plain", count=count, address=elsewhere[0][0])
    else:
        yield finding("reach", "ok", "reach_here")


def _here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True  # a test's or a socket's: no network
