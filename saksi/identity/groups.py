"""Which role and agencies the groups of the provider stand for: SAKSI_OIDC_ROLES.

Entries with semicolons between, the first that fits counts: `GROUP=ROLE` or `GROUP=ROLE:AGENCY,AGENCY`. Groups may hold
commas and equals signs, as names in a directory do (CN=reskrim,OU=polres).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi.access import ROLES


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a group stands for; `agencies` None: not limited by these."""

    group: str
    role: str
    agencies: tuple[str, ...] | None


def parse(text: str) -> tuple[Standing, ...]:
    """The entries in their order. Raises ValueError saying what is wrong, without a value that is secret."""
    return tuple(_entry(one.strip()) for one in text.split(";") if one.strip())


def _entry(text: str) -> Standing:
    group, found, right = text.rpartition("=")
    role, limited, codes = right.strip().partition(":")
    agencies = tuple(code.strip() for code in codes.split(",") if code.strip())
    if not found or not group.strip():
        raise ValueError(f"{text!r} is not GROUP=ROLE")
    if role not in ROLES:
        raise ValueError(f"{role!r} is none of: {', '.join(ROLES)}")
    if role == "agency_operator" and not agencies:
        raise ValueError(f"{text!r} names no agency: GROUP=agency_operator:AGENCY")
    return Standing(group=group.strip(), role=role, agencies=agencies if limited else None)


def standing(table: Sequence[Standing], groups: Any) -> Standing | None:
    """The first entry whose group is among `groups`, as the claim tells them: a list of texts, or one text."""
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return next((one for one in table if one.group in named), None)
