"""The object store client against a real SeaweedFS."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from saksi import clock
from saksi.embedded.supervise import Endpoints
from saksi.errors import BadInput, IntegrityError, NotFound, Unavailable
from saksi.objects import wire
from saksi.objects.store import MARKER, ObjectStore
from saksi.settings import Settings
from tests.fixtures.fix_store import store_on
from tests.fixtures.proxy import Proxy

KEY = "chunks/simpang-1/0f8f/00000001.mp4"
ORIGIN = "http://127.0.0.1:8080"


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.fixture
def stored(store: ObjectStore) -> bytes:
    """Bytes that lie under KEY, longer than one of the store's inner pieces (8 MB)."""
    data = os.urandom(9_000_001)
    store.put(KEY, data, sha256=digest(data))
    return data


def test_it_gives_back_what_was_put(store: ObjectStore, stored: bytes) -> None:
    assert store.get(KEY) == stored
    facts = store.stat(KEY)
    assert (facts.size, facts.sha256) == (len(stored), digest(stored))


def test_it_puts_a_file_without_reading_it_into_memory(store: ObjectStore, tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    path = tmp_path / "chunk with a space.mp4"
    path.write_bytes(data)
    store.put(KEY, path, sha256=digest(data))
    assert store.get(KEY) == data


def test_it_puts_and_gets_nothing_at_all(store: ObjectStore) -> None:
    store.put(KEY, b"", sha256=digest(b""))
    assert store.get(KEY) == b""
    assert store.stat(KEY).size == 0


@pytest.mark.parametrize(("offset", "length"), [(0, 10), (5, None), (8_388_600, 20), (9_000_000, 1), (7, 0)])
def test_it_reads_ranges(store: ObjectStore, stored: bytes, offset: int, length: int | None) -> None:
    end = None if length is None else offset + length
    assert store.get(KEY, offset, length) == stored[offset:end]


def test_it_streams_in_pieces_of_the_size_asked_for(store: ObjectStore, stored: bytes) -> None:
    pieces = list(store.stream(KEY, 1, 2_500_000, piece=1_000_000))
    assert [len(piece) for piece in pieces] == [1_000_000, 1_000_000, 500_000]
    assert b"".join(pieces) == stored[1:2_500_001]


@pytest.mark.parametrize(("offset", "length"), [(8_999_999, 3), (9_000_002, 5), (9_000_002, None)])
def test_it_refuses_to_deliver_less_than_was_asked(
    store: ObjectStore, stored: bytes, offset: int, length: int | None
) -> None:
    with pytest.raises(IntegrityError) as caught:
        store.get(KEY, offset, length)
    assert caught.value.code == "object_short"


def test_it_keys_objects_by_any_text(store: ObjectStore) -> None:
    key = "thumbnails/a b/ü+~&=%20/1.jpg"
    store.put(key, b"x", sha256=digest(b"x"), content_type="image/jpeg")
    assert store.get(key) == b"x"
    answer = httpx.get(store.presign(key, seconds=60), timeout=30)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")


def test_the_store_refuses_bytes_that_do_not_match_their_checksum(store: ObjectStore) -> None:
    with pytest.raises(IntegrityError) as caught:
        store.put(KEY, b"other bytes", sha256=digest(b"bytes"))
    assert caught.value.code == "object_corrupted"
    with pytest.raises(NotFound):
        store.stat(KEY)


def test_a_put_again_leaves_the_same_object(store: ObjectStore, stored: bytes) -> None:
    store.put(KEY, stored, sha256=digest(stored))
    assert store.stat(KEY).sha256 == digest(stored)
    assert [key for key, _ in store.list("chunks/")] == [KEY]


def test_it_says_when_an_object_is_missing(store: ObjectStore) -> None:
    for call in (lambda: store.get("nope"), lambda: store.get("nope", 3, 4), lambda: store.stat("nope")):
        with pytest.raises(NotFound) as caught:
            call()
        assert "nope" in caught.value.diagnostics("id")


def test_a_signed_address_serves_ranges_to_anyone(store: ObjectStore, stored: bytes) -> None:
    answer = httpx.get(store.presign(KEY, seconds=60), headers={"Range": "bytes=100-199"}, timeout=30)
    assert answer.status_code == 206
    assert answer.content == stored[100:200]
    assert answer.headers["content-range"] == f"bytes 100-199/{len(stored)}"


def test_a_signed_address_expires(store: ObjectStore, stored: bytes) -> None:
    address = store.presign(KEY, seconds=1)
    for _ in range(50):
        if httpx.get(address, headers={"Range": "bytes=0-0"}, timeout=30).status_code == 403:
            return
        threading.Event().wait(0.1)
    pytest.fail("the address still works after five seconds")


def test_a_signed_address_names_one_object_only(store: ObjectStore, stored: bytes) -> None:
    address = store.presign(KEY, seconds=60)
    store.put("other", b"x", sha256=digest(b"x"))
    assert httpx.get(address.replace(KEY, "other"), timeout=30).status_code == 403


def test_a_signed_address_carries_the_public_host(store_server: Endpoints, store: ObjectStore) -> None:
    with closing(
        ObjectStore(store.url, "key", "secret", store.bucket, public_url="https://media.example/")
    ) as public:
        assert public.presign("a", seconds=5).startswith(f"https://media.example/{store.bucket}/a?X-Amz-")


def test_a_page_of_an_allowed_origin_may_read_ranges(
    store: ObjectStore, installation: str, stored: bytes
) -> None:
    store.ensure_bucket(installation, origins=[ORIGIN])
    address = store.presign(KEY, seconds=60)
    preflight = httpx.options(
        address,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "range",
        },
        timeout=30,
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert "range" in preflight.headers["access-control-allow-headers"].lower()
    answer = httpx.get(address, headers={"Origin": ORIGIN, "Range": "bytes=0-9"}, timeout=30)
    assert answer.content == stored[:10]
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Content-Range" in answer.headers["access-control-expose-headers"]


def test_a_page_of_another_origin_may_not(store: ObjectStore, installation: str, stored: bytes) -> None:
    store.ensure_bucket(installation, origins=[ORIGIN])
    address = store.presign(KEY, seconds=60)
    other = {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in httpx.options(address, headers=other, timeout=30).headers
    assert "access-control-allow-origin" not in httpx.get(address, headers=other, timeout=30).headers


def test_it_lists_and_deletes(store: ObjectStore) -> None:
    for number in range(5):
        store.put(f"a/{number}", b"x" * number, sha256=digest(b"x" * number))
    assert list(store.list("a/")) == [(f"a/{number}", number) for number in range(5)]
    store.delete(["a/1", "a/3", "a/never-was"])
    assert [key for key, _ in store.list("a/")] == ["a/0", "a/2", "a/4"]


def test_a_bucket_knows_its_installation(store: ObjectStore, installation: str) -> None:
    store.ensure_bucket(installation)  # again: nothing changes
    store.check_identity(installation)
    with pytest.raises(IntegrityError) as caught:
        store.check_identity("another")
    assert caught.value.code == "store_foreign"
    with pytest.raises(IntegrityError):
        store.ensure_bucket("another")


def test_it_never_adopts_a_bucket_that_holds_something(store: ObjectStore, installation: str) -> None:
    store.put("of-somebody-else", b"x", sha256=digest(b"x"))
    store.delete([MARKER])
    with pytest.raises(IntegrityError) as caught:
        store.ensure_bucket(installation)
    assert caught.value.code == "store_foreign"
    with pytest.raises(NotFound):
        store.stat(MARKER)


def test_nobody_gets_in_without_keys(store: ObjectStore, stored: bytes) -> None:
    for method, path in [
        ("GET", ""),
        ("GET", f"/{store.bucket}"),
        ("GET", f"/{store.bucket}/{KEY}"),
        ("PUT", f"/{store.bucket}/new"),
        ("DELETE", f"/{store.bucket}/{KEY}"),
        ("POST", "/?Action=CreateUser&UserName=x&Version=2010-05-08"),
    ]:
        answer = httpx.request(method, store.url + path, timeout=30)
        assert answer.status_code in (400, 403, 405), (method, path)
    assert store.get(KEY) == stored


def test_it_says_when_the_keys_are_wrong(store: ObjectStore, stored: bytes) -> None:
    with closing(ObjectStore(store.url, "nobody", "wrong", store.bucket)) as other:
        for call in (
            lambda: other.get(KEY),
            lambda: other.stat(KEY),
            lambda: other.put(KEY, stored, sha256=digest(stored)),
            lambda: list(other.list("")),
            lambda: other.delete([KEY]),
            lambda: other.ensure_bucket("x"),
        ):
            with pytest.raises(Unavailable) as caught:
                call()
            assert caught.value.code == "store_refused"


def test_it_says_when_the_bucket_is_missing(store_server: Endpoints) -> None:
    with closing(store_on(store_server, "never-made")) as other, pytest.raises(Unavailable) as caught:
        other.get("x")
    assert caught.value.code == "store_refused"


def test_a_line_that_carries_little_is_waited_for_as_long_as_it_carries_something(
    store: ObjectStore,
    store_server: Endpoints,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "ANSWER_S", 1.0)
    data = os.urandom(1_500_000)
    (tmp_path / "chunk").write_bytes(data)
    line = Proxy.to(store.url)
    server = replace(store_server, s3_url=line.through(store.url))
    with closing(line), closing(store_on(server, store.bucket)) as far:
        line.throttle(500_000)
        far.put(KEY, tmp_path / "chunk", sha256=digest(data))
        assert store.get(KEY) == data
        line.hold()
        began_us = clock.monotonic_us()
        with pytest.raises(Unavailable, match=r"not taken within|timed out"):
            far.put(KEY, data, sha256=digest(data))
        assert clock.monotonic_us() - began_us < 15_000_000


def test_it_says_when_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        with closing(ObjectStore(f"http://127.0.0.1:{taken.getsockname()[1]}", "a", "b", "bucket")) as absent:
            for call in (
                lambda: absent.put("x", b"x", sha256=digest(b"x")),
                lambda: absent.get("x"),
                lambda: absent.stat("x"),
                lambda: absent.ensure_bucket("x"),
                lambda: list(absent.list("")),
            ):
                with pytest.raises(Unavailable) as caught:
                    call()
                assert caught.value.code == "store_unavailable"


@pytest.fixture
def cutting_store(store: ObjectStore, store_server: Endpoints) -> Iterator[ObjectStore]:
    """The same bucket through a forwarder that cuts each connection after three megabytes of answers."""
    target = ("127.0.0.1", int(store.url.rsplit(":", 1)[1]))
    listener = socket.create_server(("127.0.0.1", 0))

    def ask(client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_RDWR)

    def forward(client: socket.socket) -> None:
        with client, socket.create_connection(target) as server, suppress(OSError):
            threading.Thread(target=ask, args=(client, server), daemon=True).start()
            left = 3_000_000
            while left > 0 and (data := server.recv(min(left, 65536))):
                client.sendall(data)
                left -= len(data)
            client.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=forward, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    with closing(
        ObjectStore(f"http://{host}", store_server.s3_access_key, store_server.s3_secret_key, store.bucket)
    ) as through:
        yield through
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_it_takes_up_a_cut_stream_where_it_broke(cutting_store: ObjectStore, stored: bytes) -> None:
    assert cutting_store.get(KEY) == stored
    assert cutting_store.get(KEY, 10, 8_000_000) == stored[10:8_000_010]


def test_it_needs_its_settings() -> None:
    with pytest.raises(BadInput) as caught:
        ObjectStore.from_settings(Settings())
    assert caught.value.field == "SAKSI_S3_URL"
