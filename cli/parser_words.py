"""What argparse itself says, in the language in force: usage, headings, and what is wrong with the arguments."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from cli.language import language, say

_INDONESIAN = {
    "usage: ": "pemakaian: ",
    "positional arguments": "argumen",
    "options": "pilihan",
    "show this help message and exit": "tampilkan bantuan ini lalu selesai",
    "show program's version number and exit": "tampilkan versi lalu selesai",
    "argument %(argument_name)s: %(message)s": "argumen %(argument_name)s: %(message)s",
    "unrecognized arguments: %s": "argumen tidak dikenal: %s",
    "not allowed with argument %s": "tidak dapat dipakai bersama argumen %s",
    "ignored explicit argument %r": "tidak menerima nilai, tetapi diberi %r",
    "the following arguments are required: %s": "argumen berikut wajib diisi: %s",
    "one of the arguments %s is required": "salah satu argumen berikut wajib diisi: %s",
    "expected one argument": "memerlukan satu nilai",
    "expected at most one argument": "menerima paling banyak satu nilai",
    "expected at least one argument": "memerlukan sedikitnya satu nilai",
    "expected %s argument": "memerlukan %s nilai",
    "expected %s arguments": "memerlukan %s nilai",
    "ambiguous option: %(option)s could match %(matches)s": "pilihan rancu: %(option)s dapat berarti %(matches)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r tidak dikenal (pilih dari %(choices)s)",
    "%(prog)s: error: %(message)s\n": "%(prog)s: galat: %(message)s\n",
}
_INVALID = "invalid %(type)s value: %(value)r"
# What a converter of ours or of Python takes, by its name.
_WANTED = {
    "int": ("a whole number", "bilangan bulat"),
    "float": ("a number", "bilangan"),
    "fromisoformat": ("a date such as 2027-01-31", "tanggal seperti 2027-01-31"),
    "_share": ("a share from 0 up to, but not, 1", "bagian dari 0 sampai kurang dari 1"),
    "_count": ("a whole number from 1 to 10,000,000", "bilangan bulat dari 1 sampai 10.000.000"),
    "_chunk_seconds": ("a whole number of seconds from 2 to 600", "bilangan bulat detik dari 2 sampai 600"),
    "_positive": ("a number above 0, at most 1,000,000", "bilangan di atas 0, paling besar 1.000.000"),
    "_numbers": ("numbers such as 1,3", "nomor seperti 1,3"),
    "Path": ("a path", "path berkas"),
}


class _Invalid(str):
    """The sentence about a value that its converter refused: what it wants instead of what it is called."""

    def __mod__(self, values: object) -> str:
        assert isinstance(values, Mapping)
        wanted = _WANTED.get(values["type"])
        if wanted is None:
            return say(_INVALID, "nilai %(type)s tidak sah: %(value)r") % values
        return say("%r is not %s", "%r bukan %s") % (values["value"], say(*wanted))


def speak() -> None:
    """Has argparse ask here for its words, in the language that is in force when it speaks."""
    vars(argparse).update({"_": _words, "ngettext": _of_many})


def _words(text: str) -> str:
    if text == _INVALID:
        return _Invalid(text)
    return _INDONESIAN.get(text, text) if language() == "id" else text


def _of_many(one: str, several: str, count: int) -> str:
    return _words(one if count == 1 else several)
