"""Short HTTP calls to witnesses and time stamping authorities: bounded in time and size, never followed elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import urllib3

from saksi.errors import Unavailable
from saksi.messages import register

register(
    "anchor_unreachable",
    en=(
        "{url} does not answer ({why}).",
        "Recording and the log go on without it; check the address and the network.",
    ),
    id_=(
        "{url} tidak menjawab ({why}).",
        "Perekaman dan log tetap berjalan; periksa alamat dan jaringannya.",
    ),
)

MOST_BYTES = 1 << 20
_TIMEOUT = urllib3.Timeout(connect=3, read=10)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Status and body of an answer."""

    status: int
    body: bytes


def post(url: str, body: bytes, *, content_type: str) -> Reply:
    """One POST. Raises Unavailable when there is no whole answer, or it is longer than 1 MiB."""
    pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)
    try:
        answer = pool.request(
            "POST",
            url,
            body=body,
            headers={"Content-Type": content_type},
            preload_content=False,
            redirect=False,
        )
        data = answer.read(MOST_BYTES + 1)
        answer.release_conn()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise Unavailable("anchor_unreachable", url=url, why=str(error)[:200]) from error
    finally:
        pool.clear()
    if len(data) > MOST_BYTES:
        raise Unavailable("anchor_unreachable", url=url, why=f"more than {MOST_BYTES} bytes")
    return Reply(status=answer.status, body=data)
