"""Every fixed word on paper, by code, in Indonesian and English. A code without words is an error, never a blank."""

from __future__ import annotations

from saksi.papers.phrases import common, compliance, custody, handling, log, purge, report, time

LANGUAGES = ("id", "en")
WORDS: dict[str, tuple[str, str]] = {
    **common.WORDS,
    **report.WORDS,
    **time.WORDS,
    **custody.WORDS,
    **handling.WORDS,
    **log.WORDS,
    **purge.WORDS,
    **compliance.WORDS,
}


class Say:
    """Speaks one language: `say(code, blank=value)`. Raises KeyError for an unknown code or an unfilled blank."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._at = LANGUAGES.index(language)

    def __call__(self, code: str, **values: object) -> str:
        return WORDS[code][self._at].format(**values)

    def coded(self, family: str, code: str) -> str:
        """The words of a code that a row carries; one that nobody knows is printed as it is, in quotes."""
        known = WORDS.get(f"{family}_{code}")
        return f"“{code}”" if known is None else known[self._at]
