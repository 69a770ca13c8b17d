"""Which of the offered media are recorded, and what is known of them before the first packet."""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress
from dataclasses import dataclass

from recorder import nal
from recorder.sources.rtp.sdp import Description, Media
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.tracks import AudioTrack, VideoCodec, VideoTrack, nal_type

_VIDEO: dict[str, VideoCodec] = {"H264": "h264", "H265": "h265", "HEVC": "h265"}
_SETS = {
    "h264": ("sprop-parameter-sets",),  # RFC 6184 section 8.1
    "h265": ("sprop-vps", "sprop-sps", "sprop-pps"),  # RFC 7798 section 7.1
}


class NotHere(Exception):
    """The camera offers something that this path does not read; the text says what. libav may."""


class OverUdp(NotHere):
    """The camera sends RTP over UDP only."""

    def __init__(self) -> None:
        super().__init__("RTP over UDP only")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The video to record. `track` is None until parameter sets come in the stream."""

    media: Media
    codec: VideoCodec
    track: VideoTrack | None


@dataclass(frozen=True, kw_only=True)
class AacLayout:
    """How AAC frames lie in packets: bits of each header field (RFC 3640 section 4.1)."""

    size_bits: int
    index_bits: int
    delta_bits: int


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """The sound to record; `layout` only for AAC."""

    media: Media
    track: AudioTrack
    layout: AacLayout | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is set up. `notes` tell people what is not recorded and why."""

    picture: Picture
    sound: Hearing | None
    notes: tuple[str, ...]


def choose(description: Description) -> Choice:
    """The first video and the first sound that can be kept. Raises NotHere, also when there is no video."""
    videos = [media for media in description.media if media.kind == "video" and media.sending]
    if not videos:
        raise NotHere("no video")
    picture = _picture(videos[0])
    notes: list[str] = []
    for media in description.media:
        if media.kind == "audio" and media.sending:
            sound = _sound(media, notes)
            if sound is not None:
                return Choice(picture=picture, sound=sound, notes=())
    return Choice(picture=picture, sound=None, notes=tuple(notes))


def _picture(media: Media) -> Picture:
    codec = _VIDEO.get(media.encoding)
    if codec is None:
        raise NotHere(f"video {media.encoding or media.payload_type}")
    if media.clock <= 0:
        raise NotHere("a video clock of zero")
    if media.parameters.get("packetization-mode", "0") == "2":
        raise NotHere("interleaved packetization")
    if codec == "h265" and media.parameters.get("sprop-max-don-diff", "0") not in ("", "0"):
        raise NotHere(
            "pictures out of decoding order"
        )  # RFC 7798 section 4.4.1: then packets carry order numbers
    return Picture(media=media, codec=codec, track=_sets(media, codec))


def _sets(media: Media, codec: VideoCodec) -> VideoTrack | None:
    """The parameter sets of the description; what cannot be read there may still come in the stream."""
    units: list[bytes] = []
    for name in _SETS[codec]:
        for text in media.parameters.get(name, "").split(","):
            with suppress(binascii.Error, ValueError):
                unit = base64.b64decode(text + "=" * (-len(text) % 4))
                if unit and nal_type(codec, unit) >= 0:
                    units.append(unit)
    with suppress(Malformed):
        return nal.updated(None, units, codec)
    return None


def _sound(media: Media, notes: list[str]) -> Hearing | None:
    """AAC and G.711 are kept; LATM is left to libav, and the rest has no place in an MP4 that browsers play."""
    try:
        if media.encoding in ("PCMU", "PCMA"):
            codec = "pcmu" if media.encoding == "PCMU" else "pcma"
            return Hearing(media=media, track=AudioTrack(codec, media.clock, media.channels))  # type: ignore[arg-type]
        if media.encoding == "MPEG4-GENERIC":
            return _aac(media)
    except (Malformed, ValueError) as error:
        notes.append(f"sound is not recorded: {error}")
        return None
    if media.encoding == "MP4A-LATM":
        raise NotHere("sound MP4A-LATM")
    name = media.encoding or f"payload type {media.payload_type}"
    notes.append(f"sound is not recorded: {name} has no place in the archive; set the camera to AAC or G.711")
    return None


def _aac(media: Media) -> Hearing:
    parameters = media.parameters
    if parameters.get("mode", "AAC-hbr").lower() not in ("aac-hbr", "aac-lbr"):
        raise Malformed(f"MPEG-4 sound in mode {parameters['mode'][:20]}")
    layout = AacLayout(
        size_bits=int(parameters.get("sizelength", "13")),
        index_bits=int(parameters.get("indexlength", "3")),
        delta_bits=int(parameters.get("indexdeltalength", "3")),
    )
    if not (0 < layout.size_bits <= 16 and 0 <= layout.index_bits <= 16 and 0 <= layout.delta_bits <= 16):
        raise Malformed("AAC with impossible header fields")
    config = bytes.fromhex(parameters.get("config", ""))
    return Hearing(media=media, track=AudioTrack("aac", media.clock, media.channels, config), layout=layout)
