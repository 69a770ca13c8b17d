"""Who has a second factor: asked for with the password, in force from its first code on, taken away by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from saksi import clock, second_factor
from saksi.catalogue import accounts
from saksi.catalogue.askers import Asker
from saksi.catalogue.database import Connection, query
from saksi.errors import Conflict, Denied, NotFound
from saksi.messages import register
from saksi.secrets import Vault

register(
    "second_factor_wrong",
    en=(
        "The code is wrong, was used already, or too many were tried.",
        "Wait for the next code; if none is taken, set the telephone's clock, or use a recovery code.",
    ),
    id_=(
        "Kode salah, sudah dipakai, atau terlalu banyak percobaan.",
        "Tunggu kode berikutnya; bila tetap ditolak, perbaiki jam telepon atau gunakan kode pemulihan.",
    ),
)
register(
    "second_factor_none",
    en=("There is no second factor.", "Set one up: POST /api/v1/me/second-factor."),
    id_=("Belum ada faktor kedua.", "Pasang: POST /api/v1/me/second-factor."),
)
register(
    "second_factor_not_asked",
    en=(
        "No new second factor waits for its first code.",
        "Begin with POST /api/v1/me/second-factor; it waits a quarter of an hour.",
    ),
    id_=(
        "Tidak ada faktor kedua baru yang menunggu kode pertama.",
        "Mulai dengan POST /api/v1/me/second-factor; berlaku seperempat jam.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """A person's second factor in force: since when, and how many recovery codes are left."""

    since_at: datetime
    recovery_left: int


def enrolled(connection: Connection, person_id: int) -> Enrolled | None:
    """The second factor that a log-in of theirs needs; None where there is none."""
    row = connection.execute(query("factors.of"), {"person_id": person_id}).fetchone()
    if row is None or row["secret_sealed"] is None:
        return None
    return Enrolled(since_at=row["since_at"], recovery_left=row["recovery_left"])


def taken(connection: Connection, vault: Vault, person_id: int, code: str) -> str | None:
    """Takes a code, for good: answers `code` or `recovery`, by which it was, and None for one that does not do."""
    row = connection.execute(query("factors.of"), {"person_id": person_id}).fetchone()
    if row is None or row["secret_sealed"] is None:
        return None
    if second_factor.digits(code) is None:
        values: dict[str, object] = {"person_id": person_id, "code_sha256": second_factor.digest(code)}
        used = connection.execute(query("factors.take_recovery"), values).fetchone()
        return None if used is None else "recovery"
    step = second_factor.step_of(vault.open(row["secret_sealed"]), code, at_us=clock.now_us())
    if step is None:
        return None
    values = {"person_id": person_id, "step": step}
    return "code" if connection.execute(query("factors.take_step"), values).fetchone() else None


def ask(connection: Connection, vault: Vault, person_id: int) -> str:
    """A new secret, which counts once its first code has come; one that is in force stays so until then."""
    secret = second_factor.new_secret()
    connection.execute(query("factors.ask"), {"person_id": person_id, "sealed": vault.seal(secret)})
    return secret


def confirm(connection: Connection, vault: Vault, person_id: int, code: str, *, session: bytes) -> list[str]:
    """Puts the secret that was asked for in force by its first code; answers recovery codes, kept nowhere.

    Other sessions of theirs end; `session` (its digest) goes on as one with a second factor. Raises Conflict where none
    waits, Denied for a wrong code.
    """
    row = connection.execute(query("factors.of"), {"person_id": person_id}).fetchone()
    if row is None or not row["asked_lately"]:
        raise Conflict("second_factor_not_asked")
    step = second_factor.step_of(vault.open(row["asked_sealed"]), code, at_us=clock.now_us())
    values = {"person_id": person_id, "step": step, "sealed": row["asked_sealed"]}
    if step is None or not connection.execute(query("factors.confirm"), values).fetchone():
        raise Denied("second_factor_wrong", field="code")
    connection.execute(query("factors.mark_session"), {"token_sha256": session})
    accounts.end_sessions(connection, person_id, but=session)
    return renew_recovery(connection, person_id)


def renew_recovery(connection: Connection, person_id: int) -> list[str]:
    """Ten new recovery codes in place of those that there were."""
    codes = second_factor.recovery_codes()
    connection.execute(query("factors.drop_recovery"), {"person_id": person_id})
    values = {"person_id": person_id, "codes": [second_factor.digest(code) for code in codes]}
    connection.execute(query("factors.add_recovery"), values)
    return codes


def remove(connection: Connection, person_id: int) -> None:
    """Takes a person's second factor away. Raises Conflict where there is none."""
    if not _forgotten(connection, person_id):
        raise Conflict("second_factor_none")


def reset(connection: Connection, asker: Asker | None, name: str) -> None:
    """Takes that of another away, who has lost it and all their recovery codes; they are logged out everywhere.

    Raises NotFound for who is not theirs to manage, or has none.
    """
    account = accounts.find(connection, asker, name)
    if not _forgotten(connection, account.person_id):
        raise NotFound("second_factor_none", field="name")
    accounts.end_sessions(connection, account.person_id, tokens=True)


def _forgotten(connection: Connection, person_id: int) -> bool:
    row = connection.execute(query("factors.forget"), {"person_id": person_id}).fetchone()
    connection.execute(query("factors.unmark_sessions"), {"person_id": person_id})
    return bool(row and row["confirmed"])
