"""Clips as ONVIF export files, held against the Export File Format Specification 26.06 field by field.

Compared with the specification (github.com/onvif/specs at ae44f9e, doc/ExportFileFormat.xml):
- "Required Side Information": suep is a FullBox of version 1 in the file-level meta; names, URLs, MACs and line
  are NUL-terminated UTF-8; ExportUnitTime is seconds since 1904 in 64 bits; TrackID has 16 bits.
- "Timing": cstb in meta; 32-bit track, 64-bit count of 100 ns since 1601 of the origin of the media timeline.
  Composition offsets and the edit list count from that origin, so it lies before the first frame shown where
  frames that a decoder needs come first.
- "Location information": loci in udta, role 1, 16.16 longitude, latitude, altitude (ETSI TS 126 244).
- "Signature": ipro with protection_count 1 for ever; a sinf each time, in it schm (scheme 0x6F656666, version
  0x00010000) and schi of sibo, cert, and cstb and auib where used. RSASSA-PSS, SHA-256, MGF1 with SHA-256, salt
  20, over the file with the own signature zero. To check an earlier one: later sinf removed, ipro and meta sized
  again. There is no demand on brands beyond isom; ours name iso2 too.
- "Requirements to Preserve Media Signing": NAL units and their order are untouched (test_media_signing). A
  certificate SEI is not put in front, that would be a frame's byte that the camera did not send there; it is
  kept beside the file.

Compared with ONVIF's tools as their source reads, and isosign also run (compiled from its main branch, OpenSSL
3.0): isosign countersigned a file of ours, signed one that we left unsigned, and was countersigned by us; all
signatures held here, and `openssl dgst -verify` took ours. Where tools and text differ, we write the text:
- isosign writes the scheme as "OEFF", the text gives "oeff"; read are both. It knows no 64-bit box sizes, so mdat
  has none below 4 GiB, and it spoils a signed file without sumi, so there is one.
- oxfplayer reads TrackID of suep as 32 bits; its verifier hashes what this module's `hashed_by_the_player` does;
  its consistency check wants sumi in meta and knows cstb in schi only, its player takes it from anywhere.
"""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import av
import imageio_ffmpeg
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.fmp4.boxes import Box, Malformed, child, full_box, iterate
from saksi.fmp4.export_read import read_export
from saksi.fmp4.export_signature import countersign, pss_signer, signed, verify
from saksi.fmp4.splice import plan, ranges
from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.exporter import EXPORTED_US, certificate, export, facts, holder
from tests.unit.saksi.fmp4.media import at, cut

STREAMS = [("h264", 0, None), ("h264", 2, "aac"), ("h265", 2, None), ("h265", 0, "pcmu")]
SECONDS_1601_TO_1970 = 11_644_473_600


def _chunks(codec: str = "h264", b_frames: int = 0, sound: str | None = None) -> list[media.Chunk]:
    video, audio = media.video(codec, b_frames=b_frames), media.sound(sound) if sound else None
    return [media.chunk(video, audio, last=50, seq=1), media.chunk(video, audio, first=50, seq=2)]


def _meta(data: bytes) -> tuple[Box, dict[bytes, Box]]:
    top = list(iterate(data))
    assert [part.kind for part in top] == [b"ftyp", b"moov", b"mdat", b"meta"]
    return top[-1], {part.kind: part for part in iterate(data, top[-1].body + 4, top[-1].end)}


def _texts(data: bytes, count: int) -> tuple[list[str], bytes]:
    parts = data.split(b"\x00", count)
    return [part.decode() for part in parts[:count]], parts[count]


def hashed_by_the_player(data: bytes, number: int) -> tuple[bytes, bytes, bytes]:
    """(bytes hashed, signature, certificate) for one signature, by the rule of ONVIF's player: everything before
    meta, then meta up to the end of that sinf, its signature zero, ipro and meta told to end there."""
    meta, inside = _meta(data)
    ipro = inside[b"ipro"]
    sinf = list(iterate(data, ipro.body + 6, ipro.end))[number]
    schi = {part.kind: part for part in iterate(data, child(data, sinf, b"schi").body, sinf.end)}
    sibo, cert = schi[b"sibo"], schi[b"cert"]
    buffer = bytearray(data[: sinf.end])
    buffer[sibo.body : sibo.end] = bytes(sibo.end - sibo.body)
    struct.pack_into(">I", buffer, ipro.offset, sinf.end - ipro.offset)
    struct.pack_into(">I", buffer, meta.offset, sinf.end - meta.offset)
    return bytes(buffer), data[sibo.body : sibo.end], data[cert.body : cert.end]


def _holds_for_the_player(data: bytes, number: int) -> bool:
    hashed, signature, der = hashed_by_the_player(data, number)
    key = x509.load_der_x509_certificate(der).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(signature, hashed, padding.PSS(padding.MGF1(SHA256()), 20), SHA256())
    except InvalidSignature:
        return False
    return True


