"""What an export finds missing from a real store, by asking and by reading."""

from __future__ import annotations

import hashlib

from saksi.export.presence import Wanted, absent
from saksi.objects.store import ObjectStore


def test_what_is_not_in_the_store_as_wanted_is_named(store: ObjectStore) -> None:
    good, other = b"chunk" * 1000, b"other" * 1000
    wanted = {
        name: Wanted(key=f"chunks/{name}.mp4", size=len(good), sha256=hashlib.sha256(good).hexdigest())
        for name in ("there", "gone", "short", "changed", "rotten")
    }
    for name, data in {"there": good, "short": good[:-1], "changed": other}.items():
        store.put(wanted[name].key, data, sha256=hashlib.sha256(data).digest())
    # Put in parts, the store knows no checksum of the whole: as with bytes that rot behind its back.
    upload = store.begin_upload(wanted["rotten"].key, content_type="video/mp4")
    upload.complete({1: upload.put(1, other)})
    seen: list[None] = []

    def look(*, deep: bool) -> dict[str, str]:
        found = absent(store, wanted.values(), deep=deep, passed=lambda: seen.append(None))
        return {name: found[one.key] for name, one in wanted.items() if one.key in found}

    known = {"gone": "lost", "short": "damaged", "changed": "damaged"}
    assert look(deep=False) == known
    assert look(deep=True) == {**known, "rotten": "damaged"}
    assert len(seen) == 2 * len(wanted)
