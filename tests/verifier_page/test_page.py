"""verifikasi.html as a recipient opens it: a file on a stick, no network, in Chromium; held to verify.py."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import random
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.pictures import until

exporting = pytest.importorskip("tests.evidence.exporting", reason="no synthetic packages here")
verifier = pytest.importorskip("saksi.custody.verifier.main", reason="no verify.py to compare with")
notes = pytest.importorskip("saksi.custody.verifier.notes")
trusts = pytest.importorskip("saksi.custody.verifier.trust")
tampering = pytest.importorskip("tests.evidence.tampering", reason="no kit of tampered packages here")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "saksi" / "custody" / "page" / "verifikasi.html"
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
DONE = "#report, main [role=alert]"
VIDEO = "document.querySelector('video')"
SEED = 3  # of a city whose export holds in all eight lines


@pytest.fixture(scope="module")
def chromium(browser: Any) -> Any:
    """Chromium, as the console's tests have it; no city is needed here."""
    if not PAGE.is_file():
        pytest.skip("verifikasi.html is not built: make setup")
    return browser


@contextlib.contextmanager
def opened(chromium: Any) -> Iterator[Any]:
    """The page, open. At the end: nothing was asked of any network, nothing stands on the console."""
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768},
        locale="id-ID",
        accept_downloads=True,
        timezone_id="Asia/Makassar",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    asked: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: asked.add(request.url.partition(":")[0]))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(PAGE.as_uri())
    yield page
    context.close()
    assert asked <= {"file", "blob"}
    assert complaints == []


@pytest.fixture
def visitor(chromium: Any) -> Iterator[Any]:
    """A page of this test's own."""
    with opened(chromium) as page:
        yield page


@functools.cache
def built(seed: int) -> tuple[bytes, str, str]:
    """An honest package, its policy, the fingerprint of its log's key."""
    city, draft = exporting.honest(seed)
    policy = draft.meta["meta/policy.txt"]
    log = notes.parse_policy(policy).logs[0]
    return exporting.written(draft, city.export), policy.decode(), hashlib.sha256(log.public).hexdigest()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The honest package as a file."""
    path = tmp_path_factory.mktemp("package") / "BB-uji.zip"
    path.write_bytes(built(SEED)[0])
    return path


@pytest.fixture(scope="module")
def first_reader(chromium: Any, package: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    """One page that checked the honest package without a key, and its report."""
    with opened(chromium) as page:
        report = check(page, package)
        assert page.evaluate("document.activeElement.id") == "result-title"
        yield page, report


@pytest.fixture
def reader(first_reader: tuple[Any, dict[str, Any]]) -> Iterator[Any]:
    """The same page for many tests, each of which finds it as after the check: without key and without receipt."""
    page, report = first_reader
    yield page
    if page.locator("#key-forget").count():
        page.click("#key-forget")
        page.wait_for_selector("#key-forget", state="detached")
    for field in ("#fingerprint", "#key-text", "#recipient", "#office"):
        page.fill(field, "")
    page.click("#language-id")
    assert told(page) == report, "a key that is forgotten leaves nothing behind"


def unpacked(package: Path, into: Path) -> Path:
    """The folder of a package that its recipient unpacked."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(into)
    (folder,) = into.iterdir()
    return folder


def check(page: Any, path: Path) -> dict[str, Any]:
    """Gives the page a package and answers its report."""
    page.set_input_files("#file", path)
    page.wait_for_selector(DONE, state="attached")
    return told(page)


def told(page: Any) -> dict[str, Any]:
    """The report in the page."""
    return json.loads(page.text_content("#report"))


def trust(page: Any, key: str) -> dict[str, Any]:
    """Gives the page a key from outside and answers its report."""
    page.fill("#key-text", key)
    page.click("#key-use")
    page.wait_for_selector("#key-given")
    return told(page)


def compared(report: dict[str, Any]) -> Any:
    """What two verifiers must agree on."""
    lines = [
        (one["n"], one["state"], one["required"], sorted({(f["code"], f["where"]) for f in one["findings"]}))
        for one in report["verdicts"]
    ]
    return report["exit"], report["trust"], report["package"], lines


def by_python(path: Path, key: str | None) -> Any:
    """What verify.py says."""
    trusted = None if key is None else trusts.parse_trust(key.encode())
    return compared(verifier.verify_package(str(path), trusted).told())


def state(page: Any, n: int) -> str:
    """State of a line as the page shows it."""
    return str(page.get_attribute(f"[data-n='{n}']", "data-state"))


def line_8(report: dict[str, Any]) -> Any:
    """All that is said of the camera's own signatures."""
    return report["verdicts"][7]["findings"], report["verdicts"][7]["facts"]


