"""Content-Disposition: whether an answer is shown or kept, and under what name (RFC 6266, names as in RFC 8187).

A name may come from what people typed: it must neither end the header, nor begin another, nor lead out of a folder.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_MOST = 150  # letters; file systems take 255 bytes
_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def attachment(name: str) -> dict[str, str]:
    """The header of a file to be kept."""
    return {"Content-Disposition": _told("attachment", name)}


def inline(name: str) -> dict[str, str]:
    """The header of a file to be shown."""
    return {"Content-Disposition": _told("inline", name)}


def _told(kind: str, name: str) -> str:
    stem, dot, ending = _NO_NAME.sub("_", name).rpartition(".")
    plain = f"{stem[:_MOST] or 'saksi'}{dot}{ending[:20]}".lstrip(".")
    bare = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    old = re.sub(r"[^A-Za-z0-9._ ()+-]", "_", bare)
    told = f'{kind}; filename="{old}"'
    return told if old == plain else f"{told}; filename*=UTF-8''{quote(plain, safe='')}"
