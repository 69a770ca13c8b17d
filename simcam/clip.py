"""A clip taken apart for sending: its tracks, and every frame packed as interleaved RTP, in sending order.

Reads what simcam drew and any MP4 with H.264 or H.265 and, if there is sound, AAC or G.711 µ-law.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from simcam import payload
from simcam.errors import ClipError

MICRO = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Track:
    """One medium of a clip as the SDP describes it; `codec` is h264, h265, aac or pcmu."""

    kind: str
    codec: str
    payload_type: int
    clock_rate: int
    rtpmap: str
    fmtp: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One frame of picture or sound.

    `offset_us` is when it leaves after the loop's start, `ticks` its time in the track's clock, `number` its
    place within its track, `block` its interleaved packets beginning at `starts`.
    """

    track: int
    number: int
    offset_us: int
    ticks: int
    keyframe: bool
    block: bytes
    starts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A loop of `duration_us`; a frame leaves `delay_us` after its capture (not 0 only with B-frames)."""

    name: str
    tracks: tuple[Track, ...]
    units: tuple[Unit, ...]
    duration_us: int
    delay_us: int
    width: int
    height: int

    @property
    def video(self) -> Track:
        """The picture's track, always the first."""
        return self.tracks[0]

    def showing(self, other: Clip) -> Clip:
        """The pictures of another clip with this one's sound (silence when the loops differ in length)."""
        mine = [unit for unit in self.units if unit.track and self.duration_us == other.duration_us]
        units = sorted(
            [unit for unit in other.units if not unit.track] + mine, key=lambda unit: unit.offset_us
        )
        return replace(other, tracks=(other.video, *self.tracks[1:]), units=tuple(units))


def load(path: Path) -> Clip:
    """Reads a clip whole into memory. Raises ClipError when it cannot be played over RTP."""
    try:
        with av.open(str(path), options={"ignore_editlist": "1"}) as container:
            return _read(path, container)
    except (OSError, ValueError, IndexError) as error:
        raise ClipError(
            f"{path} cannot be read as a clip ({error}); delete it or give another file."
        ) from error


