"""The sound of court copies and the times in them are the originals'; what is not is called by its name."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest

from saksi.custody.verifier.words import as_text
from tests.evidence import edits_sound
from tests.evidence.apart import base
from tests.evidence.exporting import Exporter, random_exhibits, written
from tests.evidence.installation import Installation
from tests.unit.saksi.custody.verifier.test_derivation import Edit, verified


def test_the_sound_of_an_honest_package_is_compared(tmp_path: Path) -> None:
    one = base(0)
    told = verified(tmp_path, one.data, one).told()["verdicts"][5]
    assert told["findings"] == []
    courts = [record for record in one.draft.records if record["class"] == "court"]
    assert told["facts"]["sound_compared"] == sum(record["sounds"] > 0 for record in courts) > 0
    assert told["facts"]["sound_not_compared"] == 0


def test_of_a_package_that_does_not_tell_of_its_sound_it_is_said_that_nobody_compared_it(
    tmp_path: Path,
) -> None:
    city = Installation(0, cameras=2, seconds=10)
    exporter = Exporter(city, random_exhibits(city))
    exporter.tells_sound = False
    told = verified(tmp_path, written(exporter.make(), city.export), base(0)).told()
    assert told["exit"] == 0
    assert told["verdicts"][5]["facts"]["sound_not_compared"] > 0
    assert "sound was not compared" in as_text(told, "en")
    assert "suaranya tidak dibandingkan" in as_text(told, "id")


def test_a_package_without_sound_says_so(tmp_path: Path) -> None:
    city = Installation(2, cameras=1, seconds=10)
    assert city.cameras[0].heard == ""
    draft = Exporter(city, random_exhibits(city)).make()
    report = verified(tmp_path, written(draft, city.export), base(2))
    assert report[6].facts["sound_none"] > 0
    assert "there is no sound" in as_text(report.told(), "en")


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (edits_sound.replace_sound, {"sound_differs"}),
        (edits_sound.shift_sound, {"times_differ"}),
        (edits_sound.mute_sound, {"sound_left_out"}),
        (edits_sound.drop_sound_track, {"sound_left_out", "sound_differs"}),
        (edits_sound.lie_about_sound, {"sound_differs"}),
        (edits_sound.leave_a_piece_of_sound_out, {"sound_differs"}),
        (edits_sound.move_the_film, {"times_differ"}),
        (edits_sound.slow_pictures_down, {"times_differ"}),
    ],
)
def test_what_is_done_to_sound_and_times_is_called_by_its_name(
    edit: Edit, codes: set[str], tmp_path: Path
) -> None:
    one, count = base(0), 0
    for seed in range(6):
        draft = copy.deepcopy(one.draft)
        places = edit(draft, random.Random(seed), one)
        if places is None:
            continue
        count += 1
        report = verified(tmp_path, written(draft, one.city.export), one)
        found = {(f["code"], f["where"]) for f in report[6].findings}
        assert any(code in codes and where in places for code, where in found), (seed, found)
    assert count > 2
