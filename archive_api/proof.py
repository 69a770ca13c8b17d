"""Proving anew that it is oneself, for what a session that was left open must not be enough for."""

from __future__ import annotations

from archive_api.context import Context
from archive_api.gates import Gate
from archive_api.security import Caller
from saksi import passwords
from saksi.catalogue import attempts, identities, people, second_factors
from saksi.errors import Conflict, Denied
from saksi.messages import register

register(
    "password_wrong",
    en=("The present password is wrong, or too many were tried.", "Try again in a moment."),
    id_=("Kata sandi sekarang salah, atau terlalu banyak percobaan.", "Coba lagi sebentar lagi."),
)
register(
    "token_makes_none",
    en=("A token makes and ends no tokens and changes no password.", "Log in with name and password."),
    id_=("Token tidak membuat, mengakhiri token atau mengganti sandi.", "Masuk dengan nama dan kata sandi."),
)

# A hash takes 64 MiB and a core: a crowd of log-ins must not take the memory, the connections or every thread.
hashing = Gate(3, waiting=13, wait_s=10.0)


def by_hand(caller: Caller) -> None:
    """Raises Conflict for a token: whoever steals one must not be able to make it last."""
    if caller.auth == "token":
        raise Conflict("token_makes_none")


def with_password(here: Context, caller: Caller, present: str) -> None:
    """Raises Denied unless `present` is the caller's password; counted like an attempt to log in."""
    attempt = _password(here, caller, present)
    with here.database.transaction() as connection:
        attempts.passed(connection, attempt)


def with_both(here: Context, caller: Caller, present: str, code: str) -> None:
    """As `with_password`, and by a code of the second factor where the caller has one."""
    attempt: attempts.Attempt | None = _password(here, caller, present)
    with here.database.transaction() as connection:
        needed = second_factors.enrolled(connection, caller.person_id) is not None
        if needed and attempt is not None:
            attempt = attempts.begin_code(connection, attempt, caller.name)
    with here.database.transaction() as connection:
        if attempt is not None and needed:
            right = second_factors.taken(connection, here.vault, caller.person_id, code) is not None
        else:
            right = not needed
        if attempt is not None and right:
            attempts.passed(connection, attempt)
    if not right:
        raise Denied("second_factor_wrong", field="code")


def _password(here: Context, caller: Caller, present: str) -> attempts.Attempt:
    by_hand(caller)
    with here.database.transaction() as connection:
        identities.check_password_here(connection, caller.person_id, caller.name)
        attempt = attempts.begin(connection, caller.name, caller.address, None)
    with here.database.transaction() as connection:
        hashed = people.password_hash(connection, caller.name)
    with hashing.passed():
        right = attempt is not None and passwords.matches(hashed, present)
    if attempt is None or not right:
        raise Denied("password_wrong", field="present")
    return attempt
