"""The console as an investigator uses it: real Chromium, real archive, real video."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from saksi import clock
from tests.acceptance.city import FRAME_US, MINUTE_US
from tests.console.conftest import FOOTAGE_S, FRAGMENT_S, HOLED, Known, Watched
from tests.console.pictures import code_in, gray, picture, until, wait_for_video, wait_for_wall

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PLAIN, AAC, G711, H265 = (
    "dishub-simpang-sudirman",
    "bank-atm-sudirman",
    "mal-lobi-timur",
    "polresta-pos-klandasan",
)


def shown_us(page: Any, name: str) -> int:
    """An instant in the page's address."""
    value = page.evaluate("(name) => new URLSearchParams(location.hash.slice(1)).get(name)", name)
    return clock.parse_rfc3339(value, name)


def shown_minutes(page: Any) -> float:
    """Length of the range in the page's address."""
    return (shown_us(page, "to") - shown_us(page, "from")) / 60e6


def window_of(page: Any, minutes: int, name: str) -> None:
    """Chooses the last so many minutes, and waits until the list is drawn on that scale."""
    page.evaluate("document.querySelector('.axis').replaceChildren()")
    page.locator(".search .chip", has_text=name).dispatch_event("click")
    until(
        page,
        f"location.hash.includes('last={minutes}') && document.querySelector('.axis').children.length > 1",
    )


def drag(page: Any, share: float) -> None:
    """Presses the pointer on the first camera's bar, so far along it."""
    box = page.locator(f"[data-camera={PLAIN}] .bar").bounding_box()
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + 9)
    page.mouse.down()


def drop(page: Any, share: float) -> None:
    """Draws the pressed pointer further along the bar and lets it go."""
    box = page.locator(f"[data-camera={PLAIN}] .bar").bounding_box()
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + 9, steps=5)
    page.mouse.up()


