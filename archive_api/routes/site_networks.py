"""Where the cameras of a site may be: its list of networks, host names and ports."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi.access import Permission
from saksi.catalogue import site_networks
from saksi.networks.site_list import SiteList

router = APIRouter(tags=["places"])
Writer = Annotated[Caller, Depends(require(Permission.CAMERA_WRITE))]


class NewSiteNetworks(Body):
    """Where the site's cameras may be; all empty: wherever the installation allows."""

    networks: list[str] = Field(default_factory=list, max_length=64, description="Such as 10.4.0.0/16.")
    hosts: list[str] = Field(
        default_factory=list,
        max_length=64,
        description="Names of hosts, such as cam1.bank.example; .bank.example: all below it.",
    )
    ports: list[int] = Field(default_factory=list, max_length=64, description="None: all of them.")


@router.get("/sites/{site}/networks", dependencies=[Depends(parameters.only())])
def networks(site: str, here: Here, caller: Writer) -> dict[str, Any]:
    """Where the site's cameras may be."""
    with here.database.transaction() as connection:
        return _told(site, site_networks.of_site(connection, site, caller.agency_ids))


@router.put("/sites/{site}/networks")
def put_networks(site: str, new: NewSiteNetworks, here: Here, caller: Writer) -> dict[str, Any]:
    """Sets where the site's cameras may be; recorders connect to them anew and refuse those that are elsewhere."""
    with here.database.transaction() as connection:
        listed = site_networks.put(connection, site, scope=caller.agency_ids, **new.model_dump())
        note_change(connection, caller, "set site networks", _told(site, listed))
    return _told(site, listed)


def _told(site: str, listed: SiteList) -> dict[str, Any]:
    return {"site": site, **site_networks.written(listed)}
