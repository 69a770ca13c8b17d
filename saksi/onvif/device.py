"""Three questions to a device: what its clock shows, what it is, which streams it offers (ONVIF Core, Media 1).

Streams and services on another machine are refused: a log-in is only ever for the device that was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from saksi import clock
from saksi.catalogue.camera_input import checked_source
from saksi.errors import BadInput
from saksi.onvif.discovery import Found, is_at
from saksi.onvif.soap import Login, OnvifFailed, ask, device_of
from saksi.onvif.xml import address, every, first, number, text

CLOCK_ERROR_US = 500_000  # a device tells whole seconds
_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_MEDIA = "http://www.onvif.org/ver10/media/wsdl"
_SCHEMA = "http://www.onvif.org/ver10/schema"
_MOST_STREAMS = 256
_SECONDS = 20.0  # for all questions to one device


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
class Device:
    """What a device says of itself. `clock_offset_us` is its clock minus ours, to half a second; None: not told."""

    found: Found
    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    clock_offset_us: int | None = None
    streams: Sequence[Stream] = ()
    problem: OnvifFailed | None = None


def clock_offset_us(url: str, *, seconds: float = 5.0) -> int | None:
    """How far the device's clock is ahead of ours, to half a second; None when it does not say. Raises OnvifFailed.

    GetSystemDateAndTime is answered without a log-in (Core specification section 8.3.4), or no log-in could be made.
    """
    begun_us = clock.now_us()
    answer = ask(url, f'<GetSystemDateAndTime xmlns="{_DEVICE}"/>', seconds=seconds)
    middle_us = (begun_us + clock.now_us()) // 2
    told = first(answer, "SystemDateAndTime/UTCDateTime")
    parts = [
        text(told, path)
        for path in ("Date/Year", "Date/Month", "Date/Day", "Time/Hour", "Time/Minute", "Time/Second")
    ]
    try:
        year, month, day, hour, minute, second = (int(part) for part in parts)
        at_us = clock.to_us(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    return at_us + CLOCK_ERROR_US - middle_us


def look(found: Found, login: Login | None) -> Device:
    """All that the device tells whoever has this log-in. Never raises: what went wrong stands in `problem`."""
    until_us = clock.monotonic_us() + round(_SECONDS * 1e6)
    if not found.url:
        return Device(found=found, problem=OnvifFailed(found.address, "onvif_elsewhere"))
    offset_us: int | None = None
    try:
        offset_us = clock_offset_us(found.url)
        talk = _Talk(found=found, login=login, offset_us=offset_us or 0, until_us=until_us)
        facts = talk.ask(found.url, f'<GetDeviceInformation xmlns="{_DEVICE}"/>')
        streams = talk.streams()
    except OnvifFailed as problem:
        return Device(found=found, model=found.model, clock_offset_us=offset_us, problem=problem)
    return Device(
        found=found,
        maker=text(facts, "Manufacturer"),
        model=text(facts, "Model") or found.model,
        serial=text(facts, "SerialNumber"),
        firmware=text(facts, "FirmwareVersion"),
        clock_offset_us=offset_us,
        streams=streams,
    )


@dataclass(frozen=True, kw_only=True)
class _Talk:
    """Questions to one device, all within one time."""

    found: Found
    login: Login | None
    offset_us: int
    until_us: int

    def ask(self, url: str, body: str) -> Element:
        left_s = (self.until_us - clock.monotonic_us()) / 1e6
        if left_s <= 0:
            raise OnvifFailed(device_of(url), "onvif_silent")
        return ask(url, body, login=self.login, offset_us=self.offset_us, seconds=min(left_s, 5.0))

    def streams(self) -> list[Stream]:
        services = self.ask(
            self.found.url, f'<GetCapabilities xmlns="{_DEVICE}"><Category>Media</Category></GetCapabilities>'
        )
        media = address(services, "Capabilities/Media/XAddr")
        if not is_at(media, self.found.address):
            raise OnvifFailed(self.found.address, "onvif_elsewhere" if media else "onvif_no_xml")
        profiles = every(self.ask(media, f'<GetProfiles xmlns="{_MEDIA}"/>'), "Profiles")
        return [self._stream(media, profile) for profile in profiles[:_MOST_STREAMS]]

    def _stream(self, media: str, profile: Element) -> Stream:
        token = profile.get("token", "")
        answer = self.ask(
            media,
            f'<GetStreamUri xmlns="{_MEDIA}"><StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
            f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
            f"<ProfileToken>{escape(token[:64])}</ProfileToken></GetStreamUri>",
        )
        encoder = first(profile, "VideoEncoderConfiguration")
        codec = text(encoder, "Encoding").lower()
        return Stream(
            profile=text(profile, "Name") or token[:64],
            url=self._address(address(answer, "MediaUri/Uri")),
            codec=codec,
            width=round(number(encoder, "Resolution/Width") or 0),
            height=round(number(encoder, "Resolution/Height") or 0),
            fps=number(encoder, "RateControl/FrameRateLimit"),
            kbps=number(encoder, "RateControl/BitrateLimit"),
            keyframe_frames=number(encoder, "H264/GovLength"),
        )

    def _address(self, url: str) -> str:
        """The stream's address, without a log-in that the device may have put into it."""
        try:
            checked_source(url)
        except BadInput as error:
            raise OnvifFailed(self.found.address, "onvif_no_xml") from error
        parts = urlsplit(url)
        if parts.hostname != self.found.address:
            raise OnvifFailed(self.found.address, "onvif_elsewhere")
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
