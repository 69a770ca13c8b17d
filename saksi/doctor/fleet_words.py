"""The words of findings about recorders, cameras, footage and the log."""

from __future__ import annotations

_ROOM_EN = (
    "Their disk is full or SAKSI_SPOOL_LIMIT_BYTES is reached: give a larger disk, limit or uplink; "
    "`saksi fetch` has what matters sent first, and kept longest."
)
_ROOM_ID = (
    "Disknya penuh atau SAKSI_SPOOL_LIMIT_BYTES tercapai: perbesar disk, batas itu, atau jalur unggahnya; "
    "`saksi fetch` mendahulukan dan mempertahankan yang penting."
)

# code: what and what to do in English, then in Indonesian; "" where nothing is to be done
FLEET_WORDS: dict[str, tuple[str, str, str, str]] = {
    "fleet_unseen": (
        "Recorders, cameras and the log were not looked at: the catalogue does not tell.",
        "Mend what is said of the database first.",
        "Perekam, kamera dan log tidak diperiksa: katalog tidak menjawab.",
        "Perbaiki dahulu yang disebut tentang basis data.",
    ),
    "recorders_none": (
        "No recorder is alive.",
        "Start one: `saksi recorder`, or `saksi up`.",
        "Tidak ada perekam yang hidup.",
        "Jalankan: `saksi recorder`, atau `saksi up`.",
    ),
    "recorders_alive": (
        "{count} alive, recording {cameras}.",
        "",
        "{count} hidup, merekam {cameras}.",
        "",
    ),
    "room_none": (
        "Living recorders may hold {room} cameras, and {cameras} are to be recorded.",
        "Start more recorders, or raise SAKSI_RECORDER_CAPACITY where their machines carry it.",
        "Perekam yang hidup boleh memegang {room} kamera, sedangkan {cameras} harus direkam.",
        "Jalankan lebih banyak perekam, atau naikkan SAKSI_RECORDER_CAPACITY bila mesinnya mampu.",
    ),
    "room_for_no_failure": (
        "Without its largest one, the recorders' room of {room} cameras would not do for {cameras}.",
        "Start one more recorder, so that one can fail.",
        "Tanpa yang terbesar, tempat perekam untuk {room} kamera tidak cukup bagi {cameras}.",
        "Jalankan satu perekam lagi, agar satu boleh gagal.",
    ),
    "site_unknown": (
        "The recorder {name} is for sites that the catalogue does not know: {sites}.",
        "Correct SAKSI_RECORDER_SITES on its machine, or add the cameras of that site.",
        "Perekam {name} diatur untuk situs yang tidak dikenal katalog: {sites}.",
        "Perbaiki SAKSI_RECORDER_SITES di mesinnya, atau tambahkan kamera situs itu.",
    ),
    "recorder_for_nothing": (
        "The recorder {name} takes only cameras of its sites and networks, and none that is switched on is there.",
        "Correct SAKSI_RECORDER_SITES and SAKSI_RECORDER_NETWORKS on its machine.",
        "Perekam {name} hanya mengambil kamera situs dan jaringannya, tetapi tidak ada kamera aktif di sana.",
        "Perbaiki SAKSI_RECORDER_SITES dan SAKSI_RECORDER_NETWORKS di mesinnya.",
    ),
    "recorder_silent": (
        "The recorder {name} is silent since {seen} and did not end in order.",
        "See its log and its machine; others take its cameras where they can. One of a site records on.",
        "Perekam {name} diam sejak {seen} dan tidak berakhir dengan semestinya.",
        "Lihat log dan mesinnya; perekam lain mengambil kameranya bila bisa. Perekam situs tetap merekam.",
    ),
    "version_differs": (
        "The recorder {name} is version {version}, this program {ours}.",
        "Bring all to one version.",
        "Perekam {name} versi {version}, program ini {ours}.",
        "Samakan semua versi.",
    ),
    "spool_old": (
        "On the spool of {name} footage waits since {since}.",
        "Where its uplink has a budget that is so; else bring the store back, or widen the uplink.",
        "Di spool {name} rekaman menunggu sejak {since}.",
        "Itu wajar bila jalur unggahnya dibatasi; bila tidak, pulihkan penyimpanan atau perbesar jalur unggah.",
    ),
    "recorder_clock": (
        "Nothing disciplines the clock of the recorder {name}.",
        "Run chrony or systemd-timesyncd on its machine.",
        "Jam perekam {name} tidak disinkronkan.",
        "Jalankan chrony atau systemd-timesyncd di mesinnya.",
    ),
    "recorder_behind": (
        "The recorder {name} tells late: {facts} facts wait, the last chunk took {lag_s} s.",
        "Look at the load of the database and at the network to it.",
        "Perekam {name} terlambat melapor: {facts} fakta menunggu, potongan terakhir {lag_s} detik.",
        "Periksa beban basis data dan jaringan ke sana.",
    ),
    "recorder_disk": (
        "The spool of the recorder {name} has {free} GB left.",
        "Bring the store back if it is away, else free or add space on its machine.",
        "Spool perekam {name} tersisa {free} GB.",
        "Pulihkan penyimpanan bila mati, atau kosongkan atau tambah ruang di mesinnya.",
    ),
    "cameras_recorded": (
        "Every camera that is switched on is recorded.",
        "",
        "Semua kamera yang aktif direkam.",
        "",
    ),
    "cameras_many": (
        "{failed} of {count} cameras are not recorded.",
        "Look first for what they share: a switch, a power line, a recorder; the reasons follow.",
        "{failed} dari {count} kamera tidak direkam.",
        "Cari dahulu yang mereka pakai bersama: switch, jalur listrik, perekam; sebab-sebabnya menyusul.",
    ),
    "cameras_missing": (
        "{count} not recorded: {why} (since {since}): {names}.",
        "docs/howto/add-a-camera.md says what to do for each reason.",
        "{count} tidak direkam: {why} (sejak {since}): {names}.",
        "docs/howto/add-a-camera.md menyebut yang harus dilakukan untuk tiap sebab.",
    ),
    "camera_clocks_off": (
        "{count} with a clock that is off by more than {seconds} s: {names}.",
        "Set an NTP server in them: footage is dated by the recorder, but the time in the picture is read in court.",
        "{count} berjam sendiri yang meleset lebih dari {seconds} detik: {names}.",
        "Atur server NTP di kamera: rekaman diberi waktu perekam, tetapi waktu di gambar dibaca di pengadilan.",
    ),
    "camera_clocks_stepped": (
        "{count} with a clock that jumped within the day: {names}.",
        "GET /api/v1/cameras/ID/health says when and what it looks like; see to their NTP server and power.",
        "{count} berjam sendiri yang melompat dalam sehari terakhir: {names}.",
        "GET /api/v1/cameras/ID/health menyebut kapan dan kemungkinan sebabnya; periksa server NTP dan listriknya.",
    ),
    "footage_stored": (
        "All footage told of is in the store.",
        "",
        "Semua rekaman yang dilaporkan ada di penyimpanan.",
        "",
    ),
    "footage_on_its_way": (
        "{count} on the way to the store.",
        "",
        "{count} sedang menuju penyimpanan.",
        "",
    ),
    "footage_waits": (
        "{count} not in the store yet; the oldest is of {since}.",
        "Sites with a budget for their uplink have that; else see whether the store answers and recorders live.",
        "{count} belum di penyimpanan; yang tertua dari {since}.",
        "Wajar bila situs punya batas jalur unggah; bila tidak, periksa penyimpanan dan perekamnya.",
    ),
    "footage_unsent": (
        "{count} on the spool of the recorder {name}, which does not run; the oldest is of {since}.",
        "Start `saksi recorder` there, with the same spool: it sends them.",
        "{count} ada di spool perekam {name}, yang tidak berjalan; yang tertua dari {since}.",
        "Jalankan `saksi recorder` di sana, dengan spool yang sama: ia akan mengirimnya.",
    ),
    "footage_dropping": (
        "Full spools drop footage, also in this hour: in 7 days {minutes} min of {cameras}, until {until}.",
        _ROOM_EN,
        "Spool penuh menggugurkan rekaman, juga dalam jam ini: dalam 7 hari {minutes} menit dari {cameras},"
        " sampai {until}.",
        _ROOM_ID,
    ),
    "footage_dropped": (
        "Full spools took {minutes} min of {cameras} in 7 days before they were stored, until {until}.",
        _ROOM_EN,
        "Spool penuh menggugurkan {minutes} menit dari {cameras} dalam 7 hari, sampai {until}.",
        _ROOM_ID,
    ),
    "checkpoint_made": (
        "The log has {size} entries under its checkpoint; {pending} wait for the next.",
        "",
        "Log memuat {size} entri di bawah titik periksanya; {pending} menunggu yang berikut.",
        "",
    ),
    "checkpoint_late": (
        "{pending} entries of the log wait for a checkpoint, the first for {minutes} min.",
        "See whether a worker and `saksi beat` run; their log says why none is made.",
        "{pending} entri log menunggu titik periksa, yang pertama sejak {minutes} menit.",
        "Periksa apakah worker dan `saksi beat` berjalan; log-nya menyebut sebabnya.",
    ),
    "audit_late": (
        "{rows} rows of the audit trail wait to be told to the log, the first since {since}.",
        "See whether a worker and `saksi beat` run: until then nothing shows whether they were changed.",
        "{rows} baris jejak audit menunggu disampaikan ke log, yang pertama sejak {since}.",
        "Periksa apakah worker dan `saksi beat` berjalan: sebelum itu perubahan pada baris tidak terlihat.",
    ),
    "witness_late": (
        "No witness has signed a checkpoint for a day.",
        "Check the addresses in SAKSI_LEDGER_WITNESSES, and ask the witnesses.",
        "Tidak ada saksi luar yang menandatangani titik periksa sejak sehari.",
        "Periksa alamat di SAKSI_LEDGER_WITNESSES, dan tanyakan para saksi.",
    ),
    "worm_broken": (
        "The last trial showed that the store's lock does not hold.",
        "Run `saksi storage check`, and do not rely on the locked copies until it passes.",
        "Uji terakhir menunjukkan kunci penyimpanan tidak menahan.",
        "Jalankan `saksi storage check`, dan jangan andalkan salinan terkunci sampai lulus.",
    ),
    "alarm": (
        "An alarm of the store's space stands since {since}: {kind} (agency {agency}).",
        "`saksi retention forecast` says what helps.",
        "Peringatan ruang penyimpanan berlaku sejak {since}: {kind} (instansi {agency}).",
        "`saksi retention forecast` menyebut yang membantu.",
    ),
}
