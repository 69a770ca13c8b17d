from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pypdf
import pytest

from saksi import papers
from saksi.clock import format_us
from saksi.papers import codes
from saksi.papers.blocks import Code
from saksi.papers.delivery import ProcessedCopy
from saksi.papers.model import Paper, Report
from saksi.papers.parts import Both
from tests.fixtures import sample_papers, sample_report
from tests.fixtures.sample_report import CASE, digest, jpeg, report
from tests.unit.saksi.papers.reading import every_text, read, squeezed

ALL: dict[str, Paper] = {"report": report(), **sample_papers.others()}


@pytest.mark.parametrize("language", papers.LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_every_text_and_digest_given_is_on_the_paper(name: str, language: str) -> None:
    text = read(papers.render(ALL[name], language))
    # A letterhead stands in capitals.
    missing = [given for given in every_text(ALL[name]) if squeezed(given).upper() not in text.upper()]
    if name == "label":  # what else its parts know does not fit on a label
        least = {
            sample_papers.PACKAGE.id,
            sample_papers.PACKAGE.sha256,
            CASE.number,
            sample_papers.DISK.description,
        }
        missing = [given for given in missing if given in least]
    assert missing == []


def test_the_reports_figures_are_on_it_exactly() -> None:
    paper = report()
    text = read(papers.render(paper, "id"))
    assert "2026-11-23T13:10:00.000000Z" in text
    assert squeezed("23-11-2026 21:10:00,000 WITA") in text
    assert squeezed("23-11-2026 21:09:59,988 WITA") in text
    assert squeezed("selisih awal −12,000 ms") in text
    assert squeezed("1.234.567.890 byte (1,23 GB)") in text
    assert squeezed("1,248100° LS, 116,837200° BT") in text
    assert squeezed("2 dari 3 saksi menandatangani; disyaratkan 1") in text
    assert "48.213.377" in text
    assert squeezed("batas galat: ± 8,750 ms") in text
    for part in paper.coverage:
        for gap in part.gaps:
            assert format_us(gap.span.start_us) in text
            assert format_us(gap.span.end_us) in text
    english = read(papers.render(paper, "en"))
    assert squeezed("1,234,567,890 bytes (1.23 GB)") in english
    assert squeezed("2 of 3 witnesses signed; 1 required") in english


@pytest.mark.parametrize("name", ALL)
def test_the_same_data_gives_the_same_bytes(name: str) -> None:
    assert papers.render(ALL[name], "id") == papers.render(ALL[name], "id")
    if isinstance(ALL[name], Report):
        pictured = report(still=jpeg())
        assert papers.render(pictured, "en") == papers.render(pictured, "en")
        assert papers.html_report(pictured) == papers.html_report(pictured)


def test_a_paper_is_an_archival_tagged_pdf_in_its_language_and_dated_by_its_data() -> None:
    for language, tag in (("id", "id"), ("en", "en")):
        made = papers.render(ALL["absence"], language)
        reader = pypdf.PdfReader(io.BytesIO(made))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == tag
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        metadata = root["/Metadata"].get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part>" in metadata
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert reader.metadata is not None
        assert reader.metadata["/CreationDate"].startswith("D:20261124151000")
        assert b"/JavaScript" not in made


def test_a_report_of_two_hundred_pages_is_set_in_seconds_in_a_bounded_process() -> None:
    script = """
import io, resource, time, pypdf
from saksi import papers
from tests.fixtures.sample_report import report
paper = report(files=6_600, gaps=300, custody=60, cameras=4)
began = time.monotonic()
made = papers.render(paper, "id")
took = time.monotonic() - began
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(len(pypdf.PdfReader(io.BytesIO(made)).pages), round(took, 2), most)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    pages, seconds, megabytes = done.stdout.split()
    print(f"{pages} pages in {seconds} s with {megabytes} MB")
    assert int(pages) >= 190
    assert float(seconds) < 30
    assert int(megabytes) < 400


def test_every_page_tells_its_number_and_the_package() -> None:
    reader = pypdf.PdfReader(io.BytesIO(papers.render(report(gaps=300, custody=60), "id")))
    assert len(reader.pages) > 20
    for number, page in enumerate(reader.pages, 1):
        text = squeezed(page.extract_text())
        assert f"Halaman{number}dari{len(reader.pages)}" in text
        assert squeezed(ALL["report"].package.id) in text


def test_a_table_over_many_pages_repeats_its_head() -> None:
    reader = pypdf.PdfReader(io.BytesIO(papers.render(report(gaps=300, custody=60), "id")))
    with_gaps = [page for page in reader.pages if "kamera diam" in page.extract_text()]
    assert len(with_gaps) > 10
    assert all("Celah sejak" in page.extract_text() for page in with_gaps)


def test_nothing_at_all_is_said_in_words() -> None:
    paper = report(cameras=0, gaps=0, custody=0, files=0, witnesses=0)
    text = read(papers.render(paper, "id"))
    for said in ("Tidak ada barang bukti.", "Tidak ada kamera dalam permintaan ini.", "TANPA SAKSI LUAR",
                 "Tidak ada peristiwa penguasaan yang dicatat."):  # fmt: skip
        assert squeezed(said) in text


def test_stills_are_in_the_report() -> None:
    reader = pypdf.PdfReader(io.BytesIO(papers.render(report(still=jpeg()), "id")))
    assert sum(len(page.images) for page in reader.pages) == 2
    assert papers.html_report(report(still=jpeg())).count(b"data:image/jpeg;base64,") == 4


def test_a_missing_request_witness_or_proof_is_said_and_not_left_out() -> None:
    paper = replace(report(witnesses=0), request=None, worm_proven_us=None)
    text = read(papers.render(paper, "id"))
    assert squeezed("TANPA PERMINTAAN TERTULIS") in text
    assert squeezed("tidak seorang pun di luar pengelola log ikut menandatangani") in text
    assert squeezed("Tidak ada bukti bahwa penyimpanan menolak penghapusan") in text
    assert squeezed("dibuat tanpa titik periksa log") in read(
        papers.render(replace(paper, ledger=None), "id")
    )


def test_footage_withheld_is_not_counted_as_delivered_and_its_copies_have_lines() -> None:
    whole = report().coverage[1]
    copy = ProcessedCopy(number=4, span=whole.asked)
    part = replace(whole, delivered=None, withheld=True, processed=(copy,))
    for language, none, line in (
        ("id", "asli diserahkan: 0,000 detik (0,00 %)", "salinan olahan 4"),
        ("en", "footage delivered: 0.000 s (0.00 %)", "processed copy 4"),
    ):
        text = read(papers.render(replace(report(), coverage=(part,)), language))
        assert squeezed(none) in text
        assert squeezed(line) in text
        assert "100,00%" not in text
        assert "100.00%" not in text


def test_a_request_made_in_the_archive_names_its_recipient_and_has_no_wording() -> None:
    asked = replace(sample_report.ASKED, wording="", recipient="Kejari Balikpapan")
    text = read(papers.render(replace(report(), request=asked), "id"))
    assert squeezed("Untuk Kejari Balikpapan") in text
    assert squeezed("Isi permintaan") not in text


def test_time_that_no_gap_explains_is_said() -> None:
    paper = report()
    short = replace(paper.coverage[1], covered_us=paper.coverage[1].covered_us - 90_000_000)
    text = read(papers.render(replace(paper, coverage=(short,)), "id"))
    assert squeezed("1 menit 30,000 detik tanpa rekaman") in text
    assert squeezed("tidak dijelaskan oleh celah") not in read(papers.render(paper, "id"))


def test_the_checkpoint_stands_in_the_daily_seal_letter_for_letter_as_a_code() -> None:
    blocks = papers.compose(ALL["daily_seal"], "id").blocks
    assert [block.payload for block in blocks if isinstance(block, Code)] == [sample_report.NOTE]
    assert codes.qr_svg(sample_report.NOTE) == codes.qr_svg(sample_report.NOTE)


def test_a_seal_longer_than_a_code_holds_is_printed_as_text() -> None:
    seal = sample_papers.others()["daily_seal"]
    note = sample_report.NOTE + "".join(f"— saksi{at}.example {digest(at)}\n" for at in range(20))
    long = replace(seal, ledger=replace(seal.ledger, note=note))
    text = read(papers.render(long, "id"))
    assert all(squeezed(line) in text for line in note.splitlines())


def test_a_label_keeps_all_its_text_however_long() -> None:
    label = sample_papers.others()["label"]
    long = replace(label, item=replace(label.item, description="kotak berisi " * 80))
    text = read(papers.render(long, "id"))
    assert squeezed("kotak berisi " * 80) in text
    reader = pypdf.PdfReader(io.BytesIO(papers.render(label, "id")))
    assert len(reader.pages) == 1
    width, height = (float(size) * 25.4 / 72 for size in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (100, 70)


def test_a_line_of_custody_is_told_in_the_papers_own_language() -> None:
    paper = report()
    told = replace(paper.custody[0], what=Both(id="Budi memutar rekaman", en="Budi played footage"))
    for language, said, other in (("id", "memutar", "played"), ("en", "played", "memutar")):
        text = read(papers.render(replace(paper, custody=(told,)), language))
        assert squeezed(f"Budi {said}") in text
        assert squeezed(f"Budi {other}") not in text


def test_the_typesetter_sees_no_password_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAKSI_S3_SECRET_KEY", "rahasia")
    seen: list[dict[str, str]] = []
    start = subprocess.run

    def watched(*args: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return start(*args, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    papers.render(ALL["label"], "id")
    assert len(seen) == 1
    assert "rahasia" not in seen[0].values()


def test_papers_need_nothing_but_the_standard_library_typst_and_segno() -> None:
    script = "import sys; from saksi import papers; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = done.stdout.split()
    ours = {name for name in loaded if name.startswith("saksi.") and not name.startswith("saksi.papers")}
    rooms = {name.partition(".")[0] for name in loaded if not name.startswith("_")}
    assert ours == {"saksi.clock", "saksi.clock_words", "saksi.errors", "saksi.local_time", "saksi.messages"}
    assert rooms - sys.stdlib_module_names == {"saksi", "segno"}
