"""A month's report as CSV (RFC 4180): a line an agency, a site and a camera, with heads in either language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from saksi import clock
from saksi.compliance.figures import DAY_US, Line
from saksi.compliance.monthly import Monthly
from saksi.spreadsheet import cell

_HOUR_US = 3_600_000_000
# What the heads are called: Indonesian, English.
_HEADS = (
    ("bulan", "month"),
    ("sampai", "until"),
    ("bulan_selesai", "month_over"),
    ("untuk", "of"),
    ("instansi", "agency"),
    ("nama_instansi", "agency_name"),
    ("kategori", "category"),
    ("lokasi", "site"),
    ("nama_lokasi", "site_name"),
    ("kamera", "camera"),
    ("nama_kamera", "camera_name"),
    ("hasil", "state"),
    ("wajib", "obliged"),
    ("dasar", "basis"),
    ("ketentuan_sejak", "terms_from"),
    ("kamera_aktif", "cameras"),
    ("kamera_tersambung", "connected"),
    ("jam_wajib", "due_hours"),
    ("jam_terekam", "recorded_hours"),
    ("terekam_persen", "recorded_percent"),
    ("hilang_instansi_jam", "missing_agency_hours"),
    ("hilang_arsip_jam", "missing_archive_hours"),
    ("hilang_tak_diketahui_jam", "missing_unknown_hours"),
    ("celah_terpanjang_jam", "longest_gap_hours"),
    ("celah_terpanjang_sejak", "longest_gap_from"),
    ("celah_terpanjang_kamera", "longest_gap_camera"),
    ("celah_terpanjang_sebab", "longest_gap_reason"),
    ("galat_perekam_ms", "recorder_error_ms"),
    ("selisih_kamera_ms", "camera_offset_ms"),
    ("pasti_meleset_ms", "camera_surely_off_ms"),
    ("ketersediaan_persen", "uptime_percent"),
    ("retensi_hari", "retention_days"),
)
_JUDGED = (
    ("cameras", "kamera"),
    ("uptime", "ketersediaan"),
    ("clock", "galat_jam"),
    ("retention", "retensi"),
)
_STATES = {
    "kept": "terpenuhi",
    "broken": "tidak terpenuhi",
    "unjudged": "belum dapat dinilai",
    "none": "tanpa ketentuan",
}
_OF = {"agency": "instansi", "site": "lokasi", "camera": "kamera"}


def name(month: Monthly) -> str:
    """A file name that sorts by time."""
    of = "" if month.agency is None else f"-{month.agency}"
    return f"saksi-kepatuhan-{month.month}{of}.csv"


def text(month: Monthly, language: str) -> str:
    """The heads in "id" or "en" and a line for each; reasons are the codes of the API."""
    at = 0 if language == "id" else 1
    out = io.StringIO()
    writer = csv.writer(out)
    heads = [said[at] for said in _HEADS]
    for rule, said in _JUDGED:
        heads += (
            [f"{said}_disepakati", f"{said}_terpenuhi"] if at == 0 else [f"{rule}_agreed", f"{rule}_kept"]
        )
    writer.writerow(heads)
    for line in _lines(month):
        writer.writerow([cell(value) for value in _row(month, line, language)])
    return out.getvalue()


def _lines(month: Monthly) -> Iterator[Line]:
    yield from month.report.lines
    yield from month.report.cameras


def _row(month: Monthly, line: Line, language: str) -> list[object]:
    subject, measured, agreed = line.subject, line.measured, line.agreed
    of = "camera" if line.camera else "agency" if subject.site is None else "site"
    gap, reached_us = measured.longest, measured.reached_us
    row: list[object] = [
        month.month,
        clock.format_us(month.report.until_us),
        _yes(month.over, language),
        _OF[of] if language == "id" else of,
        subject.agency,
        subject.agency_name,
        subject.category,
        subject.site,
        subject.site_name,
        line.camera,
        line.camera_name,
        _STATES[line.state] if language == "id" else line.state,
        _yes(None if agreed is None else agreed.obliged, language),
        "" if agreed is None else agreed.basis,
        "" if line.terms is None else line.terms.from_day.isoformat(),
        measured.cameras,
        measured.connected,
        _hours(measured.due_us),
        _hours(measured.recorded_us),
        measured.recorded_percent,
        _hours(measured.camera_faults_us),
        _hours(measured.archive_faults_us),
        _hours(measured.missing.get("unknown", 0)),
        "" if gap is None else _hours(gap.length_us),
        "" if gap is None else clock.format_us(gap.start_us),
        "" if gap is None else gap.camera,
        "" if gap is None else gap.reason,
        _ms(measured.clocks.recorder_error_us),
        _ms(measured.clocks.camera_offset_us),
        _ms(measured.clocks.surely_off_us),
        measured.uptime_percent,
        None if reached_us is None else f"{reached_us / DAY_US:.2f}",
    ]
    verdicts = {one.rule: one for one in line.verdicts}
    for rule, _ in _JUDGED:
        one = verdicts.get(rule)
        row += ["", ""] if one is None else [f"{one.agreed:g}", _yes(one.kept, language)]
    return ["" if value is None else value for value in row]


def _yes(value: bool | None, language: str) -> str:
    if value is None:
        return ""
    return ("ya" if value else "tidak") if language == "id" else ("yes" if value else "no")


def _hours(length_us: int) -> str:
    return f"{length_us / _HOUR_US:.4f}"


def _ms(value_us: int | None) -> object:
    return None if value_us is None else value_us / 1000
