"""The papers that the log itself gives: purge, daily seal, absence of footage."""

from __future__ import annotations

from saksi.papers.blocks import (
    Block,
    Cell,
    Column,
    Digest,
    Document,
    Heading,
    Line,
    Mono,
    Pairs,
    Paragraph,
    Remark,
    Strong,
    Table,
    Verbatim,
)
from saksi.papers.compose import record
from saksi.papers.compose.desk import Desk
from saksi.papers.model import Absence, DailySeal, Finding, Policy, Purge


def purge(paper: Purge, language: str) -> Document:
    """BA Pemusnahan."""
    desk = Desk(paper.issue, language)
    say, figures = desk.say, desk.figures
    chunks, size = sum(hour.chunks for hour in paper.hours), sum(hour.bytes for hour in paper.hours)
    run = Pairs(
        rows=(
            (say("purge_run"), Mono(paper.run)),
            (say("policy"), _policy(desk, paper.policy)),
            (say("purge_kind"), Strong(say("off_policy")) if paper.off_policy else say("on_policy")),
            (say("reason"), paper.reason or say("not_recorded")),
            (say("approved"), desk.people(paper.approved_by)),
            (say("purge_notice"), record.entry(desk, paper.notice)),
            (say("purge_done"), record.entry(desk, paper.done)),
            (say("purged_total"), say("purged_sum", chunks=figures.count(chunks), size=figures.size(size))),
        )
    )
    absent = {"absent": figures.count(paper.confirmed_absent), "objects": figures.count(paper.objects)}
    gone = paper.confirmed_absent == paper.objects
    confirmed = Remark(text=say("absent_all" if gone else "absent_some", **absent), warning=not gone)
    blocks: list[Block] = [
        desk.opening(say("purge_opening", run=paper.run)),
        desk.section("section_purge"),
        run,
        confirmed,
        desk.section("section_holds"),
        Paragraph(
            text=say(
                "purge_holds",
                holds=figures.count(paper.holds_in_force),
                kept=figures.count(paper.kept_for_holds),
            )
        ),
        _hold_set(desk, paper.hold_set_root),
        desk.section("section_purged"),
        Paragraph(text=say("purged_words")),
        _purged(desk, paper),
        desk.section("section_ledger"),
        Paragraph(text=say("ledger_words")),
        *record.ledger(desk, paper.ledger),
        *record.law(desk, "law_purge"),
        *desk.remarks(paper.remarks),
        *desk.closing(paper.signatories),
    ]
    return desk.document("purge", blocks)


def daily_seal(paper: DailySeal, language: str) -> Document:
    """BA Segel Harian."""
    desk = Desk(paper.issue, language)
    say, figures = desk.say, desk.figures
    before: tuple[Block, ...] = (Remark(text=say("seal_first")),)
    if paper.before is not None:
        rows: tuple[tuple[str, Cell], ...] = (
            (say("checkpoint_at"), figures.moment(paper.before.at_us)),
            (say("log_size"), say("entries", number=figures.count(paper.before.size))),
            (say("grown_by"), say("entries", number=figures.count(paper.ledger.size - paper.before.size))),
        )
        before = (Pairs(rows=rows), Digest(label=say("log_root"), value=paper.before.root))
    day = (
        ()
        if paper.day_entries is None
        else (Paragraph(text=say("day_entries", number=figures.count(paper.day_entries))),)
    )
    code, text = record.checkpoint_code(desk, paper.ledger), paper.ledger.note
    beside = text and code.payload != text
    note = (Heading(level=2, text=say("note_text")), Verbatim(text=text)) if beside else ()
    blocks: list[Block] = [
        desk.opening(say("seal_opening", day=figures.day(paper.ledger.at_us))),
        desk.section("section_checkpoint"),
        *record.ledger(desk, paper.ledger),
        *day,
        code,
        *note,
        desk.section("section_before"),
        *before,
        desk.section("section_use"),
        Paragraph(text=say("seal_use")),
        *desk.remarks(paper.remarks),
        *desk.closing(paper.signatories),
    ]
    return desk.document("daily_seal", blocks)


