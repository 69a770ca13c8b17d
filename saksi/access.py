"""Who may do what: the roles and their permissions in one table.

A route states one permission; nothing is allowed that this table does not list.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that can be allowed."""

    CAMERA_READ = "camera.read"  # that a camera exists, where, its status
    CAMERA_WRITE = "camera.write"  # add and change cameras, sites, agencies, areas
    FOOTAGE_SEARCH = "footage.search"  # what was recorded when
    FOOTAGE_VIEW = "footage.view"  # the pictures themselves
    FOOTAGE_SEAL = "footage.seal"  # cut the open chunk now
    USER_WRITE = "user.write"  # add people and tokens
    AUDIT_READ = "audit.read"  # who did what
    LEDGER_READ = "ledger.read"  # checkpoints, proofs and entries of the log
    SELF = "self"  # one's own session


_EVERYONE = frozenset({Permission.SELF})
_FOOTAGE = frozenset({Permission.CAMERA_READ, Permission.FOOTAGE_SEARCH, Permission.FOOTAGE_VIEW})
_LEDGER = frozenset({Permission.LEDGER_READ})

ROLES: dict[str, frozenset[Permission]] = {
    "admin": frozenset(Permission),
    "records_officer": _EVERYONE | _LEDGER | _FOOTAGE | {Permission.FOOTAGE_SEAL, Permission.AUDIT_READ},
    "investigator": _EVERYONE | _LEDGER | _FOOTAGE | {Permission.FOOTAGE_SEAL},
    "agency_operator": _EVERYONE | _LEDGER | _FOOTAGE,
    "auditor": _EVERYONE | _LEDGER | {Permission.AUDIT_READ, Permission.CAMERA_READ},
    "recipient": _EVERYONE,
}


def allowed(role: str, permission: Permission) -> bool:
    """Whether `role` holds `permission`; an unknown role holds nothing."""
    return permission in ROLES.get(role, frozenset())
