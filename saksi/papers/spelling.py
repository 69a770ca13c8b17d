"""Numbers and days in words, as the opening of a berita acara has them."""

from __future__ import annotations

DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_ONES = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)


def spelled(number: int) -> str:
    """A number from 0 to 9999 in Indonesian words, such as dua ribu dua puluh enam. Raises ValueError for others."""
    if not 0 <= number < 10_000:
        raise ValueError("only numbers from 0 to 9999 are spelled")
    if number < 12:
        return _ONES[number]
    if number < 20:
        return f"{_ONES[number - 10]} belas"
    for size, name, single in ((1000, "ribu", "seribu"), (100, "ratus", "seratus")):
        if number >= size:
            return _joined(
                single if number < 2 * size else f"{spelled(number // size)} {name}", number % size
            )
    return _joined(f"{spelled(number // 10)} puluh", number % 10)


def _joined(head: str, rest: int) -> str:
    return f"{head} {spelled(rest)}" if rest else head
