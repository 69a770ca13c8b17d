"""From blocks to one HTML file: no script, nothing from outside, languages switched by style sheet alone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from importlib import resources

from saksi.papers.blocks import (
    Block,
    Cell,
    Code,
    Digest,
    Document,
    Heading,
    Line,
    Listing,
    Mono,
    Pairs,
    Paragraph,
    Picture,
    Remark,
    Signatures,
    Slot,
    Steps,
    Table,
    Verbatim,
)
from saksi.papers.codes import qr_svg
from saksi.papers.figures import groups
from saksi.papers.pictures import checked
from saksi.papers.printable import visible
from saksi.papers.words import Say

# Even if something slipped in, a browser would neither run nor fetch it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"


def html(documents: Sequence[Document]) -> bytes:
    """The documents as one page, the first shown; all hold the same paper in other languages."""
    first = documents[0]
    style = resources.files("saksi.papers").joinpath("templates", "report.css").read_text("utf-8")
    switches = "".join(
        f'<input type="radio" name="language" id="in-{doc.language}"{" checked" if doc is first else ""}>'
        f'<label for="in-{doc.language}" lang="{doc.language}">{_text(Say(doc.language)("language_name"))}</label>'
        for doc in documents
    )
    shown = "".join(
        f"#in-{doc.language}:checked~main>article[lang={doc.language}]{{display:block}}" for doc in documents
    )
    return "".join(
        (
            f'<!DOCTYPE html>\n<html lang="{first.language}">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{_text(first.title)} {_text(first.number)}</title>\n<style>\n{style}{shown}\n</style>\n",
            f"</head>\n<body>\n{switches}\n<main>\n",
            *(_article(doc) for doc in documents),
            "</main>\n</body>\n</html>\n",
        )
    ).encode()


def _text(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>")


def _line(line: Line) -> str:
    if isinstance(line, str):
        return _text(line)
    tag = "code" if isinstance(line, Mono) else "strong"
    return f"<{tag}>{_text(line.text)}</{tag}>"


def _cell(cell: Cell) -> str:
    return "<br>".join(_line(line) for line in cell) if isinstance(cell, tuple) else _line(cell)


def _article(doc: Document) -> str:
    over = f'<p class="over">{_text(doc.over)}</p>' if doc.over else ""
    unit = f'<p class="unit">{_text(doc.head.unit)}</p>' if doc.head.unit else ""
    lines = "".join(f"<p>{_text(line)}</p>" for line in doc.head.lines)
    subtitle = f'<p class="subtitle">{_text(doc.subtitle)}</p>' if doc.subtitle else ""
    return "\n".join(
        (
            f'<article lang="{doc.language}">',
            f'{over}<header><p class="agency">{_text(doc.head.agency)}</p>{unit}{lines}</header>',
            f"<h1>{_text(doc.title)}</h1>{subtitle}",
            f'<p class="number">{_text(doc.number_label)}: {_text(doc.number)}</p>',
            *(_block(block) for block in doc.blocks),
            f"<footer>{_text(doc.footer)}</footer>\n</article>\n",
        )
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            mark = ' class="annex"' if block.annex else ""
            return f"<h{block.level + 1}{mark}>{_text(block.text)}</h{block.level + 1}>"
        case Paragraph():
            return f"<p>{_text(block.text)}</p>"
        case Verbatim():
            return f"<pre>{escape(visible(block.text))}</pre>"
        case Remark():
            return f'<p class="remark{" warning" if block.warning else ""}">{_text(block.text)}</p>'
        case Pairs():
            rows = "".join(f"<dt>{_text(label)}</dt><dd>{_cell(value)}</dd>" for label, value in block.rows)
            return f"<dl>{rows}</dl>"
        case Table():
            return _table(block)
        case Listing():
            rows = "".join(
                f'<tr><td><code>{_text(path)}</code></td><td class="figures">{_text(size)}</td>'
                f"<td><code>{_text(digest)}</code></td></tr>\n"
                for path, size, digest in block.files
            )
            return f"<table><tbody>\n{rows}</tbody></table>"
        case Steps():
            items = "".join(
                f"<li><strong>{_text(title)}.</strong> {_text(said)}</li>" for title, said in block.items
            )
            return f"<ol>{items}</ol>"
        case Digest() | Picture() | Code() | Signatures():
            return _figure(block)


def _figure(block: Digest | Picture | Code | Signatures) -> str:
    match block:
        case Digest():
            whole = escape(visible(block.value))
            return (
                f'<div class="digest"><p>{_text(block.label)}</p><p class="groups">{groups(whole)}</p>'
                f"<code>{whole}</code></div>"
            )
        case Picture():
            data = base64.b64encode(checked(block.jpeg)).decode()
            said = f"{_text(block.caption)}<br><code>SHA-256 {_text(block.digest)}</code>"
            alt = escape(visible(block.caption))
            image = f'<img src="data:image/jpeg;base64,{data}" alt="{alt}">'
            return f"<figure>{image}<figcaption>{said}</figcaption></figure>"
        case Code():
            code = f'<div class="qr">{qr_svg(block.payload)}</div>'
            said = f"<p>{_text(block.caption)}</p><pre>{escape(visible(block.payload))}</pre>"
            return f'<div class="code">{code}<div>{said}</div></div>'
        case Signatures():
            slots = "".join(_slot(slot) for slot in block.slots)
            words = _text(block.words)
            dated = f'<p class="dated">{_text(block.place_and_date)}</p>'
            return f'<p>{words}</p>{dated}<div class="signatures">{slots}</div>'


def _slot(slot: Slot) -> str:
    lines = "".join(f"<p>{_text(line)}</p>" for line in slot.lines)
    return (
        f'<div><p>{_text(slot.capacity)}</p><p class="sign">{_text(slot.name) or "&nbsp;"}</p>{lines}</div>'
    )


def _table(table: Table) -> str:
    if not table.rows:
        return f'<p class="empty">{_text(table.empty)}</p>'
    right = ' class="figures"'
    marks = [right if column.figures else "" for column in table.columns]
    head = "".join(
        f'<th scope="col"{mark}>{_text(column.head)}</th>'
        for column, mark in zip(table.columns, marks, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{_cell(cell)}</td>" for cell, mark in zip(row, marks, strict=True))
        + "</tr>\n"
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>"