def test_the_surveillance_export_box_holds_what_the_specification_lists() -> None:
    _, data = export(_chunks(sound="aac"), at(10), at(60), facts(sound=True))
    _, inside = _meta(data)
    assert list(inside) == [b"hdlr", b"suep", b"sumi", b"cstb", b"ipro"]
    suep = data[inside[b"suep"].body : inside[b"suep"].end]
    assert suep[:4] == bytes((1, 0, 0, 0))
    unit, rest = _texts(suep[4:], 3)
    assert unit == ["Saksi Polrestabes Semarang", "https://saksi.example/", "08-00-27-00-0C-15"]
    assert int.from_bytes(rest[:8], "big") == EXPORTED_US // 1_000_000 + 2_082_844_800
    operator, rest = _texts(rest[8:], 1)
    assert operator == ["Brigadir Sari, NRP 1234"]
    assert rest[:6] == struct.pack(">IH", 2, 1)
    video, rest = _texts(rest[6:], 4)
    assert video == ["Simpang Lima Utara", "rtsp://10.1.2.3/1", "08:00:27:00:0C:16", "2"]
    assert rest[:2] == struct.pack(">H", 2)
    assert _texts(rest[2:], 4) == (["Mikrofon Simpang Lima", "rtsp://10.1.2.3/1", "", ""], b"")


def test_the_protection_boxes_are_those_of_the_specification() -> None:
    _, data = export(_chunks(), at(10), at(60), facts())
    _, inside = _meta(data)
    ipro = inside[b"ipro"]
    assert data[ipro.body : ipro.body + 6] == bytes(4) + struct.pack(">H", 1)
    (sinf,) = iterate(data, ipro.body + 6, ipro.end)
    schm, schi = iterate(data, sinf.body, sinf.end)
    assert (sinf.kind, schm.kind, schi.kind) == (b"sinf", b"schm", b"schi")
    assert data[schm.body : schm.end] == struct.pack(">III", 0, 0x6F656666, 0x00010000)
    parts = {part.kind: data[part.body : part.end] for part in iterate(data, schi.body, schi.end)}
    assert list(parts) == [b"sibo", b"cert", b"auib"]
    assert len(parts[b"sibo"]) == 256
    assert parts[b"cert"] == holder("Saksi")[1]
    assert parts[b"auib"] == b"Salinan putar\x00"
    assert ipro.end == len(data)


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
@pytest.mark.parametrize("first", [0, 33])
def test_the_start_time_is_the_wall_clock_of_the_media_timelines_origin(
    codec: str, b_frames: int, sound: str | None, first: int
) -> None:
    _, data = export(_chunks(codec, b_frames, sound), at(first), at(80), facts(sound=bool(sound)))
    _, inside = _meta(data)
    cstb = data[inside[b"cstb"].body : inside[b"cstb"].end]
    rows = list(struct.iter_unpack(">IQ", cstb[4:]))
    assert struct.unpack(">I", cstb[:4]) == (len(rows),) == (1 + bool(sound),)
    starts = {track: (start - SECONDS_1601_TO_1970 * 10**7) / 10 for track, start in rows}
    with av.open(io.BytesIO(data), options={"ignore_editlist": "1"}) as container:
        for frame in container.decode(video=0):
            number = media.number_of(frame.to_ndarray(format="rgb24"))
            assert abs(starts[1] + frame.time * 1e6 - at(number)) < 10
    if sound:
        with av.open(io.BytesIO(data), options={"ignore_editlist": "1"}) as container:
            packet = next(packet for packet in container.demux(audio=0) if packet.size)
            # FFmpeg joins packets of G.711 as it likes; the first still begins with the first.
            numbers = [i for i, one in enumerate(media.sound(sound).frames) if bytes(packet).startswith(one)]
            track = media.sound(sound)
            wanted = at(0) + numbers[0] * track.span * 1e6 / track.track.rate
            assert (
                abs(starts[2] + packet.pts * float(packet.time_base) * 1e6 - wanted) < 64
            )  # half a tick of 8 kHz
    assert read_export(io.BytesIO(data)).starts == [(track, int(start)) for track, start in starts.items()]


def test_the_place_is_where_players_look_for_it() -> None:
    _, data = export(_chunks(), at(0), at(50), facts())
    moov = list(iterate(data))[1]
    loci = child(data, child(data, moov, b"udta"), b"loci")
    language = (ord("i") - 0x60) << 10 | (ord("n") - 0x60) << 5 | (ord("d") - 0x60)
    body = data[loci.body : loci.end]
    assert body[:6] == bytes(4) + struct.pack(">H", language)
    (name,), rest = _texts(body[6:], 1)
    role, longitude, latitude, altitude = struct.unpack(">Biii", rest[:13])
    assert (name, role, altitude >> 16) == ("Jl. Pahlawan", 1, 5)
    assert abs(longitude / 65_536 - 110.423) < 1e-5
    assert abs(latitude / 65_536 + 6.9907) < 1e-5
    assert _texts(rest[13:], 2) == (["earth", ""], b"")
    with av.open(io.BytesIO(data)) as container:
        assert container.metadata["location"] == "-06.9907+110.4230+5.000000/Jl. Pahlawan"


