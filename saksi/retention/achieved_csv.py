"""Achieved retention as CSV (RFC 4180): a line a camera, for spreadsheets and whoever holds the archive to account."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from saksi import clock
from saksi.retention.achieved import Achieved
from saksi.retention.growth import DAY_US, HOUR_US
from saksi.spreadsheet import cell

COLUMNS = (
    "at", "camera", "name", "agency", "state", "policy", "promised_days", "window_days", "oldest", "have_days",
    "continuous_days", "share_covered", "gap_hours", "gap_reasons", "longest_gap_hours", "longest_gap_from",
    "longest_gap_reason", "purged_early_hours", "purged_early_bytes", "purged_early_by", "bytes",
    "thinned_hours",
)  # fmt: skip


def name(at_us: int) -> str:
    """A file name that sorts by time."""
    return f"saksi-achieved-retention-{clock.format_us(at_us)[:10]}.csv"


def text(cameras: Iterable[Achieved], at_us: int) -> str:
    """The header line and a line a camera."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in cameras:
        writer.writerow([cell(value) for value in _line(one, at_us)])
    return out.getvalue()


def _line(one: Achieved, at_us: int) -> list[object]:
    longest = one.longest
    return [
        clock.format_us(at_us),
        one.camera,
        one.name,
        one.agency,
        one.state,
        one.policy_id,
        _days(one.promised_us),
        _days(one.window_us),
        "" if one.oldest_us is None else clock.format_us(one.oldest_us),
        _days(one.have_us),
        _days(one.continuous_us),
        f"{one.share:.5f}",
        _hours(sum(one.gaps.values())),
        " ".join(f"{reason}:{_hours(length_us)}" for reason, length_us in one.gaps.items()),
        "" if longest is None else _hours(longest.end_us - longest.start_us),
        "" if longest is None else clock.format_us(longest.start_us),
        "" if longest is None else longest.reason,
        _hours(one.purged_us),
        sum(early.bytes for early in one.early),
        " ".join(f"{early.purge_id}:{early.kind}:{early.by or '-'}" for early in one.early),
        one.bytes,
        _hours(one.thinned_us),
    ]


def _days(length_us: int) -> str:
    return f"{length_us / DAY_US:.5f}"


def _hours(length_us: int) -> str:
    return f"{length_us / HOUR_US:.4f}"
