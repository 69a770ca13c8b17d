"""What papers are made of: who, where, when, which footage, which entries of the log.

Plain data that the caller fills: instants in microseconds UTC, lengths and sizes in microseconds and bytes, digests in
lower-case hex. What is not known is None or empty and is then said to be so on paper, never left out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A time zone of Indonesia; each has one offset all the year."""

    name: str
    hours: int


WIB = Zone(name="WIB", hours=7)
WITA = Zone(name="WITA", hours=8)
WIT = Zone(name="WIT", hours=9)
ZONES = {zone.name: zone for zone in (WIB, WITA, WIT)}


@dataclass(frozen=True, kw_only=True)
class Both:
    """A text that is given in both languages; the paper prints its own."""

    id: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Whose paper it is. `agency` stands in capitals on top, `unit` below it."""

    agency: str
    unit: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """How a paper was made: under which number, when, where, by which program.

    `place` is the town or office of the signatures; `pro_justitia` puts that head on an investigator's paper.
    """

    letterhead: Letterhead
    number: str
    made_us: int
    place: str
    zone: Zone
    software: str
    pro_justitia: bool = False


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody named on a paper. `id_kind` is the sort of number: NRP, NIP, NIK."""

    name: str
    id_kind: str = ""
    id_number: str = ""
    rank: str = ""
    role: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """A place to sign. `capacity` is a code of SIGNING_AS; without a person the name is left to be written in."""

    capacity: str
    person: Person | None = None


SIGNING_AS = (
    "maker",
    "records_officer",
    "superior",
    "requester",
    "investigator",
    "owner",
    "giver",
    "receiver",
    "witness",
    "officer",
    "approver",
)


@dataclass(frozen=True, kw_only=True)
class CaseRef:
    """The case: its number here, the police report's number, what it is about, who works on it."""

    number: str
    report_number: str = ""
    title: str = ""
    officers: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter or order on which something rests. `sha256` is of its scan, if one is kept."""

    number: str
    dated_us: int | None = None
    by: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who asked for what, on which letter, for whom, and when it came in; `wording` is the request's own text."""

    by: Person
    received_us: int
    letter: Letter | None = None
    purpose: str = ""
    basis: str = ""
    recipient: str = ""
    wording: str = ""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera where it stood at the time. Degrees; heading clockwise from north."""

    id: str
    name: str
    site: str = ""
    agency: str = ""
    latitude: float | None = None
    longitude: float | None = None
    heading_deg: float | None = None


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `start_us` up to and without `end_us`."""

    start_us: int
    end_us: int

    @property
    def length_us(self) -> int:
        """Length in microseconds."""
        return self.end_us - self.start_us


@dataclass(frozen=True, kw_only=True)
class Key:
    """A public key: what it signs (a code of KEY_USES), and the SHA-256 of its bytes."""

    use: str
    id: str
    fingerprint: str


KEY_USES = ("export", "log", "recorder", "witness")


@dataclass(frozen=True, kw_only=True)
class Witness:
    """An outside witness of the log; `cosigned_us` is the time in its signature, None when it gave none."""

    name: str
    cosigned_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A time stamp of an outside authority (RFC 3161) over the checkpoint."""

    authority: str
    at_us: int
    serial: str = ""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The log at a checkpoint. `note` is the exact signed note, which the QR code then carries."""

    origin: str
    size: int
    root: str
    at_us: int
    key: Key | None = None
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0
    stamps: tuple[Stamp, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class EntryRef:
    """An entry of the log: its number (from 0), the hash of its leaf, its time."""

    index: int
    leaf: str
    at_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class Hold:
    """An evidence lock with its end, if it has one: two officers release it."""

    id: str
    span: Span
    cameras: tuple[str, ...]
    reason: str
    placed_us: int
    placed_by: Person
    extended_us: tuple[int, ...] = ()
    released_us: int | None = None
    released_by: tuple[Person, ...] = ()
    release_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CustodyEvent:
    """One line of the custody history. `action` is a code of CUSTODY_ACTIONS; others are printed as they are.

    `what` and `result` may differ by language, where a sentence is made of the event.
    """

    at_us: int
    action: str
    by: Person
    what: str | Both
    why: str = ""
    approved_by: tuple[Person, ...] = ()
    result: str | Both = ""
    entry: EntryRef | None = None


CUSTODY_ACTIONS = (
    "request", "case.open", "case.edit", "member.add", "member.remove", "grant.give", "grant.end", "exhibit.add",
    "bookmark.add",
    "bookmark.edit", "bookmark.remove", "search", "view", "clip", "play", "still", "hold.place", "hold.extend",
    "hold.release.ask", "hold.release.withdraw", "hold.release", "export.request", "export.approve",
    "export.build", "export.download", "export.deliver", "receive", "verify", "derive", "redact",
    "share", "share.revoke", "purge.preview", "purge.approve", "purge.undo", "purge.execute",
    "access.denied", "print", "note", "import",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PackageRef:
    """A sealed package as a whole. `sha256` is of the ZIP file: known outside it, never inside it."""

    id: str
    file_name: str
    bytes: int | None = None
    sha256: str = ""
    files: int | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """A thing that is seized, wrapped, handed over or received."""

    label: str
    description: str
    quantity: str = "1"
    identity: str = ""
    condition: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One of the eight lines of a verification: `line` of VERDICT_LINES, `state` of VERDICT_STATES."""

    line: str
    state: str
    detail: str = ""


VERDICT_LINES = (
    "intact",
    "authentic",
    "logged",
    "complete",
    "time",
    "playable",
    "custody",
    "camera_signature",
)
VERDICT_STATES = ("holds", "fails", "uncheckable")
