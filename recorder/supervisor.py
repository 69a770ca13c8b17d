"""The recorder process: finds what an earlier one left, records what it holds leases for, and ends in order.

Without the database nothing new is claimed and nothing is given up: what is being recorded goes on into the
spool. Without the object store chunks wait on the spool. Catalogue, bucket and spool must be of the same
installation; a recorder that finds them different stops before it writes anything.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

from recorder import preferences
from recorder.announcer import Announcer
from recorder.awake import Awake
from recorder.backoff import Backoff
from recorder.badge import Badge
from recorder.caretaker import Caretaker
from recorder.fetcher import Fetcher
from recorder.fleet import Fleet, Kit, Member
from recorder.instance import instance_of
from recorder.joining import Joining
from recorder.lease import Leases, terms_of
from recorder.memory import remembers
from recorder.notices import Notices
from recorder.onvif_clocks import OnvifClocks
from recorder.pulse import PulseLoop
from recorder.purged import PurgedCopies
from recorder.reporter import Reporter
from recorder.resender import Resender
from recorder.sealer import Sealer
from recorder.shipper import Shipper
from recorder.sources.rtp.wheel import Wheel
from recorder.spool import Spool
from recorder.untold import Untold
from recorder.uplink import Uplink
from saksi import clock
from saksi.catalogue import fetching, pulse_requests, seals
from saksi.catalogue.database import Database
from saksi.errors import BadInput, NotFound, SaksiError, Unavailable
from saksi.messages import register
from saksi.networks.camera_networks import CameraNetworks
from saksi.objects.store import ObjectStore
from saksi.scrub import repair
from saksi.secrets import Vault
from saksi.settings import Settings

log = logging.getLogger("saksi.recorder")

register(
    "recorder_unset",
    en=("{field} is not set.", "Set it, or start everything on this machine with: saksi up."),
    id_=("{field} belum diatur.", "Atur, atau jalankan semuanya di mesin ini dengan: saksi up."),
)

SEAL_CHANNEL = "saksi_seal"
_ASKED_S = 1.0  # until an end that came otherwise is seen
_LOOK_S = 0.1
_LEAVE_S = 2.0
_DRAIN_S = 3.0  # after the cameras are sealed; what is left by then is found at the next start


class Recorder:
    """One recorder process. `run` until the event is set."""

    def __init__(self, settings: Settings) -> None:
        """Takes the spool. Raises BadInput for settings that will not do, Conflict when the spool is in use."""
        for name in ("database_url", "secret_key"):
            if getattr(settings, name) is None:
                raise BadInput("recorder_unset", field=f"SAKSI_{name.upper()}")
        preferences.check(settings)
        assert settings.database_url
        assert settings.secret_key
        self.name = settings.recorder_name or socket.gethostname()
        self._database_url = settings.database_url.get_secret_value()
        vault = Vault(settings.secret_key.get_secret_value())
        self._store = ObjectStore.from_settings(settings)
        self._spool = Spool(
            settings.spool_folder,
            high_water_bytes=settings.spool_high_water_bytes,
            reserve_bytes=settings.spool_reserve_bytes,
            limit_bytes=settings.spool_limit_bytes,
        )
        self._database = Database(self._database_url, application="saksi-recorder", max_size=4)
        self._badge = Badge(self.name, settings.keys_folder)
        self._announcer = Announcer(self._database, self._badge, Untold(self._spool.folder))
        self._shipper = Shipper(self._store, self._spool, self._announcer, uplink=Uplink.of(settings))
        self._caretaker = Caretaker(self._spool, self._announcer, self._shipper)
        self._fetcher = Fetcher(self._database, self._shipper, self._spool)
        self._awake = Awake()
        self._onvif_clocks = OnvifClocks(self._announcer.camera_clocks)
        kit = Kit(
            recorder=self.name,
            chunk_seconds=settings.chunk_seconds,
            fsync=settings.fsync == "fragment",
            vault=vault,
            spool=self._spool,
            announcer=self._announcer,
            shipper=self._shipper,
            awake=self._awake,
            wheel=Wheel(),
            onvif_clocks=self._onvif_clocks,
            networks=CameraNetworks.of(settings),
        )
        self._fleet = Fleet(kit)
        self._memory = remembers(
            settings, self._spool.folder, vault, self._announcer.tips, recorder=self.name
        )
        self._leases = Leases(
            self._database,
            self._fleet,
            self._spool,
            self._announcer,
            recorder=self.name,
            instance=instance_of(self._spool.folder),
            terms=terms_of(settings),
            note=self._memory.note if self._memory is not None else lambda _: None,
        )
        self._joining = Joining(
            self._database,
            self._badge,
            self._fleet,
            self._memory,
            begin=self._begin,
            bound_s=settings.recorder_offline_hours * 3600,
        )
        self._sites = settings.preferred_sites
        self._begun = False
        self._hand_over_s = settings.recorder_hand_over_seconds
        self._reporter = Reporter(self._database, self._fleet, self._announcer, self._spool, self.name)
        self._pulse = PulseLoop(
            self._database, self._badge, self._announcer.tips, every_s=settings.pulse_seconds
        )
        self._sealer = Sealer(self._database, self._badge, self._announcer.tips)
        self._resender = Resender(self._database, self._store, self._spool, self.name)
        self._stop = threading.Event()
        self._refused: SaksiError | None = None

    def run(self, asked: threading.Event) -> None:
        """Records until `asked` to end, and until others have what they can take over then.

        Raises IntegrityError or Conflict when catalogue, bucket and spool do not belong together, and Conflict
        when another recorder of this name is at work.
        """
        stop = self._stop
        self._thread("asked", lambda: self._heed(asked))
        try:
            identity = self._joining.identity(stop)
            if identity is None:
                return
            self._spool.belongs_to(identity)
            self._begin()
            self._announcer.start()
            self._thread("store", lambda: self._open_store(identity))
            self._thread("sites", lambda: preferences.look(self._database, self._sites, stop))
            self._thread("notices", lambda: self._notices().run(stop))
            self._thread("pulse", lambda: self._pulse.run(stop))
            self._thread("sealer", lambda: self._sealer.run(stop))
            self._thread("resender", lambda: self._resender.run(stop))
            self._thread("fetcher", lambda: self._fetcher.run(stop))
            self._thread("purged", lambda: PurgedCopies(self._database, self._spool).run(stop))
            self._thread("onvif", lambda: self._onvif_clocks.run(stop))
            self._thread("reporter", lambda: self._reporter.run(stop))
            leasing = self._thread("leases", self._keep_leases)
            # Nothing here waits for the database: the end must not, whatever hangs.
            stop.wait()
            self._drain(leasing)
        finally:
            self._stop.set()
            self._end()
            self._spool.release()
            self._database.close()
        if self._refused is not None:
            raise self._refused

    def _heed(self, asked: threading.Event) -> None:
        """Before the end others record what is recorded here, where there are others and the time is not up."""
        while not asked.wait(_ASKED_S):
            if self._stop.is_set():
                return
        try:
            until_us = clock.monotonic_us() + round(self._hand_over_s * 1e6)
            if self._leases.leave():
                while (
                    self._leases.awaited()
                    and clock.monotonic_us() < until_us
                    and not self._stop.wait(_LOOK_S)
                ):
                    pass
        finally:
            self._stop.set()

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread

    def _keep_leases(self) -> None:
        try:
            self._leases.run(self._stop)
        except SaksiError as error:
            self._refused = error
        finally:
            self._stop.set()  # a recorder that renews nothing must not go on as if it did

    def _begin(self) -> None:
        """What an earlier process recorded and did not get rid of is told, and then sent, before anything new."""
        if self._begun:
            return
        self._begun = True
        self._caretaker.begin()
        self._fetcher.recall()
        self._thread("awake", lambda: self._awake.run(self._stop))
        self._thread("spool", lambda: self._caretaker.run(self._stop))

    def _open_store(self, identity: str) -> None:
        """Starts shipping once the bucket is known to be ours; a foreign one stops the recorder."""
        backoff = Backoff()
        while not self._stop.is_set():
            try:
                self._store.check_identity(identity)
            except (Unavailable, NotFound) as error:
                # Not found: `saksi migrate` has not made the bucket yet.
                log.warning("waiting for the object store: %s", error)
                self._stop.wait(backoff.wait_s())
            except SaksiError as error:
                self._refused = error
                self._stop.set()
            else:
                self._shipper.start()
                return

    def _notices(self) -> Notices:
        return Notices(
            self._database_url,
            {
                SEAL_CHANNEL: self._fleet.seal,
                pulse_requests.ASK_CHANNEL: lambda name: self._pulse.beat() if name == self.name else None,
                seals.ASK_CHANNEL: self._sealer.asked,
                repair.CHANNEL: lambda _: self._resender.asked(),
                fetching.CHANNEL: lambda _: self._fetcher.asked(),
            },
        )

    def _drain(self, leasing: threading.Thread) -> None:
        """Seals, tells, sends, lets go, within a few seconds; whatever does not get done is on the spool."""
        members = self._end()
        until_us = clock.monotonic_us() + round(_DRAIN_S * 1e6)
        self._announcer.drained(_DRAIN_S)
        self._shipper.drained((until_us - clock.monotonic_us()) / 1e6)
        self._shipper.stop()
        self._announcer.drained((until_us - clock.monotonic_us()) / 1e6)
        self._announcer.stop()
        leaving = self._thread("leaving", lambda: self._leave(members, leasing))
        leaving.join(_LEAVE_S)
        if leaving.is_alive():
            log.warning("leases were not released, they run out by themselves: the database does not answer")

    def _end(self) -> list[Member]:
        """Seals everything, and remembers it; answers what was held."""
        members = self._fleet.close("released")
        if members and self._memory is not None:
            self._memory.note(members, answered=False)
        return members

    def _leave(self, members: list[Member], leasing: threading.Thread) -> None:
        leasing.join()  # what it is just letting go it seals itself
        try:
            self._reporter.report(members)
            self._leases.release([member.held.camera_id for member in members])
            self._pulse.beat()  # the last chunks come under a pulse too
        except Unavailable as error:
            log.warning("leases were not released, they run out by themselves: %s", error)
