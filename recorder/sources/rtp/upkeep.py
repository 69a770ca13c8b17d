"""What keeps a session playing: a request before its time-out, and reports of what was received."""

from __future__ import annotations

from recorder.sources.rtp.handshake import Session
from recorder.sources.rtp.message import Message, request
from recorder.sources.rtp.rtcp import Reception, SenderReport, interleaved, receiver_report
from recorder.sources.rtp.sequence import Order
from saksi.digest import challenges

_REPORT_US = 5_000_000  # RFC 3550 section 6.2, the least interval
_MOST_SESSION_S = 120  # a camera that claims longer is asked at least so often: firewalls forget sooner


class Upkeep:
    """One session's. Times are on the steady clock."""

    def __init__(self, session: Session, order: Order, *, own: int) -> None:
        """`order` is the picture's, `own` our source number in reports."""
        self._session = session
        self._order = order
        self._own = own
        self._cseq = session.cseq
        # Half the time-out, so that one lost answer costs nothing.
        self._every_us = min(session.timeout_s, _MOST_SESSION_S) * 1_000_000 // 2
        self._request_us: int | None = None
        self._report_us: int | None = None
        self._heard: SenderReport | None = None
        self._heard_us: int | None = None
        self._told = (0, 0)  # highest number and loss in the report before
        self._told_source = -1

    def heard(self, report: SenderReport) -> None:
        """A sender report came."""
        self._heard, self._heard_us = report, None

    def due(self, now_us: int) -> bytes:
        """The requests and reports that are due."""
        if self._request_us is None or self._report_us is None:
            self._request_us, self._report_us = now_us + self._every_us, now_us + _REPORT_US
        if self._heard is not None and self._heard_us is None:
            self._heard_us = now_us
        out = b""
        if now_us >= self._request_us:
            self._request_us = now_us + self._every_us
            out += self._ask(self._session.alive_by)
        if now_us >= self._report_us:
            self._report_us = now_us + _REPORT_US
            out += interleaved(
                self._session.picture_channel + 1, receiver_report(self._own, self._received(now_us))
            )
        return out

    def answered(self, found: Message) -> str:
        """Takes the answer to a request of ours; why the session is over, or nothing."""
        if found.status == 401:
            if not self._session.credentials.take(challenges(found.all("www-authenticate"))):
                return "it answers 401 Unauthorized in the middle of a session"
            self._request_us = 0  # at once, with the fresh nonce
            return ""
        self._session.credentials.accepted()
        if found.status == 454:
            return "it answers 454, the session is gone"
        return ""

    def teardown(self) -> bytes:
        """The request that ends the session."""
        return self._ask("TEARDOWN")

    def _ask(self, method: str) -> bytes:
        session = self._session
        self._cseq += 1
        headers = [("Session", session.id)] if session.id else []
        return request(
            method, session.url, self._cseq, (*headers, *session.credentials.header(method, session.url))
        )

    def _received(self, now_us: int) -> list[Reception]:
        order = self._order
        if order.source < 0:
            return []
        before = self._told if self._told_source == order.source else (order.before, order.lost)
        self._told, self._told_source = (order.highest, order.lost), order.source
        expected, lost = order.highest - before[0], order.lost - before[1]
        heard, heard_us = self._heard, self._heard_us
        return [
            Reception(
                source=order.source,
                lost_share=min(255, 256 * lost // expected) if expected > 0 and lost > 0 else 0,
                lost=order.lost,
                highest=order.highest,
                last_report=heard.middle if heard else 0,
                delay=(now_us - heard_us) * 65_536 // 1_000_000 if heard and heard_us is not None else 0,
            )
        ]
