"""The data folder: modes, lock, secrets, ports, sockets."""

from __future__ import annotations

import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from saksi.embedded.places import DataFolder, private_folder, reachable
from saksi.errors import Conflict, Unavailable


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_can_be_neither_listed_nor_read_by_others(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "deep" / "data")
    assert mode(data.root) & 0o066 == 0
    assert mode(data.run) == mode(data.log) == 0o700


def test_a_folder_of_somebodys_own_things_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "letter.txt").touch()
    DataFolder(folder)
    assert mode(folder) == 0o755


def test_a_path_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable) as caught:
        DataFolder(tmp_path / "file")
    assert str(tmp_path / "file") in caught.value.diagnostics("id")


def test_the_lock_is_held_once_and_let_go(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with data.locked(), pytest.raises(Conflict), DataFolder(tmp_path).locked():
        pass
    with DataFolder(tmp_path).locked():
        pass


def test_secrets_stay_the_same_and_differ_from_each_other(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(data.secret, [f"name-{number % 4}" for number in range(40)]))
    assert len(set(values)) == 4
    assert {DataFolder(tmp_path).secret(f"name-{number}") for number in range(4)} == set(values)
    assert mode(tmp_path / "secrets.json") == 0o600


def test_ports_are_kept_while_they_are_free(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    first = data.ports("server", ("a", "b"))
    assert len(set(first.values())) == 2
    assert data.ports("server", ("a", "b")) == first
    assert data.ports("server", ("a", "b"), fresh=True) != first
    assert set(data.ports("server", ("a", "b", "c"))) == {"a", "b", "c"}


def test_a_taken_port_is_replaced(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    first = data.ports("server", ("a", "b"))
    with socket.create_server(("127.0.0.1", first["b"])):
        assert first["b"] not in data.ports("server", ("a", "b")).values()


def test_sockets_lie_in_the_data_folder_where_the_path_fits(tmp_path: Path) -> None:
    assert DataFolder(tmp_path / "d").socket_folder("filer.sock") == tmp_path / "d" / "run"


def test_sockets_of_a_long_path_lie_in_a_short_private_folder(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / ("long" * 30))
    folder = data.socket_folder("filer.sock")
    assert len(os.fsencode(folder / "filer.sock")) <= 107
    assert mode(folder) == 0o700
    assert DataFolder(data.root).socket_folder("filer.sock") == folder
    folder.rmdir()


def test_a_private_folder_is_never_one_that_others_may_write(tmp_path: Path) -> None:
    (tmp_path / "name").mkdir()
    (tmp_path / "name").chmod(0o777)
    assert private_folder(tmp_path, "name", mode=0o700) != tmp_path / "name"
    (tmp_path / "link").symlink_to("/")
    assert private_folder(tmp_path, "link", mode=0o700) != tmp_path / "link"
    assert mode(tmp_path / "name") == 0o777


def test_a_folder_is_reachable_only_when_each_above_it_lets_one_pass(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a").chmod(0o710)
    facts = (tmp_path / "a").stat()
    above = reachable(tmp_path / "a", 12345, 12345)
    assert not reachable(inner, 12345, 12345)
    assert reachable(inner, 12345, facts.st_gid) == reachable(tmp_path / "a", 12345, facts.st_gid)
    assert reachable(inner, facts.st_uid, 12345)
    (tmp_path / "a").chmod(0o711)
    assert reachable(inner, 12345, 12345) == above


def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    for folder in (elsewhere, *(root / name for name in ("spool", "log", "run"))):
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    (root / "secrets.json").write_text("{}")
    DataFolder(root)
    assert {mode(root / name) for name in ("spool", "log", "run")} == {0o700}
    (root / "spool").rmdir()
    (root / "spool").symlink_to(elsewhere)
    DataFolder(root)
    assert mode(elsewhere) == 0o755


def test_the_folders_of_somebody_else_stay_as_they_are(tmp_path: Path) -> None:
    for name in ("spool", "log", "letters"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)
    DataFolder(tmp_path)
    assert {mode(tmp_path / name) for name in ("spool", "log")} == {0o755}
