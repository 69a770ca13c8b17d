"""Custody is committed to in the log: nothing of it can be changed, left out or read there."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from saksi.catalogue import bookmarks, cameras, cases, custody
from saksi.catalogue.custody import Why
from saksi.catalogue.database import Database
from saksi.custody.entries import Entry, commitment
from tests.integration.catalogue.desks import NUMBER, OFFICE, Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database)


def worked(desk: Desk) -> cases.CaseFile:
    """A case in which everything was done that names people."""
    with desk.database.transaction() as connection:
        case = desk.open_case(connection)
        who = desk.who(desk.ani)
        cases.change(
            connection, OFFICE, case, desk.ani, who, {"notes": "saksi mata: Dewi", "officers": ["Ani Wijaya"]}
        )
        cases.add_member(connection, OFFICE, case, desk.ani, who, "Budi Wijaya")
        desk.exhibit(connection, case)
        bookmarks.add(
            connection, OFFICE, desk.ani, who, camera=cameras.find(connection, "cam"), from_us=desk.from_us,
            to_us=None, label="Dewi masuk", case=case,
        )  # fmt: skip
        custody.record(
            connection,
            OFFICE,
            case,
            "note",
            who=who,
            what={"text": "Dewi"},
            why=Why(reason="Curanmor", letter="B/7"),
        )
    return case


def rewrite(url: str, statement: str) -> None:
    """What only someone with the database owner's password can do."""
    with psycopg.connect(url) as connection:
        for table in ("custody_event", "ledger_entry", "legal_hold", "legal_hold_span"):
            connection.execute(f"alter table {table} disable trigger user")  # type: ignore[call-overload]
        connection.execute(statement)  # type: ignore[call-overload]


def found(desk: Desk, case: cases.CaseFile) -> list[tuple[str, str]]:
    with desk.database.transaction() as connection:
        every = custody.check(connection, case) + custody.check_holds(connection)
    return [(one.code, one.where) for one in every]


def test_every_event_is_in_the_log_as_a_commitment_to_its_body(desk: Desk) -> None:
    case = worked(desk)
    with desk.database.transaction() as connection:
        events = custody.events(connection, case)
        holds = custody.hold_events(connection, [1])
    assert [one.event for one in events] == [
        "case.open", "case.edit", "member.add", "hold.place", "exhibit.add", "bookmark.add", "note",
    ]  # fmt: skip
    assert [one.seq for one in events] == list(range(1, 8))
    for one in [*events, *holds]:
        entry = Entry.parse(one.entry)
        assert entry.body["commitment"] == commitment(one.nonce, one.body)
        assert entry.leaf() == one.leaf
        assert one.body["who"] == {
            "name": "Ani Wijaya", "role": "investigator", "unit": "Polresta Balikpapan", "rank": "AIPDA",
            "id": "8510377", "auth": "session", "address": "10.0.0.7",
        }  # fmt: skip
        assert set(one.body["clock"]) == {"source", "offset_us", "error_us"}
    assert Entry.parse(events[4].entry).refs == (holds[0].leaf.hex(),), (
        "the exhibit refers to its hold's entry"
    )
    assert events[6].body["why"] == {"reason": "Curanmor", "report": NUMBER, "letter": "B/7", "basis": ""}
    told = Entry.parse(holds[0].entry).body
    assert told["spans"] == [["cam", desk.from_us, desk.from_us + 3_600_000_000]]
    assert json.loads(next(iter(custody.disclosed(holds))))["leaf"] == holds[0].leaf.hex()
    assert found(desk, case) == []


def test_the_log_names_nobody(desk: Desk, database_url: str) -> None:
    worked(desk)
    with psycopg.connect(database_url) as connection:
        written = b"\n".join(bytes(row[0]) for row in connection.execute("select bytes from ledger_entry"))
    for word in (
        "Wijaya",
        "Dewi",
        "AIPDA",
        "8510377",  # Ani's number; fewer digits may stand in a time by chance
        "Polresta",
        "10.0.0.7",
        "Curanmor",
        "gerbang",
        "B/7",
        "investigator",
    ):
        assert word.encode() not in written, word
    assert NUMBER.encode() in written


