"""Writes docs/reference from the code: `make reference`. A test holds the pages to what this makes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
_WRITTEN = "<!-- Written by `make reference` from {source}; a test holds it there. -->\n"


def main() -> int:
    """Writes every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)
    return 0


def pages() -> dict[str, str]:
    """File name to text."""
    texts = {"settings.md": settings_page(), "commands.md": commands_page(), "api.md": api_page()}
    return {name: text.rstrip() + "\n" for name, text in texts.items()}


def settings_page() -> str:
    """One row a field of saksi.settings.Settings."""
    from saksi.settings import Settings

    rows = [
        f"| `SAKSI_{name.upper()}` | {_kind(field)} | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            _WRITTEN.format(source="saksi/settings.py"),
            "# Settings\n",
            "Every process reads the same settings from the environment, or from the TOML file that `SAKSI_CONFIG`",
            "names (unset: `saksi.toml` in the working folder), in lower case without the prefix:",
            "`chunk_seconds = 30`. The environment wins. `saksi settings` prints the resolved set with secrets as stars.\n",
            "An unset server address means the embedded one of `saksi up`. `saksi user`, `token`, `camera` and `migrate` find",
            "those of a running one by its data folder; a process started alone needs the addresses.\n",
            "| variable | kind | default | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _kind(field: FieldInfo) -> str:
    kinds = [kind for kind in _members(field.annotation) if kind is not NoneType]
    text = " or ".join(_named(kind) for kind in kinds)
    bounds = [_bound(bound) for bound in field.metadata]
    return ", ".join([text, *filter(None, bounds)])


def _members(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _named(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    names = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`", Path: "folder"}
    return "secret text" if kind is SecretStr else names.get(kind, kind.__name__)


def _bound(bound: object) -> str:
    match bound:
        case Ge(ge=least):
            return f"≥ {least}"
        case Gt(gt=least):
            return f"> {least}"
        case Le(le=most):
            return f"≤ {most}"
        case Lt(lt=most):
            return f"< {most}"
    return ""


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return "unset"
    text = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    return f"`{text}`"


def commands_page() -> str:
    """One section a subcommand, from the parser's own actions, as argparse lays help out anew in every Python."""
    from cli.language import choose_language
    from cli.main import build_parser

    choose_language(["--lang", "en"])
    lines = [
        _WRITTEN.format(source="the command line's own parser"),
        "# Commands\n",
        "`saksi --help` says the same, in Indonesian with `--lang id` or an Indonesian locale. A known error prints what",
        "happened and what to do on standard error and exits with 1; wrong arguments exit with 2.\n",
    ]
    for name, parser, help_text in _subcommands(build_parser(), "saksi"):
        lines += [
            f"## `{name}`\n",
            _sentence(help_text or parser.description or "") + "\n",
            *_arguments(parser),
        ]
    return "\n".join(lines)


def _subcommands(
    parser: argparse.ArgumentParser, name: str
) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for word, inner in action.choices.items():
                deeper = list(_subcommands(inner, f"{name} {word}"))
                if deeper:
                    yield from deeper
                else:
                    yield f"{name} {word}", inner, helps.get(word, "")


def _arguments(parser: argparse.ArgumentParser) -> list[str]:
    shown = [
        action for action in parser._actions if action.dest != "help" and action.help != argparse.SUPPRESS
    ]
    after = [parser.epilog, ""] if parser.epilog else []
    if not shown:
        return after
    rows = [f"| {_words(action)} | {_sentence(action.help or '')} |" for action in shown]
    return ["| argument | |", "|---|---|", *rows, "", *after]


def _words(action: argparse.Action) -> str:
    value = action.metavar or action.dest.upper()
    if action.choices:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    if not action.option_strings:
        return f"`{value}`"
    text = ", ".join(
        f"`{option}`" if action.nargs == 0 else f"`{option} {value}`" for option in action.option_strings
    )
    return text + (" (required)" if action.required else "")


def _sentence(text: str) -> str:
    text = text.replace("%%", "%").replace("|", "\\|")
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def api_page() -> str:
    """One row a route, from the OpenAPI document."""
    document = _openapi()
    rows = []
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            query = [f"`{one['name']}`" for one in route.get("parameters", []) if one["in"] == "query"]
            about = (
                _sentence(route.get("description") or route.get("summary") or "")
                .split("\n\n")[0]
                .replace("\n", " ")
            )
            permission = f"`{route['x-permission']}`" if route.get("x-permission") else "none"
            rows.append(f"| `{method.upper()} {path}` | {', '.join(query)} | {permission} | {about} |")
    return "\n".join(
        [
            _WRITTEN.format(source="the API's OpenAPI document"),
            "# API\n",
            "The full truth is `/openapi.json` of a running API. JSON; times are RFC 3339 with a zone,",
            'answered in UTC with microseconds; lists answer `{"items": […], "next": cursor or null}` and take the cursor',
            "back as `cursor`. Errors are RFC 9457 problem details with `field` and `remedy`.\n",
            "Log in with `Authorization: Bearer TOKEN` or the console's session cookie. Say why you look at footage once",
            "per session with `X-Purpose`; it enters the audit log.\n",
            "| route | query | permission | |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _openapi() -> dict[str, Any]:
    from archive_api.app import create_app
    from saksi.secrets import generate_key
    from saksi.settings import Settings

    # Nothing is opened to describe the routes; the addresses only have to be there.
    settings = Settings(
        database_url=SecretStr("postgresql://unused"),
        s3_url="http://unused",
        s3_access_key=SecretStr("unused"),
        s3_secret_key=SecretStr("unused"),
        secret_key=SecretStr(generate_key()),
    )
    document: dict[str, Any] = create_app(settings).openapi()
    return document


if __name__ == "__main__":
    sys.exit(main())
