"""The files every package begins with: how to read and check it, and two verifiers."""

from __future__ import annotations

import functools
from importlib import resources

from saksi.catalogue.ledger_tree import LogKey
from saksi.custody import package_texts
from saksi.custody.verifier import bundle
from saksi.errors import NotFound
from saksi.messages import register

register(
    "verifier_page_missing",
    en=("The verifier page was not built.", "Run: make setup"),
    id_=("Halaman verifikasi belum dibangun.", "Jalankan: make setup"),
)


def first_files(
    package: str, case: str, export_key: bytes, log_key: LogKey, *, thinned: bool, imported: bool
) -> dict[str, bytes]:
    """BACA-SAYA.txt, CARA-MANUAL.txt, verify.py and verifikasi.html. Raises NotFound when the page was not built.

    `thinned`: the package carries keyframes of originals that were purged; `imported`: files as they were brought.
    """
    public = log_key.signer.public
    return {
        "BACA-SAYA.txt": package_texts.read_me(
            package=package, case=case, log_key=public, thinned=thinned, imported=imported
        ),
        "CARA-MANUAL.txt": package_texts.manual_sheet(
            package=package, export_key=export_key, log_key=public, log_name=log_key.origin
        ),
        "verify.py": bundle.bundle(),
        "verifikasi.html": page(),
    }


def first_of_audit(read_me: bytes) -> dict[str, bytes]:
    """BACA-SAYA.txt and verify.py of an audit export."""
    return {"BACA-SAYA.txt": read_me, "verify.py": bundle.bundle()}


@functools.cache
def page() -> bytes:
    """`verifikasi.html`. Raises NotFound when it was not built."""
    file = resources.files("saksi.custody").joinpath("page").joinpath("verifikasi.html")
    if not file.is_file():
        raise NotFound("verifier_page_missing")
    return file.read_bytes()
