""" "Punya kita?" on the console: files are chosen or dropped, hashed there, and answered with camera and time."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

import pytest

from saksi import clock
from tests.acceptance.city import City, segments
from tests.console.conftest import Known
from tests.console.pictures import until, wait_for_video
from tests.integration.recorder.archive import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PLAIN, H265 = "dishub-simpang-sudirman", "polresta-pos-klandasan"
AXE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
DROP = """([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type: "video/mp4" }));
  for (const kind of ["dragover", "drop"])
    document.querySelector("main").dispatchEvent(
      new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
}"""


def clip(city: City, known: Known, camera: str) -> bytes:
    """A clip as anyone downloads it, from inside a GOP to inside another."""
    since_us, until_us = known.since_us + 3_300_000, known.until_us - 20_300_000
    window = {"from": clock.format_us(since_us), "to": clock.format_us(until_us)}
    with city.client() as client:
        return client.get(f"/cameras/{camera}/clip.mp4", params=window).content


def chunk(city: City, known: Known, camera: str) -> tuple[dict[str, Any], bytes]:
    """A whole chunk from the store."""
    with city.client() as client:
        listed = segments(client, camera, clock.format_us(known.since_us), clock.format_us(known.until_us))
        return listed[1], client.get(listed[1]["url"]).content


def drop(page: Any, name: str, data: bytes) -> None:
    """Lets go of a file over the page."""
    page.evaluate(DROP, [name, base64.b64encode(data).decode()])


def answered(page: Any, tone: str) -> str:
    """The text of the answer, once it is of this tone."""
    until(page, "document.querySelector('.whose-found') || document.querySelector('.whose .message')", 30)
    found = page.locator(f".whose-found.{tone}")
    assert found.count() == 1, page.inner_text(".whose")
    return found.inner_text()


def test_a_clip_that_is_chosen_with_keys_is_ours_and_its_time_opens_in_the_player(
    page: Any, visit: Any, city: City, known: Known, tmp_path: Path
) -> None:
    path = tmp_path / "bukti.mp4"
    path.write_bytes(clip(city, known, PLAIN))
    # Before the page is there: a browser that learns only just before the key who answers may cancel the question.
    page.on("filechooser", lambda chooser: chooser.set_files(path))
    visit()
    page.focus("#whose-open")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Choose a file…"
    page.keyboard.press("Enter")
    text = answered(page, "ours")
    assert "Sudirman" in text
    assert "A clip downloaded from here · every byte is the same" in text
    wita = clock.from_us(known.since_us + 3_300_000 + 8 * 3_600_000_000)
    assert wita.strftime("%d-%m-%Y %H:%M:") in text
    page.focus(".whose-found a")
    page.keyboard.press("Enter")
    wait_for_video(page)
    start = page.evaluate("new URLSearchParams(location.hash.slice(1)).get('from')")
    assert 0 <= clock.parse_rfc3339(start, "from") - known.since_us - 3_300_000 < 50_000
    if AXE.is_file():
        page.evaluate(AXE.read_text())
        assert [one["id"] for one in page.evaluate("axe.run('#whose')")["violations"]] == []


def test_a_large_file_is_read_as_a_stream_and_known_by_its_frames(
    visit: Any, city: City, known: Known, tmp_path: Path
) -> None:
    path = tmp_path / "large.mp4"
    room = 80 * 2**20  # more than goes to the browser's own hash in one piece
    path.write_bytes(clip(city, known, H265) + struct.pack(">I4s", room + 8, b"free") + bytes(room))
    page = visit()
    page.click("#whose-open")
    page.set_input_files(".whose input[type=file]", path)
    page.wait_for_selector(".whose progress")
    assert "every picture is the same, only packed anew" in answered(page, "ours")


def package(city: City, known: Known) -> tuple[str, bytes]:
    """A sealed package of a few seconds: its name and bytes."""
    window = {
        "from": clock.format_us(known.since_us + 3_300_000),
        "to": clock.format_us(known.since_us + 6_300_000),
    }
    with city.client() as client:
        case = client.post("/cases", json={"number": "LP/B/31/XI/2026", "title": "Curanmor"}).json()["id"]
        made = client.post(f"/cases/{case}/exhibits", json={"cameras": [PLAIN], **window})
        assert made.status_code == 201, made.text
        wanted = {"recipient": "Kejari Balikpapan", "reason": "Tahap II"}
        export = client.post(f"/cases/{case}/exports", json=wanted).json()
        wait_until(lambda: client.get(f"/exports/{export['id']}").json()["state"] == "sealed", 60, "sealed")
        return export["package"], client.get(f"/exports/{export['id']}/package").content


def test_a_dropped_chunk_is_ours_and_one_that_was_changed_says_so(
    visit: Any, city: City, known: Known
) -> None:
    segment, data = chunk(city, known, PLAIN)
    page = visit()
    drop(page, "chunk.mp4", data)
    text = answered(page, "ours")
    assert "A chunk as it was recorded" in text
    second = clock.from_us(clock.parse_rfc3339(segment["start"], "start") + 999).strftime("%M:%S")
    assert second in text
    changed = bytearray(data)
    changed[data.rindex(b"mdat") + 400] ^= 1
    drop(page, "changed.mp4", bytes(changed))
    page.wait_for_selector(".whose-found.differs")
    text = answered(page, "differs")
    assert "it was changed" in text
    assert PLAIN in text
    drop(page, "other.mp4", b"no video at all")
    page.wait_for_selector(".whose-found.not-ours")
    assert "Not known as ours" in answered(page, "not-ours")
    page.click(".whose .close")
    assert page.is_hidden(".whose")
    assert page.evaluate("document.activeElement.id") == "whose-open"


def test_a_package_is_told_with_its_case_and_recipient_and_what_was_changed_in_it(
    visit: Any, city: City, known: Known, tmp_path: Path
) -> None:
    name, data = package(city, known)
    path = tmp_path / f"{name}.zip"
    page = visit()

    def asked(content: bytes) -> None:
        path.write_bytes(content)
        page.set_input_files(".whose input[type=file]", path)

    page.click("#whose-open")
    asked(data)
    text = answered(page, "ours")
    assert f"Our package {name}" in text
    assert "every byte is the same" in text
    assert "for Kejari Balikpapan: Tahap II" in text
    changed = bytearray(data)
    changed[data.index(b"mdat", data.index(b"/data/original/")) + 400] ^= 1
    asked(bytes(changed))
    page.wait_for_selector(".whose-found.differs")
    text = answered(page, "differs")
    assert f"Our package {name}, but not as it was issued" in text
    assert "Changed (1): data/" in text
    asked(data[: len(data) // 2])
    page.wait_for_selector(".whose .message")
    assert "is cut short" in page.inner_text(".whose .message")
