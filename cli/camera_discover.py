"""`saksi camera discover`: which ONVIF devices answer, and which streams they offer."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from getpass import getpass
from typing import Any

from cli.language import language, say
from cli.words import end_progress, head, progress
from saksi.errors import BadInput
from saksi.messages import register
from saksi.onvif import discovery
from saksi.onvif.device import Device, look
from saksi.onvif.discovery import Found
from saksi.onvif.media import Stream
from saksi.onvif.soap import Login
from saksi.secrets import mask_url
from saksi.spreadsheet import cell

_AT_ONCE = 16
_COLUMNS = (
    "id",
    "name",
    "agency",
    "site",
    "source",
    "user",
    "password",
    "lat",
    "lon",
    "heading_deg",
    "fov_deg",
)

register(
    "interface_unusable",
    en=(
        "No network can be asked from {given}: {why}.",
        "Give --interface one of this machine's own addresses.",
    ),
    id_=(
        "Tidak ada jaringan yang dapat ditanya dari {given}: {why}.",
        "Beri --interface salah satu alamat mesin ini.",
    ),
)


def discover(
    hosts: Sequence[str], *, interface: str | None, seconds: float, user: str | None, form: str
) -> int:
    """Prints what answers, as lines, a list for `import` ("csv") or JSON; 0 when something did, else 1."""
    login = None if user is None else Login(user=user, password=_password())
    found = [discovery.named(host) for host in hosts] or _probed(interface, seconds)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        devices = list(pool.map(partial(look, login=login), found))
    if form == "csv":
        _csv(devices, user or "")
    elif form == "json":
        _json(devices)
    else:
        _lines(devices)
    if not devices:
        print(
            say(
                "No device answered. A probe reaches this network only; name devices elsewhere by their addresses.",
                "Tidak ada perangkat yang menjawab. Pencarian hanya mencapai jaringan ini; sebutkan alamat perangkat"
                " di jaringan lain.",
            ),
            file=sys.stderr,
        )
    return int(not any(device.problem is None for device in devices))


def _probed(interface: str | None, seconds: float) -> list[Found]:
    progress(say(f"listening for {seconds:g} s", f"menunggu {seconds:g} detik"))
    try:
        return discovery.probe(seconds=seconds, interface=interface)
    except OSError as error:
        given = interface or "0.0.0.0"
        raise BadInput(
            "interface_unusable", field="interface", given=given, why=error.strerror or error
        ) from error
    finally:
        end_progress()


def _password() -> str:
    """Never an argument: everybody on the machine could read it."""
    if sys.stdin.isatty():
        return getpass(say("ONVIF password: ", "Kata sandi ONVIF: "))
    return sys.stdin.readline().rstrip("\r\n")


def _lines(devices: Sequence[Device]) -> None:
    head(
        "device, name, clock off by (s), profile, video, stream",
        "perangkat, nama, selisih jam (s), profil, video, aliran",
    )
    for device in devices:
        offset = "-" if device.clock_offset_us is None else f"{device.clock_offset_us / 1e6:+.1f}"
        about = (device.found.address, _name(device), offset)
        for stream in device.streams:
            print(*about, stream.profile, _video(stream), mask_url(stream.url), sep="\t")
        if device.problem is not None:
            print(*about, " ".join(device.problem.explain(language())), sep="\t")


def _csv(devices: Sequence[Device], user: str) -> None:
    """The best stream of each device, whole: what is missing for `saksi camera import` is for a person to fill in."""
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for device in devices:
        if device.streams:
            best = max(device.streams, key=lambda stream: stream.width * stream.height)
            row = {"name": _name(device), "source": best.url, "user": user}
            writer.writerow({column: cell(value) for column, value in row.items()})
        elif device.problem is not None:
            print(device.problem.diagnostics(language()), file=sys.stderr)


def _json(devices: Sequence[Device]) -> None:
    print(json.dumps([_device(device) for device in devices], indent=2, ensure_ascii=False))


def _device(device: Device) -> dict[str, Any]:
    offset_us, problem = device.clock_offset_us, device.problem
    return {
        "address": device.found.address,
        "service": device.found.url or None,
        "name": _name(device),
        "maker": device.maker,
        "model": device.model,
        "serial": device.serial,
        "firmware": device.firmware,
        "location": device.found.location,
        "clock_offset_ms": None if offset_us is None else round(offset_us / 1000),
        "problem": None
        if problem is None
        else dict(zip(("what", "remedy"), problem.explain(language()), strict=True)),
        "streams": [
            {
                "profile": stream.profile,
                "source": mask_url(stream.url),
                "codec": stream.codec,
                "width": stream.width,
                "height": stream.height,
                "fps": stream.fps,
                "kbps": stream.kbps,
                "keyframe_interval_s": _interval_s(stream),
            }
            for stream in device.streams
        ],
    }


def _interval_s(stream: Stream) -> float | None:
    return round(stream.keyframe_frames / stream.fps, 2) if stream.keyframe_frames and stream.fps else None


def _name(device: Device) -> str:
    return (
        device.found.name
        or " ".join(word for word in (device.maker, device.model) if word)
        or device.found.address
    )


def _video(stream: Stream) -> str:
    rate = "" if stream.fps is None else f" {stream.fps:g}/s"
    return f"{stream.codec or '?'} {stream.width}x{stream.height}{rate}"
