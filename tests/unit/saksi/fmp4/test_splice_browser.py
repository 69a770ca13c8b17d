"""Clips in a real Chromium: opened as a file, sought, shown frame by frame."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.exporter import export, facts
from tests.unit.saksi.fmp4.media import at, cut

pytestmark = pytest.mark.browser
SIZE = (320, 192)
FLAGS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
# Seeks to each time and reads the ten bits of the frame's number from the middle of the pattern's cells.
# `seeked` says that the frame is decoded; a busy browser may hand it to the canvas a little later, so a
# number other than the wanted one counts only when it is still there PATIENCE_MS later.
PATIENCE_MS = 3_000
LOOK = """
async ([data, looks, patience]) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const video = document.createElement('video');
  video.muted = true;
  const wait = (name) => new Promise((done, fail) => {
    video.addEventListener(name, done, {once: true});
    video.addEventListener('error', () => fail(new Error(video.error.message)), {once: true});
  });
  const loaded = wait('loadeddata');
  video.src = URL.createObjectURL(new Blob([bytes], {type: 'video/mp4'}));
  await loaded;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const read = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    let number = 0;
    for (let bit = 0; bit < 10; bit++) {
      const x = Math.floor((bit + 0.5) * canvas.width / 10);
      if (pen.getImageData(x, Math.floor(canvas.height * 3 / 8), 1, 1).data[0] > 126) number |= 1 << bit;
    }
    return number;
  };
  const numbers = [];
  for (const [time, wanted] of looks) {
    const sought = wait('seeked');
    video.currentTime = time;
    await sought;
    let number = read();
    for (const end = performance.now() + patience; number !== wanted && performance.now() < end; number = read())
      await new Promise((done) => setTimeout(done, 20));
    numbers.push(number);
  }
  return [video.duration, video.videoWidth, video.videoHeight, numbers];
}
"""

# Plays to the end and notes how loud it is at which second.
LISTEN = """
async (data) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const video = document.createElement('video');
  video.src = URL.createObjectURL(new Blob([bytes], {type: 'video/mp4'}));
  const context = new AudioContext();
  await context.resume();
  const analyser = new AnalyserNode(context, {fftSize: 1024});
  context.createMediaElementSource(video).connect(analyser).connect(context.destination);
  const wave = new Float32Array(1024);
  const heard = [];
  await video.play();
  await new Promise((done) => {
    video.onended = done;
    const note = () => {
      analyser.getFloatTimeDomainData(wave);
      heard.push([video.currentTime, Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0) / 1024)]);
      if (!video.ended) setTimeout(note, 50);
    };
    note();
  });
  return heard;
}
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def look(page: Page, data: bytes, wanted: dict[float, int]) -> Any:
    """Duration [s], width, height of the clip in `page`, and the frame number shown at each wanted time [s]."""
    return page.evaluate(LOOK, [base64.b64encode(data).decode(), list(wanted.items()), PATIENCE_MS])


@pytest.mark.parametrize(("b_frames", "sound"), [(0, None), (2, None), (2, "aac"), (0, "pcmu")])
def test_chromium_opens_the_file_and_shows_the_frames_of_the_window(
    chromium: Browser, tmp_path: Path, b_frames: int, sound: str | None
) -> None:
    video, audio = media.video(b_frames=b_frames, size=SIZE), media.sound(sound) if sound else None
    away = 2_000_000
    chunks = [
        media.chunk(video, audio, last=50, seq=1),
        media.chunk(video, audio, first=50, seq=2, start_us=media.START_US + away),
    ]
    _, data = cut(chunks, at(33), at(90) + away)
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    page = chromium.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelector('video')?.readyState >= 2", timeout=20_000)
    assert page.evaluate("document.querySelector('video').duration") == pytest.approx(4.28, abs=0.03)

    page.goto("about:blank")
    wanted = {0.02: 33, 0.5: 45, 1.5: 49, 2.75: 51, 4.22: 88, 0.7: 49}
    duration, width, height, numbers = look(page, data, wanted)
    assert (duration, width, height) == (pytest.approx(4.28, abs=0.03), *SIZE)
    assert numbers == list(wanted.values())
    page.close()


@pytest.mark.parametrize(("b_frames", "sound"), [(2, None), (0, "aac")])
def test_chromium_opens_a_signed_export_file_and_shows_the_frames_of_the_window(
    chromium: Browser, tmp_path: Path, b_frames: int, sound: str | None
) -> None:
    video, audio = media.video(b_frames=b_frames, size=SIZE), media.sound(sound) if sound else None
    chunks = [media.chunk(video, audio, last=50, seq=1), media.chunk(video, audio, first=50, seq=2)]
    _, data = export(chunks, at(33), at(90), facts(sound=bool(sound)))
    path = tmp_path / "export.mp4"
    path.write_bytes(data)
    page = chromium.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelector('video')?.readyState >= 2", timeout=20_000)

    page.goto("about:blank")
    wanted = {0.02: 33, 0.5: 45, 1.5: 70, 2.22: 88}
    duration, width, height, numbers = look(page, data, wanted)
    assert (duration, width, height) == (pytest.approx(2.28, abs=0.03), *SIZE)
    assert numbers == list(wanted.values())
    page.close()


def test_chromium_plays_over_a_change_of_picture_size(chromium: Browser) -> None:
    small, large = media.video(frames=50), media.video(frames=50, size=SIZE)
    chunks = [media.chunk(small, seq=1), media.chunk(large, seq=2, start_us=at(50))]
    _, data = cut(chunks, at(10), at(100))
    page = chromium.new_page()
    page.goto("about:blank")
    wanted = {0.5: 22, 2.54: 23}
    duration, width, height, numbers = look(page, data, wanted)
    assert (duration, width, height) == (pytest.approx(3.6, abs=0.03), *SIZE)
    assert numbers == list(wanted.values())
    page.close()


@pytest.mark.parametrize("sound", ["aac", "pcmu"])
def test_chromium_hears_nothing_in_a_gap_and_the_rest_in_time(chromium: Browser, sound: str) -> None:
    video, audio = media.video(size=SIZE), media.sound(sound)
    away = 1_500_000
    chunks = [
        media.chunk(video, audio, last=50, seq=1),
        media.chunk(video, audio, first=50, seq=2, start_us=media.START_US + away),
    ]
    _, data = cut(chunks, at(25), at(75) + away)
    page = chromium.new_page()
    page.goto("about:blank")
    heard = page.evaluate(LISTEN, base64.b64encode(data).decode())
    slack = 0.3  # what a browser's audio path holds back
    assert max(loud for time, loud in heard if 1 + slack < time < 2.5 - slack) < 0.01
    assert min(loud for time, loud in heard if slack < time < 1 - slack) > 0.1
    assert min(loud for time, loud in heard if 2.5 + slack < time < 3.5 - slack) > 0.1
    page.close()
