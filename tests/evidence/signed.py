"""Packages of cameras that sign their video, honest and not, for line 8 of verify.py and verifikasi.html."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from saksi.custody.canonical import canonical
from saksi.fmp4.signing_sei import is_signing_sei
from tests.evidence.exporting import Draft, Exhibit, Exporter, written
from tests.evidence.installation import Film, Installation
from tests.unit.saksi.fmp4.camera_signer import Camera, Identity, identity
from tests.unit.saksi.fmp4.media import Frame, Video, split_lengths, video

SEED = 3  # of a city whose first camera has a run of six chunks, and others after it
FRAMES, GOP = 260, 5
CODE, OWN, OTHER = "cam-1", "Kamera", "Kamera lain"
Tamper = Callable[[list[Frame]], None]


@dataclass(frozen=True)
class Case:
    """How a camera signs in one run, and what is done to what it sends before that is recorded."""

    ways: Mapping[str, object] = field(default_factory=dict)
    tamper: Tamper | None = None


@dataclass(frozen=True)
class Plan:
    """`runs` are cases by camera and epoch, all others are unsigned; `kept` names whose certificate SEI stands in a
    camera's file, `lossy` the chunks (epoch, seq) of the first camera that tell of lost packets; `damage` is done to
    the package's draft."""

    runs: Mapping[tuple[str, int], Case]
    kept: Mapping[str, str] = field(default_factory=dict)
    lossy: frozenset[tuple[int, int]] = frozenset()
    damage: Callable[[Draft], None] | None = None


def alone(
    case: Case,
    *,
    kept: str = "",
    later: Case | None = None,
    lossy: frozenset[tuple[int, int]] = frozenset(),
    damage: Callable[[Draft], None] | None = None,
) -> Plan:
    """One camera that signs; the case is its first run's, `later` (as the first, untampered) that of all others."""
    rest = replace(case, tamper=None) if later is None else later
    runs = {(CODE, epoch): case if epoch == 1 else rest for epoch in range(1, 5)}
    return Plan(runs, {CODE: kept} if kept else {}, lossy, damage)


def film(plan: Plan) -> Film:
    """What the plan's cameras send."""

    def send(code: str, epoch: int, codec: str) -> Video:
        plain, case = video(codec, frames=FRAMES, gop=GOP, size=(64, 48)), plan.runs.get((code, epoch))
        if case is None:
            return plain
        sent = Camera(codec, **{"who": identity(), **case.ways}).film(plain)  # type: ignore[arg-type]
        frames = list(sent.frames)
        if case.tamper:
            case.tamper(frames)
        return Video(sent.track, frames)

    return send


def package(plan: Plan) -> bytes:
    """The package's bytes: all footage of two cameras from the beginning of the first."""
    city = Installation(SEED, cameras=2, seconds=14, film=film(plan), lossy=plan.lossy)
    first = min(camera.runs[0].opening.at_us for camera in city.cameras)
    draft = Exporter(city, [Exhibit("1", first, city.end_us, ["cam-1", "cam-2"])]).make()
    for code, name in plan.kept.items():
        set_certificate(draft, code, certificate_sei(who_is(name)).hex())
    if plan.damage:
        plan.damage(draft)
    return written(draft, city.export)


def set_certificate(draft: Draft, code: str, value: str) -> None:
    """What a camera's file has as its certificate SEI."""
    path = f"meta/camera/{code}.json"
    draft.meta[path] = canonical({**json.loads(draft.meta[path]), "certificate_sei": value})


def certificate_sei(who: Identity) -> bytes:
    """The SEI with which such a camera opens its stream."""
    some = video("h264", frames=FRAMES, gop=GOP, size=(64, 48))
    sent = Camera("h264", who=who, certificate_sei=True).film(Video(some.track, some.frames[:1]))
    return next(nal for nal in split_lengths(sent.frames[0].data) if is_signing_sei("h264", nal))


def who_is(name: str) -> Identity:
    """The camera's own identity, or another one's."""
    return identity() if name == OWN else identity(name)


def joined(nals: list[bytes]) -> bytes:
    return b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals)


def flip_slice(frames: list[Frame]) -> None:
    data = frames[17].data
    frames[17] = replace(frames[17], data=data[:-3] + bytes((data[-3] ^ 1,)) + data[-2:])


