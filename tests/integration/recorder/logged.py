"""What a recorder told the log, read back and checked."""

from __future__ import annotations

from saksi import clock
from saksi.catalogue import pulses
from saksi.custody.entries import Entry, signed_by
from tests.integration.recorder.archive import Archive


def entries(archive: Archive, kind: str) -> list[Entry]:
    """The log's entries of a kind, in order, each signed by an enrolled key."""
    rows = archive.execute(
        "select e.bytes, e.signature, k.public from ledger_entry e join signing_key k using (key_id)"
        " where e.kind = %s order by e.entry_id",
        kind,
    )
    assert all(signed_by(row["public"], row["signature"], row["bytes"]) for row in rows)
    return [Entry.parse(row["bytes"]) for row in rows]


def check_runs(archive: Archive) -> None:
    """Every run has its opening and, if it ended, its closing, once."""
    told = sorted((str(one.body["event"]), run_of(one)) for one in entries(archive, "run"))
    runs = archive.execute("select run::text, closed_at is not null as closed from run")
    expected = [("open", row["run"]) for row in runs] + [
        ("close", row["run"]) for row in runs if row["closed"]
    ]
    assert told == sorted(expected)


def run_of(entry: Entry) -> str:
    """The run of an opening or closing."""
    told = entry.body["opening" if entry.body["event"] == "open" else "closing"]
    assert isinstance(told, dict)
    return str(told["run"])


def check_pulsed(archive: Archive) -> None:
    """Every chunk is under a pulse, and every pulse says of a run what its chain says."""
    with archive.database.transaction() as connection:
        for run in connection.execute("select run_no, last_seq, tip from run order by run_no").fetchall():
            wanted = {run["run_no"]: run["last_seq"]}
            told = pulses.around(connection, wanted, 0, clock.LATEST_US)
            seqs = [pulse.seq_of(run["run_no"]) for pulse in told]
            known = [seq for seq in seqs if seq is not None]
            assert known == sorted(known), "no pulse takes anything back"
            assert known, f"run {run['run_no']} is in no pulse"
            assert known[-1] == run["last_seq"], "the last chunk too"
            last = next(pulse for pulse in told if pulse.seq_of(run["run_no"]) == run["last_seq"])
            _, line, _ = pulses.line(last, run["run_no"])
            assert line["tip"] == run["tip"].hex()