def tampered(seed: int, count: int) -> Iterator[tuple[str, bytes, str]]:
    """So many tampered packages of every kind that the kit knows: name, bytes, policy."""
    kit = [(one.name, one.data, policy) for one, policy in tampering.all_mutations(seed, 16, 12, 1)]
    chosen = random.Random(seed).sample(kit, count)
    yield from ((name, data, policy.decode()) for name, data, policy in chosen)


def test_page_and_verify_py_agree_on_honest_packages_with_and_without_a_key(
    visitor: Any, tmp_path: Path
) -> None:
    path = tmp_path / "BB.zip"
    for seed in (1, SEED, 5):
        data, policy, _ = built(seed)
        path.write_bytes(data)
        visitor.goto(PAGE.as_uri())
        assert compared(check(visitor, path)) == by_python(path, None), seed
        report = trust(visitor, policy)
        assert compared(report) == by_python(path, policy), seed
        assert report["exit"] != 1


def test_page_and_verify_py_agree_on_what_was_tampered_with_and_where(visitor: Any, tmp_path: Path) -> None:
    path = tmp_path / "BB.zip"
    for number, (name, data, policy) in enumerate(tampered(17, 8)):
        path.write_bytes(data)
        visitor.goto(PAGE.as_uri())
        assert compared(check(visitor, path)) == by_python(path, None), name
        if number % 6 == 0:
            assert compared(trust(visitor, policy)) == by_python(path, policy), f"{name}, with its key"


def test_a_package_of_another_archive_does_not_pass_with_my_key(reader: Any, package: Path) -> None:
    _, draft = exporting.honest(7, keys="elsewhere")
    other = draft.meta["meta/policy.txt"].decode()
    report = trust(reader, other)
    assert compared(report) == by_python(package, other)
    assert state(reader, 2) == "fails"
    assert "TIDAK COCOK" in reader.inner_text("#summary")


def test_an_unpacked_folder_is_checked_as_the_zip_is(visitor: Any, package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path / "usb")
    visitor.set_input_files("#folder", folder)
    visitor.wait_for_selector(DONE, state="attached")
    assert compared(told(visitor)) == by_python(folder, None)
    assert [one["state"] for one in told(visitor)["verdicts"]] == ["holds", "unchecked", *["holds"] * 6]


def test_without_a_key_the_page_says_that_the_origin_is_not_shown(reader: Any) -> None:
    assert state(reader, 2) == "unchecked"
    assert "asalnya belum terbukti" in reader.inner_text("#summary")


def test_the_fingerprint_typed_from_paper_is_compared_group_by_group(reader: Any, package: Path) -> None:
    fingerprint = built(SEED)[2]
    spaced = " ".join(re.findall("." * 8, fingerprint))
    wrong = spaced[:20] + ("0" if spaced[20] != "0" else "1") + spaced[21:-1]
    reader.fill("#fingerprint", wrong)
    assert "Tidak cocok pada kelompok ke-3" in reader.inner_text("#fingerprint-told")
    assert reader.locator("#fingerprint-groups .other").count() == 1
    assert reader.locator("#fingerprint-groups .same").count() == 6
    assert state(reader, 2) == "unchecked"
    reader.fill("#fingerprint", spaced[:-1])
    assert "7 dari 8 kelompok cocok" in reader.inner_text("#fingerprint-told")
    reader.fill("#fingerprint", spaced.upper())
    reader.wait_for_selector("#key-given")
    assert state(reader, 2) == "holds"
    assert told(reader)["exit"] == 0
    assert compared(told(reader)) == by_python(package, spaced)
    assert "di depan lensa" in reader.inner_text("#summary")
    assert "COCOK" in reader.inner_text("#certificate-key")


def test_a_whole_line_of_a_letter_may_be_pasted(reader: Any) -> None:
    line = "Sidik jari kunci log (SHA-256): " + " ".join(re.findall("." * 8, built(SEED)[2]))
    reader.fill("#fingerprint", line)
    reader.wait_for_selector("#key-given.given")
    assert state(reader, 2) == "holds"
    reader.click("#key-forget")
    reader.wait_for_selector("#key-given", state="detached")
    reader.fill("#key-text", line)
    reader.click("#key-use")
    reader.wait_for_selector("#key-given.given")


