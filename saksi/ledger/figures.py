"""How the log stands, in numbers for monitoring: read from the catalogue when asked."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import Gauge

from saksi import clock
from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, query
from saksi.ledger import copies

_size = Gauge("saksi_ledger_size", "Entries under the newest published checkpoint.")
_pending = Gauge("saksi_ledger_pending", "Entries that no published checkpoint covers yet.")
_age = Gauge("saksi_ledger_checkpoint_age_seconds", "Age of the newest published checkpoint; -1: none yet.")
_cosigned = Gauge(
    "saksi_ledger_cosigned_age_seconds", "Age of the newest one that a witness signed; -1: none yet."
)
_worm = Gauge("saksi_ledger_worm", "Whether the last WORM canary passed: 1, 0, or -1 when there was none.")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Sizes in entries, ages in microseconds (-1: none), `worm` as the last canary left it (None: none)."""

    size: int
    pending: int
    age_us: int
    cosigned_age_us: int
    worm: bool | None


def figures(connection: Connection) -> Figures:
    """How the log stands now."""
    newest, cosigned = ledger_tree.newest_published(connection), ledger_tree.newest_cosigned(connection)
    row = connection.execute(query("tree.last_pending")).fetchone()
    assert row is not None
    size, now_us = newest.size if newest else 0, clock.now_us()
    sung = copies.last_sung(connection)
    return Figures(
        size=size,
        pending=row["pending"] + ledger_tree.placed(connection) - size,
        age_us=now_us - newest.made_us if newest else -1,
        cosigned_age_us=now_us - cosigned.made_us if cosigned else -1,
        worm=None if sung is None else sung.passed,
    )


def show(now: Figures) -> None:
    """Sets the gauges."""
    _size.set(now.size)
    _pending.set(now.pending)
    _age.set(_seconds(now.age_us))
    _cosigned.set(_seconds(now.cosigned_age_us))
    _worm.set(-1 if now.worm is None else int(now.worm))


def _seconds(age_us: int) -> float:
    return -1 if age_us < 0 else age_us / 1e6
