"""Requests, fault switches and authentication as text."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcam import faults, rtsp
from simcam.auth import Gate
from simcam.faults import FaultError, Faults
from simcam.rtsp import RefusedError, Target

OPTIONS = b"OPTIONS rtsp://h/cam1 RTSP/1.0\r\nCSeq: 1\r\n\r\n"
REPORT = b"$\x01\x00\x08\x80\xc9\x00\x01abcd"
WITH_BODY = b"GET_PARAMETER rtsp://h/cam1 RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nhello"


@given(cuts=st.lists(st.integers(1, 30), min_size=1))
def test_it_finds_the_same_requests_however_the_stream_is_cut(cuts: list[int]) -> None:
    stream = REPORT + OPTIONS + REPORT + REPORT + WITH_BODY + OPTIONS
    reader, found, turn = rtsp.Reader(), [], 0
    while stream:
        size = cuts[turn % len(cuts)]
        found += [request.method for request in reader.feed(stream[:size])]
        stream, turn = stream[size:], turn + 1
    assert found == ["OPTIONS", "GET_PARAMETER", "OPTIONS"]


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\xff\xfe a b\r\n\r\n",
        b"x" * 20_000,
        OPTIONS.replace(b"CSeq: 1", b"Content-Length: 99999999"),
        OPTIONS.replace(b"CSeq: 1", b"Content-Length: -1"),
    ],
)
def test_it_refuses_what_is_not_rtsp_or_too_long(data: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        list(rtsp.Reader().feed(data))
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("rtsp://h:1/cam1", Target(path="cam1", query="", track=None)),
        ("rtsp://h/cam1/trackID=1", Target(path="cam1", query="", track=1)),
        ("rtsp://h/cam1/trackID=0?stall=3", Target(path="cam1", query="stall=3", track=0)),
        ("rtsp://h/cam1?stall=3/trackID=1", Target(path="cam1", query="stall=3", track=1)),
        ("rtsp://h/cam1/?stall=3", Target(path="cam1", query="stall=3", track=None)),
        ("rtsp://h/cam1/?stall=3/", Target(path="cam1", query="stall=3", track=None)),
        ("*", Target(path="*", query="", track=None)),
    ],
)
def test_it_takes_urls_apart(url: str, wanted: Target) -> None:
    assert rtsp.target(url) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", None),
        ("stall=5", Faults(stall=5.0)),
        ("drop=0.5&nosr=1", Faults(drop=0.5, nosr=True)),
        ("jump=3:-30&ssrc=1", Faults(jump=(3.0, -30.0), ssrc=True)),
        ("switch=4", Faults(switch=(4.0, None))),
        ("switch=4:cam3", Faults(switch=(4.0, 3))),
        ("nokey=1&garbage=2&rate=0.84", Faults(nokey=True, garbage=2.0, rate=0.84)),
    ],
)
def test_it_understands_fault_switches(query: str, wanted: Faults | None) -> None:
    assert faults.parse(query) == wanted


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("stall=x", "stall"),
        ("stall=-1", "stall"),
        ("drop=nan", "drop"),
        ("drop=", "drop"),
        ("jump=3", "jump"),
        ("jump=3:inf", "jump"),
        ("jump=:3", "jump"),
        ("ssrc=1", "jump"),
        ("ssrc=2&jump=1:1", "ssrc"),
        ("switch=3:cam0", "switch"),
        ("switch=3:", "switch"),
        ("switch=cam2", "switch"),
        ("nokey=yes", "nokey"),
        ("garbage=1e9", "garbage"),
        ("rate=0", "rate"),
        ("rate=99", "rate"),
        ("explode=1", "explode"),
        ("stall=1&stall=2", "twice"),
        ("stall", "stall"),
        ("&", "faults"),
    ],
)
def test_it_says_what_is_wrong_with_a_fault_switch(query: str, word: str) -> None:
    with pytest.raises(FaultError, match=word):
        faults.parse(query)


def _digest(*, user: str = "budi", password: str = "rahasia", nonce: str = "n0", qop: bool = False) -> str:
    secret = hashlib.md5(f"{user}:simcam:{password}".encode()).hexdigest()
    asked = hashlib.md5(b"DESCRIBE:rtsp://h/cam1").hexdigest()
    middle = f"{nonce}:00000001:c0:auth" if qop else nonce
    answer = hashlib.md5(f"{secret}:{middle}:{asked}".encode()).hexdigest()
    extra = ', qop=auth, nc=00000001, cnonce="c0"' if qop else ""
    return (
        f'Digest username="{user}", realm="simcam", nonce="{nonce}", uri="rtsp://h/cam1", '
        f'response="{answer}"{extra}'
    )


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("header", [_digest(), _digest(qop=True), _basic("budi:rahasia")])
def test_it_lets_in_who_proves_the_password(header: str) -> None:
    Gate("budi", "rahasia").check("DESCRIBE", header, "n0")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer x",
        "Basic !!!",
        _basic("budi:salah"),
        _basic("budi"),
        _digest(password="salah"),
        _digest(user="ani"),
        _digest(nonce="old"),
        "Digest",
        'Digest username="budi", nonce="n0", uri="x", response=""',
    ],
)
def test_it_keeps_out_everybody_else_and_offers_both_ways(header: str | None) -> None:
    with pytest.raises(RefusedError) as caught:
        Gate("budi", "rahasia").check("DESCRIBE", header, "n0")
    assert caught.value.status == 401
    assert [value.split()[0] for name, value in caught.value.headers if name == "WWW-Authenticate"] == [
        "Digest",
        "Basic",
    ]
