""" "Punya kita?" of a whole package: as issued, unpacked, packed anew, changed, foreign, cut, and made to mislead."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from saksi.catalogue import people
from saksi.catalogue.database import Database
from saksi.errors import BadInput
from saksi.export.whose_package import is_package, whose_package
from tests.evidence.apart import zipped
from tests.integration.archive_api.conftest import Recorded, signed_in
from tests.integration.archive_api.handed import Handed, handing_over

NUMBER, NAME = "LP/B/905/XI/2026", "BB-lp-b-905-xi-2026-0001"
FILES = {
    "bag-info.txt": f"Source-Organization: Kota\nExternal-Identifier: {NAME}\n".encode(),
    "data/original/corner/1.mp4": b"satu",
    "data/original/corner/2.mp4": b"dua",
}
PAYLOAD = {path: data for path, data in FILES.items() if path.startswith("data/")}
ISSUED = zipped(NAME, FILES)


@dataclass(frozen=True, kw_only=True)
class Given:
    handed: Handed
    path: Path
    database: Database

    def asked(
        self, client: httpx.Client, data: bytes, files: dict[str, bytes] | None = None
    ) -> dict[str, Any]:
        """What the API answers of a package, of which it gets only what its holder computes."""
        members = [{"path": path, "sha256": _digest(one)} for path, one in (files or {}).items()]
        package = {"name": NAME if files else "", "files": members}
        body = {"size": len(data), "sha256": _digest(data), "nal_sha256": None, "package": package}
        answer = client.post("/whose", json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def local(self, data: bytes) -> Any:
        """The same at the archive itself."""
        self.path.write_bytes(data)
        return whose_package(self.database, self.path)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def handed(recorded: Recorded) -> Iterator[Handed]:
    with handing_over(recorded, NUMBER, data=ISSUED, files=PAYLOAD) as handed:
        handed.link(recipient="Jaksa Rini")
        yield handed


@pytest.fixture
def given(handed: Handed, tmp_path: Path) -> Given:
    return Given(handed=handed, path=tmp_path / "paket.zip", database=handed.recorded.archive.database)


def test_the_package_as_issued_is_known_with_its_case_and_recipients(given: Given) -> None:
    told = given.asked(given.handed.client, ISSUED)
    package = told["package"]
    assert (told["claim"], package["name"], package["same_bytes"]) == ("holds", NAME, True)
    assert (package["case"]["number"], package["recipient"], package["letter"]) == (
        NUMBER,
        "Kejaksaan Negeri",
        "B/77/XI/2026",
    )
    assert [(link["recipient"], link["delivered"]) for link in package["links"]] == [("Jaksa Rini", None)]
    issued, compared = given.local(ISSUED)
    assert (issued.same, issued.number, issued.recipient, compared) == (
        True,
        NUMBER,
        "Kejaksaan Negeri",
        None,
    )


def test_who_may_not_see_the_case_learns_only_that_it_was_issued_here(given: Given) -> None:
    recorded = given.handed.recorded
    with recorded.archive.database.transaction() as connection:
        people.add_person(connection, name="pencari", password="long enough", role="investigator")
        token = people.add_token(connection, name="pencari", label="")
    with signed_in(recorded.url, token) as client:
        told = given.asked(client, ISSUED)
        assert (told["claim"], told["package"]["same_bytes"], told["package"]["case"]) == (
            "holds",
            True,
            None,
        )
        assert not {"recipient", "links", "reason", "exhibits"} & told["package"].keys()


def test_a_package_that_was_packed_anew_and_changed_is_told_file_by_file(given: Given) -> None:
    changed = {
        **FILES,
        "data/original/corner/2.mp4": b"diubah",
        "data/original/corner/3.mp4": b"satu",
        "data/x.mp4": b"asing",
    }
    data = zipped("BB-lain", changed)
    issued, compared = given.local(data)
    assert (issued.same, issued.package, issued.files) == (False, NAME, 2)
    assert (compared.same, compared.named) == (
        1,
        {
            "differ": ["data/original/corner/2.mp4"],
            "elsewhere": ["data/original/corner/3.mp4"],
            "unknown": ["data/x.mp4"],
        },
    )
    payload = {path: one for path, one in changed.items() if path.startswith("data/")}
    told = given.asked(given.handed.client, data, payload)
    assert told["claim"] == "differs"
    assert told["files"] == {"same": 1, "elsewhere": 1, "differ": 1, "unknown": 1, "named": compared.named}


def test_an_unpacked_folder_is_compared_file_by_file(given: Given, tmp_path: Path) -> None:
    for path, data in FILES.items():
        place = tmp_path / "dibuka" / NAME / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    assert is_package(tmp_path / "dibuka")
    issued, compared = whose_package(given.database, tmp_path / "dibuka")
    assert (issued.package, compared.same, compared.others) == (NAME, 2, 0)


def test_a_package_of_another_archive_is_not_ours(given: Given) -> None:
    foreign = zipped(
        "BB-asing-0001", {"bag-info.txt": b"External-Identifier: BB-asing-0001\n", "data/a.mp4": b"a"}
    )
    issued, compared = given.local(foreign)
    assert (issued, compared.unknown) == (None, 1)
    assert given.asked(given.handed.client, foreign)["claim"] == "unknown"


@pytest.mark.parametrize(
    "data", [ISSUED[:-9], ISSUED + b"x", zipped("BB/..", {"x": b""}), b"PK\x03\x04", b""]
)
def test_what_is_no_whole_package_is_refused_in_words(given: Given, data: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        given.local(data)
    assert caught.value.code == "package_unreadable"
    what, remedy = caught.value.explain("id")
    assert "saksi verify" in remedy
    assert "{" not in what
    if data == ISSUED[:-9]:
        assert "berkas ini terpotong" in what


def test_of_a_zip_by_another_program_the_folder_is_to_be_asked_about(given: Given) -> None:
    with zipfile.ZipFile(given.path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}/bagit.txt", b"x")
    with pytest.raises(BadInput) as caught:
        whose_package(given.database, given.path)
    assert "ekstrak, lalu tanyakan foldernya" in caught.value.explain("id")[0]


def test_a_bomb_is_not_unpacked(given: Given) -> None:
    with zipfile.ZipFile(given.path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BB/data/a.mp4", bytes(50_000_000))
    with pytest.raises(BadInput):
        whose_package(given.database, given.path)
