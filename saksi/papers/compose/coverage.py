"""The report's heart: per camera what was asked and delivered, every gap with its cause, how the clock stood."""

from __future__ import annotations

from collections.abc import Sequence

from saksi.clock_words import camera_clock
from saksi.papers.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Line,
    Mono,
    Pairs,
    Paragraph,
    Picture,
    Remark,
    Strong,
    Table,
)
from saksi.papers.compose.desk import Desk
from saksi.papers.delivery import ClockEvidence, Coverage, Gap, ProcessedCopy, Thinned

# Later than this after the gap ended, a cause on record is a recollection, and the report says so.
_AT_THE_TIME_US = 15 * 60 * 1_000_000


def asked_and_delivered(desk: Desk, coverage: Sequence[Coverage]) -> tuple[Block, ...]:
    """One row a camera: the span asked, the span delivered, their difference at both ends, the verdict.

    Below it one for each processed copy that is delivered, and for each folder of keyframes that a purge left.
    """
    say, figures = desk.say, desk.figures
    rows: list[tuple[Cell, ...]] = []
    for part in coverage:
        delivered: Cell = (Strong(say("withheld" if part.withheld else "nothing_delivered")),)
        if part.delivered is not None:
            ends = say(
                "ends_differ",
                start=figures.difference(part.delivered.start_us - part.asked.start_us),
                end=figures.difference(part.delivered.end_us - part.asked.end_us),
            )
            delivered = (*figures.span(part.delivered), ends)
        held = figures.length(part.covered_us)
        amount: tuple[Line, ...] = (
            held,
            say("out_of", whole=figures.length(part.asked.length_us)),
            figures.share(part.covered_us, part.asked.length_us),
        )
        if part.withheld:  # a percentage would read as one of what is handed over
            amount = (say("held_back", held=held),)
        rows.append(
            (
                (Strong(part.exhibit), part.camera.name, Mono(part.camera.id)),
                figures.span(part.asked),
                delivered,
                (*amount, result(desk, part)),
            )
        )
        rows += [_processed(desk, part, copy) for copy in part.processed]
        rows += [_thinned(desk, part, one) for one in part.thinned]
    table = Table(
        columns=(
            Column(head=say("exhibit_camera"), share=3.7),
            Column(head=say("span_asked"), share=4.3),
            Column(head=say("span_delivered"), share=4.6),
            Column(head=say("with_footage"), share=3.9),
        ),
        rows=tuple(rows),
        empty=say("no_coverage"),
    )
    return Paragraph(text=say("compared_words")), table


def _processed(desk: Desk, part: Coverage, copy: ProcessedCopy) -> tuple[Cell, ...]:
    say, figures = desk.say, desk.figures
    return (
        (Strong(part.exhibit), part.camera.name, Mono(part.camera.id)),
        say("processed_copy", number=figures.count(copy.number)),
        figures.span(copy.span),
        (figures.length(copy.span.length_us), say("not_original")),
    )


def _thinned(desk: Desk, part: Coverage, one: Thinned) -> tuple[Cell, ...]:
    say, figures = desk.say, desk.figures
    return (
        (Strong(part.exhibit), part.camera.name, Mono(part.camera.id)),
        (say("thinned_chunks", number=figures.count(one.chunks)), Mono(one.folder)),
        figures.span(one.span),
        (figures.length(one.length_us), say("thinned_are")),
    )


def result(desk: Desk, part: Coverage) -> Line:
    """Complete, with gaps, or nothing: in bold unless complete."""
    say = desk.say
    if part.withheld:
        return Strong(say("result_withheld"))
    if part.delivered is None or part.covered_us == 0:
        return Strong(say("result_nothing"))
    if part.covered_us >= part.asked.length_us and not part.gaps:
        return say("result_complete")
    return Strong(say("result_gaps"))


def unexplained_us(part: Coverage) -> int:
    """Time without footage inside the span asked that no gap of the list accounts for."""
    asked, covered_to, explained = part.asked, part.asked.start_us, 0
    for gap in sorted(part.gaps, key=lambda gap: gap.span.start_us):
        start, end = max(gap.span.start_us, covered_to), min(gap.span.end_us, asked.end_us)
        explained += max(0, end - start)
        covered_to = max(covered_to, end)
    return max(0, asked.length_us - part.covered_us - explained)


def camera_by_camera(desk: Desk, coverage: Sequence[Coverage]) -> tuple[Block, ...]:
    """Each camera's counts, a picture if there is one, and its gaps."""
    blocks: list[Block] = []
    for part in coverage:
        blocks += _camera(desk, part)
    return tuple(blocks) or (Paragraph(text=desk.say("no_coverage")),)