def absence(paper: Absence, language: str) -> Document:
    """Keterangan Ketiadaan Rekaman."""
    desk = Desk(paper.issue, language)
    say = desk.say
    case = () if paper.case is None else (desk.section("section_case"), desk.case(paper.case))
    keys = (Paragraph(text=say("check_key")), desk.keys(paper.keys)) if paper.keys else ()
    found: list[Block] = [Paragraph(text=say("findings_words"))]
    for number, finding in enumerate(paper.findings, 1):
        found += _finding(desk, number, finding)
    if not paper.findings:
        found.append(Remark(text=say("no_findings"), warning=True))
    blocks: list[Block] = [
        desk.opening(say("absence_opening")),
        desk.section("section_request"),
        *desk.request(paper.request),
        *case,
        desk.section("section_findings"),
        *found,
        desk.section("section_ledger"),
        Paragraph(text=say("ledger_words")),
        *record.ledger(desk, paper.ledger),
        *keys,
        desk.section("section_limits"),
        Paragraph(text=say("absence_limits")),
        *record.law(desk, "law_electronic", "law_purge"),
        *desk.remarks(paper.remarks),
        *desk.closing(paper.signatories),
    ]
    return desk.document("absence", blocks)


def _finding(desk: Desk, number: int, finding: Finding) -> tuple[Block, ...]:
    say, figures = desk.say, desk.figures
    rows: list[tuple[str, Cell]] = [
        (say("camera"), (*desk.camera(finding.camera), *figures.place(finding.camera))),
        (say("span_asked"), figures.span(finding.span)),
        (say("was_recorded"), Strong(say.coded("finding", finding.state))),
    ]
    if finding.cause or finding.detail:
        cause = (say.coded("gap", finding.cause),) if finding.cause else ()
        rows.append((say("gap_cause"), (*cause, *((finding.detail,) if finding.detail else ()))))
    if finding.recorded_us is not None:
        rows.append((say("on_record_since"), figures.moment(finding.recorded_us)))
    if finding.seals:
        seals: tuple[Line, ...] = tuple(
            line
            for ref in finding.seals
            for line in (say("entry", index=figures.count(ref.index)), Mono(ref.leaf))
        )
        rows.append((say("seals"), seals))
    if finding.state == "purged":
        rows += _destruction(desk, finding)
    copies: Cell = tuple(Mono(name) for name in finding.copies) or say("no_copies")
    rows.append((say("copies"), copies))
    return Heading(level=2, text=say("finding", number=number)), Pairs(rows=tuple(rows))


def _destruction(desk: Desk, finding: Finding) -> list[tuple[str, Cell]]:
    say, figures = desk.say, desk.figures
    policy: Cell = Strong(say("not_recorded")) if finding.policy is None else _policy(desk, finding.policy)
    respected = {None: "holds_none", True: "holds_respected", False: "holds_broken"}[finding.holds_respected]
    said = say(respected)
    holds: Line = Strong(said) if finding.holds_respected is False else said
    root: tuple[Line, ...] = (say("hold_set"), Mono(finding.hold_set_root)) if finding.hold_set_root else ()
    return [
        (say("destroyed_at"), figures.moment_or(finding.purged_us, say("not_recorded"))),
        (say("purge_run"), Mono(finding.purge_run) if finding.purge_run else say("not_recorded")),
        (say("policy"), policy),
        (say("purge_notice"), record.entry(desk, finding.notice)),
        (say("purge_done"), record.entry(desk, finding.done)),
        (say("holds_then"), (holds, *root)),
    ]


def _policy(desk: Desk, policy: Policy) -> Cell:
    say = desk.say
    said = say("policy_words", name=policy.name, version=policy.version, days=desk.figures.count(policy.days))
    basis = (policy.basis,) if policy.basis else ()
    return said, *basis, Mono(policy.sha256)


def _hold_set(desk: Desk, root: str) -> Block:
    if root:
        return Digest(label=desk.say("hold_set"), value=root)
    return Remark(text=desk.say("hold_set_none"), warning=True)


def _purged(desk: Desk, paper: Purge) -> Table:
    say, figures = desk.say, desk.figures
    return Table(
        columns=(
            Column(head=say("camera"), share=3.6),
            Column(head=say("span_purged"), share=4.4),
            Column(head=say("chunks"), share=1.7, figures=True),
            Column(head=say("bytes"), share=2.4, figures=True),
            Column(head=say("seal_kept"), share=4.4),
        ),
        rows=tuple(
            (
                desk.camera(hour.camera),
                figures.span(hour.span),
                figures.count(hour.chunks),
                figures.count(hour.bytes),
                record.entry(desk, hour.seal),
            )
            for hour in paper.hours
        ),
        empty=say("nothing_purged"),
    )
