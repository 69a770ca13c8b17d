"""Verdict 6: the files one can play hold the same frames as the originals, none more and none less."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from saksi.custody.verifier.camera_signature import Signing
from saksi.custody.verifier.camera_units import Units
from saksi.custody.verifier.complete import JITTER_US, withheld_places
from saksi.custody.verifier.container import Container
from saksi.custody.verifier.findings import Report, Verdict, instant
from saksi.custody.verifier.material import Chunk, Material
from saksi.custody.verifier.media import Cut, Media, Tape, read_media
from saksi.custody.verifier.sound import Ear, SoundCut, Strand

Place = Tuple[str, int]
MOST_CUTS = 16  # pieces of one original that are followed in one pass
MOST_REREADS = 4  # times the size of the originals, when pieces do not come in the order of their files
EDGE_US = 1000  # ticks of 1/90,000 s against microseconds


class Court(Strand):
    """One file of class court, the strand of its pictures. `found`, `heard`: its own digests of them and of sound."""

    def __init__(self, told: Dict[str, Any]) -> None:
        super().__init__(told["pieces"], Cut)
        self.told = told
        self.sound = Strand(told.get("sound_pieces", []), SoundCut)
        self.media: Optional[Media] = None
        self.found = self.heard = ""


class Frames:
    """Reads every file of the package once, media files frame by frame; answers every file's SHA-256."""

    def __init__(self, container: Container, material: Material, progress: Callable[[int], None]) -> None:
        self.container, self.material, self.progress = container, material, progress
        files = material.told.get("files", [])
        self.courts = {one["path"]: Court(one) for one in files if one["class"] == "court"}
        self.masters = {one["path"]: (one["run"], one["seq"]) for one in files if one["class"] == "master"}
        self.paths = {place: path for path, place in self.masters.items()}
        self.waiting: Dict[Place, List[Strand]] = {}
        for court in self.courts.values():
            if court.told["path"] in container.sizes:
                self.wait(court)
                self.wait(court.sound)
        self.signing = Signing(container, material, self.paths)
        self.media: Dict[str, Media] = {}
        self.digests: Dict[str, str] = {}

    def read_all(self) -> None:
        """One pass over everything; originals in the order in which court files use them."""
        for path in self.order():
            tape = Tape(self.watched(path))
            if path in self.masters:
                self.media[path] = self.read_original(path, tape)
            elif path in self.courts:
                court = self.courts[path]
                everything, heard = Cut(0, 1 << 62), SoundCut(0, 1 << 62)
                everything.hasher, heard.hasher = hashlib.sha256(), hashlib.sha256()
                ear = Ear([heard], court.told.get("silences"))
                court.media = read_media(tape, self.container.sizes[path], [everything], ear=ear)
                court.found, court.heard = everything.hasher.hexdigest(), heard.hasher.hexdigest()
            self.digests[path] = tape.finish()
        self.read_again()

    def read_original(self, path: str, tape: Tape) -> Media:
        """An original, with the pieces that are wanted of it and the camera's signatures in it."""
        place = self.masters[path]
        units = self.signing.units(place)
        media = self.read(tape, path, self.due(place), units)
        self.signing.take(place, units, media)
        return media

    def read(self, tape: Tape, path: str, cuts: List[Any], units: Optional[Units] = None) -> Media:
        """An original, with the pieces of pictures and of sound that are wanted of it."""
        sounds = [cut for cut in cuts if isinstance(cut, SoundCut)]
        pictures = [cut for cut in cuts if isinstance(cut, Cut)]
        return read_media(tape, self.container.sizes[path], pictures, units, Ear(sounds))

    def due(self, place: Place) -> List[Any]:
        """The pieces of this original that court files wait for, a bounded number in one pass."""
        cuts: List[Any] = []
        for strand in self.waiting.pop(place, []):
            cut = strand.due(place) if len(cuts) < MOST_CUTS else None
            if cut is not None:
                cuts.append(cut)
                self.wait(strand)
        return cuts

    def wait(self, strand: Strand) -> None:
        """Files a strand under the original that its next piece is of."""
        if strand.next < len(strand.cuts):
            self.waiting.setdefault(strand.place(strand.next), []).append(strand)

    def order(self) -> List[str]:
        """Every path: originals by their first use in a court file, then all others."""
        places = [place for court in self.courts.values() for place in places_of(court)]
        used = [self.paths[place] for place in places if place in self.paths]
        first = [path for path in dict.fromkeys(used) if path in self.container.sizes]
        taken = set(first)
        return first + [path for path in self.container.sizes if path not in taken]

    def watched(self, path: str) -> Iterator[bytes]:
        """A file's blocks, told to whoever shows the progress."""
        for block in self.container.blocks(path):
            self.progress(len(block))
            yield block

    def read_again(self) -> None:
        """Pieces that came in another order than their files, within a bound."""
        left = MOST_REREADS * sum(self.container.sizes.get(path, 0) for path in self.masters) + (1 << 26)
        times = MOST_REREADS * len(self.masters) + 1000
        courts = [court for court in self.courts.values() if court.media is not None]
        for strand in [one for court in courts for one in (court, court.sound)]:
            while strand.next < len(strand.cuts):
                path = self.paths.get(strand.place(strand.next), "")
                size = self.container.sizes.get(path, -1)
                left, times = left - size, times - 1
                if size < 0 or min(left, times) < 0 or self.media[path].wrong:
                    break
                cut = strand.due(strand.place(strand.next))
                self.read(Tape(self.container.blocks(path)), path, [cut])


