"""Signing keys are files of their owner, made once whoever asks first."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from saksi import keys
from saksi.errors import BadInput


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as many:
        ids = {one.key_id for one in many.map(lambda _: keys.signer(folder, "office"), range(32))}
    assert len(ids) == 1
    assert [path.name for path in folder.iterdir()] == ["office.key"]
    assert (folder / "office.key").stat().st_mode & 0o777 == 0o600
    assert keys.signer(folder, "recorder", "utara").key_id not in ids


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keys.signer(tmp_path, "log")
    os.chmod(tmp_path / "log.key", 0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        keys.signer(tmp_path, "log")


def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    path.write_text("not a key")
    path.chmod(0o600)
    with pytest.raises(BadInput, match=r"log\.key"):
        keys.signer(tmp_path, "log")
