"""The words of findings: what is so, and what to do about it, in both languages."""

from __future__ import annotations

from saksi.doctor.fleet_words import FLEET_WORDS
from saksi.messages import register

# code: what and what to do in English, then in Indonesian; "" where nothing is to be done
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "hung": (
        "{area}: no answer within {seconds} s.",
        "Look for a server or a disk that hangs; `dmesg` names a disk that does.",
        "{area}: tidak ada jawaban dalam {seconds} detik.",
        "Cari server atau disk yang macet; `dmesg` menyebut disk yang macet.",
    ),
    "broke": (
        "{area}: looking at it failed ({why}).",
        "This is a fault of ours: report it, with what the rest says.",
        "{area}: pemeriksaannya gagal ({why}).",
        "Ini kesalahan kami: laporkan, beserta hasil lainnya.",
    ),
    "settings_known": (
        "Every setting is known, every server named.",
        "",
        "Semua setelan dikenal, semua server disebut.",
        "",
    ),
    "server_nowhere": (
        "{setting} is not set, and no `saksi up` runs on {data}.",
        "Set {setting}, start `saksi up`, or name its folder with --data.",
        "{setting} belum diatur, dan tidak ada `saksi up` yang berjalan pada {data}.",
        "Atur {setting}, jalankan `saksi up`, atau sebut foldernya dengan --data.",
    ),
    "setting_unknown": (
        "Not a setting, so without effect: {names}.",
        "Compare the spelling with docs/reference/settings.md.",
        "Bukan setelan, jadi tanpa pengaruh: {names}.",
        "Bandingkan ejaannya dengan docs/reference/settings.md.",
    ),
    "config_missing": (
        "The settings file {path} that SAKSI_CONFIG names is not there.",
        "Correct SAKSI_CONFIG, or restore the file.",
        "Berkas setelan {path} yang disebut SAKSI_CONFIG tidak ada.",
        "Perbaiki SAKSI_CONFIG, atau pulihkan berkasnya.",
    ),
    "config_unreadable": (
        "The settings file {path} cannot be read.",
        "Correct its TOML, or its owner and mode.",
        "Berkas setelan {path} tidak dapat dibaca.",
        "Perbaiki TOML-nya, atau pemilik dan modenya.",
    ),
    "database_answers": (
        "The database answers (PostgreSQL {version}).",
        "",
        "Basis data menjawab (PostgreSQL {version}).",
        "",
    ),
    "reach_plain": (
        "{count} sessions of the last seven days began at {address} or elsewhere, and no proxy is trusted.",
        "Passwords and footage cross the network in the clear, or all limits count the proxy: put TLS in front and"
        " name it in SAKSI_TRUSTED_PROXIES, see docs/howto/serve-over-https.md.",
        "{count} sesi dalam tujuh hari terakhir dari {address} atau tempat lain, dan tidak ada proxy tepercaya.",
        "Kata sandi dan rekaman lewat jaringan tanpa enkripsi, atau semua batas menghitung proxy: pasang TLS di"
        " depan dan sebut di SAKSI_TRUSTED_PROXIES, lihat docs/howto/serve-over-https.md.",
    ),
    "reach_here": (
        "Nobody has begun a session from elsewhere in seven days.",
        "",
        "Tidak ada sesi yang dimulai dari tempat lain dalam tujuh hari.",
        "",
    ),
    "reach_proxied": (
        "Proxies that are believed: {proxies}.",
        "",
        "Proxy yang dipercaya: {proxies}.",
        "",
    ),
    "provider_answers": (
        "The provider of log-ins answers ({issuer}, {keys} keys).",
        "",
        "Penyedia untuk masuk menjawab ({issuer}, {keys} kunci).",
        "",
    ),
    "provider_algorithms": (
        "The provider of log-ins ({issuer}) signs by no algorithm that proves anything.",
        "Have it sign ID tokens with RS256 or ES256.",
        "Penyedia untuk masuk ({issuer}) tidak menandatangani dengan algoritma yang membuktikan sesuatu.",
        "Atur agar ID token ditandatangani dengan RS256 atau ES256.",
    ),
    "not_migrated": (
        "{count} migrations are missing: {names}.",
        "Run: saksi migrate",
        "{count} migrasi belum diterapkan: {names}.",
        "Jalankan: saksi migrate",
    ),
    "migrated_further": (
        "The catalogue is newer than this program ({names}).",
        "Bring this program to the version of the others.",
        "Katalog lebih baru dari program ini ({names}).",
        "Samakan versi program ini dengan yang lain.",
    ),
    "api_role_missing": (
        "The API has no database role of its own, and could change what is on record.",
        "Create the role saksi_api, run `saksi migrate`, and give its address to the API alone.",
        "API tidak punya peran basis data sendiri dan dapat mengubah yang sudah tercatat.",
        "Buat peran saksi_api, jalankan `saksi migrate`, lalu beri alamatnya hanya kepada API.",
    ),
    "api_role_loose": (
        "The API's database role may change what must never change: {tables}.",
        "Run `saksi migrate`, and see that saksi_api owns nothing and is no superuser.",
        "Peran basis data API boleh mengubah yang tidak boleh berubah: {tables}.",
        "Jalankan `saksi migrate`; saksi_api tidak boleh memiliki tabel atau menjadi superuser.",
    ),
    "clocks_differ": (
        "Its clock differs from ours by {seconds} s.",
        "Set both machines to the same NTP servers.",
        "Jamnya berbeda {seconds} detik dari jam kita.",
        "Atur kedua mesin ke server NTP yang sama.",
    ),
    "clocks_agree": (
        "Its clock agrees with ours ({seconds} s).",
        "",
        "Jamnya cocok dengan jam kita ({seconds} detik).",
        "",
    ),
    "broker_answers": ("The broker answers.", "", "Broker menjawab.", ""),
    "broker_silent": (
        "The broker does not answer ({why}).",
        "Start Redis or Valkey, or correct SAKSI_BROKER_URL; recording goes on, exports and purges wait.",
        "Broker tidak menjawab ({why}).",
        "Jalankan Redis atau Valkey, atau perbaiki SAKSI_BROKER_URL; perekaman berjalan, ekspor menunggu.",
    ),
    "store_answers": (
        "The store answers: {url}, bucket {bucket}.",
        "",
        "Penyimpanan menjawab: {url}, bucket {bucket}.",
        "",
    ),
    "bucket_unmade": (
        "The bucket {bucket} is not there, or was not made by us.",
        "Run: saksi migrate",
        "Bucket {bucket} tidak ada, atau bukan buatan kita.",
        "Jalankan: saksi migrate",
    ),
    "versions_on": ("The bucket keeps versions.", "", "Bucket menyimpan versi.", ""),
    "versions_off": (
        "The bucket keeps no versions: what is overwritten there is gone.",
        "New buckets get them with SAKSI_OBJECT_LOCK=1.",
        "Bucket tidak menyimpan versi: yang ditimpa di sana hilang.",
        "Bucket baru mendapatkannya dengan SAKSI_OBJECT_LOCK=1.",
    ),
    "lock_on": ("The bucket takes legal holds.", "", "Bucket menerima legal hold.", ""),
    "lock_off": (
        "The bucket takes no legal holds: holds stand in the catalogue alone.",
        "New buckets take them with SAKSI_OBJECT_LOCK=1.",
        "Bucket tidak menerima legal hold: penahanan hanya ada di katalog.",
        "Bucket baru menerimanya dengan SAKSI_OBJECT_LOCK=1.",
    ),
    "clock_held": (
        "This clock is disciplined (off by {offset_ms} ms, at most {error_ms}).",
        "",
        "Jam ini disinkronkan (meleset {offset_ms} ms, paling banyak {error_ms}).",
        "",
    ),
    "clock_free": (
        "Nothing disciplines this machine's clock, as far as the kernel knows.",
        "Run chrony or systemd-timesyncd: footage is asked about its time in court.",
        "Menurut kernel, jam mesin ini tidak disinkronkan.",
        "Jalankan chrony atau systemd-timesyncd: waktu rekaman ditanyakan di pengadilan.",
    ),
    "clock_loose": (
        "This clock is disciplined loosely: off by {offset_ms} ms, at most {error_ms} ms.",
        "Use nearer NTP servers, and wait until it has settled.",
        "Jam ini disinkronkan secara longgar: meleset {offset_ms} ms, paling banyak {error_ms} ms.",
        "Pakai server NTP yang lebih dekat, dan tunggu sampai tenang.",
    ),
    "spool_none": (
        "No spool at {folder}: no recorder here.",
        "",
        "Tidak ada spool di {folder}: tidak ada perekam di sini.",
        "",
    ),
    "spool_unreadable": (
        "The spool's disk at {folder} does not answer: {why}.",
        "Check the disk, and that it is mounted.",
        "Disk spool di {folder} tidak menjawab: {why}.",
        "Periksa disk, dan apakah sudah di-mount.",
    ),
    "spool_room": (
        "The spool's disk has {free} of {size} GB free.",
        "",
        "Disk spool punya {free} dari {size} GB kosong.",
        "",
    ),
    "spool_tight": (
        "The spool's disk has {free} of {size} GB free; below {reserve} GB footage is dropped.",
        "Bring the store back if it is away, else free or add space.",
        "Disk spool punya {free} dari {size} GB kosong; di bawah {reserve} GB rekaman gugur.",
        "Pulihkan penyimpanan bila mati, atau kosongkan atau tambah ruang.",
    ),
    "spool_waits": (
        "{count} chunks ({gb} GB) since {since} are on this machine alone; there is room for {hours} h more.",
        "Bring the line or the store back, or add disk; then the oldest goes, and what somebody asked for last.",
        "{count} potongan ({gb} GB) sejak {since} hanya ada di mesin ini; dengan laju ini masih muat {hours} jam.",
        "Pulihkan jalur atau penyimpanan, atau tambah disk; setelah itu yang tertua gugur, yang diminta paling akhir.",
    ),
    "spool_inodes": (
        "The file system of {folder} has {count} inodes left.",
        "Remove small files there, or make it anew with more inodes.",
        "Sistem berkas {folder} tersisa {count} inode.",
        "Hapus berkas kecil di sana, atau buat ulang dengan lebih banyak inode.",
    ),
    "spool_full": (
        "The disk of {folder} is full.",
        "Free space; until then recorders keep nothing.",
        "Disk {folder} penuh.",
        "Kosongkan ruang; sampai itu perekam tidak menyimpan apa pun.",
    ),
    "spool_refuses": (
        "The disk of {folder} refuses to be written: {why}.",
        "Look into `dmesg` for a broken disk, and whether it is mounted read-only.",
        "Disk {folder} menolak ditulisi: {why}.",
        "Periksa `dmesg` untuk disk rusak, dan apakah di-mount baca-saja.",
    ),
    "spool_others": (
        "The spool {folder} belongs to another user, so writing was not tried.",
        "Run this as the recorder's user to try it.",
        "Spool {folder} milik pengguna lain, jadi penulisan tidak dicoba.",
        "Jalankan ini sebagai pengguna perekam untuk mencobanya.",
    ),
    "spool_writes": (
        "The spool's disk takes and syncs {rate} MB/s.",
        "",
        "Disk spool menulis dan menyinkronkan {rate} MB/s.",
        "",
    ),
    "spool_slow": (
        "The spool's disk takes and syncs only {rate} MB/s.",
        "Use a faster disk, or SAKSI_FSYNC=chunk, which may lose a chunk on a power cut.",
        "Disk spool hanya menulis dan menyinkronkan {rate} MB/s.",
        "Pakai disk lebih cepat, atau SAKSI_FSYNC=chunk, yang dapat kehilangan satu potongan saat listrik padam.",
    ),
    "key_unset": (
        "SAKSI_SECRET_KEY is not set, so no camera's address can be opened.",
        "Set the installation's key, from your backup of it.",
        "SAKSI_SECRET_KEY belum diatur, jadi alamat kamera tidak dapat dibuka.",
        "Atur kunci instalasi, dari cadangan Anda.",
    ),
    "key_opens": (
        "The key opens camera addresses ({of} tried).",
        "",
        "Kunci membuka alamat kamera ({of} dicoba).",
        "",
    ),
    "key_differs": (
        "The key does not open {count} of {of} camera addresses.",
        "Set the SAKSI_SECRET_KEY that sealed them, or bring their addresses in again (`saksi camera import`).",
        "Kunci tidak membuka {count} dari {of} alamat kamera.",
        "Atur SAKSI_SECRET_KEY yang menyegelnya, atau masukkan lagi alamatnya (`saksi camera import`).",
    ),
    "key_of_before": (
        "A key of before sealed {count} of {of} camera addresses.",
        "Seal them anew: `saksi key reseal`; then only the new key is needed.",
        "Kunci lama menyegel {count} dari {of} alamat kamera.",
        "Segel ulang: `saksi key reseal`; setelah itu cukup kunci baru.",
    ),
    "files_closed": (
        "Files with secrets are closed to others.",
        "",
        "Berkas rahasia tertutup bagi yang lain.",
        "",
    ),
    "file_open": (
        "{path} holds secrets and can be read by others.",
        "Run: chmod 600 {path}",
        "{path} berisi rahasia dan dapat dibaca yang lain.",
        "Jalankan: chmod 600 {path}",
    ),
    **FLEET_WORDS,
}

for _code, (_en, _en_remedy, _id, _id_remedy) in _WORDS.items():
    register(f"doctor_{_code}", en=(_en, _en_remedy), id_=(_id, _id_remedy))
