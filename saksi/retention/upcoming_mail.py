"""The week's deletions by mail, once a day to each agency that has an address; what fails is tried again a few times.

A mail is counted before it is sent, so that two workers do not both send it; one that dies between sending and telling
may send it twice. Nothing waits for a mail.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue.database import Database, query
from saksi.errors import BadInput
from saksi.local_time import HOURS
from saksi.messages import register
from saksi.retention.upcoming import AgencyWeek, Week, week
from saksi.retention.upcoming_text import text
from saksi.settings import Settings

log = logging.getLogger("saksi.retention.mail")

register(
    "smtp_url",
    en=(
        "SAKSI_SMTP_URL is not an address of a mail server.",
        "Write it as smtp://NAME:PASSWORD@HOST:587, or smtps:// for TLS from the start.",
    ),
    id_=(
        "SAKSI_SMTP_URL bukan alamat server surel.",
        "Tulis seperti smtp://NAMA:SANDI@HOST:587, atau smtps:// untuk TLS sejak awal.",
    ),
)

MOST_TRIES = 5
_PAUSES_S = (60, 300, 900, 3600, 3600)
_A_ROUND = 20
_TIMEOUT_S = 15.0
_TURN_S = 30.0

mails = Counter(
    "saksi_digest_mails_total", "Mails of the coming deletions: sent, failed, given_up.", ["result"]
)


@dataclass(frozen=True, kw_only=True)
class Server:
    """A mail server. `tls`: from the first byte; else STARTTLS where it is offered, always before a password."""

    host: str
    port: int
    tls: bool
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> Server:
        """Reads smtp://[name:password@]host[:port] or smtps://…. Raises BadInput."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise BadInput("smtp_url", field="SAKSI_SMTP_URL") from error
        if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/"):
            raise BadInput("smtp_url", field="SAKSI_SMTP_URL")
        tls = parts.scheme == "smtps"
        return cls(
            host=host,
            port=port or (465 if tls else 587),
            tls=tls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def send(self, message: EmailMessage) -> None:
        """Raises OSError or smtplib.SMTPException."""
        context = ssl.create_default_context()
        opened = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_S, context=context)
            if self.tls
            else smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_S)
        )
        with opened as server:
            if not self.tls:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=context)
                elif self.user:
                    raise smtplib.SMTPNotSupportedError(
                        "no STARTTLS, and a password is never sent in the open"
                    )
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)


def send_due(database: Database, settings: Settings) -> int:
    """Sends what is owed today from the set hour on; answers how many were taken. Raises BadInput for a bad address.

    Stops after half a minute, or when the server does not answer: the next call goes on.
    """
    if settings.smtp_url is None:
        return 0
    server = Server.of(settings.smtp_url.get_secret_value())
    now = clock.now()
    local = now.astimezone(timezone(timedelta(hours=HOURS[settings.zone])))
    if f"{local:%H:%M}" < settings.mail_at:
        return 0
    values = {"day": local.date(), "most": MOST_TRIES, "limit": _A_ROUND}
    with database.transaction() as connection:
        owed = connection.execute(query("upcoming.owed"), values).fetchall()
        ahead = week(connection, settings, clock.to_us(now)) if owed else None
    sent, until = 0, time.monotonic() + _TURN_S
    for row in owed if ahead is not None else ():
        assert ahead is not None
        if time.monotonic() > until or not _begin(database, row["agency_id"], local.date(), row["attempts"]):
            continue
        message = compose(settings, ahead, row["code"], row["contact_email"])
        took = _try(database, server, message, row["agency_id"], local.date(), row["attempts"] + 1)
        if took is None:
            break  # a server that does not answer keeps nobody waiting for it twice
        sent += took
    return sent


def compose(settings: Settings, ahead: Week, agency: str, address: str) -> EmailMessage:
    """The mail to one agency, in both languages."""
    (mine, *_) = (*ahead.of(frozenset({agency})).agencies, AgencyWeek(agency=agency, name=agency))
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = address
    message["Subject"] = f"Saksi: pemusnahan 7 hari ke depan / deletions of the next 7 days ({agency})"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(text(mine, ahead, settings, language) for language in ("id", "en")))
    return message


def _begin(database: Database, agency_id: int, day: date, attempts: int) -> bool:
    pause_s = _PAUSES_S[min(attempts, len(_PAUSES_S) - 1)]
    values = {"agency_id": agency_id, "day": day, "attempts": attempts, "pause_s": pause_s}
    with database.transaction() as connection:
        return connection.execute(query("upcoming.try"), values).fetchone() is not None


def _try(
    database: Database, server: Server, message: EmailMessage, agency_id: int, day: date, attempt: int
) -> bool | None:
    """Whether the server took it; None when there was none to be talked to."""
    values: dict[str, object] = {"agency_id": agency_id, "day": day}
    try:
        server.send(message)
    except (OSError, smtplib.SMTPException) as error:
        told = f"{type(error).__name__}: {error}"[:500]
        with database.transaction() as connection:
            connection.execute(query("upcoming.failed"), {**values, "error": told})
        mails.labels("given_up" if attempt >= MOST_TRIES else "failed").inc()
        log.warning("mail to %s, try %d of %d: %s", message["To"], attempt, MOST_TRIES, told)
        return False if isinstance(error, smtplib.SMTPException) else None
    with database.transaction() as connection:
        connection.execute(query("upcoming.sent"), values)
    mails.labels("sent").inc()
    return True
