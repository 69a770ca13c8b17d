"""The clips in memory; those that are missing are drawn first."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from simcam import clip
from simcam.clip import Clip
from simcam.errors import ClipError
from simcam.orders import PCMU_RATE, ClipOrder

_log = logging.getLogger("simcam")


def draw(wanted: Sequence[ClipOrder]) -> None:
    """Draws the clips that are not there yet. Raises ClipError without numpy, OSError when the disk fails."""
    missing = [order for order in wanted if not order.path.exists()]
    if not missing:
        return
    try:
        from simcam import drawing
    except ImportError as error:
        raise ClipError(
            f"Drawing needs numpy ({error}); install numpy or play your own file with --clip."
        ) from error
    _log.info("drawing %d clips into %s", len(missing), missing[0].cache)
    progress = drawing.Progress(len(missing), lambda percent: _log.info("drawing: %d %%", percent))
    with ThreadPoolExecutor(max_workers=max(2, min(4, os.cpu_count() or 2))) as pool:
        try:
            jobs = [
                pool.submit(drawing.ensure, order, progress.part(place))
                for place, order in enumerate(missing)
            ]
            for job in jobs:
                job.result()
        except BaseException:
            progress.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def load(order: ClipOrder) -> Clip:
    """The drawn clip in memory, with its sound. Raises ClipError when the file is damaged."""
    from simcam.sound import tone

    drawn = clip.load(order.path)
    return clip.with_pcmu(drawn, tone(PCMU_RATE)) if order.kind.sound == "pcmu" else drawn