def test_a_fingerprint_that_was_compared_and_differs_is_told_everywhere(reader: Any, package: Path) -> None:
    other = built(5)[2] if built(5)[2] != built(SEED)[2] else "0" * 64
    reader.fill("#fingerprint", other)
    reader.wait_for_selector("#key-given.problem")
    report = told(reader)
    assert compared(report) == by_python(package, other)
    assert [f["code"] for f in report["verdicts"][1]["findings"]] == ["log_not_trusted"]
    assert reader.get_attribute("#summary", "class") == "summary bad"
    assert "TIDAK COCOK" in reader.inner_text("#summary")
    assert "BERBEDA" in reader.inner_text("#certificate-key")
    assert reader.input_value("#fingerprint") == other
    reader.fill("#recipient", "Rina Kusuma")
    reader.fill("#office", "Jaksa")
    reader.wait_for_selector("#receipt-save:enabled")
    with reader.expect_download() as download:
        reader.click("#receipt-save")
    receipt = json.loads(Path(download.value.path()).read_text())
    assert receipt["key"]["compared"] == "differs"


def test_what_is_no_key_is_told_in_line_2_and_ends_nothing(reader: Any, package: Path) -> None:
    reader.fill("#key-text", "kunci apa saja")
    reader.click("#key-use")
    reader.wait_for_selector("#key .problem")
    assert compared(told(reader)) == by_python(package, "kunci apa saja")
    assert told(reader)["trust"] == "none"
    assert "tidak dapat dipakai" in reader.inner_text("#summary")


def test_an_original_that_is_missing_or_changed_is_told_by_its_camera_and_time(
    visitor: Any, package: Path, tmp_path: Path
) -> None:
    folder = unpacked(package, tmp_path / "usb")
    first, second = sorted(folder.glob("data/original/*/*.mp4"))[:2]
    first.write_bytes(first.read_bytes()[:-64] + bytes(64))
    second.unlink()
    (folder / "Thumbs.db").write_bytes(b"x")
    visitor.set_input_files("#folder", folder)
    visitor.wait_for_selector(DONE, state="attached")
    report = told(visitor)
    assert compared(report) == by_python(folder, None)
    found = {(one["code"], one["where"]) for one in report["verdicts"][3]["findings"]}
    assert ("file_differs", str(first.relative_to(folder))) in found
    assert "file_missing" in {code for code, _ in found}
    assert report["places"] == verifier.verify_package(str(folder), None).told()["places"]
    assert str(first.relative_to(folder)) in visitor.inner_text("#summary")
    assert "UTC+08:00" in visitor.inner_text("#summary")
    assert "buatan sistem komputer" in visitor.inner_text("[data-n='1']")
    assert str(first.relative_to(folder)) in visitor.inner_text("#certificate")


def test_a_copy_as_it_was_signed_is_not_called_false_when_an_original_was_changed(
    visitor: Any, package: Path, tmp_path: Path
) -> None:
    folder = unpacked(package, tmp_path / "usb")
    for path in folder.glob("data/original/*/*.mp4"):
        data = path.read_bytes()
        at = data.index(b"mdat") + 40  # of the pictures, which come before the sound
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    visitor.set_input_files("#folder", folder)
    visitor.wait_for_selector(DONE, state="attached")
    assert compared(told(visitor)) == by_python(folder, None)
    assert "nal_differs" in {one["code"] for one in told(visitor)["verdicts"][5]["findings"]}
    assert "sama seperti ketika ditandatangani" in visitor.inner_text("[data-n='6']")
    assert visitor.locator("#stage .problem[role=alert]:not([hidden])").count() == 0


def test_clips_play_with_the_time_of_the_footage(reader: Any) -> None:
    until(reader, f"{VIDEO}.readyState >= 2")
    assert reader.evaluate(f"{VIDEO}.src").startswith("blob:")
    assert reader.evaluate(f"{VIDEO}.videoWidth") == 64
    before = reader.inner_text("#wall")
    assert re.fullmatch(r"\d+ Nov 2025 \d\d:\d\d:\d\d,\d{3} UTC\+08:00", before)
    assert reader.evaluate(f"{VIDEO}.duration") > 0.5
    reader.evaluate(f"{VIDEO}.currentTime = 0.4")
    until(reader, f"document.querySelector('#wall').textContent !== '{before}'")
    first, second = (_seconds(text) for text in (before, reader.inner_text("#wall")))
    assert (second - first) % 3600 == pytest.approx(0.4, abs=0.002)


def _seconds(wall: str) -> float:
    """Seconds within the hour of a shown time."""
    minute, second = re.search(r":(\d\d):(\d\d,\d+) ", wall).groups()  # type: ignore[union-attr]
    return int(minute) * 60 + float(second.replace(",", "."))


