"""How long a policy keeps footage: days as people give them, microseconds as they count."""

from __future__ import annotations

import math

from saksi.codes import coded
from saksi.errors import BadInput
from saksi.messages import register

register(
    "policy_days_impossible",
    en=("{field} must be more than 0 and at most {most} days, not {given}.", "Use for example 30."),
    id_=("{field} harus lebih dari 0 dan paling banyak {most} hari, bukan {given}.", "Gunakan misalnya 30."),
)
register(
    "policy_days_needed",
    en=("A policy of scope {scope} needs {field}, and nothing else that says how long.", "Give {field}."),
    id_=(
        "Kebijakan cakupan {scope} memerlukan {field}, dan bukan yang lain tentang lamanya.",
        "Isi {field}.",
    ),
)
register(
    "policy_limits_crossed",
    en=("min_days ({least}) is more than max_days ({most}).", "Give a max_days that is not below min_days."),
    id_=(
        "min_days ({least}) melebihi max_days ({most}).",
        "Beri max_days yang tidak di bawah min_days.",
    ),
)
DAY_US = 86_400_000_000
MOST_DAYS = 36_525  # a hundred years


def days_of(length_us: int) -> float:
    """Days, for people: without a fraction where there is none."""
    days = length_us / DAY_US
    return int(days) if days.is_integer() else days


def length_us(days: float, field: str, *, least_us: int = 1) -> int:
    """Microseconds of so many days. Raises BadInput for what is no length: not a number, too short, too long."""
    if not (math.isfinite(days) and 0 <= days <= MOST_DAYS) or round(days * DAY_US) < least_us:
        raise BadInput("policy_days_impossible", field=field, given=days, most=MOST_DAYS)
    return round(days * DAY_US)


def lengths(
    scope: str, days: float | None, inherit: bool, min_days: float | None, max_days: float | None
) -> tuple[int | None, int | None, int | None]:
    """How long, at least and at most, microseconds, as a scope has them. Raises BadInput for anything else."""
    given = (days is not None, inherit, min_days is not None, max_days is not None)
    if scope == "class":
        if given != (False, False, True, True):
            raise BadInput("policy_days_needed", field="min_days, max_days", scope=coded(scope))
        assert min_days is not None
        assert max_days is not None
        least, most = length_us(min_days, "min_days", least_us=0), length_us(max_days, "max_days")
        if least > most:
            raise BadInput("policy_limits_crossed", field="max_days", least=min_days, most=max_days)
        return None, least, most
    if given == (False, True, False, False) and scope != "default":
        return None, None, None
    if given != (True, False, False, False):
        field = "days" if scope == "default" else "days (inherit)"
        raise BadInput("policy_days_needed", field=field, scope=coded(scope))
    assert days is not None
    return length_us(days, "days"), None, None
