"""Three questions to a device: what its clock shows, what it is, which streams it offers (ONVIF Core and Media).

Streams and services on another machine are refused: a log-in is only ever for the device that was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from saksi import clock
from saksi.catalogue.camera_input import checked_source
from saksi.errors import BadInput
from saksi.networks.camera_networks import AddressRefused, CameraNetworks
from saksi.onvif.discovery import DEVICE_PATH, Found, is_at
from saksi.onvif.media import MEDIA2, MOST_STREAMS, Media, Stream
from saksi.onvif.soap import Login, OnvifFailed, ask, device_of
from saksi.onvif.xml import address, every, first, text

CLOCK_ERROR_US = 500_000  # a device tells whole seconds
_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_SECONDS = 20.0  # for all questions to one device


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


def clock_offset_us(url: str, *, seconds: float = 5.0, networks: CameraNetworks | None = None) -> int | None:
    """How far the device's clock is ahead of ours, to half a second; None when it does not say. Raises OnvifFailed.

    GetSystemDateAndTime is answered without a log-in (Core specification section 8.3.4), or no log-in could be made.
    """
    begun_us = clock.now_us()
    answer = ask(url, f'<GetSystemDateAndTime xmlns="{_DEVICE}"/>', seconds=seconds, networks=networks)
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


def service_of(host: str) -> str:
    """Where the device of a host has its service, as nearly all have."""
    return f"http://[{host}]{DEVICE_PATH}" if ":" in host else f"http://{host}{DEVICE_PATH}"


def look(found: Found, login: Login | None, networks: CameraNetworks | None = None) -> Device:
    """All that the device tells whoever has this log-in. Never raises: what went wrong stands in `problem`.

    `networks` is where it and its streams may be; None: wherever the installation allows.
    """
    networks = networks or CameraNetworks.of()
    until_us = clock.monotonic_us() + round(_SECONDS * 1e6)
    if not found.url:
        return Device(found=found, problem=OnvifFailed(found.address, "onvif_elsewhere"))
    offset_us: int | None = None
    streams: list[Stream] = []
    facts: Element | None = None
    problem: OnvifFailed | None = None
    try:
        offset_us = clock_offset_us(found.url, networks=networks)
        talk = _Talk(found=found, login=login, offset_us=offset_us or 0, until_us=until_us, networks=networks)
        facts = talk.ask(found.url, f'<GetDeviceInformation xmlns="{_DEVICE}"/>')
        for stream in talk.streams():
            if isinstance(stream, OnvifFailed):
                problem = stream
            else:
                streams.append(stream)
    except OnvifFailed as failed:
        problem = failed
    return Device(
        found=found,
        maker=text(facts, "Manufacturer"),
        model=text(facts, "Model") or found.model,
        serial=text(facts, "SerialNumber"),
        firmware=text(facts, "FirmwareVersion"),
        clock_offset_us=offset_us,
        streams=streams,
        problem=problem,
    )


@dataclass(frozen=True, kw_only=True)
class _Talk:
    """Questions to one device, all within one time."""

    found: Found
    login: Login | None
    offset_us: int
    until_us: int
    networks: CameraNetworks

    def ask(self, url: str, body: str) -> Element:
        left_s = (self.until_us - clock.monotonic_us()) / 1e6
        if left_s <= 0:
            raise OnvifFailed(device_of(url), "onvif_silent")
        return ask(
            url,
            body,
            login=self.login,
            offset_us=self.offset_us,
            seconds=min(left_s, 5.0),
            networks=self.networks,
        )

    def streams(self) -> Iterator[Stream | OnvifFailed]:
        """Each profile's, or why there is none of it: one that fails takes no other with it."""
        service = self._media2() or self._media1()
        profiles = every(self.ask(service.url, service.ask_profiles()), "Profiles")
        for profile in profiles[:MOST_STREAMS]:
            try:
                answer = self.ask(service.url, service.ask_address(profile))
                yield service.stream(profile, self._address(service.address(answer)))
            except OnvifFailed as problem:
                yield problem

    def _media2(self) -> Media | None:
        """The newer service, the only one that knows H.265; None where the device has none on itself."""
        try:
            services = self.ask(
                self.found.url,
                f'<GetServices xmlns="{_DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>',
            )
        except OnvifFailed as problem:
            if problem.why != "onvif_fault":
                raise
            return None
        for service in every(services, "Service"):
            url = address(service, "XAddr")
            if address(service, "Namespace") == MEDIA2 and is_at(url, self.found.address):
                return Media(url=url, newer=True)
        return None

    def _media1(self) -> Media:
        services = self.ask(
            self.found.url, f'<GetCapabilities xmlns="{_DEVICE}"><Category>Media</Category></GetCapabilities>'
        )
        url = address(services, "Capabilities/Media/XAddr")
        if not is_at(url, self.found.address):
            raise OnvifFailed(self.found.address, "onvif_elsewhere" if url else "onvif_no_xml")
        return Media(url=url, newer=False)

    def _address(self, url: str) -> str:
        """The stream's address, without a log-in that the device may have put into it."""
        try:
            checked_source(url)
        except BadInput as error:
            raise OnvifFailed(self.found.address, "onvif_no_xml") from error
        parts = urlsplit(url)
        if parts.hostname != self.found.address:
            raise OnvifFailed(self.found.address, "onvif_elsewhere")
        try:
            self.networks.check_given(url)
        except AddressRefused as refused:
            raise OnvifFailed(self.found.address, "onvif_refused", said=refused.why) from refused
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
