"""What `saksi camera` does."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.language import language
from cli.opened import opened_database, resolved
from saksi import clock
from saksi.catalogue import cameras, places
from saksi.catalogue.camera_input import checked_source
from saksi.catalogue.cameras import Filter
from saksi.catalogue.database import Connection
from saksi.errors import BadInput, SaksiError
from saksi.messages import register
from saksi.retention import admission
from saksi.secrets import Vault, mask_url

register(
    "secret_key_unset",
    en=("SAKSI_SECRET_KEY is not set.", "Camera addresses are sealed with it; use the installation's key."),
    id_=("SAKSI_SECRET_KEY belum diatur.", "Alamat kamera disegel dengannya; gunakan kunci instalasi."),
)
register(
    "csv_row_bad",
    en=(
        "Line {line}: {why}.",
        "Columns: id,name,agency,site,source,lat,lon,heading_deg,fov_deg. Nothing was added.",
    ),
    id_=(
        "Baris {line}: {why}.",
        "Kolom: id,name,agency,site,source,lat,lon,heading_deg,fov_deg. Tidak ada ditambah.",
    ),
)


register(
    "csv_unreadable",
    en=("{path} cannot be read: {why}.", "Give a CSV file in UTF-8."),
    id_=("{path} tidak dapat dibaca: {why}.", "Beri berkas CSV dalam UTF-8."),
)


def add(values: Mapping[str, Any], data: Path | None = None) -> int:
    """Adds one camera and prints its id."""
    with opened_database(data) as database, database.transaction() as connection:
        print(_add(connection, _vault(data), values))
    return 0


def show(data: Path | None = None) -> int:
    """One line a camera: id, state and reason, end of footage, name."""
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


def bring(path: Path, data: Path | None = None) -> int:
    """Adds every row of a CSV, or none: the first bad line is named."""
    vault, added = _vault(data), []
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput("csv_unreadable", field="csv", path=path, why=error) from error
    with opened_database(data) as database, database.transaction() as connection:
        for line, row in enumerate(rows, start=2):
            try:
                added.append(_add(connection, vault, _typed(row)))
            except SaksiError as error:
                what, _ = error.explain(language())
                raise BadInput("csv_row_bad", field="csv", line=line, why=what.rstrip(".")) from error
            except KeyError as error:
                raise BadInput("csv_row_bad", field="csv", line=line, why=f"{error} ?") from error
            except (ValueError, TypeError, AttributeError) as error:
                raise BadInput("csv_row_bad", field="csv", line=line, why=error) from error
    print("\n".join(added))
    return 0


def test(url: str, seconds: float) -> int:
    """Opens the address for a few seconds and prints what it is, as JSON."""
    from cli.camera_probe import probe

    print(json.dumps(probe(url, seconds), indent=2))
    return 0


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    text = {name: (row.get(name) or "").strip() or None for name in ("id", "site")}
    numbers = {name: float(row[name]) for name in ("lat", "lon")}
    angles = {name: float(row[name]) if row.get(name) else None for name in ("heading_deg", "fov_deg")}
    return {**text, **{name: row[name].strip() for name in ("name", "agency", "source")}, **numbers, **angles}


def _add(connection: Connection, vault: Vault, values: Mapping[str, Any]) -> str:
    admission.check(connection)
    code: str = values["id"] or places.code_from(values["name"])
    source = checked_source(values["source"])
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


def _vault(data: Path | None) -> Vault:
    key = resolved(data).secret_key
    if key is None:
        raise BadInput("secret_key_unset", field="SAKSI_SECRET_KEY")
    return Vault(key.get_secret_value())
