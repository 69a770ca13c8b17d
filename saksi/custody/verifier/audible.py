"""Verdict 6, sound and times: copies have the sound of the originals, and nothing in them comes at another time."""

from __future__ import annotations

from array import array
from typing import Any, Dict, List, Optional

from saksi.custody.verifier.complete import JITTER_US, Pair
from saksi.custody.verifier.findings import Report, Verdict, instant
from saksi.custody.verifier.material import Chunk, Material
from saksi.custody.verifier.playable import EDGE_US, Court, Frames, Place, shown, united

SYNC_US = 40_000  # a picture at 25 a second; what is said and what is seen may not come further apart


def check_audible(report: Report, material: Material, frames: Frames) -> None:
    """What verdict 6 says of sound and times."""
    verdict = report[6]
    if material.statement is None:
        return
    courts = [one for one in frames.courts.values() if one.media is not None and not one.media.wrong]
    told = [one for one in courts if "sound_sha256" in one.told]
    for court in told:
        check_sound(verdict, court, frames)
    for court in courts:
        check_times(verdict, court)
    lines = {chunk.place: chunk for chunk in material.chunks or []}
    for one in material.told["cameras"]:
        mine = [court for court in courts
                if (court.told["exhibit"], court.told["camera"]) == (one["exhibit"], one["camera"])]  # fmt: skip
        check_no_sound_left_out(verdict, one, mine, frames, lines)
    audible = [court for court in courts if has_sound(court)]
    verdict.facts["sound_compared"] = sum(court in told for court in audible)
    verdict.facts["sound_not_compared"] = sum(court not in told for court in audible)
    verdict.facts["sound_none"] = len(courts) - len(audible)


def has_sound(court: Court) -> bool:
    """Whether a copy has any sound, or what might be some."""
    ear = court.media.ear if court.media else None
    return ear is not None and (ear.copied + ear.silent > 0 or ear.wrong != "")


def check_sound(verdict: Verdict, court: Court, frames: Frames) -> None:
    """The sound of a copy is that of its pieces in the originals, and what the statement gives; all else is silence."""
    path, told, sound = court.told["path"], court.told, court.sound
    ear = court.media.ear if court.media else None
    if ear is None or ear.wrong:
        verdict.add("sound_differs", path, "sound that can be read", ear.wrong if ear else "")
    elif not whole(court, frames):
        what = ("pieces of originals in the package", "missing, damaged or out of range")
        verdict.add("sound_differs", path, *what)
    else:
        for one, other in zip(sound.pieces, sound.pieces[1:]):
            if not goes_on(one, other, frames):
                verdict.add("sound_differs", path, one, other)
        ours = sound.hasher.hexdigest()
        count = sum(piece["last"] + 1 - piece["first"] for piece in sound.pieces)
        if ours != court.heard or ours != told["sound_sha256"]:
            found = "originals %s, copy %s" % (ours, court.heard)
            verdict.add("sound_differs", path, "sound that was signed: " + told["sound_sha256"], found)
        elif not count == ear.copied == told["sounds"] or ear.silences:
            verdict.add("sound_differs", path, told["sounds"], ear.copied)


def whole(court: Court, frames: Frames) -> bool:
    """Whether all the sound that a copy names was heard in sound originals."""
    sound = court.sound
    paths = [frames.paths.get(sound.place(i), "") for i in range(len(sound.cuts))]
    there = [frames.media.get(path) for path in paths]
    good = all(one is not None and not one.wrong and not one.ear.wrong for one in there)
    return bool(good and sound.next == len(sound.cuts) and all(cut.complete for cut in sound.cuts))


def goes_on(one: Dict[str, Any], other: Dict[str, Any], frames: Frames) -> bool:
    """Whether a piece of sound goes on where the one before it ends, or is of another run."""
    count = frames.media[frames.paths[one["run"], one["seq"]]].ear.copied
    same = one["seq"] == other["seq"] and other["first"] == one["last"] + 1
    ended = one["last"] == count - 1 and other["first"] == 0 and other["seq"] > one["seq"]
    return bool(one["run"] != other["run"] or same or ended)


