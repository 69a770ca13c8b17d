"""What a file holds, before anything is made of it: container, codecs, length, and what its packets lack.

Only demuxers of recordings are let at it, and only this one file: a playlist or a session description must not make the
importer read other files of this machine, or call anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import av
import av.error
from av.bitstream import BitStreamFilterContext

from recorder import nal
from recorder.imports.reach import reached_us, stated_us
from recorder.sources.cutter import Cutter
from saksi.clock_words import far
from saksi.errors import BadInput
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.tracks import AudioTrack, VideoCodec
from saksi.messages import Phrase, register, register_phrase

register(
    "import_unreadable",
    en=(
        "{field} is no recording that can be read: {detail}.",
        "Export it from the recorder again as MP4, MKV, TS, AVI or in the maker's own format (DAV, PS).",
    ),
    id_=(
        "{field} bukan rekaman yang dapat dibaca: {detail}.",
        "Ekspor lagi dari perekamnya sebagai MP4, MKV, TS, AVI atau format pabriknya (DAV, PS).",
    ),
)
register(
    "import_codec",
    en=(
        "The video in {field} is {codec}; only H.264 and H.265 become footage.",
        "Export it from the recorder as H.264 or H.265, or keep the file alone with --file-only.",
    ),
    id_=(
        "Video dalam {field} adalah {codec}; hanya H.264 dan H.265 yang menjadi rekaman.",
        "Ekspor dari perekamnya sebagai H.264 atau H.265, atau simpan berkasnya saja dengan --file-only.",
    ),
)

register_phrase(
    "import.note.videos",
    en="only the first of its {n} videos is brought in",
    id_="hanya video pertama dari {n} yang dibawa masuk",
)
register_phrase(
    "import.note.sound",
    en="its sound ({codec}) is in the file alone: the archive keeps AAC and G.711",
    id_="suaranya ({codec}) hanya ada di berkas aslinya: arsip menyimpan AAC dan G.711",
)

register_phrase(
    "import.note.short",
    en="the file ends at {reached} of {stated}: it was cut off or not copied whole, and what is there was brought in",
    id_="berkas berakhir di {reached} dari {stated}: terpotong atau tidak tersalin utuh; yang ada dibawa masuk",
)

_DEMUXERS = "mov,mp4,matroska,webm,mpegts,mpeg,avi,dhav,flv,asf"
_CODECS: dict[str, VideoCodec] = {"h264": "h264", "hevc": "h265"}
_LOOKED_AT = 750  # packets; some twenty seconds tell what the rest is like


@dataclass(frozen=True, kw_only=True)
class Survey:
    """`duration_us` is 0 where the file does not say. `codec` is None for one that cannot become footage.

    `stated_us` is the length that the file states, where it ends before that, at `duration_us`; else None.

    `ordered`: its stamps are in the order of decoding and pictures are shown in another (B-frames), as in AVI; `notes`
    tell people what is left out.
    """

    container: str
    codec_name: str
    codec: VideoCodec | None
    duration_us: int
    audio: AudioTrack | None
    adts: bool
    ordered: bool
    stated_us: int | None = None
    notes: tuple[Phrase, ...] = ()


class _Far(Phrase):
    def text(self, language: str) -> str:
        us = self.values["us"]
        assert isinstance(us, int)
        return far(us, language)


def opened(path: Path) -> Any:
    """The file as libav sees it. Raises BadInput for what is no recording, OSError for what cannot be read."""
    path.open("rb").close()  # for the system's own words where it refuses
    options = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"}
    try:
        return av.open(f"file:{path.absolute()}", options=options)
    except (av.error.FFmpegError, UnicodeError) as error:
        raise _unreadable(path, error) from error


def survey(path: Path) -> Survey:
    """Looks at the head of a file. Raises as `opened`, and BadInput when there is no video in it."""
    with opened(path) as container:
        videos = container.streams.video
        if not videos:
            raise BadInput("import_unreadable", field=path.name, detail="there is no video in it")
        video = videos[0]
        notes: list[Phrase] = []
        if len(videos) > 1:
            notes.append(Phrase("import.note.videos", {"n": len(videos)}))
        name = str(video.codec_context.name)
        codec = _CODECS.get(name)
        sound = container.streams.audio[0] if container.streams.audio else None
        try:
            packets = [one for one in islice(container.demux(), _LOOKED_AT) if one.size]
        except av.error.FFmpegError as error:
            raise _unreadable(path, error) from error
        audio, adts = None, False
        if sound is not None:
            mine = [one for one in packets if one.stream is sound]
            adts = sound.codec_context.name == "aac" and not sound.codec_context.extradata
            try:
                audio = _sound(sound, mine, adts)
            except Malformed:
                notes.append(Phrase("import.note.sound", {"codec": sound.codec_context.name}))
        pictures = [one for one in packets if one.stream is video]
        ordered = codec is not None and _ordered(container.format.name, video, codec, pictures)
        length_us = stated_us(container)
        reached = reached_us(container, length_us)
        if reached is not None:
            values = {"reached": _Far("far", {"us": reached}), "stated": _Far("far", {"us": length_us})}
            notes.append(Phrase("import.note.short", values))
        return Survey(
            container=container.format.name,
            codec_name=name,
            codec=codec,
            duration_us=int(container.duration or 0) if reached is None else reached,
            audio=audio,
            adts=adts,
            ordered=ordered,
            stated_us=None if reached is None else length_us,
            notes=tuple(notes),
        )


def _ordered(container: str, video: Any, codec: VideoCodec, pictures: list[Any]) -> bool:
    if container != "avi" and all(one.pts is not None for one in pictures):
        return False
    cutter = Cutter(codec, bytes(video.codec_context.extradata or b""))
    for one in pictures:
        try:
            units = cutter.cut(one)
        except Malformed:
            return False  # told when the pictures are taken
        if cutter.track is not None and nal.may_reorder(nal.join(units), cutter.track):
            return True
    return False


def _sound(stream: Any, packets: list[Any], adts: bool) -> AudioTrack:
    """AAC and G.711 are kept. Raises Malformed for anything else."""
    context = stream.codec_context
    rate, channels = context.sample_rate, context.channels or 1
    if context.name == "aac":
        config = _config(stream, packets) if adts else bytes(context.extradata)
        return AudioTrack("aac", rate, channels, config)
    if context.name == "pcm_mulaw":
        return AudioTrack("pcmu", rate, channels)
    if context.name == "pcm_alaw":
        return AudioTrack("pcma", rate, channels)
    raise Malformed(f"{context.name} has no place in the archive")


def _config(stream: Any, packets: list[Any]) -> bytes:
    """The AudioSpecificConfig of AAC whose every frame has an ADTS header, ISO/IEC 13818-7 section 6.2."""
    bare = BitStreamFilterContext("aac_adtstoasc", stream)
    try:
        for packet in packets:
            for one in bare.filter(packet):
                if one.has_sidedata("new_extradata"):
                    return bytes(one.get_sidedata("new_extradata"))
    except av.error.FFmpegError:
        pass
    return b""


def _unreadable(path: Path, error: Exception) -> BadInput:
    detail = str(getattr(error, "strerror", None) or type(error).__name__).split(": ")[0].lower()
    return BadInput("import_unreadable", field=path.name, detail=detail)
