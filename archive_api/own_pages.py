"""Forms that give a cookie or leave something behind take nothing from pages of another site."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, Request

from archive_api import same_origin
from archive_api.context import of_request
from saksi.catalogue import audit
from saksi.errors import Denied

_MOST_ORIGIN = 200  # letters of it that are kept


def own_pages(action: str) -> Any:
    """A dependency that raises Denied for what another site's page sent, with an audit row of `action`."""

    def refuse_foreign(request: Request) -> None:
        if not same_origin.foreign(request):
            return
        origin = request.headers.get("origin", "")[:_MOST_ORIGIN]
        with of_request(request).database.transaction() as connection:
            audit.record(
                connection,
                person="",
                role="",
                address=request.client.host if request.client else "",
                action=action,
                object={"origin": origin},
                result="denied",
            )
        raise Denied("origin_foreign")

    return Depends(refuse_foreign)
