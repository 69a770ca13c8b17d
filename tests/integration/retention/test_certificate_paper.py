"""The certificate of a purge on paper, readable for a city's night too, and checked without the archive."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from saksi import clock, papers
from saksi.custody.canonical import canonical
from saksi.custody.policy import Policy
from saksi.custody.proofs import Proof
from saksi.errors import Conflict
from saksi.filing import purge as filing
from saksi.filing.desk import Office
from saksi.ledger import identity, sequencer
from saksi.papers.model import Purge
from saksi.retention import certificate_check, purge, runs, schedule
from saksi.retention.certificate_check import Given
from saksi.retention.runs import PurgeRun
from tests.integration.catalogue.desks import Desk
from tests.integration.retention.archive import DAY, HOUR, Archive, hour_start, keep_days
from tests.integration.retention.test_purge import purge_now
from tests.unit.saksi.papers.reading import read, squeezed

CITY = """
with agencies as (
  insert into agency (code, name, category)
  select 'dinas-' || n, 'Dinas Kota ' || n, 'city' from generate_series(1, 8) n returning agency_id, code
), cameras as (
  insert into camera (code, name, agency_id, source_sealed, source_masked)
  select 'jalan-' || lpad(n::text, 4, '0'), 'Jalan ' || n, agency_id, 'x', 'x'
  from generate_series(1, %(cameras)s) n join agencies on code = 'dinas-' || 1 + n %% 8 returning camera_id, code
), runs as (
  insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end, last_seq,
                   sealed_seq)
  select gen_random_uuid(), camera_id, 1, 'r1', 'lease', sha256('p'), %(day)s, sha256('t'), sha256('t'),
         %(day)s::timestamptz + interval '1 day', 1440, 1440 from cameras returning run_no, camera_id
), hours as (
  select n, n * 60 + 1 as first, n * 60 + 60 as last, %(day)s::timestamptz + n * interval '1 hour' as hour,
         %(day)s::timestamptz + (n + 1) * interval '1 hour' as hour_end
  from generate_series(0, %(hours)s - 1) n
), seals as (
  insert into seal (camera_id, hour, part, run_no, first_seq, last_seq, n, bytes, frames, spans, chain_in, chain_out,
                    root)
  select camera_id, hour, 1, run_no, first, last, 60, 90000000, 90000, tstzmultirange(tstzrange(hour, hour_end)),
         sha256('i'), sha256('o'), sha256(convert_to(camera_id || '/' || n, 'UTF8'))
  from runs, hours returning *
)
insert into tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, policy_id, claimed_at, gone_at)
select camera_id, hour, part, %(purge)s, run_no, int4multirange(int4range(first_seq, last_seq + 1)), spans, n, bytes,
       (select policy_id from retention_policy where scope = 'default'), now(), now() from seals
