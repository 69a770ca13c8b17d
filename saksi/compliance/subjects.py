"""Whom terms bind: an agency, or one of its sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi.catalogue.database import Connection, query
from saksi.errors import NotFound
from saksi.messages import register

Scope = Sequence[int] | None  # the agencies that somebody is limited to; None: all

register(
    "site_not_here",
    en=("There is no site {given}.", "List them with GET /api/v1/sites."),
    id_=("Tidak ada lokasi {given}.", "Lihat daftar dengan GET /api/v1/sites."),
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An agency (`site_id` None), or a site of it."""

    agency_id: int
    site_id: int | None
    agency: str
    agency_name: str
    category: str
    site: str | None
    site_name: str | None

    @property
    def key(self) -> tuple[int, int | None]:
        """By which rows of it are known."""
        return self.agency_id, self.site_id

    @property
    def name(self) -> str:
        """As people call it."""
        return self.agency_name if self.site_name is None else self.site_name

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Subject:
        """From a row of compliance.subjects, terms.agency or terms.site."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})


def agency(connection: Connection, code: str, scope: Scope) -> Subject:
    """The agency of this id. Raises NotFound for one that is not there, or not theirs."""
    row = connection.execute(query("terms.agency"), {"agency": code, "scope": _listed(scope)}).fetchone()
    if row is None:
        raise NotFound("agency_unknown", field="agency", given=code[:80])
    return Subject.from_row(row)


def site(connection: Connection, code: str, scope: Scope) -> Subject:
    """The site of this id. Raises NotFound for one that is not there, or not theirs."""
    row = connection.execute(query("terms.site"), {"site": code, "scope": _listed(scope)}).fetchone()
    if row is None:
        raise NotFound("site_not_here", field="site", given=code[:80])
    return Subject.from_row(row)


def every(connection: Connection, scope: Scope, only: str | None) -> list[Subject]:
    """Agencies in the order of their ids, each before its sites; `only` one agency."""
    values = {"scope": _listed(scope), "agency": only}
    return [Subject.from_row(row) for row in connection.execute(query("compliance.subjects"), values)]


def _listed(scope: Scope) -> list[int] | None:
    return None if scope is None else list(scope)