def shift_of(court: Court) -> Optional[int]:
    """What turns a time of the originals into the film's, by the first picture. None where it cannot be told."""
    film = court.media.ear.pictures_us if court.media else array("q")
    if not court.cuts or not court.cuts[0].times_us or not film:
        return None
    return int(film[0] - court.cuts[0].times_us[0])


def check_times(verdict: Verdict, court: Court) -> None:
    """Pictures and sound come at the times of the originals, and the film begins when the statement says."""
    path, shift = court.told["path"], shift_of(court)
    if shift is None or court.media is None or not all(cut.complete and cut.first >= 0 for cut in court.cuts):
        return
    begins = court.told.get("from")
    if type(begins) is int and abs(begins + shift) > EDGE_US:
        verdict.add("times_differ", path, "a film from " + instant(begins), "a film from " + instant(-shift))
    ear = court.media.ear
    pictures = [time for cut in court.cuts for time in cut.times_us]
    if len(pictures) != len(ear.pictures_us) or apart(pictures, ear.pictures_us, shift) > SYNC_US:
        verdict.add("times_differ", path, "pictures at the times of the originals", "pictures at other times")
    sounds = [time for cut in court.sound.cuts for time in cut.times_us]
    if len(sounds) == len(ear.times_us) and apart(sounds, ear.times_us, shift) > SYNC_US:
        verdict.add("times_differ", path, "sound at the times of the originals", "sound at other times")


def apart(times: List[int], film: "array[int]", shift: int) -> int:
    """How far at most a film's times are from the originals'."""
    return max((abs(other - one - shift) for one, other in zip(times, film)), default=0)


def check_no_sound_left_out(
    verdict: Verdict, told: Dict[str, Any], courts: List[Court], frames: Frames, lines: Dict[Place, Chunk]
) -> None:
    """Where copies show pictures of the span and the originals have sound, it is played but for half a second."""
    seen: List[Pair] = []
    heard: List[Pair] = []
    for court in courts:
        pictures = [shown(cut, lines[court.place(i)]) for i, cut in enumerate(court.cuts)
                    if cut.complete and court.place(i) in lines]  # fmt: skip
        seen += pictures
        if "sound_sha256" in court.told:
            heard += played(court)
        elif has_sound(court):
            heard += pictures
    seen, heard = united(sorted(seen)), united(sorted(heard))
    for place, path in frames.paths.items():
        chunk, media = lines.get(place), frames.media.get(path)
        if chunk is None or media is None or chunk.told["camera"] != told["camera"]:
            continue
        for start, end in media.ear.spans_us:
            for low, high in within((max(start, told["from"]), min(end, told["to"])), seen):
                hole = silent_part(low, high, heard)
                if hole is not None:
                    verdict.add(
                        "sound_left_out", chunk.name, "its sound of " + instant(hole), "in no court file"
                    )


def played(court: Court) -> List[Pair]:
    """When a copy plays sound of the originals."""
    shift, media = shift_of(court), court.media
    if shift is None or media is None:
        return []
    window = (media.ear.window_us[0] - shift, media.ear.window_us[1] - shift)
    spans = [(cut.times_us[0], cut.times_us[-1]) for cut in court.sound.cuts if cut.complete]
    return within(window, united(sorted(spans)))


def within(whole_span: Pair, spans: List[Pair]) -> List[Pair]:
    """The parts of spans that lie in another."""
    cut = [(max(a, whole_span[0]), min(b, whole_span[1])) for a, b in spans]
    return [(a, b) for a, b in cut if a < b]


def silent_part(start: int, end: int, heard: List[Pair]) -> Optional[int]:
    """Where in a span of sound over half a second of it is not heard; None when nowhere."""
    reached = start
    for a, b in within((start, end), heard):
        if a - reached > JITTER_US:
            return reached
        reached = max(reached, b)
    return reached if end - reached > JITTER_US else None
