"""What a person should know of the store's space, each with its remedy: for the forecast, the command and a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from saksi import clock
from saksi.messages import Phrase, register, register_phrase, words
from saksi.retention.growth import DAY_US
from saksi.retention.watch import Seen
from saksi.settings import Settings

_SOON_US = 14 * DAY_US

register(
    "space_unknown",
    en=(
        "How much room the store has is not known: S3 does not tell.",
        "Set SAKSI_STORE_CAPACITY_BYTES to what this archive may fill.",
    ),
    id_=(
        "Kapasitas penyimpanan tidak diketahui: S3 tidak menyebutkannya.",
        "Atur SAKSI_STORE_CAPACITY_BYTES sebesar yang boleh diisi arsip ini.",
    ),
)
register(
    "space_mistaken",
    en=(
        "SAKSI_STORE_CAPACITY_BYTES is {capacity:,}, and {footage:,} bytes of footage are there already.",
        "Correct it; until then nothing is forecast, and nothing is purged early but for quotas.",
    ),
    id_=(
        "SAKSI_STORE_CAPACITY_BYTES adalah {capacity:,}, padahal sudah ada {footage:,} bita rekaman.",
        "Perbaiki; sampai itu tidak ada prakiraan, dan tidak ada penghapusan dini kecuali karena kuota.",
    ),
)
register(
    "space_high_water",
    en=(
        "The store is {percent:.1f} % full, above its high water of {high_water:g} %.",
        "Add room, shorten policies, or let an early purge take {frees:,} bytes with SAKSI_EARLY_PURGE=1.",
    ),
    id_=(
        "Penyimpanan terisi {percent:.1f} %, di atas batas {high_water:g} %.",
        "Perbesar, perpendek kebijakan, atau izinkan penghapusan dini {frees:,} bita dengan SAKSI_EARLY_PURGE=1.",
    ),
)
register(
    "space_high_water_alone",
    en=(
        "The store is {percent:.1f} % full, above its high water of {high_water:g} %.",
        "Add room to the store.",
    ),
    id_=("Penyimpanan terisi {percent:.1f} %, di atas batas {high_water:g} %.", "Perbesar penyimpanan."),
)
register(
    "space_high_water_early",
    en=(
        "The store is {percent:.1f} % full, above its high water of {high_water:g} %.",
        "Early purges are switched on; see below what the next one frees. Add room, so that promises are kept.",
    ),
    id_=(
        "Penyimpanan terisi {percent:.1f} %, di atas batas {high_water:g} %.",
        "Penghapusan dini sudah diizinkan; lihat di bawah yang akan dibebaskannya. Perbesar penyimpanan agar janji"
        " terpenuhi.",
    ),
)
register(
    "space_high_water_settling",
    en=(
        "The store is {percent:.1f} % full, above its high water of {high_water:g} %, and gives back {settling:,} bytes"
        " that purges took within the last hour.",
        "Wait an hour, or on the embedded store: saksi storage vacuum. Nothing more is purged early until then.",
    ),
    id_=(
        "Penyimpanan terisi {percent:.1f} %, di atas batas {high_water:g} %, dan sedang mengembalikan {settling:,} bita"
        " yang dimusnahkan dalam satu jam terakhir.",
        "Tunggu satu jam, atau pada penyimpanan bawaan: saksi storage vacuum. Sampai itu tidak ada penghapusan dini.",
    ),
)
register(
    "space_high_water_stuck",
    en=(
        "The store is {percent:.1f} % full, above its high water of {high_water:g} %, and no early purge could free"
        " anything{left}.",
        "Review holds (saksi hold list), add room, or lower the bit rate of cameras. Until there is room no camera is"
        " added or switched on (admission control); nothing is deleted, and recording goes on.",
    ),
    id_=(
        "Penyimpanan terisi {percent:.1f} %, di atas batas {high_water:g} %, dan penghapusan dini tidak dapat"
        " membebaskan apa pun{left}.",
        "Tinjau penahanan (saksi hold list), perbesar penyimpanan, atau turunkan bit rate kamera. Sampai ada ruang,"
        " kamera tidak ditambah atau dinyalakan (admission control); tidak ada yang dihapus, dan perekaman berlanjut.",
    ),
)
register_phrase(
    "early_purge_soon",
    en="it is announced within minutes and takes an hour after that",
    id_="diumumkan dalam beberapa menit dan dilaksanakan satu jam sesudahnya",
)
register_phrase("early_purge_at", en="it takes from {at} on", id_="dilaksanakan mulai {at}")
register(
    "space_early_purge",
    en=(
        "An early purge is due: {wanted:,} bytes are too much, and it would take {frees:,}, by whole hours; {when}.",
        "Hold what must stay (saksi hold place); add room or shorten policies, so that promises are kept.",
    ),
    id_=(
        "Penghapusan dini diperlukan: kelebihan {wanted:,} bita, dan yang akan diambil {frees:,}, per jam utuh;"
        " {when}.",
        "Tahan yang harus tetap ada (saksi hold place); perbesar penyimpanan atau perpendek kebijakan agar janji"
        " terpenuhi.",
    ),
)
register(
    "space_admission",
    en=(
        "No camera can be added or switched on since {since}: the store is nearly full, and even an early purge would"
        " not help. Nothing is deleted; recording goes on, and waits on the recorders' disks once the store takes no"
        " more{left}.",
        "Make room: add disk, release holds (saksi hold list), or lower the bit rate of cameras or switch them off, in"
        " the order of `advice`. It ends by itself.",
    ),
    id_=(
        "Sejak {since} kamera tidak dapat ditambah atau dinyalakan: penyimpanan hampir penuh, dan penghapusan dini pun"
        " tidak menolong. Tidak ada yang dihapus; perekaman berlanjut, dan menunggu di disk perekam bila penyimpanan"
        " penuh{left}.",
        "Sediakan ruang: tambah disk, lepas penahanan (saksi hold list), atau turunkan bit rate kamera atau matikan,"
        " menurut urutan `advice`. Ini berakhir sendiri.",
    ),
)
register(
    "space_full_soon",
    en=(
        "The store is full on {date} at what is recorded now.",
        "Add room before, or shorten policies; `saksi retention forecast` shows what each agency takes.",
    ),
    id_=(
        "Penyimpanan penuh pada {date} dengan laju rekaman sekarang.",
        "Perbesar sebelumnya, atau perpendek kebijakan; `saksi retention forecast` merinci tiap instansi.",
    ),
)
register(
    "space_no_data",
    en=(
        "Nothing is under seals yet, so nothing can be forecast.",
        "Wait an hour after the first camera records.",
    ),
    id_=("Belum ada rekaman tersegel, sehingga belum ada prakiraan.", "Tunggu satu jam setelah perekaman."),
)
register(
    "space_quota_near",
    en=(
        "{agency} uses {bytes:,} bytes, nearly all of its quota of {limit:,}.",
        "Raise the quota with `saksi retention quota`, or let its cameras record less.",
    ),
    id_=(
        "{agency} memakai {bytes:,} bita, hampir seluruh kuotanya {limit:,}.",
        "Naikkan kuota dengan `saksi retention quota`, atau kurangi rekaman kameranya.",
    ),
)
register(
    "space_quota_over",
    en=(
        "{agency} uses {bytes:,} bytes, more than its quota of {limit:,}.",
        "Raise the quota with `saksi retention quota`; early purges, where allowed, take what is over of it alone.",
    ),
    id_=(
        "{agency} memakai {bytes:,} bita, melebihi kuotanya {limit:,}.",
        "Naikkan kuota dengan `saksi retention quota`; penghapusan dini, bila diizinkan, hanya dari instansi itu.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to know, and what to do about it."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def explain(self, language: str) -> tuple[str, str]:
        """What there is and the remedy, in "id" or "en"."""
        return words(self.code, language, self.values)


def findings(seen: Seen, settings: Settings, scope: Sequence[int] | None = None) -> list[Finding]:
    """What to tell of a look; of quotas only those of the agencies in `scope` (None: of all)."""
    room, total, plan = seen.room, seen.forecast.total, seen.plan
    found = []
    if room.mistaken:
        found.append(
            Finding(code="space_mistaken", values={"capacity": room.capacity, "footage": room.footage})
        )
    elif not room.known:
        found.append(Finding(code="space_unknown"))
    if total.days_of_data == 0:
        found.append(Finding(code="space_no_data"))
    left = plan.total_left.phrase() if scope is None else ""
    percent = room.percent
    if percent is not None and percent >= settings.store_high_water_percent:
        values: dict[str, object] = {
            "percent": percent,
            "high_water": settings.store_high_water_percent,
            "frees": plan.bytes,
            "settling": seen.settling,
            "left": left,
        }
        found.append(Finding(code=_high_water(seen), values=values))
    elif total.full_us is not None and total.full_us - seen.forecast.at_us < _SOON_US:
        found.append(Finding(code="space_full_soon", values={"date": clock.format_us(total.full_us)[:10]}))
    if seen.early_purge and plan.takes:
        when = (
            Phrase("early_purge_soon")
            if seen.early_due_us is None
            else Phrase("early_purge_at", {"at": clock.format_us(seen.early_due_us)})
        )
        found.append(
            Finding(
                code="space_early_purge", values={"wanted": plan.asked, "frees": plan.bytes, "when": when}
            )
        )
    for alarm in seen.alarms:
        if alarm.kind == "admission":
            since = clock.format_us(alarm.since_us)
            found.append(Finding(code="space_admission", values={"since": since, "left": left}))
        elif alarm.agency_id is not None and (scope is None or alarm.agency_id in scope):
            told = {"agency": alarm.agency, "bytes": alarm.told["bytes"], "limit": alarm.told["limit"]}
            found.append(Finding(code=f"space_{alarm.kind}", values=told))
    return found


def _high_water(seen: Seen) -> str:
    """Names what helps: an early purge only where it would free something and is not switched on already."""
    if seen.plan.takes:
        return "space_high_water_early" if seen.early_purge else "space_high_water"
    if seen.plan.asked == 0 and seen.settling:
        return "space_high_water_settling"
    if any(alarm.kind == "admission" for alarm in seen.alarms):
        return "space_high_water_alone"  # the alarm's own finding says what is left, and why
    return "space_high_water_stuck"
