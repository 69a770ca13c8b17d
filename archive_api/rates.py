"""How often a person or an address may ask for what is costly: 429 with the time to wait, in both languages.

A count is kept by the process (generic cell rate algorithm: one instant for each person or address, so that it costs
nothing and half a minute's share may come at once). Several API processes do not share it: the broker would have to
be asked before each answer, and one that hangs would hold up all of them; with N processes a limit is N times itself.
What guards passwords is in the database and shared (saksi/catalogue/attempts.py). The `limits` package was looked at:
its memory store starts a thread for nearly every count and goes by the wall clock.
"""

from __future__ import annotations

import ipaddress
import re
import threading
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import Request
from prometheus_client import Counter

from saksi import clock
from saksi.errors import SaksiError
from saksi.messages import register
from saksi.settings import Settings

register(
    "rate_limited",
    en=("You ask for this too often.", "Wait {seconds} s, then go on more slowly."),
    id_=("Anda terlalu sering meminta ini.", "Tunggu {seconds} detik, lalu lanjutkan lebih lambat."),
)

_MINUTE_US = 60_000_000
_MOST_KEYS = 10_000
_refused = Counter("saksi_api_rate_limited_total", "Requests refused because they came too often.", ["kind"])

# What a request costs, by method and route: the first that fits. Ranges of media are signed and cheap: no kind.
_KINDS = (
    ("picture", "GET", r"/cameras/[^/]+/(frame\.jpg|index\.m3u8)"),
    ("work", "GET", r"/cameras/[^/]+/(clip\.mp4|absence\.pdf)|/ledger/daily-seal\.pdf"),
    ("work", "GET", r"/cases/[^/]+/papers/.*|/retention/runs/[^/]+/certificate\.pdf|/(audit|compliance)/.+"),
    ("work", "POST", r"/cases/[^/]+/(exports|papers/.*|exhibits/[^/]+/redactions)|/footage/requests"),
    ("work", "POST", r"/retention/(runs|deletions|policies/preview)|/cameras/[^/]+/seal|/incidents/import"),
    ("download", "GET", r"/exports/[^/]+/package|/cases/[^/]+/derivatives/[^/]+/file\.mp4"),
    (
        "search",
        "GET",
        r"/footage|/cameras(/[^/]+/(segments|neighbours|time|viewers|outages))?|/audit|/compliance",
    ),
    (
        "search",
        "GET",
        r"/incidents(/.*)?|/retention/(forecast|achieved|upcoming|thinning)|/cases/[^/]+/custody",
    ),
    ("search", "POST", r"/whose"),
)
_PATTERNS = [(kind, method, re.compile(pattern)) for kind, method, pattern in _KINDS]


class TooOften(SaksiError):
    """Somebody asked more often than the limit."""

    status = HTTPStatus.TOO_MANY_REQUESTS


@dataclass
class Rates:
    """The counts of this process. `per_minute` by kind; 0: no limit."""

    per_minute: dict[str, int]
    _free_us: dict[tuple[str, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, settings: Settings) -> Rates:
        """The limits of the settings, and how often a refusal is told to the audit."""
        return cls(
            {
                "search": settings.rate_searches,
                "picture": settings.rate_pictures,
                "work": settings.rate_work,
                "download": settings.rate_downloads,
                "recipient": settings.rate_recipients,
                "unknown": settings.rate_unknown,
                "told": 2,
                "refused": 30,
            }
        )

    def wait_s(self, kind: str, who: str) -> int:
        """Counts a request; 0 when it may go on, else the seconds to wait, with nothing counted."""
        limit = self.per_minute[kind]
        if not limit:
            return 0
        now_us, step_us = clock.monotonic_us(), _MINUTE_US // limit
        with self._lock:
            free_us = max(now_us, self._free_us.get((kind, who), 0))
            over_us = free_us + step_us - now_us - max(_MINUTE_US // 2, step_us)
            if over_us > 0:
                return -(-over_us // 1_000_000)
            if len(self._free_us) >= _MOST_KEYS:
                self._forget(now_us)
            self._free_us[kind, who] = free_us + step_us
        return 0

    def spend(self, kind: str, who: str) -> None:
        """Counts a request. Raises TooOften."""
        seconds = self.wait_s(kind, who)
        if seconds:
            _refused.labels(kind).inc()
            raise TooOften("rate_limited", seconds=seconds)

    def first(self, who: str) -> bool:
        """Whether a refusal is to be written down: one of a burst is, else who asks too often fills the audit."""
        return self.wait_s("told", who) == 0

    def few(self, address: str) -> bool:
        """Whether a log-in refused before anything was looked at is to be written down: 30 a minute are."""
        return self.wait_s("refused", place(address)) == 0

    def _forget(self, now_us: int) -> None:
        """Drops whom nothing is held against; where that is nobody, everybody: memory is bounded."""
        self._free_us = {key: free_us for key, free_us in self._free_us.items() if free_us > now_us}
        if len(self._free_us) >= _MOST_KEYS:
            self._free_us.clear()


def of_request(request: Request) -> Rates:
    """The counts of the application that serves this request."""
    found = request.app.state.rates
    assert isinstance(found, Rates)
    return found


def kind_of(method: str, path: str) -> str | None:
    """What limit a request of a signed-in person counts against; `path` as under /api/v1."""
    return next((kind for kind, of, pattern in _PATTERNS if of == method and pattern.fullmatch(path)), None)


def place(address: str) -> str:
    """Who an address is for a count: of IPv6 its /64, all of which one client has."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, 64), strict=False))


def recipients(request: Request) -> None:
    """A dependency of the recipients' pages, whose link is all that is known of them. Raises TooOften."""
    of_request(request).spend("recipient", place(request.client.host if request.client else ""))
