"""What the six cameras look at, and the card shown after ?switch=. One minute each, without a seam.

A scene is a backdrop drawn once, actors that go round a whole number of times a minute, and changing lights.
Whatever moves is a function of the frame number alone, so frame 1500 is frame 0 again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from simcam import framecode
from simcam import sprites as draw
from simcam.canvas import Canvas, Colour

FRAMES = framecode.FRAMES_PER_MINUTE
_ASPHALT: Colour = (70, 72, 78)
_PAINT: Colour = (226, 224, 210)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Sprites shown in turn (`beat` frames each) along a path from frame number to place in units."""

    looks: Sequence[Canvas]
    path: Callable[[int], tuple[float, float]]
    beat: int = 6


@dataclass(kw_only=True)
class Scene:
    """A street corner of the city: its name, still backdrop, actors and lights."""

    name: str
    backdrop: Canvas
    actors: list[Actor] = field(default_factory=list)
    lights: Callable[[Canvas, int], None] = lambda canvas, frame: None

    def across(
        self, looks: Canvas | Sequence[Canvas], y: float, laps: int, start: float = 0.0, beat: int = 6
    ) -> None:
        """Adds an actor that crosses the picture `laps` times a minute, to the left when negative."""
        right = [looks] if isinstance(looks, Canvas) else list(looks)
        turned = right if laps > 0 else [look.mirrored() for look in right]
        width = max(look.width / look.scale[0] for look in right)

        def path(frame: int) -> tuple[float, float]:
            return ((start + laps * frame / FRAMES) % 1.0) * (640 + width) - width, y

        self.actors.append(Actor(looks=turned, path=path, beat=beat))

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Draws frame 0..1499 of the minute over whatever the canvas held."""
        canvas.copy_from(self.backdrop)
        for actor in self.actors:
            canvas.stamp(actor.looks[frame // actor.beat % len(actor.looks)], *actor.path(frame))
        self.lights(canvas, frame)


def street(on: Canvas) -> Scene:
    """Camera 1: a road by day with shops, cars, an angkot, scooters and people on the pavement."""
    on.gradient(0, 130, (120, 180, 235), (214, 232, 244))
    on.disc(560, 50, 26, (255, 236, 150))
    blocks: list[tuple[int, int, int, Colour]] = [
        (0, 110, 120, (196, 160, 130)), (110, 90, 128, (170, 190, 176)), (200, 120, 110, (214, 196, 150)),
        (320, 100, 134, (168, 150, 180)), (420, 110, 130, (206, 140, 120)), (530, 110, 100, (150, 176, 200)),
    ]  # fmt: skip
    for x, width, height, paint in blocks:
        on.rect(x, 200 - height, width, height, paint)
        for row in range(int(height // 32)):
            for column in range(width // 28):
                on.rect(x + 8 + 28 * column, 210 - height + 28 * row, 14, 14, (70, 96, 120))
    on.text(214, 176, "WARUNG", 2, (150, 40, 30))
    on.rect(0, 200, 640, 30, (188, 184, 176))
    on.rect(0, 230, 640, 106, _ASPHALT)
    for x in range(10, 640, 64):
        on.rect(x, 280, 34, 4, _PAINT)
    scene = Scene(name="JL SUDIRMAN", backdrop=on)
    scene.across(draw.cloud(on), 26, 1, 0.3)
    scene.across(draw.cloud(on), 14, 2, 0.8)
    scene.across(draw.person(on, (220, 90, 60)), 178, 2, 0.1)
    scene.across(draw.person(on, (70, 140, 90), hijab=(230, 200, 210)), 180, -2, 0.6)
    scene.across(draw.person(on, (250, 250, 240)), 182, 3, 0.5)
    scene.across(draw.van(on, (60, 150, 90), (250, 220, 90)), 228, -6, 0.0)
    scene.across(draw.car(on, (190, 40, 44)), 246, -9, 0.45)
    scene.across(draw.scooter(on, (240, 150, 40), (40, 60, 160)), 288, 11, 0.2)
    scene.across(draw.car(on, (230, 230, 236)), 298, 8, 0.6)
    scene.across(draw.car(on, (50, 90, 170)), 300, 8, 0.05)
    return scene


def bank(on: Canvas) -> Scene:
    """Camera 2: a banking hall with a counter, two machines and a queue."""
    on.rect(0, 0, 640, 210, (222, 212, 190))
    on.gradient(210, 130, (176, 150, 120), (140, 112, 88))
    on.rect(0, 40, 640, 34, (26, 70, 120))
    on.text(220, 46, "BANK KALTIM", 3, (250, 214, 110))
    for x in (40, 110):
        on.rect(x, 100, 54, 110, (60, 74, 92))
        on.rect(x + 8, 112, 38, 28, (90, 200, 210))
        on.text(x + 12, 150, "ATM", 1.6, (240, 240, 240))
    on.rect(300, 150, 320, 60, (110, 70, 44))
    on.rect(300, 144, 320, 8, (236, 226, 208))
    clerk = draw.person(on, (240, 240, 250), hijab=(60, 110, 130))[0]
    for x in (340, 440, 540):
        on.stamp(clerk, x, 98)
        on.rect(x - 24, 112, 20, 32, (40, 44, 52))
    on.rect(300, 144, 320, 8, (236, 226, 208))
    scene = Scene(name="BANK LOBBY", backdrop=on)
    scene.actors.append(Actor(looks=draw.person(on, (180, 60, 70)), path=lambda f: (60, 168), beat=75))
    for place, shirt in enumerate([(90, 120, 190), (230, 180, 60), (110, 170, 110), (200, 110, 160)]):
        queue: Colour = (shirt[0], shirt[1], shirt[2])
        scene.across(draw.person(on, queue), 196 + 18 * place, 2 if place % 2 else -2, place / 4)
    guard = draw.person(on, (40, 50, 70), (30, 34, 46))
    scene.actors.append(
        Actor(looks=guard, path=lambda f: (250 + 90 * math.sin(4 * math.pi * f / FRAMES), 262))
    )
    return scene


def mall(on: Canvas) -> Scene:
    """Camera 3: an atrium with two escalators, a fountain and shoppers."""
    on.rect(0, 0, 640, 336, (236, 230, 222))
    on.rect(0, 110, 640, 18, (170, 150, 130))
    for x, paint in (
        (20, (230, 90, 110)),
        (180, (90, 160, 200)),
        (340, (250, 190, 80)),
        (500, (120, 180, 120)),
    ):
        shop: Colour = (paint[0], paint[1], paint[2])
        on.rect(x, 62, 120, 48, shop)
        on.rect(x + 12, 82, 96, 28, (250, 246, 236))
    on.text(196, 64, "BATIK", 1.8, (255, 255, 255))
    on.text(44, 64, "KOPI", 1.8, (255, 255, 255))
    on.rect(0, 250, 640, 90, (206, 190, 176))
    for step in range(26):
        on.rect(150 + 6 * step, 250 - 5 * step, 44, 8, (120, 124, 132) if step % 2 else (150, 154, 162))
        on.rect(470 - 6 * step, 250 - 5 * step, 44, 8, (150, 154, 162) if step % 2 else (120, 124, 132))
    on.disc(320, 288, 50, (150, 140, 132), flat=0.4)
    on.disc(320, 284, 42, (110, 190, 220), flat=0.4)
    scene = Scene(name="MALL ATRIUM", backdrop=on)
    shirts: list[Colour] = [(220, 70, 80), (60, 120, 200), (240, 200, 70), (100, 160, 90)]
    for place, shirt in enumerate(shirts):

        def ride(frame: int, place: int = place) -> tuple[float, float]:
            part = (place / 4 + 5 * frame / FRAMES) % 1.0
            up = part if place % 2 else 1 - part
            return (160 + 150 * up if place % 2 else 484 - 150 * up), 204 - 126 * up

        scene.actors.append(Actor(looks=draw.person(on, shirt)[:1], path=ride))
    scene.across(draw.person(on, (150, 90, 180), hijab=(250, 220, 150)), 264, 2, 0.2)
    scene.across(draw.person(on, (250, 130, 60)), 278, -3, 0.7)
    scene.across(draw.person(on, (60, 170, 170)), 286, 2, 0.55)

    def fountain(canvas: Canvas, frame: int) -> None:
        for jet in range(5):
            part = (frame / 25 + jet / 5) % 1.0
            canvas.rect(300 + 9 * jet, 276 - 60 * part * (1.2 - part), 4, 10, (226, 244, 250))

    scene.lights = fountain
    return scene


def hospital(on: Canvas) -> Scene:
    """Camera 4: the emergency entrance, with an ambulance that comes in under its blinking lamp."""
    on.gradient(0, 224, (236, 150, 100), (250, 226, 190))
    on.rect(60, 50, 520, 170, (232, 238, 236))
    for row in range(2):
        for column in range(9):
            on.rect(84 + 54 * column, 98 + 40 * row, 30, 22, (110, 160, 176))
    on.rect(240, 58, 160, 30, (30, 130, 90))
    on.text(252, 62, "RSUD IGD", 2.6, (250, 250, 250))
    on.rect(270, 164, 100, 56, (90, 130, 140))
    on.rect(254, 156, 132, 8, (190, 40, 50))
    on.rect(0, 220, 640, 116, (120, 122, 120))
    on.rect(0, 220, 640, 8, (200, 198, 190))
    for x in range(40, 640, 80):
        on.rect(x, 306, 6, 30, _PAINT)
    tree = draw.palm(on)
    on.stamp(tree, 4, 118)
    on.stamp(tree, 576, 118)
    scene = Scene(name="RSUD IGD", backdrop=on)
    lamps: list[Colour] = [(255, 40, 40), (90, 20, 24)]
    scene.across(
        [draw.rescue(on, (250, 250, 250), (210, 40, 50), lamp, True) for lamp in lamps], 226, 4, 0.1, beat=8
    )
    scene.across(draw.person(on, (250, 250, 250), (250, 250, 250)), 190, -3, 0.2)
    scene.across(draw.person(on, (120, 200, 180), (120, 200, 180), hijab=(240, 250, 250)), 196, 2, 0.7)
    scene.across(draw.car(on, (90, 96, 104)), 288, -5, 0.5)
    scene.across(draw.scooter(on, (60, 150, 70), (60, 150, 70)), 284, 6, 0.0)
    return scene


def nightlife(on: Canvas) -> Scene:
    """Camera 5: a dance floor by night under changing lamps."""
    on.gradient(0, 220, (18, 12, 40), (44, 20, 66))
    on.rect(0, 220, 640, 116, (34, 26, 48))
    on.text(180, 40, "KARAOKE", 6, (255, 70, 180))
    on.rect(30, 150, 120, 90, (56, 34, 40))
    for x in range(40, 140, 16):
        on.rect(x, 160, 6, 18, (90 + x, 200 - x, 120))
    scene = Scene(name="NIGHT CLUB", backdrop=on)
    shirts: list[Colour] = [(240, 80, 120), (80, 220, 200), (250, 220, 90), (150, 110, 250), (250, 140, 60)]
    for place, shirt in enumerate(shirts):

        def sway(frame: int, place: int = place) -> tuple[float, float]:
            turn = 2 * math.pi * (60 * frame / FRAMES + place / 5)
            return 190 + 84 * place + 14 * math.sin(turn / 2), 210 + 18 * (place % 2) - 8 * abs(
                math.sin(turn)
            )

        scene.actors.append(Actor(looks=draw.dancer(on, shirt), path=sway, beat=25))
    scene.across(draw.person(on, (230, 230, 230), (20, 20, 20)), 276, 2, 0.3)
    lamps: list[Colour] = [(255, 60, 90), (60, 220, 255), (250, 230, 70), (130, 255, 110)]

    def disco(canvas: Canvas, frame: int) -> None:
        for place in range(16):
            lamp = lamps[(place + frame // 25) % 4]
            canvas.rect(20 + 38 * place, 112, 22, 8, lamp)
        for place in range(8):
            if (place + frame // 50) % 2:
                canvas.rect(160 + 56 * place, 258 + 10 * (place % 2), 48, 8, lamps[place % 4])

    scene.lights = disco
    return scene


def harbour(on: Canvas) -> Scene:
    """Camera 6: the harbour police post, ships, gulls and a barrier that goes up and down."""
    on.gradient(0, 120, (96, 150, 200), (226, 230, 224))
    on.gradient(120, 110, (40, 110, 150), (70, 150, 170))
    on.rect(0, 226, 640, 110, (150, 146, 138))
    on.rect(0, 226, 640, 6, (90, 86, 80))
    post = on.sprite(160, 120)
    post.rect(8, 8, 142, 112, (70, 90, 60))
    post.rect(0, 0, 160, 12, (50, 60, 44))
    post.rect(24, 40, 44, 34, (170, 210, 220))
    post.rect(94, 50, 34, 70, (60, 44, 36))
    post.text(26, 18, "POLRES", 2, (250, 220, 120))
    scene = Scene(name="POLRES PORT", backdrop=on)
    scene.across(draw.ship(on, (60, 50, 60)), 96, 1, 0.6)
    scene.across(draw.ship(on, (150, 50, 44)), 140, -2, 0.25)
    scene.actors.append(Actor(looks=[post], path=lambda f: (460, 120)))
    scene.across(draw.gull(on), 50, 3, 0.4, beat=10)
    scene.across(draw.gull(on), 78, -4, 0.8, beat=10)
    lamps: list[Colour] = [(60, 120, 255), (20, 30, 90)]
    scene.across(
        [draw.rescue(on, (90, 100, 110), (240, 240, 240), lamp, False) for lamp in lamps], 252, 5, 0.1, beat=6
    )
    scene.across(draw.person(on, (110, 90, 60), (80, 70, 50)), 272, 2, 0.5)

    def barrier(canvas: Canvas, frame: int) -> None:
        lifted = min(1.0, max(0.0, 0.5 + 2 * math.sin(6 * math.pi * frame / FRAMES)))
        canvas.rect(440, 240, 12, 60, (200, 60, 40))
        for part in range(12):
            reach = 12 * part
            paint: Colour = (230, 40, 40) if part % 2 else (250, 250, 250)
            canvas.rect(
                430 - reach * math.cos(lifted * 1.3), 246 - reach * math.sin(lifted * 1.3), 12, 6, paint
            )

    scene.lights = barrier
    return scene


def card(on: Canvas) -> Scene:
    """The spare clip, shown after ?switch=: colour bars, plainly not the camera from before."""
    bars: list[Colour] = [
        (230, 230, 230), (220, 220, 40), (40, 210, 220), (40, 200, 60),
        (210, 50, 200), (210, 40, 40), (40, 50, 200),
    ]  # fmt: skip
    for place, paint in enumerate(bars):
        on.rect(640 / 7 * place, 0, 640 / 7 + 2, 260, paint)
    on.rect(0, 260, 640, 80, (30, 30, 34))
    on.text(230, 150, "SWITCHED", 5, (20, 20, 20))
    scene = Scene(name="SPARE", backdrop=on)
    scene.across(draw.scooter(on, (250, 250, 250), (240, 60, 60)), 276, 6)
    return scene


SCENES: tuple[Callable[[Canvas], Scene], ...] = (street, bank, mall, hospital, nightlife, harbour, card)


def burn_in(canvas: Canvas, camera: int, frame: int, name: str) -> None:
    """Writes who and when over the picture: `CAM n  SS.FF`, the scene's name, the bar code at the foot."""
    clock = f"CAM {camera}  {frame // 25:02d}.{frame % 25:02d}"
    canvas.rect(8, 6, 6 * 3 * len(clock) + 8, 30, (10, 10, 10))
    canvas.text(14, 10, clock, 3, (255, 255, 255))
    canvas.rect(620 - 12 * len(name), 6, 12 * len(name) + 12, 24, (10, 10, 10))
    canvas.text(628 - 12 * len(name), 10, name, 2, (255, 255, 255))
    framecode.draw(canvas.y, camera, frame)
    top = framecode.strip_top(canvas.height) // 2
    canvas.u[top:], canvas.v[top:] = 128, 128
