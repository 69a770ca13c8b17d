"""The papers that the log itself gives: daily seal, absence of footage."""

from __future__ import annotations

from saksi.papers.blocks import (
    Block,
    Cell,
    Digest,
    Document,
    Heading,
    Line,
    Mono,
    Pairs,
    Paragraph,
    Remark,
    Strong,
    Verbatim,
)
from saksi.papers.compose import record
from saksi.papers.compose.desk import Desk
from saksi.papers.model import Absence, DailySeal, Finding


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
    if finding.state in ("purged", "thinned"):
        rows += _destruction(desk, finding)
    copies: Cell = tuple(Mono(name) for name in finding.copies) or say("no_copies")
    rows.append((say("copies"), copies))
    return Heading(level=2, text=say("finding", number=number)), Pairs(rows=tuple(rows))


def _destruction(desk: Desk, finding: Finding) -> list[tuple[str, Cell]]:
    say, figures = desk.say, desk.figures
    policy: Cell = Strong(say("not_recorded"))
    if finding.policy is not None:
        policy = record.policy(desk, finding.policy)
    elif finding.thinning is not None:
        policy = record.thinning(desk, finding.thinning)
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
