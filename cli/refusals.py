"""What the settings, the system and the catalogue refuse, in our words: which setting or file, and what to do.

Never with a value: it may be a password, and a row that the catalogue refuses holds hashes and sealed addresses.
"""

from __future__ import annotations

import argparse
import sys
import tomllib

from pydantic import ValidationError

from cli.language import say
from saksi.errors import BadInput, SaksiError, Unavailable
from saksi.messages import register

register(
    "setting_bad",
    en=("{setting} cannot be used.", "Give {wanted}."),
    id_=("{setting} tidak dapat dipakai.", "Beri {wanted}."),
)
register(
    "config_malformed",
    en=(
        "The settings file is not TOML: {why}.",
        "Correct the file that SAKSI_CONFIG names (unset: saksi.toml in the working folder).",
    ),
    id_=(
        "Berkas setelan bukan TOML: {why}.",
        "Perbaiki berkas yang disebut SAKSI_CONFIG (bila tidak diatur: saksi.toml di folder kerja).",
    ),
)
register(
    "system_refused",
    en=("The system refuses {what}: {why}.", "Check that it exists, who owns it, and the free space."),
    id_=("Sistem menolak {what}: {why}.", "Periksa apakah ada, siapa pemiliknya, dan ruang kosongnya."),
)
register(
    "catalogue_refused",
    en=("The catalogue refuses the {table} ({rule}).", "Check what was given; nothing was changed."),
    id_=("Katalog menolak {table} ({rule}).", "Periksa isian; tidak ada yang berubah."),
)


def in_words(error: Exception, args: argparse.Namespace) -> SaksiError | None:
    """The error as one of ours; None when it is a fault of the program, whose traceback is needed."""
    if isinstance(error, ValidationError):
        return _setting(error, args)
    if isinstance(error, tomllib.TOMLDecodeError):
        return BadInput("config_malformed", why=error)
    if isinstance(error, OSError):
        what = error.filename or say("the request", "permintaan")
        return Unavailable("system_refused", what=what, why=error.strerror or error)
    psycopg = sys.modules.get("psycopg")  # not loaded for this: a command that came so far has it
    if psycopg is not None and isinstance(error, (psycopg.IntegrityError, psycopg.DataError)):
        table, rule = error.diag.table_name, error.diag.constraint_name
        return BadInput("catalogue_refused", table=table or "-", rule=rule or type(error).__name__)
    return None


def _setting(error: ValidationError, args: argparse.Namespace) -> SaksiError:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "?"
    setting = f"--{name}" if getattr(args, name, None) is not None else f"SAKSI_{name.upper()}"
    return BadInput(
        "setting_bad", field=setting, setting=setting, wanted=_wanted(first["type"], first.get("ctx", {}))
    )


def _wanted(kind: str, limits: dict[str, object]) -> str:
    most, least = limits.get("le", limits.get("lt")), limits.get("ge", limits.get("gt"))
    match kind:
        case "less_than_equal" | "less_than":
            return say(f"at most {most}", f"paling besar {most}")
        case "greater_than_equal":
            return say(f"at least {least}", f"paling kecil {least}")
        case "greater_than":
            return say(f"more than {least}", f"lebih dari {least}")
        case "literal_error":
            return say(f"one of {limits['expected']}", f"salah satu dari {limits['expected']}")
        case "bool_parsing" | "bool_type":
            return say("true or false", "true atau false")
        case "int_parsing" | "int_type" | "int_from_float":
            return say("a whole number", "bilangan bulat")
        case "float_parsing" | "float_type":
            return say("a number", "bilangan")
    return say("what `docs/reference/settings.md` asks for", "yang diminta `docs/reference/settings.md`")
