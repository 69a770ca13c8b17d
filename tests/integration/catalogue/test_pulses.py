"""Pulses: one root over all runs each minute, and for each run's line a path to it."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saksi import clock
from saksi.catalogue import chunks, pulses, runs
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.pulses import Pulse, Reading, Standing
from saksi.custody import notes
from saksi.custody.canonical import canonical, leaf
from saksi.custody.entries import Entry
from saksi.custody.merkle import verify_inclusion
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.signing import Signer
from saksi.errors import IntegrityError
from tests.integration.catalogue.chains import OFFICE, RECORDER, SECOND, Chain, add_camera, enrol

NOON = clock.now_us() // SECOND * SECOND - 3600 * SECOND
MINUTE = 60 * SECOND


def reading(at_us: int) -> Reading:
    return Reading(source="ntp", offset_us=-12, error_us=2500, wall_us=at_us, boot_us=at_us - NOON + SECOND)


def opened(connection: Connection, camera: str, *, recorder: str = "r1") -> tuple[int, Standing]:
    chain = Chain(camera, NOON, recorder=recorder)
    run_no = chunks.open_run(connection, chain.opening)
    standing = Standing(camera=camera, run=chain.opening.run, seq=0, tip=chain.opening.tip(), open=True)
    return run_no, standing


@pytest.fixture
def connection(database: Database) -> Connection:
    with database.transaction() as connection:
        enrol(connection)
        for number in range(5):
            add_camera(connection, f"cam-{number}")
    with database.transaction() as connection:
        yield connection  # type: ignore[misc]


def entry_at(connection: Connection, entry_id: int) -> Entry:
    row = connection.execute("select bytes from ledger_entry where entry_id = %s", [entry_id]).fetchone()
    assert row is not None
    return Entry.parse(row["bytes"])


LINE = st.tuples(st.integers(0, 4), st.integers(0, 2**31 - 1), st.binary(min_size=32, max_size=32))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, min_size=1, max_size=40))
def test_every_line_has_a_path_to_the_root_that_was_signed_and_no_other_line_has(
    connection: Connection, lines: list[tuple[int, int, bytes]]
) -> None:
    standings, numbers = [], {}
    for number, seq, tip in lines:
        run_no, standing = opened(connection, f"cam-{number}")
        standings.append(replace(standing, seq=seq, tip=tip))
        numbers[standing.run] = run_no
    written = pulses.write(connection, RECORDER, "r1", standings, reading(NOON))
    (pulse,) = pulses.around(connection, dict.fromkeys(numbers.values(), 0), NOON, NOON)
    body = entry_at(connection, written.entry.entry_id).body
    assert body["n"] == len(lines)
    root = bytes.fromhex(str(body["root"]))
    order = sorted(standings, key=lambda one: (one.camera, one.run))
    for standing in standings:
        position, content, path = pulses.line(pulse, numbers[standing.run])
        assert order[position] == standing
        assert content == {
            "camera": standing.camera, "run": standing.run, "seq": standing.seq, "tip": standing.tip.hex(),
        }  # fmt: skip
        assert verify_inclusion(leaf(canonical(content)), position, len(lines), path, root)
        false = {**content, "seq": standing.seq - 1}
        assert not verify_inclusion(leaf(canonical(false)), position, len(lines), path, root)
    connection.execute("alter table pulse disable trigger pulse_never_changes")
    connection.execute("delete from pulse")


def note(size: int) -> Note:
    text = Checkpoint(origin="log", size=size, root=bytes(32)).text()
    return Note(text=text, lines=(notes.sign(text, "log", Signer.from_seed(bytes([1]) * 32)),))


def test_a_pulse_tells_its_clock_what_was_missed_and_the_newest_checkpoint_seen_outside(
    connection: Connection,
) -> None:
    _, standing = opened(connection, "cam-0")

    def body(**told: int) -> dict[str, object]:
        read = replace(reading(NOON), step_us=told.get("step_us", 0))
        missed = told.get("missed", 0)
        written = pulses.write(connection, RECORDER, "r1", [standing], read, missed=missed)
        entry = entry_at(connection, written.entry.entry_id)
        assert (entry.kind, entry.chain, entry.at_us) == ("pulse", "recorder/r1", NOON)
        return dict(entry.body)

    shown = {"source": "ntp", "offset_us": -12, "error_us": 2500, "wall": NOON, "boot": SECOND}
    first = body()
    assert first["clock"] == shown
    assert (first["checkpoint"], first["checkpoint_size"]) == ("", 0)
    assert "missed" not in first
    for size in (3, 7, 9):
        connection.execute(
            "insert into ledger_checkpoint (size, root, note) values (%s, %s, %s)",
            (size, bytes(32), note(size).whole()),
        )
    connection.execute("update ledger_published set size = 7, uploaded = 7")
    assert body()["checkpoint_size"] == 7, "nobody outside has seen 9"
    signed = notes.cosign(note(3).text, "w", Signer.from_seed(bytes([2]) * 32), 1_795_000_000)
    connection.execute(
        "insert into ledger_cosignature (size, name, line, at) values (3, 'w', %s, now())", [signed.text()]
    )
    quoted = body(missed=2, step_us=-4_000_000)
    cosigned = notes.with_lines(note(3), [signed]).whole()
    assert quoted["checkpoint"] == hashlib.sha256(cosigned.encode()).hexdigest(), (
        "the digest dates what it quotes"
    )
    assert (quoted["checkpoint_size"], quoted["missed"]) == (3, 2)
    assert quoted["clock"] == {**shown, "step_us": -4_000_000}


def test_a_run_that_the_catalogue_has_not_met_waits_and_an_ended_one_never_goes_back(
    connection: Connection,
) -> None:
    run_no, live = opened(connection, "cam-0")
    ended_no, ended = opened(connection, "cam-1")
    connection.execute("update run set last_seq = 5 where run_no = any(%s)", [[run_no, ended_no]])
    unmet = replace(live, run=str(uuid.uuid4()))
    standings = [replace(live, seq=4), replace(ended, seq=4, open=False), unmet]
    written = pulses.write(connection, RECORDER, "r1", standings, reading(NOON))
    assert written.runs == {live.run, ended.run}
    (pulse,) = pulses.around(connection, {run_no: 4, ended_no: 4}, NOON, NOON)
    assert pulse.seq_of(run_no) == 4, "what a live recorder remembers, whatever the catalogue says"
    assert pulse.seq_of(ended_no) is None
    assert pulses.write(connection, RECORDER, "r1", [], reading(NOON)).entry.entry.body["n"] == 0


def tell(connection: Connection, author: Author, name: str, at_us: int, *standings: Standing) -> None:
    pulses.write(connection, author, name, standings, reading(at_us))


def times(found: list[Pulse]) -> list[int]:
    return [(pulse.at_us - NOON) // MINUTE for pulse in found]


def test_around_gives_the_pulses_that_bound_a_window(connection: Connection) -> None:
    run_no, standing = opened(connection, "cam-0")
    other_no, other = opened(connection, "cam-1")
    for minute in range(10):
        tell(connection, RECORDER, "r1", NOON + minute * MINUTE, replace(standing, seq=minute))
    window = NOON + 3 * MINUTE + SECOND, NOON + 5 * MINUTE - SECOND
    assert times(pulses.around(connection, {run_no: 5}, *window)) == [3, 4, 5]
    assert times(pulses.around(connection, {run_no: 7}, *window)) == [3, 4, 5, 7], "named that far only then"
    assert times(pulses.around(connection, {run_no: 1}, NOON, NOON)) == [0, 1]
    assert times(pulses.around(connection, {run_no: 99}, NOON - 9 * MINUTE, NOON - MINUTE)) == [0]
    assert times(pulses.around(connection, {run_no: 9}, NOON + 8 * MINUTE, NOON + 99 * MINUTE)) == [8, 9]
    assert pulses.around(connection, {other_no: 0}, *window) == []
    assert other.camera == "cam-1"


def test_a_run_told_late_or_by_a_recorder_of_another_name_is_found(connection: Connection) -> None:
    run_no, standing = opened(connection, "cam-0")
    opening = Chain("cam-0", NOON).opening
    _, present = opened(connection, "cam-1")
    tell(connection, RECORDER, "r1", NOON, standing)
    for minute in range(60, 70):
        tell(connection, RECORDER, "r1", NOON + minute * MINUTE, present)
    tell(connection, RECORDER, "r1", NOON + 70 * MINUTE, present, replace(standing, seq=1, open=False))
    found = pulses.around(connection, {run_no: 1}, NOON + SECOND, NOON + MINUTE)
    assert times(found) == [0, 70]

    renamed = Author(chain="recorder/new-name", signer=OFFICE.signer)
    opening = replace(opening, run=str(uuid.uuid4()))
    renamed_no = chunks.open_run(connection, opening)
    runs.opened(connection, renamed, opening)
    tell(connection, renamed, "new-name", NOON + MINUTE, replace(standing, run=opening.run))
    assert times(pulses.around(connection, {renamed_no: 0}, NOON, NOON)) == [1]


def test_lines_that_were_changed_prove_nothing(connection: Connection) -> None:
    run_no, standing = opened(connection, "cam-0")
    tell(connection, RECORDER, "r1", NOON, standing)
    connection.execute("alter table pulse disable trigger pulse_never_changes")
    connection.execute("update pulse set lines = set_byte(lines, 20, get_byte(lines, 20) # 1)")
    (pulse,) = pulses.around(connection, {run_no: 0}, NOON, NOON)
    with pytest.raises(IntegrityError, match="do not have its root"):
        pulses.line(pulse, run_no)
    with pytest.raises(KeyError):
        pulses.line(pulse, run_no + 1)
