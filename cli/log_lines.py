"""The log of a process: a line for each thing said, whatever was typed or sent by those it speaks of."""

from __future__ import annotations

import logging
import re
from types import TracebackType

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class OneLine(logging.Formatter):
    """Control characters as escapes, so that nobody writes lines of his own or speaks to a terminal.

    Lines of a traceback are set in, and so are not taken for something said either.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The line without what is appended to it."""
        record.message = escaped(record.message)
        return super().formatMessage(record)

    def formatException(  # noqa: N802
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """A traceback, each of its lines set in."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"    {escaped(line)}" for line in lines)


def escaped(text: str) -> str:
    """The text with what is no letter of it written out."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def log_to_stderr(form: str = "%(asctime)s %(levelname)s %(name)s: %(message)s") -> None:
    """Has this process write its log, from INFO on."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
