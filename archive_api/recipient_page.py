"""The recipient's page as HTML: no scripts, one style sheet whose hash stands in the policy, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

from archive_api.recipient_words import say
from saksi import clock, local_time
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.disclosures import Disclosure
from saksi.catalogue.exports import Export
from saksi.catalogue.receipts import LINES, STATES, Receipt
from saksi.settings import Settings

_STYLE = Path(__file__).with_name("recipient.css").read_text()
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; object-src 'none'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    # With no-referrer browsers send a form's Origin as null; the address of the link goes nowhere else either way.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
_FORM = 'method="post" action="{action}"'


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Everything the open page shows. `fingerprint` of the log's key is empty while there is none."""

    settings: Settings
    token: str
    language: str
    disclosure: Disclosure
    export: Export
    case: CaseFile
    fingerprint: str
    receipts: Sequence[Receipt]
    thanks: int = 0


def gone(settings: Settings, language: str) -> HTMLResponse:
    """The one answer to every link that opens nothing: expired, taken back or never made."""
    body = f"<h1>{_t('gone', language)}</h1><section><p>{_t('gone_words', language)}</p></section>"
    return _page(settings, language, body, 404)


def locked(
    settings: Settings, language: str, token: str, *, said: str = "", status: int = 200
) -> HTMLResponse:
    """Asks for the passphrase; says nothing of what is behind it."""
    told = f'<p class="bad" role="alert">{_t(said, language)}</p>' if said else ""
    body = (
        f"<h1>{_t('locked', language)}</h1><section>{told}<p>{_t('locked_words', language)}</p>"
        f"<form {_FORM.format(action=f'/d/{escape(token)}?lang={language}')}>"
        f'<label for="passphrase">{_t("passphrase", language)}</label>'
        '<input id="passphrase" name="passphrase" type="password" required maxlength="200" autocomplete="off">'
        f"<button>{_t('open', language)}</button></form></section>"
    )
    return _page(settings, language, body, status)


def opened(shown: Shown, *, problem: str = "", status: int = 200) -> HTMLResponse:
    """The page of a link that is open; `problem` says what is wrong with a receipt that was sent."""
    t, disclosure = shown.language, shown.disclosure
    told = f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else ""
    body = (
        f"<h1>{_t('title', t)}</h1><p>{escape(say('for', t, recipient=disclosure.recipient))}</p>{told}"
        f"{_thanks(shown)}<section>{_facts(shown)}<p></p><p>{_t('about', t)}</p>"
        f'<p class="soft small">{_t("personal", t)}</p></section>'
        f"{_download(shown)}{_check(shown)}{_receipt_form(shown)}{_given(shown)}"
    )
    return _page(shown.settings, t, body, status)


def moment(at_us: int, zone: str) -> str:
    """An instant for people: in the zone of the papers, and UTC."""
    return (
        f"{local_time.local(at_us, zone):%d-%m-%Y %H.%M} {zone} ({clock.from_us(at_us):%Y-%m-%d %H:%M} UTC)"
    )


