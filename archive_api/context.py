"""What every route needs: database, store, vault and settings of this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from saksi.catalogue.database import Database
from saksi.catalogue.office import Office
from saksi.custody.signing import Signer
from saksi.errors import BadInput
from saksi.identity.flow import RelyingParty
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.secrets import Vault
from saksi.settings import Settings

register(
    "setting_missing",
    en=("{field} is not set.", "Set it, or start everything on this machine with `saksi up`."),
    id_=("{field} belum diatur.", "Atur, atau jalankan semuanya di mesin ini dengan `saksi up`."),
)


@dataclass(frozen=True, kw_only=True)
class Context:
    """Opened once a process."""

    settings: Settings
    database: Database
    store: ObjectStore
    vault: Vault
    office: Office
    party: RelyingParty | None

    @classmethod
    def of(cls, settings: Settings) -> Context:
        """Raises BadInput for a setting that is missing."""
        if settings.database_url is None:
            raise BadInput("setting_missing", field="SAKSI_DATABASE_URL")
        if settings.secret_key is None:
            raise BadInput("setting_missing", field="SAKSI_SECRET_KEY")
        party = RelyingParty.from_settings(settings)
        return cls(
            settings=settings,
            database=Database(settings.database_url.get_secret_value(), application="saksi-api", max_size=16),
            store=ObjectStore.from_settings(settings),
            vault=Vault(settings.secret_key.get_secret_value()),
            office=Office(settings.keys_folder),
            party=party,
        )

    def signer(self) -> Signer:
        """The office's key, enrolled at its first use. Not to be asked for inside a transaction."""
        return self.office.signer(self.database)


def of_request(request: Request) -> Context:
    """The context of the application that serves this request."""
    return cast(Context, request.app.state.context)


Here = Annotated[Context, Depends(of_request)]
