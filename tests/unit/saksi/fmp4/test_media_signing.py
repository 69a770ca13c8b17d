"""Cameras that sign (ONVIF Media Signing): what our recording keeps of it, and what tampering does to it.

Compared by hand with ONVIF's own samples (media-signing-framework, examples/test-files, at 7634c1b): both signed
ones are `signed`, every NAL unit proven and the chain trusted under their ca.pem, as files, as chunks and as
clips cut from them; both unsigned ones `unsigned`; a flipped bit is found at its frame. Their last SEI, sent when
the stream stopped, carries a stale GOP digest and a right list of hashes; the list decides, as in their validator.

Compared by hand with ONVIF's validator (the framework's library, built from the same commit): it finds authentic
what the test camera here makes in every way of WAYS but two. Unsigned SEIs in front of the picture that caused
them, as the specification's figures have them, it counts to the GOP before and calls "missing"; SEIs sent twice,
which the specification allows, "not authentic". Tampered streams and clips it judges as the tests here do, only
that a dropped frame is "authentic with missing NAL units" to it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.media_signing import certificate_sei, check_signing
from saksi.fmp4.signing_sei import is_signing_sei, read_signing_sei
from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.camera_signer import Camera, Identity, escaped, identity
from tests.unit.saksi.fmp4.exporter import certificate
from tests.unit.saksi.fmp4.media import Frame, Video, at, cut

WAYS = {
    "plain": {},
    "certificate SEI": {"certificate_sei": True},
    "partial GOPs": {"partial": 10},
    "every second GOP": {"every": 2},
    "every second GOP, after the picture": {"every": 2, "delay": 1},
    "every second GOP, late": {"every": 2, "delay": 3},
    "without the list": {"low_bitrate": True},
    "escaped before signing": {"escape_first": True},
    "escaped before signing, every second GOP": {"escape_first": True, "every": 2, "certificate_sei": True},
    "two zeros before the signature": {"escape_first": True, "crypto_last": True},
    "late and twice": {"delay": 4, "twice": True},
}

# Two GOPs and the unsigned SEI in the second; partial GOPs reach further into the last one.
PROVEN = {name: 51 for name in WAYS if "every" in name} | {"partial GOPs": 95}


def _signed(codec: str = "h264", **ways: object) -> Video:
    return Camera(codec, **ways).film(media.video(codec))  # type: ignore[arg-type]


def _chunks(video: Video) -> list[bytes]:
    middle = next(i for i, frame in enumerate(video.frames) if i >= 49 and frame.key)
    return [media.chunk(video, last=middle, seq=1).data, media.chunk(video, first=middle, seq=2).data]


def _seis(video: Video) -> list[bytes]:
    return [nal for nal in _nals(video.frames) if b"\x00\x5b\xc9\x3f" in nal[:60]]


def _nals(frames: list[Frame]) -> list[bytes]:
    return [nal for frame in frames for nal in media.split_lengths(frame.data)]


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("way", WAYS)
def test_recorded_footage_of_a_signing_camera_is_proven_up_to_the_last_sei(codec: str, way: str) -> None:
    video = _signed(codec, **WAYS[way])
    found = check_signing(_chunks(video), anchors=[identity().anchor])
    assert (found.state, found.findings, found.trusted) == ("signed", [], True)
    assert found.signatures == found.signatures_valid > 0
    assert found.seis == len(_seis(video))
    # Of 75 frames under whole GOPs, and of their unsigned SEIs, those that a signature reaches.
    assert found.proven == PROVEN.get(way, 75)
    assert found.vendor == ["1.2", "SN7", "Contoh"]
    assert found.started_us == media.START_US + 1_000_000 or "every" in WAYS[way]


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_footage_without_signing_seis_is_unsigned(codec: str) -> None:
    found = check_signing(_chunks(media.video(codec)))
    assert (found.state, found.seis, found.proven, found.findings) == ("unsigned", 0, 0, [])


def test_an_rsa_key_signs_too() -> None:
    found = check_signing(_chunks(_signed(who=identity("RSA", "rsa"))), anchors=[identity().anchor])
    assert (found.state, found.proven, found.trusted) == ("signed", 75, False)
    assert len(found.certificates) == 1


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_every_sei_is_recorded_and_cut_byte_for_byte(codec: str) -> None:
    video = _signed(codec, certificate_sei=True, escape_first=True)
    seis = _seis(video)
    assert len(seis) == 4
    chunks = [media.chunk(video, last=50, seq=1), media.chunk(video, first=50, seq=2)]
    _, clip = cut(chunks, at(0), at(100))
    for data in (chunks[0].data + chunks[1].data, clip):
        assert [nal in data for nal in seis] == [True] * 4
    assert [nal for packet in media.packets(clip) for nal in media.split_lengths(packet)] == _nals(
        video.frames
    )
    assert check_signing([clip]).proven == 75


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_the_certificate_sei_kept_beside_makes_later_footage_checkable(codec: str) -> None:
    first, second = _chunks(_signed(codec, certificate_sei=True))
    kept = certificate_sei([first])
    assert is_signing_sei(codec, kept)
    assert read_signing_sei(codec, kept).certificate
    alone = check_signing([second])
    assert (alone.state, alone.proven, alone.certificates, alone.signatures_valid) == ("signed", 0, [], 0)
    found = check_signing([second], certificate=kept, anchors=[identity().anchor])
    assert (found.state, found.proven, found.earlier, found.trusted) == ("signed", 25, 1, True)
    assert check_signing([first, second]).certificate_sei == kept
    assert certificate_sei(_chunks(media.video(codec))) == b""


def test_a_clip_cut_anywhere_is_not_called_broken() -> None:
    video = _signed(delay=4)
    chunks = [media.chunk(video, last=50, seq=1), media.chunk(video, first=50, seq=2)]
    for first, last in ((0, 100), (26, 100), (30, 80), (60, 99), (10, 20), (70, 78)):
        _, clip = cut(chunks, at(first), at(last))
        assert check_signing([clip]).findings == []


def _flip_slice(frames: list[Frame], number: int) -> None:
    frame = frames[number]
    frames[number] = replace(frame, data=frame.data[:-3] + bytes((frame.data[-3] ^ 1,)) + frame.data[-2:])


def _swap(frames: list[Frame], one: int, other: int) -> None:
    frames[one], frames[other] = (
        replace(frames[one], data=frames[other].data),
        replace(frames[other], data=frames[one].data),
    )


def _without_sei(frames: list[Frame], number: int) -> None:
    nals = [nal for nal in media.split_lengths(frames[number].data) if not is_signing_sei("h264", nal)]
    frames[number] = replace(frames[number], data=b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals))


TAMPERINGS = {
    "a flipped bit in the first GOP": (lambda frames: _flip_slice(frames, 10), ("gop_changed", 0, 10)),
    "a flipped bit later": (lambda frames: _flip_slice(frames, 60), ("gop_changed", 1, 10)),
    "a frame dropped from the first GOP": (lambda frames: frames.pop(10), ("frames_missing", 0, 10)),
    "a frame dropped later": (lambda frames: frames.pop(40), ("frames_missing", 0, 40)),
    "frames exchanged": (lambda frames: _swap(frames, 33, 37), ("gop_changed", 0, 33)),
    "an SEI taken out": (lambda frames: _without_sei(frames, 50), ("sei_missing", 1, 25)),
    "the first SEI taken out": (lambda frames: _without_sei(frames, 25), ("gop_without_sei", 0, 0)),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_where_it_was_done(name: str) -> None:
    tamper, (code, source, frame) = TAMPERINGS[name]
    video = _signed()
    frames = list(video.frames)
    tamper(frames)
    found = check_signing(_chunks(Video(video.track, frames)))
    assert found.state == "broken"
    first = found.findings[0]
    assert (first.code, first.source, first.frame) == (code, source, frame)
    assert found.proven < 75


def test_a_whole_gop_taken_out_or_moved_is_found() -> None:
    video = _signed()
    frames = list(video.frames)
    for order in ([*frames[:25], *frames[50:]], [*frames[:25], *frames[50:75], *frames[25:50], *frames[75:]]):
        moved = [replace(frame, pts=n * media.FRAME) for n, frame in enumerate(order)]
        found = check_signing([media.chunk(Video(video.track, moved)).data])
        assert found.state == "broken"


def test_a_gop_of_another_recording_of_the_same_camera_is_found() -> None:
    ours = _signed()
    other = Camera("h264").film(media.video(b_frames=2))
    frames = [*ours.frames[:50], *other.frames[50:]]
    # What joins them is our own SEI over our last GOP; the foreign GOP comes with the SEI that covers it.
    sei = next(nal for nal in media.split_lengths(other.frames[50].data) if is_signing_sei("h264", nal))
    kept = next(nal for nal in media.split_lengths(ours.frames[50].data) if is_signing_sei("h264", nal))
    joint = [kept if nal == sei else nal for nal in media.split_lengths(frames[50].data)]
    frames[50] = replace(frames[50], data=b"".join(len(nal).to_bytes(4, "big") + nal for nal in joint))
    found = check_signing([media.chunk(Video(ours.track, frames)).data])
    assert [(part.code, part.frame) for part in found.findings] == [("gop_order", 50)]
    assert (found.signatures_valid, found.proven) == (3, 50)


def test_a_changed_sei_or_another_key_is_found() -> None:
    video = _signed()
    sei = _seis(video)[1]
    position = sei.index(b"SN7")
    changed = sei[:position] + b"SN8" + sei[position + 3 :]
    frames = [replace(frame, data=frame.data.replace(sei, changed)) for frame in video.frames]
    found = check_signing(_chunks(Video(video.track, frames)))
    assert (found.state, [part.code for part in found.findings]) == ("broken", ["signature_invalid"])

    forged = _signed(who=identity("Palsu"))
    frames = [*video.frames[:50], *forged.frames[50:]]
    found = check_signing(_chunks(Video(video.track, frames)))
    assert {"key_changed", "signature_invalid"} <= {part.code for part in found.findings}


def test_a_chain_is_trusted_through_authorities_only() -> None:
    root, middle, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    anchor = certificate("Pabrik", root, "Pabrik", root, ca=True).public_bytes(Encoding.PEM)
    for ca in (True, False):
        chain = [
            certificate("Kamera", key, "Antara", middle),
            certificate("Antara", middle, "Pabrik", root, ca=ca),
        ]
        who = Identity(key, b"".join(part.public_bytes(Encoding.PEM) for part in chain), anchor)
        found = check_signing(_chunks(_signed(who=who)), anchors=[anchor])
        assert (found.state, found.proven, found.trusted) == ("signed", 75, ca)


def test_a_reencoded_signed_clip_is_unsigned_or_broken() -> None:
    video, other = _signed(), media.video(b_frames=2)
    frames = []
    for frame, foreign in zip(video.frames, other.frames, strict=True):
        seis = [nal for nal in media.split_lengths(frame.data) if is_signing_sei("h264", nal)]
        data = b"".join(len(nal).to_bytes(4, "big") + nal for nal in seis) + foreign.data
        frames.append(replace(foreign, data=data))
    assert check_signing([media.chunk(Video(other.track, frames)).data]).state == "broken"
    assert check_signing([media.chunk(other).data]).state == "unsigned"


def test_emulation_prevention_is_undone_and_done_where_the_standard_says() -> None:
    assert escaped(b"\0\0\0\0\0\1\0\0\3\0\0\4") == b"\0\0\3\0\0\3\0\1\0\0\3\3\0\0\4"
    plain, kept = (_seis(_signed(escape_first=first))[0] for first in (False, True))
    assert b"\0\0\3\0\0\3" in plain  # the first GOP is linked to 32 zero bytes
    assert b"\0\0\3" not in read_signing_sei("h264", plain).document
    assert b"\0\0\3" in read_signing_sei("h264", kept).document


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_seis_are_told_and_never_crash(data: st.DataObject) -> None:
    video = _signed(certificate_sei=data.draw(st.booleans()))
    sei = _seis(video)[data.draw(st.integers(0, 2))]
    damaged = bytearray(sei)
    # Not by the length itself: a signature is a byte longer or shorter each time, and what is drawn must not be.
    anywhere = st.integers(0, 4095)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[2 + data.draw(anywhere) % (len(sei) - 2)] = data.draw(st.integers(0, 255))
    damaged = damaged[: 3 + data.draw(anywhere) % (len(sei) - 2)]
    with suppress(Malformed):
        read_signing_sei("h264", bytes(damaged))
    frames = [
        replace(
            frame,
            data=frame.data.replace(
                len(sei).to_bytes(4, "big") + sei, len(damaged).to_bytes(4, "big") + damaged
            ),
        )
        for frame in video.frames
    ]
    assert check_signing([media.chunk(Video(video.track, frames)).data]).state in ("signed", "broken")
