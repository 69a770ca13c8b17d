"""BA Pemusnahan: what a purge destroyed, by agency and camera, under which policies, and what holds kept."""

from __future__ import annotations

from saksi.papers.blocks import (
    Block,
    Cell,
    Column,
    Digest,
    Document,
    Line,
    Mono,
    Pairs,
    Paragraph,
    Remark,
    Strong,
    Table,
)
from saksi.papers.compose import record
from saksi.papers.compose.desk import Desk
from saksi.papers.destruction import ByHand, PurgedCamera, ThinnedGone
from saksi.papers.model import PolicyShare, Purge


def compose(paper: Purge, language: str) -> Document:
    """BA Pemusnahan."""
    desk = Desk(paper.issue, language)
    say, figures = desk.say, desk.figures
    absent = {"absent": figures.count(paper.confirmed_absent), "objects": figures.count(paper.objects)}
    gone = paper.confirmed_absent == paper.objects
    blocks: list[Block] = [
        desk.opening(say("purge_opening", run=paper.run)),
        desk.section("section_purge"),
        _course(desk, paper),
        Remark(text=say("absent_all" if gone else "absent_some", **absent), warning=not gone),
        *_by_hand(desk, paper.by_hand),
        desk.section("section_policies"),
        _policies(desk, paper),
        Paragraph(text=say("policy_set_words", number=figures.count(paper.policies_in_force))),
        Digest(label=say("policy_set"), value=paper.policy_set),
        desk.section("section_holds"),
        Paragraph(text=say("purge_holds", holds=figures.count(paper.holds_in_force))),
        _stayed(desk, paper),
        *_hold_sets(desk, paper),
        desk.section("section_purged"),
        Paragraph(text=say("purged_words")),
        _agencies(desk, paper),
        *_cameras(desk, paper),
        Pairs(rows=((say("lines_file"), Mono(paper.lines.sha256)), (say("lines_root"), Mono(paper.lines.root)))),
        Digest(label=say("certificate"), value=paper.certificate),
        desk.section("section_ledger"),
        Paragraph(text=say("ledger_words")),
        *record.ledger(desk, paper.ledger),
        *record.law(desk, "law_purge"),
        *desk.remarks(paper.remarks),
        *desk.closing(paper.signatories),
    ]  # fmt: skip
    return desk.document("purge", blocks)


def _course(desk: Desk, paper: Purge) -> Pairs:
    say, figures = desk.say, desk.figures
    chunks, size = (sum(getattr(one, name) for one in paper.agencies) for name in ("chunks", "bytes"))
    kind = say.coded("kind", paper.kind)
    sums = {"cameras": figures.count(paper.cameras_in_all), "hours": figures.count(paper.lines.count)}
    total = say("purged_sum", chunks=figures.count(chunks), size=figures.size(size), **sums)
    return Pairs(
        rows=(
            (say("purge_run"), Mono(paper.run)),
            (say("purge_kind"), kind if paper.kind == "policy" else Strong(kind)),
            (say("reason"), paper.reason or say("not_recorded")),
            (say("purge_asked"), _asked(desk, paper)),
            (say("approved"), desk.people(paper.approved_by)),
            (say("purge_notice"), record.entry(desk, paper.notice)),
            (say("purge_due"), figures.moment(paper.due_us)),
            (say("purge_started"), figures.moment(paper.started_us)),
            (say("purge_done"), record.entry(desk, paper.done)),
            (say("purged_total"), total),
            *_thinned(desk, paper.thinned),
        )
    )


def _thinned(desk: Desk, gone: ThinnedGone | None) -> tuple[tuple[str, Cell], ...]:
    if gone is None:
        return ()
    say, figures = desk.say, desk.figures
    values = {"hours": figures.count(gone.hours), "chunks": figures.count(gone.chunks)}
    said = say("thinned_sum", size=figures.size(gone.bytes), **values)
    return ((say("thinned_gone"), (said, Mono(gone.root))),)


def _asked(desk: Desk, paper: Purge) -> str:
    if paper.asked_by is not None:
        return desk.person_line(paper.asked_by)
    return desk.say("by_nobody" if paper.at_once else "by_schedule")


def _by_hand(desk: Desk, asked: ByHand | None) -> tuple[Block, ...]:
    """What an officer asked for; that it went below the legal minimum stands in a box."""
    if asked is None:
        return ()
    say, figures = desk.say, desk.figures
    rest: tuple[Line, ...] = (say("and_more", number=figures.count(asked.more)),) if asked.more else ()
    pairs = Pairs(
        rows=(
            (say("cameras_asked"), (*(Mono(one) for one in asked.cameras), *rest)),
            (say("span_asked"), figures.span(asked.span)),
            (say("basis"), asked.basis or say("not_recorded")),
            (say("undo_until"), figures.moment(asked.undo_until_us)),
        )
    )
    if not asked.young:
        return desk.section("section_by_hand"), pairs
    told = say("below_minimum", hours=figures.count(asked.young), order=asked.order or say("not_recorded"))
    return desk.section("section_by_hand"), pairs, Remark(text=told, warning=True)