def error_us(code: int, wall_us: int) -> int:
    """Shown time minus burnt-in time, within half a minute either way."""
    return (wall_us - code * FRAME_US + MINUTE_US // 2) % MINUTE_US - MINUTE_US // 2


def test_it_lists_every_camera_with_status_picture_and_coverage_and_a_refresh_moves_nothing(
    visit: Any,
) -> None:
    page = visit()
    until(page, "document.querySelectorAll('.card .thumb.has-picture').length === 6")
    assert page.locator(".card").count() == 6
    assert page.locator(".card .dot[data-state=recording]").count() == 6
    assert "H.264" in page.inner_text(f"[data-camera={PLAIN}] .stream")
    assert "H.265" in page.inner_text(f"[data-camera={H265}] .stream")
    solid = """(bar) => {
      const { data } = bar.getContext("2d").getImageData(0, 0, bar.width, bar.height);
      for (let i = 0; i < data.length; i += 4) if (data[i] === 0x2f && data[i + 1] === 0x6f) return true;
      return false;
    }"""
    until(page, f"[...document.querySelectorAll('.card .bar')].map({solid}).every((drawn) => drawn)")
    # A refresh moves nothing.
    page.evaluate("document.querySelectorAll('.card').forEach((card) => (card.mark = true))")
    for _ in range(2):
        with page.expect_response("**/api/v1/cameras?*"):
            pass
    assert page.evaluate("[...document.querySelectorAll('.card')].every((card) => card.mark)")


def test_near_a_corner_the_nearest_come_first(visit: Any) -> None:
    page = visit()
    page.click("text=Demo corner, 300 m")
    until(page, "document.querySelectorAll('.card').length === 4")
    metres = [int(text.removesuffix(" m")) for text in page.locator(".distance").all_inner_texts()]
    assert metres == sorted(metres)
    assert metres[-1] <= 300
    assert "near=-1.2767,116.8372" in page.evaluate("location.hash")


def test_typed_times_become_the_window_and_what_cannot_be_understood_is_said_at_its_field(visit: Any) -> None:
    page = visit()
    for field, typed, words in (
        ("#from", "last week", "not a time"),
        ("#near", "the corner", "not a place"),
        ("#to", "-2h", "not after"),
    ):
        before = page.input_value(field)
        page.fill(field, typed)
        page.click(".search .primary")
        assert words in page.eval_on_selector(field, "(field) => field.validationMessage")
        page.fill(field, before)
    page.fill("#from", "23/11/2026 14:05:30")
    page.fill("#to", "2026-11-23T06:20:00Z")
    assert "06:05:30 UTC" in page.inner_text(".search")
    page.keyboard.press("Enter")
    until(page, "location.hash.includes('from=')")
    assert shown_us(page, "from") == clock.parse_rfc3339("2026-11-23T06:05:30Z", "from")


@pytest.mark.parametrize("camera", [PLAIN, AAC, G711])
def test_a_link_plays_under_a_true_clock_and_to_its_end_at_sixteen_times(
    visit: Any, known: Known, camera: str
) -> None:
    page = visit(known.link(camera))
    wait_for_video(page, 2.0)
    page.click(".controls .play")
    until(page, "document.querySelector('video').paused && !document.querySelector('video').seeking")
    page.wait_for_selector(".known:has-text('; the camera')")  # its own clock, told while the picture stands
    assert page.inner_text(".known").startswith("Recorded ")
    pixels, wall_us = picture(page)
    assert pixels.std() > 20
    assert abs(error_us(code_in(pixels).frame, wall_us)) < 150_000
    page.click(".controls .play")
    page.select_option("#rate", "16")
    until(page, "document.querySelector('video').ended")
    assert page.inner_text(".note") == "End of the range."
    # Whole fragments are listed: never less than was asked for, and at most one more at either end.
    duration_s = page.evaluate("document.querySelector('video').duration")
    assert FOOTAGE_S - 0.1 <= duration_s <= FOOTAGE_S + 2 * FRAGMENT_S + 0.1
    assert page.evaluate("document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames") > 50


def test_sound_is_offered_where_there_is_some(visit: Any, known: Known) -> None:
    page = visit(known.link(AAC))
    wait_for_video(page)
    page.wait_for_selector("button:has-text('Sound on')")
    page.goto(known.link(PLAIN))
    until(page, "document.querySelector('.stage-camera').textContent.includes('Sudirman')")
    wait_for_video(page)
    assert not page.is_visible("button:has-text('Sound on')")


def test_keys_seek_five_seconds_and_pause(visit: Any, known: Known) -> None:
    page = visit(known.link(PLAIN))
    wait_for_video(page)
    page.focus("#player")
    page.keyboard.press("Space")
    until(page, "document.querySelector('video').paused")
    before = wait_for_wall(page)
    page.keyboard.press("ArrowRight")
    until(page, f"Number(document.querySelector('.stage').dataset.wall) > {before // 1000 + 4000}")
    assert wait_for_wall(page) - before == pytest.approx(5_000_000, abs=200_000)


def test_dragging_on_a_bar_plays_that_range(visit: Any) -> None:
    page = visit()
    window_of(page, 15, "15 min")
    drag(page, 0.9)
    drop(page, 0.99)
    wait_for_video(page)
    assert shown_minutes(page) == pytest.approx(15 * 0.09, abs=0.1)


def test_a_drag_ends_on_the_scale_it_began_on(visit: Any) -> None:
    page = visit()
    window_of(page, 60, "1 h")
    drag(page, 0.9)
    window_of(page, 15, "15 min")
    drop(page, 0.99)
    wait_for_video(page)
    assert shown_minutes(page) == pytest.approx(60 * 0.09, abs=0.4)
    shown = "new URLSearchParams(location.hash.slice(1)).get('to')"
    first = page.evaluate(shown)
    drag(page, 0.9)
    drop(page, 0.99)
    until(page, f"{shown} !== {first!r}")
    assert shown_minutes(page) == pytest.approx(15 * 0.09, abs=0.1)


def test_h265_falls_back_to_stills_and_says_why(visit: Any, known: Known) -> None:
    page = visit(known.link(H265))
    page.wait_for_selector("img.still[src^=blob]")
    assert "cannot decode H.265" in page.inner_text(".message")
    assert "download the clip" in page.inner_text(".message .remedy")
    first = wait_for_wall(page)
    until(page, f"Number(document.querySelector('.stage').dataset.wall) >= {first // 1000 + 2000}")
    page.click(".controls .play")
    # One still asked for before the pause may yet arrive; were it still playing, none would be the last.
    walls = [wait_for_wall(page)]
    while len(walls) < 3 or walls[-1] != walls[-2]:
        page.wait_for_timeout(1500)
        walls.append(wait_for_wall(page))
        assert len(set(walls)) <= 2, walls


def test_h265_opened_from_its_thumbnail_begins_with_its_first_picture(visit: Any) -> None:
    page = visit()
    page.click(f"[data-camera={H265}] .thumb")
    page.wait_for_selector("img.still[src^=blob]")
    assert page.inner_text(".note") == ""


def test_up_to_now_extends_the_range_to_the_click(visit: Any, known: Known) -> None:
    page = visit(known.link(PLAIN))
    wait_for_video(page)
    asked = clock.now_us()
    page.click("#up-to-now")
    until(page, f"Date.parse(new URLSearchParams(location.hash.slice(1)).get('to')) > {asked // 1000 - 1500}")
    wait_for_video(page, 0)
    until(page, f"document.querySelector('video').duration > {(asked - known.since_us) / 1e6 - 6}")


def test_what_becomes_of_a_cut_is_told_at_its_own_camera(
    visit: Any, known: Known, page: Any, watched: Watched
) -> None:
    watched.expected = "ERR_FAILED"
    held: list[Any] = []
    page.route("**/seal", lambda route: held.append(route))
    visit(known.link(PLAIN))
    wait_for_video(page)
    page.click("#up-to-now")
    page.wait_for_selector("#up-to-now:has-text('Cutting')")
    page.click(f"[data-camera={G711}] .thumb")
    wait_for_video(page)
    assert page.inner_text("#up-to-now") == "Up to now"
    assert page.is_enabled("#up-to-now")
    page.click(f"[data-camera={PLAIN}] .thumb")
    wait_for_video(page)
    assert page.is_disabled("#up-to-now:has-text('Cutting')")
    page.click(f"[data-camera={G711}] .thumb")
    wait_for_video(page)
    held[0].abort()
    page.wait_for_timeout(500)
    assert page.inner_text(".player .messages") == ""
    page.click(f"[data-camera={PLAIN}] .thumb")
    wait_for_video(page)
    assert page.is_enabled("#up-to-now:has-text('Up to now')")


def test_a_camera_that_is_switched_off_reads_so(visit: Any, known: Known, switched_off: str) -> None:
    page = visit(known.link(switched_off))
    wait_for_video(page)
    page.wait_for_selector(f"[data-camera={switched_off}] .status-text:has-text('Switched off')")
    assert page.locator(f"[data-camera={switched_off}] .dot[data-state=stopped]").count() == 1
    assert page.is_disabled("#up-to-now")
    assert "switched off" in page.get_attribute("#up-to-now", "title")
    page.click(f"[data-camera={PLAIN}] .thumb")
    until(page, "!document.querySelector('#up-to-now').disabled")
    assert page.get_attribute("#up-to-now", "title") is None


def test_the_clip_and_the_still_can_be_kept(visit: Any, known: Known, tmp_path: Path) -> None:
    page = visit(known.link(PLAIN))
    wait_for_video(page)
    with page.expect_download() as clip:
        page.click("#clip")
    clip.value.save_as(tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == FOOTAGE_S * 25
    page.click(".controls .play")
    until(page, "document.querySelector('video').paused")
    with page.expect_download() as still:
        page.click("#still")
    still.value.save_as(tmp_path / "still.jpg")
    assert (
        abs(error_us(code_in(gray((tmp_path / "still.jpg").read_bytes())).frame, wait_for_wall(page)))
        < 150_000
    )


def test_a_neighbour_opens_at_the_same_instant(visit: Any, known: Known) -> None:
    page = visit(known.link(PLAIN, at=clock.format_us(known.since_us + 20_000_000)))
    wait_for_video(page, 20.3)
    page.click(".controls .play")
    page.click("#find-neighbours")
    page.wait_for_selector(f".neighbours [data-camera={AAC}]")
    assert " m · " in page.inner_text(f".neighbours [data-camera={AAC}]")
    before = wait_for_wall(page)
    page.click(f".neighbours [data-camera={AAC}]")
    until(page, "document.querySelector('.stage-camera').textContent.includes('ATM')")
    assert shown_us(page, "at") - before == pytest.approx(0, abs=1_500_000)
    wait_for_video(page, 20.3)
    page.go_back()
    until(page, "document.querySelector('.stage-camera').textContent.includes('Sudirman')")


def test_a_range_without_footage_says_so(visit: Any, known: Known) -> None:
    since, end = (clock.format_us(known.since_us - hours * 3_600_000_000) for hours in (2, 1))
    page = visit(f"{known.url}/#camera={PLAIN}&from={since}&to={end}")
    assert "no footage between" in page.inner_text(".player .message")


def test_both_languages_and_the_choice_is_remembered(visit: Any) -> None:
    page = visit()
    assert page.inner_text("#list-title") == "Cameras"
    page.click(".languages [lang=id]")
    page.wait_for_selector(".card:has-text('Merekam')")
    assert page.inner_text("#list-title") == "Kamera"
    page.reload()
    page.wait_for_selector(".card:has-text('Merekam')")
    assert page.evaluate("document.documentElement.lang") == "id"


def test_a_hole_is_stepped_over_and_its_reason_told(visit: Any, known: Known, hole: tuple[int, int]) -> None:
    begins_us, ends_us = hole
    since, end = clock.format_us(begins_us - 5_000_000), clock.format_us(ends_us + 4_000_000)
    page = visit(f"{known.url}/#camera={HOLED}&from={since}&to={end}")
    wait_for_video(page)
    until(page, "document.querySelector('.note').textContent.includes('switched off here')")
    until(page, "document.querySelector('video').ended")
    assert wait_for_wall(page) >= ends_us + 2_000_000
