"""Lists of incidents as spreadsheets save them: heads in two languages, local times, each bad line by itself."""

from __future__ import annotations

import pytest

from saksi import clock
from saksi.errors import BadInput
from saksi.incidents.figures import hours_of
from saksi.incidents.lines import read
from saksi.incidents.patrols import busiest

INDONESIAN = """Waktu;Lintang;Bujur;Jenis;Ketelitian_m;Sampai;Nomor;Sumber;Catatan;Petugas
23-11-2026 21.10;-1,2767;116,8372;Curanmor;50;;LP/7;SPKT;"parkiran; sepeda motor";x
2026-11-23 21:10:30;-1.2767;116.8372;balap liar;;2026-11-23 23:00;;;;
"""


def test_a_list_in_indonesian_with_times_of_the_zone() -> None:
    found = read(INDONESIAN.encode("utf-8-sig"), "WITA")
    first, second = found.lines
    assert first.facts is not None
    assert second.facts is not None
    assert clock.format_us(first.facts.from_us) == "2026-11-23T13:10:00.000000Z"
    assert (first.facts.lat, first.facts.lon, first.facts.accuracy_m) == (-1.2767, 116.8372, 50)
    assert (first.facts.kind, first.facts.note) == ("curanmor", "parkiran; sepeda motor")
    assert (second.facts.kind, second.facts.accuracy_m) == ("balap-liar", 100)
    assert second.facts.to_us == clock.parse_rfc3339("2026-11-23T23:00:00+08:00", "to")
    assert found.ignored == ("petugas",)


def test_day_and_clock_in_columns_of_their_own_and_times_with_a_zone() -> None:
    text = "tanggal,jam,lat,lon,kind\n23/11/2026,04:05,1,2,begal\n2026-11-23T04:05:00+07:00,,1,2,begal\n"
    times = [
        clock.format_us(line.facts.from_us)[:16] for line in read(text.encode(), "WIT").lines if line.facts
    ]
    assert times == ["2026-11-22T19:05", "2026-11-22T21:05"]


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("2026-11-23,1,2,begal", "incident_cell_time", "at"),
        ("31-02-2026 10:00,1,2,begal", "incident_cell_time", "at"),
        ("1996-11-23 10:00,1,2,begal", "time_absurd", "at"),
        ("2026-11-23 10:00,x,2,begal", "incident_cell_number", "lat"),
        ("2026-11-23 10:00,1,nan,begal", "incident_cell_number", "lon"),
        ("2026-11-23 10:00,1,2,", "incident_cell_empty", "kind"),
        ("2026-11-23 10:00,1,2,begal,more", "incident_line_wide", "csv"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy_and_stops_no_other(line: str, code: str, field: str) -> None:
    bad, good = read(f"at,lat,lon,kind\n{line}\n2026-11-23 10:00,1,2,begal\n".encode(), "WITA").lines
    assert bad.refused is not None
    assert (bad.number, bad.refused.code, bad.refused.field) == (2, code, field)
    assert good.number == 3
    assert good.facts is not None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "incident_csv_text"),
        (b"a\0b", "incident_csv_text"),
        (b"", "incident_csv_heads"),
        (b"lat,lon,kind\n", "incident_csv_heads"),
        (b"at,waktu,lat,lon,kind\n", "incident_csv_twice"),
    ],
)
def test_what_is_no_such_list(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(data, "WITA")
    assert refused.value.code == code


def test_shifts() -> None:
    assert hours_of("20-04") == [20, 21, 22, 23, 0, 1, 2, 3]
    assert hours_of("06-07") == [6]
    assert hours_of("0-24") == list(range(24))
    assert [hours_of(text) for text in ("20", "20-20", "24-2", "1-25", "a-b", "-3-2", "²-3")] == [None] * 7
    from collections import Counter

    assert busiest(Counter({22: 3, 1: 3, 12: 1})) == ([22, 23, 0, 1], 0)
    assert busiest(Counter()) == ([0, 1, 2, 3], 23)
