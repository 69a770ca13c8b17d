"""A process records a camera once, whatever the leases do, and lets many hung cameras go as fast as one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from recorder import joining, preferences
from recorder.announcer import Announcer
from recorder.awake import Awake
from recorder.fleet import Fleet, Kit
from recorder.joining import Joining
from recorder.memory import FILE, Memory
from recorder.onvif_clocks import OnvifClocks
from recorder.shipper import Shipper
from recorder.sources.rtp.wheel import Wheel
from recorder.spool import Spool
from recorder.tips import Tips
from saksi import clock
from saksi.catalogue import leases
from saksi.catalogue.database import Database
from saksi.errors import BadInput
from saksi.networks.camera_networks import CameraNetworks
from saksi.secrets import Vault, generate_key
from saksi.settings import Settings
from tests.integration.recorder.archive import Archive, wait_until


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A camera that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"rtsp://127.0.0.1:{listener.getsockname()[1]}/x"


@pytest.fixture
def fleet(archive: Archive) -> Iterator[Fleet]:
    """The fleet of recorder "one", whose facts stay untold."""
    spool = Spool(archive.folder / "spool", high_water_bytes=1 << 30, reserve_bytes=0)
    announcer = Announcer(archive.database, archive.badge("one"))
    kit = Kit(
        recorder="one",
        chunk_seconds=4,
        fsync=True,
        vault=Vault(archive.key),
        spool=spool,
        announcer=announcer,
        shipper=Shipper(archive.store, spool, announcer),
        awake=Awake(),
        wheel=Wheel(),
        onvif_clocks=OnvifClocks(announcer.camera_clocks),
        networks=CameraNetworks.of(),
    )
    fleet = Fleet(kit)
    with archive.database.transaction() as connection:
        terms = leases.Terms(capacity=64, lease_s=60)
        leases.register_recorder(connection, "one", "0", terms, instance="here")
    yield fleet
    fleet.close("released")
    spool.release()


def claimed(archive: Archive, capacity: int = 64) -> list[leases.Held]:
    with archive.database.transaction() as connection:
        return leases.claim(connection, "one", capacity=capacity)


def camera_threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"camera-{name}"]


def test_a_camera_taken_again_is_recorded_by_its_new_thread_alone(
    archive: Archive, fleet: Fleet, silent_url: str
) -> None:
    archive.add_camera("gate", silent_url)
    [first] = claimed(archive)
    fleet.take(first, None)
    [before] = camera_threads("gate")
    archive.change_camera("gate", silent_url)
    [second] = claimed(archive)
    fleet.take(second, None)
    assert [member.held.epoch for member in fleet.members()] == [2]
    wait_until(lambda: not before.is_alive(), 40, "the thread of the first lease ends")
    assert len(camera_threads("gate")) == 1


def test_hung_cameras_are_let_go_together(archive: Archive, fleet: Fleet, silent_url: str) -> None:
    for number in range(12):
        archive.add_camera(f"dead-{number:02}", silent_url)
    taken = claimed(archive)
    for held in taken:
        fleet.take(held, None)
    threading.Event().wait(0.5)
    begun_us = clock.monotonic_us()
    fleet.drop({held.camera_id: "disabled" for held in taken})
    assert clock.monotonic_us() - begun_us < 3_000_000, "other leases would have run out meanwhile"
    assert fleet.members() == []


def test_a_lease_too_short_for_its_own_renewals_is_refused() -> None:
    assert Settings(lease_seconds=3).lease_seconds == 3
    with pytest.raises(ValidationError):
        Settings(lease_seconds=2.9)


def test_preferred_networks_must_be_networks() -> None:
    chosen = Settings(recorder_sites="depot, gate", recorder_networks="10.4.0.0/16,fd00::/8")
    assert chosen.preferred_sites == ["depot", "gate"]
    assert chosen.preferred_networks == ["10.4.0.0/16", "fd00::/8"]
    with pytest.raises(ValidationError, match=r"10\.4"):
        Settings(recorder_networks="10.4.0.1/16")


def test_what_a_site_held_is_remembered_under_seal(archive: Archive, fleet: Fleet, silent_url: str) -> None:
    archive.add_camera("gate", silent_url)
    [held] = claimed(archive)
    fleet.take(held, None)
    folder, tips = archive.folder / "spool", Tips()
    Memory(folder, Vault(archive.key), tips, recorder="one").note(fleet.members())
    kept = (folder / FILE).read_bytes()
    assert b"gate" not in kept
    assert held.source_sealed.encode() not in kept

    assert Memory(folder, Vault(generate_key()), tips, recorder="one").recall() is None
    assert Memory(folder, Vault(archive.key), tips, recorder="two").recall() is None
    recalled = Memory(folder, Vault(archive.key), tips, recorder="one").recall()
    assert recalled is not None
    (one,) = recalled.cameras
    assert recalled.latest(one) == (held, None)
    tips.ends["gate"] = b"\1" * 32, clock.now_us()
    assert recalled.latest(one)[0].parent == "01" * 32, "what is found on the spool is later"


def test_what_was_held_is_recorded_without_the_catalogue_until_its_answer_is_too_old(
    archive: Archive, fleet: Fleet, silent_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "_PATIENCE_US", 0)
    archive.add_camera("gate", silent_url)
    [held] = claimed(archive)
    fleet.take(held, None)
    memory = Memory(archive.folder / "spool", Vault(archive.key), Tips(), recorder="one")
    memory.note(fleet.members())
    fleet.drop({held.camera_id: "lease_lost"})
    nowhere = Database("postgresql://saksi@127.0.0.1:1/saksi", application="tests")
    stop, begun = threading.Event(), threading.Event()

    def join(bound_s: float) -> threading.Thread:
        joined = Joining(nowhere, archive.badge("one"), fleet, memory, begin=begun.set, bound_s=bound_s)
        asking = threading.Thread(target=joined.identity, args=(stop,))
        asking.start()
        return asking

    asking = join(2.0)
    wait_until(lambda: [member.held for member in fleet.members()] == [held], 10, "recorded again")
    assert begun.is_set()
    wait_until(lambda: not fleet.members(), 10, "until it is too old")
    stop.set()
    asking.join(20)
    stop.clear()
    begun.clear()
    asking = join(1.0)
    threading.Event().wait(0.5)
    assert not begun.is_set()
    assert not fleet.members()
    stop.set()
    asking.join(20)
    nowhere.close()


def test_a_recorder_for_no_camera_is_refused_and_one_for_an_unknown_site_says_so(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(BadInput, match="SAKSI_RECORDER_EXCLUSIVE is on"):
        archive.start(recorder_exclusive=True)
    assert not (archive.folder / "spool-one").exists(), "nothing was taken"
    archive.execute("insert into site (code, name, agency_id) select 'pasar', 'Pasar', agency_id from agency")
    preferences.look(archive.database, ["pasar", "pasra"], threading.Event())
    (told,) = [one.getMessage() for one in caplog.records if one.name == "saksi.recorder.preferences"]
    assert "names pasra," in told
