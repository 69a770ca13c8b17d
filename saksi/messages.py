"""User-facing words of errors, Indonesian and English, by code. Each is (what happened, what to do)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_MESSAGES: dict[str, dict[str, tuple[str, str]]] = {
    "internal": {
        "en": (
            "Something broke on our side.",
            "Try again; if it stays, give the request id to the administrator.",
        ),
        "id": (
            "Terjadi kesalahan di pihak kami.",
            "Coba lagi; bila tetap, berikan id permintaan kepada administrator.",
        ),
    },
    "camera_unknown": {
        "en": (
            "There is no camera {camera}.",
            "List the cameras with GET /api/v1/cameras or `saksi camera list`.",
        ),
        "id": (
            "Tidak ada kamera {camera}.",
            "Lihat daftar dengan GET /api/v1/cameras atau `saksi camera list`.",
        ),
    },
    "time_malformed": {
        "en": ("{field} is not a time: {given}.", "Write it as 2026-11-23T21:10:00+08:00."),
        "id": ("{field} bukan waktu: {given}.", "Tulis seperti 2026-11-23T21:10:00+08:00."),
    },
    "time_naive": {
        "en": ("{field} has no time zone: {given}.", "Add Z or an offset such as +08:00 (WITA)."),
        "id": (
            "{field} tidak memiliki zona waktu: {given}.",
            "Tambahkan Z atau selisih seperti +08:00 (WITA).",
        ),
    },
    "time_absurd": {
        "en": ("{field} lies outside the years 2000 to 2100: {given}.", "Check the year."),
        "id": ("{field} di luar tahun 2000 sampai 2100: {given}.", "Periksa tahunnya."),
    },
}

_PHRASES: dict[str, dict[str, str]] = {}


def register(code: str, *, en: tuple[str, str], id_: tuple[str, str]) -> None:
    """Adds the words of one code; a module that owns an error registers it where it is raised."""
    _MESSAGES[code] = {"en": en, "id": id_}


@dataclass(frozen=True)
class Phrase:
    """A part of a message in the language of the message: give it as one of the values that fill the blanks."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The phrase; a code that nobody registered stands for itself."""
        entry = _PHRASES.get(self.code)
        return (
            self.code
            if entry is None
            else entry.get(language, entry["en"]).format_map(_said(self.values, language))
        )


def register_phrase(code: str, *, en: str, id_: str) -> None:
    """Adds the words of a phrase, as `register` does those of a message."""
    _PHRASES[code] = {"en": en, "id": id_}


def words(code: str, language: str, values: Mapping[str, object]) -> tuple[str, str]:
    """The two sentences of `code` with their blanks filled; English when the language is not known."""
    entry = _MESSAGES.get(code, _MESSAGES["internal"])
    what, remedy = entry.get(language, entry["en"])
    said = _said(values, language)
    return what.format_map(said), remedy.format_map(said)


def _said(values: Mapping[str, object], language: str) -> _Blanks:
    return _Blanks(
        {name: value.text(language) if isinstance(value, Phrase) else value for name, value in values.items()}
    )


class _Blanks(dict[str, object]):
    """Leaves a blank visible instead of failing while an error is being reported."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def decimal(figure: str, language: str) -> str:
    """A figure, written with a point, as the language has it; its thousands are not marked."""
    return figure.replace(".", ",") if language == "id" else figure
