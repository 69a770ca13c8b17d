"""Laporan Kepatuhan: terms, whether they were kept, whose fault it was where not, tickets, and how it was counted."""

from __future__ import annotations

from collections import Counter
from datetime import date

from saksi import local_time
from saksi.clock_words import bound, far
from saksi.papers.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Line,
    Pairs,
    Paragraph,
    Remark,
    Strong,
    Table,
)
from saksi.papers.compose.desk import Desk
from saksi.papers.obligations import KEPT_STATES, Agreement, Compliance, Kept

_KINDS = {"cameras": "connected", "uptime": "uptime", "clock": "clock_off", "retention": "retention"}
_SECOND_US, _HOUR_US, _DAY_US = 1_000_000, 3_600_000_000, 86_400_000_000


def compose(paper: Compliance, language: str) -> Document:
    """Laporan Kepatuhan."""
    desk = Desk(paper.issue, language)
    say = desk.say
    unfinished = Remark(text=say("month_open", until=_moment(desk, paper.until_us)), warning=True)
    left = paper.tickets_in_all - len(paper.tickets)
    blocks: list[Block] = [
        _made(desk, paper),
        *((unfinished,) if paper.until_us < paper.month.end_us else ()),
        desk.section("section_month"),
        _summary(desk, paper),
        desk.section("section_terms"),
        Paragraph(text=say("terms_words")),
        _terms(desk, paper),
        desk.section("section_kept"),
        _judgement(desk, paper),
        desk.section("section_missing"),
        Paragraph(text=say("missing_words")),
        _missing(desk, paper),
        desk.section("section_tickets"),
        _tickets(desk, paper),
        *((Remark(text=say("tickets_left_out", left=desk.figures.count(left))),) if left else ()),
        desk.section("section_method"),
        Paragraph(text=say("method_due")),
        Paragraph(text=say("method_missing")),
        Paragraph(text=say("method_clock")),
        *desk.closing(paper.signatories),
    ]  # fmt: skip
    return desk.document("compliance", blocks)


def _made(desk: Desk, paper: Compliance) -> Pairs:
    say, figures = desk.say, desk.figures
    first, last = figures.date(paper.month.start_us), figures.date(paper.month.end_us - 1)
    return Pairs(
        rows=(
            (say("month"), Strong(say("month_said", first=first, last=last, zone=figures.zone.name))),
            (say("made_at"), figures.moment(paper.issue.made_us)),
            (say("made_by"), desk.person(paper.made_by)),
        )
    )


def _summary(desk: Desk, paper: Compliance) -> Pairs:
    say, figures = desk.say, desk.figures
    agencies = [one for one in paper.subjects if not one.site]
    states = Counter(one.state for one in agencies)
    obliged = [one for one in agencies if one.terms is not None and one.terms.obliged]
    said = {state: figures.count(states[state]) for state in KEPT_STATES}
    due_us, recorded_us = _sum(agencies, "due_us"), _sum(agencies, "recorded_us")
    hours = {name: _hours(desk, _sum(agencies, f"{name}_us")) for name in ("agency", "archive", "unknown")}
    with_footage = sum(one.connected > 0 for one in obliged)
    connected = {"obliged": figures.count(len(obliged)), "connected": figures.count(with_footage)}
    cameras = {name: figures.count(_sum(agencies, name)) for name in ("cameras", "connected")}
    recorded = figures.share(recorded_us, due_us)
    opened, closed = figures.count(paper.opened), figures.count(paper.closed)
    return Pairs(
        rows=(
            (say("agencies_count"), say("agencies_said", all=figures.count(len(agencies)), **said)),
            (say("obliged_count"), say("obliged_said", **connected)),
            (say("cameras"), say("cameras_said", **cameras)),
            (
                say("recorded_count"),
                say("recorded_said", recorded=recorded, due=_hours(desk, due_us), **hours),
            ),
            (say("tickets_count"), say("tickets_said", opened=opened, closed=closed)),
        )
    )


def _terms(desk: Desk, paper: Compliance) -> Table:
    say = desk.say
    return Table(
        columns=(
            Column(head=say("subject"), share=3),
            Column(head=say("terms_duty"), share=3.4),
            Column(head=say("terms_since"), share=1.7),
            Column(head=say("cameras"), share=1.2, figures=True),
            Column(head=say("uptime"), share=1.9, figures=True),
            Column(head=say("retention"), share=1.4, figures=True),
            Column(head=say("clock_off"), share=1.6, figures=True),
        ),
        rows=tuple(_agreed(desk, one, one.terms) for one in paper.subjects if one.terms is not None),
        empty=say("no_terms"),
    )


def _agreed(desk: Desk, of: Kept, terms: Agreement) -> tuple[Cell, ...]:
    say = desk.say
    otherwise = say("as_agency") if of.site else "–"
    duty = say("as_agency")
    if terms.obliged is not None:
        duty = say("obliged_yes" if terms.obliged else "obliged_no")
    return (
        _name(of),
        (duty, *((terms.basis,) if terms.basis else ())),
        _day(terms.since),
        "–" if terms.cameras is None else _figure(desk, "cameras", terms.cameras),
        otherwise if terms.uptime_percent is None else _figure(desk, "uptime", terms.uptime_percent),
        otherwise if terms.retention_days is None else _figure(desk, "retention", terms.retention_days),
        otherwise if terms.clock_error_ms is None else _figure(desk, "clock", terms.clock_error_ms),
    )


