"""RTSP spoken with scripted cameras: log-in, redirects, what they offer, what they refuse. No network."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

import pytest

from recorder.access_unit import SourceFailed
from recorder.sources.rtp.address import Address, BadAddress, control_url
from recorder.sources.rtp.handshake import Handshake, Moved, Session
from recorder.sources.rtp.message import Message, read
from recorder.sources.rtp.tracks import NotHere, OverUdp
from saksi.digest import challenges
from tests.unit.recorder.stream import SETS

URL = "rtsp://polisi:rahasia%40kota@10.0.0.7:8554/Streaming/Channels/101?transportmode=unicast"
SPROP = ",".join(base64.b64encode(one).decode() for one in SETS)
VIDEO = (
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=0\r\n"
    f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={SPROP}\r\n"
)
AAC = (
    "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000/1\r\na=control:trackID=1\r\n"
    "a=fmtp:97 streamtype=5;mode=AAC-hbr;config=1408;SizeLength=13;IndexLength=3;IndexDeltaLength=3\r\n"
)
SDP = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=camera\r\nt=0 0\r\na=control:*\r\n"


def answer(status: int = 200, body: str = "", **headers: str) -> Callable[[str], str]:
    """An answer of a camera; takes the request for its CSeq."""

    def made(asked: str) -> str:
        cseq = re.search(r"CSeq: (\d+)", asked)
        assert cseq is not None
        lines = [f"RTSP/1.0 {status} Whatever", f"CSeq: {cseq[1]}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}"]) + "\r\n\r\n" + body

    return made


def two_channels(asked: str) -> str:
    """Grants the channels that were asked for."""
    channels = re.search(r"interleaved=(\d+-\d+)", asked)
    assert channels is not None
    return answer(Transport=f"RTP/AVP/TCP;interleaved={channels[1]};ssrc=1", Session="42;timeout=30")(asked)


class Camera:
    """Answers by method; remembers what it was asked."""

    def __init__(self, **script: Callable[[str], str] | list[Callable[[str], str]]) -> None:
        self.script = {
            "OPTIONS": answer(Public="OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER"),
            "DESCRIBE": answer(body=SDP + VIDEO + AAC, Content_Base="rtsp://10.0.0.7:8554/Streaming/"),
            "SETUP": two_channels,
            "PLAY": answer(Session="42"),
            **script,
        }
        self.asked: list[str] = []

    def speak(self, url: str = URL) -> Session:
        """The whole dialogue. A list of answers is gone through, its last one repeated."""
        shake = Handshake(Address.of(url))
        data = shake.begin()
        for _ in range(30):
            text = data.decode()
            self.asked.append(text)
            step = self.script[text.split(" ", 1)[0]]
            if isinstance(step, list):
                step = step.pop(0) if len(step) > 1 else step[0]
            found = read(step(text).encode())
            assert found is not None
            data = shake.receive(found[0])
            if shake.session is not None:
                return shake.session
        raise AssertionError("it never ends")

    def requests(self) -> list[str]:
        """First lines of what was asked."""
        return [text.split("\r\n", 1)[0] for text in self.asked]


def test_a_camera_with_picture_and_sound_is_set_up_and_plays() -> None:
    camera = Camera()
    session = camera.speak()
    assert [line.split(" ")[0] for line in camera.requests()] == [
        "OPTIONS",
        "DESCRIBE",
        "SETUP",
        "SETUP",
        "PLAY",
    ]
    assert "rtsp://10.0.0.7:8554/Streaming/trackID=1 RTSP/1.0" in camera.asked[3]
    assert "Session: 42" in camera.asked[3]
    assert (session.id, session.timeout_s, session.alive_by) == ("42", 30, "GET_PARAMETER")
    assert (session.picture_channel, session.sound_channel) == (0, 2)
    assert session.choice.picture.track is not None
    assert (session.choice.picture.track.width, session.choice.picture.track.height) == (640, 360)
    assert session.choice.sound is not None
    assert session.choice.sound.track.codec == "aac"
    assert not any("rahasia" in text or "polisi" in text for text in camera.asked), (
        "nobody asked for them yet"
    )


def test_channels_that_the_camera_chose_itself_are_taken() -> None:
    first = answer(Transport="RTP/AVP/TCP;interleaved=4-5", Session="7")
    second = answer(Transport="RTP/AVP/TCP;interleaved=8-9", Session="7")
    session = Camera(SETUP=[first, second]).speak()
    assert (session.picture_channel, session.sound_channel, session.timeout_s) == (4, 8, 60)


def digest_checked(algorithm: str, qop: str) -> Callable[[str], str]:
    """A camera's own check, by RFC 7616 section 3.4 as this test reads it."""
    hashed = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm.removesuffix("-sess")]

    def h(text: str) -> str:
        return hashed(text.encode()).hexdigest()

    def made(asked: str) -> str:
        offer = f'Digest realm="IP Camera(C1)", nonce="n0nce", algorithm={algorithm}, opaque="op"'
        refusal = answer(401, WWW_Authenticate=offer + (f', qop="{qop}"' if qop else ""))
        given = dict(
            re.findall(r'(\w+)="?([^",]+)"?', asked.partition("Authorization: Digest ")[2].split("\r\n")[0])
        )
        if not given:
            return refusal(asked)
        method, uri = asked.split(" ")[:2]
        who = h("polisi:IP Camera(C1):rahasia@kota")
        if algorithm.endswith("-sess"):
            who = h(f"{who}:n0nce:{given['cnonce']}")
        middle = f"n0nce:{given['nc']}:{given['cnonce']}:auth" if qop else "n0nce"
        right = h(f"{who}:{middle}:{h(f'{method}:{uri}')}")
        if (given["response"], given["uri"], given["opaque"]) != (right, uri, "op"):
            return refusal(asked)
        return Camera().script[method](asked)  # type: ignore[operator]

    return made


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "MD5-sess", "SHA-256-sess"])
@pytest.mark.parametrize("qop", ["", "auth", "auth,auth-int"])
def test_digest_log_in_as_the_standard_has_it(algorithm: str, qop: str) -> None:
    check = digest_checked(algorithm, qop)
    camera = Camera(OPTIONS=check, DESCRIBE=check, SETUP=check, PLAY=check)
    assert camera.speak().id == "42"
    assert [line.split(" ")[0] for line in camera.requests()].count("OPTIONS") == 2, (
        "refused once, then never"
    )
    with pytest.raises(SourceFailed, match="401") as caught:
        Camera(OPTIONS=check).speak(URL.replace("rahasia", "salah"))
    assert caught.value.reason == "auth_failed"
    assert "salah" not in str(caught.value)


