"""No way around the S3 keys: the store's other ports, its sockets and its own shell."""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from saksi.embedded import seaweed
from saksi.embedded.supervise import Endpoints
from saksi.objects.store import ObjectStore

BODY = b"footage" * 1000
Ports = dict[str, int]


@pytest.fixture
def ports(servers_folder: Path, store_server: Endpoints) -> Ports:
    """The ports of the session's store by name."""
    found: Ports = json.loads((servers_folder / "store" / "run" / "seaweed.json").read_text())
    return found


@pytest.fixture
def guarded(store: ObjectStore) -> ObjectStore:
    """A store holding one object, "evidence"."""
    store.put("evidence", BODY, sha256=hashlib.sha256(BODY).digest())
    return store


def test_it_listens_on_the_loopback_only(ports: Ports) -> None:
    numbers = {f"{port:04X}" for port in ports.values()}
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].split(":")[1] in numbers
    ]
    assert len(listening) == len(ports)
    assert {address.split(":")[0] for address in listening} == {"0100007F"}


def test_the_filer_serves_and_deletes_nothing(guarded: ObjectStore, ports: Ports) -> None:
    filer = f"http://127.0.0.1:{ports['filer']}"
    path = f"/buckets/{guarded.bucket}/evidence"
    for method, address in [
        ("GET", path),
        ("DELETE", path),
        ("PUT", path),
        ("GET", "/buckets/"),
        ("POST", "/x"),
    ]:
        assert httpx.request(method, filer + address, timeout=30).status_code in (401, 403, 404, 405), (
            method,
            address,
        )
    assert httpx.delete(f"{filer}/buckets/{guarded.bucket}?recursive=true", timeout=30).status_code in (
        401,
        403,
        404,
        405,
    )
    assert guarded.get("evidence") == BODY


def test_the_master_deletes_no_collection(guarded: ObjectStore, ports: Ports) -> None:
    master = f"http://127.0.0.1:{ports['master']}"
    for address in (f"/col/delete?collection={guarded.bucket}", "/vol/vacuum", "/dir/assign", "/submit"):
        assert httpx.post(master + address, timeout=30).status_code in (401, 403, 404, 405), address
    assert guarded.get("evidence") == BODY


def test_the_volume_gives_and_takes_nothing_without_a_token(
    guarded: ObjectStore, ports: Ports, servers_folder: Path
) -> None:
    volume = f"http://127.0.0.1:{ports['volume']}"
    (path,) = (servers_folder / "store" / "seaweed" / "data").glob(f"{guarded.bucket}_*.dat")
    number = path.stem.rsplit("_", 1)[1]
    # A volume file: 8 bytes of header, then of each needle its cookie (4), key (8) and size (4).
    cookie, key = struct.unpack_from(">IQ", path.read_bytes(), 8)
    address = f"{volume}/{number},{key:x}{cookie:08x}"
    assert httpx.get(address, timeout=30).status_code == 401
    assert httpx.delete(address, timeout=30).status_code == 401
    assert httpx.post(address, files={"file": b"x"}, timeout=30).status_code == 401
    for action in (f"/admin/delete_collection?collection={guarded.bucket}", "/admin/assign_volume?volume=99"):
        assert httpx.get(volume + action, timeout=30).status_code in (400, 401, 403, 404, 405), action
    assert guarded.get("evidence") == BODY


def shell(home: Path, ports: Ports, script: str) -> str:
    """What SeaweedFS's own shell answers; without the right certificate it asks for ever."""
    master = f"127.0.0.1:{ports['master']}.{ports['master_grpc']}"
    filer = f"127.0.0.1:{ports['filer']}.{ports['filer_grpc']}"
    process = subprocess.Popen(
        [str(seaweed.program()), "shell", f"-master={master}", f"-filer={filer}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    try:
        return process.communicate(script + "\nexit\n", timeout=5)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def test_its_shell_does_nothing_without_our_certificate(
    guarded: ObjectStore, ports: Ports, servers_folder: Path, tmp_path: Path
) -> None:
    ours = servers_folder / "store" / "seaweed" / "conf"
    assert guarded.bucket in shell(ours, ports, "fs.ls /buckets"), "the shell itself does not work"
    told = shell(tmp_path, ports, f"fs.ls /buckets\nfs.rm -rf /buckets/{guarded.bucket}/evidence")
    assert guarded.bucket not in told.replace(f"/buckets/{guarded.bucket}/evidence", "")
    assert guarded.get("evidence") == BODY


def test_its_sockets_ask_for_keys_too(guarded: ObjectStore, servers_folder: Path) -> None:
    run = servers_folder / "store" / "run"
    for name, path in [
        ("s3", f"/{guarded.bucket}/evidence"),
        ("filer", f"/buckets/{guarded.bucket}/evidence"),
    ]:
        socket = run / f"{name}.sock"
        if not socket.exists():
            continue
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket)), timeout=30) as client:
            for method in ("GET", "DELETE"):
                assert client.request(method, f"http://store{path}").status_code in (401, 403, 404, 405)
    assert run.stat().st_mode & 0o077 == 0
    assert guarded.get("evidence") == BODY


def test_it_tells_its_makers_nothing(servers_folder: Path, guarded: ObjectStore) -> None:
    log = (servers_folder / "store" / "log" / "seaweed.log").read_text()
    assert "telemetry.seaweedfs.com" not in log
    with closing(guarded):
        assert guarded.get("evidence") == BODY
