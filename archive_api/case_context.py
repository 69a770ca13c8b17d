"""Footage looked at for a case: `X-Case` (or `case` in the query, for players and links) tells its custody.

A player asks for the same minutes again and again; a session tells of a camera, exhibit and kind once an hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from archive_api.context import Context
from archive_api.methods import is_head
from archive_api.security import Caller, token_of
from saksi import clock
from saksi.catalogue import audit, cases, custody, exhibits, sight
from saksi.catalogue.cameras import Camera
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody_names import chain_of
from saksi.catalogue.database import query
from saksi.catalogue.people import token_digest
from saksi.errors import NotFound

# What is shown, and the custody event that it is.
_EVENTS = {"segments": "view", "clip": "view", "playlist": "play", "still": "still"}


def _named(
    x_case: Annotated[
        str | None, Header(max_length=100, description="Case that footage is looked at for.")
    ] = None,
    case: Annotated[str | None, Query(max_length=100, description="The same as X-Case.")] = None,
) -> str | None:
    return case or x_case


InCase = Annotated[str | None, Depends(_named)]


def find(
    here: Context,
    caller: Caller,
    code: str,
    *,
    history: bool = False,
    footage: Mapping[str, object] | None = None,
) -> CaseFile:
    """The case with this code or number; with `history`, for its custody, which auditors may see too. `footage`: what
    is asked for in its name.

    Raises NotFound when there is none for the caller. When there is one all the same, its custody and the audit trail
    are told, once an hour for each person: the answer is the same, so that nobody learns of it that way.
    """
    finder = cases.find_for_custody if history else cases.find
    with here.database.transaction() as connection:
        try:
            return finder(connection, code, caller)
        except NotFound as error:
            refused = error
        try:
            case = cases.find(connection, code, None)
        except NotFound:
            raise refused from None
    asked = {"asked": "footage", **footage} if footage else {"asked": "custody" if history else "case"}
    _tell_denied(here, caller, case, asked)
    raise refused


def _tell_denied(here: Context, caller: Caller, case: CaseFile, asked: Mapping[str, object]) -> None:
    signer = here.signer()
    with here.database.transaction() as connection:
        custody.take_chains(connection, [chain_of(case.number)])
        values = {"case_id": case.case_id, "name": caller.name, "event": "access.denied"}
        if connection.execute(query("custody.told_lately"), values).fetchone() is None:
            custody.record(
                connection, signer, case, "access.denied",
                who=caller.who(), what=asked, why=caller.why(), result="denied",
            )  # fmt: skip
            audit.record(
                connection,
                person=caller.name,
                role=caller.role,
                address=caller.address,
                action="case",
                object={"case": case.code, **asked},
                purpose=caller.purpose,
                result="denied",
            )


def told(
    request: Request,
    here: Context,
    caller: Caller,
    code: str | None,
    camera: Camera,
    from_us: int,
    to_us: int,
    *,
    shown: str,
) -> None:
    """Records in the case's custody that this was shown, once an hour for each exhibit that it touches. What is seen by
    a grant alone is told to the grant's case, named or not.

    Raises NotFound when the caller sees no such case: what is shown for a case is written down or not shown.
    """
    if is_head(request):
        return
    if code is None and caller.sight is not None:
        with here.database.transaction() as connection:
            code = sight.granted_case(connection, caller.sight, camera.camera_id, from_us, to_us)
    if code is None:
        return
    asked = {"camera": camera.code, "from": from_us, "to": to_us, "shown": shown}
    case = find(here, caller, code, footage=asked)
    signer = here.signer()
    with here.database.transaction() as connection:
        touched = exhibits.touched(connection, case, camera.camera_id, from_us, to_us)
        values = {
            "token_sha256": token_digest(token_of(request) or ""),
            "case_id": case.case_id,
            "camera_id": camera.camera_id,
            "shown": shown,
            "at": clock.now(),
        }
        new = [
            number
            for number in touched or [0]
            if connection.execute(query("cases.seen"), {**values, "exhibit": number}).fetchone() is not None
        ]
        if new:
            what = {**asked, "exhibits": [number for number in new if number]}
            custody.record(
                connection, signer, case, _EVENTS[shown], who=caller.who(), what=what, why=caller.why()
            )