def test_basic_log_in_and_the_better_way_where_both_are_offered() -> None:
    right = base64.b64encode(b"polisi:rahasia@kota").decode()

    def basic(asked: str) -> str:
        if f"Authorization: Basic {right}" not in asked:
            return answer(401, WWW_Authenticate='Basic realm="cam"')(asked)
        return Camera().script[asked.split(" ")[0]](asked)  # type: ignore[operator]

    assert Camera(OPTIONS=basic, DESCRIBE=basic, SETUP=basic, PLAY=basic).speak().id == "42"
    both = [
        'Basic realm="a, b", Digest realm="x", nonce="1", algorithm=MD5',
        'Digest realm="x", nonce="2", qop="auth", algorithm=SHA-256',
        'Digest realm="x", nonce="3", algorithm=SHA-512-256',
    ]
    assert [(one.algorithm, one.nonce) for one in challenges(both)] == [
        ("SHA-256", "2"),
        ("MD5", "1"),
        ("", ""),
    ]


def test_a_nonce_that_grew_old_is_replaced_and_a_camera_that_never_has_enough_is_left() -> None:
    stale = answer(401, WWW_Authenticate='Digest realm="x", nonce="b", stale=true')
    first = answer(401, WWW_Authenticate='Digest realm="x", nonce="a"')
    good = answer(body=SDP + VIDEO, Content_Type="application/sdp")
    assert Camera(DESCRIBE=[first, stale, good]).speak().id == "42"
    with pytest.raises(SourceFailed, match="401"):
        Camera(DESCRIBE=stale).speak()
    changing = [answer(401, WWW_Authenticate=f'Digest realm="x", nonce="{n}"') for n in range(9)]
    camera = Camera(DESCRIBE=changing)
    with pytest.raises(SourceFailed, match="401"):
        camera.speak()
    assert len(camera.asked) == 3, "a wrong password is told after one try: cameras lock out who guesses"


def test_no_password_is_sent_where_none_is_known_and_403_is_told() -> None:
    with pytest.raises(SourceFailed, match="401"):
        Camera(OPTIONS=answer(401, WWW_Authenticate='Basic realm="x"')).speak("rtsp://10.0.0.7/x")
    with pytest.raises(SourceFailed, match="403") as caught:
        Camera(DESCRIBE=answer(403)).speak()
    assert caught.value.reason == "auth_failed"