def size_of(size: int, language: str) -> str:
    """A size in the largest fitting decimal unit."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    text = f"{value:.0f}" if unit == "B" else f"{value:.1f}"
    return f"{text.replace('.', ',') if language == 'id' else text} {unit}"


def _facts(shown: Shown) -> str:
    t, export, zone = shown.language, shown.export, shown.settings.zone
    assert export.size is not None
    assert export.sha256 is not None
    assert export.sealed_us is not None
    bytes_ = f"{export.size:,}"
    rows = [
        ("from", escape(_organization(shown.settings))),
        ("case", escape(shown.case.number)),
        *([("report", escape(shown.case.report))] if shown.case.report else []),
        ("package", f"<code>{escape(export.package)}.zip</code>"),
        (
            "size",
            escape(
                say(
                    "bytes",
                    t,
                    size=size_of(export.size, t),
                    bytes=bytes_.replace(",", ".") if t == "id" else bytes_,
                )
            ),
        ),
        ("sha256", f"<code>{_groups(export.sha256)}</code>"),
        ("sealed", moment(export.sealed_us, zone)),
        ("until", moment(shown.disclosure.expires_us, zone)),
        *([("note", escape(shown.disclosure.note))] if shown.disclosure.note else []),
    ]
    return "<dl>" + "".join(f"<dt>{_t(name, t)}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def _download(shown: Shown) -> str:
    t, size = shown.language, shown.export.size or 0
    return (
        f"<section><h2>{_t('download_1', t)}</h2><p>{_t('resume', t)}</p>"
        f'<a class="button" id="download" href="/d/{escape(shown.token)}/package">'
        f"{_t('download', t)} ({size_of(size, t)})</a></section>"
    )


def _check(shown: Shown) -> str:
    t, page = shown.language, f"/d/{escape(shown.token)}/verifikasi.html"
    print_ = (
        f"<p><code>{_groups(shown.fingerprint)}</code></p><p class='soft small'>{_t('key_words', t)}</p>"
        if shown.fingerprint
        else f"<p>{_t('key_none', t)}</p>"
    )
    return (
        f"<section><h2>{_t('verify_2', t)}</h2><p>{_t('verify_words', t)}</p>"
        f'<a class="button plain" href="{page}">{_t("verify_open", t)}</a> '
        f'<a class="button plain" href="{page}" download="verifikasi.html">{_t("verify_save", t)}</a>'
        f"<p></p><p class='soft small'>{_t('other_ways', t)}</p><h2>{_t('key', t)}</h2>{print_}</section>"
    )


def _receipt_form(shown: Shown) -> str:
    t = shown.language
    fields = "".join(
        f'<div><label for="{name}">{_t(name, t)}</label><input id="{name}" name="{name}" type="{kind}" {rest}></div>'
        for name, kind, rest in (
            ("name", "text", 'required maxlength="200" autocomplete="name"'),
            ("office", "text", 'required maxlength="200" autocomplete="organization"'),
            ("dated", "date", f'required value="{_today(shown.settings.zone)}"'),
            ("place", "text", 'maxlength="200"'),
        )
    )
    states = "".join(f'<option value="{one}">{_t(f"state_{one}", t)}</option>' for one in ("", *STATES))
    verdicts = "".join(
        f'<div><label for="v-{line}">{number}. {_t(f"line_{line}", t)}</label>'
        f'<select id="v-{line}" name="{line}">{states}</select></div>'
        for number, line in enumerate(LINES, 1)
    )
    action = f"/d/{escape(shown.token)}/receipt?lang={t}"
    return (
        f"<section id='receipt'><h2>{_t('receipt_3', t)}</h2><p>{_t('receipt_words', t)}</p>"
        f'<form {_FORM.format(action=action)} enctype="multipart/form-data"><div class="two">{fields}</div>'
        f"<fieldset><legend>{_t('verdicts', t)}</legend><label for='file'>{_t('file', t)}</label>"
        f'<input id="file" name="file" type="file" accept=".json,application/json">'
        f"<p class='soft small'>{_t('file_words', t)}</p><div class='two'>{verdicts}</div></fieldset>"
        f'<label for="remarks">{_t("remarks", t)}</label>'
        f'<textarea id="remarks" name="remarks" rows="3" maxlength="2000">'
        f"</textarea><button>{_t('send', t)}</button></form></section>"
    )


def _given(shown: Shown) -> str:
    t = shown.language
    if not shown.receipts:
        return ""
    items = "".join(
        f"<li>{escape(_one(shown, one))} <br>{_paper(shown, one.number)}</li>" for one in shown.receipts
    )
    return f"<section><h2>{_t('given', t)}</h2><ul>{items}</ul></section>"


def _thanks(shown: Shown) -> str:
    t = shown.language
    named = [one for one in shown.receipts if one.number == shown.thanks]
    if not named:
        return ""
    differs = f'<p class="bad">{_t("differs", t)}</p>' if named[0].body["result"] == "differs" else ""
    said = escape(say("thanks", t, number=shown.thanks))
    return f'<div class="said" role="status">{said}<br>{_paper(shown, shown.thanks)}</div>{differs}'


def _one(shown: Shown, one: Receipt) -> str:
    at = moment(one.at_us, shown.settings.zone)
    return say("given_one", shown.language, number=one.number, at=at, name=one.body["what"]["name"])


def _paper(shown: Shown, number: int) -> str:
    link = f"/d/{escape(shown.token)}/tanda-terima.pdf?receipt={number}&amp;lang={shown.language}"
    return f'<a href="{link}">{_t("print", shown.language)}</a>'


def _page(settings: Settings, language: str, body: str, status: int) -> HTMLResponse:
    other = "en" if language == "id" else "id"
    unit = f'<p class="unit">{escape(settings.organization_unit)}</p>' if settings.organization_unit else ""
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_t('title', language)}</title><style>{_STYLE}</style></head><body>"
        f'<header><div><p class="org">{escape(settings.organization)}</p>{unit}</div>'
        f'<a href="?lang={other}" hreflang="{other}">{_t("other", language)}</a></header>'
        f"<main>{body}</main><footer>{_t('foot', language)}</footer></body></html>"
    )
    return HTMLResponse(text, status, HEADERS)


def _organization(settings: Settings) -> str:
    return ", ".join(part for part in (settings.organization, settings.organization_unit) if part)


def _today(zone: str) -> str:
    return f"{local_time.local(clock.now_us(), zone):%Y-%m-%d}"


def _groups(digest: str) -> str:
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _t(code: str, language: str) -> str:
    return escape(say(code, language))
