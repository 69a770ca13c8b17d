"""What the two media services of ONVIF are asked for streams, and how they answer.

Media 1 (ver10) knows JPEG, MPEG-4 and H.264; Media 2 (ver20) also H.265, and describes encoders otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from saksi.onvif.xml import address, first, number, shown, text

MEDIA1 = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
MOST_STREAMS = 256
_SCHEMA = "http://www.onvif.org/ver10/schema"


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A profile of a device. `url` holds no log-in; the numbers are what the device says, None where it does not."""

    profile: str
    url: str = field(repr=False)
    codec: str
    width: int
    height: int
    fps: float | None
    kbps: float | None
    keyframe_frames: float | None


@dataclass(frozen=True, kw_only=True)
class Media:
    """A media service at `url`; `newer`: Media 2."""

    url: str
    newer: bool

    def ask_profiles(self) -> str:
        """The question for all profiles with their encoders."""
        if self.newer:
            return f'<GetProfiles xmlns="{MEDIA2}"><Type>VideoEncoder</Type></GetProfiles>'
        return f'<GetProfiles xmlns="{MEDIA1}"/>'

    def ask_address(self, profile: Element) -> str:
        """The question for a profile's stream over RTSP."""
        token = escape(profile.get("token", "")[:64])
        if self.newer:
            # RTSP: interleaved in its own connection, as recorders read it.
            asked = f"<Protocol>RTSP</Protocol><ProfileToken>{token}</ProfileToken>"
            return f'<GetStreamUri xmlns="{MEDIA2}">{asked}</GetStreamUri>'
        setup = (
            f'<Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
            f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport>'
        )
        asked = f"<StreamSetup>{setup}</StreamSetup><ProfileToken>{token}</ProfileToken>"
        return f'<GetStreamUri xmlns="{MEDIA1}">{asked}</GetStreamUri>'

    def address(self, answer: Element) -> str:
        """The stream's address in an answer, as the device says it."""
        return address(answer, "Uri" if self.newer else "MediaUri/Uri")

    def stream(self, profile: Element, url: str) -> Stream:
        """A profile as a stream at the (checked) `url`."""
        encoder = first(profile, "Configurations/VideoEncoder" if self.newer else "VideoEncoderConfiguration")
        return Stream(
            profile=text(profile, "Name") or shown(profile.get("token", "")),
            url=url,
            codec=text(encoder, "Encoding").lower(),
            width=round(number(encoder, "Resolution/Width") or 0),
            height=round(number(encoder, "Resolution/Height") or 0),
            fps=number(encoder, "RateControl/FrameRateLimit"),
            kbps=number(encoder, "RateControl/BitrateLimit"),
            keyframe_frames=self._keyframe_frames(encoder),
        )

    def _keyframe_frames(self, encoder: Element | None) -> float | None:
        if not self.newer:
            return number(encoder, "H264/GovLength")
        try:
            return float("" if encoder is None else encoder.get("GovLength", ""))
        except ValueError:
            return None
