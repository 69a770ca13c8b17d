"""What the clocks of cameras show that claim no time in their streams: asked of their ONVIF service now and then.

The recorder asks because it is what reaches the cameras. Only those of RTSP are asked, without a log-in, each device
once for all its streams; whoever does not answer is asked ever more seldom. Recording waits for no answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from recorder.camera_clocks import CameraClocks
from saksi import clock
from saksi.custody.chain import ClockEvidence
from saksi.networks.camera_networks import CameraNetworks
from saksi.onvif.device import clock_offset_us, service_of
from saksi.onvif.soap import OnvifFailed

log = logging.getLogger("saksi.recorder.onvif_clocks")

ONVIF = "onvif"
_LOOK_S = 10.0
_EVERY_US = 600_000_000
_LONGEST_US = 6 * 3_600_000_000  # for devices that never answer
_FRESH_US = 900_000_000  # an older answer says nothing of a chunk
_QUICK_US = 1_000_000  # within it, and to half a second: saksi/clock_words.py CAMERA_ERROR_US
_STEP_US = 250_000  # our own clock was set: what was measured against it is worth nothing
_SECONDS = 3.0
_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A device: its answer (its clock minus ours) and when that came, on the steady clock; None: it gave none.

    `anchor_us` is what our clock was ahead of the steady one then, `pause_us` how long the device is left alone after
    the next time that it does not answer.
    """

    due_us: int
    pause_us: int = _EVERY_US
    offset_us: int | None = None
    at_us: int = 0
    anchor_us: int = 0

    def holds(self, now_us: int) -> bool:
        """Whether the answer still says something, `now_us` on the steady clock."""
        if self.offset_us is None or now_us - self.at_us > _FRESH_US:
            return False
        return abs(_anchor_us() - self.anchor_us) <= _STEP_US


class OnvifClocks:
    """By camera and the host that it streams from. `complete` and `hold` from any thread."""

    def __init__(self, clocks: CameraClocks, service: Callable[[str], str] | None = None) -> None:
        """`service` gives the address of a host's ONVIF service; None: it is where all have it."""
        self._clocks = clocks
        self._service = service or service_of
        self._lock = threading.Lock()
        self._hosts: dict[str, str] = {}
        self._networks: dict[str, CameraNetworks | None] = {}
        self._asked: dict[str, Asked] = {}

    def hold(self, camera: str, source: str, networks: CameraNetworks | None = None) -> None:
        """The camera is recorded from this address from now on, which may be in these networks."""
        with self._lock:
            self._hosts[camera] = host_of(source)
            self._networks[host_of(source)] = networks

    def keep(self, held: Iterable[str]) -> None:
        """Forgets all cameras but these, and the devices that none of them is."""
        with self._lock:
            known = set(held)
            self._hosts = {camera: host for camera, host in self._hosts.items() if camera in known}
            hosts = set(self._hosts.values())
            self._networks = {host: one for host, one in self._networks.items() if host in hosts}
            self._asked = {host: asked for host, asked in self._asked.items() if host in hosts}

    def complete(self, camera: str, evidence: ClockEvidence) -> ClockEvidence:
        """The evidence of a chunk that ends now, with the device's answer where the stream claimed no time."""
        if evidence.camera_source != "none":
            return evidence
        with self._lock:
            asked = self._asked.get(self._hosts.get(camera, ""))
        if asked is None or asked.offset_us is None or not asked.holds(clock.monotonic_us()):
            return evidence
        return replace(evidence, camera_source=ONVIF, camera_offset_us=asked.offset_us)

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; what is being asked then ends within its time."""
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="onvif") as pool:
            while not stop.wait(_LOOK_S):
                due = self.due()
                for at in range(0, len(due), _AT_ONCE):
                    if stop.is_set():
                        return
                    list(pool.map(self.ask, due[at : at + _AT_ONCE]))

    def due(self) -> list[str]:
        """Hosts to ask now: of cameras whose chunks brought no time by themselves."""
        now_us = clock.monotonic_us()
        with self._lock:
            hosts = {host for camera, host in self._hosts.items() if host and self._clocks.silent(camera)}
            return sorted(host for host in hosts if self._is_due(host, now_us))

    def _is_due(self, host: str, now_us: int) -> bool:
        asked = self._asked.get(host)
        if asked is None or asked.due_us <= now_us:
            return True
        return asked.offset_us is not None and asked.pause_us == _EVERY_US and not asked.holds(now_us)

    def ask(self, host: str) -> None:
        """Asks one device and keeps its answer. Never raises."""
        begun_us = clock.monotonic_us()
        with self._lock:
            networks = self._networks.get(host)
        try:
            offset_us = clock_offset_us(self._service(host), seconds=_SECONDS, networks=networks)
        except OnvifFailed as error:
            log.debug("%s", error)
            offset_us = None
        now_us = clock.monotonic_us()
        if now_us - begun_us > _QUICK_US:
            offset_us = None  # somewhere in between: it would say less than is said of it
        with self._lock:
            if offset_us is not None:
                self._asked[host] = Asked(
                    due_us=now_us + _EVERY_US, offset_us=offset_us, at_us=now_us, anchor_us=_anchor_us()
                )
                return
            before = self._asked.get(host, Asked(due_us=0))  # its last answer stays as long as it is fresh
            self._asked[host] = replace(
                before,
                due_us=now_us + before.pause_us,
                pause_us=min(2 * before.pause_us, _LONGEST_US),
            )


def _anchor_us() -> int:
    return clock.now_us() - clock.monotonic_us()


def host_of(source: str) -> str:
    """The host of an RTSP source, '' for any other: what streams otherwise is no device of ONVIF."""
    try:
        parts = urlsplit(source)
        return (parts.hostname or "") if parts.scheme in ("rtsp", "rtsps") else ""
    except ValueError:
        return ""
