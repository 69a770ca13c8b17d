"""What is looked at and what is changed leaves a row, in every case and with nothing half done."""

from __future__ import annotations

import httpx

from tests.integration.archive_api.conftest import Recorded


def test_every_part_of_a_clip_that_leaves_is_written_down(recorded: Recorded, client: httpx.Client) -> None:
    before = recorded.archive.execute("select coalesce(max(audit_id), 0) as last from audit")[0]["last"]
    url, asked = "/cameras/corner/clip.mp4", {"params": recorded.window}
    assert client.head(url, **asked).status_code == 200
    size = len(client.get(url, **asked).content)
    assert client.get(url, **asked, headers={"Range": "bytes=1-"}).status_code == 206
    assert client.get(url, **asked, headers={"Range": "bytes=100-199"}).status_code == 206
    assert client.get(url, **asked, headers={"Range": f"bytes={size}-"}).status_code == 416
    rows = recorded.archive.execute(
        f"select object from audit where audit_id > {before} and action = 'clip' order by audit_id"
    )
    parts = [(row["object"]["first"], row["object"]["last"]) for row in rows]
    assert parts == [(0, size - 1), (1, size - 1), (100, 199)]
    assert {row["object"]["camera"] for row in rows} == {"corner"}
