"""Text as it can be printed: nothing hidden, nothing that turns the line around, nothing that the type lacks.

A character that cannot be shown as itself is shown by its Unicode number, such as ⟨U+4E2D⟩; none is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# What the two faces that come with typst (Libertinus Serif, DejaVu Sans Mono) have between them; a test prints it all.
_IN_TYPE = """
20-7e a0-ac ae-36f 374-377 37a-37f 384-38a 38c 38e-3a1 3a3-3ce 3d0-3e1 3f0-477 47c-47f 483 48c-4c4
4c7-4cc 4cf-4f9 510-511 51a-51d 531-556 559-55f 561-587 589-58a 5d0-5ea 609-60a 60c 61b 61f 621-63a
640-64a 660-66d 674 679-67b 67e-680 683-684 686-687 691 698 6a4 6a9 6af 6be 6cc 6f0-6f9 1e00-1f15
1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3
1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2000-200a 2010-2027 202f-2037 2039-203f 2042 2044-204b 204f
205f 2070-2071 2074-208e 2090-209c 20a0-20b5 20b8-20ba 20bd 20bf 2100-2103 2105-2106 2109 210c-210f
2111 2113 2115-2117 2119-211a 211c-211d 2120 2122 2124 2126-2127 212a-212b 212e 2132 2135-2139 2148
214f-2151 2153-2184 2189 2190-222e 2234-223d 2241-226b 226d-228b 228d-22a6 22ac 22b2-22b8 22c2-22c6
22cd-22d1 22da-22ef 2300-2306 2308-2315 2318-2319 231c-2321 2325-232b 2335-237a 237d 2380-2383
2388-238b 2395 239b-23ae 23ce-23cf 23d3 2460-2487 24b6-262f 2638-268b 2690-269c 26a0-26a7 26ac-26b1
2701-2704 2706-2709 270c-2727 2729-274b 274d 274f-2752 2756 2758-275e 2761-277f 2794 2798-27af
27b1-27be 27c2 27c5-27c6 27dc 27e0 27e6-27eb 27f5-27f7 fb01-fb02 fffd
"""
# The Latin that stays when a rare combination could not be set.
_PLAIN = "20-7e a1-ac ae-17f 2010-2015 2018-201e 2020-2022 2026 2030 27e8-27e9"
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# A run of letters longer than this is given places to break, or it would leave its cell.
_LONG = 28
_BREAK = "\u200b"
# Paths and numbers of letters break after these first.
_PIECES = re.compile(r"[^/_.:-]*[/_.:-]|[^/_.:-]+")


def visible(text: str) -> str:
    """The text with control, direction and other invisible characters shown by number. Line ends stay."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        _number(char) if char != "\n" and unicodedata.category(char) in _HIDDEN else char for char in text
    )


def in_type(text: str, *, care: int = 0) -> str:
    """The text in characters that the printing type has, with places to break where it runs on.

    Some marks cannot be set on some letters: with `care` 1 no mark stays by itself, with 2 nothing but Latin.
    """
    shown = visible(text)
    if not shown.isascii():
        have = _characters(care)
        composed = unicodedata.normalize("NFC", shown)
        shown = "".join(char if char == "\n" or char in have else _number(char) for char in composed)
    return "\n".join(" ".join(_breakable(word) for word in line.split(" ")) for line in shown.split("\n"))


def _number(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩"


@cache
def _characters(care: int) -> frozenset[str]:
    have = set[str]()
    for part in (_PLAIN if care == 2 else _IN_TYPE).split():
        first, _, last = part.partition("-")
        have.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(char for char in have if not care or not unicodedata.category(char).startswith("M"))


def _breakable(word: str) -> str:
    if len(word) <= _LONG:
        return word
    pieces = _PIECES.findall(word)
    return _BREAK.join(part[at : at + 8] for part in pieces for at in range(0, len(part), 8))