def test_equal_events_have_different_commitments(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        case = desk.open_case(connection)
        made = [custody.record(connection, OFFICE, case, "view", who=desk.who(desk.ani)) for _ in range(2)]
    assert made[0].nonce != made[1].nonce
    assert Entry.parse(made[0].entry).body["commitment"] != Entry.parse(made[1].entry).body["commitment"]


def test_text_of_any_composition_can_be_told(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        case = desk.open_case(connection, title="Cafe\u0301 {who} %s")
        assert custody.events(connection, case)[0].body["what"]["title"] == "Caf\u00e9 {who} %s"
    assert found(desk, case) == []


def test_a_chain_is_contiguous_whoever_writes_it_at_once(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        numbers = [desk.open_case(connection, number=f"LP/{n}") for n in range(3)]

    def work(turn: int) -> None:
        case = numbers[turn % 3]
        with desk.database.transaction() as connection:
            if turn % 2:
                desk.exhibit(connection, case)
            else:
                custody.record(connection, OFFICE, case, "view", who=desk.who(desk.ani))

    with ThreadPoolExecutor(6) as many:
        list(many.map(work, range(48)))
    for case in numbers:
        assert found(desk, case) == []
    with desk.database.transaction() as connection:
        whens = [one.at_us for one in custody.events(connection, numbers[0])]
        rows = connection.execute(
            "select number from case_exhibit where case_id = %s order by 1", [numbers[1].case_id]
        )
        assert [row["number"] for row in rows.fetchall()] == list(range(1, 9))
    assert whens == sorted(whens), "the times of a chain do not step back"


@pytest.mark.parametrize("table", ["custody_event", "case_exhibit", "case_exhibit_camera", "legal_hold_span"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_custody_refuses_change(desk: Desk, database_url: str, table: str, verb: str) -> None:
    worked(desk)
    change = f"update {table} set {'event' if table == 'custody_event' else _COLUMN[table]} = default"
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute(change if verb == "update" else f"delete from {table}")  # type: ignore[call-overload]


_COLUMN = {"case_exhibit": "note", "case_exhibit_camera": "lat", "legal_hold_span": "added_at"}


def test_the_number_of_a_case_never_changes(desk: Desk, database_url: str) -> None:
    worked(desk)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("update case_file set number = 'LP/2'")


@pytest.mark.parametrize(
    ("statement", "code", "where"),
    [
        ("update custody_event set body = convert_to(replace(convert_from(body, 'UTF8'), 'Ani', 'Eko'), 'UTF8')"
         " where case_id is not null and event = 'exhibit.add'", "custody_commitment", f"case/{NUMBER}:5"),
        ("update custody_event set nonce = sha256(nonce) where event = 'note'", "custody_commitment",
         f"case/{NUMBER}:7"),
        ("update custody_event set event = 'view' where event = 'note'", "custody_event", f"case/{NUMBER}:7"),
        ("update custody_event set at = at - interval '1 hour' where event = 'note'", "custody_at", f"case/{NUMBER}:7"),
        ("delete from custody_event where event = 'member.add'", "custody_missing", f"case/{NUMBER}:3"),
        ("update ledger_entry set at = at - interval '1 hour' where kind = 'custody' and seq = 2", "entry_at",
         f"case/{NUMBER}:2"),
        ("update ledger_entry set signature = sha256(signature) || sha256(signature) where kind = 'hold'",
         "entry_signature", "hold:1"),
        ("update ledger_chain set seq = 6 where chain like 'case/%'", "chain_end", f"case/{NUMBER}"),
        ("update legal_hold set release_asked_by = 2, release_asked_at = now(), release_reason = 'x',"
         " released_by = 3, released_at = now()", "hold_released", "hold 1"),
        ("update legal_hold_span set to_at = to_at - interval '30 minutes'", "hold_spans", "hold 1"),
        ("delete from legal_hold_span", "hold_spans", "hold 1"),
    ],
)  # fmt: skip
def test_what_an_administrator_changes_is_named(
    desk: Desk, database_url: str, statement: str, code: str, where: str
) -> None:
    case = worked(desk)
    rewrite(database_url, statement)
    assert (code, where) in found(desk, case)


def test_an_event_moved_to_another_case_is_named(desk: Desk, database_url: str) -> None:
    case = worked(desk)
    with desk.database.transaction() as connection:
        other = desk.open_case(connection, number="LP/2")
    rewrite(database_url, f"update custody_event set case_id = {other.case_id} where event = 'note'")
    assert ("custody_owner", f"case/{NUMBER}:7") in found(desk, case)
    assert [code for code, _ in found(desk, other)] == ["custody_stray"]