def test_what_was_written_is_read_back() -> None:
    told = facts(sound=True)
    _, data = export(_chunks(sound="aac"), at(10), at(60), told)
    found = read_export(io.BytesIO(data))
    place = found.facts.place
    assert told.place is not None
    assert place is not None
    assert (
        abs(place.latitude_e7 - told.place.latitude_e7) + abs(place.longitude_e7 - told.place.longitude_e7)
        < 200
    )
    assert replace(found.facts, place=None) == replace(told, place=None, certificate=b"", note="")
    assert (found.facts.place and found.facts.place.altitude_m, found.tracks) == (5, [1, 2])
    assert [(part.note, part.scheme) for part in found.signings] == [("Salinan putar", b"oeff")]


@pytest.mark.parametrize(("codec", "b_frames", "sound"), STREAMS)
def test_an_export_file_shows_every_frame_in_pyav_and_ffmpeg(
    codec: str, b_frames: int, sound: str | None, tmp_path: Path
) -> None:
    chunks = _chunks(codec, b_frames, sound)
    clip, data = export(chunks, at(33), at(88), facts(sound=bool(sound)))
    plain, other = cut(chunks, at(33), at(88))
    assert media.shown(data) == media.shown(other)
    assert media.numbers(data) == list(range(33, 88))
    assert media.packets(data) == media.packets(other)
    assert (clip.frames, clip.start_us, clip.end_us, clip.parts) == (
        plain.frames,
        plain.start_us,
        plain.end_us,
        plain.parts,
    )
    path = tmp_path / "export.mp4"
    path.write_bytes(data)
    tool = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-i", str(path)]
    done = subprocess.run([*tool, "-f", "null", "-"], capture_output=True, text=True, timeout=60)
    told = [line for line in done.stderr.splitlines() if "Guessed Channel Layout" not in line]
    assert (done.returncode, told) == (0, [])
    raw = ["-map", "0:v", "-f", "rawvideo", "-pix_fmt", "gray", "-fps_mode", "passthrough", "-"]
    pictures = subprocess.run([*tool, *raw], capture_output=True, check=True, timeout=60).stdout
    assert len(pictures) == 55 * 160 * 96


def test_everything_is_known_before_the_first_byte_but_the_signature() -> None:
    chunks = _chunks("h264", 2, "aac")
    told = facts(sound=True)
    planned = plan([chunk.splice() for chunk in chunks], at(13), at(77), export=told)
    before = media.fetched(chunks, ranges(planned, 0, planned.length - 1))
    done, data = export(chunks, at(13), at(77), told)
    assert len(before) == planned.length == done.length == len(data)
    differing = [i for i in range(len(data)) if data[i] != before[i]]
    assert differing[0] > len(data) - len(planned.trailer)
    assert differing[-1] - differing[0] < 256
    assert done.etag != planned.etag
    # In one pass: hash while sending, then send the signed end.
    digest = hashlib.sha256()
    for part in ranges(planned, 0, planned.length - len(planned.trailer) - 1):
        digest.update(media.fetched(chunks, [part]))
    digest.update(planned.trailer)
    assert digest.digest() == hashlib.sha256(before).digest()


def test_without_the_argument_a_clip_stays_as_it_was() -> None:
    chunks = _chunks("h264", 2, "aac")
    clip, data = cut(chunks, at(13), at(77))
    assert clip.trailer == b""
    assert [part.kind for part in iterate(data)] == [b"ftyp", b"moov", b"mdat"]
    assert data[: len(clip.header)].endswith(
        struct.pack(">I4sQ", 1, b"mdat", len(data) - len(clip.header) + 16)
    )


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_range_of_an_export_is_the_same_bytes_as_in_the_whole(data: st.DataObject) -> None:
    chunks = _chunks("h264", 2, "aac")
    clip, whole = export(chunks, at(13), at(77), facts(sound=True))
    first = data.draw(st.integers(0, clip.length - 1) | st.integers(clip.length - 2_000, clip.length - 1))
    last = data.draw(st.integers(first, clip.length - 1))
    assert media.fetched(chunks, ranges(clip, first, last)) == whole[first : last + 1]


