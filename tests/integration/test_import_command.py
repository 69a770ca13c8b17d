"""`saksi import`: what other recorders exported becomes footage that says so, with the file as it was beside it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import pytest

from recorder import nal
from recorder.imports.landing import land
from recorder.imports.survey import survey
from saksi import clock
from saksi.catalogue import footage, keys, people, seals
from saksi.catalogue.custody import Who
from saksi.catalogue.custody_words import sentence
from saksi.catalogue.imports import Brought
from saksi.desk import Desk
from saksi.ledger.check.findings import Report
from saksi.ledger.check.made_objects import MadeCheck
from saksi.ledger.check.rows import hold_among
from saksi.ledger.check.runs import hold_runs
from saksi.settings import Settings
from tests.fixtures.commands import Done, as_process, in_process
from tests.integration.recorder.archive import Archive, audio_of
from tests.integration.recorder.films import Film, without_added, write

B_FRAMES = {"bf": "2", "b-adapt": "0"}
FILMS: dict[str, tuple[str, Film]] = {
    "phone.mp4": ("mp4", Film(sound="aac", options=B_FRAMES)),
    "nvr.mkv": ("matroska", Film(codec="h265", count=61)),
    "card.ts": ("mpegts", Film(sound="aac", options=B_FRAMES, count=62)),
    "old.avi": ("avi", Film(sound="pcm_alaw", options=B_FRAMES, count=63)),
    "hik.ps": ("vob", Film(sound="mp2", options=B_FRAMES, count=64)),
}


@dataclass
class Site:
    """An archive with a camera, officers, and commands on it."""

    archive: Archive
    folder: Path

    def run(self, *words: str | Path, how: Callable[..., Done] = in_process) -> Done:
        given = self.archive.environment("cli", data=self.folder, chunk_seconds=2)
        done = how(*map(str, words), settings=given)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def bring(self, *paths: Path, start_us: int, more: tuple[str, ...] = (), **how: Any) -> Done:
        known = ("--camera", "bank-1", "--source", "Bank Kaltim, Bpk. Anton, USB", "--by", "citra")
        return self.run("import", *paths, *known, "--start", clock.format_us(start_us), *more, **how)

    def clean(self) -> None:
        """Rows, log and store agree."""
        found: list[Any] = []
        report = Report(tell=found.append)
        with self.archive.database.transaction() as connection:
            hold_among(report, connection)
        hold_runs(report, self.archive.database)
        MadeCheck(
            report=report, database=self.archive.database, store=self.archive.store, deep=True
        ).imports()
        assert found == []


@pytest.fixture
def site(archive: Archive, tmp_path: Path) -> Site:
    made = Site(archive, tmp_path / "data")
    place = ("--lat", "-1.2", "--lon", "116.8", "--agency", "dishub", "--source", "rtsp://192.0.2.1/none")
    assert made.run("camera", "add", "Bank 1", *place, "--off").stdout == "bank-1\n"
    assert archive.execute("select enabled from camera") == [{"enabled": False}]
    with archive.database.transaction() as connection:
        for name, role in (
            ("ani", "investigator"),
            ("citra", "records_officer"),
            ("dewi", "records_officer"),
        ):
            people.add_person(connection, name=name, password="long enough", role=role)
    return made


def recent_us() -> int:
    """An hour ago, to the second."""
    return clock.now_us() // 1_000_000 * 1_000_000 - 3_600_000_000


def pictures(data: list[bytes]) -> tuple[list[list[bytes]], list[int]]:
    """NAL units of the pictures, and the wall time of each, in the order of decoding."""
    units, times = [], []
    for one in data:
        path = Path("/dev/shm") / hashlib.sha256(one).hexdigest()
        path.write_bytes(one)
        try:
            with av.open(str(path)) as container:
                for packet in container.demux(video=0):
                    if packet.size:
                        assert packet.pts is not None
                        assert packet.time_base is not None
                        units.append(nal.split_lengths(bytes(packet)))
                        times.append(round(packet.pts * packet.time_base * 1_000_000))
        finally:
            path.unlink()
    return units, times


def test_what_other_recorders_exported_becomes_footage_beside_the_file(site: Site, tmp_path: Path) -> None:
    made = {name: write(tmp_path / name, kind, film) for name, (kind, film) in FILMS.items()}
    start_us, stretch_us = recent_us(), 60_000_000
    for number, name in enumerate(FILMS):
        behind = ("--clock-behind", "4m12s") if number == 0 else ()
        how = as_process if number == 0 else in_process
        done = site.bring(tmp_path / name, start_us=start_us + number * stretch_us, more=behind, how=how)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"{name}\tbank-1\t")
        assert done.stdout.endswith(f"\t{len(made[name])}\tfootage\n")
    rows = site.archive.execute(
        "select i.*, r.run::text, r.origin from import_file i join run r using (run_no) order by import_id"
    )
    for number, (name, row) in enumerate(zip(FILMS, rows, strict=True)):
        data = (tmp_path / name).read_bytes()
        assert site.archive.store.get(keys.import_key(hashlib.sha256(data).hexdigest())) == data
        chunks = [one for one in site.archive.chunks("bank-1") if one["run"] == row["run"]]
        assert [one["seq"] for one in chunks] == list(range(1, len(chunks) + 1))
        assert not any(one["pending"] for one in chunks)
        stored = [site.archive.footage("bank-1", one) for one in chunks]
        units, times = pictures(stored)
        kind = FILMS[name][1].codec
        assert [without_added(one, kind) for one in units] == made[name], name
        begun_us = start_us + number * stretch_us + (252_000_000 if number == 0 else 0)
        assert clock.to_us(row["start_at"]) == begun_us
        at_us = sorted(at - begun_us for at in times)
        assert all(abs(at - place * 40_000) <= 41_000 for place, at in enumerate(at_us)), (name, at_us)
        steps = {round((at - times[0]) / 40_000) for at in times}
        assert name == "hik.ps" or steps == set(range(len(made[name]))), name
        heard = sum(len(audio_of(one)) for one in stored)
        assert bool(heard) == (name in ("phone.mp4", "card.ts", "old.avi")), name
    window = {"cameras": [rows[0]["camera_id"]], "from_us": start_us, "to_us": start_us + 10 * stretch_us}
    with site.archive.database.transaction() as connection:
        shown = footage.coverage(connection, window["cameras"], window["from_us"], window["to_us"])
        seen = footage.all_segments(connection, rows[0]["camera_id"], window["from_us"], window["to_us"])
    assert len(shown[rows[0]["camera_id"]].imported) == len(FILMS)
    assert {one.entry.clock.source for one in seen} == {"stated"}
    assert all(one.imported for one in seen)
    assert {one.entry.clock.camera_offset_us for one in seen} == {-252_000_000, 0}
    site.clean()
    listed = site.run("--lang", "id", "import", "--list").stdout
    assert listed.count("\n") == len(FILMS)
    assert "tertinggal 4 menit 12 detik, menurut pernyataan" in listed
    assert "Bpk. Anton" in listed
    out = ("import", "--get", "1", "--by", "ani", "--out", tmp_path / "back.mp4")
    assert site.run(*out).returncode == 0
    assert (tmp_path / "back.mp4").read_bytes() == (tmp_path / "phone.mp4").read_bytes()
    assert "is there already" in site.run(*out).stderr

    whole = (tmp_path / "nvr.mkv").read_bytes()
    (tmp_path / "half.mkv").write_bytes(whole[: len(whole) * 2 // 5])
    half = site.bring(tmp_path / "half.mkv", start_us=start_us + 10 * stretch_us)
    assert half.returncode == 0
    said = re.search(r"the file ends at (\S+ m?s) of 2.4 s: it was cut off or not copied whole", half.stderr)
    assert said, half.stderr
    listed = site.run("import", "--list").stdout.splitlines()
    assert f"\tfootage, the file ends at {said[1]} of 2.4 s\t" in listed[0]
    assert not any("ends at" in one for one in listed[1:])
    (row,) = site.archive.execute(
        "select body, start_at, end_at from import_file order by import_id desc limit 1"
    )
    body = json.loads(row["body"])
    assert abs(body["what"]["to"] - clock.to_us(row["end_at"])) < 100_000, "what is there, not what is stated"
    assert f"; the file ends at {said[1]} of 2.4 s, cut off or not copied whole" in sentence(body, "en")
    assert "; berkas berakhir di " in sentence(body, "id")


def test_an_interrupted_import_goes_on_and_a_file_is_in_once(site: Site, tmp_path: Path) -> None:
    path, start_us = tmp_path / "film.mp4", recent_us()
    made = write(path, "mp4", Film(count=250))
    data = path.read_bytes()

    class Pulled(Exception):
        """The stick, out of its socket."""

    def pulled(step: str, done: int, whole: int) -> None:
        if step == "footage" and done > whole // 2:
            raise Pulled

    given = site.archive.environment("cli", data=site.folder)
    settings = Settings(**{name.removeprefix("SAKSI_").lower(): value for name, value in given.items()})
    desk = Desk(database=site.archive.database, store=site.archive.store, settings=settings)
    row = site.archive.execute("select camera_id from camera")[0]
    brought = Brought(
        camera_id=row["camera_id"], camera="bank-1", sha256=hashlib.sha256(data).hexdigest(), size=len(data),
        name=path.name, container="mp4", start_us=start_us, length_us=10_000_000, offset_us=None, source="x",
    )  # fmt: skip
    with pytest.raises(Pulled):
        land(desk, path, survey(path), brought, who=Who(name="citra"), chunk_seconds=2, tell=pulled)
    before = site.archive.chunks("bank-1")
    assert 1 <= len(before) <= 3
    assert "not finished" in site.run("import", "--list").stdout
    assert site.bring(path, start_us=start_us).stdout.endswith("\t250\tfootage\n")
    chunks = site.archive.chunks("bank-1")
    assert chunks[: len(before)] == [{**one, "pending": False} for one in before]
    assert len(pictures([site.archive.footage("bank-1", one) for one in chunks])[0]) == len(made)
    again = site.bring(path, start_us=start_us)
    assert again.returncode == 0
    assert again.stdout.endswith("\twas in already\n")
    assert site.archive.chunks("bank-1") == chunks
    other = site.bring(path, start_us=start_us - 1_000_000)
    assert other.returncode == 1
    assert "brought in before" in other.stderr
    site.clean()


def test_what_cannot_become_footage_is_refused_with_what_to_do(site: Site, tmp_path: Path) -> None:
    mpeg4, text = tmp_path / "old.avi", tmp_path / "notes.mp4"
    _ffmpeg("-c:v", "mpeg4", "-an", str(mpeg4))
    text.write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    start_us = recent_us()
    refused = site.bring(mpeg4, start_us=start_us)
    assert "The video in old.avi is mpeg4" in refused.stderr
    assert "--file-only" in refused.stderr
    assert "notes.mp4 is no recording" in site.bring(text, start_us=start_us).stderr
    assert "belum terjadi" in site.run(
        "--lang", "id", "import", _film(tmp_path), "--camera", "bank-1", "--source", "x", "--by", "citra",
        "--start", clock.format_us(clock.now_us() - 1_000_000),
    ).stderr  # fmt: skip
    assert "4x is no length" in site.bring(mpeg4, start_us=start_us, more=("--clock-ahead", "4x")).stderr
    denied = site.run(
        "import", _film(tmp_path), "--camera", "bank-1", "--source", "x", "--by", "ani", "--start",
        clock.format_us(start_us),
    )  # fmt: skip
    assert "may not do this" in denied.stderr
    assert "--source" in site.run("import", mpeg4, "--camera", "bank-1", "--start", "x").stderr
    assert site.archive.execute("select * from import_file") == []
    assert site.archive.chunks("bank-1") == []
    kept = site.bring(mpeg4, start_us=start_us, more=("--file-only",))
    assert kept.stdout.endswith("\t0\t0\tfile alone\n")
    sha256 = hashlib.sha256(mpeg4.read_bytes()).hexdigest()
    assert site.archive.store.get(keys.import_key(sha256)) == mpeg4.read_bytes()
    site.clean()


def test_what_is_too_old_is_held_first_and_the_file_goes_with_the_last_of_its_footage(
    site: Site, tmp_path: Path
) -> None:
    path, start_us = _film(tmp_path), recent_us() - 40 * 86_400_000_000
    refused = site.bring(path, start_us=start_us)
    assert refused.returncode == 1
    assert re.search(
        r"saksi hold place --camera bank-1 --from \S+Z --to \S+Z --reason '…' --by '…'$", refused.stderr, re.M
    )
    span = ("--from", clock.format_us(start_us - 1), "--to", clock.format_us(start_us + 60_000_000))
    placed = site.run("hold", "place", "--camera", "bank-1", *span, "--reason", "LP/B/1", "--by", "citra")
    assert site.bring(path, start_us=start_us).returncode == 0, placed.stderr
    key = keys.import_key(hashlib.sha256(path.read_bytes()).hexdigest())
    purge = ("purge", "--now", "--clock-checked", "nothing is recorded here", "--by", "citra")
    assert site.run(*purge).returncode == 0
    assert site.archive.chunks("bank-1")
    assert site.archive.store.stat(key).size == path.stat().st_size
    number = placed.stdout.strip()
    for name in ("citra", "dewi"):
        site.run("hold", "release", number, "--reason", "closed", "--by", name)
    seals.write_owed(site.archive.database, site.archive.store, 100)  # as a worker does
    done = site.run(*purge)
    assert done.returncode == 0, done.stderr
    assert site.archive.chunks("bank-1") == []
    assert [one for one, _ in site.archive.store.list(keys.IMPORTS)] == []
    assert "deleted" in site.run("import", "--list").stdout
    events = site.archive.execute("select bytes from ledger_entry where chain = 'imports' order by seq")
    assert [json.loads(one["bytes"])["body"]["event"] for one in events] == ["import", "erased"]
    assert b"Anton" not in b"".join(one["bytes"] for one in events)
    site.clean()
    assert "would be purged" in site.bring(path, start_us=start_us).stderr


def _film(folder: Path) -> Path:
    path = folder / "short.mp4"
    if not path.exists():
        write(path, "mp4", Film(count=75))
    return path


def _ffmpeg(*words: str) -> None:
    source = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=1")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", *source, *words]
    subprocess.run(command, check=True, timeout=60)


def test_a_row_that_was_changed_or_a_file_that_is_gone_is_found(site: Site, tmp_path: Path) -> None:
    path = _film(tmp_path)
    assert site.bring(path, start_us=recent_us()).returncode == 0
    assert site.run("ledger", "checkpoint").returncode == 0
    whole = site.run("ledger", "verify")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    site.archive.execute("alter table import_file disable trigger user")
    for change in (
        "clock_offset_us = 5",
        "body = convert_to(replace(convert_from(body, 'UTF8'), 'Anton', 'Budi'), 'UTF8')",
    ):
        with site.archive.database.transaction() as connection:
            connection.execute(f"update import_file set {change}".encode())
        told = site.run("ledger", "verify")
        assert told.returncode == 1
        assert "an import differs" in told.stdout + told.stderr, change
    site.archive.store.delete([key for key, _ in site.archive.store.list(keys.IMPORTS)])
    lost = site.run("fsck")
    assert lost.returncode == 1
    assert "imports/" in lost.stdout
