"""A recorder is the same one as long as its spool is."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from recorder.instance import instance_of
from tests.unit.recorder.test_spool import spool_of


def test_a_spool_keeps_its_id_and_another_has_another(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    made = instance_of(tmp_path / "one")
    assert UUID(made)
    assert instance_of(tmp_path / "one") == made
    assert instance_of(tmp_path / "two") != made


def test_a_spool_of_before_there_were_ids_gets_one_and_stays_whose_it_is(tmp_path: Path) -> None:
    spool = spool_of(tmp_path)
    spool.belongs_to("ours")
    instance_of(tmp_path)
    spool.belongs_to("ours")
    assert spool.recover() == []
    spool.release()


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"{}", b'{"instance": 5}', b'{"instance": "x"}', b"\xff"]
)
def test_a_damaged_id_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "instance.json").write_bytes(damage)
    made = instance_of(tmp_path)
    assert instance_of(tmp_path) == made