def _policies(desk: Desk, paper: Purge) -> Table:
    say, figures = desk.say, desk.figures
    return Table(
        columns=(
            Column(head=say("policy"), share=7),
            Column(head=say("cameras"), share=1.5, figures=True),
            Column(head=say("camera_hours"), share=1.8, figures=True),
            Column(head=say("bytes"), share=2.6, figures=True),
        ),
        rows=tuple(
            (
                _asked_for(desk, one),
                figures.count(one.cameras),
                figures.count(one.hours),
                figures.count(one.bytes),
            )
            for one in paper.policies
        ),
        empty=say("nothing_purged"),
    )


def _asked_for(desk: Desk, one: PolicyShare) -> tuple[Line, ...]:
    if one.policy is not None:
        return record.policy(desk, one.policy)
    return (Strong(desk.say("no_policy")),) if one.thinning is None else record.thinning(desk, one.thinning)


def _stayed(desk: Desk, paper: Purge) -> Table:
    say, figures = desk.say, desk.figures
    return Table(
        columns=(
            Column(head=say("stayed"), share=7),
            Column(head=say("camera_hours"), share=1.8, figures=True),
            Column(head=say("bytes"), share=2.6, figures=True),
        ),
        rows=tuple(
            (say.coded("stayed", one.cause), figures.count(one.hours), figures.count(one.bytes))
            for one in paper.stayed
        ),
        empty=say("nothing_stayed"),
    )


def _hold_sets(desk: Desk, paper: Purge) -> tuple[Block, ...]:
    """The holds before and after; who has them can make both roots again."""
    say = desk.say
    if not paper.hold_set_root:
        return (Remark(text=say("hold_set_none"), warning=True),)
    before = ((say("hold_set_before"), Mono(paper.hold_set_before)),) if paper.hold_set_before else ()
    return (
        *((Pairs(rows=before),) if before else ()),
        Digest(label=say("hold_set"), value=paper.hold_set_root),
    )


def _agencies(desk: Desk, paper: Purge) -> Table:
    say, figures = desk.say, desk.figures
    return Table(
        columns=(
            Column(head=say("agency"), share=5),
            Column(head=say("cameras"), share=1.5, figures=True),
            Column(head=say("camera_hours"), share=1.8, figures=True),
            Column(head=say("chunks"), share=1.8, figures=True),
            Column(head=say("bytes"), share=2.8, figures=True),
        ),
        rows=tuple(
            (
                one.agency,
                figures.count(one.cameras),
                figures.count(one.hours),
                figures.count(one.chunks),
                figures.count(one.bytes),
            )
            for one in paper.agencies
        ),
        empty=say("nothing_purged"),
    )


def _cameras(desk: Desk, paper: Purge) -> tuple[Block, ...]:
    """A row a camera; how many are left out is said, with what binds them."""
    say, figures = desk.say, desk.figures
    if not paper.cameras:
        return ()
    table = Table(
        columns=(
            Column(head=say("camera"), share=2.9),
            Column(head=say("purged_from"), share=4.4),
            Column(head=say("purged_to"), share=4.4),
            Column(head=say("camera_hours"), share=1.3, figures=True),
            Column(head=say("chunks"), share=1.5, figures=True),
            Column(head=say("bytes"), share=2.2, figures=True),
        ),
        rows=tuple(_camera(desk, one) for one in paper.cameras),
        empty="",
    )
    left = paper.cameras_in_all - len(paper.cameras)
    if not left:
        return (table,)
    told = say("cameras_left_out", shown=figures.count(len(paper.cameras)), left=figures.count(left))
    return table, Remark(text=told)


def _camera(desk: Desk, one: PurgedCamera) -> tuple[Cell, ...]:
    figures = desk.figures
    starts: list[Line] = [line for span in one.spans for line in figures.moment(span.start_us)]
    ends: list[Line] = [line for span in one.spans for line in figures.moment(span.end_us)]
    if one.more:
        starts.append(desk.say("and_more", number=figures.count(one.more)))
    return (
        desk.camera(one.camera)[:2],
        tuple(starts),
        tuple(ends),
        figures.count(one.hours),
        figures.count(one.chunks),
        figures.count(one.bytes),
    )
