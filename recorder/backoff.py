"""How long to wait before trying again.

Doubling, capped, jittered so that a fleet does not knock all at once.
"""

from __future__ import annotations

import random


class Backoff:
    """Waits from `first_s` to `most_s`; `reset` after a success."""

    def __init__(self, first_s: float = 0.5, most_s: float = 30.0) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._next_s = first_s

    def reset(self) -> None:
        """The last try went well."""
        self._next_s = self._first_s

    def wait_s(self) -> float:
        """Seconds until the next try: half to whole of the present step."""
        step_s, self._next_s = self._next_s, min(self._next_s * 2, self._most_s)
        return step_s * random.uniform(0.5, 1.0)  # noqa: S311
