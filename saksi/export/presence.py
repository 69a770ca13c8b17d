"""What of a package is not in the store as it was put there: `lost` without an object, `damaged` where it is another.

Looking costs one small request an object and sees what the store knows: that it is there, its size, the checksum it
was put with. Bytes that rotted on a disk are seen only by reading all of them (`deep`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from saksi.errors import IntegrityError, NotFound
from saksi.objects.store import ObjectStore

LOST = "lost"
DAMAGED = "damaged"
_AT_ONCE = 8
_BATCH = 512


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An object that a package needs, and what it must be; `sha256` in hex."""

    key: str
    size: int
    sha256: str


def absent(
    store: ObjectStore, wanted: Iterable[Wanted], *, deep: bool, passed: Callable[[], None]
) -> dict[str, str]:
    """Key → lost or damaged, of those that are not as wanted. `passed` hears of every object that was looked at.

    Raises Unavailable when the store does not answer: that says nothing of any object.
    """
    found: dict[str, str] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for batch in _batches({one.key: one for one in wanted}.values()):
            for one, state in zip(batch, pool.map(lambda one: _look(store, one, deep), batch), strict=True):
                passed()
                if state:
                    found[one.key] = state
    return found


def _look(store: ObjectStore, one: Wanted, deep: bool) -> str:
    try:
        facts = store.stat(one.key)
        whole = facts.size == one.size and facts.sha256 in (None, bytes.fromhex(one.sha256))
        return "" if whole and (not deep or store.digest(one.key, one.size).hex() == one.sha256) else DAMAGED
    except NotFound:
        return LOST
    except IntegrityError:
        return DAMAGED  # it ends before its size


def _batches(all_of: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """A few at a time: an export may have millions, and each waits in memory until it is looked at."""
    left = iter(all_of)
    while batch := list(islice(left, _BATCH)):
        yield batch
