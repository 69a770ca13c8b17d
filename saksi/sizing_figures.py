"""What things were measured to cost, each with where it was measured: the only numbers that `saksi plan` rests on.

Measured on one machine of two shared cores (x86-64 with SHA extensions). Another processor differs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A measured amount; its unit and the measurement in both languages."""

    amount: float
    en: str
    id_: str


RECORD_CPU = Figure(
    amount=0.15,
    en="CPU-s to record a camera-minute of 4 Mbps, all included (bench.recorder, 30 cameras: 0.09 to 0.15)",
    id_="detik prosesor merekam satu menit kamera 4 Mbps, semua termasuk (bench.recorder, 30 kamera: 0,09-0,15)",
)
RECORD_MBPS = 4.0  # of the cameras it was measured with
CAMERA_MEMORY = Figure(
    amount=1.5e6,
    en="B of memory a camera of 4 Mbps beyond those of the process (bench.recorder, 30 cameras)",
    id_="B memori tiap kamera 4 Mbps di luar memori prosesnya (bench.recorder, 30 kamera)",
)
PROCESS_MEMORY = Figure(
    amount=84e6,
    en="B of memory of a recorder before its first camera (resident)",
    id_="B memori perekam sebelum kamera pertama (resident)",
)
ROW = Figure(
    amount=236.0,
    en="B of a chunk's row without its fragments (144,000 rows in time order, heap and index)",
    id_="B tiap baris potongan tanpa fragmennya (144.000 baris menurut waktu, tabel dan indeks)",
)
FRAGMENT = Figure(
    amount=14.0,
    en="B of a row for each fragment of two seconds (the packed index)",
    id_="B di baris itu untuk tiap fragmen dua detik (indeks terkemas)",
)
THUMBNAIL_ROW = Figure(
    amount=129.0,
    en="B of a thumbnail's row (144,000 rows, heap and index)",
    id_="B tiap baris gambar mini (144.000 baris, tabel dan indeks)",
)
SEAL = Figure(
    amount=300.0,
    en="B of the seal of a camera-hour, kept for ever (2,400 rows, heap and indexes)",
    id_="B segel satu jam-kamera, disimpan selamanya (2.400 baris, tabel dan indeks)",
)
WAL = Figure(
    amount=915.0,
    en="B of write-ahead log a chunk of 60 s (144,000 rows; 210 of them for the run's row, by the catalogue lab)",
    id_="B log tulis (WAL) tiap potongan 60 detik (144.000 baris; 210 di antaranya untuk baris run, uji katalog)",
)
APPEND_RATE = Figure(
    amount=25_000.0,
    en="chunks a second into the catalogue on two cores (catalogue lab, batches of 20, 4 processes)",
    id_="potongan per detik ke katalog pada dua inti (uji katalog, 20 sekaligus, 4 proses)",
)
LEASE_CPU = Figure(
    amount=0.19,
    en="cores of the database for the leases of 10,000 cameras on 40 recorders (bench.fleet)",
    id_="inti basis data untuk sewa 10.000 kamera pada 40 perekam (bench.fleet)",
)
THUMBNAIL_CPU = Figure(
    amount=0.0214,
    en="CPU-s a thumbnail (recorder lab, 1080p at 320 pixels)",
    id_="detik prosesor tiap gambar mini (uji perekam, 1080p menjadi 320 piksel)",
)
THUMBNAIL = Figure(
    amount=9_444.0,
    en="B a thumbnail (recorder lab, the same)",
    id_="B tiap gambar mini (uji perekam, sama)",
)
TAKEOVER = Figure(
    amount=11.0,
    en="s from a recorder's death to a new lease, 99 of 100 cameras (bench.fleet, 10,000 cameras, 40 recorders)",
    id_="detik dari matinya perekam sampai sewa baru, 99 dari 100 kamera (bench.fleet, 10.000 kamera, 40 perekam)",
)

ALL = {
    "record_cpu": RECORD_CPU,
    "camera_memory": CAMERA_MEMORY,
    "process_memory": PROCESS_MEMORY,
    "row": ROW,
    "fragment": FRAGMENT,
    "thumbnail_row": THUMBNAIL_ROW,
    "seal": SEAL,
    "wal": WAL,
    "append_rate": APPEND_RATE,
    "lease_cpu": LEASE_CPU,
    "thumbnail_cpu": THUMBNAIL_CPU,
    "thumbnail": THUMBNAIL,
    "takeover": TAKEOVER,
}
