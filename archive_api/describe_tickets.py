"""Tickets as answers: what is wrong and what to do in the language asked for, and the numbers behind it."""

from __future__ import annotations

from typing import Any

from saksi import clock
from saksi.compliance import remedies
from saksi.compliance.tickets import Event, Ticket


def ticket(one: Ticket, language: str) -> dict[str, Any]:
    """One in a list. `site` is a camera's too; `camera` null: of a whole site or agency."""
    what, remedy = remedies.said(one.rule, one.facts, language)
    return {
        "id": one.ticket_id,
        "rule": one.rule,
        "state": one.state,
        "agency": one.agency,
        "agency_name": one.agency_name,
        "site": one.site,
        "site_name": one.site_name,
        "camera": one.camera,
        "camera_name": one.camera_name,
        "what": what,
        "remedy": remedy,
        "since": clock.format_us(one.since_us),
        "opened_at": clock.format_us(one.opened_us),
        "closed_at": _time(one.closed_us),
        "promised": None if one.promised_day is None else one.promised_day.isoformat(),
        "aside_until": _time(one.aside_until_us),
        "facts": one.facts,
    }


def whole(one: Ticket, history: list[Event], language: str) -> dict[str, Any]:
    """One with all that happened to it."""
    return {**ticket(one, language), "history": [_event(event) for event in history]}


def _event(one: Event) -> dict[str, Any]:
    return {
        "at": clock.format_us(one.at_us),
        "kind": one.kind,
        "person": one.person,
        "text": one.text,
        "day": None if one.day is None else one.day.isoformat(),
        "until": _time(one.until_us),
        "facts": one.facts,
    }


def _time(instant_us: int | None) -> str | None:
    return None if instant_us is None else clock.format_us(instant_us)
