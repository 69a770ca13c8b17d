"""What should be set otherwise in a camera before it is recorded, from a few seconds of its stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from saksi.messages import register, words

_FAR_S = 4.0  # a keyframe so seldom makes cutting, scrubbing and thinning coarse
_UNEVEN = 1.5  # the longest interval against the shortest, where an encoder chooses them itself
_CLOCK_US = 1_000_000

for _code, _en, _id in (
    (
        "advice_keyframes_far",
        (
            "A keyframe comes only every {seconds} s.",
            "Set the keyframe (I-frame) interval to 1 to 2 seconds.",
        ),
        ("Keyframe hanya muncul tiap {seconds} detik.", "Atur interval keyframe (I-frame) 1 sampai 2 detik."),
    ),
    (
        "advice_keyframes_alone",
        ("Only one keyframe came in {seconds} s.", "Set the keyframe (I-frame) interval to 1 to 2 seconds."),
        ("Hanya satu keyframe dalam {seconds} detik.", "Atur interval keyframe (I-frame) 1 sampai 2 detik."),
    ),
    (
        "advice_smart_codec",
        (
            "Keyframes come {least} to {most} s apart: the encoder chooses them itself.",
            "Switch off the smart codec (H.264+, H.265+, Zipstream's dynamic GOP): it leaves pictures out.",
        ),
        (
            "Jarak keyframe {least} sampai {most} detik: encoder memilihnya sendiri.",
            "Matikan smart codec (H.264+, H.265+, GOP dinamis Zipstream): ia membuang gambar.",
        ),
    ),
    (
        "advice_clock_off",
        (
            "The camera's clock is off by {seconds} s ({how}).",
            "Set an NTP server in the camera: the time burnt into its picture is read in court.",
        ),
        (
            "Jam kamera meleset {seconds} detik ({how}).",
            "Atur server NTP pada kamera: waktu yang tercetak di gambarnya dibaca di pengadilan.",
        ),
    ),
    (
        "advice_clock_untold",
        (
            "The camera does not say what its clock shows.",
            "Compare the time in its picture with a clock, and set an NTP server in the camera.",
        ),
        (
            "Kamera tidak menyebut waktu jamnya.",
            "Bandingkan waktu pada gambarnya dengan jam, dan atur server NTP pada kamera.",
        ),
    ),
    (
        "advice_lost",
        (
            "{count} packets did not arrive.",
            "Look at the network to the camera; record over TCP, and at a lower bit rate where the link is thin.",
        ),
        (
            "{count} paket tidak sampai.",
            "Periksa jaringan ke kamera; rekam lewat TCP, dan turunkan bit rate bila salurannya sempit.",
        ),
    ),
):
    register(_code, en=_en, id_=_id)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a look at a camera showed. Offsets are its clock minus ours, None where it does not tell."""

    watched_s: float
    keyframe_intervals_s: Sequence[float]
    lost: int
    rtcp_offset_us: int | None
    onvif_offset_us: int | None


def advice(seen: Seen, language: str) -> list[dict[str, str]]:
    """What to change: code, what was seen, and the remedy; nothing for a camera that is well set."""
    told = []
    for code, values in _advice(seen):
        what, remedy = words(code, language, values)
        told.append({"code": code.removeprefix("advice_"), "what": what, "remedy": remedy})
    return told


def _advice(seen: Seen) -> Iterator[tuple[str, dict[str, Any]]]:
    intervals = seen.keyframe_intervals_s
    if not intervals:
        yield "advice_keyframes_alone", {"seconds": f"{seen.watched_s:.0f}"}
    else:
        least, most = min(intervals), max(intervals)
        if most > _UNEVEN * least and most - least > 0.5:
            yield "advice_smart_codec", {"least": f"{least:.1f}", "most": f"{most:.1f}"}
        elif most > _FAR_S:
            yield "advice_keyframes_far", {"seconds": f"{most:.1f}"}
    offsets = (("RTCP", seen.rtcp_offset_us, _CLOCK_US), ("ONVIF", seen.onvif_offset_us, 1.5 * _CLOCK_US))
    known = [(how, offset_us, most_us) for how, offset_us, most_us in offsets if offset_us is not None]
    for how, offset_us, most_us in known:
        if abs(offset_us) > most_us:
            yield "advice_clock_off", {"seconds": f"{offset_us / 1e6:+.1f}", "how": how}
    if not known:
        yield "advice_clock_untold", {}
    if seen.lost:
        yield "advice_lost", {"count": seen.lost}
