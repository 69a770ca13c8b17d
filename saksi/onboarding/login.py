"""A camera's address and the log-in for it, which come in one piece or in columns of their own.

What is compared and put together here holds passwords: nothing of it goes into a message.
"""

from __future__ import annotations

from urllib.parse import quote

from saksi.errors import BadInput
from saksi.messages import register

register(
    "login_twice",
    en=(
        "{field} is given, and {source} holds a log-in of its own.",
        "Give the log-in in {source}, or in the columns {user} and {password}, not in both.",
    ),
    id_=(
        "{field} diisi, sedangkan {source} sudah memuat login.",
        "Beri login di {source}, atau di kolom {user} dan {password}, jangan keduanya.",
    ),
)
register(
    "login_nameless",
    en=("{password} is given without {user}.", "Fill the column {user} too."),
    id_=("{password} diisi tanpa {user}.", "Isi juga kolom {user}."),
)
# Whoever tells of a list calls them what they are called there.
COLUMNS = {"source": "source", "user": "user", "password": "password"}


def with_login(source: str, user: str, password: str) -> str:
    """`source` with the log-in in it, percent-encoded; `source` itself without one.

    Raises BadInput for a log-in in both places, or a password that is nobody's.
    """
    if not user and not password:
        return source
    if not user:
        raise BadInput("login_nameless", field="user", **COLUMNS)
    scheme, found, rest = source.partition("://")
    if not found:
        return source  # no address at all, which whoever checks it says
    if has_login(source):
        raise BadInput("login_twice", field="user", **COLUMNS)
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"{scheme}://{login}@{rest}"


def has_login(source: str) -> bool:
    """Whether an address holds a user name."""
    return "@" in _authority(source)


def without_login(source: str) -> str:
    """The address alone."""
    scheme, found, rest = source.partition("://")
    if not found or not has_login(source):
        return source
    return f"{scheme}://{rest.partition('@')[2]}"


def _authority(source: str) -> str:
    rest = source.partition("://")[2]
    return rest[: min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))]
