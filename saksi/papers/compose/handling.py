"""The papers of handling: seizure, wrapping and sealing, handover, receipt, label."""

from __future__ import annotations

from saksi.papers.blocks import (
    Block,
    Cell,
    Code,
    Column,
    Document,
    Line,
    Mono,
    Pairs,
    Paragraph,
    Strong,
    Table,
)
from saksi.papers.compose import record
from saksi.papers.compose.desk import Desk
from saksi.papers.figures import groups
from saksi.papers.model import Handover, Label, Receipt, Sealing, Seizure
from saksi.papers.parts import Ledger


def seizure(paper: Seizure, language: str) -> Document:
    """BA Penyitaan."""
    desk = Desk(paper.issue, language)
    say = desk.say
    leave: Cell = say("none") if paper.court_leave is None else desk.letter(paper.court_leave)
    basis = Pairs(
        rows=(
            (say("investigators"), desk.people(paper.investigators)),
            (say("order"), desk.letter(paper.order)),
            (say("court_leave"), leave),
            (say("holder"), desk.person(paper.holder)),
            (say("taken_at"), paper.taken_at),
            (say("reason"), paper.reason or say("not_recorded")),
        )
    )
    blocks: list[Block] = [
        desk.opening(say("seizure_opening")),
        desk.section("section_case"),
        desk.case(paper.case),
        desk.section("section_seizure"),
        basis,
        desk.section("section_items"),
        desk.items(paper.items),
        Paragraph(text=say("seizure_words")),
        *_logged(desk, paper.ledger),
        *record.law(desk, "law_seizure"),
        *desk.remarks(paper.remarks),
        *desk.closing(paper.signatories),
    ]
    return desk.document("seizure", blocks)


def sealing(paper: Sealing, language: str) -> Document:
    """BA Pembungkusan dan Penyegelan."""
    desk = Desk(paper.issue, language)
    say = desk.say
    rows = tuple(
        (
            (Strong(sealed.item.label), sealed.item.description, sealed.item.quantity),
            (
                sealed.item.identity or say("not_recorded"),
                *desk.digest_lines(sealed.item.sha256),
                *((sealed.item.condition,) if sealed.item.condition else ()),
            ),
            sealed.wrapping or say("not_recorded"),
            tuple(Mono(number) for number in sealed.seals) or Strong(say("no_seal")),
        )
        for sealed in paper.items
    )
    table = Table(
        columns=(
            Column(head=say("item"), share=2.6),
            Column(head=say("identity"), share=3.2),
            Column(head=say("wrapping"), share=2.2),
            Column(head=say("seal_numbers"), share=1.8),
        ),
        rows=rows,
        empty=say("no_items"),
    )
    basis = Pairs(
        rows=((say("officers"), desk.people(paper.officers)), (say("order"), desk.letter(paper.order)))
    )
    blocks: list[Block] = [
        desk.opening(say("sealing_opening")),
        desk.section("section_case"),
        desk.case(paper.case),
        desk.section("section_sealing"),
        basis,
        table,
        Paragraph(text=say("sealing_words")),
        *_logged(desk, paper.ledger),
        *record.law(desk, "law_seizure"),
        *desk.remarks(paper.remarks),
        *desk.closing(paper.signatories),
    ]
    return desk.document("sealing", blocks)


def handover(paper: Handover, language: str) -> Document:
    """BA Serah Terima."""
    desk = Desk(paper.issue, language)
    say = desk.say
    parties = Pairs(
        rows=(
            (say("giver"), desk.person(paper.giver)),
            (say("receiver"), desk.person(paper.receiver)),
            (say("purpose"), paper.purpose or say("not_recorded")),
        )
    )
    blocks: list[Block] = [
        desk.opening(say("handover_opening")),
        desk.section("section_parties"),
        parties,
        desk.section("section_case"),
        desk.case(paper.case),
        desk.section("section_request"),
        *desk.request(paper.request),
        desk.section("section_handed"),
        *desk.packages(paper.packages),
        *_things(desk, paper),
        desk.section("section_verdicts"),
        Paragraph(text=say("verdict_words")),
        record.verdicts(desk, paper.verdicts),
        *((Paragraph(text=say("check_key")), desk.keys(paper.keys)) if paper.keys else ()),
        *_logged(desk, paper.ledger),
        *record.law(desk, "law_electronic"),
        *desk.remarks(paper.remarks),
        *desk.closing(paper.signatories),
    ]
    return desk.document("handover", blocks)


def receipt(paper: Receipt, language: str) -> Document:
    """Surat Tanda Penerimaan."""
    desk = Desk(paper.issue, language)
    say = desk.say
    parties = Pairs(
        rows=(
            (say("giver"), desk.person(paper.giver)),
            (say("receiver"), desk.person(paper.receiver)),
            (say("received"), desk.figures.moment(paper.received_us)),
            (say("verified_with"), paper.verified_with or say("not_recorded")),
            (say("signed_by"), paper.signed_by or say("signed_on_paper")),
        )
    )
    code = (Code(payload=paper.token, caption=say("receipt_code")),) if paper.token else ()
    blocks: list[Block] = [
        desk.opening(say("receipt_opening")),
        desk.section("section_parties"),
        parties,
        desk.section("section_case"),
        desk.case(paper.case),
        desk.section("section_received"),
        *desk.packages(paper.packages),
        *_things(desk, paper),
        desk.section("section_verdicts"),
        Paragraph(text=say("verdict_words")),
        record.verdicts(desk, paper.verdicts),
        *_logged(desk, paper.ledger),
        *desk.remarks(paper.remarks),
        *code,
        *desk.closing(paper.signatories),
    ]
    return desk.document("receipt", blocks)


def label(paper: Label, language: str) -> Document:
    """Label Barang Bukti: what fits on 100 by 70 mm, and a QR code with the digest."""
    desk = Desk(paper.issue, language)
    say, package = desk.say, paper.package
    digest = paper.item.sha256 or ("" if package is None else package.sha256)
    rows: list[tuple[str, Cell]] = [
        (say("label"), Strong(paper.item.label)),
        (say("case_number"), paper.case.number),
        (say("report_number"), paper.case.report_number or say("not_recorded")),
        (say("description"), paper.item.description),
    ]
    if package is not None:
        size = () if package.bytes is None else (desk.figures.size(package.bytes),)
        rows.append((say("package_id"), (Mono(package.id), *size)))
    sealed: tuple[Line, ...] = desk.figures.moment(paper.sealed_us)
    rows += [
        (say("sealed"), sealed),
        (say("seal_number"), paper.seal_number or say("not_recorded")),
        (say("officer"), desk.person_line(paper.officer)),
        ("SHA-256", Mono(groups(digest)) if digest else Strong(say("not_recorded"))),
    ]
    parts = (
        f"saksi label {paper.item.label}",
        f"case {paper.case.number}",
        "" if package is None else f"package {package.id}",
        f"sha256 {digest}" if digest else "",
        f"seal {paper.seal_number}" if paper.seal_number else "",
    )
    code = Code(payload="\n".join(part for part in parts if part), caption="")
    return desk.document("label", (Pairs(rows=tuple(rows)), code), template="label")


def _things(desk: Desk, paper: Handover | Receipt) -> tuple[Block, ...]:
    if paper.items or not paper.packages:
        return (desk.items(paper.items),)
    return ()


def _logged(desk: Desk, state: Ledger | None) -> tuple[Block, ...]:
    if state is None:
        return ()
    return (
        desk.section("section_ledger"),
        Paragraph(text=desk.say("ledger_words")),
        *record.ledger(desk, state),
    )
