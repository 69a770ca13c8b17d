"""Where it listens, what people type, and what cannot be listened at is told in words."""

from __future__ import annotations

import socket

import pytest

from cli.listening import only_this_machine, page_origins, page_url, settled_port
from saksi.embedded.places import PORTS
from saksi.errors import BadInput, Conflict


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("localhost", "http://localhost:80"),
        ("10.1.2.3", "http://10.1.2.3:80"),
    ],
)
def test_the_address_can_be_typed_and_so_can_both_names_of_this_machine(host: str, url: str) -> None:
    assert page_url(host, 80) == url
    assert {url, "http://127.0.0.1:80", "http://localhost:80"} == set(page_origins(host, 80))


def test_others_reach_what_is_not_a_loopback_address() -> None:
    assert all(only_this_machine(host) for host in ("127.0.0.1", "127.0.0.9", "::1"))
    assert not any(only_this_machine(host) for host in ("0.0.0.0", "::", "", "10.1.2.3", "fe80::1"))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_taken_port_is_told_and_a_free_one_is_found(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        holder = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with holder:
        with pytest.raises(Conflict):
            settled_port(host, holder.getsockname()[1])
        found = settled_port(host, 0)
        assert found not in (0, holder.getsockname()[1])
        assert found in PORTS


@pytest.mark.parametrize("host", ["nonsense.invalid", "192.0.2.1", "a" * 70 + ".invalid", "1::2::3"])
def test_an_address_that_is_not_here_is_named(host: str) -> None:
    with pytest.raises(BadInput) as caught:
        settled_port(host, 0)
    assert host in caught.value.explain("en")[0]
    assert "--host" in caught.value.explain("id")[1]
