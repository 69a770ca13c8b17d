"""The `saksi` command: picks the subcommand and nothing else.

Each subcommand is one module with `add_arguments(parser)` and `run(args) -> int`; it imports its wing inside `run`,
so that `saksi --help` needs neither a database nor FFmpeg.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Sequence

from cli import parser_words
from cli.language import choose_language, language, say
from saksi import __version__
from saksi.errors import SaksiError

# name, English, Indonesian, in the order in which a newcomer meets them
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("up", "start everything on this machine", "jalankan semuanya di mesin ini"),
    ("recorder", "record cameras (one process)", "rekam kamera (satu proses)"),
    ("api", "serve the API and the console (one process)", "layani API dan konsol (satu proses)"),
    ("worker", "do background work (one process)", "kerjakan tugas latar (satu proses)"),
    ("beat", "schedule background work (one process)", "jadwalkan tugas latar (satu proses)"),
    (
        "doctor",
        "say what is wrong with an installation, and what to do",
        "sebutkan yang salah pada instalasi, dan yang harus dilakukan",
    ),
    ("plan", "say what a fleet of cameras needs", "hitung kebutuhan sejumlah kamera"),
    ("migrate", "bring catalogue and bucket up to date", "mutakhirkan katalog dan bucket"),
    ("user", "manage people", "kelola pengguna"),
    ("token", "create API tokens", "buat token API"),
    ("agency", "add and list agencies, whose the cameras are", "tambah dan daftar instansi pemilik kamera"),
    (
        "compliance",
        "write the monthly report on agencies",
        "tulis laporan bulanan kepatuhan instansi",
    ),
    ("site", "where the cameras of a site may be", "di mana kamera sebuah lokasi boleh berada"),
    ("camera", "add, list, test, find and import cameras", "tambah, daftar, uji, cari dan impor kamera"),
    ("import", "bring in recordings of other recorders", "bawa masuk rekaman dari perekam lain"),
    ("fetch", "ask a site for footage that has not arrived", "minta rekaman yang belum sampai dari lokasi"),
    ("audit", "who did what, and who was shown a camera", "siapa melakukan apa, dan siapa melihat kamera"),
    ("case", "open, list and show cases", "buka, daftar dan tampilkan kasus"),
    ("incident", "bring in incidents and list them", "bawa masuk dan daftar kejadian"),
    ("hold", "place, list and release evidence locks", "buat, daftar dan lepas penahanan bukti"),
    (
        "purge",
        "purge footage by policy, or show what would go",
        "musnahkan rekaman menurut kebijakan, atau lihat dulu",
    ),
    ("storage", "check the object store, free its space", "periksa penyimpanan objek, kosongkan ruangnya"),
    ("retention", "forecast the store's space, set quotas", "prakirakan ruang penyimpanan, atur kuota"),
    (
        "policy",
        "list, preview, set and accept retention policies",
        "daftar, pratinjau dan tetapkan kebijakan retensi",
    ),
    (
        "thin",
        "keep only keyframes of old footage, where two officers ask",
        "simpan hanya bingkai kunci rekaman lama, bila dua petugas memintanya",
    ),
    ("receive", "enter a receipt that came back", "masukkan tanda terima yang kembali"),
    (
        "fsck",
        "check the store, and have damaged footage sent again",
        "periksa penyimpanan dan kirim ulang yang rusak",
    ),
    ("ledger", "check and checkpoint the log of evidence", "periksa log bukti dan buat titik periksanya"),
    ("witness", "be an outside witness of a log", "menjadi saksi luar sebuah log"),
    ("export", "build a sealed evidence package of a case", "buat paket bukti tersegel dari suatu kasus"),
    ("whose", "tell whether a file was recorded here", "periksa apakah suatu berkas direkam di sini"),
    ("verify", "check an evidence package", "periksa paket bukti"),
    ("key", "print a new installation key", "cetak kunci instalasi baru"),
    ("settings", "show every setting and its value", "tampilkan semua setelan dan nilainya"),
    ("simcam", "run simulated cameras over real RTSP", "jalankan kamera simulasi lewat RTSP sungguhan"),
)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, in the language in force."""
    parser_words.speak()
    parser = argparse.ArgumentParser(
        prog="saksi",
        description=say(
            "Recording and evidence archive for city CCTV.", "Perekam dan arsip bukti CCTV kota."
        ),
    )
    parser.add_argument("--version", action="version", version=f"saksi {__version__}")
    parser.add_argument("--lang", choices=("id", "en"), help=say("language", "bahasa"))
    commands = parser.add_subparsers(dest="command", metavar=say("COMMAND", "PERINTAH"), required=True)
    for name, en, id_ in COMMANDS:
        module = importlib.import_module(f"cli.{name}")
        command = commands.add_parser(name, help=say(en, id_), description=say(en, id_).capitalize() + ".")
        command.set_defaults(run=module.run)
        module.add_arguments(command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand; a known error becomes two sentences on standard error and exit status 1."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    choose_language(arguments)
    _follow_supervisor()
    args = build_parser().parse_args(arguments)
    try:
        status = int(args.run(args))
        sys.stdout.flush()
        return status
    except SaksiError as error:
        return _refuse(error)
    except BrokenPipeError:
        if _supervised():
            raise
        return _unread()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from cli.refusals import in_words

        known = in_words(error, args)
        # A process of `saksi up` writes into a log, where whoever looks for the cause needs the whole of it.
        if known is None or (isinstance(error, OSError) and _supervised()):
            raise
        return _refuse(known)


def _refuse(error: SaksiError) -> int:
    what, remedy = error.explain(language())
    print(f"saksi: {what}\n       {remedy}", file=sys.stderr)
    return 1


def _unread() -> int:
    """Whoever read the output has had enough, as `head` does: nothing went wrong, and the rest is for nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still in the buffer at exit
    return 128 + signal.SIGPIPE


def _supervised() -> bool:
    return os.environ.get("SAKSI_SUPERVISED") == "1"


def _follow_supervisor() -> None:
    """A process that `saksi up` started stops when its supervisor dies, even by SIGKILL (prctl(2), Linux)."""
    if not _supervised():
        return
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
