"""Which addresses are connected to, in every way that one can be spelled, and after the name was resolved."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from saksi.networks import camera_networks
from saksi.networks.camera_networks import AddressRefused, CameraNetworks
from saksi.networks.kinds import kind_of
from saksi.networks.site_list import site_list
from saksi.settings import Settings

DEFAULT = "private, public"


def allowing(places: str = DEFAULT, **given: Any) -> CameraNetworks:
    return CameraNetworks.of(Settings(camera_networks=places, **given))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.1.2.3", "private"), ("172.31.0.1", "private"), ("192.168.1.10", "private"), ("fd12::1", "private"),
        ("8.8.8.8", "public"), ("2001:4860:4860::8888", "public"), ("100.64.0.1", "shared"),
        ("127.0.0.1", "loopback"), ("127.255.1.2", "loopback"), ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"), ("64:ff9b::7f00:1", "loopback"), ("64:ff9b::a00:1", "private"),
        ("169.254.169.254", "link_local"), ("fe80::1", "link_local"), ("fe80::1%1", "link_local"),
        ("::ffff:169.254.169.254", "link_local"), ("64:ff9b::a9fe:a9fe", "link_local"),
        ("224.0.0.1", "multicast"), ("ff02::1", "multicast"), ("0.0.0.0", "unspecified"), ("::", "unspecified"),
        ("0.1.2.3", "unspecified"), ("255.255.255.255", "reserved"), ("240.0.0.1", "reserved"),
        ("fec0::1", "reserved"), ("::7f00:1", "reserved"), ("2002:7f00:1::", "reserved"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "reserved"), ("64:ff9b:1::a00:1", "reserved"),
        ("fd00:ec2::254", "metadata"), ("100.100.100.200", "metadata"), ("168.63.129.16", "metadata"),
    ],
)  # fmt: skip
def test_an_address_is_what_a_connection_to_it_reaches(address: str, kind: str) -> None:
    assert kind_of(ipaddress.ip_address(address)) == kind


LOOPBACK = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "localhost",
    "localhost.", "LOCALHOST", "camera.localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[64:ff9b::127.0.0.1]", "user:pw@127.0.0.1",
)  # fmt: skip
NEVER = (
    "169.254.169.254", "0xa9fea9fe", "2852039166", "[fe80::1]", "[fe80::1%251]", "[::ffff:169.254.169.254]",
    "0.0.0.0", "0", "224.0.0.251", "[ff02::1]", "255.255.255.255", "[fd00:ec2::254]", "100.100.100.200",
)  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_this_machine_is_refused_however_it_is_spelled(host: str) -> None:
    with pytest.raises(AddressRefused, match="this machine itself"):
        allowing().check_given(f"rtsp://{host}/x")
    allowing("private, loopback").check_given(f"rtsp://{host}/x")


@pytest.mark.parametrize("host", NEVER)
def test_no_setting_and_no_list_opens_what_is_no_place_for_a_camera(host: str) -> None:
    listed = site_list(["0.0.0.0/0", "::/0"], [], [])
    for places in ("private, public, shared, loopback", "0.0.0.0/0, ::/0"):
        with pytest.raises(AddressRefused):
            allowing(places).of_site(listed).check_given(f"http://{host}/x")


@pytest.mark.parametrize("url", ["srt://10.1.2.3/x", "file:///etc/passwd", "ftp://10.1.2.3/", "rtsp://", "x"])
def test_only_five_schemes_lead_to_cameras(url: str) -> None:
    with pytest.raises(AddressRefused):
        allowing().check_given(url)


def test_a_refusal_names_the_address_and_the_remedy_in_both_languages() -> None:
    with pytest.raises(AddressRefused) as caught:
        allowing().check_given("rtsp://admin:rahasia@169.254.169.254/latest/meta-data")
    for language, words in (("en", "a link-local address"), ("id", "alamat link-local")):
        what, remedy = caught.value.explain(language)
        assert "169.254.169.254:554" in what
        assert words in what
        assert "SAKSI_CAMERA_NETWORKS" in remedy
        assert "rahasia" not in what + remedy


def test_a_list_of_a_site_narrows_what_the_installation_allows() -> None:
    listed = allowing().of_site(site_list(["10.4.0.0/16"], [".bank.example"], [554]))
    listed.check_given("rtsp://10.4.1.2/x")
    listed.check_given("rtsp://cam1.bank.example/x")
    for url in ("rtsp://10.5.1.2/x", "rtsp://8.8.8.8/x", "rtsp://10.4.1.2:5432/x", "rtsp://127.0.0.1/x"):
        with pytest.raises(AddressRefused):
            listed.check_given(url)
    allowing("private").check_given("rtsp://10.5.1.2/x")
    for places, url in (("private", "rtsp://8.8.8.8/x"), (DEFAULT, "rtsp://100.64.1.1/x")):
        with pytest.raises(AddressRefused):
            allowing(places).check_given(url)
    allowing("10.4.0.0/16").check_given("rtsp://10.4.1.2/x")
    with pytest.raises(AddressRefused):
        allowing("10.4.0.0/16").check_given("rtsp://10.5.1.2/x")


@pytest.mark.parametrize(
    ("networks", "hosts", "ports", "field"),
    [
        (["10.4.0.0/33"], [], [], "networks"), (["kamera"], [], [], "networks"),
        (["169.254.0.0/16"], [], [], "networks"),
        (["224.0.0.0/4"], [], [], "networks"), ([], ["10.4.1.2"], [], "hosts"), ([], ["*.bank.example"], [], "hosts"),
        ([], ["a b"], [], "hosts"), ([], [""], [], "hosts"), ([], [], [0], "ports"), ([], [], [65_536], "ports"),
        (["10.0.0.0/8"] * 65, [], [], "networks"),
    ],
)  # fmt: skip
def test_an_entry_that_is_none_is_named(
    networks: list[str], hosts: list[str], ports: list[int], field: str
) -> None:
    with pytest.raises(camera_networks.BadInput) as caught:
        site_list(networks, hosts, ports)
    assert caught.value.field == field


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """The resolver gives these, one answer after the other; what it was asked."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, **given: Any) -> list[Any]:
        if host != "camera.example":
            return list(real(host, port, **given))
        asked.append(host)
        return [found for one in answers[len(asked) - 1] for found in real(one, port, **given)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_of_two_addresses_of_a_name_the_forbidden_one_is_never_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as good, socket.create_server(("127.0.0.2", 0)) as bad:
        port = good.getsockname()[1]
        bad.close()
        with socket.create_server(("127.0.0.2", port)) as bad:
            answering(monkeypatch, ["127.0.0.2", "127.0.0.1"])
            listed = allowing("loopback").of_site(site_list(["127.0.0.1/32"], [], []))
            listed.connect("camera.example", port, 2).close()
            good.settimeout(2)
            good.accept()[0].close()
            bad.setblocking(False)
            with pytest.raises(BlockingIOError):
                bad.accept()


def test_a_name_is_resolved_once_so_that_it_cannot_change_between_check_and_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        asked = answering(monkeypatch, ["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"])
        networks = allowing("loopback")
        networks.connect("camera.example", port, 2).close()
        assert len(asked) == 1
        assert networks.pinned("rtsp://u:p@camera.example/x?y") == "rtsp://u:p@127.0.0.2:554/x?y"
        with pytest.raises(AddressRefused, match=r"camera\.example:80 \(169\.254\.169\.254\)"):
            networks.connect("camera.example", 80, 2)


@pytest.mark.parametrize("spelled", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
def test_the_archives_own_servers_are_no_cameras(spelled: str) -> None:
    networks = allowing(
        "loopback, private, public",
        database_url="postgresql://saksi:x@127.0.0.1:5499/saksi",
        broker_url="redis://:x@localhost:6399/0",
        s3_url="http://127.0.0.1:8333",
        port=8085,
    )
    for port in (5499, 6399, 8333, 8085):
        with pytest.raises(AddressRefused, match="a server of this archive"):
            networks.check_given(f"http://{spelled}:{port}/")
    networks.check_given(f"http://{spelled}:9999/")


def test_every_port_of_the_embedded_servers_is_the_archives_own(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "seaweed.json").write_text('{"s3": 8333, "master": 9333, "filer_grpc": 18888}')
    (tmp_path / "run" / "valkey.json").write_text("not yet")
    networks = allowing("loopback", data=tmp_path)
    for port in (8333, 9333, 18888):
        with pytest.raises(AddressRefused, match="a server of this archive"):
            networks.check_given(f"http://127.0.0.1:{port}/")
    networks.check_given("http://127.0.0.1:9999/")


def test_a_server_on_this_machine_is_its_own_at_every_address_of_the_machine() -> None:
    networks = allowing("loopback", database_url="postgresql://127.0.0.1:5499/saksi")
    with pytest.raises(AddressRefused, match="a server of this archive"):
        networks.connect("127.0.0.77", 5499, 1)
    sockets: tuple[Callable[[], CameraNetworks], ...] = (
        lambda: allowing(database_url="host=/run/postgresql"),
        lambda: allowing(database_url="host=a,b port=1,2"),
        lambda: allowing(s3_url="http://[broken"),
    )
    for made in sockets:
        made()


def test_a_setting_that_is_no_network_names_what_it_may_be() -> None:
    with pytest.raises(ValueError, match="private, public, shared, loopback"):
        Settings(camera_networks="private, kantor")
