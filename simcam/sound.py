"""What the cameras with a microphone hear: a quiet hum and a soft pip at the start of each second."""

from __future__ import annotations

import math


def tone(rate: int) -> list[int]:
    """One second as 16 bit samples, a 200 Hz hum and a 1000 Hz pip of 80 ms; joins itself seamlessly."""
    samples = []
    for place in range(rate):
        moment = place / rate
        level = 500 * math.sin(2 * math.pi * 200 * moment)
        if moment < 0.08:
            level += 2500 * math.sin(2 * math.pi * 1000 * moment) * math.sin(math.pi * moment / 0.08)
        samples.append(round(level))
    return samples
