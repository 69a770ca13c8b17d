"""Cars, people, ships and palms: what moves and stands in the scenes, drawn once each, looking right."""

from __future__ import annotations

from simcam.canvas import Canvas, Colour

TYRE: Colour = (24, 24, 28)
GLASS: Colour = (150, 200, 220)
SKIN: Colour = (196, 148, 110)
WHITE: Colour = (240, 240, 240)


def _wheels(sprite: Canvas, y: float, radius: float, *centres: float) -> None:
    for x in centres:
        sprite.disc(x, y, radius, TYRE)
        sprite.disc(x, y, radius * 0.45, (150, 150, 155))


def car(on: Canvas, paint: Colour) -> Canvas:
    """A saloon, 64x28."""
    sprite = on.sprite(64, 28)
    sprite.rect(14, 0, 32, 12, paint)
    sprite.rect(10, 4, 40, 8, paint)
    sprite.rect(16, 3, 12, 8, GLASS)
    sprite.rect(32, 3, 12, 8, GLASS)
    sprite.rect(0, 10, 64, 12, paint)
    sprite.rect(60, 12, 4, 4, (255, 240, 170))
    sprite.rect(0, 12, 4, 4, (200, 30, 30))
    _wheels(sprite, 21, 6.5, 14, 50)
    return sprite


def van(on: Canvas, paint: Colour, band: Colour) -> Canvas:
    """A minibus (angkot), 86x40, with a coloured band."""
    sprite = on.sprite(86, 40)
    sprite.rect(4, 0, 74, 32, paint)
    sprite.rect(76, 12, 10, 20, paint)
    sprite.rect(0, 18, 86, 6, band)
    for x in (8, 26, 44, 62):
        sprite.rect(x, 4, 14, 12, GLASS)
    sprite.rect(82, 24, 4, 4, (255, 240, 170))
    _wheels(sprite, 32, 7.5, 18, 66)
    return sprite


def rescue(on: Canvas, paint: Colour, band: Colour, lamp: Colour, cross: bool) -> Canvas:
    """An ambulance or a police van, 86x44, with its roof lamp lit in the colour given."""
    sprite = on.sprite(86, 44)
    sprite.stamp(van(on, paint, band), 0, 4)
    sprite.rect(8, 8, 50, 12, paint)
    if cross:
        sprite.rect(28, 6, 6, 18, (205, 30, 40))
        sprite.rect(22, 12, 18, 6, (205, 30, 40))
    else:
        sprite.text(12, 8, "POLISI", 1.3, (20, 40, 110))
    sprite.rect(54, 0, 12, 4, lamp)
    return sprite


def scooter(on: Canvas, shirt: Colour, helmet: Colour) -> Canvas:
    """A rider on a scooter, 40x42."""
    sprite = on.sprite(40, 42)
    sprite.disc(20, 7, 7, helmet)
    sprite.rect(21, 6, 6, 4, SKIN)
    sprite.rect(12, 13, 14, 14, shirt)
    sprite.rect(24, 16, 10, 4, SKIN)
    sprite.rect(6, 26, 24, 6, (190, 40, 40))
    sprite.rect(32, 16, 4, 18, (60, 60, 66))
    _wheels(sprite, 35, 6.5, 8, 32)
    return sprite


def person(
    on: Canvas, shirt: Colour, trousers: Colour = (45, 50, 80), hijab: Colour | None = None
) -> list[Canvas]:
    """Two steps of somebody walking, 20x48 each."""
    steps = []
    for stride in (0, 4):
        sprite = on.sprite(20, 48)
        sprite.rect(6 - stride, 30, 4, 18, trousers)
        sprite.rect(10 + stride, 30, 4, 18, trousers)
        sprite.rect(4, 14, 12, 18, shirt)
        sprite.rect(10 if stride else 8, 16, 4, 14, SKIN)
        sprite.disc(10, 7, 7, hijab or (40, 30, 26))
        sprite.disc(12, 8, 4.5, SKIN)
        if hijab:
            sprite.rect(4, 11, 10, 6, hijab)
        steps.append(sprite)
    return steps


def dancer(on: Canvas, shirt: Colour) -> list[Canvas]:
    """Arms up, arms down, 36x48 each."""
    poses = []
    for up in (True, False):
        sprite = on.sprite(36, 48)
        sprite.rect(10, 30, 4, 18, (50, 40, 70))
        sprite.rect(22, 30, 4, 18, (50, 40, 70))
        sprite.rect(10, 14, 16, 18, shirt)
        sprite.rect(4, 2 if up else 16, 4, 14, SKIN)
        sprite.rect(28, 16 if up else 2, 4, 14, SKIN)
        sprite.rect(4, 14, 28, 4, shirt)
        sprite.disc(18, 7, 6.5, (60, 40, 30))
        sprite.disc(18, 8, 4.5, SKIN)
        poses.append(sprite)
    return poses


def ship(on: Canvas, hull: Colour) -> Canvas:
    """A coaster with a load of boxes, 150x52."""
    sprite = on.sprite(150, 52)
    sprite.rect(0, 32, 150, 10, hull)
    sprite.rect(8, 42, 134, 8, hull)
    sprite.rect(8, 8, 24, 24, WHITE)
    sprite.rect(12, 12, 16, 6, GLASS)
    sprite.rect(16, 0, 8, 8, (220, 120, 40))
    boxes: list[Colour] = [(190, 70, 50), (60, 110, 170), (80, 150, 90), (210, 170, 60)]
    for place in range(5):
        sprite.rect(40 + 20 * place, 20, 18, 12, boxes[place % 4])
        if place % 2 == 0:
            sprite.rect(40 + 20 * place, 8, 18, 12, boxes[(place + 1) % 4])
    return sprite


def gull(on: Canvas) -> list[Canvas]:
    """Two beats of a wing, 20x12 each."""
    beats = []
    for y in (0, 6):
        sprite = on.sprite(20, 12)
        sprite.rect(0, y, 8, 2, WHITE)
        sprite.rect(6, 4, 8, 4, WHITE)
        sprite.rect(12, y, 8, 2, WHITE)
        beats.append(sprite)
    return beats


def cloud(on: Canvas) -> Canvas:
    """A small fair-weather cloud, 90x30."""
    sprite = on.sprite(90, 30)
    for x, y, radius in ((20, 20, 14), (42, 14, 14), (64, 20, 14)):
        sprite.disc(x, y, radius, (246, 248, 250), flat=0.7)
    return sprite


def palm(on: Canvas) -> Canvas:
    """A palm tree, 60x110."""
    sprite = on.sprite(60, 110)
    sprite.rect(27, 30, 6, 80, (120, 90, 60))
    for x, y in ((14, 22), (30, 14), (46, 22), (10, 36), (50, 36)):
        sprite.disc(x, y, 15, (44, 120, 60), flat=0.45)
    return sprite
