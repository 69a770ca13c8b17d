"""What findings say beside their codes, in the reader's language: reports hold English, "{}" stands for anything."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from saksi.custody.verifier.findings import instant

PHRASES = (
    ("unknown", "tidak diketahui"),
    ("package format", "bentuk paket Saksi"),
    ("readable", "dapat dibaca"),
    ("volume {} of {}", "bagian {} dari {}"),
    ("{} bytes without an end", "{} bita tanpa akhir"),
    ("{} bytes without a beginning", "{} bita tanpa awal"),
    ("packed again by another program", "dipaket ulang oleh program lain"),
    (
        "compressed, encrypted, a link, or otherwise not as the format writes it",
        "dimampatkan, dienkripsi, tautan, atau tidak seperti yang ditulis bentuk paket",
    ),
    ("its header and the directory disagree", "kepala berkas dan daftar isi ZIP berbeda"),
    ("members overlap the directory", "isi berkas menindih daftar isi ZIP"),
    ("bytes that belong to no member", "bita yang bukan milik berkas mana pun"),
    ("a directory of impossible size", "ukuran daftar isi ZIP tidak mungkin"),
    ("not a ZIP, cut off, or something follows it", "bukan ZIP, terpotong, atau ada sesuatu di belakangnya"),
    ("its ZIP64 records are missing", "catatan ZIP64 tidak ada"),
    ("its end does not fit its contents", "akhir ZIP tidak sesuai isinya"),
    ("its directory is broken", "daftar isi ZIP rusak"),
    ("a name that is not UTF-8", "nama yang bukan UTF-8"),
    ("the archive ends early", "ZIP berakhir terlalu cepat"),
    ("not a package's ZIP: {}", "bukan ZIP sebuah paket: {}"),
    ("a name that leads elsewhere", "nama yang mengarah ke tempat lain"),
    ("a folder that leads elsewhere", "folder yang mengarah ke tempat lain"),
    ("not in the one folder of the package", "tidak di dalam satu-satunya folder paket"),
    ("two files of one name", "dua berkas bernama sama"),
    ("two members of one name", "dua isi ZIP bernama sama"),
    ("a link or special file", "tautan atau berkas khusus"),
    ("too many files, or too deep", "berkas terlalu banyak, atau terlalu dalam"),
    ("too many files", "berkas terlalu banyak"),
    ("named in a manifest", "tercantum di daftar"),
    ("in no manifest", "tidak tercantum di daftar mana pun"),
    ("no such file", "berkas itu tidak ada"),
    ("contradicts itself", "pernyataan bertentangan dengan dirinya sendiri"),
    ("an export key of the log", "kunci ekspor yang terdaftar di log"),
    ("an office key of the log", "kunci kantor yang terdaftar di log"),
    ("more lines than rows", "tabel lebih panjang daripada barisnya"),
    ("a row before any entry", "baris sebelum entri mana pun"),
    ("an entry of another chain", "entri rantai lain"),
    ("signed by {}", "ditandatangani {}"),
    ("not signed by it", "tidak ditandatangani kunci itu"),
    ("each chunk under one seal", "setiap potongan di bawah satu segel"),
    ("each once", "masing-masing satu kali"),
    ("repeated", "berulang"),
    ("a tip in the package", "ujung rantai yang ada di paket"),
    ("a purge that is done", "pemusnahan yang sudah selesai"),
    ("a tombstone of a purge", "nisan sebuah pemusnahan"),
    ("no tombstone", "tidak ada nisannya"),
    ("no end of a purge", "bukan entri selesainya pemusnahan"),
    ("a seal of the package over its chunks", "segel di paket yang mencakup potongannya"),
    ("the entry that announced it", "entri yang mengumumkannya"),
    ("no such entry", "entri itu tidak ada"),
    ("chunks that were purged", "potongan yang dimusnahkan"),
    ("a pulse of the run's recorder", "denyut dari perekam yang bersangkutan"),
    ("another root", "akar lain"),
    ("a pulse by {}", "denyut paling lambat {}"),
    ("no pulse", "tidak ada denyut"),
    ("after {}", "sesudah {}"),
    ("before {}", "sebelum {}"),
    ("from {}", "mulai {}"),
    ("to {}", "sampai {}"),
    ("pieces of originals in the package", "potongan rekaman asli yang ada di paket"),
    ("missing, damaged or out of range", "tidak ada, rusak, atau di luar jangkauan"),
    ("its picture of {}", "gambar pukul {}"),
    ("in no court file", "tidak ada di salinan putar mana pun"),
    ("a frame of {}", "bingkai pukul {} ditinggalkan"),
    ("originals with the frames that were signed: {}", "rekaman asli dengan bingkai yang ditandatangani: {}"),
    ("originals with other frames: {}", "rekaman asli dengan bingkai lain: {}"),
    ("a copy with the frames of the originals: {}", "salinan dengan bingkai rekaman asli: {}"),
    ("a copy with other frames: {}", "salinan dengan bingkai lain: {}"),
    ("frames that were signed: {}", "bingkai yang ditandatangani: {}"),
    ("originals {}, copy {}", "rekaman asli {}, salinan {}"),
    (
        "processed copies, and only they, under data/derivative/",
        "salinan olahan, dan hanya itu, di data/derivative/",
    ),
    ("a statement of its making beside it", "pernyataan asal-usul di sebelahnya"),
    ("an export or office key of the log", "kunci ekspor atau kantor yang terdaftar di log"),
    ("a key that was not revoked then", "kunci yang saat itu belum dicabut"),
    ("no subject", "tidak disebut"),
    ("originals of this package", "rekaman asli di paket ini"),
    ("originals of its span", "rekaman asli dari rentangnya"),
    ("no originals", "tanpa rekaman asli"),
    ("a file of its own for each original", "berkas tersendiri bagi tiap rekaman asli"),
    ("originals that a purge took", "rekaman asli yang sudah dimusnahkan"),
    ("a making that the case's history tells of", "pembuatan yang disebut riwayat kasus"),
    ("an entry on thinned chunks of its camera", "entri tentang potongan jarang kameranya"),
    ("kept as the log was told of it", "disimpan seperti yang dicatat log"),
    ("told to the log before the original was purged", "dicatat di log sebelum aslinya dimusnahkan"),
    ("a span of an exhibit", "rentang sebuah barang bukti"),
    ("the statement that the case's history names", "pernyataan yang disebut riwayat kasus"),
    ("sound that can be read", "suara yang dapat dibaca"),
    ("sound that was signed: {}", "suara yang ditandatangani: {}"),
    ("a film from {}", "film mulai {}"),
    ("pictures at the times of the originals", "gambar pada waktu rekaman asli"),
    ("pictures at other times", "gambar pada waktu lain"),
    ("sound at the times of the originals", "suara pada waktu rekaman asli"),
    ("sound at other times", "suara pada waktu lain"),
    ("its sound of {}", "suaranya pukul {}"),
    ("its body", "isinya"),
    ("only its commitment", "hanya sidik jarinya"),
    ("a recorded request", "permintaan yang tercatat"),
    ("no request", "tidak ada permintaan"),
    ("with imported files", "beserta berkas impor"),
    ("without imported files", "tanpa berkas impor"),
    (
        "imported files that were asked for, and only they, under data/import/",
        "berkas impor yang diminta, dan hanya itu, di data/import/",
    ),
    ("an import whose footage is in the package", "impor yang rekamannya ada di paket"),
    ("an entry that it was erased", "entri bahwa berkasnya dihapus"),
    ("its file, or why it is not there", "berkasnya, atau sebab ketiadaannya"),
    ("both", "dua-duanya"),
    ("neither", "tidak ada dua-duanya"),
    ("{} entries", "{} entri"),
    ("1 to {}", "1 sampai {}"),
    ("a signature of another form, frame {}", "tanda tangan berbentuk lain, bingkai {}"),
    ("a signature that does not hold, frame {}", "tanda tangan tidak sah, bingkai {}"),
    ("another certificate, frame {}", "sertifikat lain, bingkai {}"),
    ("a picture that is not the one signed, frame {}", "gambar bukan yang ditandatangani, bingkai {}"),
    ("pictures that are missing, frame {}", "gambar hilang, bingkai {}"),
    ("pictures in another order, frame {}", "urutan gambar lain, bingkai {}"),
    ("a signature that is missing, frame {}", "tanda tangan hilang, bingkai {}"),
    ("pictures without their signature, frame {}", "gambar tanpa tanda tangannya, bingkai {}"),
    ("no certificate to check it with", "tidak ada sertifikat untuk memeriksanya"),
    ("an algorithm that is not known here", "algoritme yang tidak dikenal di sini"),
    ("a key of a kind that is not known here", "kunci dari jenis yang tidak dikenal di sini"),
    ("its place in a run is not known", "tempatnya dalam jalan tidak diketahui"),
    (
        "more slices and signatures than footage has",
        "irisan gambar dan tanda tangan lebih banyak daripada rekaman mana pun",
    ),
    ("nothing that a signature answers for", "tidak ada yang dijamin tanda tangan"),
    (
        "a policy.txt, a log's key, or a fingerprint of 64 hex digits",
        "policy.txt, kunci log, atau sidik jari 64 angka heksadesimal",
    ),
    ("more than a megabyte", "lebih dari satu megabita"),
    ("the key of a witness, not that of a log", "kunci saksi, bukan kunci log"),
    ("more than one fingerprint", "lebih dari satu sidik jari"),
    ("{} digits instead of 64", "{} angka, seharusnya 64"),
    ("a key that is damaged: {}", "kunci yang rusak ({})"),
    ("a policy that is damaged: {}", "policy yang rusak ({})"),
    ("there is no key in it", "tidak ada kunci di dalamnya"),
    ("there is no such file: {}", "berkas tidak ditemukan: {}"),
    ("a file that cannot be read: {}", "berkas tidak dapat dibaca ({})"),
    ("{} after {}", "{} sesudah {}"),
)
MONTHS = (
    ("Jan", "Jan"), ("Feb", "Feb"), ("Mar", "Mar"), ("Apr", "Apr"), ("Mei", "May"), ("Jun", "Jun"),
    ("Jul", "Jul"), ("Agu", "Aug"), ("Sep", "Sep"), ("Okt", "Oct"), ("Nov", "Nov"), ("Des", "Dec"),
)  # fmt: skip


def spoken(pair: Any, lang: str) -> str:
    """One language, or both."""
    return pair[0] if lang == "id" else pair[1] if lang == "en" else "%s · %s" % pair


def translated(text: str, lang: str) -> str:
    """A phrase of a report in one language, or both; what is no phrase, such as a digest, as it is."""
    if lang == "en":
        return text
    for english, indonesian in PHRASES:
        found = re.fullmatch(re.escape(english).replace(re.escape("{}"), "(.+?)"), text)
        if found:
            return spoken((indonesian.format(*found.groups()), text), lang)
    return text


def local_span(start: int, end: int, lang: str) -> str:
    """A stretch of time by this computer's clock and zone; in UTC where it does not know such times."""
    try:
        one, other = (datetime.fromtimestamp(us / 1e6).astimezone() for us in (start, end))
    except (ValueError, OverflowError, OSError):
        return "%s – %s" % (translated(instant(start), lang), translated(instant(end), lang))
    days = ["%d %s %d" % (at.day, MONTHS[at.month - 1][lang == "en"], at.year) for at in (one, other)]
    ends = other.strftime("%H:%M:%S UTC%z")
    until = ends if days[0] == days[1] else "%s %s" % (days[1], ends)
    return "%s %s – %s:%s" % (days[0], one.strftime("%H:%M:%S"), until[:-2], until[-2:])
