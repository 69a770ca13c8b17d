"""What thinning left is listed and read like footage: missing, damaged, foreign and left over ones are told."""

from __future__ import annotations

import hashlib
from typing import Any

from saksi.catalogue import keys
from saksi.catalogue.authors import Author
from saksi.scrub import findings, quarantine, rounds
from saksi.scrub.fsck import Fsck
from saksi.scrub.problems import Problem
from saksi.scrub.rounds import Worked
from tests.integration.catalogue.chains import OFFICE
from tests.integration.retention.archive import Archive, hour_start, keep_days
from tests.integration.retention.real import LENGTH_US, derive, officers, purge_thinned, record, thin_after
from tests.integration.retention.test_thinning import place_hold, purge_by_policy, thinned_of

BY = Author(chain=findings.CHAIN, signer=OFFICE.signer)


def test_scrub_and_fsck_reach_what_thinning_left(archive: Archive, installation: str) -> None:
    keep_days(archive.database, 30)
    two, old = officers(archive), hour_start(10)
    made = record(archive, "a", old, 4)
    thin_after(archive, 5, by=two)
    derive(archive)
    place_hold(archive, "a", old, old + LENGTH_US + 1)  # the first two: their originals stay
    purge_thinned(archive)
    assert [seq for _, seq in archive.rows("a")] == [1, 2]
    names = [keys.thinned_key("a", entry.run, entry.seq) for entry, _ in made]
    bodies = [archive.store.get(name) for name in names]

    def work() -> Worked | None:
        """A round in which everything is due."""
        archive.all_of("update scrub_state set listed_at = '-infinity', list_after = null, rechecked_at = '-infinity',"
                       " next_at = '-infinity' returning 1")  # fmt: skip
        archive.all_of("update thinning_batch set checked_at = '-infinity' returning 1")
        return rounds.work(archive.database, archive.store, BY, installation=installation, rate=1e9)

    def put(key: str, body: bytes) -> None:
        archive.store.put(key, body, sha256=hashlib.sha256(body).digest())

    def told() -> list[tuple[Any, ...]]:
        rows = archive.all_of(
            "select kind, object_key, resolution, touches->'holds' from scrub_finding order by object_key, finding_id"
        )
        return [tuple(row.values()) for row in rows]

    read = sum(map(len, bodies)) + sum(entry.size for entry, _ in made[:2])
    assert work() == Worked(listed=1, chunks=6, bytes=read)
    assert told() == []

    put(names[0], bytes([bodies[0][0] ^ 1]) + bodies[0][1:])
    archive.store.delete([names[2]])
    put(names[3], bodies[3][:-1])
    stray = "thinned/a/notes.txt"
    put(stray, b"x")

    problems: list[Problem] = []
    fsck = Fsck(database=archive.database, store=archive.store, tell=problems.append, deep=True)
    fsck.chunks()
    found = {one.where: one.kind for one in problems}
    assert found == {names[0]: "corrupt", names[2]: "missing", names[3]: "size", stray: "foreign"}
    assert (fsck.counts["thinned chunks stored"], fsck.counts["thinned chunks read"]) == (4, 2)
    assert {one.where: one.touches.get("holds") for one in problems}[names[0]] == [1]
    for one in problems:
        assert "thinned chunk" in one.words("en")
        assert "potongan jarang" in one.words("id")
        assert ("made again" in one.remedy("en")) is (one.kind != "foreign")

    work()
    wrong = [("corrupt", names[0], None, [1]), ("missing", names[2], None, []), ("size", names[3], None, [])]
    assert told() == sorted([*wrong, ("foreign", stray, None, None)], key=lambda one: one[1])
    assert archive.all_of("select 1 from spool_request") == [], "no recorder ever had it"

    # The damaged one is made again of its original (held, so not now), which a purge would else have let go; the others
    # wait for a copy.
    assert [seq for seq, _ in thinned_of(archive)] == [2, 3, 4]
    archive.all_of("update legal_hold set released_at = now(), released_by = %s, release_asked_by = %s,"
                   " release_asked_at = now(), release_reason = 'uji' returning 1", *two)  # fmt: skip
    derive(archive)
    assert [seq for seq, _ in thinned_of(archive)] == [1, 2, 3, 4]
    put(names[2], bodies[2])
    put(names[3], bodies[3])
    foreign = [flaw for flaw in fsck.flaws if flaw.kind == "foreign"]
    assert quarantine.put_aside(archive.database, archive.store, BY, foreign) == [f"quarantine/{stray}"]
    work()
    assert {(kind, how) for kind, _, how, _ in told()} == {
        ("corrupt", "returned"), ("missing", "returned"), ("size", "returned"), ("foreign", "quarantined"),
    }  # fmt: skip

    # After their end one that is there again is a leftover of that purge.
    keep_days(archive.database, 7)
    purge_by_policy(archive)
    assert thinned_of(archive) == []
    put(names[3], bodies[3])
    work()
    assert ("leftover", names[3], None) in [one[:3] for one in told()]
