"""What strangers send cannot write lines of a log, nor speak to the terminal that shows it."""

from __future__ import annotations

import logging

from cli.log_lines import OneLine


def line(message: str, *values: object, exc_info: object = None) -> str:
    """The line as the log has it."""
    record = logging.LogRecord("saksi.api", logging.WARNING, "", 1, message, values, exc_info)  # type: ignore[arg-type]
    return OneLine("%(levelname)s %(message)s").format(record)


def test_a_value_with_a_line_in_it_writes_no_line() -> None:
    forged = "x\r\n2026-12-01 INFO saksi.api: admin logged in\x1b[2J\u2028\u202e"
    told = line("camera %s does not answer", forged)
    assert told == (
        r"WARNING camera x\r\n2026-12-01 INFO saksi.api: admin logged in\x1b[2J\u2028\u202e does not answer"
    )


def test_a_traceback_whose_error_quotes_a_stranger_is_set_in() -> None:
    try:
        raise ValueError("bad\nINFO admin logged in\x1b[31m")
    except ValueError as error:
        told = line("it failed", exc_info=(type(error), error, error.__traceback__))
    first, *rest = told.split("\n")
    assert first == "WARNING it failed"
    assert all(one.startswith("    ") for one in rest)
    assert "\x1b" not in told


def test_letters_of_every_script_stay() -> None:
    assert line("kamera %s", "Jalan Élite 商店 100%") == "WARNING kamera Jalan Élite 商店 100%"
