"""A spool and an announcer of their own for tests of what ships between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recorder.announcer import Announcer
from recorder.spool import Spool
from tests.integration.recorder.archive import Archive


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool", high_water_bytes=1 << 40, reserve_bytes=0)
    yield spool
    spool.release()


@pytest.fixture
def announcer(archive: Archive) -> Iterator[Announcer]:
    announcer = Announcer(archive.database, archive.badge("here"))
    announcer.start()
    yield announcer
    announcer.stop()
