"""The first administrator, and the file that tells whoever owns the machine how to log in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from cli import officer
from cli.language import say
from saksi import durable, passwords
from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.settings import Settings

_USER = "admin"


def path(data: Path) -> Path:
    """`DATA/first-run.json`, mode 0600: url, user, password, token."""
    return data / "first-run.json"


def ensure_administrator(settings: Settings, url: str, report: Callable[[str], None]) -> None:
    """Adds the first administrator with a generated password and a token, once per installation."""
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-up", max_size=1)
    try:
        with database.transaction() as connection:
            if people.any_person(connection):
                return
            password = passwords.generated()
            people.add_person(connection, name=_USER, password=password, role="admin")
            token = people.add_token(connection, name=_USER, label="first run")
            officer.note_unnamed(connection, "add person", {"name": _USER, "role": "admin", "first": True})
            # Written before the commit: a crash between leaves a file without an account, and the next start
            # writes both anew; the other order could leave an account that nobody can enter.
            _write(settings.data, {"url": url, "user": _USER, "password": password, "token": token})
    finally:
        database.close()
    report(
        say(
            f"First administrator written to {path(settings.data)}",
            f"Administrator pertama ditulis ke {path(settings.data)}",
        )
    )


def remember_address(data: Path, url: str) -> None:
    """Keeps the file's address true when the port has changed."""
    known = _read(data)
    if known and known.get("url") != url:
        _write(data, {**known, "url": url})


def welcome(data: Path, report: Callable[[str], None], *, demo: bool) -> None:
    """Tells a newcomer the address, the log-in and what to try."""
    known = _read(data)
    if not known:
        return
    url, token_file = known["url"], path(data)
    report(
        say(
            f"Open {url} and log in as {known['user']} with {known['password']}",
            f"Buka {url} dan masuk sebagai {known['user']} dengan {known['password']}",
        )
    )
    if demo:
        report(
            say(
                "Try: which cameras within 300 m of this corner have footage? (also on the page)",
                "Coba: kamera mana dalam 300 m dari simpang ini yang punya rekaman? (juga di halaman)",
            )
        )
        report(f"  TOKEN=$(python3 -c \"import json; print(json.load(open('{token_file}'))['token'])\")")
        report(
            '  curl -s -H "Authorization: Bearer $TOKEN" -H "X-Purpose: trying it out" '
            f"'{url}/api/v1/footage?near=-1.2767,116.8372"
            "&radius_m=300&from='$(date -u -d '-10 min' +%FT%TZ)'&to='$(date -u +%FT%TZ)"
        )
    report(say("Ctrl-C stops everything cleanly.", "Ctrl-C menghentikan semuanya dengan rapi."))


def _read(data: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(path(data).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return known


def _write(data: Path, content: dict[str, str]) -> None:
    durable.write(path(data), json.dumps(content, indent=2).encode() + b"\n", mode=0o600)
