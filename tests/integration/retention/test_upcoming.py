"""What the coming week deletes, told in time: by policy and night, by hand, what holds keep; and once a day by mail."""

from __future__ import annotations

import email
import itertools
import socketserver
import threading
from collections.abc import Iterator
from email import policy as email_policy
from typing import Any

import pytest
from pydantic import SecretStr

from saksi import clock
from saksi.catalogue import places
from saksi.catalogue.holds import HoldSpan
from saksi.errors import BadInput
from saksi.retention import by_hand, schedule, thinning_policies, upcoming, upcoming_mail, upcoming_text
from saksi.retention.upcoming import Week
from saksi.retention.upcoming_mail import Server
from saksi.settings import Settings
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.retention.archive import DAY, HOUR, SECOND, Archive, hour_start, keep_days

MINUTE = 60 * SECOND


class SmtpDouble(socketserver.ThreadingTCPServer):
    """A fake boundary: takes mail over real SMTP (RFC 5321), or refuses it with `refusal`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[tuple[list[str], bytes]] = []
        self.refusal = ""


class _Session(socketserver.StreamRequestHandler):
    server: SmtpDouble

    def handle(self) -> None:
        recipients: list[str] = []
        self._say("220 double")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                recipients.append(line.decode().partition(":")[2].strip(" <>\r\n"))
                self._say(self.server.refusal or "250 ok")
            elif word == b"DATA":
                self._say("354 go on")
                self.server.taken.append((recipients, self._message()))
                self._say("250 taken")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def smtp() -> Iterator[SmtpDouble]:
    with SmtpDouble() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def week_of(archive: Archive, settings: Settings) -> Week:
    with archive.database.transaction() as connection:
        return upcoming.week(connection, settings, clock.now_us())


def test_the_week_is_told_by_night_with_what_stays_and_what_waits(archive: Archive) -> None:
    keep_days(archive.database, 10)
    settings = archive.desk().settings
    first, *_ = dues = upcoming.purges_ahead(settings, clock.now_us())
    assert [b - a for a, b in itertools.pairwise(dues)] == [DAY] * 6
    over = (first - 10 * DAY) // HOUR * HOUR - 2 * HOUR  # gone with the first night
    later = over + 3 * DAY  # and with the fourth
    archive.record("a", over, 12, pictures=False, objects=False)
    archive.record("a", later, 6, pictures=False, objects=False)
    archive.record("b", over, 6, pictures=False, objects=False)
    archive.record("c", hour_start(1), 6, pictures=False, objects=False)  # not this week
    desk = Desk.of(archive.database)
    with archive.database.transaction() as connection:
        span = HoldSpan(camera_id=archive.ids["b"], camera="b", from_us=over, to_us=over + HOUR)
        hold = desk.hold(connection, span)
        connection.execute("update legal_hold set review_on = current_date + 3")
        run, _ = by_hand.ask(
            connection, OFFICE, settings, desk.budi, desk.who(desk.budi), codes=["c"], from_us=hour_start(1),
            to_us=hour_start(1) + HOUR, reason="uji", basis="UU 27/2022", clock_checked="a test",
        )  # fmt: skip
    found = {one.agency: one for one in week_of(archive, settings).agencies}
    assert sorted(found) == ["a", "b", "c"]
    assert [(day.due_us, day.hours, day.cameras, day.bytes, day.held_hours) for day in found["a"].days] == [
        (dues[0], 2, 1, 12_000, 0),
        (dues[3], 1, 1, 6_000, 0),
    ]
    (night, _) = found["a"].days
    assert (night.oldest_us, night.newest_us) == (over, over + 2 * HOUR)
    assert [(one.policy, one.hours) for one in night.policies] == [("default", 2)]
    assert [(day.hours, day.held_hours, day.held_bytes) for day in found["b"].days] == [(0, 1, 6_000)]
    assert [(one.hold_id, one.cameras) for one in found["b"].reviews] == [(hold.hold_id, 1)]
    assert [(one.purge_id, one.undo_until_us) for one in found["c"].by_hand] == [(run.purge_id, None)]
    with archive.database.transaction() as connection:
        by_hand.approve(connection, OFFICE, settings, desk.citra, desk.who(desk.citra), run.purge_id)
    (waiting,) = {one.agency: one for one in week_of(archive, settings).agencies}["c"].by_hand
    assert waiting.undo_until_us is not None
    assert waiting.cameras == ("c",)
    # Nobody who is limited to agencies sees another's.
    assert [one.agency for one in week_of(archive, settings).of(frozenset({"b"})).agencies] == ["b"]
    for language, words in (
        ("id", ("2 jam-kamera dari 1 kamera, 12 potongan, 12.0 kB", "kebijakan")),
        ("en", ("2 camera-hours of 1 camera, 12 chunks, 12.0 kB", "policy")),
    ):
        told = upcoming_text.text(found["a"], week_of(archive, settings), settings, language)
        assert all(word in told for word in words), told


def test_it_counts_to_the_chunk_what_dry_runs_say(archive: Archive) -> None:
    keep_days(archive.database, 10)
    settings = archive.desk().settings
    first, second, *_ = upcoming.purges_ahead(settings, clock.now_us())
    # Chunks of ten minutes that neither night's cutoff meets at an edge, and an hour that a hold cuts.
    over = first - 10 * DAY - 75 * MINUTE
    archive.record("a", over, 12, pictures=False, objects=False)
    archive.record("a", over + DAY, 24, pictures=False, objects=False)
    desk = Desk.of(archive.database)
    with archive.database.transaction() as connection:
        span = HoldSpan(
            camera_id=archive.ids["a"], camera="a", from_us=over + 15 * MINUTE, to_us=over + 25 * MINUTE
        )
        desk.hold(connection, span)
        told = [schedule.dry_run(connection, at_us) for at_us in (first, second)]
    ((tonight, tomorrow, *rest),) = [one.days for one in week_of(archive, settings).agencies]
    assert [(one.chunks, one.bytes) for one in rest] == [(17, 17_000)]
    assert (tonight.hours, tonight.chunks, tonight.bytes, tonight.held_hours, tonight.held_bytes) == (
        told[0]["hours"], 5, told[0]["bytes"], told[0]["held_hours"], 2000,
    )  # fmt: skip
    assert tonight.chunks == told[0]["chunks"]
    # What the second night takes is what a dry run says then, without what the first took.
    assert tomorrow.chunks + tonight.chunks == told[1]["chunks"] == 17
    assert tomorrow.bytes + tonight.bytes == told[1]["bytes"]


def test_thinned_originals_are_told_and_nothing_is_told_that_is_nothing(archive: Archive) -> None:
    keep_days(archive.database, 30)
    settings = archive.desk().settings
    first, *_ = upcoming.purges_ahead(settings, clock.now_us())
    start = first - 5 * DAY - 2 * HOUR
    for code in ("a", "b", "c"):
        archive.record(code, start, 6, pictures=False, objects=False)
    desk = Desk.of(archive.database)
    with archive.database.transaction() as connection:
        for number, code in enumerate(("a", "b")):
            made = thinning_policies.propose(
                connection, OFFICE, scope="camera", subject=code, mode="keyframes", after_us=5 * DAY, basis="uji",
                reason="", by=desk.budi.person_id,
            )  # fmt: skip
            thinning_policies.accept(connection, OFFICE, made.thinning_id, by=desk.citra.person_id)
            if number:
                span = HoldSpan(camera_id=archive.ids[code], camera=code, from_us=start, to_us=start + HOUR)
                desk.hold(connection, span)
    week = week_of(archive, settings)
    found = {one.agency: one for one in week.agencies}
    assert sorted(found) == ["a", "b"]
    (night,) = found["a"].days
    assert [(one.policy_id, one.chunks, one.bytes) for one in night.policies] == [(None, 6, 6000)]
    assert "thinned, keyframes stay: " in upcoming_text.text(found["a"], week, settings, "en")
    told = upcoming_text.text(found["b"], week, settings, "en")
    assert ": nothing\n  stays, as it is held: " in told
    assert "camera-hour of" not in told
    assert " 0 " not in told


def test_what_is_not_sealed_yet_is_said_to_be_missing(archive: Archive) -> None:
    keep_days(archive.database, 1)
    archive.camera("a")
    (mine,) = week_of(archive, archive.desk().settings).agencies
    assert (mine.days, mine.unsealed) == ([], 1)
    told = upcoming_text.text(mine, week_of(archive, archive.desk().settings), archive.desk().settings, "en")
    assert "still to be recorded of 1 camera," in told


def mailing(archive: Archive, smtp: SmtpDouble, **more: Any) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{smtp.server_address[1]}")
    settings = archive.desk().settings
    return settings.model_copy(
        update={"smtp_url": url, "mail_at": "00:00", "mail_from": "saksi@kota.test", **more}
    )


def test_each_agency_with_an_address_gets_one_mail_a_day(archive: Archive, smtp: SmtpDouble) -> None:
    keep_days(archive.database, 10)
    archive.record("a", hour_start(12), 6, pictures=False, objects=False)
    archive.camera("b")
    settings = mailing(archive, smtp)
    assert upcoming_mail.send_due(archive.database, settings) == 0, "nobody has an address"
    with archive.database.transaction() as connection:
        places.set_contact(connection, "a", "dishub@kota.test")
        for wrong in ("no", "a b@c", "x@", "a@b\n.c"):
            with pytest.raises(BadInput):
                places.set_contact(connection, "a", wrong)
    late = settings.model_copy(update={"mail_at": "24:00"})  # the end of the day, whenever this runs
    assert upcoming_mail.send_due(archive.database, late) == 0
    assert [upcoming_mail.send_due(archive.database, settings) for _ in range(2)] == [1, 0]
    ((recipients, data),) = smtp.taken
    assert recipients == ["dishub@kota.test"]
    message = email.message_from_bytes(data, policy=email_policy.default)
    body = message.get_content()
    assert (message["To"], message["From"], message.get_content_type()) == (
        "dishub@kota.test", "saksi@kota.test", "text/plain",
    )  # fmt: skip
    for told in ("1 jam-kamera dari 1 kamera", "1 camera-hour of 1 camera,", "6.0 kB", "WITA"):
        assert told in body, body
    assert ">From" not in body


def test_a_mail_that_is_refused_is_tried_a_few_times_and_holds_nothing_up(
    archive: Archive, smtp: SmtpDouble
) -> None:
    archive.camera("a")
    with archive.database.transaction() as connection:
        places.set_contact(connection, "a", "dishub@kota.test")
    settings = mailing(archive, smtp)
    smtp.refusal = "450 greylisted"
    for _ in range(upcoming_mail.MOST_TRIES + 2):
        assert upcoming_mail.send_due(archive.database, settings) == 0
        archive.all_of("update digest_mail set next_at = now() - interval '1 second' returning 1")
    (row,) = archive.all_of("select attempts, sent_at, last_error from digest_mail")
    assert (row["attempts"], row["sent_at"]) == (upcoming_mail.MOST_TRIES, None)
    assert "greylisted" in row["last_error"]
    # Tomorrow is another day; a server that is not there is no error of the caller's either.
    archive.all_of("update digest_mail set day = day - 1 returning 1")
    smtp.refusal = ""
    gone = settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:1")})
    assert upcoming_mail.send_due(archive.database, gone) == 0
    archive.all_of("update digest_mail set next_at = now() - interval '1 second' returning 1")
    assert upcoming_mail.send_due(archive.database, settings) == 1


def test_an_address_of_a_mail_server_is_read_or_refused() -> None:
    read = Server.of("smtps://u%40k:p%2Fw@mail.kota.test")
    assert (read.host, read.port, read.tls, read.user, read.password) == (
        "mail.kota.test",
        465,
        True,
        "u@k",
        "p/w",
    )
    assert Server.of("smtp://mail").port == 587
    for wrong in ("mail.kota.test", "http://mail", "smtp://", "smtp://mail/x", "smtp://mail:port"):
        with pytest.raises(BadInput):
            Server.of(wrong)


def test_a_password_is_never_sent_in_the_open(archive: Archive, smtp: SmtpDouble) -> None:
    archive.camera("a")
    with archive.database.transaction() as connection:
        places.set_contact(connection, "a", "dishub@kota.test")
    url = SecretStr(f"smtp://budi:rahasia@127.0.0.1:{smtp.server_address[1]}")
    assert upcoming_mail.send_due(archive.database, mailing(archive, smtp, smtp_url=url)) == 0
    (row,) = archive.all_of("select last_error from digest_mail")
    assert "STARTTLS" in row["last_error"]
    assert smtp.taken == []
