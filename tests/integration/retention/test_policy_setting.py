"""Setting retention: limits of the class hold; what shortens takes a preview and a second officer."""

from __future__ import annotations

from typing import Any

import pytest

from saksi import clock
from saksi.catalogue import cameras, places
from saksi.catalogue.database import Database
from saksi.errors import BadInput, Conflict, Denied, NotFound, SaksiError
from saksi.retention import policies, policy_change, policy_listing
from tests.integration.retention.policies_desk import CAMERAS, DAY_US, Desk, later

LONG = {"scope": "agency", "subject": "dishub", "days": 45}
SHORT = {"scope": "agency", "subject": "dishub", "days": 10}
_NO_LENGTHS = (-1, 0, 1e-12, 36_526, 1e308, float("nan"), float("inf"))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database)


def refused(desk: Desk, error: type[SaksiError], code: str, **wanted: Any) -> SaksiError:
    before = desk.counts()
    with pytest.raises(error) as found:
        desk.put(**wanted)
    assert found.value.code == code
    assert desk.counts() == before
    for language in ("en", "id"):
        assert "{" not in found.value.diagnostics(language), found.value.diagnostics(language)
    return found.value


def test_what_keeps_longer_counts_at_once_and_the_narrowest_scope_decides(desk: Desk) -> None:
    assert desk.put(**LONG).state == "accepted"
    desk.put(scope="site", subject="terminal", days=60.5)
    assert [desk.days(code) for code, *_ in CAMERAS] == [60.5, 45, 30, 30]
    desk.put(scope="camera", subject="k1", days=90, effective=later(2))
    assert desk.days("k1") == 60.5
    assert desk.days("k1", clock.now_us() + 2 * DAY_US + DAY_US // 2) == 90


def test_what_shortens_is_shown_then_proposed_and_accepted_by_another(desk: Desk) -> None:
    proposed = desk.propose(**SHORT)
    assert (proposed.state, proposed.shortens, proposed.decided_by) == ("proposed", True, None)
    assert desk.days("k1", proposed.effective_us) == 30
    with pytest.raises(Conflict) as own:
        desk.accept(proposed, desk.budi)
    assert own.value.code == "policy_needs_second"
    with pytest.raises(Denied):
        desk.accept(desk.propose(scope="default", days=20), desk.dewi)
    with pytest.raises(NotFound):
        desk.accept(proposed, desk.dewi)
    done = desk.accept(proposed)
    assert (done.policy.state, done.policy.decided_name, done.grew) == ("accepted", "citra", False)
    assert desk.days("k1", proposed.effective_us - 1) == 30
    assert [desk.days(code, proposed.effective_us) for code, *_ in CAMERAS] == [10, 10, 30, 30]
    for again in (desk.accept, desk.withdraw):
        with pytest.raises(Conflict) as decided:
            again(proposed)
        assert decided.value.code == "policy_decided"


@pytest.mark.parametrize("who", ["budi", "citra"])
def test_a_proposal_is_withdrawn_by_either_and_another_can_follow(desk: Desk, who: str) -> None:
    proposed = desk.propose(**SHORT)
    refused(desk, Conflict, "policy_proposed_already", **LONG)
    assert desk.withdraw(proposed, getattr(desk, who)).state == "withdrawn"
    assert desk.days("k1", proposed.effective_us) == 30
    assert desk.put(**LONG).state == "accepted"


def test_a_shortening_needs_its_own_recent_preview(desk: Desk) -> None:
    wanted = {**SHORT, "effective": later()}
    error = refused(desk, Conflict, "policy_preview_missing", **wanted)
    assert "saksi policy preview" in error.diagnostics("id")
    refused(desk, Conflict, "policy_preview_unknown", **wanted, preview=bytes(32))
    other = desk.preview(**{**wanted, "days": 11}).sha256
    refused(desk, Conflict, "policy_preview_foreign", **wanted, preview=other)
    later_on = desk.preview(**{**wanted, "effective": later(3)}).sha256
    refused(desk, Conflict, "policy_preview_foreign", **wanted, preview=later_on)
    of_citra = desk.preview(desk.citra, **wanted).sha256
    refused(desk, Conflict, "policy_preview_unknown", **wanted, preview=of_citra)
    shown = desk.preview(**wanted).sha256
    with desk.database.transaction() as connection:
        connection.execute("update policy_preview set made_at = made_at - interval '61 minutes'")
    refused(desk, Conflict, "policy_preview_stale", **wanted, preview=shown)
    shown = desk.preview(**wanted).sha256
    desk.put(scope="default", days=31)
    refused(desk, Conflict, "policy_preview_stale", **wanted, preview=shown)
    assert desk.put(**wanted, preview=desk.preview(**wanted).sha256).state == "proposed"
    refused(desk, BadInput, "policy_effective_missing", scope="agency", subject="bank", days=10)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"scope": "agency", "subject": "dishub", "days": 6.99}, "policy_below_minimum"),
        ({"scope": "site", "subject": "terminal", "days": 366}, "policy_above_maximum"),
        ({"scope": "camera", "subject": "b1", "days": 0.000001}, "policy_below_minimum"),
        ({"days": 5}, "policy_below_minimum"),
        ({"days": 5000}, "policy_above_maximum"),
        ({"scope": "class", "subject": "bank", "min_days": 9, "max_days": 8}, "policy_limits_crossed"),
        ({"scope": "class", "subject": "street", "min_days": 1, "max_days": 8}, "category_unknown"),
        ({"scope": "class", "subject": "bank", "days": 8}, "policy_days_needed"),
        ({"scope": "agency", "subject": "dishub", "days": 8, "inherit": True}, "policy_days_needed"),
        ({"inherit": True}, "policy_days_needed"),
        ({"subject": "dishub", "days": 8}, "policy_subject_odd"),
        ({"scope": "planet", "days": 8}, "policy_scope_unknown"),
        ({"days": 40, "effective": "2026-01-01T00:00:00Z"}, "policy_past"),
        ({"days": 40, "effective": "2126-01-01T00:00:00Z"}, "time_absurd"),
        ({"days": 40, "basis": " "}, "name_unusable"),
        *(({"days": days}, "policy_days_impossible") for days in _NO_LENGTHS),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(desk: Desk, wanted: dict[str, Any], code: str) -> None:
    error = refused(desk, BadInput, code, **{"effective": later(), **wanted})
    assert error.field
    if code == "policy_below_minimum":
        assert "7 days" in error.diagnostics("en")
        assert "Starting value of Saksi" in error.diagnostics("en")


