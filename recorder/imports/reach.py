"""How far a file goes, against how long it says that it is: one that was copied by half plays without complaint.

Told only of containers that state their length and were found shorter. MPEG-TS, MPEG-PS, FLV and DAV state none, or
none that can be relied on, and a half of one is a whole file like any other.
"""

from __future__ import annotations

from typing import Any

import av.error

_STATING = frozenset({"mov", "mp4", "matroska", "webm", "avi", "asf"})
_LESS_US = 500_000  # sound and the last picture end where they like
_TAIL_US = 10_000_000
_SECOND_US = 1_000_000


def stated_us(container: Any) -> int:
    """The length that the container states; 0 where it states none."""
    if not _STATING.intersection(container.format.name.split(",")):
        return 0
    video = container.streams.video[0]
    if container.format.name == "avi" and video.frames and video.average_rate:
        return int(
            video.frames / video.average_rate * _SECOND_US
        )  # FFmpeg shortens the length of one it finds cut
    return int(container.duration or 0)


def reached_us(container: Any, length_us: int) -> int | None:
    """Where the file's last packet ends, from its start; None when that is where a file of `length_us` should end.

    Looks at the end of the file, and reads all of it only when that is not where it should be. Leaves the container
    somewhere else than it was.
    """
    if not length_us:
        return None
    try:
        container.seek(max(0, length_us - _TAIL_US))
        if _short(_read(container)[0], container, length_us) is None:
            return None
        container.seek(0)
    except av.error.FFmpegError:
        pass  # an index that was cut off
    ended_us, pictures = _read(container)
    video = container.streams.video[0]
    if video.frames and pictures >= video.frames:
        return None  # every picture is there, whatever length is stated
    return _short(ended_us, container, length_us)


def _short(ended_us: int, container: Any, length_us: int) -> int | None:
    """Stamps count from the start of the file or from wherever its recorder's counter stood."""
    if ended_us > length_us + _LESS_US:
        ended_us -= int(container.start_time or 0)
    return ended_us if ended_us < length_us - _LESS_US else None


def _read(container: Any) -> tuple[int, int]:
    """The end of the last packet from here on, and the number of pictures; what cannot be read ends it."""
    ended_us, pictures, video = 0, 0, container.streams.video[0]
    try:
        for packet in container.demux():
            if not packet.size:
                continue
            pictures += packet.stream is video
            stamp = packet.pts if packet.pts is not None else packet.dts
            if stamp is not None:
                end = (stamp + (packet.duration or 0)) * packet.time_base
                ended_us = max(ended_us, int(end * _SECOND_US))
    except av.error.FFmpegError:
        pass
    return ended_us, pictures
