"""Sample entries: avc1 and hvc1 (ISO/IEC 14496-15), mp4a (14496-14), ulaw and alaw (QuickTime)."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from saksi.fmp4.boxes import Malformed, box, full_box, iterate
from saksi.fmp4.tracks import (
    H264_HIGH_PROFILES,
    H264_PPS,
    H264_SPS,
    H265_PPS,
    H265_SPS,
    H265_VPS,
    AudioTrack,
    VideoTrack,
    h265_profile_tier_level,
    h265_temporal_layers,
)

_VISUAL_ENTRY_LENGTH = 86  # box header and VisualSampleEntry before the first box inside


def video_entry(video: VideoTrack) -> bytes:
    """VisualSampleEntry, ISO/IEC 14496-12 section 12.1.3, with 4-byte NAL lengths."""
    kind, configuration = (b"avc1", _avcc(video)) if video.codec == "h264" else (b"hvc1", _hvcc(video))
    return box(
        kind,
        struct.pack(">6xH16xHH", 1, video.width, video.height),
        struct.pack(">II4xH32xHh", 0x480000, 0x480000, 1, 24, -1),
        configuration,
    )


def audio_entry(audio: AudioTrack) -> bytes:
    """AudioSampleEntry, ISO/IEC 14496-12 section 12.2.3."""
    kind = {"aac": b"mp4a", "pcmu": b"ulaw", "pcma": b"alaw"}[audio.codec]
    rate = audio.rate << 16 if audio.rate < 0x10000 else 0
    head = struct.pack(">6xH8xHH4xI", 1, audio.channels, 16, rate)
    return box(kind, head, _esds(audio)) if audio.codec == "aac" else box(kind, head)


def decoder_configuration(entry: bytes) -> bytes:
    """The avcC or hvcC record of a video sample entry, as decoders take it. Raises Malformed."""
    for found in iterate(entry, _VISUAL_ENTRY_LENGTH):
        if found.kind in (b"avcC", b"hvcC"):
            return entry[found.body : found.end]
    raise Malformed(f"sample entry {entry[4:8]!r} without a decoder configuration")


def _avcc(video: VideoTrack) -> bytes:
    """AVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 5.3.3.1."""
    sequence, picture = video.sets(H264_SPS)[:31], video.sets(H264_PPS)[:255]
    if not picture:
        raise Malformed("h264 stream without a picture parameter set")
    sps = video.sps
    record = bytes((1, sps[1], sps[2], sps[3], 0xFF, 0xE0 | len(sequence)))
    record += _sized(sequence) + bytes((len(picture),)) + _sized(picture)
    if sps[1] in H264_HIGH_PROFILES:
        facts = video.picture
        record += bytes((0xFC | facts.chroma, 0xF8 | facts.luma_depth - 8, 0xF8 | facts.chroma_depth - 8, 0))
    return box(b"avcC", record)


def _hvcc(video: VideoTrack) -> bytes:
    """HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 8.3.3.1.

    array_completeness stays 0: the sets are also in the samples, byte for byte as the camera sent them.
    """
    facts = video.picture
    layers, nested = h265_temporal_layers(video.sps)
    arrays = [(kind, sets) for kind in (H265_VPS, H265_SPS, H265_PPS) if (sets := video.sets(kind))]
    if len(arrays) != 3:
        raise Malformed("h265 stream without all of VPS, SPS and PPS")
    record = b"\x01" + h265_profile_tier_level(video.sps)
    record += struct.pack(
        ">HBBBBHBB",
        0xF000,  # min_spatial_segmentation_idc unknown
        0xFC,  # parallelismType unknown
        0xFC | facts.chroma,
        0xF8 | facts.luma_depth - 8,
        0xF8 | facts.chroma_depth - 8,
        0,  # avgFrameRate unknown
        layers << 3 | nested << 2 | 3,
        len(arrays),
    )
    return box(
        b"hvcC", record, *(struct.pack(">BH", kind, len(sets)) + _sized(sets) for kind, sets in arrays)
    )


def _esds(audio: AudioTrack) -> bytes:
    """ES_Descriptor, ISO/IEC 14496-1 section 7.2.6.5, with short lengths (the config is under 64 bytes)."""
    specific = _descriptor(5, audio.config)
    decoder = _descriptor(4, struct.pack(">BB3sII", 0x40, 0x15, bytes(3), 0, 0), specific)
    return full_box(b"esds", 0, 0, _descriptor(3, struct.pack(">HB", 0, 0), decoder, _descriptor(6, b"\x02")))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((tag, len(body))) + body


def _sized(sets: Iterable[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(nal)) + nal for nal in sets)
