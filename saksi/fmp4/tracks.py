"""What a stream is: codec, parameter sets, picture size, RFC 6381 `codecs` string."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from saksi.fmp4.bits import BitReader
from saksi.fmp4.boxes import Malformed

VIDEO_TIMESCALE = 90_000
VideoCodec = Literal["h264", "h265"]
AudioCodec = Literal["aac", "pcmu", "pcma"]

H264_SPS, H264_PPS = 7, 8
H265_VPS, H265_SPS, H265_PPS = 32, 33, 34
# Profiles whose SPS carries chroma format and scaling lists, ITU-T H.264 section 7.3.2.1.1.
H264_HIGH_PROFILES = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))
_WIDEST = 16_384  # samples; beyond level 6.2 of either codec


def nal_type(codec: VideoCodec, nal: bytes) -> int:
    """nal_unit_type of a NAL unit; -1 for an empty one."""
    if not nal:
        return -1
    return nal[0] & 31 if codec == "h264" else nal[0] >> 1 & 63


@dataclass(frozen=True)
class Picture:
    """What an SPS says: cropped size in luma samples, chroma_format_idc, bit depths."""

    width: int
    height: int
    chroma: int = 1
    luma_depth: int = 8
    chroma_depth: int = 8


@dataclass(frozen=True)
class VideoTrack:
    """A video stream. `parameter_sets` are whole NAL units (no start codes, no lengths), any order.

    Raises Malformed when the sets are not those of the codec or the SPS cannot be read.
    """

    codec: VideoCodec
    parameter_sets: tuple[bytes, ...]

    def __post_init__(self) -> None:
        _ = self.picture

    def sets(self, kind: int) -> list[bytes]:
        """The parameter sets of one nal_unit_type."""
        return [nal for nal in self.parameter_sets if nal_type(self.codec, nal) == kind]

    @property
    def sps(self) -> bytes:
        """The first sequence parameter set."""
        found = self.sets(H264_SPS if self.codec == "h264" else H265_SPS)
        if not found:
            raise Malformed(f"{self.codec} stream without a sequence parameter set")
        return found[0]

    @cached_property
    def picture(self) -> Picture:
        """Size and sample format of the pictures."""
        picture = h264_picture(self.sps) if self.codec == "h264" else h265_picture(self.sps)
        if not (0 < picture.width <= _WIDEST and 0 < picture.height <= _WIDEST):
            raise Malformed(f"an SPS claims pictures of {picture.width}x{picture.height}")
        return picture

    @property
    def width(self) -> int:
        """Width in samples after cropping."""
        return self.picture.width

    @property
    def height(self) -> int:
        """Height in samples after cropping."""
        return self.picture.height

    @cached_property
    def codecs(self) -> str:
        """RFC 6381 string, ISO/IEC 14496-15 annex E: "avc1.64001f", "hvc1.1.6.L120.90"."""
        if self.codec == "h264":
            return f"avc1.{self.sps[1:4].hex()}"
        level = h265_profile_tier_level(self.sps)
        space = ("", "A", "B", "C")[level[0] >> 6]
        # The compatibility flags are written in reverse bit order.
        compatible = int(f"{int.from_bytes(level[1:5], 'big'):032b}"[::-1], 2)
        tier = "H" if level[0] & 0x20 else "L"
        constraints = "".join(f".{byte:x}" for byte in level[5:11].rstrip(b"\x00"))
        return f"hvc1.{space}{level[0] & 31}.{compatible:x}.{tier}{level[11]}{constraints}"


@dataclass(frozen=True)
class AudioTrack:
    """An audio stream. `rate` is the sampling rate and the timescale, `config` AAC's AudioSpecificConfig."""

    codec: AudioCodec
    rate: int
    channels: int
    config: bytes = b""

    def __post_init__(self) -> None:
        if not (0 < self.rate <= 384_000 and 0 < self.channels <= 64):
            raise Malformed(f"{self.codec} with {self.channels} channels at {self.rate} Hz")
        if self.codec == "aac" and not 2 <= len(self.config) <= 64:
            raise Malformed("AAC without an AudioSpecificConfig")

    @property
    def codecs(self) -> str:
        """RFC 6381 string: "mp4a.40.2"; "ulaw" and "alaw" have no browser that plays them."""
        if self.codec == "aac":
            reader = BitReader(self.config, 0)
            kind = reader.bits(5)
            return f"mp4a.40.{32 + reader.bits(6) if kind == 31 else kind}"
        return "ulaw" if self.codec == "pcmu" else "alaw"


def codecs(video: VideoTrack, audio: AudioTrack | None) -> str:
    """Both tracks' RFC 6381 strings, video first: "avc1.64001f,mp4a.40.2"."""
    return video.codecs if audio is None else f"{video.codecs},{audio.codecs}"


