"""A change of retention that somebody wants: checked for what can be said of it without looking at footage.

Limits of the class count where a policy is set. The default reaches every class: where it lies outside the limits of
one, that class's cameras are kept as its limits say, and only a default outside the limits of all is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import CATEGORIES, checked_name
from saksi.codes import coded
from saksi.errors import BadInput, Denied, NotFound
from saksi.messages import register
from saksi.retention.policies import Policy
from saksi.retention.policy_lengths import days_of, lengths

register(
    "policy_scope_unknown",
    en=("{given} is not a scope.", "Use one of: {known}."),
    id_=("{given} bukan cakupan.", "Gunakan salah satu: {known}."),
)
register(
    "policy_subject_odd",
    en=("The default has no {field}, and {given} was given.", "Leave it out, or name another scope."),
    id_=("Default tidak punya {field}, tetapi {given} diberikan.", "Hilangkan, atau sebut cakupan lain."),
)
register(
    "policy_subject_missing",
    en=(
        "A policy of scope {scope} needs a {field}, and none is given.",
        "Give the id of the {scope} as {field}.",
    ),
    id_=(
        "Kebijakan cakupan {scope} memerlukan {field}, dan tidak diisi.",
        "Isi {field} dengan id {scope} itu.",
    ),
)
register(
    "policy_subject_unknown",
    en=("There is no {scope} {given}.", "Give the id of one that you may see as {field}."),
    id_=("Tidak ada {scope} {given}.", "Isi {field} dengan id yang boleh Anda lihat."),
)
register(
    "policy_not_yours",
    en=(
        "A policy of scope {scope} reaches cameras outside your agencies.",
        "Ask an officer who is limited to no agency.",
    ),
    id_=(
        "Kebijakan cakupan {scope} menjangkau kamera di luar instansi Anda.",
        "Minta petugas yang tidak dibatasi pada instansi.",
    ),
)
register(
    "policy_past",
    en=("{field} {given} has passed.", "A policy takes effect now or later; give a time to come."),
    id_=("{field} {given} sudah lewat.", "Kebijakan berlaku sekarang atau nanti; beri waktu mendatang."),
)
register(
    "policy_below_minimum",
    en=(
        "{days} days are less than the {limit} days that class {category} must be kept ({basis}).",
        "Give at least {limit} in {field}, or have the limits of the class changed first.",
    ),
    id_=(
        "{days} hari kurang dari {limit} hari yang wajib disimpan untuk kelas {category} ({basis}).",
        "Isi {field} sedikitnya {limit}, atau ubah dulu batas kelas itu.",
    ),
)
register(
    "policy_above_maximum",
    en=(
        "{days} days are more than the {limit} days that class {category} may be kept ({basis}).",
        "Give at most {limit} in {field}, or have the limits of the class changed first.",
    ),
    id_=(
        "{days} hari lebih dari {limit} hari yang boleh disimpan untuk kelas {category} ({basis}).",
        "Isi {field} paling banyak {limit}, atau ubah dulu batas kelas itu.",
    ),
)

SCOPES = ("default", "agency", "site", "camera", "class")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What somebody wants. `owner_id` and `owner_category` are its agency and class, None for default and class.

    `categories` and `agencies` are all that it reaches; `effective_us` None means at once.
    """

    scope: str
    subject: str
    basis: str
    reason: str = ""
    keep_us: int | None = None
    min_us: int | None = None
    max_us: int | None = None
    effective_us: int | None = None
    agency_id: int | None = None
    site_id: int | None = None
    camera_id: int | None = None
    owner_id: int | None = None
    owner_category: str | None = None
    categories: tuple[str, ...] = ()
    agencies: tuple[int, ...] = ()

    @property
    def category(self) -> str | None:
        """Of a class whose limits are to change."""
        return self.subject if self.scope == "class" else None

    def told(self) -> dict[str, object]:
        """What makes it this change and no other, in canonical values; not the words that explain it."""
        told: dict[str, object] = {"scope": self.scope, "subject": self.subject}
        for name, value in (("keep", self.keep_us), ("min", self.min_us), ("max", self.max_us)):
            if value is not None:
                told[name] = value
        return told | {"effective": -1 if self.effective_us is None else self.effective_us}

    def at(self, now_us: int) -> Change:
        """The same with the time at which it takes effect."""
        return self if self.effective_us is not None else replace(self, effective_us=now_us)

    def values(self) -> dict[str, Any]:
        """Columns of its row."""
        assert self.effective_us is not None
        names = ("scope", "agency_id", "site_id", "camera_id", "category", "keep_us", "min_us", "max_us")
        return {name: getattr(self, name) for name in (*names, "basis", "reason")} | {
            "effective_at": clock.from_us(self.effective_us)
        }


