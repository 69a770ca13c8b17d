"""How a camera's own clock runs, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from saksi import local_time
from saksi.amounts import amount
from saksi.camera_clock import Course, Step
from saksi.clock_words import camera_clock, far
from saksi.messages import decimal

# code: Indonesian, English
_WORDS = {
    "silent": (
        "Kamera tidak menyebut waktu jamnya dalam sehari terakhir.",
        "The camera did not tell its own clock in the last day.",
    ),
    "offset": ("Pada {at} {said}.", "On {at} {said}."),
    "even": (
        "Jalannya seirama dengan jam perekam sampai {error} ppm, menurut {points} sejak {since}.",
        "It runs even with the recorder's to {error} ppm, by {points} since {since}.",
    ),
    "gains": (
        "Jamnya bertambah cepat {far} sehari ({ppm} ± {error} ppm), menurut {points} sejak {since}.",
        "It gains {far} a day ({ppm} ± {error} ppm), by {points} since {since}.",
    ),
    "loses": (
        "Jamnya bertambah lambat {far} sehari ({ppm} ± {error} ppm), menurut {points} sejak {since}.",
        "It loses {far} a day ({ppm} ± {error} ppm), by {points} since {since}.",
    ),
    "little": (
        "Data belum cukup untuk menyebut lajunya: {points} sejak {since}.",
        "Too little is known to say how fast it runs: {points} since {since}.",
    ),
    "loose": (
        "Jam perekam tidak selalu disinkronkan; selisih itu bisa berasal darinya.",
        "The recorder's clock was not always synchronised: the difference may be its own.",
    ),
    "wild": (
        "{count} melompat-lompat dan tidak dihitung.",
        "{count} jumped about and did not count.",
    ),
    "forward": ("Pada {at} jam kamera melompat maju {far}{why}.", "On {at} it jumped forward by {far}{why}."),
    "back": ("Pada {at} jam kamera melompat mundur {far}{why}.", "On {at} it jumped back by {far}{why}."),
    "why_hours": (
        ": jam penuh, seperti bila zona waktu atau waktu musim panas diubah",
        ": whole hours, as when a time zone or summer time is changed",
    ),
    "why_reset": (": kembali ke waktu bawaan, seperti setelah listrik mati", ": to its default, as after a power cut"),
    "why_corrected": (": sejak itu benar, seperti setelah NTP membetulkannya", ": right since, as when NTP mends it"),
    "why_set": ("", ""),
}  # fmt: skip
_MOST_STEPS = 10


def sentences(course: Course | None, *, synchronised: bool, zone: str, language: str) -> Iterator[str]:
    """What is known of a camera's clock; `synchronised`: the recorder's always was. `language` is "id" or "en"."""
    if course is None:
        yield _say("silent", language)
        return
    at = local_time.moment(course.until_us, zone, language)
    yield _say("offset", language, at=at, said=camera_clock(course.source, course.offset_us, language))
    yield _drift(course, zone, language)
    if not synchronised:
        yield _say("loose", language)
    if course.wild:
        yield _say("wild", language, count=amount(course.wild, "point", language))
    for step in course.steps[-_MOST_STEPS:]:
        yield _step(step, zone, language)


def _drift(course: Course, zone: str, language: str) -> str:
    values = {
        "points": amount(course.points, "point", language),
        "since": local_time.moment(course.since_us, zone, language),
    }
    if course.drift_ppm is None or course.drift_error_ppm is None:
        return _say("little", language, **values)
    error, ppm = max(course.drift_error_ppm, 0.1), course.drift_ppm
    code = "even" if abs(ppm) <= error else "gains" if ppm > 0 else "loses"
    values["far"] = far(round(ppm * 86_400), language)
    return _say(code, language, ppm=_figure(abs(ppm), language), error=_figure(error, language), **values)


def _step(step: Step, zone: str, language: str) -> str:
    return _say(
        "forward" if step.by_us > 0 else "back",
        language,
        at=local_time.moment(step.at_us, zone, language),
        far=far(step.by_us, language),
        why=_say(f"why_{step.kind}", language),
    )


def _figure(value: float, language: str) -> str:
    return decimal(f"{value:.1f}" if value < 10 else f"{value:.0f}", language)


def _say(code: str, language: str, **values: object) -> str:
    id_, en = _WORDS[code]
    return (id_ if language == "id" else en).format_map(values)
