"""Camera addresses on the command line. They hold passwords, and every user of a machine can read arguments."""

from __future__ import annotations

import sys
from getpass import getpass

from cli.language import say
from saksi.errors import BadInput
from saksi.messages import register

FROM_STDIN = "-"

register(
    "source_not_given",
    en=("No camera address came on standard input.", "Write it there as one line."),
    id_=("Tidak ada alamat kamera di masukan standar.", "Tulis di sana sebagai satu baris."),
)


def help_text() -> str:
    """What `--help` says of an argument that takes an address."""
    return say(
        'address with user and password; "-" reads one line from standard input, unseen on a terminal, so that '
        "no password stands in the process list or the shell's history",
        'alamat dengan pengguna dan kata sandi; "-" membaca satu baris dari masukan standar, tanpa tampil di '
        "terminal, agar kata sandi tidak muncul di daftar proses atau riwayat shell",
    )


def read_address(given: str) -> str:
    """`given` itself, or for "-" the line on standard input. Raises BadInput when there is none."""
    if given != FROM_STDIN:
        return given
    line = _asked() if sys.stdin.isatty() else sys.stdin.readline()
    if not line.strip():
        raise BadInput("source_not_given", field="source")
    return line.strip()


def _asked() -> str:
    try:
        return getpass(say("Camera address: ", "Alamat kamera: "))
    except EOFError:
        return ""
