"""RTP sequence numbers: what is missing, what came late, and packets put back into order (RFC 3550 appendix A.1).

On one TCP connection packets come in the order sent, so order is disturbed only by relays and by cameras that drop
packets before they send. A gap is waited for over a few packets and then counted as loss.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

_WAIT_PACKETS = 16  # behind a gap before it counts as loss
_MISORDER = 100  # further back than this the numbers were begun anew


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet: the payload stands at `at` to `end` of `data`. `lost`: missing just before it."""

    data: bytes
    at: int
    end: int
    stamp: int
    marker: bool
    lost: int = 0


class Order:
    """The numbers of one source. `next` is the number expected, -1 before the first and while a gap is open."""

    def __init__(self) -> None:
        self.next = -1
        self.source = -1
        self.lost = self.late = self.reordered = self.restarts = 0
        self.highest = 0  # extended, for receiver reports; `before` is the number before the first
        self.before = 0
        self._expected = -1
        self._held: dict[int, Packet] = {}

    def passed(self, number: int) -> None:
        """The packets up to `number` came in order and were taken without asking."""
        expected = number + 1 & 0xFFFF
        self.highest += (expected - self._expected) & 0xFFFF
        self._expected = self.next = expected

    def take(self, number: int, source: int, packet: Packet) -> list[Packet]:
        """Takes the packet of that number and answers those that can go on, in order."""
        if source != self.source or self._expected < 0:
            return self._restart(number, source, packet)
        ahead = (number - self._expected) & 0xFFFF
        if ahead == 0:
            self._advance(number)
            followed = self._follow()
            self.reordered += bool(followed)  # this one was behind those
            return [packet, *followed]
        if ahead >= 0x8000:
            if 0x10000 - ahead > _MISORDER:
                return self._restart(number, source, packet)
            self.late += 1  # given up already, or twice
            return []
        self.next = -1
        self._held[number] = packet
        return self._give_up() if len(self._held) >= _WAIT_PACKETS or ahead >= 0x4000 else []

    def flush(self) -> list[Packet]:
        """What is held back, whatever is missing before it."""
        gone: list[Packet] = []
        while self._held:
            gone += self._give_up()
        return gone

    def _restart(self, number: int, source: int, packet: Packet) -> list[Packet]:
        before = self.flush()
        if self.source >= 0:
            self.restarts += 1
        self.source = source
        self.highest = self.before = number - 1
        self._expected = number
        self._advance(number)
        return [*before, packet]

    def _advance(self, number: int) -> None:
        self.highest += (number + 1 - self._expected) & 0xFFFF
        self._expected = number + 1 & 0xFFFF
        self.next = -1 if self._held else self._expected

    def _follow(self) -> list[Packet]:
        """What was held and follows now without a gap."""
        found = []
        while self._expected in self._held:
            number = self._expected
            found.append(self._held.pop(number))
            self._advance(number)
        return found

    def _give_up(self) -> list[Packet]:
        """Counts the gap before the nearest held packet as loss."""
        nearest = min(self._held, key=lambda number: (number - self._expected) & 0xFFFF)
        gap = (nearest - self._expected) & 0xFFFF
        self.lost += gap
        first = replace(self._held.pop(nearest), lost=gap)
        self._advance(nearest)
        return [first, *self._follow()]