def h264_picture(sps: bytes) -> Picture:
    """Reads an H.264 SPS, ITU-T H.264 section 7.3.2.1.1. Raises Malformed."""
    if len(sps) < 5 or sps[0] & 31 != H264_SPS:
        raise Malformed("not an H.264 sequence parameter set")
    reader = BitReader(sps, 4)
    reader.unsigned()  # seq_parameter_set_id
    chroma, luma_depth, chroma_depth = 1, 8, 8
    if sps[1] in H264_HIGH_PROFILES:
        chroma = _at_most(reader.unsigned(), 3, "chroma_format_idc")
        if chroma == 3:
            reader.flag()  # separate_colour_plane_flag
        luma_depth = 8 + _at_most(reader.unsigned(), 6, "bit depth")
        chroma_depth = 8 + _at_most(reader.unsigned(), 6, "bit depth")
        reader.flag()  # qpprime_y_zero_transform_bypass_flag
        if reader.flag():
            _skip_scaling_lists(reader, 8 if chroma != 3 else 12)
    reader.unsigned()  # log2_max_frame_num_minus4
    _skip_picture_order(reader)
    reader.unsigned()  # max_num_ref_frames
    reader.flag()  # gaps_in_frame_num_value_allowed_flag
    width = 16 * (reader.unsigned() + 1)
    map_units = 16 * (reader.unsigned() + 1)
    frames_only = reader.flag()
    if not frames_only:
        reader.flag()  # mb_adaptive_frame_field_flag
    reader.flag()  # direct_8x8_inference_flag
    height = map_units * (1 if frames_only else 2)
    unit_x = 2 if chroma in (1, 2) else 1
    unit_y = (2 if chroma == 1 else 1) * (1 if frames_only else 2)
    width, height = _cropped(reader, width, height, unit_x, unit_y)
    return Picture(width, height, chroma, luma_depth, chroma_depth)


def h265_picture(sps: bytes) -> Picture:
    """Reads an H.265 SPS up to the bit depths, ITU-T H.265 section 7.3.2.2.1. Raises Malformed."""
    if len(sps) < 15 or sps[0] >> 1 & 63 != H265_SPS:
        raise Malformed("not an H.265 sequence parameter set")
    reader = BitReader(sps, 2)
    reader.bits(4)  # sps_video_parameter_set_id
    sub_layers = reader.bits(3)
    reader.bits(1 + 96)  # temporal nesting flag, general profile_tier_level
    present = [(reader.flag(), reader.flag()) for _ in range(sub_layers)]
    if sub_layers:
        reader.bits(2 * (8 - sub_layers))
    for profile, level in present:
        reader.bits((88 if profile else 0) + (8 if level else 0))
    reader.unsigned()  # sps_seq_parameter_set_id
    chroma = _at_most(reader.unsigned(), 3, "chroma_format_idc")
    if chroma == 3:
        reader.flag()  # separate_colour_plane_flag
    width, height = reader.unsigned(), reader.unsigned()
    width, height = _cropped(reader, width, height, 2 if chroma in (1, 2) else 1, 2 if chroma == 1 else 1)
    luma_depth = 8 + _at_most(reader.unsigned(), 8, "bit depth")
    chroma_depth = 8 + _at_most(reader.unsigned(), 8, "bit depth")
    return Picture(width, height, chroma, luma_depth, chroma_depth)


def h265_profile_tier_level(sps: bytes) -> bytes:
    """The twelve general_* bytes of profile_tier_level, as hvcC carries them. Raises Malformed."""
    payload = sps.replace(b"\x00\x00\x03", b"\x00\x00")
    if len(payload) < 15:
        raise Malformed("an H.265 sequence parameter set ends too early")
    return payload[3:15]


def h265_temporal_layers(sps: bytes) -> tuple[int, int]:
    """(number of temporal layers, temporal_id_nested) of an H.265 SPS."""
    return (sps[2] >> 1 & 7) + 1, sps[2] & 1


def _cropped(reader: BitReader, width: int, height: int, unit_x: int, unit_y: int) -> tuple[int, int]:
    if not reader.flag():
        return width, height
    left, right, top, bottom = (reader.unsigned() for _ in range(4))
    return width - unit_x * (left + right), height - unit_y * (top + bottom)


def _skip_scaling_lists(reader: BitReader, count: int) -> None:
    for position in range(count):
        if not reader.flag():
            continue
        last = following = 8
        for _ in range(16 if position < 6 else 64):
            if following:
                following = (last + reader.signed()) % 256
            last = following or last


def _skip_picture_order(reader: BitReader) -> None:
    kind = _at_most(reader.unsigned(), 2, "pic_order_cnt_type")
    if kind == 0:
        reader.unsigned()
    elif kind == 1:
        reader.flag()
        reader.signed()
        reader.signed()
        for _ in range(_at_most(reader.unsigned(), 255, "num_ref_frames_in_pic_order_cnt_cycle")):
            reader.signed()


def _at_most(value: int, limit: int, name: str) -> int:
    if value > limit:
        raise Malformed(f"{name} is {value}, the most is {limit}")
    return value
