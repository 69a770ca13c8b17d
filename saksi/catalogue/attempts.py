"""Attempts to log in, counted before the password is looked at: many at once are no more than the limits allow.

Each counts against the account from that address, against the address, and against the account from everywhere; one
from a device that has logged in to the account before counts against that device alone. So guessing from afar never
shuts out who has been in before, and who is elsewhere is slowed down only when the whole world guesses.

| counted | freely | then |
|---|---|---|
| account and device that is known | 10 | each waits twice as long, 2 s to 15 min |
| account and address | 5 | the same |
| address, any account | 20 | the same |
| account, unknown devices anywhere | 50 | one every 10 s |
| codes of an account's second factor, unknown devices | 10 | each waits twice as long, 2 s to 15 min |

Attempts are forgotten an hour after the last, those of the account from an address or device when one succeeds; of an
address that one alone is taken back. Its measure are
OWASP's Authentication Cheat Sheet (lockout, known devices) and NIST SP 800-63B-4 section 3.2.2 (at most 100 in a row).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from prometheus_client import Counter

from saksi.catalogue.database import Connection, query

# attempts that are free, the longest wait in seconds, and whether waits grow
_DEVICE = (10, 900, True)
_PAIR = (5, 900, True)
_ADDRESS = (20, 900, True)
_ACCOUNT = (50, 10, False)
_CODE = (10, 900, True)  # whoever tries codes knows the password; three of a million codes are good at a time

_OF_ACCOUNT = ("device", "pair", "code")  # what one success proves right
_OF_ADDRESS = ("address", "provider")

_attempts = Counter("saksi_log_in_attempts_total", "Attempts to log in.", ["outcome"])


@dataclass(frozen=True)
class Attempt:
    """One that may look at the password: the counters it took, and which of them a success clears."""

    keys: tuple[str, ...]
    clears: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether it comes from a device that has logged in to the account before."""
        return self.keys[0].startswith("device:")


def begin(connection: Connection, name: str, address: str, device: str | None) -> Attempt | None:
    """Counts an attempt; None, with nothing counted, when one of its counters has it wait."""
    account, place = _digest(name), _digest(address)
    digest = None if device is None else hashlib.sha256(device.encode()).digest()
    known = digest is not None and _known(connection, name, digest)
    if known:
        limits = {f"device:{account}:{_digest(device or '')}": _DEVICE}
    else:
        limits = {
            f"pair:{account}:{place}": _PAIR,
            f"address:{place}": _ADDRESS,
            f"account:{account}": _ACCOUNT,
        }
    return _take(connection, limits)


def begin_code(connection: Connection, attempt: Attempt, name: str) -> Attempt | None:
    """Counts a code of the second factor, given with the right password in `attempt`; None when it has to wait."""
    if attempt.known:
        return attempt
    taken = _take(connection, {f"code:{_digest(name)}": _CODE})
    return None if taken is None else Attempt(attempt.keys + taken.keys, attempt.clears + taken.clears)


def begin_elsewhere(connection: Connection, address: str) -> Attempt | None:
    """Counts a log-in that the provider has to answer, whose name is not known yet; None when it has to wait."""
    return _take(connection, {f"provider:{_digest(address)}": _ADDRESS})


def _take(connection: Connection, limits: dict[str, tuple[int, int, bool]]) -> Attempt | None:
    keys = sorted(limits)
    values = {
        "keys": keys,
        "free": [limits[key][0] for key in keys],
        "most_s": [limits[key][1] for key in keys],
        "grows": [limits[key][2] for key in keys],
    }
    taken = connection.execute(query("attempts.take"), values).fetchall()
    if len(taken) < len(keys):
        connection.rollback()
        _attempts.labels("held back").inc()
        return None
    return Attempt(tuple(keys), tuple(key for key in keys if key.partition(":")[0] in _OF_ACCOUNT))


def failed() -> None:
    """The attempt that was counted did not succeed: it stays counted."""
    _attempts.labels("failed").inc()


def succeeded(connection: Connection, attempt: Attempt, person_id: int, device: str | None) -> str:
    """Clears what the attempt counted and answers the token of the device, known from now on."""
    _attempts.labels("succeeded").inc()
    passed(connection, attempt)
    token = device or secrets.token_urlsafe(32)
    values = {"device": hashlib.sha256(token.encode()).digest(), "person_id": person_id}
    connection.execute(query("attempts.remember_device"), values)
    return token


def passed(connection: Connection, attempt: Attempt) -> None:
    """Clears what an attempt counted that proved right, and began no session."""
    connection.execute(query("attempts.clear"), {"keys": list(attempt.clears)})
    give_back(connection, attempt)


def give_back(connection: Connection, attempt: Attempt) -> None:
    """Takes back from the address the one attempt that proved right, and no others.

    Else whoever has an account could wipe out their guesses at others with it.
    """
    keys = [key for key in attempt.keys if key.partition(":")[0] in _OF_ADDRESS]
    connection.execute(query("attempts.give_back"), {"keys": keys, "free": _ADDRESS[0]})


def unlock(connection: Connection, name: str) -> None:
    """Forgets the attempts at an account, from everywhere."""
    connection.execute(query("attempts.unlock"), {"account": _digest(name)})


def forget(connection: Connection) -> None:
    """Takes away counters that count nothing any more, and devices that were not seen for half a year."""
    connection.execute(query("attempts.forget"))


def _known(connection: Connection, name: str, device: bytes) -> bool:
    row = connection.execute(query("attempts.device_known"), {"name": name, "device": device}).fetchone()
    return bool(row and row["known"])


def _digest(text: str) -> str:
    """Short and of one length, whatever was typed."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]
