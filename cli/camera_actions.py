"""What `saksi camera` does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.officer import note_unnamed
from cli.opened import opened_database
from cli.vault import vault
from cli.words import head
from saksi import clock
from saksi.catalogue import cameras, places, site_networks
from saksi.catalogue.camera_input import checked_source
from saksi.catalogue.cameras import Filter
from saksi.catalogue.database import Connection
from saksi.retention import admission
from saksi.secrets import Vault, mask_url


def add(values: Mapping[str, Any], data: Path | None = None, *, off: bool = False) -> int:
    """Adds one camera, switched `off` if nobody shall record it, and prints its id."""
    with opened_database(data) as database, database.transaction() as connection:
        code = _add(connection, vault(data), values)
        if off:
            cameras.change_camera(connection, code, enabled=False)
        note_unnamed(connection, "add camera", {"camera": code})
    print(code)
    return 0


def show(data: Path | None = None) -> int:
    """One line a camera: id, state and reason, end of footage, name."""
    head("id, state, footage until, name", "id, keadaan, rekaman sampai, nama")
    with opened_database(data) as database, database.transaction() as connection:
        for one in cameras.search(connection, Filter(), limit=100_000):
            end = "-" if one.last_end_us is None else clock.format_us(one.last_end_us)
            state = (
                one.state.state
                if one.state.state == "recording"
                else f"{one.state.state}:{one.state.reason or '-'}"
            )
            print(f"{one.code}\t{state}\t{end}\t{one.name}")
    return 0


def bring(path: Path, data: Path | None = None, *, dry_run: bool, as_json: bool) -> int:
    """Brings in the rows of a CSV; see cli.camera_import."""
    from cli.camera_import import bring_all

    return bring_all(path, data, vault(data), dry_run=dry_run, as_json=as_json)


def test(url: str, seconds: float) -> int:
    """Opens the address for a few seconds and prints what it is, as JSON."""
    from cli.camera_probe import probe

    print(json.dumps(probe(url, seconds), indent=2))
    return 0


def _add(connection: Connection, vault: Vault, values: Mapping[str, Any]) -> str:
    admission.check(connection)
    code: str = values["id"] or places.code_from(values["name"])
    source = checked_source(values["source"])
    site_networks.check_source(connection, source, site=values["site"])
    cameras.add_camera(
        connection,
        code=code,
        name=values["name"],
        agency=values["agency"],
        site=values["site"],
        source_sealed=vault.seal(source),
        source_masked=mask_url(source),
        lat=values["lat"],
        lon=values["lon"],
        heading_deg=values["heading_deg"],
        fov_deg=values["fov_deg"],
    )
    return code
