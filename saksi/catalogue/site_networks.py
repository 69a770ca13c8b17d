"""The lists of networks of sites, in the catalogue: read, set, and what a new address of a camera is held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from saksi.catalogue.database import Connection, query
from saksi.errors import NotFound
from saksi.messages import register
from saksi.networks.camera_networks import CameraNetworks
from saksi.networks.site_list import SiteList, site_list

Scope = Sequence[int] | None  # the agencies that somebody is limited to; None: all

register(
    "site_absent",
    en=("There is no site {given}.", "List them with GET /api/v1/sites."),
    id_=("Tidak ada lokasi {given}.", "Lihat daftar dengan GET /api/v1/sites."),
)


def of_site(connection: Connection, site: str, scope: Scope = None) -> SiteList:
    """Where its cameras may be. Raises NotFound for a site that is not there, or not theirs."""
    values = {"site": site, "scope": None if scope is None else list(scope)}
    row = connection.execute(query("networks.of_site"), values).fetchone()
    if row is None:
        raise NotFound("site_absent", field="site", given=site[:80])
    return _listed(row)


def put(
    connection: Connection,
    site: str,
    *,
    networks: Iterable[str],
    hosts: Iterable[str],
    ports: Iterable[int],
    scope: Scope = None,
) -> SiteList:
    """Sets where its cameras may be; all empty: wherever the installation allows. Recorders connect to them anew.

    Raises BadInput naming what is no network, name or port, NotFound as `of_site` does.
    """
    before, new = of_site(connection, site, scope), site_list(networks, hosts, ports)
    if new != before:
        connection.execute(query("networks.put"), {"site": site, **written(new)})
    return new


def check_source(
    connection: Connection, source: str, *, site: str | None = None, camera: str | None = None
) -> None:
    """Raises AddressRefused for an address that is certainly outside the list of `site`, else of the site of `camera`.

    What a name resolves to is asked when it is connected to, and not here.
    """
    row = None
    if site is not None:
        row = connection.execute(query("networks.of_site"), {"site": site, "scope": None}).fetchone()
    elif camera is not None:
        row = connection.execute(query("networks.of_camera"), {"camera": camera}).fetchone()
    networks = CameraNetworks.of()
    (networks if row is None else networks.of_site(_listed(row))).check_given(source)


def written(listed: SiteList) -> dict[str, list[Any]]:
    """As people read it and the catalogue keeps it."""
    return {
        "networks": [str(one) for one in listed.networks],
        "hosts": list(listed.hosts),
        "ports": list(listed.ports),
    }


def _listed(row: dict[str, Any]) -> SiteList:
    return site_list(row["networks"], row["hosts"], row["ports"])
