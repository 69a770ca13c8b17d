"""The demo draws its cameras' clips once a machine, and says so only when it does."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from cli import demo
from simcam import orders


def test_nothing_is_said_when_every_clip_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAKSI_SIMCAM_CACHE", str(tmp_path))
    for order in orders.missing(demo.CAMERAS):
        order.path.touch()
    said: list[str] = []
    demo.prepare_clips(said.append, Event())
    assert said == []


def test_one_missing_clip_is_drawn_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAKSI_SIMCAM_CACHE", str(tmp_path))
    for order in orders.missing(demo.CAMERAS)[:-1]:
        order.path.touch()
    said: list[str] = []
    stopped = Event()
    stopped.set()  # before it has drawn anything
    with pytest.raises(KeyboardInterrupt):
        demo.prepare_clips(said.append, stopped)
    assert len(said) == 1
