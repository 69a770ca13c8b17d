"""What a site's recorder held last, kept on its spool for a start without the catalogue.

Sealed as a whole with the installation's key, which is not on the spool: from the disk alone nobody reads a camera's
address, and nobody makes this recorder open another one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from recorder.access_unit import Reason
from recorder.fleet import Member
from recorder.tips import Tips
from saksi import clock, durable
from saksi.catalogue.leases import Held
from saksi.errors import IntegrityError
from saksi.secrets import Vault
from saksi.settings import Settings

log = logging.getLogger("saksi.recorder.memory")

FILE = "held.sealed"
_LESS_US = 30_000_000  # a start holds nothing for a while, and a camera that flaps is not written each time
_MOST_US = 600_000_000


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A camera that was held, and its open outage."""

    held: Held
    outage: Reason | None


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """What was held when the catalogue last answered, at `answered_us`."""

    answered_us: int
    cameras: Sequence[Remembered]
    tips: Tips

    def latest(self, one: Remembered) -> tuple[Held, Reason | None]:
        """With what the spool has of it since, once that is in order; footage since then ended the outage."""
        held = _latest(self.tips, one.held)
        return held, one.outage if held.last_end_us == one.held.last_end_us else None


class Memory:
    """The file. For one thread at a time."""

    def __init__(self, spool: Path, vault: Vault, tips: Tips, *, recorder: str) -> None:
        self._path = spool / FILE
        self._vault = vault
        self._tips = tips
        self._recorder = recorder
        self._answered_us = 0
        self._known: dict[tuple[int, int], tuple[str, Reason | None]] = {}
        self._written_us = clock.monotonic_us()

    def forget(self) -> None:
        """Nothing is remembered here any more."""
        self._path.unlink(missing_ok=True)

    def note(self, members: Sequence[Member], *, answered: bool = True) -> None:
        """Remembers what is held; `answered`: the catalogue said so just now, else the recorder ends.

        Written when something is added, else now and then. A disk that refuses is told, no more.
        """
        cameras = [self._camera(member) for member in members if not member.moving]
        now_us = clock.monotonic_us()
        if answered:
            self._answered_us = clock.now_us()
            known = {(one.held.camera_id, one.held.epoch): (one.held.parent, one.outage) for one in cameras}
            patience_us = _MOST_US if known == self._known else _LESS_US
            if known.keys() <= self._known.keys() and now_us - self._written_us < patience_us:
                return
            self._known = known
        document = {
            "recorder": self._recorder,
            "answered_us": self._answered_us,
            "cameras": [{**asdict(one.held), "outage": one.outage} for one in cameras],
        }
        try:
            durable.write(self._path, self._vault.seal(json.dumps(document)).encode())
        except OSError as error:
            log.error("what is held is not remembered for a start without the catalogue: %s", error)
            return
        self._written_us = now_us

    def recall(self) -> Recalled | None:
        """What was held; None when that is not known, with the reason logged."""
        try:
            document = json.loads(self._vault.open(self._path.read_text()))
            if document["recorder"] != self._recorder:
                raise ValueError(f"it is of the recorder {document['recorder']}")
            cameras = [_remembered(dict(one)) for one in document["cameras"]]
            self._answered_us = int(document["answered_us"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, IntegrityError) as error:
            log.error("%s cannot be used: %s", self._path, error)
            return None
        return Recalled(answered_us=self._answered_us, cameras=cameras, tips=self._tips)

    def _camera(self, member: Member) -> Remembered:
        state = member.camera.state
        outage = state.reason if state.state == "failed" else None
        return Remembered(held=_latest(self._tips, member.held), outage=cast("Reason | None", outage))


def _remembered(told: dict[str, Any]) -> Remembered:
    outage = told.pop("outage")
    told |= {name: tuple(told.get(name, ())) for name in ("networks", "hosts", "ports")}  # JSON has no tuples
    return Remembered(held=Held(**told), outage=outage)


def _latest(tips: Tips, held: Held) -> Held:
    """With the later of what the lease said and what was recorded here."""
    end = tips.ends.get(held.camera)
    if end is None or end[1] < (held.last_end_us or 0):
        return held
    return replace(held, parent=end[0].hex(), last_end_us=end[1])


def remembers(settings: Settings, spool: Path, vault: Vault, tips: Tips, *, recorder: str) -> Memory | None:
    """The memory of a recorder whose cameras nobody else may record; None for any other, which forgets."""
    memory = Memory(spool, vault, tips, recorder=recorder)
    if settings.recorder_exclusive and settings.recorder_offline_hours > 0:
        return memory
    memory.forget()
    return None