def test_a_scope_without_its_subject_is_asked_for_it(desk: Desk) -> None:
    for scope in ("agency", "site", "camera"):
        refused(desk, BadInput, "policy_subject_missing", scope=scope, subject="", days=40)


def test_nobody_sets_what_reaches_other_agencies(desk: Desk) -> None:
    for scope, subject in (("agency", "nowhere"), ("site", "dishub"), ("camera", "terminal")):
        refused(desk, NotFound, "policy_subject_unknown", scope=scope, subject=subject, days=40)
    for scope, subject in (("agency", "dishub"), ("site", "terminal"), ("camera", "k1")):
        refused(
            desk, NotFound, "policy_subject_unknown", person=desk.dewi, scope=scope, subject=subject, days=40
        )
    refused(desk, Denied, "policy_not_yours", person=desk.dewi, days=40)
    limits = {"scope": "class", "subject": "bank", "min_days": 7, "max_days": 400}
    refused(desk, Denied, "policy_not_yours", person=desk.dewi, **limits)
    assert desk.put(desk.dewi, scope="agency", subject="bank", days=40).state == "accepted"


def test_limits_of_a_class_hold_what_is_there_and_lowering_them_shortens(desk: Desk) -> None:
    bank = {"scope": "class", "subject": "bank", "basis": "POJK 44"}
    assert desk.put(**bank, min_days=90, max_days=365).state == "accepted"
    assert [desk.days(code) for code in ("k1", "b1")] == [30, 90]
    error = refused(desk, BadInput, "policy_below_minimum", scope="agency", subject="bank", days=45)
    assert "90 days that class bank" in error.diagnostics("en")
    assert "POJK 44" in error.diagnostics("en")
    with desk.database.transaction() as connection:
        default = policy_change.wanted(connection, None, scope="default", days=45, basis="Perwali")
        assert policy_change.check_limits(connection, default) == ["bank"]
    assert desk.put(days=45).state == "accepted"
    assert [desk.days(code) for code in ("k1", "b1")] == [45, 90]
    for limits in ({"min_days": 60, "max_days": 365}, {"min_days": 90, "max_days": 364}):
        refused(desk, Conflict, "policy_preview_missing", **bank, **limits, effective=later())
    proposed = desk.propose(**bank, min_days=60, max_days=365)
    assert [line["camera"] for line in proposed.preview["cameras"]] == ["b1", "b2"]
    desk.accept(proposed)
    assert desk.days("b1", proposed.effective_us) == 60


