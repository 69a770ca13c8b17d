"""verify.py: checks an evidence package or audit export of Saksi without Saksi, a network, or installing anything.

    python3 verify.py [ZIP or folder] [--trust KEYFILE or FINGERPRINT] [--json] [--lang id|en]

Exit status: 0 all that must hold holds, 1 something does not, 2 something could not be checked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import Callable, List, Optional

from saksi.custody.verifier.audible import check_audible
from saksi.custody.verifier.authentic import check_authentic
from saksi.custody.verifier.camera_signature import check_camera_signature
from saksi.custody.verifier.complete import check_complete
from saksi.custody.verifier.container import Container, Unreadable, open_container, printable
from saksi.custody.verifier.derivation import check_derivations
from saksi.custody.verifier.destroyed import check_destroyed
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.forms import load
from saksi.custody.verifier.imported import check_imported_files
from saksi.custody.verifier.intact import check_intact
from saksi.custody.verifier.logged import check_logged
from saksi.custody.verifier.places import tell_places
from saksi.custody.verifier.playable import Frames, check_playable
from saksi.custody.verifier.possession import check_custody
from saksi.custody.verifier.runs import gather_runs
from saksi.custody.verifier.stamp import check_stamp
from saksi.custody.verifier.timing import check_time
from saksi.custody.verifier.trail import check_trail, is_trail
from saksi.custody.verifier.trust import Given, Trust, lies_inside, read_trust, settle
from saksi.custody.verifier.words import as_text

LARGE = 1 << 28


def silent(count: int) -> None:
    """Shows no progress."""


def verify_package(path: str, trusted: Given, progress: Callable[[int], None] = silent) -> Report:
    """All verdicts on the package at `path`, four for an audit export.

    Never raises: what cannot be read is itself a verdict.
    """
    report = Report()
    report.package = printable(os.path.basename(path.rstrip("/")))
    usable = not isinstance(trusted, Trust) or not trusted.wrong
    report.trust = "given" if trusted is not None and usable else "none"
    if isinstance(trusted, Trust) and lies_inside(path, trusted):
        report[2].facts["trust_lies_inside"] = True
    container: Optional[Container] = None
    try:
        container = open_container(path)
        check_all(report, container, trusted, progress)
    except Unreadable as error:
        report[1].add(error.code, error.where, "package format", error.why)
        report.nothing_read("zip")
    except OSError as error:
        report[1].add("zip_malformed", "zip", "readable", error)
        report.nothing_read("zip")
    finally:
        if container is not None:
            container.close()
    return report


def check_all(report: Report, container: Container, given: Given, progress: Callable[[int], None]) -> None:
    """Reads what the package tells, then every byte once, then holds the one against the other."""
    if is_trail(container):
        check_trail(report, container, given, progress)
        return
    material = load(container, report)
    if material.statement is not None:
        report.package = printable(material.told["package"])
    frames = Frames(container, material, progress)
    frames.read_all()
    trusted = settle(report, container, given)
    check_authentic(report, material, trusted)
    seen = check_logged(report, container, material, trusted)
    runs = gather_runs(material)
    check_complete(report, material, runs, frames.digests)
    check_destroyed(report, material, runs)
    check_imported_files(report, material, runs, frames.digests)
    check_time(report, material, runs, seen)
    check_stamp(report[5], container, material)
    check_playable(report, material, frames)
    check_audible(report, material, frames)
    check_derivations(report, container, material, frames.digests)
    check_custody(report, material)
    check_camera_signature(report, frames.media, frames.signing)
    check_intact(report, container, material, frames.digests)
    tell_places(report, material)


class Progress:
    """Says on standard error how far reading is, a few times a minute, for packages that take long."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.last = total, 0, time.monotonic()

    def __call__(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if self.total >= LARGE and now - self.last >= 2:
            self.last = now
            sys.stderr.write("\r%3d %%" % (100 * self.done // max(self.total, 1)))
            sys.stderr.flush()


def size_of(path: str) -> int:
    """Bytes at a path; 0 where it cannot be told."""
    try:
        return os.path.getsize(path) if os.path.isfile(path) else LARGE
    except OSError:
        return 0


def default_place() -> str:
    """Without an argument: the folder that this file lies in, if it is a package."""
    here = os.path.dirname(os.path.abspath(sys.argv[0]))
    return here if os.path.exists(os.path.join(here, "bagit.txt")) else os.getcwd()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("package", nargs="?", metavar="ZIP|FOLDER")
    parser.add_argument(
        "--trust",
        metavar="KEYFILE|FINGERPRINT",
        help="policy.txt atau sidik jari dari instansi (di antara tanda kutip), lewat jalan lain"
        " - policy.txt or the fingerprint (in quotation marks) from the office, by another way",
    )
    parser.add_argument("--json", action="store_true")


def show(report: Report, as_json: bool, lang: str) -> int:
    """Prints a report; answers the exit status."""
    told = report.told()
    text = json.dumps(told, ensure_ascii=False, indent=1) if as_json else as_text(told, lang)
    sys.stdout.buffer.write((text + "\n").encode("utf-8", "replace"))
    sys.stdout.flush()
    return report.exit


def nothing_there(path: str, lang: str) -> int:
    """Says that there is no such package; answers 2. A mistyped name is no sign of tampering."""
    words = {"id": "Tidak ada berkas atau folder %s.", "en": "There is no file or folder %s."}
    for one in (lang,) if lang in words else ("id", "en"):
        sys.stderr.write(words[one] % printable(path) + "\n")
    return 2


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Memeriksa paket bukti Saksi · checks an evidence package of Saksi"
    )
    add_arguments(parser)
    parser.add_argument("--lang", choices=("id", "en"), default="")
    chosen = parser.parse_args(arguments)
    trusted = read_trust(chosen.trust) if chosen.trust else None
    path = chosen.package or default_place()
    if not os.path.exists(path):
        return nothing_there(path, chosen.lang)
    return show(verify_package(path, trusted, Progress(size_of(path))), chosen.json, chosen.lang)
