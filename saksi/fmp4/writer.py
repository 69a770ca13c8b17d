"""Chunk files: init segment · self-description · fragments · sample index, each piece as bytes for one write.

A fragment is `prft` · `uuid` facts · `moof` `mdat` (video) and, with sound, `moof` `mdat` (audio of the same
span). Boxes after ISO/IEC 14496-12: prft 8.16.5, moof 8.8.4, tfdt 8.8.12, trun 8.8.8. Media bytes are copied,
never altered.
"""

from __future__ import annotations

import itertools
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from saksi.custody.canonical import canonical
from saksi.fmp4.boxes import Malformed, box, full_box
from saksi.fmp4.init import AUDIO_ID, VIDEO_ID, init_segment, video_only
from saksi.fmp4.samples import FragmentSamples, TrackSamples, sample_index
from saksi.fmp4.spans import FragmentSpan

__all__ = [
    "FragmentBytes",
    "FragmentFacts",
    "Sample",
    "TrackFragment",
    "fragment",
    "init_segment",
    "sample_index",
    "self_description",
    "video_only",
]

DESCRIPTION_UUID = bytes.fromhex("7b1f0c5e64d24a0c9f5d3a8e5a6b9d02")
FACTS_UUID = bytes.fromhex("7b1f0c5e64d24a0c9f5d3a8e5a6b9d03")
FACTS_LAYOUT = (
    ">BQIqqIII"  # version, start_us, duration_us, source start, source span, timescale, lost, length
)
FACTS_VERSION = 1
_NTP_EPOCH_S = 2_208_988_800  # seconds from 1900 to 1970
_SYNC, _NOT_SYNC = 0x02000000, 0x01010000  # sample flags, ISO/IEC 14496-12 section 8.8.3.1


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame; times in the track's timescale."""

    size: int
    duration: int
    composition_offset: int = 0
    sync: bool = False


@dataclass(frozen=True, slots=True)
class TrackFragment:
    """One track's part of a fragment: its samples, not placed in any file yet, and their bytes.

    `data` holds the bytes in order, in as many pieces as they came. With B-frames, give `delay` the
    `FragmentBytes.delay` of the fragment before, so that decode times rise from one fragment to the next.
    """

    samples: TrackSamples
    data: Sequence[bytes]
    delay: int = 0

    @classmethod
    def of(
        cls, base_time: int, samples: Sequence[Sample], data: Sequence[bytes], delay: int = 0
    ) -> TrackFragment:
        """The same from frame after frame; `base_time` is their start since 1970 in the track's timescale."""
        table = TrackSamples(
            base_time=base_time,
            data_offset=0,
            sizes=array("q", [sample.size for sample in samples]),
            durations=array("q", [sample.duration for sample in samples]),
            offsets=array("q", [sample.composition_offset for sample in samples]),
            sync=tuple(i for i, sample in enumerate(samples) if sample.sync),
        )
        return cls(table, data, delay)


@dataclass(frozen=True, kw_only=True, slots=True)
class FragmentFacts:
    """Where a fragment came from: wall time in microseconds, and the camera's own media clock untouched.

    `source_start` and `source_span` are ticks of `source_timescale` as received (span 0 when not known),
    `lost` packets or frames known to be missing.
    """

    start_us: int
    duration_us: int
    source_start: int = 0
    source_span: int = 0
    source_timescale: int = 90_000
    lost: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FragmentBytes:
    """A finished fragment, `length` bytes in `pieces`. Other lengths count from its first byte.

    `samples` carries data offsets within it. `delay` is how many ticks the decode times in the file run ahead of
    presentation, 0 without B-frames.
    """

    pieces: Sequence[bytes] = field(repr=False)
    length: int
    keyframe_length: int
    video_length: int
    facts: FragmentFacts
    samples: FragmentSamples = field(repr=False)
    delay: int = 0

    @property
    def data(self) -> bytes:
        """All of it in one."""
        return b"".join(self.pieces)

    def span(self, offset: int) -> FragmentSpan:
        """The index entry of this fragment when it begins at `offset` of the chunk."""
        return FragmentSpan(
            offset=offset,
            length=self.length,
            start_us=self.facts.start_us,
            duration_us=self.facts.duration_us,
            keyframe_length=self.keyframe_length,
            video_length=self.video_length,
            sync=bool(self.samples.video.sync) and self.samples.video.sync[0] == 0,
            frames=len(self.samples.video.sizes),
        )


def self_description(*, camera: str, run: str, seq: int, start_us: int) -> bytes:
    """The `uuid` box after the init segment: canonical JSON, so an orphaned file says whose it is."""
    facts = {"t": "saksi/chunk-file/1", "camera": camera, "run": run, "seq": seq, "start": start_us}
    return box(b"uuid", DESCRIPTION_UUID, canonical(facts))