def test_exporter_and_later_holders_sign_and_each_signature_holds() -> None:
    _, data = export(_chunks(), at(10), at(60), facts())
    stream = io.BytesIO(data)
    key, der = holder("Kejaksaan", 3072)
    countersign(stream, der, pss_signer(key), note="Diterima 24-11-2025", starts_us={1: media.START_US})
    key, der = holder("Pengadilan")
    countersign(stream, der, pss_signer(key))
    found = verify(stream)
    assert [check.problem for check in found] == ["", "", ""]
    assert [check.note for check in found] == ["Salinan putar", "Diterima 24-11-2025", ""]
    assert [check.certificate for check in found] == [
        holder("Saksi")[1],
        holder("Kejaksaan", 3072)[1],
        holder("Pengadilan")[1],
    ]
    assert found[1].starts == [(1, media.START_US)]
    final = stream.getvalue()
    assert [_holds_for_the_player(final, number) for number in range(3)] == [True] * 3
    meta, inside = _meta(final)
    assert final[inside[b"ipro"].body + 4 : inside[b"ipro"].body + 6] == b"\x00\x01"
    assert final[: meta.offset] == data[: meta.offset]
    assert media.numbers(final) == list(range(10, 60))


def test_an_export_that_nobody_signed_can_be_signed_by_its_receiver() -> None:
    _, data = export(_chunks(), at(10), at(60), facts(signer=""))
    stream = io.BytesIO(data)
    assert verify(stream) == []
    key, der = holder("Kejaksaan", 3072)
    countersign(stream, der, pss_signer(key), note="Diterima")
    assert [(check.holds, check.note) for check in verify(stream)] == [(True, "Diterima")]
    assert _holds_for_the_player(stream.getvalue(), 0)


@pytest.mark.parametrize("where", ["header", "media", "suep", "note"])
def test_a_changed_byte_breaks_every_signature_over_it(where: str) -> None:
    clip, data = export(_chunks(), at(10), at(60), facts())
    stream = io.BytesIO(data)
    key, der = holder("Kejaksaan", 3072)
    countersign(stream, der, pss_signer(key), note="Diterima")
    final = bytearray(stream.getvalue())
    place = {
        "header": 200,
        "media": len(clip.header) + 500,
        "suep": final.index(b"Brigadir"),
        "note": final.index(b"Diterima"),
    }[where]
    final[place] ^= 1
    broken = ["", "signature"] if where == "note" else ["signature", "signature"]
    assert [check.problem for check in verify(io.BytesIO(bytes(final)))] == broken


def test_a_signature_of_another_key_does_not_hold() -> None:
    _, data = export(_chunks(), at(10), at(60), facts(), signer="Palsu")
    assert [check.problem for check in verify(io.BytesIO(data))] == ["signature"]


def test_keys_that_may_not_sign_and_texts_that_cannot_be_written_are_refused() -> None:
    chunks = [chunk.splice() for chunk in _chunks()]
    weak, other = holder("Lemah", 1024)[1], ec.generate_private_key(ec.SECP256R1())
    curve = certificate("EC", other, "EC", other).public_bytes(Encoding.DER)
    for told in (
        replace(facts(), certificate=weak),
        replace(facts(), certificate=curve),
        replace(facts(), certificate=b"no"),
        replace(facts(), operator="a\0b"),
    ):
        with pytest.raises(ValueError):
            plan(chunks, at(0), at(9), export=told)
    unsigned = plan(chunks, at(0), at(9), export=facts(signer=""))
    with pytest.raises(ValueError, match="no room"):
        signed(unsigned, bytes(32), pss_signer(holder("Saksi")[0]))
    with pytest.raises(ValueError, match="bytes where 256 belong"):
        signed(plan(chunks, at(0), at(9), export=facts()), bytes(32), lambda _: b"short")


def test_files_that_are_no_export_files_are_refused() -> None:
    chunks = _chunks()
    _, plain = cut(chunks, at(0), at(9))
    _, data = export(chunks, at(0), at(9), facts())
    meta, _ = _meta(data)
    longer = bytearray(data + full_box(b"free", 0, 0))  # inside meta, behind what signing would lengthen
    struct.pack_into(">I", longer, meta.offset, len(longer) - meta.offset)
    ends = (data + full_box(b"free", 0, 0), data[:-1], bytes(longer))
    for broken in (plain, *ends, chunks[0].data, b""):
        with pytest.raises(Malformed):
            verify(io.BytesIO(broken))
        with pytest.raises(Malformed):
            countersign(io.BytesIO(broken), holder("Saksi")[1], pss_signer(holder("Saksi")[0]))


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_export_files_are_refused_or_do_not_hold_and_never_crash(data: st.DataObject) -> None:
    clip, whole = export(_chunks(), at(10), at(60), facts())
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(len(whole) - len(clip.trailer), len(whole) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    if damaged == whole:
        return
    with suppress(Malformed):
        assert not any(check.holds for check in verify(io.BytesIO(bytes(damaged))))
