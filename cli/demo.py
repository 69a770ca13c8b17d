"""The demo city: agencies, sites and six simulated cameras around one corner of Balikpapan.

Places are plausible, names of private venues are invented. Seeding is idempotent; a camera that someone renamed
or moved stays so, only its address follows the simulated cameras.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from cli.language import say
from saksi import clock
from saksi.catalogue import cameras, places
from saksi.catalogue.database import Connection, Database
from saksi.embedded.places import DataFolder
from saksi.errors import Unavailable
from saksi.messages import register
from saksi.secrets import Vault, mask_url
from saksi.settings import Settings
from simcam import orders

register(
    "clips_not_drawn",
    en=(
        "The clips of the simulated cameras could not be drawn (status {status}).",
        "Do what the lines above say, then start again: what is finished is kept.",
    ),
    id_=(
        "Klip kamera simulasi tidak dapat digambar (status {status}).",
        "Lakukan yang disebut baris di atas, lalu jalankan lagi: yang sudah selesai disimpan.",
    ),
)

CAMERAS = 6
_DRAWING_US = 600_000_000


@dataclass(frozen=True, kw_only=True)
class _Place:
    agency: str
    agency_name: str
    category: str
    site: str
    site_name: str
    address: str
    camera: str
    camera_name: str
    lat: float
    lon: float
    heading_deg: float


# In the order of simcam's cam1…cam6. Four stand within 300 m of the corner at -1.2767, 116.8372.
_PLACES = (
    _Place(agency="dishub", agency_name="Dinas Perhubungan Kota", category="transport", site="simpang-sudirman",
           site_name="Simpang Sudirman", address="Jl. Jenderal Sudirman", camera="dishub-simpang-sudirman",
           camera_name="Simpang Sudirman arah barat", lat=-1.27655, lon=116.83735, heading_deg=270),
    _Place(agency="bank-beruang-madu", agency_name="Bank Beruang Madu", category="bank", site="bank-sudirman",
           site_name="Cabang Sudirman", address="Jl. Jenderal Sudirman 12", camera="bank-atm-sudirman",
           camera_name="ATM dan trotoar depan", lat=-1.27610, lon=116.83820, heading_deg=180),
    _Place(agency="mal-semayang", agency_name="Mal Teluk Semayang", category="mall", site="mal-lobi-timur",
           site_name="Lobi timur", address="Jl. Jenderal Sudirman 47", camera="mal-lobi-timur",
           camera_name="Lobi timur dan halte", lat=-1.27805, lon=116.83610, heading_deg=45),
    _Place(agency="rs-bukit-damai", agency_name="RS Bukit Damai", category="hospital", site="rs-gerbang-utama",
           site_name="Gerbang utama", address="Jl. Bukit Damai 3", camera="rs-gerbang-utama",
           camera_name="Gerbang utama dan IGD", lat=-1.26870, lon=116.84450, heading_deg=120),
    _Place(agency="hiburan-melawai", agency_name="Pusat Hiburan Melawai", category="entertainment",
           site="melawai-parkir", site_name="Parkir depan", address="Jl. Melawai 8", camera="melawai-parkir",
           camera_name="Parkir depan", lat=-1.27770, lon=116.83900, heading_deg=300),
    _Place(agency="polresta", agency_name="Polresta", category="police", site="pos-strong-point",
           site_name="Pos strong point Klandasan", address="Jl. Klandasan", camera="polresta-pos-klandasan",
           camera_name="Pos Klandasan", lat=-1.27480, lon=116.83120, heading_deg=90),
)  # fmt: skip


def prepare_clips(report: Callable[[str], None], stop: threading.Event) -> None:
    """Draws those of the cameras' clips that this machine has not yet; nothing is said when all are there.

    Raises KeyboardInterrupt when it is stopped meanwhile: what is finished is kept, and nothing else has begun.
    """
    if not orders.missing(CAMERAS):
        return
    report(
        say("Drawing the clips of the simulated cameras (once).", "Menggambar klip kamera simulasi (sekali).")
    )
    command = [sys.executable, "-m", "cli", "simcam", "--cameras", str(CAMERAS), "--prepare"]
    # In a session of its own: whoever stops us, by Ctrl-C or by a signal to us alone, stops it through us.
    environment = {**os.environ, "SAKSI_SUPERVISED": "1"}
    deadline_us = clock.monotonic_us() + _DRAWING_US
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    ) as drawing:
        while drawing.poll() is None and clock.monotonic_us() < deadline_us and not stop.wait(0.1):
            pass
        drawing.kill()
    if stop.is_set():
        raise KeyboardInterrupt
    if drawing.returncode:
        raise Unavailable("clips_not_drawn", status=drawing.returncode)


def simcam_arguments(port: int) -> list[str]:
    """The `saksi` words that start the cameras at `port`."""
    return ["simcam", "--cameras", str(CAMERAS), "--port", str(port)]


def wait_for_cameras(port: int) -> None:
    """Until the cameras answer, at most ten seconds: a recorder that came first would begin with an outage."""
    pause = threading.Event()
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pause.wait(0.1)
        else:
            return


def seed(settings: Settings, report: Callable[[str], None]) -> int:
    """Adds what is missing of the demo city; answers the port at which its cameras must be served."""
    assert settings.database_url is not None
    assert settings.secret_key is not None
    vault = Vault(settings.secret_key.get_secret_value())
    port = DataFolder(settings.data).ports("simcam", ("rtsp",))["rtsp"]
    database = Database(settings.database_url.get_secret_value(), application="saksi-up", max_size=1)
    try:
        with database.transaction() as connection:
            for number, place in enumerate(_PLACES, start=1):
                url = f"rtsp://127.0.0.1:{port}/cam{number}"
                _add(connection, place, vault.seal(url), mask_url(url))
    finally:
        database.close()
    report(say("Demo city ready: 6 agencies, 6 cameras.", "Kota demo siap: 6 instansi, 6 kamera."))
    return port


def _add(connection: Connection, place: _Place, source_sealed: str, source_masked: str) -> None:
    if not places.agency_exists(connection, place.agency):
        places.add_agency(connection, code=place.agency, name=place.agency_name, category=place.category)
    if not places.site_exists(connection, place.site):
        places.add_site(
            connection, code=place.site, agency=place.agency, name=place.site_name, address=place.address,
            lat=place.lat, lon=place.lon,
        )  # fmt: skip
    if cameras.camera_exists(connection, place.camera):
        # The simulated cameras stand on another port when somebody took theirs meanwhile.
        cameras.change_camera(
            connection, place.camera, source_sealed=source_sealed, source_masked=source_masked
        )
        return
    cameras.add_camera(
        connection, code=place.camera, name=place.camera_name, agency=place.agency, site=place.site,
        source_sealed=source_sealed, source_masked=source_masked, lat=place.lat, lon=place.lon,
        heading_deg=place.heading_deg, fov_deg=70.0, valid_from_us=clock.now_us() - 86_400_000_000,
    )  # fmt: skip
