"""Where cameras of a site may be, over the API, by command and in a list of cameras."""

from __future__ import annotations

from pathlib import Path

from tests.fixtures.commands import in_process
from tests.integration.archive_api.conftest import Desk


def test_a_list_is_set_kept_and_audited_and_holds_for_new_addresses(desk: Desk, tmp_path: Path) -> None:
    client = desk.client
    assert client.post("/sites", json={"id": "terminal", "name": "T", "agency": "dishub"}).status_code == 201
    empty = {"site": "terminal", "networks": [], "hosts": [], "ports": []}
    assert client.get("/sites/terminal/networks").json() == empty
    wanted = {"networks": ["10.4.1.9/16", "10.4.0.0/16"], "hosts": [".Dishub.example."], "ports": [554]}
    kept = {"site": "terminal", "networks": ["10.4.0.0/16"], "hosts": [".dishub.example"], "ports": [554]}
    assert client.put("/sites/terminal/networks", json=wanted).json() == kept
    assert client.get("/sites/terminal/networks").json() == kept
    (row,) = desk.archive.execute("select object from audit where action = 'set site networks'")
    assert row["object"] == kept

    for body, field in (
        ({"networks": ["169.254.0.0/16"]}, "networks"),
        ({"hosts": ["10.4.1.1"]}, "hosts"),
        ({"ports": [0]}, "ports"),
    ):
        answer = client.put("/sites/terminal/networks", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert client.get("/sites/nowhere/networks").status_code == 404
    with desk.signed_in("op", "agency_operator", agencies=["dishub"]) as operator:
        assert operator.put("/sites/terminal/networks", json=wanted).status_code == 403

    camera = {"name": "Gerbang", "agency": "dishub", "site": "terminal", "lat": -1.2, "lon": 116.8}
    for source, said in (
        ("rtsp://adm:rahasia@10.5.0.1/x", "not in the list of its site"),
        ("rtsp://10.4.0.1:5432/x", "port 5432"),
        ("rtsp://169.254.169.254/x", "link-local"),
        ("rtmp://10.5.0.1/x", "not in the list of its site"),
        ("srt://10.4.0.1/x", "rtsp"),
    ):
        answer = client.post("/cameras", json={**camera, "source": source})
        assert (answer.status_code, answer.json()["field"]) == (422, "source")
        assert said in answer.text
        assert "rahasia" not in answer.text
    assert client.post("/cameras", json={**camera, "source": "rtsp://10.4.0.1/x"}).status_code == 201
    refused = client.patch("/cameras/gerbang", json={"source": "rtsp://8.8.8.8/x"})
    assert refused.json()["code"] == "camera_address_refused"
    version = "select source_version as v from camera where code = 'gerbang'"
    assert desk.archive.execute(version)[0]["v"] == 1
    assert client.put("/sites/terminal/networks", json={"networks": ["10.0.0.0/8"]}).status_code == 200
    assert desk.archive.execute(version)[0]["v"] == 2, "its recorder must connect anew"
    assert client.put("/sites/terminal/networks", json={"networks": ["10.0.0.0/8"]}).status_code == 200
    assert desk.archive.execute(version)[0]["v"] == 2

    settings = {
        "SAKSI_DATABASE_URL": desk.archive.database_url,
        "SAKSI_SECRET_KEY": desk.archive.key,
        "SAKSI_DATA": str(tmp_path),
    }
    put = ("site", "set-networks", "terminal", "--network", "10.6.0.0/16", "--by", "admin")
    assert in_process(*put, settings=settings).returncode == 0
    assert in_process("site", "networks", "terminal", settings=settings).stdout == "networks\t10.6.0.0/16\n"
    (tmp_path / "kamera.csv").write_text(
        "id,name,agency,site,source,lat,lon\n"
        "a,A,dishub,terminal,rtsp://10.6.0.1/x,-1,116\n"
        "b,B,dishub,terminal,rtsp://10.7.0.1/x,-1,116\n"
    )
    brought = in_process("camera", "import", str(tmp_path / "kamera.csv"), settings=settings)
    assert [line.split("\t")[2] for line in brought.stdout.splitlines()] == ["added", "refused"]
    assert "10.7.0.1:554 is no place for a camera" in brought.stdout
    source = ("--source", "rtsp://10.7.0.1/x", "--lat", "-1", "--lon", "116")
    added = in_process(
        "camera", "add", "C", "--agency", "dishub", "--site", "terminal", *source, settings=settings
    )
    assert "is no place for a camera" in added.stderr
