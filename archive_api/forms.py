"""Forms of pages that work without scripts: `application/x-www-form-urlencoded` and `multipart/form-data`, small ones.

The length of a body is bounded by the application (`problems.MOST_BODY`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from saksi.errors import BadInput
from saksi.messages import register

register(
    "form_unreadable",
    en=("The form did not come whole.", "Load the page again and send the form once more."),
    id_=("Formulir tidak diterima utuh.", "Muat ulang halaman, lalu kirim formulirnya sekali lagi."),
)
register(
    "form_long",
    en=("{field} is longer than {most} characters.", "Shorten it and send the form once more."),
    id_=("{field} lebih panjang dari {most} huruf.", "Persingkat, lalu kirim formulirnya sekali lagi."),
)
register(
    "form_control",
    en=("{field} holds a character that is no text.", "Type it anew and send the form once more."),
    id_=("{field} berisi karakter yang bukan teks.", "Ketik ulang, lalu kirim formulirnya sekali lagi."),
)

_MOST_FIELDS = 64


@dataclass(frozen=True, kw_only=True)
class Form:
    """Texts by name, and the bytes of files that were chosen."""

    texts: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str, most: int = 200) -> str:
        """A text of at most `most` characters in one piece; empty when it is not there. Raises BadInput."""
        value = self.texts.get(name, "").replace("\r\n", "\n").strip()
        if len(value) > most:
            raise BadInput("form_long", field=name, most=most)
        if "\0" in value:
            raise BadInput("form_control", field=name)
        return value


async def read_form(request: Request) -> Form:
    """The form that was sent. Raises BadInput when it is none."""
    kind = request.headers.get("content-type", "")
    body = await request.body()
    try:
        if kind.partition(";")[0].strip().lower() == "multipart/form-data":
            return _multipart(kind, body)
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except (ValueError, LookupError) as error:
        raise BadInput("form_unreadable", field="body") from error
    return Form(texts=dict(pairs))


def _multipart(kind: str, body: bytes) -> Form:
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise ValueError("no parts")
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in list(message.iter_parts())[:_MOST_FIELDS]:
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(data, bytes):
            continue
        if part.get_filename() is None:
            texts[name] = data.decode()
        elif data:
            files[name] = data
    return Form(texts=texts, files=files)


Sent = Annotated[Form, Depends(read_form)]