def test_an_agency_without_cameras_and_a_later_inheritance_shorten_too(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        places.add_agency(connection, code="mall", name="Mal", category="mall")
    refused(
        desk, Conflict, "policy_preview_missing", scope="agency", subject="mall", days=20, effective=later()
    )
    desk.put(scope="camera", subject="k2", days=60)
    back = desk.propose(scope="camera", subject="k2", inherit=True, effective=later(5))
    assert [line["after"] // DAY_US for line in back.preview["cameras"]] == [30]
    desk.accept(back)
    # Today k2 has its own policy, and in five days it falls back to what the agency has by then.
    shown = desk.preview(**SHORT, effective=later(1)).told
    assert [(line["camera"], line["at"] == back.effective_us) for line in shown["cameras"]] == [
        ("k1", False), ("k2", True),
    ]  # fmt: skip


def test_a_proposal_whose_time_has_passed_or_whose_limits_changed_is_not_accepted(desk: Desk) -> None:
    proposed = desk.propose(**SHORT)
    desk.put(scope="class", subject="transport", min_days=20, max_days=365)
    with pytest.raises(BadInput) as low:
        desk.accept(proposed)
    assert low.value.code == "policy_below_minimum"
    desk.withdraw(proposed)
    soon = desk.propose(scope="agency", subject="bank", days=10)
    with desk.database.transaction() as connection:
        connection.execute("alter table retention_policy disable trigger user")
        connection.execute("update retention_policy set effective_at = now() where state = 'proposed'")
    with pytest.raises(Conflict) as late:
        desk.accept(soon)
    assert late.value.code == "policy_overdue"
    with desk.database.transaction() as connection:
        connection.execute("alter table retention_policy enable trigger user")
        listed = {one.policy.policy_id: one.standing for one in policy_listing.listed(connection, None)}
    assert listed[soon.policy_id] == "lapsed"
    # It is in nobody's way: who proposes the next takes it back, and the log says so.
    before = desk.counts()
    again = desk.propose(scope="agency", subject="bank", days=10)
    with desk.database.transaction() as connection:
        assert policies.get(connection, soon.policy_id).state == "withdrawn"
    assert again.state == "proposed"
    assert [b - a for a, b in zip(before, desk.counts(), strict=True)] == [1, 2, 2, 1]


def test_previews_leave_no_trace_in_what_is_in_force(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        before = policies.in_force(connection, clock.now_us() + 9 * DAY_US)
    desk.preview(**SHORT, effective=later())
    made = desk.put(**LONG)
    with desk.database.transaction() as connection:
        after = policies.in_force(connection, clock.now_us() + 9 * DAY_US)
        assert cameras.find(connection, "k1").code == "k1"
    assert made.policy_id == before.count + 1
    assert set(before.lines) < set(after.lines)
