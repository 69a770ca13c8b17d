"""What a bucket has under a prefix, page by page: every version and delete marker, or plain keys where it keeps none.

Pages overlap: a store was seen to leave out the newest version of a key when a page ended inside it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from saksi.errors import Unavailable
from saksi.objects.retry import Refusal
from saksi.objects.store import ObjectStore

PAGE = 1000  # the most that S3 answers at once, and takes at once
_VERSIONED = re.compile(rb"<Status>(Enabled|Suspended)</Status>")
_VERSION = re.compile(
    rb"<(?:Version|DeleteMarker)>.*?<Key>([^<]*)</Key>.*?<VersionId>([^<]*)</VersionId>.*?"
    rb"</(?:Version|DeleteMarker)>",
    re.DOTALL,
)
_KEY = re.compile(rb"<Contents>.*?<Key>([^<]*)</Key>.*?</Contents>", re.DOTALL)
_MORE = re.compile(rb"<IsTruncated>true</IsTruncated>")
_NEXT_KEY = re.compile(rb"<NextKeyMarker>([^<]*)</NextKeyMarker>")
_NEXT_VERSION = re.compile(rb"<NextVersionIdMarker>([^<]*)</NextVersionIdMarker>")
_known: set[tuple[str, str]] = set()


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an object, or a delete marker; `version` is empty in a bucket that never kept versions."""

    key: str
    version: str


def versioned(store: ObjectStore) -> bool:
    """Whether the bucket keeps versions, or did before it was suspended. Raises Unavailable.

    Only a yes is remembered, by the process: versioning can be switched on at any time, and never off again.
    """
    place = (store.url, store.bucket)
    if place not in _known:
        try:
            _, body = store.ask("versioning", "GET", query="versioning=")
        except Unavailable as error:
            if isinstance(error.__cause__, Refusal) and error.__cause__.status in (405, 501):
                return False  # a store without versions
            raise
        if _VERSIONED.search(body) is None:
            return False
        _known.add(place)
    return True


def under(store: ObjectStore, prefix: str, first: str = "") -> Iterator[Version]:
    """All there is under a prefix in the order of keys, from `first` or a little before it on. Raises Unavailable."""
    after = _before(first) if first > prefix else ""
    yield from (_versions if versioned(store) else _keys)(store, prefix, after)


def _versions(store: ObjectStore, prefix: str, after: str) -> Iterator[Version]:
    within, seen = "", frozenset[Version]()
    while True:
        query = f"key-marker={_quoted(after)}&max-keys={PAGE}&prefix={_quoted(prefix)}"
        query += f"&version-id-marker={_quoted(within)}&versions=" if within else "&versions="
        _, body = store.ask("versions", "GET", query=query)
        found = [Version(key=_text(key), version=_text(version)) for key, version in _VERSION.findall(body)]
        page = sorted(found, key=lambda entry: entry.key)  # some stores tell delete markers apart
        yield from (entry for entry in page if entry not in seen)
        if not _MORE.search(body) or not page:
            return
        seen = frozenset(page)
        last = page[-1].key
        again = _before(min(entry.key for entry in page if last.startswith(entry.key)))
        if again > after:
            after, within = again, ""
        else:  # more versions of one key than a page takes
            reached, (after, within) = within, (_marker(_NEXT_KEY, body), _marker(_NEXT_VERSION, body))
            _expect_progress(store, bool(after and within) and within != reached)


def _keys(store: ObjectStore, prefix: str, after: str) -> Iterator[Version]:
    while True:
        query = f"list-type=2&max-keys={PAGE}&prefix={_quoted(prefix)}"
        query += f"&start-after={_quoted(after)}" if after else ""
        _, body = store.ask("list", "GET", query=query)
        page = [_text(key) for key in _KEY.findall(body)]
        yield from (Version(key=key, version="") for key in page)
        if not _MORE.search(body) or not page:
            return
        _expect_progress(store, page[-1] > after)
        after = page[-1]


def _expect_progress(store: ObjectStore, progress: bool) -> None:
    if not progress:  # a listing that never ends is no listing
        raise Unavailable("store_unavailable", store=store.url, detail="the same page of keys twice")


def _before(key: str) -> str:
    """A marker that lies before a key with next to nothing between: markers are left out of what they begin."""
    return key[:-1]


def _marker(pattern: re.Pattern[bytes], body: bytes) -> str:
    found = pattern.search(body)
    return _text(found[1]) if found else ""


def _text(told: bytes) -> str:
    return html.unescape(told.decode())


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
