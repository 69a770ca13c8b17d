"""What a source hands over: one coded picture or audio frame, with its times and the parameters it needs.

Every source, whatever its protocol, yields these in the order received; nothing behind this line knows RTP or
libav.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from saksi.errors import Unavailable
from saksi.fmp4.tracks import AudioTrack, VideoTrack
from saksi.messages import register
from saksi.networks.camera_networks import AddressRefused

Reason = Literal[
    "unreachable",
    "auth_failed",
    "address_refused",
    "no_keyframe",
    "stalled",
    "recorder_down",
    "spool_full",
    "disabled",
    "unsupported_codec",
]


@dataclass(slots=True)
class VideoUnit:
    """One picture. `data` is its NAL units, each behind a 4-byte length, byte for byte as received.

    `pts` counts the camera's `timescale` (presentation time, unwrapped by the source or not). `arrival_us` is
    the wall clock and `monotonic_us` the steady clock when its first bytes came. `parameters` is the same
    object while the stream's parameter sets are. `camera_time_us` is the camera's own claim (RTCP), None
    without one. `lost` counts units known to be missing just before this one.
    """

    data: bytes
    keyframe: bool
    pts: int
    timescale: int
    arrival_us: int
    monotonic_us: int
    parameters: VideoTrack
    camera_time_us: int | None = None
    lost: int = 0


@dataclass(slots=True)
class AudioUnit:
    """One audio frame (an AAC access unit, a packet of G.711 bytes) with its times, as for a picture."""

    keyframe: ClassVar[bool] = False
    data: bytes
    pts: int
    timescale: int
    arrival_us: int
    monotonic_us: int
    parameters: AudioTrack


AccessUnit = VideoUnit | AudioUnit


class Source(Protocol):
    """A connection to one camera. Opened once, iterated once, closed from any thread.

    `patience_s` is how long pictures may come of which none can be recorded; its owner sets it.
    """

    audio: AudioTrack | None
    notes: list[str]
    patience_s: float

    def open(self, url: str, timeout: float) -> None:
        """Connects within about `timeout` seconds and learns the tracks. Raises SourceFailed."""

    def __iter__(self) -> Iterator[Sequence[AccessUnit]]:
        """Yields what came together, in the order received, until the camera ends the stream.

        Raises SourceFailed when it breaks, its picture stops, or none of its pictures can be recorded.
        """

    def close(self) -> None:
        """Ends the iteration soon, behind what has come until now; never blocks."""


class SourceFailed(Unavailable):
    """A camera that cannot be recorded right now.

    `reason` goes into the outage, `detail` tells people more.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason: Reason = reason
        super().__init__(f"source_{reason}", field="source", detail=detail)


def address_refused(refused: AddressRefused) -> SourceFailed:
    """What an outage says of an address that is not connected to."""
    return SourceFailed("address_refused", f"{refused.address} is {refused.why.text('en')}")


register(
    "source_unreachable",
    en=(
        "The camera cannot be reached: {detail}.",
        "Check its power, network and the host, port and path of its address.",
    ),
    id_=(
        "Kamera tidak terjangkau: {detail}.",
        "Periksa listrik, jaringan, serta host, port dan jalur alamatnya.",
    ),
)
register(
    "source_auth_failed",
    en=("The camera refused the user name or password: {detail}.", "Correct them in the camera's address."),
    id_=("Kamera menolak nama pengguna atau kata sandi: {detail}.", "Perbaiki pada alamat kamera."),
)
register(
    "source_address_refused",
    en=(
        "The camera's address is refused: {detail}.",
        "Correct it, or list its network for the site (saksi site set-networks) or the installation"
        " (SAKSI_CAMERA_NETWORKS).",
    ),
    id_=(
        "Alamat kamera ditolak: {detail}.",
        "Perbaiki alamatnya, atau daftarkan jaringannya untuk lokasi (saksi site set-networks) atau instalasi"
        " (SAKSI_CAMERA_NETWORKS).",
    ),
)
register(
    "source_no_keyframe",
    en=(
        "The camera sends no keyframe: {detail}.",
        "Set a keyframe (I-frame) interval of 1 to 2 seconds in the camera.",
    ),
    id_=(
        "Kamera tidak mengirim keyframe: {detail}.",
        "Atur interval keyframe (I-frame) 1 sampai 2 detik pada kamera.",
    ),
)
register(
    "source_stalled",
    en=(
        "The camera stopped sending: {detail}.",
        "Check its network and whether too many viewers are connected to it.",
    ),
    id_=(
        "Kamera berhenti mengirim: {detail}.",
        "Periksa jaringannya dan apakah terlalu banyak penonton tersambung.",
    ),
)
register(
    "source_spool_full",
    en=(
        "The recorder cannot write: {detail}.",
        "Free space on the spool's disk or bring the object store back.",
    ),
    id_=("Perekam tidak dapat menulis: {detail}.", "Kosongkan disk spool atau pulihkan penyimpanan objek."),
)
register(
    "source_unsupported_codec",
    en=("The camera's video cannot be recorded: {detail}.", "Set the camera to H.264 or H.265."),
    id_=("Video kamera tidak dapat direkam: {detail}.", "Atur kamera ke H.264 atau H.265."),
)
