"""Setting retention policies: at once where nothing is kept shorter, else with a preview and a second officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.askers import Asker
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection, query
from saksi.codes import coded
from saksi.custody.signing import Signer
from saksi.errors import Conflict
from saksi.messages import register
from saksi.retention import policies, policy_change, policy_entries, policy_preview
from saksi.retention.policies import Policy
from saksi.retention.policy_change import Change
from saksi.retention.policy_preview import GROWS, Preview

register(
    "policy_proposed_already",
    en=(
        "Policy {policy} of the same {field} is proposed and not decided yet.",
        "Have it accepted or withdrawn first.",
    ),
    id_=(
        "Kebijakan {policy} untuk {field} yang sama sudah diusulkan dan belum diputuskan.",
        "Setujui atau tarik dahulu.",
    ),
)
register(
    "policy_decided",
    en=("Policy {policy} is {state} already.", "Set a new one if it should be otherwise."),
    id_=("Kebijakan {policy} sudah {state}.", "Tetapkan yang baru bila seharusnya lain."),
)
register(
    "policy_needs_second",
    en=(
        "You proposed policy {policy} yourself.",
        "Another officer must accept it; withdraw it if it is wrong.",
    ),
    id_=(
        "Anda sendiri yang mengusulkan kebijakan {policy}.",
        "Petugas lain harus menyetujuinya; tarik bila salah.",
    ),
)
register(
    "policy_overdue",
    en=(
        "Policy {policy} was to take effect at {effective}, and that has passed.",
        "Propose it again with a later time: that withdraws this one.",
    ),
    id_=(
        "Kebijakan {policy} seharusnya berlaku {effective}, dan itu sudah lewat.",
        "Usulkan lagi dengan waktu yang lebih lambat: yang ini lalu ditarik.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A version that was accepted, and its preview `now`: `grew` when that is more than the first officer saw."""

    policy: Policy
    now: Preview
    grew: bool


def preview(connection: Connection, asker: Asker, change: Change) -> Preview:
    """Shows what a change would do, and remembers that it was shown. Raises BadInput for one that breaks a limit."""
    shown = policy_preview.settled(connection, change)
    policy_preview.keep(connection, shown, asker.person_id)
    return shown


def in_the_way(connection: Connection, change: Change) -> int | None:
    """The proposal of the same subject that must be decided before a change can be set; None when none must."""
    values = change.at(clock.now_us()).values()
    row = connection.execute(query("policies.open_proposal"), values).fetchone()
    return None if row is None or row["lapsed"] else int(row["policy_id"])


def put(
    connection: Connection,
    signer: Signer,
    asker: Asker,
    who: Who,
    change: Change,
    *,
    preview_sha256: bytes | None = None,
) -> tuple[Policy, Preview]:
    """Sets a policy, or proposes one that shortens; answers it with what it does, of which a default's limits are part.

    Raises BadInput for one that breaks a limit, Conflict for one that shortens without a preview of it that the asker
    was shown within the hour, or while another of the same subject is proposed. One that lapsed is withdrawn by it.
    """
    policy_entries.lock(connection)
    found = policy_preview.settled(connection, change, counted=False)
    at_us = clock.now_us()
    change = change.at(at_us)
    shown = found
    if found.shortens:
        shown = policy_preview.check_shown(connection, change, found, asker.person_id, preview_sha256)
    _clear_way(connection, signer, asker, who, change)
    values = change.values() | {
        "policy_id": None,
        "state": "proposed" if found.shortens else "accepted",
        "preview": Jsonb(shown.told if found.shortens else {}),
        "preview_sha256": shown.sha256 if found.shortens else None,
        "proposed_by": asker.person_id,
        "proposed_at": clock.from_us(at_us),
        "decided_by": None if found.shortens else asker.person_id,
        "decided_at": None if found.shortens else clock.from_us(at_us),
        "shortens": found.shortens,
    }
    row = connection.execute(query("policies.add"), values).fetchone()
    assert row is not None
    policy = policies.get(connection, row["policy_id"])
    entry_id = policy_entries.add(connection, signer, policy, who=who, person_id=asker.person_id)
    connection.execute(query("policies.logged"), {"policy_id": policy.policy_id, "entry_id": entry_id})
    return replace(policy, entry_id=entry_id), shown


def accept(
    connection: Connection,
    signer: Signer,
    asker: Asker,
    who: Who,
    policy_id: int,
    reach: Sequence[int] | None,
) -> Accepted:
    """The second officer's word. What it would do is counted anew, and told when it has become more.

    Raises Conflict for the first officer, for a version that is decided or whose time has passed; BadInput when limits
    have changed so that it breaks one.
    """
    policy, change = _open(connection, policy_id, reach)
    if policy.proposed_by == asker.person_id:
        raise Conflict("policy_needs_second", field="policy", policy=policy_id)
    if policy.effective_us < clock.now_us():
        effective = clock.format_us(policy.effective_us)
        raise Conflict("policy_overdue", field="effective", policy=policy_id, effective=effective)
    now = policy_preview.make(connection, change)
    decided = _decide(connection, signer, asker, who, policy, "accepted")
    before, after = policy.preview["total"], now.told["total"]
    return Accepted(policy=decided, now=now, grew=any(after[name] > before[name] for name in GROWS))


def withdraw(
    connection: Connection,
    signer: Signer,
    asker: Asker,
    who: Who,
    policy_id: int,
    reach: Sequence[int] | None,
) -> Policy:
    """Takes back a proposal, one's own or another officer's. Raises Conflict for a version that is decided."""
    policy, _ = _open(connection, policy_id, reach)
    return _decide(connection, signer, asker, who, policy, "withdrawn")


def _open(connection: Connection, policy_id: int, reach: Sequence[int] | None) -> tuple[Policy, Change]:
    policy_entries.lock(connection)
    policy = policies.get(connection, policy_id)
    change = policy_change.of_policy(connection, reach, policy)
    if policy.state != "proposed":
        raise Conflict("policy_decided", field="policy", policy=policy_id, state=coded(policy.state))
    return policy, change


def _decide(
    connection: Connection, signer: Signer, asker: Asker, who: Who, policy: Policy, state: str
) -> Policy:
    at_us = clock.now_us()
    decided = replace(policy, state=state, decided_by=asker.person_id, decided_us=at_us)
    entry_id = policy_entries.add(connection, signer, decided, who=who, person_id=asker.person_id)
    values = {"policy_id": policy.policy_id, "state": state, "person_id": asker.person_id}
    connection.execute(query("policies.decide"), {**values, "at": clock.from_us(at_us), "entry_id": entry_id})
    return policies.get(connection, policy.policy_id)


def _clear_way(connection: Connection, signer: Signer, asker: Asker, who: Who, change: Change) -> None:
    """A proposal of the same subject that lapsed is withdrawn by whoever makes the next; another is in the way."""
    row = connection.execute(query("policies.open_proposal"), change.values()).fetchone()
    if row is None:
        return
    if not row["lapsed"]:
        raise Conflict("policy_proposed_already", field="subject", policy=row["policy_id"])
    _decide(connection, signer, asker, who, policies.get(connection, row["policy_id"]), "withdrawn")