def fragment(
    number: int, video: TrackFragment, audio: TrackFragment | None, *, facts: FragmentFacts
) -> FragmentBytes:
    """One fragment as bytes; `number` counts fragments of the chunk from 1.

    Raises Malformed when a track's samples do not add up to its data, or there is no frame.
    """
    if not video.samples.sizes:
        raise Malformed("a fragment without a video frame")
    table = _table(video)
    # Decode ahead of presentation: composition offsets below zero are shown late by FFmpeg's demuxer.
    delay = max(video.delay, -min(table.offsets))
    moof = _moof(2 * number - 1, VIDEO_ID, table, delay)
    prft = full_box(b"prft", 1, 24, struct.pack(">IQQ", VIDEO_ID, ntp(facts.start_us), table.base_time))
    video_data = len(prft) + 24 + struct.calcsize(FACTS_LAYOUT) + len(moof) + 8
    video_length = total = video_data + table.length
    pieces = [moof, struct.pack(">I4s", table.length + 8, b"mdat"), *video.data]
    sound = None
    if audio is not None and audio.samples.sizes:
        sound = replace(_table(audio), sync=())
        audio_moof = _moof(2 * number, AUDIO_ID, sound, 0)
        pieces += [audio_moof, struct.pack(">I4s", sound.length + 8, b"mdat"), *audio.data]
        sound = replace(sound, data_offset=video_length + len(audio_moof) + 8)
        total = sound.data_offset + sound.length
    return FragmentBytes(
        pieces=(prft, _facts_box(facts, total), *pieces),
        length=total,
        keyframe_length=video_data + table.sizes[0],
        video_length=video_length,
        facts=facts,
        samples=FragmentSamples(video=replace(table, data_offset=video_data), audio=sound),
        delay=delay,
    )


def ntp(instant_us: int) -> int:
    """The 64-bit NTP timestamp (RFC 5905 section 6) of an instant, era bits dropped."""
    seconds, rest = divmod(instant_us, 1_000_000)
    return (seconds + _NTP_EPOCH_S) % 2**32 << 32 | (rest << 32) // 1_000_000


def _facts_box(facts: FragmentFacts, length: int) -> bytes:
    """`length` is the whole fragment's, so that a reader knows a torn one without trusting its parts."""
    return box(
        b"uuid",
        FACTS_UUID,
        struct.pack(
            FACTS_LAYOUT,
            FACTS_VERSION,
            facts.start_us,
            facts.duration_us,
            facts.source_start,
            facts.source_span,
            facts.source_timescale,
            facts.lost,
            length,
        ),
    )


def _table(track: TrackFragment) -> TrackSamples:
    """The samples of one track, checked."""
    table = track.samples.settled()
    given = sum(map(len, track.data))
    if table.length != given:
        raise Malformed(f"samples of {table.length} bytes over data of {given}")
    if min(table.durations) < 0 or max(table.durations) >= 2**32:
        raise Malformed("a sample's duration is below zero or beyond 32 bits")
    return table


def _moof(number: int, track_id: int, table: TrackSamples, delay: int) -> bytes:
    """The moof of one track; its mdat follows."""
    if table.base_time < delay:
        raise Malformed(f"track {track_id}: base time {table.base_time}")
    default_flags = _SYNC if track_id == AUDIO_ID else _NOT_SYNC
    # default-base-is-moof, default duration and flags; what differs from sample to sample stands in the trun.
    tfhd = full_box(b"tfhd", 0, 0x020028, struct.pack(">III", track_id, table.durations[0], default_flags))
    tfdt = full_box(b"tfdt", 1, 0, struct.pack(">Q", table.base_time - delay))
    mfhd = full_box(b"mfhd", 0, 0, struct.pack(">I", number))
    flags, head, rows = _trun_rows(table, delay)
    moof_length = 16 + len(mfhd) + len(tfhd) + len(tfdt) + 20 + len(head) + len(rows)
    trun = full_box(b"trun", 1, flags, struct.pack(">Ii", len(table.sizes), moof_length + 8), head, rows)
    return box(b"moof", mfhd, box(b"traf", tfhd, tfdt, trun))


def _trun_rows(table: TrackSamples, delay: int) -> tuple[int, bytes, bytes]:
    """trun flags, the optional first-sample-flags field, and the rows with only the columns that vary."""
    columns: list[Sequence[int]] = [table.sizes]
    flags, head = 0x201, b""
    if max(table.durations) != min(table.durations):
        flags |= 0x100
        columns.insert(0, table.durations)
    if table.sync == (0,):
        flags |= 0x004
        head = struct.pack(">I", _SYNC)
    elif table.sync:
        flags |= 0x400
        sync = set(table.sync)
        columns.append([_SYNC if i in sync else _NOT_SYNC for i in range(len(table.sizes))])
    if delay or any(table.offsets):
        offsets = [offset + delay for offset in table.offsets]
        if any(offsets):
            flags |= 0x800
            columns.append(offsets)
    values = list(itertools.chain.from_iterable(zip(*columns, strict=True)))
    return flags, head, struct.pack(f">{len(values)}I", *values)
