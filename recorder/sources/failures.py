"""libav's errors as outage reasons: what went wrong with a camera, in words that lead to a remedy."""

from __future__ import annotations

import av.error

from recorder.access_unit import SourceFailed
from recorder.sources.patience import stalled

_SILENT = (av.error.ExitError, av.error.TimeoutError)


def open_failure(error: av.error.FFmpegError, waited_s: float, timeout_s: float) -> SourceFailed:
    """Why a camera could not be opened after `waited_s` of at most `timeout_s`."""
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return SourceFailed("auth_failed", "it answers 401 Unauthorized")
    if isinstance(error, av.error.HTTPForbiddenError):
        return SourceFailed("auth_failed", "it answers 403 Forbidden")
    if isinstance(error, av.error.HTTPNotFoundError):
        return SourceFailed("unreachable", "it answers 404, there is no such stream")
    # A server that accepts and says nothing ends as "invalid data".
    if isinstance(error, _SILENT) or waited_s >= timeout_s:
        return SourceFailed("unreachable", f"no answer within {timeout_s:g} s")
    return SourceFailed("unreachable", _words(error))


def read_failure(error: av.error.FFmpegError, timeout_s: float) -> SourceFailed:
    """Why an open camera stopped; `timeout_s` is how long a read may be silent."""
    if isinstance(error, _SILENT):
        return stalled(timeout_s)
    return SourceFailed("unreachable", f"the connection broke, {_words(error)}")


def _words(error: av.error.FFmpegError) -> str:
    """libav's sentence without the address behind it, which may hold a password."""
    text = getattr(error, "strerror", None) or type(error).__name__
    return str(text).split(": ")[0].lower()
