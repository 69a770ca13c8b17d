"""`saksi export --imported-files`: the file of another recorder in the package, as it was brought, or why it is not."""

from __future__ import annotations

import json
import threading
import zipfile
from pathlib import Path
from typing import Any

from recorder.imports.original import digest_of
from saksi import clock
from saksi.catalogue import authors, cameras, cases, exhibits, keys, people, seals
from saksi.catalogue.custody import Who, disclosed, events
from saksi.catalogue.custody_words import sentence
from saksi.custody.verifier.main import verify_package
from saksi.desk import Desk
from saksi.export.job import run_next
from saksi.settings import Settings
from tests.integration.recorder.films import Film, write
from tests.integration.test_import_command import Site, recent_us, site

__all__ = ["site"]  # fixture
CASE = "LP/B/8/XI/2026"
STATED = "2 imported files are in this package as they were brought"


def desk_of(site: Site) -> Desk:
    """As a worker has it."""
    given = site.archive.environment("cli", data=site.folder)
    settings = Settings(**{name.removeprefix("SAKSI_").lower(): value for name, value in given.items()})
    return Desk(database=site.archive.database, store=site.archive.store, settings=settings)


def with_exhibit(site: Site, desk: Desk, start_us: int, *, length_us: int = 2_000_000) -> None:
    """A case with an exhibit of what was brought in."""
    with desk.database.transaction() as connection:
        office = authors.office(connection, desk.settings.keys_folder).signer
        ani = people.named(connection, "ani")
        who = Who.of(ani, auth="session", address="10.0.0.7")
        case = cases.add(connection, office, ani, who, number=CASE, title="Curanmor")
        exhibits.add(
            connection, office, case, ani, who, found=[cameras.find(connection, "bank-1")],
            from_us=start_us + 500_000, to_us=start_us + 500_000 + length_us,
        )  # fmt: skip


def exported(site: Site, desk: Desk, out: Path, *words: str) -> tuple[dict[str, bytes], Any, str]:
    """Files of a package by path, what verify.py says of it, and what was warned of."""
    built: list[Any] = []

    def work() -> None:
        while not built:
            one = run_next(desk)
            built.extend([one] if one is not None else [])

    worker = threading.Thread(target=work)
    worker.start()
    done = site.run("export", "--case", CASE, "--out", out, "--by", "ani", *words)
    worker.join(60)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(out) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    return files, verify_package(str(out), None), done.stderr


def test_the_file_goes_along_when_asked_for_and_is_held_to_the_log(site: Site, tmp_path: Path) -> None:
    film, next_, start_us = tmp_path / "CH03.MP4", tmp_path / "CH03b.avi", recent_us()
    write(film, "mp4", Film(count=100, sound="aac", sound_s=4.1))
    write(next_, "avi", Film(count=50, sound="pcm_alaw"))
    assert site.bring(film, next_, start_us=start_us, more=("--clock-behind", "0")).returncode == 0
    desk = desk_of(site)
    with_exhibit(site, desk, start_us, length_us=4_500_000)

    both = ("--only-derivatives", "--imported-files")
    refused = site.run("export", "--case", CASE, "--out", tmp_path / "x.zip", "--by", "ani", *both)
    assert refused.returncode == 1
    assert "A package of redacted copies alone holds no imported files" in refused.stderr

    files, report, told = exported(site, desk, tmp_path / "plain.zip")
    assert not [one for one in files if one.startswith("data/import/")]
    assert b"data/import/" not in files["BACA-SAYA.txt"]
    assert "imported_files" not in report[4].facts
    assert STATED not in told
    copies = [one for one in files if one.startswith("data/playable/")]
    assert len(copies) == 2, "the sound changes where one file follows the other"

    files, report, told = exported(site, desk, tmp_path / "with.zip", "--imported-files")
    path, _ = sorted(one for one in files if one.startswith("data/import/"))
    sha256, _ = digest_of(film, lambda _: None)
    assert path.startswith("data/import/bank-1/")
    assert path.endswith(f"_{sha256[:16]}.mp4")
    assert files[path] == film.read_bytes()
    assert report[4].facts["imported_files"] == 2
    assert [one.number for one in report.verdicts if one.state == "fails"] == []
    assert STATED in told
    assert b"They may hold times or cameras outside" in files["BACA-SAYA.txt"]
    for words in ("Imported file", "Berkas impor", path, sha256):
        assert words in files["laporan.html"].decode()

    site.archive.store.delete([keys.import_key(sha256)])
    files, report, told = exported(site, desk, tmp_path / "lost.zip", "--imported-files")
    assert path not in files
    assert [cause for _, cause in report[4].facts["imported_files_absent"]] == ["lost"]
    assert report[4].state != "fails"
    assert "1 imported files are lost or damaged in the store" in told

    with desk.database.transaction() as connection:
        lines = disclosed(events(connection, cases.find(connection, CASE, None)))
    said = [sentence(json.loads(one)["body"], "en") for one in lines]
    assert len([one for one in said if "with the imported files" in one]) == 2
    assert len([one for one in said if "with 2 imported files, which may hold more" in one]) == 1
    assert len([one for one in said if "without 1 imported files that are no longer" in one]) == 1


def test_a_file_that_retention_erased_is_said_and_shown_to_be(site: Site, tmp_path: Path) -> None:
    film, start_us = tmp_path / "old.mp4", recent_us() - 40 * 86_400_000_000
    write(film, "mp4", Film(count=75))
    span = ("--from", clock.format_us(start_us - 1), "--to", clock.format_us(start_us + 60_000_000))
    placed = site.run("hold", "place", "--camera", "bank-1", *span, "--reason", "LP/B/1", "--by", "citra")
    assert site.bring(film, start_us=start_us).returncode == 0
    for name in ("citra", "dewi"):
        site.run("hold", "release", placed.stdout.strip(), "--reason", "closed", "--by", name)
    seals.write_owed(site.archive.database, site.archive.store, 100)  # as a worker does
    done = site.run("purge", "--now", "--clock-checked", "nothing is recorded here", "--by", "citra")
    assert done.returncode == 0, done.stderr
    desk = desk_of(site)
    with_exhibit(site, desk, start_us)
    _, report, told = exported(site, desk, tmp_path / "gone.zip", "--imported-files")
    assert "1 imported files were erased by retention with their footage" in told
    assert [cause for _, cause in report[4].facts["imported_files_absent"]] == ["erased"]
    assert [one.number for one in report.verdicts if one.state == "fails"] == []
