"""BA Pengambilan Rekaman, the report of a package: what was asked, what is delivered, and how far it can be trusted."""

from __future__ import annotations

from saksi.papers.blocks import (
    Block,
    Cell,
    Code,
    Column,
    Digest,
    Document,
    Heading,
    Line,
    Listing,
    Mono,
    Paragraph,
    Remark,
    Steps,
    Strong,
    Table,
)
from saksi.papers.compose import record
from saksi.papers.compose.coverage import asked_and_delivered, camera_by_camera, clocks
from saksi.papers.compose.desk import Desk
from saksi.papers.figures import groups
from saksi.papers.model import Report
from saksi.papers.parts import CustodyEvent

_WAYS = ("page", "program", "manual", "foreign")
_LIMITS = ("lens", "owned", "camera_clock", "before_capture", "absent_witness", "storage")


def compose(report: Report, language: str) -> Document:
    """The report in one language."""
    desk = Desk(report.issue, language)
    say = desk.say
    blocks: list[Block] = [
        desk.opening(say("report_opening", package=report.package.id, case=report.case.number)),
        *_summary(desk, report),
        desk.section("section_request"),
        *desk.request(report.request),
        desk.section("section_case"),
        desk.case(report.case),
        _exhibits(desk, report),
        desk.section("section_compared"),
        *asked_and_delivered(desk, report.coverage),
        desk.section("section_coverage"),
        *camera_by_camera(desk, report.coverage),
        desk.section("section_clock"),
        Paragraph(text=say("clock_words")),
        clocks(desk, report.coverage),
        desk.section("section_files"),
        Paragraph(text=say("files_words")),
        _classes(desk, report),
        *_bound(desk, report),
        desk.section("section_ledger"),
        Paragraph(text=say("ledger_words")),
        *record.ledger(desk, report.ledger),
        _worm(desk, report),
        desk.section("section_holds"),
        record.holds(desk, report.holds),
        desk.section("section_custody"),
        Paragraph(text=say("custody_words")),
        _custody(desk, report.custody),
        desk.section("section_check"),
        Paragraph(text=say("check_words")),
        Steps(
            items=tuple(
                (say(f"way_{way}"), say(f"way_{way}_how", file=report.package.file_name)) for way in _WAYS
            )
        ),
        Paragraph(text=say("check_key")),
        desk.keys(report.keys),
        *((Digest(label=say("verifier"), value=report.verifier_sha256),) if report.verifier_sha256 else ()),
        Code(payload=_payload(report), caption=say("report_code")),
        desk.section("section_limits"),
        Paragraph(text=say("limits_words")),
        Steps(items=tuple((say(f"limit_{limit}"), say(f"limit_{limit}_why")) for limit in _LIMITS)),
        *record.law(desk, "law_electronic", "law_request"),
        *desk.remarks(report.remarks),
        *desk.closing(report.signatories),
        *_annex(desk, report),
    ]
    return desk.document("report", blocks, footer=report.package.id)


def _summary(desk: Desk, report: Report) -> tuple[Block, ...]:
    say, figures = desk.say, desk.figures
    gaps = sum(len(part.gaps) for part in report.coverage)
    asked = sum(part.asked.length_us for part in report.coverage)
    covered = sum(0 if part.withheld else part.covered_us for part in report.coverage)
    withheld = any(part.withheld for part in report.coverage)
    text = say(
        "summary_withheld" if withheld else "summary",
        cameras=figures.count(len({part.camera.id for part in report.coverage})),
        exhibits=figures.count(len(report.exhibits)),
        asked=figures.length(asked),
        covered=figures.length(covered),
        share=figures.share(covered, asked),
        gaps=figures.count(gaps),
        copies=figures.count(sum(len(part.processed) for part in report.coverage)),
    )
    return (
        Remark(text=text),
        *(Remark(text=desk.own(one), warning=True) for one in report.warnings),
        Paragraph(text=say("conventions", zone=desk.issue.zone.name, hours=desk.issue.zone.hours)),
    )