def _camera(desk: Desk, part: Coverage) -> list[Block]:
    say, figures = desk.say, desk.figures
    identical = {None: say("not_checked"), True: say("frames_same"), False: say("frames_differ")}
    signature = "not_checked" if part.camera_signature is None else f"signature_{part.camera_signature}"
    blocks: list[Block] = [Heading(level=2, text=f"{part.exhibit} · {part.camera.name}")]
    if part.still is not None:
        caption = say("still_of", when=figures.in_words(part.still.at_us))
        blocks.append(Picture(jpeg=part.still.jpeg, caption=caption, digest=part.still.sha256))
    blocks.append(
        Pairs(
            rows=(
                (say("camera"), (part.camera.name, Mono(part.camera.id))),
                (
                    say("chunks"),
                    say("chunks_in_runs", chunks=figures.count(part.chunks), runs=figures.count(part.runs)),
                ),
                (say("frames"), figures.count(part.frames)),
                (say("size"), figures.size(part.bytes)),
                (
                    say("playable_copy"),
                    say("withheld") if part.withheld else identical[part.frames_identical],
                ),
                (say("camera_signature"), say(signature)),
            )
        )
    )
    blocks.append(_gaps(desk, part.gaps))
    missing = unexplained_us(part)
    if missing:
        blocks.append(Remark(text=say("unexplained", length=figures.length(missing)), warning=True))
    return blocks


def _gaps(desk: Desk, gaps: Sequence[Gap]) -> Table:
    say, figures = desk.say, desk.figures
    rows = []
    for number, gap in enumerate(gaps, 1):
        detail = (gap.detail,) if gap.detail else ()
        rows.append(
            (
                figures.count(number),
                figures.moment(gap.span.start_us),
                figures.moment(gap.span.end_us),
                figures.length(gap.span.length_us),
                (say.coded("gap", gap.cause), *detail, _on_record(desk, gap)),
            )
        )
    return Table(
        columns=(
            Column(head=say("gap_number"), share=0.9, figures=True),
            Column(head=say("gap_from"), share=4.3),
            Column(head=say("gap_to"), share=4.3),
            Column(head=say("gap_length"), share=2.3),
            Column(head=say("gap_cause"), share=4.7),
        ),
        rows=tuple(rows),
        empty=say("no_gaps"),
    )


def _on_record(desk: Desk, gap: Gap) -> Line:
    if gap.recorded_us is None:
        return Strong(desk.say("cause_unrecorded"))
    at = desk.figures.clock_time(gap.recorded_us)
    late = gap.recorded_us - gap.span.end_us > _AT_THE_TIME_US
    return Strong(desk.say("cause_late", when=at)) if late else desk.say("cause_recorded", when=at)


def clocks(desk: Desk, coverage: Sequence[Coverage]) -> Table:
    """Per camera: what held the clock, how far off it was, and between which outside times the footage lies."""
    say = desk.say
    return Table(
        columns=(
            Column(head=say("exhibit_camera"), share=3.9),
            Column(head=say("clock_source"), share=3.8),
            Column(head=say("clock_error"), share=4.4),
            Column(head=say("bracket"), share=4.4),
        ),
        rows=tuple(
            (
                (Strong(part.exhibit), part.camera.name),
                _source(desk, part.clock),
                _error(desk, part.clock),
                _bracket(desk, part.clock),
            )
            for part in coverage
        ),
        empty=say("no_coverage"),
    )


def _source(desk: Desk, clock: ClockEvidence) -> Cell:
    said = desk.say.coded("clock", clock.source)
    first: Line = said if clock.source == "ntp" else Strong(said)
    return (first, clock.note) if clock.note else first


def _error(desk: Desk, clock: ClockEvidence) -> Cell:
    say, figures = desk.say, desk.figures
    return (
        say("clock_offset", value=figures.difference(clock.offset_us)),
        say("clock_bound", value=figures.bound(clock.error_us)),
        camera_clock(
            clock.camera_source, clock.camera_offset_us, say.language, stated=clock.source == "stated"
        ),
    )


def _bracket(desk: Desk, clock: ClockEvidence) -> Cell:
    say, figures = desk.say, desk.figures
    return (
        say("not_before"),
        *figures.moment_or(clock.not_before_us, say("no_bound")),
        say("not_after"),
        *figures.moment_or(clock.not_after_us, say("no_bound")),
    )
