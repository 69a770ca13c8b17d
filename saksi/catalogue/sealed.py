"""Texts that are kept encrypted, sealed anew by the present key when the installation's key is replaced."""

from __future__ import annotations

from dataclasses import dataclass

from saksi.catalogue.database import Database, query
from saksi.errors import IntegrityError
from saksi.secrets import Vault

_AT_ONCE = 200
_PUT = {
    "camera": "sealed.put_camera",
    "second_factor": "sealed.put_second_factor",
    "second_factor_asked": "sealed.put_second_factor_asked",
}


@dataclass(frozen=True, kw_only=True)
class Resealed:
    """What became of them: sealed anew, by the present key before, not to be opened by any key given (part and id)."""

    anew: int
    already: int
    shut: tuple[tuple[str, int], ...]


def reseal(database: Database, vault: Vault) -> Resealed:
    """Seals every text anew that a key of before sealed; what nobody can open stays as it is.

    One that is changed meanwhile is sealed by the present key then. Takes up again where it was stopped.
    """
    anew = already = 0
    shut: list[tuple[str, int]] = []
    part, last = "", 0
    while True:
        with database.transaction() as connection:
            values: dict[str, object] = {"part": part, "id": last, "limit": _AT_ONCE}
            rows = connection.execute(query("sealed.texts"), values).fetchall()
            for row in rows:
                part, last = row["part"], row["id"]
                if vault.sealed_by_first(row["sealed"]):
                    already += 1
                    continue
                try:
                    text = vault.open(row["sealed"])
                except IntegrityError:
                    shut.append((part, last))
                    continue
                values = {"id": last, "old": row["sealed"], "new": vault.seal(text)}
                connection.execute(query(_PUT[part]), values)
                anew += 1
        if len(rows) < _AT_ONCE:
            return Resealed(anew=anew, already=already, shut=tuple(shut))
