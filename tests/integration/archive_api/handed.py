"""A case with an exhibit and a sealed package in the store, for tests of what happens to it afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from saksi import clock
from saksi.catalogue import cases, exports, people
from saksi.catalogue.exports import Export, ExportedFile
from saksi.desk import Desk
from saksi.export import redaction
from tests.integration.archive_api.conftest import Recorded, settings_of, signed_in

PACKAGE = random.Random(7).randbytes(24_000_001)


@dataclass(frozen=True, kw_only=True)
class Handed:
    """`export` is sealed; its package's bytes are PACKAGE."""

    recorded: Recorded
    client: httpx.Client
    case: str
    number: str
    export: Export

    def link(self, **changed: object) -> dict[str, Any]:
        """A new disclosure as the API answers it."""
        until = clock.format_us(clock.now_us() + round(timedelta(days=3).total_seconds() * 1e6))
        body = {"recipient": "Jaksa Rini", "role": "prosecutor", "expires": until, **changed}
        answer = self.client.post(f"/exports/{self.export.export_id}/disclosures", json=body)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def events(self) -> list[dict[str, Any]]:
        """The custody of the case."""
        answer = self.client.get(f"/cases/{self.case}/custody", params={"limit": 500})
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@contextlib.contextmanager
def handing_over(recorded: Recorded, number: str, **package: Any) -> Iterator[Handed]:
    """The same as `hand_over`; afterwards two officers release the case's holds, as other tests search the footage."""
    with signed_in(recorded.url, recorded.token) as client:
        client.timeout = httpx.Timeout(90)
        client.headers["X-Purpose"] = "LP/B/7/2026"
        yield hand_over(recorded, client, number, **package)
        release_holds(recorded, client, number)


def release_holds(recorded: Recorded, client: httpx.Client, number: str) -> None:
    """Two officers release the holds of a case: what is held does not read `stored` in the search of other tests."""
    with recorded.archive.database.transaction() as connection:
        second = f"second {number}"
        people.add_person(connection, name=second, password="long enough", role="records_officer")
        token = people.add_token(connection, name=second, label="")
    with signed_in(recorded.url, token) as other:
        for hold in client.get("/holds", params={"case": number}).json()["items"]:
            for officer in (client, other):
                answer = officer.post(f"/holds/{hold['id']}/release", json={"reason": "selesai"})
                assert answer.status_code == 200, answer.text


def hand_over(
    recorded: Recorded,
    client: httpx.Client,
    number: str,
    *,
    data: bytes = PACKAGE,
    files: Mapping[str, bytes] = MappingProxyType({"data/original/corner/1.mp4": b""}),
) -> Handed:
    """Opens a case, makes an exhibit of corner and shop, and seals a package of it: these bytes, with these files."""
    opened = client.post(
        "/cases", json={"number": number, "title": "Pencurian di pojok", "report": "LP/B/7/2026"}
    )
    assert opened.status_code == 201, opened.text
    case = opened.json()["id"]
    made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["corner", "shop"], **recorded.window})
    assert made.status_code == 201, made.text
    digest = hashlib.sha256(data)
    database = recorded.archive.database
    with database.transaction() as connection:
        found = cases.find(connection, case, None)
        exports.ask(
            connection,
            case_id=found.case_id,
            stem=f"BB-{case}",
            exhibits=[1],
            person="admin",
            recipient="Kejaksaan Negeri",
            reason="penuntutan",
            letter="B/77/XI/2026",
        )
        claimed = exports.claim(connection, claim_s=60)
        assert claimed is not None
        camera_id = connection.execute("select camera_id from camera where code = 'corner'").fetchone()
        assert camera_id is not None
        listed = [
            ExportedFile(
                path=path,
                kind="master",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                nal_sha256=None,
                camera_id=camera_id["camera_id"],
                start_us=recorded.from_us,
                end_us=recorded.to_us,
            )
            for path, content in files.items()
        ]
        recorded.archive.store.put(claimed.key, data, sha256=digest.digest(), content_type="application/zip")
        assert exports.seal(connection, claimed, size=len(data), sha256=digest.digest(), files=listed)
        sealed = exports.find(connection, claimed.export_id)
    return Handed(recorded=recorded, client=client, case=case, number=number, export=sealed)


def redacted(client: httpx.Client, case: str, recorded: Recorded, desk: Desk, folder: Path) -> None:
    """A redacted copy of the whole of exhibit 1, camera corner, made by the worker's function."""
    region = {"x": 0.0, "y": 0.0, "width": 0.5, "height": 0.5}
    body = {"camera": "corner", **recorded.window, "regions": [region], "reason": "wajah saksi anak"}
    asked = client.post(f"/cases/{case}/exhibits/1/redactions", json=body)
    assert asked.status_code == 202, asked.text
    assert redaction.run_next(replace(desk, settings=settings_of(recorded.archive, data=folder)))
