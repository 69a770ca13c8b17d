"""What a recorder remembers of its runs, whatever becomes of the catalogue."""

from __future__ import annotations

from pathlib import Path

from recorder.facts import ChunkSealed, RunClosed, RunOpened
from recorder.recovery import recover
from recorder.spool import Spool
from recorder.tips import Tips
from tests.unit.recorder.test_spool import no_refusal, record


def test_an_open_run_has_one_tip_at_each_chunk_until_it_is_sealed(tmp_path: Path) -> None:
    run, sealed, _ = record(tmp_path)
    tips, name = Tips(), run.opening.run
    tips.note([RunOpened(opening=run.opening)])
    assert tips.agrees(name, 0, run.opening.tip())
    for one in sealed:
        tips.note([ChunkSealed(sealed=one, recorder="here", ship=lambda _: None, refuse=no_refusal)])
    assert all(tips.agrees(name, one.entry.seq, one.tip) for one in sealed)
    assert not tips.agrees(name, 1, sealed[1].tip)
    assert not tips.agrees(name, len(sealed) + 1, sealed[-1].tip), "more than we recorded"
    assert not tips.agrees("another", 1, sealed[0].tip)
    tips.sealed({name: 2})
    assert tips.agrees(name, 2, sealed[1].tip)
    assert not tips.agrees(name, 1, sealed[0].tip), "the catalogue went back behind its seals"


def test_a_run_is_told_while_it_is_open_once_after_and_forgotten_when_it_is_sealed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, high_water_bytes=1 << 40, reserve_bytes=0)
    run, sealed, _ = record(tmp_path)
    tips, name = Tips(), run.opening.run
    tips.note([RunOpened(opening=run.opening)])
    for _ in range(2):
        assert [(one.seq, one.open) for one in tips.standings()] == [(0, True)]
        tips.pulsed(tips.standings(), frozenset([name]))
    facts = [
        ChunkSealed(sealed=one, recorder="here", ship=lambda _: None, refuse=no_refusal) for one in sealed
    ]
    tips.note([*facts, RunClosed(closed=run.close("released"), spool=spool)])
    told = tips.standings()
    assert [(one.seq, one.tip, one.open) for one in told] == [(len(sealed), sealed[-1].tip, False)]
    tips.pulsed(told, frozenset())  # a pulse that the catalogue did not let name it
    assert tips.standings() == told
    tips.pulsed(told, frozenset([name]))
    assert tips.standings() == []
    assert tips.known() == [name]
    tips.sealed({name: len(sealed)})
    assert tips.known() == []
    spool.release()


def test_of_a_run_found_on_the_spool_only_what_is_still_there_is_held_against_others(tmp_path: Path) -> None:
    _, sealed, _ = record(tmp_path, finish=False)
    sealed[0].sidecar("entry").unlink()
    found = recover(tmp_path, sealed[0].folder)
    assert found is not None
    tips = Tips()
    tips.found(found)
    tips.note([RunOpened(opening=found.opening)])
    last = found.sealed[-1]
    assert [(one.seq, one.tip, one.open) for one in tips.standings()] == [(last.entry.seq, last.tip, False)]
    assert tips.agrees(found.opening.run, last.entry.seq, last.tip)
    assert not tips.agrees(found.opening.run, last.entry.seq, sealed[0].tip)
    assert tips.agrees(found.opening.run, 1, bytes(32)), "the spool no longer says"