def test_a_redirect_is_followed_and_takes_the_password_only_to_the_same_host() -> None:
    for location, user in (("rtsp://10.0.0.7:9000/other", "polisi"), ("rtsp://192.0.2.1/other", "")):
        with pytest.raises(Moved) as moved:
            Camera(DESCRIBE=answer(302, Location=location)).speak()
        assert moved.value.address.url == location
        assert moved.value.address.user == user
        assert "rahasia" not in repr(moved.value.address)
    with pytest.raises(SourceFailed, match="without saying where"):
        Camera(DESCRIBE=answer(301)).speak()
    with pytest.raises(SourceFailed, match="must begin with"):
        Camera(DESCRIBE=answer(301, Location="file:///etc/passwd")).speak()
    with pytest.raises(SourceFailed, match="anybody can read"):
        Camera(DESCRIBE=answer(301, Location="rtsp://10.0.0.7/x")).speak(URL.replace("rtsp:", "rtsps:"))


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (AAC, "no video"),
        ("m=video 0 RTP/AVP 26\r\n", "JPEG"),
        ("m=video 0 RTP/AVP 96\r\na=rtpmap:96 MP4V-ES/90000\r\n", "MP4V-ES"),
        ("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/0\r\n", "clock"),
        (
            "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=2\r\n",
            "interleaved",
        ),
        ("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=fmtp:96 sprop-max-don-diff=2\r\n", "order"),
        (VIDEO + "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MP4A-LATM/48000\r\n", "LATM"),
    ],
)
def test_what_this_path_does_not_read_is_left_to_libav(media: str, words: str) -> None:
    with pytest.raises(NotHere, match=words):
        Camera(DESCRIBE=answer(body=SDP + media)).speak()


def test_a_camera_that_sends_over_udp_only_is_left_to_libav() -> None:
    for refusal in (answer(461), answer(Transport="RTP/AVP;unicast;client_port=1-2", Session="1")):
        with pytest.raises(OverUdp):
            Camera(SETUP=refusal).speak()


@pytest.mark.parametrize(
    ("media", "note"),
    [
        ("m=audio 0 RTP/AVP 97\r\na=rtpmap:97 G726-32/8000\r\n", "G726-32 has no place"),
        ("m=audio 0 RTP/AVP 3\r\n", "payload type 3 has no place"),
        ("m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\na=fmtp:97 mode=CELP-cbr\r\n", "CELP"),
        (
            "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\na=fmtp:97 config=zz\r\n",
            "not recorded",
        ),
    ],
)
def test_sound_that_cannot_be_kept_is_named_and_the_picture_recorded(media: str, note: str) -> None:
    session = Camera(DESCRIBE=answer(body=SDP + VIDEO + media)).speak()
    assert session.choice.sound is None
    assert note in session.choice.notes[0]
    refused = Camera(SETUP=[two_channels, answer(500)]).speak()
    assert refused.choice.sound is None
    assert "500 to its SETUP" in refused.choice.notes[0]


def test_what_a_camera_wants_to_hear_and_its_metadata_are_not_set_up() -> None:
    back = "m=audio 0 RTP/AVP 0\r\na=sendonly\r\na=control:back\r\n"
    meta = "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=control:meta\r\n"
    camera = Camera(DESCRIBE=answer(body=SDP + meta + back + VIDEO))
    assert camera.speak().choice.sound is None
    assert [line for line in camera.requests() if line.startswith("SETUP")] == [
        "SETUP rtsp://10.0.0.7:8554/Streaming/Channels/101?transportmode=unicast/trackID=0 RTSP/1.0"
    ]


def test_parameter_sets_that_only_come_in_the_stream_are_waited_for() -> None:
    for sprop in ("", ";sprop-parameter-sets=!!!,@@", ";sprop-parameter-sets=Z0I="):
        bare = f"m=video 0 RTP/AVP 96\r\na=rtpmap:96 h264/90000\r\na=fmtp:96 packetization-mode=1{sprop}\r\n"
        assert Camera(DESCRIBE=answer(body=SDP + bare)).speak().choice.picture.track is None


def test_other_refusals_say_what_was_refused() -> None:
    for method, status in (("DESCRIBE", 404), ("SETUP", 453), ("PLAY", 503)):
        with pytest.raises(SourceFailed, match=str(status)) as caught:
            Camera(**{method: answer(status)}).speak()
        assert caught.value.reason == "unreachable"


@pytest.mark.parametrize(
    "url", ["http://x/", "rtsp:///x", "rtsp://x:99999/", "rtsp://a b/", "rtsp://[::1", ""]
)
def test_addresses_that_lead_nowhere(url: str) -> None:
    with pytest.raises(BadAddress):
        Address.of(url)


def test_control_lines_are_appended_as_cameras_mean_them() -> None:
    assert control_url("rtsp://h/a/", "trackID=1") == "rtsp://h/a/trackID=1"
    assert control_url("rtsp://h/a", "/trackID=1") == "rtsp://h/a/trackID=1"
    assert control_url("rtsp://h/a?x=1", "trackID=1") == "rtsp://h/a?x=1/trackID=1"
    assert control_url("rtsp://h/a", "rtsp://h/b") == "rtsp://h/b"
    assert control_url("rtsp://h/a", "*") == "rtsp://h/a"


def test_an_answer_to_something_else_is_passed_over() -> None:
    shake = Handshake(Address.of(URL))
    shake.begin()
    assert shake.receive(Message(status=200, method="", headers=(("cseq", "99"),))) == b""
    assert shake.method == "OPTIONS"
