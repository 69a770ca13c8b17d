"""Rows of the catalogue as the JSON that the API answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive_api.context import Context
from archive_api.media_urls import media_url
from archive_api.security import Caller
from saksi import clock, clock_words
from saksi.access import Permission
from saksi.catalogue.cameras import Camera, CameraState
from saksi.catalogue.custody_values import short
from saksi.catalogue.footage import CameraCoverage, Chunk
from saksi.custody.chain import IMPORT, LIVE, ChunkEntry


def instant(instant_us: int | None) -> str | None:
    """RFC 3339, or None."""
    return None if instant_us is None else clock.format_us(instant_us)


def camera(context: Context, one: Camera, caller: Caller, *, with_source: bool = False) -> dict[str, Any]:
    """A camera; its masked source only for those who manage cameras, its picture only for those who may see footage."""
    described: dict[str, Any] = {
        "id": one.code,
        "name": one.name,
        "agency": {"id": one.agency, "name": one.agency_name, "category": one.category},
        "site": None if one.site is None else {"id": one.site, "name": one.site_name},
        "lat": one.lat,
        "lon": one.lon,
        "heading_deg": one.heading_deg,
        "fov_deg": one.fov_deg,
        "distance_m": None if one.distance_m is None else round(one.distance_m, 1),
        "enabled": one.enabled,
        "status": status(one.state),
        "last_end": instant(one.last_end_us),
        "thumbnail": _picture(context, one.thumbnail_key, caller),
    }
    if with_source:
        described["source"] = one.source_masked
    return described


def status(one: CameraState) -> dict[str, Any]:
    """How a camera is doing."""
    return {
        "state": one.state,
        "reason": one.reason,
        "detail": one.detail,
        "since": instant(one.since_us),
        "codec": one.codec or None,
        "width": one.width,
        "height": one.height,
        "fps": one.fps,
        "mbps": one.mbps,
        "last_frame": instant(one.last_frame_us),
    }


def coverage(context: Context, one: CameraCoverage, caller: Caller) -> dict[str, Any]:
    """Coverage, gaps with reasons, size and a picture."""
    return {
        "coverage": [
            {"start": instant(span.start_us), "end": instant(span.end_us), "state": span.state}
            for span in one.coverage
        ],
        "gaps": [
            {"start": instant(gap.start_us), "end": instant(gap.end_us), "reason": gap.reason}
            for gap in one.gaps
        ],
        "imported": [{"start": instant(start), "end": instant(end)} for start, end in one.imported],
        "bytes": one.bytes,
        "thumbnail": _picture(context, one.thumbnail_key, caller),
    }


def time(entry: ChunkEntry, at_us: int, zone: str, language: str) -> dict[str, Any]:
    """How the time of an instant of a chunk is known, for programs and in a sentence."""
    told = entry.clock
    unknown = told.camera_source == "none"
    return {
        "recorded": instant(at_us),
        "recorded_us": at_us,
        "synchronised": told.source == "ntp",
        "error_us": told.error_us if told.source == "ntp" and told.error_us >= 0 else None,
        "camera_clock": None if unknown else told.camera_source,
        "camera_offset_us": None if unknown else told.camera_offset_us,
        "camera_error_us": clock_words.CAMERA_ERROR_US.get(told.camera_source),
        "text": clock_words.recorded(at_us, told, zone, language),
    }


def chunk(context: Context, one: Chunk, language: str) -> dict[str, Any]:
    """A chunk with its signed address and fragment index."""
    entry = one.entry
    return {
        "start": instant(entry.start_us),
        "end": instant(entry.end_us),
        "seq": entry.seq,
        "run": entry.run,
        "bytes": one.size,
        "sha256": entry.sha256 if one.thinned is None else one.thinned.sha256,
        "codec": one.init.codec,
        "codecs": one.init.codecs,
        "width": one.init.width,
        "height": one.init.height,
        "audio": one.init.audio,
        "state": one.state,
        "frames": entry.frames if one.thinned is None else one.thinned.frames,
        "thinned": _thinned(one),
        "lost": entry.lost,
        "ended": entry.ended,
        "origin": IMPORT if one.imported else LIVE,
        "clock": entry.clock.as_list(),
        "time": time(entry, entry.start_us, context.settings.zone, language),
        "url": media_url(context, one.key) if one.state in ("stored", "thinned") else None,
        "init": [0, one.init.length],
        # offset, length, start_us, duration_us, keyframe_length
        "fragments": [list(span[:5]) for span in one.fragments],
    }


def cut_short(run: str, what: Mapping[str, Any], language: str) -> dict[str, Any]:
    """That the imported file of a run ends before the length it states; `what` is of imports.shorter."""
    reached_s, stated_s = what["reached"] / 1e6, what["stated_length"] / 1e6
    return {"run": run, "reached_s": reached_s, "stated_s": stated_s, "text": short(what, language)}


def _thinned(one: Chunk) -> dict[str, Any] | None:
    """What a chunk of keyframes was made of; None for an original."""
    if one.thinned is None:
        return None
    original = {"sha256": one.entry.sha256, "bytes": one.entry.size, "frames": one.entry.frames}
    return {"mode": one.thinned.mode, "original": original}


def _picture(context: Context, key: str | None, caller: Caller) -> str | None:
    """A thumbnail is footage: whoever may not view the one is not given the other."""
    return media_url(context, key) if key is not None and caller.may(Permission.FOOTAGE_VIEW) else None
