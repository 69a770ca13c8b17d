"""Which derivatives a package carries, and a package that carries nothing else."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from saksi import clock
from saksi.custody.verifier.main import read_trust, verify_package
from saksi.desk import Desk
from saksi.export import job, redaction
from saksi.ledger import identity
from tests.integration.archive_api.conftest import Recorded, settings_of
from tests.integration.archive_api.handed import release_holds

SECOND = 1_000_000
BOX = {"x": 0.0, "y": 0.0, "width": 0.5, "height": 0.5}
CASE = "LP/B/911/XI/2026"


@pytest.fixture(scope="module")
def office(recorded: Recorded) -> Iterator[httpx.Client]:
    """A case of two exhibits; the first has derivative 1, which is ready, and 2, which nobody has made yet."""
    with httpx.Client(
        base_url=f"{recorded.url}/api/v1",
        headers={"Authorization": f"Bearer {recorded.token}", "X-Purpose": "penyidikan"},
        timeout=90,
    ) as client:
        assert client.post("/cases", json={"number": CASE, "title": "Pencurian"}).status_code == 201
        for camera in ("corner", "shop"):
            body = {"cameras": [camera], **recorded.window}
            assert client.post(f"/cases/{code()}/exhibits", json=body).status_code == 201
        for number in (1, 2):
            redacted = {
                "camera": "corner",
                "from": clock.format_us(recorded.from_us),
                "to": clock.format_us(recorded.from_us + 2 * SECOND),
                "regions": [BOX],
                "reason": "wajah saksi anak",
            }
            asked = client.post(f"/cases/{code()}/exhibits/1/redactions", json=redacted)
            assert asked.status_code == 202, asked.text
            if number == 1:
                assert redaction.run_next(bench(recorded)) is not None
        yield client
        assert redaction.run_next(bench(recorded)) is not None  # nothing is left on the list for other tests
        release_holds(recorded, client, CASE)


def code() -> str:
    return "lp-b-911-xi-2026"


def bench(recorded: Recorded) -> Desk:
    settings = settings_of(recorded.archive, data=recorded.archive.folder / "data")
    return Desk(database=recorded.archive.database, store=recorded.archive.store, settings=settings)


def asked(office: httpx.Client, **choice: object) -> httpx.Response:
    return office.post(f"/cases/{code()}/exports", json={"recipient": "Pers", "reason": "rilis", **choice})


def built(
    office: httpx.Client, recorded: Recorded, path: Path, **choice: object
) -> tuple[dict[str, Any], set[str]]:
    """The sealed export, and the names of its files; the package is at `path`."""
    answer = asked(office, **choice)
    assert answer.status_code == 202, answer.text
    assert job.run_next(bench(recorded)) is not None
    told: dict[str, Any] = office.get(f"/exports/{answer.json()['id']}").json()
    assert told["state"] == "sealed", told
    path.write_bytes(office.get(f"/exports/{told['id']}/package").content)
    with zipfile.ZipFile(path) as archive:
        return told, {name.partition("/")[2] for name in archive.namelist()}


def test_only_what_was_chosen_is_carried(recorded: Recorded, office: httpx.Client, tmp_path: Path) -> None:
    told, names = built(office, recorded, tmp_path / "a.zip", derivatives="none", exhibits=[1])
    assert (told["derivatives"], told["only"]) == ([], None)
    assert not [name for name in names if name.startswith("data/derivative/")]
    assert [name for name in names if name.startswith("data/original/")]
    told, names = built(office, recorded, tmp_path / "b.zip", derivatives=[1], exhibits=[1])
    assert told["derivatives"] == [1]
    assert "data/derivative/1/derivation.json" in names


def test_copies_alone_leave_without_any_picture_of_the_originals(
    recorded: Recorded, office: httpx.Client, tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"
    told, names = built(office, recorded, path, only="derivatives")
    assert (told["exhibits"], told["derivatives"], told["only"]) == ([1], "all", "derivatives")
    assert "withheld" in [one["code"] for one in told["warnings"]]
    data = {name for name in names if name.startswith("data/")}
    assert data == {"data/derivative/1/1-corner-redacted.mp4", "data/derivative/1/derivation.json"}
    with zipfile.ZipFile(path) as archive:
        words = archive.read(f"{told['package']}/laporan.html").decode()
    assert "image/jpeg" not in words
    assert "ASLINYA TIDAK DISERTAKAN" in words
    assert "TIDAK ADA REKAMAN" not in words
    assert "100,00 %" not in words
    assert "salinan olahan yang diserahkan: 1" in words
    assert "salinan olahan 1" in words
    policy = tmp_path / "policy.txt"
    with recorded.archive.database.transaction() as connection:
        policy.write_bytes(identity.policy(connection, settings_of(recorded.archive)).encode())
    report = verify_package(str(path), read_trust(str(policy)))
    assert report.exit == 2
    found = {(one.number, f["code"], f["where"]) for one in report.verdicts for f in one.findings}
    assert found == {(4, "withheld", "1/corner"), (6, "withheld", "1/corner")}
    assert report[6].facts["derivatives_linked"] == 1
    (asking,) = [
        one
        for one in office.get(f"/cases/{code()}/custody", params={"limit": 500}).json()["items"]
        if one["event"] == "export.request" and one["what"]["export"] == told["id"]
    ]
    assert asking["what"]["only"] == "derivatives"


@pytest.mark.parametrize(
    ("choice", "status", "expected"),
    [
        ({"derivatives": [9]}, 404, "derivative_unknown"),
        ({"derivatives": [2]}, 409, "derivative_not_ready"),
        ({"derivatives": [1], "exhibits": [2]}, 422, "derivative_elsewhere"),
        ({"derivatives": "none", "only": "derivatives"}, 422, "derivatives_none"),
        ({"only": "derivatives", "exhibits": [2]}, 422, "derivatives_none"),
        ({"derivatives": "some"}, 422, None),
        ({"only": "originals"}, 422, None),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_its_field(
    office: httpx.Client, choice: dict[str, Any], status: int, expected: str | None
) -> None:
    answer = asked(office, **choice)
    assert answer.status_code == status, answer.text
    if expected is not None:
        assert answer.json()["code"] == expected
        assert answer.json()["field"] == "derivatives"
