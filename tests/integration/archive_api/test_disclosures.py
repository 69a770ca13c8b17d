"""Links to packages: what a recipient sees and gets, what a link that opens nothing says, what custody hears."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from saksi import clock
from saksi.catalogue import cases, custody, people
from saksi.export import texts
from tests.fixtures.commands import Done, How, as_process, in_process
from tests.integration.archive_api.conftest import Recorded
from tests.integration.archive_api.handed import PACKAGE, Handed, handing_over
from tests.integration.recorder.archive import wait_until


@pytest.fixture(scope="module")
def handed(recorded: Recorded) -> Iterator[Handed]:
    with handing_over(recorded, "LP/B/901/XI/2026") as handed:
        yield handed


@pytest.fixture
def guest(recorded: Recorded) -> Iterator[httpx.Client]:
    """Nobody with an account."""
    with httpx.Client(base_url=recorded.url, timeout=60) as client:
        yield client


def named(handed: Handed, event: str, link: dict[str, object]) -> list[dict[str, object]]:
    """Custody events of a link."""
    return [
        one
        for one in handed.events()
        if one["event"] == event and one["what"].get("disclosure") == link["number"]
    ]


def soon(handed: Handed, event: str, link: dict[str, object], count: int = 1) -> None:
    """Waits for what custody hears after an answer has gone."""
    wait_until(lambda: len(named(handed, event, link)) >= count, 40, f"{count} {event}")


def test_a_link_is_shown_once_and_only_its_hash_is_kept(handed: Handed) -> None:
    link = handed.link()
    token = str(link["path"]).removeprefix("/d/")
    assert len(token) == 43
    assert str(link["link"]) == f"{handed.recorded.url}/d/{token}"
    kept = handed.recorded.archive.execute(
        "select token_sha256, disclosure::text as whole from (select disclosure_id, token_sha256, recipient, note,"
        " passphrase_hash from disclosure) as disclosure where disclosure_id = %s",
        link["id"],
    )
    assert kept[0]["token_sha256"] == hashlib.sha256(token.encode()).digest()
    assert token not in kept[0]["whole"]
    listed = handed.client.get(f"/exports/{handed.export.export_id}/disclosures").text
    assert str(link["id"]) in listed
    assert token not in listed
    audit = handed.recorded.archive.execute(
        "select string_agg(object::text || action, ' ') as all from audit"
    )
    assert token not in audit[0]["all"]
    assert named(handed, "share", link)[0]["who"]["name"] == "admin"


def test_a_closed_case_gives_no_new_link_and_takes_old_ones_back(handed: Handed) -> None:
    link = handed.link()
    body = {"recipient": "Pembela", "expires": link["expires"]}
    address = f"/exports/{handed.export.export_id}/disclosures"
    assert handed.client.patch(f"/cases/{handed.case}", json={"state": "closed"}).status_code == 200
    try:
        refused = handed.client.post(address, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "case_closed")
        assert "Open it again first" in refused.text
        assert handed.client.post(f"/disclosures/{link['id']}/revoke", json={}).status_code == 200
    finally:
        assert handed.client.patch(f"/cases/{handed.case}", json={"state": "open"}).status_code == 200
    assert handed.client.post(address, json=body).status_code == 201


def test_the_page_says_what_the_package_is_in_two_languages(handed: Handed, guest: httpx.Client) -> None:
    link = handed.link(note="Salinan <b>kedua</b>")
    page = guest.get(str(link["path"]))
    assert page.status_code == 200
    assert '<html lang="id">' in page.text
    plain = page.text.replace(" ", "")
    for told in (handed.number, "Jaksa Rini", f"{handed.export.package}.zip", "LP/B/7/2026"):
        assert told in page.text
    assert handed.export.sha256 in plain
    assert "24.000.001" in page.text
    assert "Salinan &lt;b&gt;kedua&lt;/b&gt;" in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    english = guest.get(str(link["path"]), params={"lang": "en"})
    assert "Download the package" in english.text
    assert "24,000,001" in english.text


def test_a_broken_download_is_taken_up_again(handed: Handed, guest: httpx.Client) -> None:
    link = handed.link()
    address = f"{link['path']}/package"
    with guest.stream("GET", address) as answer:
        assert answer.status_code == 200
        assert int(answer.headers["content-length"]) == len(PACKAGE)
        assert answer.headers["content-disposition"] == f'attachment; filename="{handed.export.package}.zip"'
        tag = answer.headers["etag"]
        head = b""
        for piece in answer.iter_bytes(65_536):
            head += piece
            if len(head) > 700_000:
                break
    assert named(handed, "export.deliver", link) == []
    rest = guest.get(address, headers={"Range": f"bytes={len(head)}-", "If-Range": tag})
    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes {len(head)}-{len(PACKAGE) - 1}/{len(PACKAGE)}"
    assert hashlib.sha256(head + rest.content).hexdigest() == handed.export.sha256
    soon(handed, "export.deliver", link)
    assert len(named(handed, "export.download", link)) == 1
    told = named(handed, "export.download", link)[0]
    assert told["who"]["auth"] == "link"
    assert told["what"]["sha256"] == handed.export.sha256
    again = guest.get(address)
    assert again.content == PACKAGE
    soon(handed, "export.download", link, 2)
    assert len(named(handed, "export.deliver", link)) == 1
    register = handed.client.get(f"/cases/{handed.case}/disclosures").json()["items"]
    assert next(one for one in register if one["id"] == link["id"])["delivered"]
    assert guest.get(address, headers={"Range": "bytes=90000000-"}).status_code == 416
    assert guest.head(address).headers["content-length"] == str(len(PACKAGE))


def test_what_opens_nothing_always_says_the_same(handed: Handed, guest: httpx.Client) -> None:
    """A link that expired, was taken back, has a letter wrong, or never was."""
    expired, revoked = handed.link(), handed.link()
    handed.recorded.archive.execute("alter table disclosure disable trigger disclosure_never_changes")
    handed.recorded.archive.execute(
        "update disclosure set expires_at = now() - interval '1 second' where disclosure_id = %s",
        expired["id"],
    )
    handed.recorded.archive.execute("alter table disclosure enable trigger disclosure_never_changes")
    answer = handed.client.post(f"/disclosures/{revoked['id']}/revoke", json={"reason": "salah alamat"})
    assert answer.json()["state"] == "revoked"
    again = handed.client.post(f"/disclosures/{revoked['id']}/revoke", json={"reason": "lain"})
    assert (again.status_code, again.json()["code"]) == (409, "disclosure_ended")
    assert "by admin at 20" in again.json()["detail"]
    assert len(named(handed, "share.revoke", revoked)) == 1
    made_up = f"/d/{'A' * 43}"
    calls: list[Callable[[str], httpx.Response]] = [
        lambda path: guest.get(path),
        lambda path: guest.get(f"{path}/package"),
        lambda path: guest.get(f"{path}/package", headers={"Range": "bytes=0-9"}),
        lambda path: guest.get(f"{path}/verifikasi.html"),
        lambda path: guest.post(path, data={"passphrase": "anything at all"}),
        lambda path: guest.post(f"{path}/receipt", data={"name": "x", "office": "y"}),
        lambda path: guest.get(f"{path}/tanda-terima.pdf", params={"receipt": 1}),
    ]
    hidden = ("x-request-id", "date")
    for call in calls:
        answers = [call(path) for path in (str(expired["path"]), str(revoked["path"]), made_up, "/d/short")]
        assert {one.status_code for one in answers} == {404}
        assert len({one.text for one in answers}) == 1
        heads = [
            {name: value for name, value in one.headers.items() if name not in hidden} for one in answers
        ]
        assert all(head == heads[0] for head in heads)
        assert handed.number not in answers[0].text
    soon(handed, "access.denied", revoked)
    soon(handed, "access.denied", expired)
    assert {one["result"] for one in named(handed, "access.denied", expired)} == {"expired"}
    assert len(named(handed, "access.denied", revoked)) == 1, "once a minute, however often it is tried"
    denied = handed.recorded.archive.execute(
        "select object from audit where action = 'disclosure page' and result = 'denied'"
    )
    assert len(denied) >= 4 * len(calls)
    assert not any("AAAA" in str(row["object"]) for row in denied)


def test_a_passphrase_opens_it_and_guesses_have_to_wait(handed: Handed, recorded: Recorded) -> None:
    link = handed.link(passphrase="kuda laut biru")
    path = str(link["path"])
    with httpx.Client(base_url=recorded.url, timeout=60) as guest:
        page = guest.get(path)
        assert 'name="passphrase"' in page.text
        assert handed.number not in page.text
        assert guest.get(f"{path}/package").status_code == 403
        assert guest.post(f"{path}/receipt", data={"name": "x", "office": "y"}).status_code == 403
        assert [guest.post(path, data={"passphrase": "salah"}).status_code for _ in range(3)] == [
            403,
            403,
            403,
        ]
        early = guest.post(path, data={"passphrase": "kuda laut biru"})
        assert (early.status_code, early.headers["retry-after"]) == (429, "60")
        recorded.archive.execute(
            "update disclosure set locked_until = now() where disclosure_id = %s", link["id"]
        )
        opened = guest.post(path, data={"passphrase": "kuda laut biru"})
        assert opened.status_code == 303
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert f"Path={path}" in opened.headers["set-cookie"]
        assert handed.number in guest.get(path).text
        assert guest.get(f"{path}/package", headers={"Range": "bytes=5-9"}).content == PACKAGE[5:10]
        forged = guest.cookies["saksi_link"][:-2]
    with httpx.Client(base_url=recorded.url, cookies={"saksi_link": forged}, timeout=30) as other:
        assert other.get(f"{path}/package").status_code == 403
    handed.client.post(f"/disclosures/{link['id']}/revoke", json={})
    soon(handed, "access.denied", link)
    kept = recorded.archive.execute(
        "select passphrase_hash from disclosure where disclosure_id = %s", link["id"]
    )
    assert kept[0]["passphrase_hash"].startswith("$argon2id$")


def test_guesses_at_the_same_time_do_not_escape_the_pause(handed: Handed, recorded: Recorded) -> None:
    from concurrent.futures import ThreadPoolExecutor

    link = handed.link(passphrase="kuda laut biru")

    def guess(_: int) -> int:
        return httpx.post(
            f"{recorded.url}{link['path']}", data={"passphrase": "salah"}, timeout=60
        ).status_code

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(guess, range(8)))
    assert answers.count(403) <= 3
    assert set(answers) <= {403, 429}


def test_a_receipt_enters_custody_and_prints(handed: Handed, guest: httpx.Client) -> None:
    link = handed.link()
    body = {
        "name": "Rini Wulandari",
        "office": "Jaksa Penuntut Umum, Kejari Balikpapan",
        "dated": "2026-11-25",
        "place": "Balikpapan",
        "remarks": "diterima lengkap",
        "intact": "holds",
        "authentic": "unchecked",
        "time": "fails",
        "camera_signature": "",
    }
    sent = guest.post(f"{link['path']}/receipt", data=body)
    assert sent.status_code == 303, sent.text
    page = guest.get(sent.headers["location"])
    number = int(re.search(r"receipt=(\d+)", sent.headers["location"])[1])  # type: ignore[index]
    assert f"nomor {number} tercatat" in page.text
    received = named(handed, "receive", link)[0]
    assert received["what"]["name"] == "Rini Wulandari"
    assert received["what"]["verdicts"] == {"intact": "holds", "authentic": "unchecked", "time": "fails"}
    assert received["result"] == "ok"
    verified = [one for one in handed.events() if one["event"] == "verify"][-1]
    assert verified["result"] == "fails"
    paper = guest.get(f"{link['path']}/tanda-terima.pdf", params={"receipt": number})
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    with handed.recorded.archive.database.transaction() as connection:
        assert custody.check(connection, cases.find(connection, handed.case, None)) == []
    other = handed.link()
    assert guest.get(f"{other['path']}/tanda-terima.pdf", params={"receipt": number}).status_code == 404
    register = handed.client.get(f"/cases/{handed.case}/disclosures").json()["items"]
    assert next(one for one in register if one["id"] == link["id"])["receipts"] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"intact": "sesuai"}, "sesuai bukan hasil yang mungkin untuk baris intact. Pilih sesuai (holds)"),
        ({"office": " "}, "office kosong. Isi nama dan kantor penerima."),
        ({"remarks": "x" * 2001}, "remarks lebih panjang dari 2000 huruf. Persingkat"),
    ],
)
def test_what_is_wrong_with_a_receipt_is_said_where_it_is_mended(
    handed: Handed, guest: httpx.Client, change: dict[str, str], words: str
) -> None:
    body = {"name": "Rini", "office": "Kejari", "dated": "2026-11-25", **change}
    answer = guest.post(f"{handed.link()['path']}/receipt", data=body)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_form_that_is_cut_is_to_be_sent_once_more(handed: Handed, guest: httpx.Client) -> None:
    answer = guest.post(
        f"{handed.link()['path']}/receipt",
        content=b"--x",
        headers={"Content-Type": "multipart/form-data", "Accept-Language": "id"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "form_unreadable")
    assert answer.json()["remedy"].startswith("Muat ulang halaman")


def receipt_file(handed: Handed, **changed: object) -> bytes:
    """As verifikasi.html saves it."""
    told = {
        "t": "saksi/receipt/1",
        "package": handed.export.package,
        "package_sha256": handed.export.sha256,
        "tagmanifest_sha256": "1" * 64,
        "verdicts": [{"n": 1, "name": "intact", "state": "holds", "codes": []}],
        "exit": 2,
        "trust": "none",
        "recipient": {"name": "Budi", "office": "Pembela"},
        "date": clock.now_us(),
        **changed,
    }
    return json.dumps(told, indent=1).encode() + b"\n"


def test_the_file_of_the_verifier_goes_along_and_is_kept(handed: Handed, guest: httpx.Client) -> None:
    link = handed.link(recipient="Pembela", role="defence")
    data = receipt_file(handed, place=str(time.time_ns()))
    typed = {"name": "Budi", "office": "Pembela", "intact": "fails"}
    sent = guest.post(
        f"{link['path']}/receipt", data=typed, files={"file": ("tanda-terima.json", data, "application/json")}
    )
    assert sent.status_code == 303, sent.text
    received = named(handed, "receive", link)[0]["what"]
    digest = hashlib.sha256(data).hexdigest()
    assert received["file_sha256"] == digest
    assert received["verdicts"] == {"intact": "holds"}, "what the verifier found, not what was clicked"
    kept = handed.recorded.archive.store.get(f"exports/{handed.export.export_id}/receipts/{digest}.json")
    assert kept == data
    again = guest.post(f"{link['path']}/receipt", data=typed, files={"file": ("t.json", data)})
    assert again.status_code == 409
    other = receipt_file(handed, package_sha256="2" * 64)
    told = guest.post(f"{link['path']}/receipt", data=typed, files={"file": ("t.json", other)})
    assert told.status_code == 303
    assert "bukan SHA-256 paket ini" in guest.get(told.headers["location"]).text
    assert named(handed, "receive", link)[-1]["result"] == "differs"


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[" * 100_000, b'{"t":"saksi/receipt/1"}', b"\xff\xfe", b'{"t":1e999}'],
    ids=["empty", "object", "deep", "short", "binary", "huge"],
)
def test_a_file_that_is_no_receipt_is_refused_on_the_page(
    handed: Handed, guest: httpx.Client, data: bytes
) -> None:
    link = handed.link()
    typed = {"name": "Budi", "office": "Pembela"}
    sent = guest.post(f"{link['path']}/receipt", data=typed, files={"file": ("t.json", data)})
    if data:
        assert sent.status_code == 422
        assert "bukan tanda terima" in sent.text
    else:
        assert sent.status_code == 303, "no file was chosen"


def test_a_file_that_came_by_hand_is_entered_from_the_shell(handed: Handed, tmp_path: Path) -> None:
    archive = handed.recorded.archive
    with archive.database.transaction() as connection:
        for name, role in (("budi", "records_officer"), ("pat", "auditor")):
            people.add_person(connection, name=name, password="long enough", role=role, rank="AKP")
    environment = {**archive.environment("api"), "SAKSI_LANG": "en"}
    good, paper = tmp_path / "tanda-terima.json", tmp_path / "receipt.pdf"
    good.write_bytes(receipt_file(handed, place="by hand"))

    def saksi(*words: str | Path, how: How = in_process) -> Done:
        return how("receive", *map(str, words), settings=environment)

    done = saksi(good, "--by", "budi", "--place", "Balikpapan", "--pdf", paper, how=as_process)
    assert done.returncode == 0, done.stderr
    number, _, receipt = done.stdout.strip().partition("\t")
    assert number == handed.number
    assert paper.read_bytes().startswith(b"%PDF")
    told = next(
        one for one in handed.events() if one["event"] == "receive" and one["what"]["receipt"] == int(receipt)
    )
    assert told["who"]["name"] == "budi", "who entered it"
    assert (told["what"]["name"], told["what"]["by"]) == ("Budi", "file"), "who received"
    again = saksi(good, "--by", "budi")
    assert again.returncode != 0
    assert "entered already" in again.stderr
    assert "disclosure.write" in saksi(good, "--by", "pat").stderr
    bad = tmp_path / "bad.json"
    bad.write_bytes(receipt_file(handed, package_sha256="3" * 64))
    differs = saksi(bad, "--by", "budi")
    assert differs.returncode == 1
    assert "another file than was sent" in differs.stderr
    bad.write_bytes(receipt_file(handed, package="BB-of-somebody-else-0001"))
    assert "not this package" in saksi(bad, "--by", "budi").stderr
    assert "cannot be read" in saksi(tmp_path / "nowhere", "--by", "budi").stderr


def test_a_receipt_without_a_name_is_refused(handed: Handed, guest: httpx.Client) -> None:
    link = handed.link()
    assert guest.post(f"{link['path']}/receipt", data={"name": " ", "office": "x"}).status_code == 422
    assert guest.post(f"{link['path']}/receipt", data={"name": "x" * 201, "office": "x"}).status_code == 422
    assert (
        guest.post(f"{link['path']}/receipt", data={"name": "x", "office": "x", "time": "maybe"}).status_code
        == 422
    )
    assert named(handed, "receive", link) == []


def test_the_verifier_is_served_under_its_own_policy(handed: Handed, guest: httpx.Client) -> None:
    link = handed.link()
    page = guest.get(f"{link['path']}/verifikasi.html")
    if page.status_code == 404:
        pytest.skip("the verifier page is not built here")
    assert page.content == texts.page()
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_only_a_sealed_package_goes_out_and_only_for_a_time(handed: Handed) -> None:
    address = f"/exports/{handed.export.export_id}/disclosures"
    for expires in ("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
        answer = handed.client.post(address, json={"recipient": "x", "expires": expires})
        assert (answer.status_code, answer.json()["code"]) == (422, "disclosure_expiry")
    until = clock.format_us(clock.now_us() + 3_600_000_000)
    short = handed.client.post(address, json={"recipient": "x", "expires": until, "passphrase": "kuda"})
    assert short.json()["code"] == "disclosure_passphrase"
    nobody = f"/exports/{'0' * 8}-0000-0000-0000-{'0' * 12}/disclosures"
    unknown = handed.client.post(nobody, json={"recipient": "x", "expires": until})
    assert unknown.status_code == 404


def test_the_access_log_does_not_tell_the_token() -> None:
    import logging

    from archive_api.recipient_link import WithoutLinks

    args = ("127.0.0.1:5", "GET", f"/d/{'t' * 43}/package?x=1", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 1, '%s - "%s %s HTTP/%s" %d', args, None)
    assert WithoutLinks().filter(record)
    assert "tttt" not in record.getMessage()
    assert "/d/***/package" in record.getMessage()