"""


def checkpoint(archive: Archive) -> None:
    settings = archive.desk().settings
    with archive.database.transaction() as connection:
        key = identity.log_key(connection, settings)
    sequencer.checkpoint_now(archive.database, archive.store, key)


def paper_of(archive: Archive, run: PurgeRun) -> Purge:
    with archive.database.transaction() as connection:
        return filing.paper(Office(connection=connection, settings=archive.desk().settings), run)


@pytest.fixture
def purged(archive: Archive) -> tuple[Archive, PurgeRun]:
    keep_days(archive.database, 10)
    archive.record("simpang", hour_start(12), 12, pictures=False)
    archive.record("pasar", hour_start(12) + 5 * HOUR, 3, pictures=False)
    desk = Desk.of(archive.database)
    with archive.database.transaction() as connection:
        desk.hold(
            connection,
            replace(
                desk.span(),
                camera_id=archive.ids["pasar"],
                camera="pasar",
                from_us=hour_start(12),
                to_us=hour_start(11),
            ),
        )
    return archive, purge_now(archive, reason="uji")


def test_the_paper_says_what_the_certificate_says(purged: tuple[Archive, PurgeRun]) -> None:
    archive, run = purged
    with pytest.raises(Conflict) as early:
        paper_of(archive, run)
    assert early.value.code == "certificate_unplaced"
    checkpoint(archive)
    filled = paper_of(archive, run)
    assert (filled.objects, filled.confirmed_absent, filled.cameras_in_all) == (12, 12, 1)
    (camera,) = filled.cameras
    assert (camera.camera.id, camera.hours, camera.chunks, camera.more) == ("simpang", 2, 12, 0)
    (span,) = camera.spans
    assert (span.start_us, span.length_us) == (hour_start(12), 2 * HOUR), (
        "hours that follow one another are one span"
    )
    assert [(one.cause, one.hours) for one in filled.stayed] == [("held", 1)]
    (share,) = filled.policies
    assert share.policy is not None
    assert (share.policy.name, share.policy.days, share.hours) == ("default", 10, 2)
    for language, words in (
        (
            "id",
            (
                "BERITA ACARA PEMUSNAHAN",
                "menurut kebijakan retensi",
                "12 dipastikan tidak ada lagi",
                "10 hari",
            ),
        ),
        ("en", ("RECORD OF DESTRUCTION", "by retention policy", "12 were confirmed gone", "10 days")),
    ):
        text = read(papers.render(filled, language)).upper()
        for told in (
            *words,
            filled.certificate,
            filled.lines.root,
            filled.hold_set_root,
            "simpang",
            clock.format_us(span.start_us),
        ):
            assert squeezed(told).upper() in text, told
    # It is the same however often it is printed, whatever the log has grown by.
    archive.record("baru", hour_start(1), 1)
    checkpoint(archive)
    assert paper_of(archive, run) == filled


def test_a_citys_night_is_a_readable_paper_that_says_what_it_leaves_out(archive: Archive) -> None:
    """Hours of 400 cameras, told as if they were gone."""
    desk, day = archive.desk(), hour_start(31) // DAY * DAY
    with archive.database.transaction() as connection:
        number = schedule.announce_now(
            connection, desk.signer("office"), asked_by=None, clock_checked="a test"
        )
        connection.execute("alter table seal disable trigger user")
        connection.execute(CITY, {"purge": number, "cameras": 400, "hours": 3, "day": clock.from_us(day)})
        connection.execute("alter table seal enable trigger user")
    run = purge.run_next(desk, purge_id=number)
    assert run is not None
    assert (run.state, run.last_error) == ("done", "")
    checkpoint(archive)
    filled = paper_of(archive, run)
    assert [len(filled.agencies), len(filled.cameras), filled.cameras_in_all] == [
        8,
        filing.MOST_CAMERAS,
        400,
    ]
    assert sum(one.hours for one in filled.agencies) == filled.lines.count == 1200
    assert all(len(one.spans) == 1 for one in filled.cameras)
    made = papers.render(filled, "en")
    text = read(made)
    assert squeezed("camera-hours: 1,200; cameras: 400; chunks: 72,000") in text
    assert squeezed("a command at the server; no name was recorded") in text
    assert squeezed("The table has the first 150 cameras; 250 more are not printed here") in text
    assert len(papers.preview(filled, "en", ppi=20)) <= 16


def test_a_certificate_is_checked_without_the_archive(
    purged: tuple[Archive, PurgeRun], tmp_path: Path
) -> None:
    archive, run = purged
    settings = archive.desk().settings
    checkpoint(archive)
    with archive.database.transaction() as connection:
        policy = identity.policy(connection, settings)
        proof = certificate_check.prove(connection, runs.get(connection, run.purge_id)).encode()
    assert run.certificate is not None
    given = Given(
        certificate=run.certificate,
        tombstones=archive.store.get(f"purges/{run.purge_id}/tombstones.jsonl"),
        publics=[bytes(32), archive.desk().signer("office").public],
        policy=policy,
        proof=proof,
    )

    def states(changed: Given) -> str:
        return " ".join(one.state for one in certificate_check.check(changed))

    assert states(given) == "holds holds holds holds"
    assert states(Given(certificate=run.certificate)) == "holds unchecked unchecked unchecked"
    assert states(replace(given, publics=[bytes(32)])) == "holds fails holds holds"
    assert given.tombstones is not None
    assert states(replace(given, tombstones=given.tombstones[:-1] + b" ")) == "holds holds holds fails"
    assert states(replace(given, policy=Policy())) == "holds holds fails holds"
    assert states(replace(given, certificate=b"{}")) == "fails"
    # Another purge's certificate is not the one that this proof is of, and a changed one is signed by nobody.
    other = purge_now(archive)
    assert other.certificate is not None
    assert states(replace(given, certificate=other.certificate)) == "holds holds fails fails"
    sealed = json.loads(run.certificate)
    statement = json.loads(base64.b64decode(sealed["payload"]))
    statement["predicate"]["hours"] = 1
    sealed["payload"] = base64.b64encode(canonical(statement)).decode()
    assert states(replace(given, certificate=canonical(sealed))) == "holds fails fails holds"
    moved = Proof.parse(proof)
    assert (
        states(replace(given, proof=replace(moved, index=moved.index - 1).text().encode())).split()[2]
        == "fails"
    )
