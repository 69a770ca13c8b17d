"""One tree of errors. Each carries a stable code, the field it concerns, and words in two languages.

The words stand in `saksi.messages`; the API turns an error into an RFC 9457 problem, the command line into two lines.
"""

from __future__ import annotations

from typing import ClassVar

from saksi.messages import words


class SaksiError(Exception):
    """Base of every error that Saksi raises on purpose.

    `code` names the message, `field` the input it concerns (if any), `values` fill the message's blanks.
    """

    status: ClassVar[int] = 500

    def __init__(self, code: str, *, field: str | None = None, **values: object) -> None:
        self.code = code
        self.field = field
        self.values = values
        super().__init__(self.diagnostics("en"))

    def explain(self, language: str) -> tuple[str, str]:
        """What happened and what to do next, in "id" or "en"."""
        return words(self.code, language, {"field": self.field or "", **self.values})

    def diagnostics(self, language: str) -> str:
        """Both sentences in one line, for logs and terminals."""
        return " ".join(self.explain(language))


class BadInput(SaksiError):
    """The caller's input cannot be used; nothing was changed."""

    status = 422


class NotSignedIn(SaksiError):
    """Who is asking is not known."""

    status = 401


class Denied(SaksiError):
    """Who is asking is known and may not."""

    status = 403


class NotFound(SaksiError):
    """What was named does not exist, or not for the one who asks."""

    status = 404


class Gone(SaksiError):
    """What was named was there and was deleted on purpose."""

    status = 410


class Conflict(SaksiError):
    """The request does not fit what is there."""

    status = 409


class Unavailable(SaksiError):
    """A service we depend on does not answer; the same request may work later."""

    status = 503


class Full(SaksiError):
    """There is no room for what was asked; only a person's decision makes any."""

    status = 507


class TimedOut(SaksiError):
    """It was begun and did not finish in time."""

    status = 504


class IntegrityError(SaksiError):
    """Bytes, rows or chains do not agree; never to be papered over."""

    status = 500