def with_pcmu(clip: Clip, second: list[int]) -> Clip:
    """Adds G.711 µ-law sound: one second of 8 kHz samples round and round, 20 ms a packet."""
    track = Track(kind="audio", codec="pcmu", payload_type=0, clock_rate=8000, rtpmap="PCMU/8000")
    coded = bytes(payload.mu_law(sample) for sample in second)
    packets = [coded[at : at + 160] for at in range(0, 8000, 160)]
    sound = [
        _unit(1, track, number, number * 20_000, number * 160, False, [packets[number % 50]])
        for number in range(clip.duration_us // 20_000)
    ]
    units = sorted((*clip.units, *sound), key=lambda unit: (unit.offset_us, unit.track))
    return replace(clip, tracks=(*clip.tracks, track), units=tuple(units))


def _read(path: Path, container: av.container.InputContainer) -> Clip:
    if not container.streams.video:
        raise ClipError(f"{path} has no pictures; give an MP4 with H.264 or H.265.")
    video = container.streams.video[0]
    sets, track = _video_track(path, video)
    tracks = [track]
    streams: list[av.VideoStream | av.AudioStream] = [video]
    if container.streams.audio:
        sound = _audio_track(container.streams.audio[0])
        if sound is not None:
            tracks.append(sound)
            streams.append(container.streams.audio[0])
    packets: list[list[_Packet]] = [[] for _ in streams]
    for packet in container.demux(streams):
        if packet.size and packet.pts is not None and packet.dts is not None:
            packets[0 if packet.stream is video else 1].append(_Packet.of(packet))
    if not packets[0] or not packets[0][0].keyframe:
        raise ClipError(f"{path} does not begin with a keyframe; cut it at one.")
    duration_us, delay_us = _pace(packets[0])
    units = list(_video_units(track, sets, packets[0]))
    if len(tracks) > 1:
        units += _audio_units(tracks[1], packets[1], duration_us)
    units.sort(key=lambda unit: (unit.offset_us, unit.track))
    return Clip(
        name=path.stem,
        tracks=tuple(tracks),
        units=tuple(units),
        duration_us=duration_us,
        delay_us=delay_us,
        width=video.codec_context.width,
        height=video.codec_context.height,
    )


@dataclass(frozen=True, kw_only=True)
class _Packet:
    pts: Fraction
    dts: Fraction
    lasts: Fraction
    keyframe: bool
    data: bytes

    @classmethod
    def of(cls, packet: av.Packet[Any]) -> _Packet:
        base = packet.time_base
        return cls(
            pts=(packet.pts or 0) * base,
            dts=(packet.dts or 0) * base,
            lasts=(packet.duration or 0) * base,
            keyframe=packet.is_keyframe,
            data=bytes(packet),
        )


def _pace(packets: list[_Packet]) -> tuple[int, int]:
    """The loop's length and the delay that keeps every frame from leaving before it was captured."""
    duration = packets[-1].dts - packets[0].dts + packets[-1].lasts
    first_shown = min(packet.pts for packet in packets)
    ahead = max((packet.pts - first_shown) - (packet.dts - packets[0].dts) for packet in packets)
    return round(duration * MICRO), round(max(ahead, Fraction(0)) * MICRO)


def _unit(
    index: int, track: Track, number: int, offset_us: int, ticks: int, keyframe: bool, payloads: list[bytes]
) -> Unit:
    # The marker bit ends a picture; of sound, each AAC packet is whole and G.711 has no talk spurts.
    block, starts = payload.interleave(index, track.payload_type, payloads, marker=track.codec != "pcmu")
    return Unit(
        track=index,
        number=number,
        offset_us=offset_us,
        ticks=ticks,
        keyframe=keyframe,
        block=block,
        starts=tuple(starts),
    )


def _video_units(track: Track, sets: list[bytes], packets: list[_Packet]) -> Iterator[Unit]:
    first_shown, first_sent = min(packet.pts for packet in packets), packets[0].dts
    pack, is_set = (payload.h264, _is_h264_set) if track.codec == "h264" else (payload.h265, _is_h265_set)
    for number, packet in enumerate(packets):
        units = [unit for unit in payload.nal_units(packet.data) if not is_set(unit)]
        yield _unit(
            0,
            track,
            number,
            round((packet.dts - first_sent) * MICRO),
            round((packet.pts - first_shown) * track.clock_rate),
            packet.keyframe,
            pack(units, sets if packet.keyframe else ()),
        )


def _audio_units(track: Track, packets: list[_Packet], duration_us: int) -> Iterator[Unit]:
    for number, packet in enumerate(packets):
        offset = packet.pts - packets[0].pts
        if round(offset * MICRO) < duration_us:
            data = payload.aac(packet.data) if track.codec == "aac" else packet.data
            yield _unit(
                1, track, number, round(offset * MICRO), round(offset * track.clock_rate), False, [data]
            )


def _is_h264_set(unit: bytes) -> bool:
    return unit[0] & 0x1F in (7, 8)


def _is_h265_set(unit: bytes) -> bool:
    return unit[0] >> 1 & 0x3F in (32, 33, 34)


def _video_track(path: Path, stream: av.VideoStream) -> tuple[list[bytes], Track]:
    """The parameter sets out of avcC or hvcC (ISO 14496-15) and the track that announces them."""
    record = bytes(stream.codec_context.extradata or b"")
    name = stream.codec_context.name
    if name not in ("h264", "hevc") or len(record) < 7 or record[0] != 1:
        raise ClipError(f"{path} holds {name}; give an MP4 with H.264 or H.265.")
    if name == "h264":
        sets = [*_sets(record, 6, record[5] & 31)]
        sets += _sets(
            record, 7 + sum(2 + len(one) for one in sets), record[6 + sum(2 + len(one) for one in sets)]
        )
        profile = sets[0][1:4].hex()
        fmtp = f"packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={_base64(sets)}"
        return sets, _video("h264", "H264/90000", fmtp)
    sets, at, groups = [], 23, []
    for _ in range(record[22]):
        kind, found = (
            record[at] & 63,
            [*_sets(record, at + 3, int.from_bytes(record[at + 1 : at + 3], "big"))],
        )
        at += 3 + sum(2 + len(one) for one in found)
        if kind in _SPROP:
            sets += found
            groups.append(f"{_SPROP[kind]}={_base64(found)}")
    return sets, _video("h265", "H265/90000", ";".join(groups))


_SPROP = {32: "sprop-vps", 33: "sprop-sps", 34: "sprop-pps"}


def _video(codec: str, rtpmap: str, fmtp: str) -> Track:
    return Track(kind="video", codec=codec, payload_type=96, clock_rate=90_000, rtpmap=rtpmap, fmtp=fmtp)


def _sets(record: bytes, at: int, count: int) -> Iterator[bytes]:
    for _ in range(count):
        length = int.from_bytes(record[at : at + 2], "big")
        yield record[at + 2 : at + 2 + length]
        at += 2 + length


def _base64(sets: Iterable[bytes]) -> str:
    return ",".join(base64.b64encode(one).decode() for one in sets)


def _audio_track(stream: av.AudioStream) -> Track | None:
    """The track of the sound, or None when RTP as we speak it cannot carry it."""
    context = stream.codec_context
    if context.name == "aac" and context.extradata:
        fmtp = (
            "streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;"
            f"config={bytes(context.extradata).hex()}"
        )
        rtpmap = f"MPEG4-GENERIC/{context.sample_rate}/{context.layout.nb_channels}"
        return Track(
            kind="audio",
            codec="aac",
            payload_type=97,
            clock_rate=context.sample_rate,
            rtpmap=rtpmap,
            fmtp=fmtp,
        )
    if context.name == "pcm_mulaw" and context.sample_rate == 8000:
        return Track(kind="audio", codec="pcmu", payload_type=0, clock_rate=8000, rtpmap="PCMU/8000")
    return None
