"""What is said of an audit export, in Indonesian and English: codes of its fourth verdict, and the facts."""

from __future__ import annotations

from typing import Any, Dict, List

from saksi.custody.verifier.findings import instant
from saksi.custody.verifier.phrases import spoken

TRAIL_CODES = {
    "trail_malformed": (
        "baris ini bukan entri, baris audit maupun daun",
        "this line is neither an entry, an audit row nor a leaf",
    ),
    "trail_row": (
        "baris audit ini diubah: tidak lagi sesuai daunnya di log",
        "this audit row was changed: it is no longer the one its leaf in the log was made of",
    ),
    "trail_root": (
        "baris di bawah entri ini diubah, ditukar, ditambah atau dihapus: bukan lagi yang disegel log",
        "rows under this entry were changed, swapped, added or removed: they are not those that the log sealed",
    ),
    "trail_count": (
        "jumlah baris di bawah entri ini bukan yang disebutnya: ada yang ditambah atau dihapus",
        "the entry has another number of rows than it says: some were added or removed",
    ),
    "trail_gap": (
        "entri log tidak berurutan: ada kumpulan baris yang hilang atau disisipkan",
        "entries of the log do not follow one another: a batch of rows is missing or was put in",
    ),
    "trail_entry": (
        "entri ini bukan yang dibuktikan ada di log",
        "this entry is not the one that is proven to be in the log",
    ),
    "trail_withheld": (
        "ekspor seluruh rentang menahan baris: tidak semuanya ditampilkan",
        "an export of a whole span withholds rows: not all of them are shown",
    ),
    "trail_not_asked": (
        "baris ini tidak termasuk yang diminta",
        "this row is not one of those that were asked for",
    ),
    "trail_table": (
        "tabel berbeda dari baris audit yang dibuktikan",
        "the table says something else than the audit row that is proven",
    ),
    "trail_counts": (
        "jumlah baris, yang ditahan, dan entri bukan yang dinyatakan",
        "rows, withheld rows and entries are not as many as was stated",
    ),
    "trail_starts_late": (
        "baris awal rentang dapat berada di bawah entri sebelum ini, yang tidak disertakan",
        "rows from the beginning of the span may stand under entries before these, which are not given",
    ),
    "trail_ends_early": (
        "ekspor berakhir sebelum akhir rentang yang dinyatakannya",
        "the export ends before the end of the span that it states",
    ),
    "trail_open": (
        "ekspor tidak mencakup akhir rentang yang diminta: mintalah lagi bagian itu",
        "the export does not reach the end of the span that was asked for: ask for that part again",
    ),
}
ALL_ROWS = (
    "%d baris di bawah %d entri berurutan, disegel %s sampai %s: tidak ada yang terlewat",
    "%d rows under %d entries that follow one another, sealed %s to %s: none is left out",
)
SOME_ROWS = (
    "%d baris ditampilkan, %d ditahan (hanya dihitung), di bawah %d entri berurutan",
    "%d rows shown, %d withheld (only counted), under %d entries that follow one another",
)
NOT_SHOWN = (
    "bahwa saringan tidak melewatkan apa pun tidak dapat dibuktikan dari berkas ini",
    "that the filter let through all it should cannot be shown from this file",
)
LIMITED_EYES = (
    "peminta hanya boleh membaca tentang kamera tertentu; selebihnya ditahan",
    "who asked may read about some cameras only; all else is withheld",
)
BESIDE = (
    "%d di antaranya sedikit di luar rentang: kumpulan diberikan utuh",
    "%d of them lie just outside the span: batches are given whole",
)
COVERED = ("mencakup %s sampai %s", "covers %s to %s")
LATER = (
    "%d baris lain dari rentang itu belum ada di log ketika ekspor dibuat",
    "%d more rows of the span were not in the log yet when it was made",
)


def trail_facts(told: Dict[str, Any], lang: str) -> List[str]:
    """How much is there, and what can and cannot be said of what is not."""
    covers = tuple(instant(at) for at in told["covers"])
    out = [counted_words(COVERED, covers, lang)]
    if told["whole"]:
        sealed = tuple(instant(at) for at in told["sealed"])
        out.append(counted_words(ALL_ROWS, (told["rows"], told["entries"], *sealed), lang))
    else:
        out.append(counted_words(SOME_ROWS, (told["rows"], told["withheld"], told["entries"]), lang))
        out.append(spoken(NOT_SHOWN, lang))
    if told["limited"]:
        out.append(spoken(LIMITED_EYES, lang))
    if told["outside"]:
        out.append(counted_words(BESIDE, (told["outside"],), lang))
    if told["later"]:
        out.append(counted_words(LATER, (told["later"],), lang))
    return out


def counted_words(words: Any, values: Any, lang: str) -> str:
    """A sentence with numbers or times in it."""
    return spoken((words[0] % values, words[1] % values), lang)
