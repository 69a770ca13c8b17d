"""The exact interval of a count: F. Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936)."""

from __future__ import annotations

import functools
import math

_CONFIDENCE = 0.95
_ROUNDS = 200  # each halves what is left between the bounds; it ends when they no longer move


@functools.lru_cache(maxsize=4096)
def interval(count: int) -> tuple[float, float]:
    """The means, from the least to the largest, under which so few and so many are no surprise (95 %).

    Not less than 95 % whatever the true mean is. Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("nothing is counted less than no times")
    tail = (1 - _CONFIDENCE) / 2
    low = 0.0 if count == 0 else _mean(count, tail)
    return low, _mean(count + 1, 1 - tail)


def _mean(shape: int, share: float) -> float:
    """The mean at which at least `shape` happen with probability `share`."""
    low, high = 0.0, shape + 10 * math.sqrt(shape) + 10
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if at_least(shape, middle) < share else (low, middle)
    return (low + high) / 2


def at_least(shape: int, mean: float) -> float:
    """Probability that at least `shape` (> 0) happen: the regularized lower incomplete gamma function.

    By its series below the shape and its continued fraction (Lentz) above it, as DLMF sections 8.7 and 8.9.
    """
    if mean <= 0:
        return 0.0
    front = math.exp(shape * math.log(mean) - mean - math.lgamma(shape))
    if mean < shape + 1:
        term = total = 1 / shape
        step = shape
        while term > total * 1e-16:
            step += 1
            term *= mean / step
            total += term
        return front * total
    tiny = 1e-300
    b = mean + 1 - shape
    c, d = 1 / tiny, 1 / b
    value = d
    for n in range(1, 100_000):
        a = -n * (n - shape)
        b += 2
        d = a * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + a / c
        c = c if abs(c) > tiny else tiny
        value *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return 1 - front * value
