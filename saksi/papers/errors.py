"""What can be wrong with a paper's data, and what can happen while it is set."""

from __future__ import annotations

from saksi.errors import BadInput, TimedOut, Unavailable
from saksi.messages import register

register(
    "paper_picture",
    en=(
        "A picture for the paper cannot be used: {why}.",
        "Give a JPEG of at most 8 MB and 8000 pixels a side, in grey or colour.",
    ),
    id_=(
        "Gambar untuk dokumen tidak dapat dipakai: {why}.",
        "Berikan JPEG paling besar 8 MB dan 8000 piksel per sisi, abu-abu atau berwarna.",
    ),
)
register(
    "paper_large",
    en=(
        "The paper would hold more than {most} characters.",
        "List fewer files or events, or split it.",
    ),
    id_=(
        "Dokumen akan memuat lebih dari {most} huruf.",
        "Kurangi daftar berkas atau peristiwa, atau bagi dokumennya.",
    ),
)
register(
    "paper_slow",
    en=("The paper was not ready within {seconds} s.", "Try again; if it stays, make the paper smaller."),
    id_=("Dokumen belum selesai dalam {seconds} detik.", "Coba lagi; bila tetap, perkecil dokumennya."),
)
register(
    "paper_failed",
    en=("The paper could not be set: {why}.", "Give this text to the administrator."),
    id_=("Dokumen tidak dapat disusun: {why}.", "Berikan teks ini kepada administrator."),
)


class BadPicture(BadInput):
    """A picture is not a JPEG that can go on paper."""


class TooLarge(BadInput):
    """The paper holds more text than is set in one go."""


class TooSlow(TimedOut):
    """Setting the paper took longer than allowed and was stopped."""


class CannotSet(Unavailable):
    """The typesetter refused or broke off."""
