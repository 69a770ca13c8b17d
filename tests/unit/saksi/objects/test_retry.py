"""Which failures of the store are tried again, and which error of ours each becomes."""

from __future__ import annotations

import http.client

import pytest

from saksi.errors import IntegrityError, NotFound, SaksiError, Unavailable
from saksi.objects.retry import Refusal, Retrier, passing


@pytest.mark.parametrize(
    ("failure", "error", "code"),
    [
        (ConnectionRefusedError(), Unavailable, "store_unavailable"),
        (TimeoutError("timed out"), Unavailable, "store_unavailable"),
        (http.client.RemoteDisconnected(), Unavailable, "store_unavailable"),
        (Refusal(500, "InternalError"), Unavailable, "store_unavailable"),
        (Refusal(503, "SlowDown"), Unavailable, "store_unavailable"),
        (Refusal(403, "AccessDenied"), Unavailable, "store_refused"),
        (Refusal(404, "NoSuchBucket"), Unavailable, "store_refused"),
        (Refusal(404, "NoSuchKey"), NotFound, "object_missing"),
        (Refusal(404, ""), NotFound, "object_missing"),
        (Refusal(400, "BadDigest"), IntegrityError, "object_corrupted"),
    ],
)
def test_each_failure_has_its_error(failure: Exception, error: type[SaksiError], code: str) -> None:
    told = Retrier("http://store").translate(failure, "the/key")
    assert (type(told), told.code) == (error, code)
    for language in ("en", "id"):
        assert "{" not in told.diagnostics(language)


def test_what_passes_is_tried_three_times_and_no_more() -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise Refusal(503, "SlowDown")

    with pytest.raises(Unavailable):
        Retrier("http://store").run("put", "key", fail)
    assert len(calls) == 3


def test_what_does_not_pass_is_tried_once() -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise Refusal(403, "AccessDenied")

    with pytest.raises(Unavailable):
        Retrier("http://store").run("put", "key", fail)
    assert len(calls) == 1


def test_a_second_attempt_may_succeed() -> None:
    answers = iter([ConnectionResetError(), None])

    def flaky() -> str:
        if (failure := next(answers)) is not None:
            raise failure
        return "done"

    assert Retrier("http://store").run("put", "key", flaky) == "done"


def test_a_bug_of_ours_is_not_hidden() -> None:
    def broken() -> None:
        raise KeyError("slip")

    with pytest.raises(KeyError):
        Retrier("http://store").run("put", "key", broken)


def test_silence_passes_and_a_refusal_stays() -> None:
    assert passing(TimeoutError())
    assert not passing(Refusal(403, "AccessDenied"))
