"""The papers that can be made, one dataclass each: the report of a package, and those of the log and of handling."""

from __future__ import annotations

from dataclasses import dataclass

from saksi.papers.delivery import Coverage, Exhibit, FileClass
from saksi.papers.destruction import ByHand, Lines, PurgedAgency, PurgedCamera, Stayed, ThinnedGone
from saksi.papers.obligations import Compliance
from saksi.papers.parts import (
    Both,
    Camera,
    CaseRef,
    CustodyEvent,
    EntryRef,
    Hold,
    Issue,
    Item,
    Key,
    Ledger,
    Letter,
    PackageRef,
    Person,
    Request,
    Signatory,
    Span,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """BA Pengambilan Rekaman: berita-acara.pdf and laporan.html of a package.

    `manifest_sha256` is of manifest-sha256.txt and so binds the paper to every file under data/. The signed statement
    names the report's own digest, so `statement_sha256` can only be given on a report made after the package.
    """

    issue: Issue
    package: PackageRef
    case: CaseRef
    request: Request | None
    exhibits: tuple[Exhibit, ...]
    coverage: tuple[Coverage, ...]
    files: tuple[FileClass, ...]
    ledger: Ledger | None
    keys: tuple[Key, ...]
    holds: tuple[Hold, ...] = ()
    custody: tuple[CustodyEvent, ...] = ()
    warnings: tuple[Both, ...] = ()
    manifest_sha256: str = ""
    statement_sha256: str = ""
    verifier_sha256: str = ""
    worm_proven_us: int | None = None
    remarks: str = ""
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Seizure:
    """BA Penyitaan: an investigator takes things from whoever holds them, before two witnesses."""

    issue: Issue
    case: CaseRef
    order: Letter | None
    court_leave: Letter | None
    investigators: tuple[Person, ...]
    holder: Person
    taken_at: str
    items: tuple[Item, ...]
    reason: str = ""
    remarks: str = ""
    ledger: Ledger | None = None
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SealedItem:
    """A wrapped thing: how it is wrapped, and which seals are on it."""

    item: Item
    wrapping: str
    seals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sealing:
    """BA Pembungkusan dan Penyegelan: things are wrapped, sealed and labelled."""

    issue: Issue
    case: CaseRef
    order: Letter | None
    officers: tuple[Person, ...]
    items: tuple[SealedItem, ...]
    remarks: str = ""
    ledger: Ledger | None = None
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Handover:
    """BA Serah Terima: things and packages go from one to another, checked on the spot or not."""

    issue: Issue
    case: CaseRef
    request: Request | None
    giver: Person
    receiver: Person
    packages: tuple[PackageRef, ...] = ()
    items: tuple[Item, ...] = ()
    purpose: str = ""
    verdicts: tuple[Verdict, ...] = ()
    keys: tuple[Key, ...] = ()
    remarks: str = ""
    ledger: Ledger | None = None
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Surat Tanda Penerimaan: the recipient says what came and how it verified, or that it was not verified.

    `signed_by` tells how a receipt that came back by page or file was signed; empty for one on paper.
    """

    issue: Issue
    case: CaseRef
    giver: Person
    receiver: Person
    received_us: int
    packages: tuple[PackageRef, ...] = ()
    items: tuple[Item, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    verified_with: str = ""
    signed_by: str = ""
    token: str = ""
    remarks: str = ""
    ledger: Ledger | None = None
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Label:
    """Label Barang Bukti: 100 by 70 mm, stuck on the wrapping or the medium."""

    issue: Issue
    case: CaseRef
    item: Item
    package: PackageRef | None
    officer: Person
    sealed_us: int
    seal_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A retention policy as it stood: its name, version, days, and the digest that is in the log."""

    name: str
    version: int
    days: float
    sha256: str
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class PolicyShare:
    """How much of a purge a policy asked for; None: no policy did.

    `thinning` are the policies by which keyframes were kept in the place of what went; None where none were.
    """

    policy: Policy | None
    cameras: int
    hours: int
    bytes: int
    thinning: tuple[Policy, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Purge:
    """BA Pemusnahan: what a purge destroyed, under which policies, and that holds were respected.

    `kind` is one of PURGE_KINDS. `confirmed_absent` of `objects` were looked for in the store afterwards and were gone.
    `cameras` may be the first of `cameras_in_all`; `lines` binds the whole.
    """

    issue: Issue
    run: str
    kind: str
    due_us: int
    started_us: int
    policies: tuple[PolicyShare, ...]
    policy_set: str
    policies_in_force: int
    notice: EntryRef | None
    done: EntryRef | None
    hold_set_before: str
    hold_set_root: str
    holds_in_force: int
    stayed: tuple[Stayed, ...]
    objects: int
    confirmed_absent: int
    agencies: tuple[PurgedAgency, ...]
    cameras: tuple[PurgedCamera, ...]
    cameras_in_all: int
    lines: Lines
    certificate: str
    thinned: ThinnedGone | None = None
    asked_by: Person | None = None  # None: by the daily schedule, or `at_once` by a command that named nobody
    at_once: bool = False
    approved_by: tuple[Person, ...] = ()
    reason: str = ""
    by_hand: ByHand | None = None
    remarks: str = ""
    ledger: Ledger | None = None
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DailySeal:
    """BA Segel Harian: the log's size and root at the end of a day, on paper, signed by two officers."""

    issue: Issue
    ledger: Ledger
    before: Ledger | None
    day_entries: int | None = None
    remarks: str = ""
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the log says of one camera and span: `state` is one of FINDING_STATES.

    `thinning` are the policies by which keyframes were kept in its place; None where none were.
    `holds_respected` is None when no hold covered the span. `copies` names packages that still hold the footage.
    """

    camera: Camera
    span: Span
    state: str
    cause: str = ""
    detail: str = ""
    recorded_us: int | None = None
    seals: tuple[EntryRef, ...] = ()
    purged_us: int | None = None
    purge_run: str = ""
    notice: EntryRef | None = None
    done: EntryRef | None = None
    policy: Policy | None = None
    thinning: tuple[Policy, ...] | None = None
    hold_set_root: str = ""
    holds_respected: bool | None = None
    copies: tuple[str, ...] = ()


FINDING_STATES = ("never_recorded", "purged", "thinned", "lost", "present", "unknown")


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Keterangan Ketiadaan Rekaman: was it recorded, when destroyed, by which policy, were holds respected."""

    issue: Issue
    case: CaseRef | None
    request: Request | None
    findings: tuple[Finding, ...]
    remarks: str = ""
    ledger: Ledger | None = None
    keys: tuple[Key, ...] = ()
    signatories: tuple[Signatory, ...] = ()


Paper = Report | Seizure | Sealing | Handover | Receipt | Label | Purge | DailySeal | Absence | Compliance
