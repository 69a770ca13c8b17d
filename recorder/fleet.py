"""The cameras this recorder holds right now.

Changed by the lease loop, closed by whoever ends the recorder; read from any thread.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from recorder import measures
from recorder.access_unit import Reason, Source, SourceFailed
from recorder.announcer import Announcer
from recorder.awake import Awake
from recorder.camera import Camera
from recorder.facts import OutageClosed
from recorder.leased import Leased
from recorder.onvif_clocks import OnvifClocks
from recorder.recording import Recording
from recorder.shipper import Shipper
from recorder.sources.choice import ChosenSource, Preference
from recorder.sources.rtp.wheel import Wheel
from recorder.spool import Spool
from saksi import clock
from saksi.catalogue.leases import Held
from saksi.errors import IntegrityError
from saksi.networks.camera_networks import CameraNetworks
from saksi.networks.site_list import site_list
from saksi.secrets import Vault

log = logging.getLogger("saksi.recorder.fleet")

_PATIENCE_S = 1.0  # live cameras end at their next packet; who hangs is sealed from outside


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What every camera of this recorder shares."""

    recorder: str
    chunk_seconds: int
    fsync: bool
    vault: Vault
    spool: Spool
    announcer: Announcer
    shipper: Shipper
    awake: Awake
    wheel: Wheel
    onvif_clocks: OnvifClocks
    networks: CameraNetworks


@dataclass(frozen=True, kw_only=True)
class Member:
    """A held camera and the lease it is held by; with `moving` another recorder still holds it."""

    held: Held
    camera: Camera
    moving: bool = False

    @property
    def footage(self) -> bool:
        """Whether this recorder has footage of it and is getting more."""
        return self.camera.recording.footage_us is not None and self.camera.state.state == "recording"


class Fleet:
    """Cameras by id."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._guard = threading.Lock()
        self._members: dict[int, Member] = {}
        self._closed = False

    def members(self) -> list[Member]:
        """Every camera held now."""
        with self._guard:
            return list(self._members.values())

    def take(self, held: Held, outage: Reason | None, *, moving: bool = False) -> None:
        """Starts recording a newly leased camera, or one that is `moving` here; `outage` is the reason of its open one.

        Whoever records it here already is ended first: two threads on one camera would be two runs of it for
        as long as this process lives.
        """
        self.drop({held.camera_id: "lease_lost"})
        recording = self._recording(held)
        camera = Camera(held.camera, *self._address(held), recording=recording)
        with self._guard:
            if self._closed:
                return  # a claim that came back after the end began
            self._members[held.camera_id] = Member(held=held, camera=camera, moving=moving)
            measures.held.set(len(self._members))
            # Of the time before, its holder tells as long as it is not ours.
            recording.resume(outage, None if moving else held.alone_us)
            camera.start()
        log.info("%s %s (epoch %d)", "taking over" if moving else "recording", held.camera, held.epoch)

    def keep(self, camera_ids: Iterable[int]) -> None:
        """Cameras that were moving here are held from now on."""
        with self._guard:
            kept = [dataclasses.replace(self._members[one], moving=False) for one in camera_ids]
            self._members |= {member.held.camera_id: member for member in kept}
        for member in kept:
            start_us = member.camera.recording.footage_us
            if start_us is not None:  # what its holder told of it before ends there
                self._kit.announcer.tell(
                    OutageClosed(camera=member.held.camera, epoch=member.held.epoch, end_us=start_us)
                )
            log.info("took over %s (epoch %d)", member.held.camera, member.held.epoch)

    def drop(self, reasons: Mapping[int, str]) -> None:
        """Seals and closes cameras that are not ours any more, each with its reason; all of them at once."""
        with self._guard:
            known = [camera_id for camera_id in reasons if camera_id in self._members]
            ending = [(self._members.pop(camera_id), reasons[camera_id]) for camera_id in known]
            measures.held.set(len(self._members))
        for member, reason in ending:
            log.info("letting %s go: %s", member.held.camera, reason)
        _finish(ending)
        self._kit.onvif_clocks.keep(member.held.camera for member in self.members())
        for member, reason in ending:
            if reason == "disabled":
                member.camera.recording.ended_by("disabled", "recording was switched off")

    def seal(self, code: str) -> None:
        """Cut this camera's chunk at its next keyframe."""
        now_us = clock.now_us()
        for member in self.members():
            if member.held.camera == code:
                member.camera.recording.seal_from(now_us)

    def close(self, reason: str) -> list[Member]:
        """Seals and closes everything, all cameras at once; answers what was held. Nothing is taken any more."""
        with self._guard:
            self._closed = True
            members = list(self._members.values())
        _finish([(member, reason) for member in members])
        for member in members:
            if not member.moving:
                member.camera.recording.ended_by("recorder_down", "the recorder was stopped")
        with self._guard:
            self._members.clear()
        return members

    def _recording(self, held: Held) -> Recording:
        kit = self._kit
        leased = Leased(
            camera=held.camera,
            epoch=held.epoch,
            recorder=kit.recorder,
            parent=held.parent,
            chunk_seconds=kit.chunk_seconds,
            fsync=kit.fsync,
            since_us=clock.now_us(),
        )
        return Recording(
            leased,
            kit.spool,
            tell=kit.announcer.tell,
            ship=kit.shipper.ship,
            awake=kit.awake,
            complete=kit.onvif_clocks.complete,
        )

    def _address(self, held: Held) -> tuple[str, Callable[[], Source]]:
        wheel, preference = self._kit.wheel, Preference(camera=held.camera)
        try:
            address = self._kit.vault.open(held.source_sealed)
        except IntegrityError as error:
            reason = error.diagnostics("en")
            return "", lambda: _Sealed(wheel, preference, reason)
        networks = self._kit.networks.of_site(site_list(held.networks, held.hosts, held.ports))
        self._kit.onvif_clocks.hold(held.camera, address, networks)
        return address, lambda: ChosenSource(wheel, preference, networks=networks)


def _finish(ending: list[tuple[Member, str]]) -> None:
    """Ends cameras with one deadline for all: waiting for hung ones in turn would outlast other leases."""
    for member, _ in ending:
        member.camera.stop()
    until_us = clock.monotonic_us() + round(_PATIENCE_S * 1e6)
    for member, reason in ending:
        member.camera.finish(reason, max(0.0, (until_us - clock.monotonic_us()) / 1e6))


class _Sealed(ChosenSource):
    """A camera whose address cannot be read."""

    def __init__(self, wheel: Wheel, preference: Preference, detail: str) -> None:
        super().__init__(wheel, preference)
        self._detail = detail

    def open(self, url: str, timeout: float) -> None:
        """Always fails, with the reason."""
        raise SourceFailed("unreachable", self._detail)
