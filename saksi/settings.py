"""Every setting of every process, from `SAKSI_*` variables or `saksi.toml` (the environment wins)."""

from __future__ import annotations

import functools
import ipaddress
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from saksi.access import ROLES
from saksi.errors import BadInput
from saksi.identity import groups
from saksi.messages import register

register(
    "key_file_unreadable",
    en=(
        "{field} names {path}, which gives no key: {why}.",
        "Put there what `saksi key` prints, and nothing else.",
    ),
    id_=(
        "{field} menyebut {path}, yang tidak memberi kunci: {why}.",
        "Isi dengan keluaran `saksi key` saja.",
    ),
)

CAMERA_PLACES = ("private", "public", "shared", "loopback")


class Settings(BaseSettings):
    """The resolved set. An unset address of a server means: the embedded one that `saksi up` starts."""

    model_config = SettingsConfigDict(env_prefix="SAKSI_", extra="ignore", frozen=True)

    data: Path = Field(
        Path("data"), description="Folder of the embedded servers, the spool and generated secrets."
    )
    lang: Literal["id", "en"] = Field(
        "en", description="Language of the command line and of logs for people."
    )

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL, such as postgresql://saksi:…@db/saksi."
    )
    broker_url: SecretStr | None = Field(
        None, description="Redis or Valkey, such as redis://:…@broker:6379/0."
    )
    s3_url: str | None = Field(None, description="S3 endpoint, such as http://minio:9000.")
    s3_access_key: SecretStr | None = Field(None, description="S3 access key.")
    s3_secret_key: SecretStr | None = Field(None, description="S3 secret key.")
    s3_public_url: str | None = Field(None, description="S3 endpoint as browsers reach it; unset: the same.")
    bucket: str = Field("saksi", description="Bucket of chunks, thumbnails and entries.")
    store_capacity_bytes: int | None = Field(
        None,
        ge=1,
        description="Room for footage in the store; unset: the embedded one's disk, and not known of one elsewhere.",
    )
    store_high_water_percent: float = Field(
        90, gt=0, lt=100, description="How full the store may be before it is an alarm."
    )
    early_purge: bool = Field(
        False,
        description="Above the high water purge early: the oldest first, never held, never under a legal minimum.",
    )
    object_lock: bool = Field(
        False,
        description="Make a new bucket with object lock (and so versions): the store then holds what is held.",
    )
    media_proxy: bool = Field(
        False, description="Pass media ranges through the API instead of the store's own address."
    )
    media_url_seconds: int = Field(
        300, ge=30, le=300, description="Life of a signed media address; players ask for new ones."
    )

    secret_key: SecretStr | None = Field(
        None,
        description="Key that encrypts secrets at rest and signs links (Fernet); while it is replaced NEW,OLD.",
    )
    secret_key_file: Path | None = Field(
        None,
        description="File that holds that key alone, such as a mounted secret; read where the key is unset.",
    )

    keys: Path | None = Field(None, description="Folder of private signing keys; unset: DATA/keys.")

    ledger_origin: str | None = Field(
        None, description="Name of the log, such as arsip.polresta.example/log; unset: saksi/INSTALLATION."
    )
    ledger_bucket: str | None = Field(
        None, description="Bucket of the log's copies under object lock; unset: BUCKET-ledger."
    )
    ledger_lock_days: int = Field(
        365,
        ge=0,
        le=36500,
        description="How long copies of the log are locked (compliance mode); 0: no copies.",
    )
    ledger_witnesses: Path | None = Field(
        None, description="Policy file (C2SP tlog-policy) of the witnesses to ask, with their addresses."
    )
    ledger_tsa: str | None = Field(None, description="Time stamping authority (RFC 3161 over HTTP) to ask.")
    ledger_tsa_minutes: int = Field(60, ge=1, description="Least time between two time stamps.")

    recorder_name: str | None = Field(None, description="Name of this recorder; unset: the host name.")
    recorder_capacity: int = Field(64, ge=1, description="Cameras this recorder may hold.")
    recorder_sites: str = Field(
        "", description="Sites whose cameras this recorder takes first, their codes with commas between."
    )
    recorder_networks: str = Field(
        "", description="Networks whose cameras it takes first, such as 10.4.0.0/16, with commas between."
    )
    recorder_exclusive: bool = Field(
        False, description="Record nothing but the cameras of these sites and networks."
    )
    recorder_offline_hours: float = Field(
        168.0,
        ge=0,
        le=8760,
        description="How old an answer of the database may be for an exclusive recorder to start by it; 0: it waits.",
    )
    recorder_hand_over_seconds: float = Field(
        15.0,
        ge=0,
        le=300,
        description="Time that others get to take over the cameras of a recorder that ends.",
    )
    camera_networks: str = Field(
        "private, public",
        description="Where cameras may be, with commas between: private, public, shared (RFC 6598), loopback (for"
        " simulated cameras), or networks such as 10.4.0.0/16. Lists of sites narrow it.",
    )
    recorder_metrics_port: int | None = Field(
        None, ge=0, le=65535, description="Port of the recorder's metrics."
    )
    lease_seconds: float = Field(8.0, ge=3, description="A recorder silent for so long loses its cameras.")
    pulse_seconds: float = Field(60.0, ge=1, le=60, description="Time between two pulses of a recorder.")
    chunk_seconds: int = Field(60, ge=2, le=600, description="Length of a chunk.")
    spool: Path | None = Field(None, description="Recorder's spool folder; unset: DATA/spool.")
    spool_high_water_bytes: int = Field(2 << 30, description="Above it the oldest confirmed spool files go.")
    spool_reserve_bytes: int = Field(
        512 << 20, description="Free disk below which unconfirmed footage is dropped."
    )
    spool_limit_bytes: int | None = Field(
        None,
        ge=1,
        description="Whole chunks on the spool above which they are dropped, on a disk of several uses; unset: none.",
    )
    uplink_mbit_s: float | None = Field(
        None,
        ge=0,
        le=100_000,
        description="What footage may take of a recorder's uplink, Mbit/s; 0: only what is asked for; unset: no bound.",
    )
    uplink_window: str | None = Field(
        None,
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description="Hours of the day in which another bound holds, in the zone of papers, such as 22:00-05:00.",
    )
    uplink_window_mbit_s: float | None = Field(
        None, gt=0, le=100_000, description="The bound in those hours, megabit a second; unset: none."
    )
    fsync: Literal["fragment", "chunk"] = Field(
        "fragment", description="When open chunks are forced to disk."
    )

    scrub_mb_s: float = Field(
        4.0, ge=0, le=10_000, description="Stored footage read and compared, megabytes a second; 0: none is."
    )

    organization: str = Field("Saksi", description="Whose archive it is, on top of every paper.")
    organization_unit: str = Field("", description="Its unit, below it.")
    organization_address: str = Field("", description="Its address, for the letterhead.")
    organization_place: str = Field("", description="The town that papers are signed in.")
    zone: Literal["WIB", "WITA", "WIT"] = Field("WITA", description="Time zone of papers and of the console.")

    purge_at: str = Field(
        "02:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="When footage is purged each day, in the zone of papers.",
    )
    purge_notice_hours: int = Field(
        12, ge=0, le=168, description="So long before, at the least, the log says what will be purged."
    )
    purge_grace_hours: int = Field(
        72, ge=1, le=720, description="How long a deletion by hand can be taken back after its approval."
    )
    purge_objects_per_second: float = Field(
        100,
        ge=0,
        description="The most objects a purge erases a second, so that recording does not wait; 0: no bound.",
    )

    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server for the daily digest, smtp://NAME:PASSWORD@HOST:587 or smtps://…; unset: no mail.",
    )
    mail_from: str = Field("saksi@localhost", description="Sender of that mail.")
    mail_at: str = Field(
        "07:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="From when on it goes out each day, in the zone of papers.",
    )

    thinning_mb_s: float = Field(
        20.0,
        ge=0,
        le=10_000,
        description="Originals read to keep only their keyframes, megabytes a second; 0: no bound.",
    )

    ticket_down_minutes: int = Field(
        60, ge=1, le=10_080, description="A camera that fails for so long gets a ticket, where terms bind it."
    )

    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port the API listens on.")
    trusted_proxies: str = Field(
        "",
        description="Networks of proxies whose X-Forwarded-For and -Proto are believed, such as 10.4.0.5/32.",
    )
    hsts_days: int = Field(
        180,
        ge=0,
        le=3650,
        description="How long browsers are told, over https, to come by https alone; 0: they are not told.",
    )
    most_connections: int = Field(
        512,
        ge=8,
        le=100_000,
        description="Connections that one API process holds at once; idle ones make room.",
    )
    rate_searches: int = Field(600, ge=0, description="Searches a person may make a minute; 0: no limit.")
    rate_pictures: int = Field(600, ge=0, description="Stills and playlists a person may ask for a minute.")
    rate_work: int = Field(
        60, ge=0, description="Clips, packages, papers and the like a person may a minute."
    )
    rate_downloads: int = Field(120, ge=0, description="Packages and copies a person may download a minute.")
    rate_recipients: int = Field(
        120, ge=0, description="Requests to links of packages an address may a minute."
    )
    rate_unknown: int = Field(
        300,
        ge=0,
        description="Requests without a valid session an address may a minute; more are not audited.",
    )
    session_hours: int = Field(12, ge=1, description="Life of a console session.")
    session_idle_minutes: int = Field(
        60, ge=1, description="A console session that nobody uses for so long ends."
    )
    second_factor: str = Field(
        "optional",
        description="Roles whose people need a second factor to log in, with commas between; all; or optional.",
    )

    oidc_issuer: str | None = Field(
        None,
        description="Provider of OpenID Connect to log in through, such as https://masuk.example/realms/kota.",
    )
    oidc_client_id: str | None = Field(None, description="What the provider calls this archive.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Secret that the provider gave it; unset: a public client, with PKCE alone."
    )
    oidc_callback: str | None = Field(
        None,
        description="Where the provider sends people back, as registered with it: https://HOST/api/v1/session/oidc/callback.",
    )
    oidc_scope: str = Field("openid profile email", description="What the provider is asked to tell.")
    oidc_person_claim: str | None = Field(
        None,
        description="Claim that people are known by until their first log-in, such as preferred_username; email only"
        " where it is verified; unset: by their subject alone.",
    )
    oidc_groups_claim: str = Field(
        "groups", description="Claim of the ID token that lists a person's groups."
    )
    oidc_roles: str = Field(
        "",
        description="What groups stand for, the first that fits: GROUP=ROLE; GROUP=ROLE:AGENCY,AGENCY; …; empty: roles"
        " are given here.",
    )
    oidc_create: bool = Field(
        False,
        description="Add people who are not known yet, by their groups; otherwise an administrator does.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the file that SAKSI_CONFIG (or ./saksi.toml) names."""
        path = Path(os.environ.get("SAKSI_CONFIG", "saksi.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path)

    @model_validator(mode="before")
    @classmethod
    def _key_of_file(cls, given: Any) -> Any:
        """Puts the key of `secret_key_file` where it is looked for. Raises BadInput when there is none in it."""
        path = given.get("secret_key_file") if isinstance(given, dict) else None
        if path is None or given.get("secret_key") is not None:
            return given
        try:
            key = Path(path).read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "ASCII?"
            raise BadInput(
                "key_file_unreadable", field="SAKSI_SECRET_KEY_FILE", path=path, why=why
            ) from error
        if not key:
            raise BadInput("key_file_unreadable", field="SAKSI_SECRET_KEY_FILE", path=path, why="0 B")
        return {**given, "secret_key": key}

    @field_validator("recorder_networks", "trusted_proxies")
    @classmethod
    def _networks(cls, given: str) -> str:
        for network in _listed(given):
            ipaddress.ip_network(network)
        return given

    @field_validator("camera_networks")
    @classmethod
    def _places(cls, given: str) -> str:
        for one in _listed(given):
            if one not in CAMERA_PLACES:
                try:
                    ipaddress.ip_network(one)
                except ValueError as error:
                    raise ValueError(
                        f"{one} is no network, nor one of: {', '.join(CAMERA_PLACES)}"
                    ) from error
        return given

    @property
    def camera_places(self) -> tuple[list[str], list[ipaddress.IPv4Network | ipaddress.IPv6Network]]:
        """Kinds of addresses and networks where cameras may be."""
        listed = _listed(self.camera_networks)
        kinds = [one for one in listed if one in CAMERA_PLACES]
        return kinds, [ipaddress.ip_network(one) for one in listed if one not in CAMERA_PLACES]

    @field_validator("second_factor")
    @classmethod
    def _roles(cls, given: str) -> str:
        for role in _listed(given):
            if role not in (*ROLES, "all", "optional"):
                raise ValueError(f"{role} is none of: optional, all, {', '.join(ROLES)}")
        return given

    @field_validator("oidc_roles")
    @classmethod
    def _standings(cls, given: str) -> str:
        groups.parse(given)
        return given

    def needs_second_factor(self, role: str) -> bool:
        """Whether people of this role do nothing here without a second factor."""
        named = _listed(self.second_factor)
        return "all" in named or role in named

    @property
    def preferred_sites(self) -> list[str]:
        """Codes of the sites whose cameras this recorder takes first."""
        return _listed(self.recorder_sites)

    @property
    def preferred_networks(self) -> list[str]:
        """Networks (CIDR) whose cameras this recorder takes first."""
        return _listed(self.recorder_networks)

    @property
    def proxies(self) -> list[str]:
        """Networks (CIDR) of proxies that are believed."""
        return _listed(self.trusted_proxies)

    @property
    def spool_folder(self) -> Path:
        """Where the recorder keeps chunks until they are confirmed."""
        return self.spool or self.data / "spool"

    @property
    def keys_folder(self) -> Path:
        """Where this process finds the keys it signs with."""
        return self.keys or self.data / "keys"

    @property
    def locked_bucket(self) -> str:
        """Where copies of the log go under object lock."""
        return self.ledger_bucket or f"{self.bucket}-ledger"

    def masked(self) -> dict[str, str]:
        """Names and values to show a person; secrets as stars."""
        return {name: "" if value is None else str(value) for name, value in self}


def _listed(given: str) -> list[str]:
    return [one.strip() for one in given.split(",") if one.strip()]


@functools.cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
