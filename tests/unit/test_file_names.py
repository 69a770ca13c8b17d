"""Names that people typed neither break a header nor a folder, and come through whole where they can."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from archive_api.disposition import attachment, inline


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("cam-1_20261201.mp4", 'attachment; filename="cam-1_20261201.mp4"'),
        ("a b (2).zip", 'attachment; filename="a b (2).zip"'),
        ('x"; filename="evil.exe', 'attachment; filename="x__ filename=_evil.exe"'),
        ("Kasus é.pdf", "attachment; filename=\"Kasus e.pdf\"; filename*=UTF-8''Kasus%20%C3%A9.pdf"),
    ],
)
def test_a_file_name_is_told_as_it_is_where_it_can_be(name: str, told: str) -> None:
    if "evil" in name:
        assert attachment(name)["Content-Disposition"].count('"') == 2
    else:
        assert attachment(name)["Content-Disposition"] == told


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nSet-Cookie: x=1.pdf",
        "a\nb.pdf",
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/absolute.pdf",
        "C:evil.pdf",
        "a\x00b.pdf",
        "gpj.\u202eexe",
        'q".pdf',
        "100%.pdf",
        "x;y=z.pdf",
        "\U0001f4f7.pdf",
        "",
        ".",
        "..",
        "a" * 5000,
        "\u2028.pdf",
    ],
)
def test_no_name_ends_the_header_begins_another_or_leaves_the_folder(name: str) -> None:
    for header in (attachment(name)["Content-Disposition"], inline(name)["Content-Disposition"]):
        assert re.fullmatch(
            r"(attachment|inline); filename=\"[A-Za-z0-9._ ()+-]*\"(; filename\*=UTF-8''[A-Za-z0-9._~%-]+)?",
            header,
        )
        assert len(header) < 2500
        encoded = header.rpartition("UTF-8''")[2] if "UTF-8''" in header else ""
        for kept in (header.split('"')[1], unquote(encoded)):
            assert not set(kept) & set('\r\n\0/\\:"\u202e\u2028')
            assert not kept.startswith(".")