def wanted(
    connection: Connection,
    reach: Sequence[int] | None,
    *,
    scope: str,
    subject: str = "",
    days: float | None = None,
    inherit: bool = False,
    min_days: float | None = None,
    max_days: float | None = None,
    basis: str,
    reason: str = "",
    effective: str | None = None,
) -> Change:
    """The change that these inputs ask for, by somebody limited to the agencies `reach` (None: to none).

    Raises BadInput, NotFound or Denied for what cannot be asked for; what depends on limits in force is `check_limits`.
    """
    if scope not in SCOPES:
        raise BadInput("policy_scope_unknown", field="scope", given=scope[:40], known=", ".join(SCOPES))
    keep_us, min_us, max_us = lengths(scope, days, inherit, min_days, max_days)
    effective_us = None if effective is None else clock.parse_rfc3339(effective, "effective")
    if effective_us is not None and effective_us < clock.now_us():
        raise BadInput("policy_past", field="effective", given=clock.format_us(effective_us))
    if reason:
        checked_name(reason, "reason")
    return resolved(
        connection,
        reach,
        Change(
            scope=scope,
            subject=subject,
            basis=unicodedata.normalize("NFC", checked_name(basis, "basis")),
            reason=unicodedata.normalize("NFC", reason),
            keep_us=keep_us,
            min_us=min_us,
            max_us=max_us,
            effective_us=effective_us,
        ),
    )


def of_policy(connection: Connection, reach: Sequence[int] | None, policy: Policy) -> Change:
    """The change that a version is. Raises NotFound for somebody limited to other agencies, Denied likewise."""
    names = ("scope", "subject", "basis", "reason", "keep_us", "min_us", "max_us", "effective_us")
    return resolved(connection, reach, Change(**{name: getattr(policy, name) for name in names}))


def resolved(connection: Connection, reach: Sequence[int] | None, change: Change) -> Change:
    """The same with what it reaches. Raises NotFound for a subject that is not there or not seen, Denied for more."""
    if change.scope != "default" and not change.subject:
        raise BadInput("policy_subject_missing", field="subject", scope=coded(change.scope))
    if change.scope in ("default", "class"):
        if change.scope == "default" and change.subject:
            raise BadInput("policy_subject_odd", field="subject", given=change.subject[:80])
        if change.scope == "class" and change.subject not in CATEGORIES:
            known = ", ".join(CATEGORIES)
            raise BadInput("category_unknown", field="subject", given=change.subject[:80], known=known)
        if reach is not None:
            raise Denied("policy_not_yours", field="scope", scope=coded(change.scope))
        return change
    row = connection.execute(
        query("policies.subject"), {"scope": change.scope, "subject": change.subject}
    ).fetchone()
    if row is None or (reach is not None and row["owner_id"] not in reach):
        given = change.subject[:80]
        raise NotFound("policy_subject_unknown", field="subject", scope=coded(change.scope), given=given)
    if reach is not None and not set(row["agencies"]) <= set(reach):
        raise Denied("policy_not_yours", field="scope", scope=coded(change.scope))
    ids = {name: row[name] for name in ("agency_id", "site_id", "camera_id", "owner_id", "owner_category")}
    categories, agencies = tuple(sorted(row["categories"])), tuple(sorted(row["agencies"]))
    return replace(change, **ids, categories=categories, agencies=agencies)


def check_limits(connection: Connection, change: Change) -> list[str]:
    """Holds it to the limits in effect at its time; answers the classes that a default does not reach in full.

    Raises BadInput naming the first limit that it breaks, with its basis.
    """
    if change.keep_us is None or change.scope == "class":
        return []
    limits = limits_at(connection, change.at(clock.now_us()).effective_us or 0)
    if change.scope != "default":
        for category in change.categories:
            _check(change.keep_us, category, limits[category])
        return []
    used = [row["category"] for row in connection.execute(query("policies.categories_used"))]
    broken = {}
    for category in sorted(used or CATEGORIES):
        try:
            _check(change.keep_us, category, limits[category])
        except BadInput as error:
            broken[category] = error
    if broken and len(broken) == len(used or CATEGORIES):
        raise next(iter(broken.values()))
    return list(broken)


def limits_at(connection: Connection, at_us: int) -> dict[str, dict[str, Any]]:
    """Row of the limits of every class at an instant: min_us, max_us, basis."""
    rows = connection.execute(query("policies.in_force"), {"at": clock.from_us(at_us)})
    return {row["category"]: row for row in rows if row["scope"] == "class"}


def _check(keep_us: int, category: str, limits: Mapping[str, Any]) -> None:
    for code, broken, limit_us in (
        ("policy_below_minimum", keep_us < limits["min_us"], limits["min_us"]),
        ("policy_above_maximum", keep_us > limits["max_us"], limits["max_us"]),
    ):
        if broken:
            raise BadInput(
                code,
                field="days",
                days=days_of(keep_us),
                limit=days_of(limit_us),
                category=coded(category),
                basis=limits["basis"],
            )
