"""One stream's packets cut into NAL units, and the parameter sets in force.

RTP and MPEG-TS put start codes between the units (Annex B). FLV, which is what RTMP carries, and MP4 put
lengths before them; their parameter sets stand beside the pictures in an avcC or hvcC record (ISO/IEC
14496-15), which also says how long the lengths are and may come anew in the middle of the stream.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from recorder import nal
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.tracks import VideoCodec, VideoTrack


class Cutter:
    """Takes the packets of one video stream in order. `track` is None until its parameter sets are known."""

    def __init__(self, codec: VideoCodec, extradata: bytes) -> None:
        """`extradata` is what the container says of the stream, in either form or empty."""
        self.track: VideoTrack | None = None
        self._codec = codec
        self._length_size = 0
        self._configure(extradata)

    @property
    def whole(self) -> bool:
        """Whether a packet comes out as it arrives, as pictures between lengths do: no parser has to see the
        next one to know where it ends.
        """
        return self._length_size > 0

    def cut(self, packet: Any) -> list[bytes]:
        """The NAL units of a packet, none when it is damaged.

        Raises Malformed when the first parameter sets of the stream cannot be read.
        """
        if packet.has_sidedata("new_extradata"):
            self._configure(bytes(packet.get_sidedata("new_extradata")))
        units = self._split(bytes(packet))
        if packet.is_keyframe or self.track is None:
            try:
                self.track = nal.updated(self.track, units, self._codec)
            except Malformed:
                # Once sets are known, a damaged picture does not take them away.
                if self.track is None:
                    raise
        return units

    def _configure(self, extradata: bytes) -> None:
        if not extradata:
            return
        self._length_size = nal.length_size(extradata, self._codec)
        # Where these sets cannot be read, those inside the stream decide.
        with suppress(Malformed):
            self.track = nal.updated(self.track, nal.parameter_sets(extradata, self._codec), self._codec)

    def _split(self, data: bytes) -> list[bytes]:
        if not self._length_size:
            return nal.split(data)
        try:
            return nal.split_lengths(data, self._length_size)
        except ValueError:
            return []  # where one unit ends is not known, so neither is where the next begins
