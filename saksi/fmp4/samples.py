"""Sample tables of a chunk's fragments, and the `uuid` box at the chunk's end that holds them all.

The box lets a clip be cut from a chunk after one small read. Its body: version byte 1 · varint number of
fragments · per fragment a track-count byte (1 video, 2 with audio) and per track: zigzag base time minus the
previous base time of that track · zigzag data offset minus the previous data end · varint samples · columns
of sizes, durations, composition offsets · for video varint number of sync samples and their positions (each
minus the previous).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from saksi.fmp4.boxes import Malformed, box
from saksi.fmp4.columns import Reader, column, varint, zigzag

INDEX_UUID = bytes.fromhex("7b1f0c5e64d24a0c9f5d3a8e5a6b9d01")
_VERSION = 1
_MOST_SAMPLES = (
    2_000_000  # in one chunk: five minutes of PCM by the sample; a lie may not ask for more memory
)
_LARGEST = 2**32


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackSamples:
    """One track's samples in one fragment, decode order, in the track's timescale.

    `base_time` is the first decode time (tfdt, absolute since 1970), `data_offset` where the first sample's
    bytes begin; samples lie one behind the other. `sync` are the positions of sync samples (video only; empty
    for audio).
    """

    base_time: int
    data_offset: int
    sizes: array[int]
    durations: array[int]
    offsets: array[int]
    sync: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        """Bytes of all samples."""
        return sum(self.sizes)

    @property
    def span(self) -> int:
        """Ticks of all samples."""
        return sum(self.durations)

    def settled(self) -> TrackSamples:
        """The same with `base_time` the earliest presentation time; files carry it ahead of that."""
        if not any(self.offsets):
            return self  # nearly all: what is decoded first is shown first
        late = min(self.presentation(), default=self.base_time) - self.base_time
        if not late:
            return self
        return replace(
            self,
            base_time=self.base_time + late,
            offsets=array("q", [offset - late for offset in self.offsets]),
        )

    def slice(self, first: int, last: int) -> TrackSamples:
        """Samples `[first, last)`, decode order."""
        return TrackSamples(
            base_time=self.base_time + sum(self.durations[:first]),
            data_offset=self.data_offset + sum(self.sizes[:first]),
            sizes=self.sizes[first:last],
            durations=self.durations[first:last],
            offsets=self.offsets[first:last],
            sync=tuple(position - first for position in self.sync if first <= position < last),
        )

    def decode(self) -> list[int]:
        """Decode time of each sample."""
        return list(accumulate(self.durations, initial=self.base_time))[:-1]

    def presentation(self) -> list[int]:
        """Presentation time of each sample, decode order."""
        return [time + offset for time, offset in zip(self.decode(), self.offsets, strict=True)]


@dataclass(frozen=True, kw_only=True, slots=True)
class FragmentSamples:
    """The samples of one fragment."""

    video: TrackSamples
    audio: TrackSamples | None = None

    def at(self, offset: int) -> FragmentSamples:
        """The same with every data offset moved by `offset`: from within the fragment to the whole file."""
        audio = self.audio and replace(self.audio, data_offset=self.audio.data_offset + offset)
        return FragmentSamples(
            video=replace(self.video, data_offset=self.video.data_offset + offset), audio=audio
        )


def sample_index(fragments: Iterable[FragmentSamples]) -> bytes:
    """The whole `uuid` box. `fragments` must carry data offsets within the file (`FragmentSamples.at`)."""
    listed = list(fragments)
    out = [bytes((_VERSION,)), varint(len(listed))]
    before: list[TrackSamples | None] = [None, None]
    for fragment in listed:
        tracks = [fragment.video] if fragment.audio is None else [fragment.video, fragment.audio]
        out.append(bytes((len(tracks),)))
        for position, track in enumerate(tracks):
            out.extend(_written(track, before[position], video=position == 0))
            before[position] = track
    return box(b"uuid", INDEX_UUID, *out)


def read_sample_index(data: bytes) -> list[FragmentSamples]:
    """Reads the whole `uuid` box as `sample_index` made it. Raises Malformed for anything else."""
    if data[4:8] != b"uuid" or data[8:24] != INDEX_UUID or int.from_bytes(data[:4], "big") != len(data):
        raise Malformed("not a sample index box")
    reader = Reader(data, 24)
    (version,) = reader.bytes(1)
    if version != _VERSION:
        raise Malformed(f"sample index of version {version}; this reader knows {_VERSION}")
    fragments = list(_fragments(reader))
    if reader.left:
        raise Malformed(f"sample index with {reader.left} bytes too many")
    return fragments


def _fragments(reader: Reader) -> Iterator[FragmentSamples]:
    before: list[TrackSamples | None] = [None, None]
    total = 0
    for _ in range(reader.count(least_bytes=8)):
        (tracks,) = reader.bytes(1)
        if tracks not in (1, 2):
            raise Malformed(f"sample index with a fragment of {tracks} tracks")
        video = before[0] = _read(reader, before[0], video=True)
        audio = None
        if tracks == 2:
            audio = before[1] = _read(reader, before[1], video=False)
        total += len(video.sizes) + (len(audio.sizes) if audio else 0)
        if total > _MOST_SAMPLES:
            raise Malformed(f"sample index of more than {_MOST_SAMPLES} samples")
        yield FragmentSamples(video=video, audio=audio)


def _written(track: TrackSamples, before: TrackSamples | None, *, video: bool) -> Iterator[bytes]:
    yield zigzag(track.base_time - (before.base_time if before else 0))
    yield zigzag(track.data_offset - (before.data_offset + before.length if before else 0))
    yield varint(len(track.sizes))
    yield column(track.sizes)
    yield column(track.durations)
    yield column(track.offsets)
    if video:
        yield varint(len(track.sync))
        last = 0
        for position in track.sync:
            yield varint(position - last)
            last = position


def _read(reader: Reader, before: TrackSamples | None, *, video: bool) -> TrackSamples:
    base_time = reader.zigzag() + (before.base_time if before else 0)
    data_offset = reader.zigzag() + (before.data_offset + before.length if before else 0)
    count = reader.count(limit=_MOST_SAMPLES)
    sizes, durations, offsets = reader.column(count), reader.column(count), reader.column(count)
    sync: list[int] = []
    last = 0
    for _ in range(reader.count(least_bytes=1, limit=count) if video else 0):
        last += reader.varint()
        sync.append(last)
    track = TrackSamples(
        base_time=base_time,
        data_offset=data_offset,
        sizes=sizes,
        durations=durations,
        offsets=offsets,
        sync=tuple(sync),
    )
    _check(track)
    return track


def _check(track: TrackSamples) -> None:
    """A box may be damaged; what it says must at least be possible."""
    least = min(
        min(track.sizes, default=0), min(track.durations, default=0), track.base_time, track.data_offset
    )
    most = max(max(track.sizes, default=0), max(track.durations, default=0))
    if least < 0 or most >= _LARGEST or (track.sync and track.sync[-1] >= len(track.sizes)):
        raise Malformed("sample index with an impossible sample")
    if max(track.offsets, default=0) >= 2**31 or min(track.offsets, default=0) < -(2**31):
        raise Malformed("sample index with an impossible composition offset")
    if max(track.base_time, track.data_offset) >= 2**62:
        raise Malformed("sample index with an impossible time or place")
