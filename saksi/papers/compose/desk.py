"""What every paper has: letterhead, title, opening, parties, case, signatures. One `Desk` makes one paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from saksi.clock import format_us, from_us
from saksi.papers.blocks import (
    Block,
    Cell,
    Column,
    Digest,
    Document,
    Head,
    Heading,
    Line,
    Mono,
    Pairs,
    Paragraph,
    Signatures,
    Slot,
    Strong,
    Table,
)
from saksi.papers.figures import Figures
from saksi.papers.parts import (
    Both,
    Camera,
    CaseRef,
    Issue,
    Item,
    Key,
    Letter,
    PackageRef,
    Person,
    Request,
    Signatory,
)
from saksi.papers.spelling import DAYS, MONTHS, spelled
from saksi.papers.words import Say


class Desk:
    """The language, the figures and the letterhead of one paper, and the parts that papers share."""

    def __init__(self, issue: Issue, language: str) -> None:
        self.issue = issue
        self.say = Say(language)
        self.figures = Figures(self.say, issue.zone)

    def document(
        self, kind: str, blocks: Iterable[Block], *, footer: str = "", template: str = "letter"
    ) -> Document:
        """The paper `kind` of these blocks, its sections numbered in their order."""
        issue, say = self.issue, self.say
        native, english = Say("id")(f"title_{kind}"), Say("en")(f"title_{kind}")
        title, subtitle = (native, "") if say.language == "id" else (english, native)
        return Document(
            template=template,
            language=say.language,
            title=title,
            subtitle=subtitle,
            number=issue.number,
            number_label=say("number"),
            over=say("pro_justitia") if issue.pro_justitia else "",
            head=Head(
                agency=issue.letterhead.agency,
                unit=issue.letterhead.unit,
                lines=tuple(line for line in (issue.letterhead.address, issue.letterhead.contact) if line),
            ),
            footer=f"{footer or issue.number} · {issue.software}",
            page_words=(say("page"), say("of")),
            made_us=issue.made_us,
            author=issue.letterhead.agency,
            blocks=tuple(_numbered(blocks)),
        )

    def opening(self, sentence: str) -> Paragraph:
        """The day, hour and place in words, then what was done."""
        made = self.issue.made_us
        local = from_us(made) + timedelta(hours=self.issue.zone.hours)
        language = self.say.language
        said = self.say(
            "opening",
            day=DAYS[language][local.weekday()],
            date=spelled(local.day) if language == "id" else str(local.day),
            month=MONTHS[language][local.month - 1],
            year=spelled(local.year) if language == "id" else str(local.year),
            time=f"{local:%H:%M:%S} {self.issue.zone.name}",
            utc=format_us(made),
            place=self.say("opening_place", place=self.issue.place) if self.issue.place else "",
        )
        return Paragraph(text=f"{said} {sentence}")

    def section(self, code: str) -> Heading:
        """A numbered heading."""
        return Heading(level=1, text=self.say(code))

    def own(self, text: str | Both) -> str:
        """A text in the paper's language."""
        return text if isinstance(text, str) else getattr(text, self.say.language)

    def person(self, person: Person) -> tuple[Line, ...]:
        """Somebody in lines: name; rank and number; role; unit."""
        number = f"{person.id_kind} {person.id_number}".strip()
        lines = (", ".join(part for part in (person.rank, number) if part), person.role, person.unit)
        return person.name or self.say("not_recorded"), *(line for line in lines if line)

    def person_line(self, person: Person) -> str:
        """Somebody in one line."""
        return ", ".join(str(line) for line in self.person(person))

    def people(self, people: Sequence[Person]) -> Cell:
        """Several people, a line each."""
        return tuple(self.person_line(person) for person in people) or self.say("none")

    def camera(self, camera: Camera) -> tuple[Line, ...]:
        """A camera in lines: name, id, site, owner."""
        return camera.name, Mono(camera.id), *(part for part in (camera.site, camera.agency) if part)

    def letter(self, letter: Letter | None) -> Cell:
        """A letter: its number, day, who signed it, and the digest of its scan."""
        if letter is None:
            return Strong(self.say("no_letter"))
        dated = "" if letter.dated_us is None else self.say("dated", date=self.figures.date(letter.dated_us))
        said = ", ".join(part for part in (letter.number, dated, letter.by) if part)
        scan: tuple[Line, ...] = (
            (self.say("scan_digest"), Mono(letter.sha256)) if letter.sha256 else (self.say("no_scan"),)
        )
        return said, *scan

    def case(self, case: CaseRef) -> Pairs:
        """Number, police report, subject and officers of a case."""
        say = self.say
        return Pairs(
            rows=(
                (say("case_number"), Strong(case.number)),
                (say("report_number"), case.report_number or say("not_recorded")),
                (say("case_title"), case.title or say("not_recorded")),
                (say("case_officers"), self.people(case.officers)),
            )
        )

    def request(self, request: Request | None) -> tuple[Block, ...]:
        """Who asked, on which letter, for what; that there was no request is said in bold."""
        say = self.say
        if request is None:
            return (Pairs(rows=((say("asked_by"), Strong(say("no_request"))),)),)
        # A request made in the archive names whom it is for, and has no text of its own.
        named = ((say("request_for"), request.recipient),) if request.recipient else ()
        text = ((say("wording"), request.wording or say("not_recorded")),)
        pairs = Pairs(
            rows=(
                (say("asked_by"), self.person(request.by)),
                (say("letter"), self.letter(request.letter)),
                (say("received"), self.figures.moment(request.received_us)),
                (say("purpose"), request.purpose or say("not_recorded")),
                (say("basis"), request.basis or say("not_recorded")),
                *named,
                *(() if named and not request.wording else text),
            )
        )
        return (pairs,)

    def items(self, items: Sequence[Item]) -> Table:
        """Things, with what tells each of them from others."""
        say = self.say
        return Table(
            columns=(
                Column(head=say("label"), share=1.1),
                Column(head=say("description"), share=3),
                Column(head=say("quantity"), share=1),
                Column(head=say("identity"), share=3.4),
                Column(head=say("condition"), share=1.8),
            ),
            rows=tuple(
                (
                    item.label,
                    item.description,
                    item.quantity,
                    (item.identity or say("not_recorded"), *self.digest_lines(item.sha256)),
                    item.condition or say("not_recorded"),
                )
                for item in items
            ),
            empty=say("no_items"),
        )

    def digest_lines(self, digest: str) -> tuple[Line, ...]:
        """A SHA-256 in a table's cell, or nothing."""
        return ("SHA-256", Mono(digest)) if digest else ()

    def packages(self, packages: Sequence[PackageRef]) -> tuple[Block, ...]:
        """Each package with the digest of its file, to be compared by eye."""
        say, made = self.say, list[Block]()
        for package in packages:
            size = say("not_recorded") if package.bytes is None else self.figures.size(package.bytes)
            files = say("not_recorded") if package.files is None else self.figures.count(package.files)
            rows: tuple[tuple[str, Cell], ...] = (
                (say("package_id"), Strong(package.id)),
                (say("file_name"), Mono(package.file_name)),
                (say("size"), size),
                (say("file_count"), files),
            )
            made.append(Pairs(rows=rows))
            if package.sha256:
                made.append(Digest(label=say("package_sha256"), value=package.sha256))
        return tuple(made)

    def keys(self, keys: Sequence[Key]) -> Table:
        """Public keys and their fingerprints."""
        say = self.say
        return Table(
            columns=(
                Column(head=say("key_use"), share=1.6),
                Column(head=say("key_id"), share=2),
                Column(head=say("fingerprint"), share=5),
            ),
            rows=tuple((say.coded("key", key.use), key.id, Mono(key.fingerprint)) for key in keys),
            empty=say("no_keys"),
        )

    def remarks(self, text: str) -> tuple[Block, ...]:
        """The section of remarks, if there are any."""
        return (self.section("remarks"), Paragraph(text=text)) if text else ()

    def closing(self, signatories: Sequence[Signatory]) -> tuple[Block, ...]:
        """The closing sentence and the places to sign."""
        say = self.say
        slots = []
        for signatory in signatories:
            person = signatory.person
            lines = () if person is None else tuple(str(line) for line in self.person(person)[1:])
            capacity = say.coded("sign", signatory.capacity)
            slots.append(Slot(capacity=capacity, name="" if person is None else person.name, lines=lines))
        date = self.figures.date(self.issue.made_us)
        where = f"{self.issue.place}, {date}" if self.issue.place else date
        signed = Signatures(words=say("closing_words"), place_and_date=where, slots=tuple(slots))
        return self.section("closing"), signed


def _numbered(blocks: Iterable[Block]) -> Iterable[Block]:
    number = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1 and not block.annex:
            number += 1
            yield replace(block, text=f"{number}. {block.text}")
        else:
            yield block
