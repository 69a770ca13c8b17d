"""Keys of objects all lie in folders that `saksi fsck` knows as the archive's own."""

from __future__ import annotations

from uuid import UUID

from saksi.catalogue import keys
from saksi.objects import canary, conformance
from saksi.scrub import quarantine

ID = UUID(int=1)
MADE = {
    "chunk_key": ("cam", str(ID), 1),
    "thinned_key": ("cam", str(ID), 1),
    "thinning_key": ("cam", 0, b"\0" * 32),
    "thumbnail_key": ("cam", 0),
    "init_key": ("0" * 64, True),
    "entries_key": ("cam", 0, 1),
    "ledger_key": ("checkpoint",),
    "package_key": (ID, "name"),
    "receipt_key": (ID, "0" * 64),
    "derivative_key": (ID, "name"),
    "purge_key": (1, "certificate.json"),
    "import_key": ("0" * 64,),
}


def test_every_key_lies_in_a_folder_that_is_known() -> None:
    assert set(MADE) == {name for name in vars(keys) if name.endswith("_key")}
    made = [getattr(keys, name)(*given) for name, given in MADE.items()]
    made += [quarantine.FOLDER, canary._PREFIX, conformance._PREFIX]
    assert {one.partition("/")[0] for one in made} == keys.FOLDERS