def places_of(court: Court) -> List[Place]:
    """The originals of a court file as its pieces come; sound may begin in one before, and end in one after."""
    pictures = [court.place(i) for i in range(len(court.cuts))]
    sound = [court.sound.place(i) for i in range(len(court.sound.cuts))]
    return sound[:1] + pictures + sound[1:]


def check_playable(report: Report, material: Material, frames: Frames) -> None:
    """Verdict 6."""
    verdict = report[6]
    if material.statement is None:
        return
    for path, media in frames.media.items():
        if media.wrong:
            verdict.add("media_malformed", path, "MP4", media.wrong)
    for court in frames.courts.values():
        check_court(verdict, court, frames)
    lines = {chunk.place: chunk for chunk in material.chunks or []}
    cameras = material.told["cameras"]
    for one in cameras:
        check_nothing_left_out(verdict, one, frames, lines)
    empty = ["%s/%s" % (one["exhibit"], one["camera"]) for one in cameras if not one["chunks"]]
    verdict.facts["empty"] = sorted(empty)
    for where in withheld_places(material):
        verdict.add("withheld", where)
    if len(empty) == len(cameras):
        # Nothing to play is nothing that could be the same: not even one frame was compared.
        for where in empty:
            verdict.add("no_footage", where)
    verdict.facts["files"] = len(frames.courts)
    if statement_signed(report[2]):
        verdict.facts["as_signed"] = as_signed(verdict, frames)
    verdict.facts["nals"] = sum(court.media.nals for court in frames.courts.values() if court.media)


def statement_signed(authentic: Verdict) -> bool:
    """Whether verdict 2 found the statement's signature to hold, whoever's the log may be."""
    broken = {"statement_key", "statement_signature", "key_revoked"}
    return "export_key" in authentic.facts and not any(one["code"] in broken for one in authentic.findings)


def as_signed(verdict: Verdict, frames: Frames) -> List[str]:
    """Copies that something was found of, and that are to the byte what was signed: then the originals differ."""
    named = {one["where"] for one in verdict.findings}
    return sorted(path for path, court in frames.courts.items()
                  if path in named and frames.digests.get(path) == court.told["sha256"])  # fmt: skip


def check_court(verdict: Verdict, court: Court, frames: Frames) -> None:
    """The NAL digest of a court file is that of its pieces in the originals, and the one that the statement gives."""
    path, told, media = court.told["path"], court.told, court.media
    if media is None:
        verdict.add("nal_differs", path, told["nal_sha256"], "no such file")
        return
    if media.wrong:
        verdict.add("media_malformed", path, "MP4", media.wrong)
        return
    if court.next < len(court.cuts) or not all(cut.complete and cut.first >= 0 for cut in court.cuts):
        verdict.add(
            "pieces_differ", path, "pieces of originals in the package", "missing, damaged or out of range"
        )
        return
    check_seams(verdict, court, frames)
    ours, theirs = court.hasher.hexdigest(), court.found
    nals = sum(cut.nals for cut in court.cuts)
    if ours != theirs or theirs != told["nal_sha256"]:
        verdict.add("nal_differs", path, *compared_frames(told["nal_sha256"], ours, theirs))
    elif not nals == media.nals == told["nals"]:
        verdict.add("nal_differs", path, told["nals"], media.nals)


def compared_frames(stated: str, originals: str, copy: str) -> Tuple[str, str]:
    """Expected and found of frames that are not all the same, so that it is plain which of the three differs."""
    if copy == stated:
        return (
            "originals with the frames that were signed: " + stated,
            "originals with other frames: " + originals,
        )
    if originals == stated:
        return "a copy with the frames of the originals: " + stated, "a copy with other frames: " + copy
    return "frames that were signed: " + stated, "originals %s, copy %s" % (originals, copy)


