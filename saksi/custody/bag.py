"""The tag files of a BagIt 1.0 bag (RFC 8493)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def manifest(digests: Mapping[str, str]) -> bytes:
    """`manifest-sha256.txt` or `tagmanifest-sha256.txt` over path → SHA-256 in hex, in path order."""
    return "".join(f"{digests[path]}  {_escaped(path)}\n" for path in sorted(digests)).encode()


def info(lines: Sequence[tuple[str, str]]) -> bytes:
    """`bag-info.txt`; values are folded to one line."""
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in lines).encode()


def _escaped(path: str) -> str:
    """RFC 8493 section 2.1.3: LF, CR and the percent sign itself."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