def _judgement(desk: Desk, paper: Compliance) -> Table:
    say = desk.say
    return Table(
        columns=(
            Column(head=say("subject"), share=3),
            Column(head=say("connected"), share=2.1),
            Column(head=say("uptime"), share=2.2),
            Column(head=say("clock_off"), share=2.3),
            Column(head=say("retention"), share=2.1),
            Column(head=say("result"), share=2),
        ),
        rows=tuple(_judged(desk, one) for one in paper.subjects),
        empty=say("no_subjects"),
    )


def _judged(desk: Desk, one: Kept) -> tuple[Cell, ...]:
    say, figures = desk.say, desk.figures
    verdicts = {verdict.kind: verdict for verdict in one.judged}

    def cell(kind: str, *found: str) -> tuple[Line, ...]:
        verdict = verdicts.get(kind)
        if verdict is None:
            return found
        first: Line = Strong(found[0]) if verdict.kept is False else found[0]
        return first, *found[1:], say("agreed", agreed=_figure(desk, kind, verdict.agreed))

    connected = say("of_cameras", connected=figures.count(one.connected), cameras=figures.count(one.cameras))
    clock = say("not_measured")
    if one.off_us is not None:
        clock = f"{figures.decimal(one.off_us / 1000, 0)} ms"
    recorder: tuple[str, ...] = ()
    if one.recorder_error_us is not None:
        recorder = (say("recorder_bound", bound=f"± {bound(one.recorder_error_us, say.language)}"),)
    reached = say("not_known") if one.reached_us is None else say("days", days=_days(desk, one.reached_us))
    said = say.coded("state", one.state)
    broken = [verdict.kind for verdict in one.judged if verdict.kept is False]
    return (
        _name(one),
        cell("cameras", connected),
        cell("uptime", figures.share(one.recorded_us, one.recorded_us + one.agency_us)),
        cell("clock", clock, *recorder),
        cell("retention", reached),
        (Strong(said), *(say(_KINDS[kind]) for kind in broken)) if broken else said,
    )


def _missing(desk: Desk, paper: Compliance) -> Table:
    say = desk.say
    return Table(
        columns=(
            Column(head=say("subject"), share=2.9),
            Column(head=say("due"), share=1.5, figures=True),
            Column(head=say("recorded"), share=1.6, figures=True),
            Column(head=say("by_agency"), share=1.5, figures=True),
            Column(head=say("by_archive"), share=1.5, figures=True),
            Column(head=say("by_unknown"), share=1.7, figures=True),
            Column(head=say("longest"), share=4.2),
        ),
        rows=tuple(_lost(desk, one) for one in paper.subjects),
        empty=say("no_subjects"),
    )


def _lost(desk: Desk, one: Kept) -> tuple[Cell, ...]:
    say, figures = desk.say, desk.figures
    longest: Cell = say("none")
    if one.longest is not None:
        span = one.longest.span
        length = far(span.end_us - span.start_us, say.language)
        cause = say.coded("gap", one.longest.cause)
        longest = (one.longest.camera, _moment(desk, span.start_us), f"{length}: {cause}")
    return (
        _name(one),
        _hours(desk, one.due_us),
        figures.share(one.recorded_us, one.due_us) if one.due_us else "–",
        _hours(desk, one.agency_us),
        _hours(desk, one.archive_us),
        _hours(desk, one.unknown_us),
        longest if one.due_us else "–",
    )


def _tickets(desk: Desk, paper: Compliance) -> Table:
    say = desk.say
    return Table(
        columns=(
            Column(head=say("ticket_number"), share=0.9, figures=True),
            Column(head=say("subject"), share=3),
            Column(head=say("ticket_what"), share=4.6),
            Column(head=say("ticket_opened"), share=2.1),
            Column(head=say("ticket_closed"), share=2.1),
        ),
        rows=tuple(
            (
                str(one.number),
                one.of,
                one.what,
                _moment(desk, one.opened_us),
                say("ticket_open") if one.closed_us is None else _moment(desk, one.closed_us),
            )
            for one in paper.tickets
        ),
        empty=say("no_tickets"),
    )


def _name(one: Kept) -> Cell:
    """Sites stand under their agency."""
    return f"– {one.name}" if one.site else Strong(one.name)


def _figure(desk: Desk, kind: str, value: float) -> str:
    figures = desk.figures
    if kind == "uptime":
        return f"{figures.decimal(value, 0 if value == int(value) else 2)} %"
    if kind == "clock":
        return f"{figures.count(round(value))} ms"
    said = figures.count(round(value))
    return desk.say("days", days=said) if kind == "retention" else said


def _days(desk: Desk, length_us: int) -> str:
    """Whole days, or rounded down to hundredths."""
    hundredths = length_us // (_DAY_US // 100)
    return desk.figures.decimal(hundredths / 100, 0 if hundredths % 100 == 0 else 2)


def _hours(desk: Desk, length_us: int) -> str:
    """To a tenth; what is less is not said to be nothing."""
    if 0 < length_us < _HOUR_US // 20:
        return f"< {desk.figures.decimal(0.1, 1)}"
    return desk.figures.decimal(length_us / _HOUR_US, 1)


def _moment(desk: Desk, at_us: int) -> str:
    whole_us = at_us - at_us % _SECOND_US
    return local_time.moment(whole_us, desk.figures.zone.name, desk.say.language)


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _sum(of: list[Kept], name: str) -> int:
    return sum(getattr(one, name) for one in of)