def check_seams(verdict: Verdict, court: Court, frames: Frames) -> None:
    """Between two pieces of one run nothing is left out: the second goes on where the first ends."""
    pieces = court.told["pieces"]
    for number, (one, other) in enumerate(zip(pieces, pieces[1:])):
        if one["run"] != other["run"]:
            after = court.cuts[number].earliest_after_us
            if after is not None and after < court.cuts[number + 1].start_us - EDGE_US:
                verdict.add("pieces_differ", court.told["path"], one, other)
            continue
        count = frames.media[frames.paths[one["run"], one["seq"]]].samples
        same = one["seq"] == other["seq"] and other["first"] == one["last"] + 1
        ended = one["last"] == count - 1 and other["first"] == 0
        if not same and not (ended and other["seq"] > one["seq"]):
            verdict.add("pieces_differ", court.told["path"], one, other)


def check_parts(verdict: Verdict, one: Court, other: Court, frames: Frames) -> None:
    """The next part of a long court file goes on where the one before ends; it may begin earlier, for the decoder."""
    if not one.told["pieces"] or not other.told["pieces"]:
        return
    last, first = one.told["pieces"][-1], other.told["pieces"][0]
    path = frames.paths.get((last["run"], last["seq"]), "")
    if last["run"] != first["run"] or path not in frames.media:
        return
    same = first["seq"] == last["seq"] and first["first"] <= last["last"] + 1
    ended = (
        first["seq"] > last["seq"] and last["last"] == frames.media[path].samples - 1 and first["first"] == 0
    )
    if not same and not ended and first["seq"] >= last["seq"]:
        verdict.add("pieces_differ", other.told["path"], last, first)


def check_nothing_left_out(
    verdict: Verdict, told: Dict[str, Any], frames: Frames, lines: Dict[Place, Chunk]
) -> None:
    """Every stretch of original footage inside the span is in a court file, to the frame at both ends."""
    start, end = told["from"], told["to"]
    courts = [one for one in frames.courts.values()
              if (one.told["exhibit"], one.told["camera"]) == (told["exhibit"], told["camera"])]  # fmt: skip
    mine = [lines[place] for place in frames.paths if place in lines]
    mine = [one for one in mine if one.told["camera"] == told["camera"] and one.overlaps(start, end)]
    if not mine:
        return
    if not courts:
        if not any(shows(chunk, frames, start, end) for chunk in mine):
            return  # the span ends within the first picture's time: there is nothing to play
        verdict.add("no_playable", "%s/%s" % (told["exhibit"], told["camera"]))
        return
    for one, other in zip(courts, courts[1:]):
        check_parts(verdict, one, other, frames)
    used = [(cut, lines[court.place(i)]) for court in courts for i, cut in enumerate(court.cuts)
            if cut.complete and court.place(i) in lines]  # fmt: skip
    if not used:
        return
    spans = united(sorted(shown(cut, chunk) for cut, chunk in used))
    for chunk in mine:
        media = frames.media.get(frames.paths[chunk.place])
        for key_us in media.keys_us if media else ():
            if start <= key_us < end and not covered(key_us, spans):
                verdict.add(
                    "frames_left_out", chunk.name, "its picture of " + instant(key_us), "in no court file"
                )
                break
    first, last = min(used, key=lambda one: one[0].start_us), max(used, key=lambda one: one[0].end_us)
    before, after = first[0].latest_before_us, last[0].earliest_after_us
    if before is not None and before >= start + EDGE_US:
        verdict.add(
            "frames_left_out", first[1].name, "from " + instant(start), "a frame of " + instant(before)
        )
    if after is not None and after < end - EDGE_US:
        verdict.add("frames_left_out", last[1].name, "to " + instant(end), "a frame of " + instant(after))


def shows(chunk: Chunk, frames: Frames, start: int, end: int) -> bool:
    """Whether a picture that needs no other begins in the span, or more than half a second of the chunk lies there."""
    media = frames.media.get(frames.paths[chunk.place])
    inside = min(chunk.told["end"], end) - max(chunk.told["start"], start)
    return inside > JITTER_US or any(start <= key_us < end for key_us in (media.keys_us if media else ()))


def shown(cut: Cut, chunk: Chunk) -> Tuple[int, int]:
    """The span of a piece: its chunk's own where it is whole, else that of its frames."""
    start = chunk.told["start"] if cut.latest_before_us is None else cut.start_us
    end = chunk.told["end"] if cut.earliest_after_us is None else cut.earliest_after_us
    return start, end


def united(spans: List[Tuple[int, int]]) -> List[Tuple[int, int]]:
    """Sorted spans without overlaps."""
    out: List[Tuple[int, int]] = []
    for a, b in spans:
        if out and a <= out[-1][1] + EDGE_US:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


def covered(time_us: int, spans: List[Tuple[int, int]]) -> bool:
    """Whether a time lies in one of the united spans, give or take a tick."""
    at = bisect_right(spans, (time_us + EDGE_US, 1 << 63)) - 1
    return at >= 0 and time_us < spans[at][1] + EDGE_US
