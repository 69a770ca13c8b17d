"""Verdict 8: whether the camera itself signed its video, how far its signatures reach, and whether they hold."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from saksi.custody.verifier.camera_rows import Outcome, Row, rows_of
from saksi.custody.verifier.camera_sei import SigningSei, is_signing_sei, read_signing_sei
from saksi.custody.verifier.camera_units import Units
from saksi.custody.verifier.container import Container
from saksi.custody.verifier.findings import Report, Verdict
from saksi.custody.verifier.hashes import Malformed, need, parse_canonical, unhex
from saksi.custody.verifier.material import Chunk, Material
from saksi.custody.verifier.media import Media, Tape, read_media

MOST_CAMERA = 1 << 20  # bytes of meta/camera/<id>.json
REASONS = {
    "sei_malformed": "a signature of another form, frame %d",
    "signature_invalid": "a signature that does not hold, frame %d",
    "key_changed": "another certificate, frame %d",
    "gop_changed": "a picture that is not the one signed, frame %d",
    "frames_missing": "pictures that are missing, frame %d",
    "gop_order": "pictures in another order, frame %d",
    "sei_missing": "a signature that is missing, frame %d",
    "gop_without_sei": "pictures without their signature, frame %d",
}


class Signing:
    """Follows the signatures of all cameras while originals are read, in whatever order. `paths` by (run, seq)."""

    def __init__(self, container: Container, material: Material, paths: Dict[Tuple[str, int], str]) -> None:
        self.container, self.paths = container, paths
        self.malformed: Dict[str, str] = {}
        self.unplaced: List[str] = []
        self._kept: Dict[str, bytes] = {}
        here = {one.place: one for one in material.chunks or [] if paths.get(one.place) in container.sizes}
        self.rows = [Row(chunks, self.kept, self.read_again) for chunks in rows_of(list(here.values()))]
        self._places = {chunk.place: (row, at) for row in self.rows for at, chunk in enumerate(row.chunks)}

    def units(self, place: Tuple[str, int]) -> Units:
        """What an original is to be read into."""
        return self._places[place][0].units() if place in self._places else Units()

    def take(self, place: Tuple[str, int], units: Units, media: Media) -> None:
        """An original that was read."""
        media.signed = 0 if media.wrong else len(units.signs)
        if place in self._places:
            row, number = self._places[place]
            row.take(number, None if media.wrong else units)
        elif media.signed:
            self.unplaced.append(self.paths[place])

    def read_again(self, chunk: Chunk, hash_name: str) -> Optional[Units]:
        """An original once more, its slices hashed; None where its frames cannot be had."""
        path, units = self.paths[chunk.place], Units(hash_name)
        media = read_media(Tape(self.container.blocks(path)), self.container.sizes[path], [], units)
        return None if media.wrong else units

    def kept(self, camera: str) -> Optional[SigningSei]:
        """The camera's certificate SEI that the archive kept, of whatever codec."""
        path = "meta/camera/%s.json" % camera
        try:
            if path not in self._kept:
                self._kept[path] = b""
                self._kept[path] = self._read_camera(path)
            nal = self._kept[path]
            return read_signing_sei(not is_signing_sei(False, nal), nal) if nal else None
        except Malformed as error:
            self.malformed[path] = str(error)
            return None

    def _read_camera(self, path: str) -> bytes:
        if path not in self.container.sizes:
            return b""
        if self.container.sizes[path] > MOST_CAMERA:
            raise Malformed("more than %d bytes" % MOST_CAMERA)
        data = self.container.read(path, MOST_CAMERA)
        told = {"certificate_sei": "", **parse_canonical(data[:-1] if data.endswith(b"\n") else data)}
        need(told, {"certificate_sei": str})
        nal = unhex(told["certificate_sei"], len(told["certificate_sei"]) // 2)
        if nal and not any(is_signing_sei(h265, nal) for h265 in (False, True)):
            raise Malformed("a certificate SEI of another form")
        return nal


def check_camera_signature(report: Report, media: Dict[str, Media], signing: Signing) -> None:
    """Verdict 8. `media` are the originals by path."""
    verdict = report[8]
    verdict.facts["originals"] = len(media)
    verdict.facts["signed"] = sum(one.signed > 0 for one in media.values())
    for path in sorted(signing.malformed):
        report[1].add("malformed", path, "package format", signing.malformed[path])
        verdict.add("not_read", path)
    for path in signing.unplaced:
        verdict.add("signature_not_checked", path, "", "its place in a run is not known")
    for row in signing.rows:
        for chunk in row.many:
            verdict.add(
                "signature_not_checked", chunk.name, "", "more slices and signatures than footage has"
            )
    outcomes = [outcome for row in signing.rows for outcome in row.outcomes]
    verdict.facts["excused"] = sum(tell(verdict, outcome) for outcome in outcomes)
    if outcomes:
        verdict.facts["cameras"] = cameras_told(verdict, outcomes)


def tell(verdict: Verdict, outcome: Outcome) -> bool:
    """The findings of a stream; whether some are left out, since by its own line the original lost something."""
    stream, chunks = outcome.stream, outcome.chunks
    for code, (number, frame) in stream.findings[: outcome.sound]:
        verdict.add("signature_broken", chunks[number].name, "", REASONS[code] % frame)
    if outcome.stripped is not None:
        verdict.add("signature_broken", outcome.stripped.name, "", REASONS["gop_without_sei"] % 0)
    if stream.unchecked:
        verdict.add("signature_not_checked", chunks[0].name, "", stream.unchecked)
    return outcome.sound < len(stream.findings)


def cameras_told(verdict: Verdict, outcomes: List[Outcome]) -> List[List[Any]]:
    """[camera, NAL units, of them proven, from, to by the camera's clock, its certificate's SHA-256 and subject]."""
    told: Dict[Tuple[str, str], List[Any]] = {}
    proven: Dict[str, int] = {}
    for outcome in outcomes:
        stream, camera = outcome.stream, outcome.chunks[0].told["camera"]
        key = stream.keys.of(False)
        name = (camera, key.fingerprint if key else "")
        row = told.setdefault(name, [camera, 0, 0, 0, 0, name[1], key.subject if key else ""])
        row[1] += stream.nals
        row[2] += stream.proven
        row[3] = min(row[3] or stream.start_us, stream.start_us or row[3])
        row[4] = max(row[4], stream.end_us)
        proven[camera] = proven.get(camera, 0) + stream.proven
    for outcome in outcomes:
        said = outcome.stream.unchecked or outcome.stream.findings
        if not said and not proven[outcome.chunks[0].told["camera"]]:
            verdict.add(
                "signature_not_checked", outcome.chunks[0].name, "", "nothing that a signature answers for"
            )
    return [told[name] for name in sorted(told)]
