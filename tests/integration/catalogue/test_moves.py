"""A camera moves from one living recorder to another: the taker is beside the holder until it has footage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from saksi.catalogue import leases, moves, outages
from saksi.catalogue.database import Connection, Database
from tests.integration.catalogue.chains import SECOND, add_camera


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A transaction in which eight cameras are held by "full", and "empty" has come."""
    with database.transaction() as connection:
        for number in range(8):
            add_camera(connection, f"cam-{number}")
        join(connection, "full")
        assert len(leases.claim(connection, "full", capacity=10)) == 8
        join(connection, "empty")
        yield connection


def join(connection: Connection, name: str, *, networks: tuple[str, ...] = ()) -> None:
    terms = leases.Terms(capacity=10, lease_s=60.0, networks=networks)
    leases.register_recorder(connection, name, "0", terms, instance=name)


def seen(connection: Connection, name: str, *, leaving: bool = False) -> None:
    leases.seen(connection, name, name, lease_s=60.0, leaving=leaving, spool_bytes=0, spool_oldest_us=None)


def begin(
    connection: Connection, name: str, *, few: int = 9, avoided: tuple[int, ...] = ()
) -> list[leases.Held]:
    seen(connection, "full")
    return moves.begin(connection, name, room=10, few=few, avoided=avoided)


def dead(connection: Connection, name: str) -> None:
    connection.execute(
        "update recorder set alive_until = now() - interval '1 second' where name = %s", (name,)
    )


def test_a_move_leaves_the_holder_its_lease_until_it_is_settled(connection: Connection) -> None:
    [taken] = begin(connection, "empty", few=1)
    assert taken.epoch == 2
    assert leases.renew(connection, "full")[taken.camera_id] == 1
    assert leases.renew(connection, "empty") == {}
    assert moves.kept(connection, "empty") == {taken.camera_id: moves.Begun(epoch=2, held=True)}
    assert moves.settle(connection, "empty", [taken.camera_id]) == {taken.camera_id: 2}
    assert taken.camera_id not in leases.renew(connection, "full")
    assert leases.lost(connection, "full", [taken.camera_id]) == {taken.camera_id: "moved"}
    assert leases.renew(connection, "empty") == {taken.camera_id: 2}


def test_recorders_become_equally_full_and_then_nothing_moves(connection: Connection) -> None:
    for _ in range(4):
        begun = [held.camera_id for held in begin(connection, "empty", few=2)]
        moves.settle(connection, "empty", begun)
    assert (len(leases.renew(connection, "full")), len(leases.renew(connection, "empty"))) == (5, 3)
    seen(connection, "empty")
    assert moves.begin(connection, "full", room=2, few=2, avoided=[]) == []


def test_an_epoch_given_out_for_a_move_is_never_given_out_again(connection: Connection) -> None:
    [taken] = begin(connection, "empty", few=1)
    moves.give_up(connection, "empty", [taken.camera_id])
    assert moves.settle(connection, "empty", [taken.camera_id]) == {}
    leases.release(connection, "full", [taken.camera_id])
    [again] = leases.claim(connection, "empty", capacity=1)
    assert (again.camera_id, again.epoch) == (taken.camera_id, 3)
    assert begin(connection, "empty", avoided=tuple(leases.renew(connection, "full"))) == [], (
        "all are avoided"
    )


def test_who_has_begun_to_take_a_dead_holders_camera_comes_first(connection: Connection) -> None:
    [taken] = begin(connection, "empty", few=1)
    join(connection, "third")
    dead(connection, "full")
    assert taken.camera_id not in {held.camera_id for held in leases.claim(connection, "third", capacity=10)}
    assert not moves.kept(connection, "empty")[taken.camera_id].held
    assert moves.settle(connection, "empty", [taken.camera_id]) == {taken.camera_id: 2}


def test_a_taker_that_dies_is_forgotten(connection: Connection) -> None:
    [taken] = begin(connection, "empty", few=1)
    dead(connection, "empty")
    join(connection, "third")
    others = tuple(one for one in leases.renew(connection, "full") if one != taken.camera_id)
    [again] = begin(connection, "third", avoided=others)
    assert (again.camera_id, again.epoch) == (taken.camera_id, 3)
    assert moves.kept(connection, "empty") == {}


def test_all_of_a_recorder_that_leaves_is_taken_over_by_parts(connection: Connection) -> None:
    join(connection, "third")
    seen(connection, "full", leaving=True)
    parts = [moves.begin(connection, name, room=10, few=0, avoided=[]) for name in ("empty", "third")]
    assert [len(part) for part in parts] == [4, 2]
    parts.append(moves.begin(connection, "third", room=10, few=1, avoided=[]))
    assert moves.begin(connection, "full", room=10, few=4, avoided=[]) == []
    assert len({held.camera_id for part in parts for held in part}) == 7


def test_a_camera_goes_home_to_who_prefers_it_however_full_that_is(connection: Connection) -> None:
    connection.execute(
        "update camera set source_masked = 'rtsp://10.4.0.7/' where code in ('cam-2', 'cam-5')"
    )
    connection.execute("update camera set enabled = false where code = 'cam-5'")
    join(connection, "home", networks=("10.4.0.0/16",))
    leases.release(connection, "full", [1])
    assert {held.camera for held in begin(connection, "home", few=1)} == {"cam-2"}


def test_a_taker_tells_of_no_outage_before_it_holds_the_camera(connection: Connection) -> None:
    [taken] = begin(connection, "empty", few=1)
    outages.open_outage(connection, taken.camera, 2, 5 * SECOND, "unreachable", "", "empty")
    assert outages.open_reason(connection, taken.camera) is None
    outages.open_outage(connection, taken.camera, 1, 6 * SECOND, "stalled", "", "full")
    outages.close_outage(connection, taken.camera, 2, 7 * SECOND)
    assert outages.open_reason(connection, taken.camera) == "stalled"
    moves.settle(connection, "empty", [taken.camera_id])
    outages.close_outage(connection, taken.camera, 2, 7 * SECOND)
    assert outages.open_reason(connection, taken.camera) is None