def _exhibits(desk: Desk, report: Report) -> Table:
    say, figures = desk.say, desk.figures
    rows: list[tuple[Cell, ...]] = []
    for exhibit in report.exhibits:
        note: tuple[Line, ...] = (exhibit.note,) if exhibit.note else ()
        for camera in exhibit.cameras:
            rows.append(
                (
                    (Strong(exhibit.label), *note),
                    desk.camera(camera),
                    figures.place(camera),
                    figures.span(exhibit.span),
                )
            )
    return Table(
        columns=(
            Column(head=say("exhibit"), share=2.9),
            Column(head=say("camera"), share=4.6),
            Column(head=say("place"), share=4.6),
            Column(head=say("span_asked"), share=4.4),
        ),
        rows=tuple(rows),
        empty=say("no_exhibits"),
    )


def _classes(desk: Desk, report: Report) -> Table:
    say, figures = desk.say, desk.figures
    return Table(
        columns=(
            Column(head=say("file_class"), share=4.6),
            Column(head=say("file_number"), share=1, figures=True),
            Column(head=say("size"), share=2.4, figures=True),
        ),
        rows=tuple(
            (
                (Strong(say.coded("class", part.kind)), say.coded("class_is", part.kind)),
                figures.count(part.count),
                figures.size(part.bytes),
            )
            for part in report.files
        ),
        empty=say("no_files"),
    )


def _bound(desk: Desk, report: Report) -> tuple[Block, ...]:
    digests = {"manifest": report.manifest_sha256, "statement": report.statement_sha256}
    return tuple(Digest(label=desk.say(what), value=digest) for what, digest in digests.items() if digest)


def _annex(desk: Desk, report: Report) -> tuple[Block, ...]:
    say, figures = desk.say, desk.figures
    blocks: list[Block] = [
        Heading(level=1, text=say("annex_files"), annex=True),
        Paragraph(text=say("annex_words")),
    ]
    for part in report.files:
        unlisted = part.count - len(part.files)
        if part.files:
            blocks.append(Heading(level=2, text=say.coded("class", part.kind)))
            listed = ((file.path, figures.size(file.bytes), file.sha256) for file in part.files)
            blocks.append(Listing(files=tuple(listed)))
        if unlisted > 0:
            manifest = "tagmanifest-sha256.txt" if part.kind == "meta" else "manifest-sha256.txt"
            named = say.coded("class", part.kind)
            said = say("unlisted", number=figures.count(unlisted), kind=named, manifest=manifest)
            blocks.append(Remark(text=said))
    return tuple(blocks)


def _custody(desk: Desk, events: tuple[CustodyEvent, ...]) -> Table:
    say, figures = desk.say, desk.figures
    rows = []
    for event in events:
        why = (say("because", why=event.why),) if event.why else ()
        approved = tuple(say("approved_by", who=desk.person_line(person)) for person in event.approved_by)
        result = (say("with_result", result=desk.own(event.result)),) if event.result else ()
        what: Cell = (Strong(say.coded("did", event.action)), desk.own(event.what), *why, *approved, *result)
        listed: Cell = (
            say("not_logged")
            if event.entry is None
            else (figures.count(event.entry.index), Mono(groups(event.entry.leaf)))
        )
        rows.append((figures.moment(event.at_us), desk.person(event.by), what, listed))
    return Table(
        columns=(
            Column(head=say("when"), share=4.3),
            Column(head=say("who"), share=3.7),
            Column(head=say("did_what"), share=5.3),
            Column(head=say("log_entry"), share=3.2),
        ),
        rows=tuple(rows),
        empty=say("no_custody"),
    )


def _worm(desk: Desk, report: Report) -> Remark:
    if report.worm_proven_us is None:
        return Remark(text=desk.say("worm_unproven"))
    return Remark(text=desk.say("worm_proven", when=desk.figures.in_words(report.worm_proven_us)))


def _payload(report: Report) -> str:
    keys = [f"key {key.use} {key.fingerprint}" for key in report.keys if key.use == "export"]
    root = [] if report.ledger is None else [f"log {report.ledger.size} {report.ledger.root}"]
    manifest = [f"manifest {report.manifest_sha256}"] if report.manifest_sha256 else []
    statement = [f"statement {report.statement_sha256}"] if report.statement_sha256 else []
    return "\n".join([f"saksi package {report.package.id}", *manifest, *statement, *root, *keys])
