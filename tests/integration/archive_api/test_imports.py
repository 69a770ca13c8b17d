"""Footage that was imported, over the API and in a package: shown as such wherever it is shown."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

from saksi import clock
from saksi.catalogue import people
from saksi.custody.verifier.main import verify_package
from saksi.desk import Desk as ExportDesk
from saksi.export.job import run_next
from tests.fixtures.commands import in_process
from tests.integration.archive_api.conftest import Desk, settings_of
from tests.integration.recorder.films import Film, write


def test_imported_footage_is_told_as_such_in_search_segments_and_package(desk: Desk, tmp_path: Path) -> None:
    archive, path = desk.archive, tmp_path / "ch3.mp4"
    archive.add_camera("bank-1", "rtsp://192.0.2.1/none")
    with archive.database.transaction() as connection:
        people.add_person(connection, name="citra", password="long enough", role="records_officer")
    write(path, "mp4", Film(count=300, sound="aac", sound_s=6.2), movflags="+faststart")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    start_us = clock.now_us() // 1_000_000 * 1_000_000 - 3_600_000_000
    done = in_process(
        "import", str(path), "--camera", "bank-1", "--start", clock.format_us(start_us), "--clock-ahead", "3s",
        "--source", "Bank Kaltim", "--by", "citra", settings=archive.environment("cli", data=tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    begun_us = start_us - 3_000_000
    window = {"from": clock.format_us(begun_us + 1_000_000), "to": clock.format_us(begun_us + 5_000_000)}
    (item,) = desk.client.get("/footage", params={"camera": "bank-1", **window}).json()["items"]
    assert item["imported"] == [{"start": window["from"], "end": window["to"]}]
    assert [one["state"] for one in item["coverage"]] == ["stored"]
    answer = desk.client.get("/cameras/bank-1/segments", params=window).json()
    segments, (short,) = answer["items"], answer["cut_short"]
    assert short["run"] == segments[0]["run"]
    assert short["stated_s"] == 12.0
    assert 6 < short["reached_s"] < 8
    assert "of 12 s, cut off or not copied whole" in short["text"]
    assert {(one["origin"], one["clock"][0], one["clock"][4]) for one in segments} == {
        ("import", "stated", 3_000_000)
    }
    case = desk.client.post("/cases", json={"number": "LP/B/9", "title": "Perampokan"}).json()["id"]
    assert (
        desk.client.post(f"/cases/{case}/exhibits", json={"cameras": ["bank-1"], **window}).status_code == 201
    )
    wanted = {"recipient": "Kejaksaan", "reason": "Tahap II", "imported_files": True}
    asked = desk.client.post(f"/cases/{case}/exports", json=wanted)
    export_desk = ExportDesk(database=archive.database, store=archive.store, settings=settings_of(archive))
    assert run_next(export_desk) is not None
    state = desk.client.get(f"/exports/{asked.json()['id']}").json()
    assert {"imported", "imported_short", "imported_files"} <= {one["code"] for one in state["warnings"]}, (
        state
    )
    assert state["imported_files"] is True
    package = tmp_path / f"{state['package']}.zip"
    package.write_bytes(desk.client.get(f"/exports/{state['id']}/package").content)
    report = verify_package(str(package), None)
    found = {
        one.number: {finding["code"] for finding in one.findings} for one in report.verdicts if one.findings
    }
    assert found == {2: {"no_trust"}, 4: {"end_open"}, 5: {"imported"}}
    with zipfile.ZipFile(package) as opened:
        entries = opened.read(f"{state['package']}/meta/entries.jsonl").splitlines()
        (name,) = [one for one in opened.namelist() if "/data/import/" in one]
        assert opened.read(name) == path.read_bytes()
        custody = opened.read(f"{state['package']}/meta/custody.jsonl").decode()
        paper = opened.read(f"{state['package']}/laporan.html").decode()
    told = [json.loads(one)["body"] for one in entries if b'"saksi/import/1"' in one]
    assert [one["file"] for one in told] == [hashlib.sha256(path.read_bytes()).hexdigest()]
    assert "Bank Kaltim" in custody
    assert "ch3.mp4" in custody
    assert re.search(r"the file ends at [67][.\d]* s of 12 s, cut off or not copied whole", paper)
    assert "terpotong atau tidak tersalin utuh" in paper
    rows = [paper.index(one) for one in (" brought in ch3", " opened the case", " requested package")]
    assert rows == sorted(rows), "custody in the order of time"
    assert "“stated”" not in paper
    assert "as stated by whoever brought it" in paper
    assert "menurut keterangan pembawanya" in paper
