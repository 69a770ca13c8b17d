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
    FOOTAGE_IMPORT = "footage.import"  # bring in what other recorders recorded
    FOOTAGE_SEAL = "footage.seal"  # cut the open chunk now
    CASE_READ = "case.read"  # cases one has access to, their exhibits and people
    CASE_WRITE = "case.write"  # open and change cases, make exhibits
    GRANT_WRITE = "grant.write"  # let a case's member see footage outside their agencies and areas
    BOOKMARK_WRITE = "bookmark.write"  # one's own marks
    HOLD_READ = "hold.read"  # what is held, and why
    HOLD_WRITE = "hold.write"  # place and extend holds
    HOLD_RELEASE = "hold.release"  # ask for a release, approve another officer's
    CUSTODY_READ = "custody.read"  # who had a case's footage, when and why
    EXPORT_READ = "export.read"  # evidence packages of one's cases
    EXPORT_WRITE = "export.write"  # ask for one
    DISCLOSURE_READ = "disclosure.read"  # who was given which package
    DISCLOSURE_WRITE = "disclosure.write"  # make links to packages, take them back, enter receipts
    PAPER_PRINT = "paper.print"  # papers of a case, and on the absence of footage
    DERIVATIVE_READ = "derivative.read"  # processed copies of exhibits
    DERIVATIVE_WRITE = "derivative.write"  # have exhibits redacted
    RETENTION_READ = "retention.read"  # policies, forecast, purges and their certificates
    RETENTION_WRITE = "retention.write"  # propose policies, ask for purges
    RETENTION_APPROVE = "retention.approve"  # accept what another officer proposed or asked for
    USER_WRITE = "user.write"  # add people and tokens
    AUDIT_READ = "audit.read"  # who did what
    INCIDENT_READ = "incident.read"  # what happened where and when, and figures of it
    INCIDENT_WRITE = "incident.write"  # enter, correct and withdraw incidents
    COMPLIANCE_READ = "compliance.read"  # what agencies agreed to and how they keep it
    COMPLIANCE_WRITE = "compliance.write"  # terms, and whom to call at an agency
    TICKET_WRITE = "ticket.write"  # notes on tickets, and what is promised
    LEDGER_READ = "ledger.read"  # checkpoints, proofs and entries of the log
    SELF = "self"  # one's own session


_EVERYONE = frozenset({Permission.SELF})
_FOOTAGE = frozenset({Permission.CAMERA_READ, Permission.FOOTAGE_SEARCH, Permission.FOOTAGE_VIEW})
_LEDGER = frozenset({Permission.LEDGER_READ})
_MARKS = frozenset({Permission.FOOTAGE_SEAL, Permission.BOOKMARK_WRITE})
_INCIDENTS = frozenset({Permission.INCIDENT_READ, Permission.INCIDENT_WRITE})
_CASES = frozenset(
    {
        Permission.CASE_READ,
        Permission.CASE_WRITE,
        Permission.HOLD_READ,
        Permission.HOLD_WRITE,
        Permission.CUSTODY_READ,
        Permission.EXPORT_READ,
        Permission.EXPORT_WRITE,
    }
)
_HANDING_OVER = frozenset(
    {
        Permission.DISCLOSURE_READ,
        Permission.DISCLOSURE_WRITE,
        Permission.PAPER_PRINT,
        Permission.DERIVATIVE_READ,
        Permission.DERIVATIVE_WRITE,
    }
)

ROLES: dict[str, frozenset[Permission]] = {
    "admin": frozenset(Permission),
    "records_officer": _EVERYONE
    | _LEDGER
    | _FOOTAGE
    | _MARKS
    | _CASES
    | _INCIDENTS
    | _HANDING_OVER
    | {Permission.HOLD_RELEASE, Permission.AUDIT_READ, Permission.FOOTAGE_IMPORT, Permission.GRANT_WRITE}
    | {Permission.RETENTION_READ, Permission.RETENTION_WRITE, Permission.RETENTION_APPROVE}
    | {Permission.COMPLIANCE_READ, Permission.COMPLIANCE_WRITE, Permission.TICKET_WRITE},
    "investigator": _EVERYONE | _LEDGER | _FOOTAGE | _MARKS | _CASES | _INCIDENTS | _HANDING_OVER,
    "agency_operator": _EVERYONE
    | _LEDGER
    | _FOOTAGE
    | {Permission.BOOKMARK_WRITE, Permission.RETENTION_READ}
    | {Permission.COMPLIANCE_READ, Permission.TICKET_WRITE},
    "auditor": _EVERYONE
    | _LEDGER
    | {Permission.AUDIT_READ, Permission.CAMERA_READ, Permission.HOLD_READ, Permission.CUSTODY_READ}
    | {
        Permission.DISCLOSURE_READ,
        Permission.RETENTION_READ,
        Permission.INCIDENT_READ,
        Permission.COMPLIANCE_READ,
    },
    "recipient": _EVERYONE,
}


def allowed(role: str, permission: Permission) -> bool:
    """Whether `role` holds `permission`; an unknown role holds nothing."""
    return permission in ROLES.get(role, frozenset())