def test_every_clip_can_be_chosen_and_its_gaps_stand_under_it(reader: Any, package: Path) -> None:
    buttons = reader.locator("button.clip")
    with zipfile.ZipFile(package) as archive:
        playable = [name for name in archive.namelist() if "/data/playable/" in name]
    assert buttons.count() == len(playable)
    for i in range(buttons.count()):
        buttons.nth(i).click()
        assert buttons.nth(i).get_attribute("aria-pressed") == "true"
        # One camera sends H.265, which Chromium as built here cannot show: then it must say so.
        until(
            reader,
            "document.querySelector('video').readyState >= 1 || !document.querySelector('#unplayable').hidden",
        )
        assert reader.locator(".gaps").count() == 1


def test_the_receipt_names_the_package_the_verdicts_and_the_recipient(reader: Any, package: Path) -> None:
    report = told(reader)
    assert reader.is_disabled("#receipt-save")
    reader.fill("#recipient", "Rina Kusuma")
    reader.fill("#office", "Jaksa, Kejari Balikpapan")
    reader.wait_for_selector("#receipt-save:enabled")
    with reader.expect_download() as download:
        reader.click("#receipt-save")
    assert download.value.suggested_filename == "tanda-terima.json"
    receipt = json.loads(Path(download.value.path()).read_text())
    assert receipt["package_sha256"] == hashlib.sha256(package.read_bytes()).hexdigest()
    assert receipt["recipient"] == {"name": "Rina Kusuma", "office": "Jaksa, Kejari Balikpapan"}
    assert [(one["n"], one["state"]) for one in receipt["verdicts"]] == [
        (one["n"], one["state"]) for one in report["verdicts"]
    ]
    assert receipt["package"] == report["package"]
    assert receipt["date"] > 1_700_000_000_000_000
    assert receipt["package_sha256"] in reader.inner_text("#certificate")


def test_the_whole_result_can_be_saved_as_verify_py_would_print_it(reader: Any, package: Path) -> None:
    with reader.expect_download() as download:
        reader.click("#report-save")
    saved = json.loads(Path(download.value.path()).read_text())
    assert compared(saved) == by_python(package, None)


def test_languages_change_in_place_without_checking_again(reader: Any) -> None:
    report = told(reader)
    reader.click("#language-en")
    assert reader.inner_text("#result-title").startswith("Result of the check")
    assert "origin is not shown" in reader.inner_text("#summary")
    assert reader.evaluate("document.documentElement.lang") == "en"
    assert told(reader) == report


def test_what_a_package_says_is_text_and_never_markup(visitor: Any, tmp_path: Path) -> None:
    city, draft = exporting.honest(SEED)
    evil = "<img src=x onerror=document.title='taken'><script>document.title='taken'</script>"
    draft.predicate["request"]["reason"] = evil
    draft.predicate["exhibits"][0]["note"] = evil
    for one in draft.cameras:
        one["name"] = evil
    path = tmp_path / "BB-<b>uji.zip"
    path.write_bytes(exporting.written(draft, city.export))
    check(visitor, path)
    assert evil in visitor.inner_text("#about")
    assert visitor.locator("main img, main b").count() == 0
    assert visitor.title() != "taken"


def test_the_page_cannot_ask_the_network_for_anything(chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(PAGE.as_uri())
    assert page.evaluate("fetch('https://example.org/').then(() => 'went out', () => 'refused')") == "refused"
    policy = page.get_attribute("meta[http-equiv='Content-Security-Policy']", "content")
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "connect-src" not in policy
    page.close()
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", PAGE.read_text())


def test_everyone_can_use_it(visitor: Any, package: Path) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make setup")
    for checked in (False, True):
        if checked:
            check(visitor, package)
        for width, language in ((1366, "id"), (380, "en")):
            visitor.set_viewport_size({"width": width, "height": 768})
            visitor.click(f"#language-{language}")
            visitor.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            assert violations(visitor) == [], (checked, width)
            assert visitor.evaluate("document.documentElement.scrollWidth") <= width


def violations(page: Any) -> list[Any]:
    """What axe finds wrong."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document)")["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def test_keys_alone_are_enough_to_reach_everything(reader: Any) -> None:
    reader.evaluate("document.getElementById('result-title').focus()")  # where the check left it
    reached = set()
    for _ in range(120):
        reader.keyboard.press("Tab")
        reached.add(reader.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {
        "fingerprint",
        "key-text",
        "key-use",
        "recipient",
        "office",
        "print",
        "VIDEO",
        "SUMMARY",
    } <= reached


def test_the_page_is_whole_where_it_is_served_from(tmp_path: Path, visitor: Any, package: Path) -> None:
    copy = tmp_path / "flash disk" / "verifikasi.html"
    copy.parent.mkdir()
    shutil.copy(PAGE, copy)
    visitor.goto(copy.as_uri())
    assert compared(check(visitor, package)) == by_python(package, None)