def drop_frame(frames: list[Frame]) -> None:
    del frames[18]


def without_seis(first: int, last: int) -> Tamper:
    """Takes the SEIs out of these frames."""

    def tamper(frames: list[Frame]) -> None:
        for i in range(first, last):
            nals = split_lengths(frames[i].data)
            kept = [nal for nal in nals if not any(is_signing_sei(codec, nal) for codec in ("h264", "h265"))]
            frames[i] = replace(frames[i], data=joined(kept))

    return tamper


def change_seis(change: Callable[[bytes], bytes]) -> Tamper:
    """Changes every SEI."""

    def tamper(frames: list[Frame]) -> None:
        for i, frame in enumerate(frames):
            nals = split_lengths(frame.data)
            changed = [
                change(nal) if any(is_signing_sei(codec, nal) for codec in ("h264", "h265")) else nal
                for nal in nals
            ]
            frames[i] = replace(frame, data=joined(changed))

    return tamper


def swap_certificate(nal: bytes) -> bytes:
    """Another camera's certificate in the place of the right one, with blanks behind it where it is shorter."""
    right, other = (
        identity().chain,
        identity("K").chain,
    )  # whose shorter name makes up for what signatures vary
    assert len(other) <= len(right)
    return nal.replace(right, other.ljust(len(right)))


LATE = {"certificate_sei": True}  # certificates stand in the stream's first SEI alone
TAMPERED: dict[str, Case] = {
    "a slice flipped": Case({}, flip_slice),
    "a frame removed": Case({}, drop_frame),
    "an SEI removed": Case({}, without_seis(20, 21)),
    "another certificate in the stream": Case({}, change_seis(swap_certificate)),
    "SEIs of another form": Case({}, change_seis(lambda nal: nal[:40] + b"\xff" + nal[41:])),
}
HONEST: dict[str, Case] = {
    "signed": Case(),
    "RSA": Case({"who": identity("RSA", "rsa")}),
    "every second GOP, late": Case({"every": 2, "delay": 3}),
    "partial GOPs without lists": Case({"partial": 3, "low_bitrate": True}),
    "escaped first": Case({"escape_first": True, "crypto_last": True}),
}
PLANS: dict[str, Plan] = {
    **{name: alone(case) for name, case in {**HONEST, **TAMPERED}.items()},
    "all SEIs of an original removed": alone(Case({}, without_seis(10, 50))),
    "the SEIs of the first original removed": alone(Case({}, without_seis(0, 10))),
    "certificate only in the camera's file": alone(Case(LATE, without_seis(0, 1)), kept=OWN),
    "certificate nowhere": alone(Case(LATE, without_seis(0, 1))),
    "certificate renewed after a gap": alone(Case(), later=Case({"who": identity(OTHER)})),
    "another certificate in the camera's file": alone(Case(), kept=OTHER),
    "signed anew with another key": alone(Case({"who": identity(OTHER)}), kept=OWN),
    "a camera's file of another form": alone(Case(), damage=lambda draft: set_certificate(draft, CODE, "xy")),
    "packets lost by its own line": alone(Case({}, drop_frame), lossy=frozenset({(1, 2)})),
}
# Several in one package each, since a browser takes seconds for one.
MIXED: dict[str, Plan] = {
    "honest and tampered": Plan(
        {
            **{(CODE, epoch): case for epoch, case in enumerate(TAMPERED.values(), 1)},
            **{("cam-2", epoch): case for epoch, case in enumerate(HONEST.values(), 1)},
        }
    ),
    "with certificates on file": Plan(
        {
            (CODE, 1): Case(LATE, without_seis(0, 1)),
            (CODE, 2): Case({"who": identity(OTHER)}),
            (CODE, 3): Case({}, without_seis(0, 35)),
            ("cam-2", 1): Case({}, without_seis(10, 45)),
            ("cam-2", 2): TAMPERED["SEIs of another form"],
        },
        kept={CODE: OWN, "cam-2": OTHER},
    ),
    "with gaps": Plan(
        {
            (CODE, 1): Case({}, drop_frame),
            (CODE, 2): Case(LATE, without_seis(0, 1)),
            ("cam-2", 1): HONEST["escaped first"],
        },
        lossy=frozenset({(1, 2)}),
        damage=lambda draft: set_certificate(draft, "cam-2", "xy"),
    ),
}
