"""Line 8: what a camera signed is checked, how far it reaches is told, and whatever was done to it is found.

Held against the archive's own check (saksi.fmp4.media_signing), which shares no code with the verifier's.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from saksi.custody.verifier import camera_rows, camera_units, ecdsa
from saksi.custody.verifier.camera_rows import Outcome, Row, rows_of
from saksi.custody.verifier.camera_sei import read_signing_sei
from saksi.custody.verifier.camera_units import Units
from saksi.custody.verifier.certificate import leaf_of, read_certificate
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.hashes import Malformed
from saksi.custody.verifier.main import verify_package
from saksi.custody.verifier.material import Chunk
from saksi.custody.verifier.media import Tape, read_media
from saksi.custody.verifier.words import as_text
from saksi.fmp4.media_signing import certificate_sei, check_signing
from tests.evidence import signed
from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.camera_signer import Camera, identity
from tests.unit.saksi.fmp4.exporter import certificate
from tests.unit.saksi.fmp4.media import Video
from tests.unit.saksi.fmp4.test_media_signing import TAMPERINGS, WAYS, _chunks, _signed

RUN = "5eb561a4-0000-4000-8000-000000000001"


def follow(chunks: list[bytes], kept: bytes = b"", order: list[int] | None = None) -> list[Outcome]:
    """What the verifier's streams come to over originals of one run, read in this order."""
    told = [
        Chunk(i, b"", {"camera": "c", "run": "r", "seq": i + 1, "lost": 0, "ended": "boundary"})
        for i in range(len(chunks))
    ]

    def read(number: int, units: Units) -> Units:
        assert not read_media(Tape(iter([chunks[number]])), len(chunks[number]), [], units).wrong
        return units

    row = Row(
        told,
        lambda _: read_signing_sei(False, kept) if kept else None,
        lambda chunk, name: read(chunk.told["seq"] - 1, Units(name)),
    )
    for number in order or range(len(chunks)):
        row.take(number, read(number, row.units()))
    return row.outcomes


def facts(outcome: Outcome) -> tuple[int, int, list[tuple[str, int, int]]]:
    stream = outcome.stream
    return stream.nals, stream.proven, [(code, *where) for code, where in stream.findings]


def by_the_archive(chunks: list[bytes], kept: bytes = b"") -> tuple[int, int, list[tuple[str, int, int]]]:
    found = check_signing(chunks, certificate=kept)
    return found.nals, found.proven, [(one.code, one.source, one.frame) for one in found.findings]


@pytest.fixture(params=["with cryptography", "in plain Python"])
def arithmetic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecdsa, "HAVE_CRYPTOGRAPHY", request.param == "with cryptography")


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("way", WAYS)
def test_the_verifier_proves_what_the_archives_own_check_proves(codec: str, way: str) -> None:
    chunks = _chunks(_signed(codec, **WAYS[way]))
    (outcome,) = follow(chunks)
    assert facts(outcome) == by_the_archive(chunks)
    assert outcome.stream.unchecked == ""


@pytest.mark.parametrize("ways", [{}, {"delay": 2, "every": 2}])
@pytest.mark.parametrize("name", [name for name in TAMPERINGS if "first SEI" not in name])
def test_the_verifier_finds_what_the_archives_own_check_finds(name: str, ways: dict[str, object]) -> None:
    video = _signed(**ways)
    frames = list(video.frames)
    TAMPERINGS[name][0](frames)
    chunks = _chunks(Video(video.track, frames))
    assert facts(follow(chunks)[0]) == by_the_archive(chunks)


def test_without_a_certificate_nothing_is_proven_and_one_on_file_is_enough() -> None:
    first, second = _chunks(_signed("h264", certificate_sei=True))
    (alone,), (known,) = follow([second]), follow([second], certificate_sei([first]))
    assert (alone.stream.proven, alone.stream.unchecked) == (0, "no certificate to check it with")
    assert facts(known) == by_the_archive([second], certificate_sei([first]))
    assert (known.stream.proven, known.stream.unchecked) == (25, "")


@pytest.mark.parametrize("most", [camera_rows.MOST_HELD, 0])
def test_originals_may_be_read_in_any_order(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_rows, "MOST_HELD", most)  # with none held, all are read again in their turn
    video = Camera("h264", delay=4).film(media.video("h264", gop=5))
    frames = list(video.frames)
    TAMPERINGS["a frame dropped later"][0](frames)
    keys = [i for i, frame in enumerate(frames) if frame.key]
    bare = keys[3:5]  # of a chunk whose SEIs all come later than they should: one that has none
    signed.without_seis(*bare)(frames)
    edges = [0, keys[1], *bare, keys[9], len(frames)]
    chunks = [
        media.chunk(Video(video.track, frames), first=a, last=b, seq=i).data
        for i, (a, b) in enumerate(pairwise(edges), 1)
    ]
    found = [facts(one) for one in follow(chunks)]
    assert found[0][2]
    for order in ([4, 3, 2, 1, 0], [2, 0, 4, 1, 3]):
        assert [facts(one) for one in follow(chunks, order=order)] == found


def test_a_new_stream_begins_after_whatever_is_a_gap() -> None:
    def chunk(run: str, seq: int, ended: str = "boundary", lost: int = 0) -> Chunk:
        return Chunk(0, b"", {"run": run, "seq": seq, "ended": ended, "lost": lost})

    chunks = [
        *(chunk("a", 1), chunk("a", 2, "seal"), chunk("a", 3, "parameters"), chunk("a", 5, "discontinuity")),
        *(chunk("a", 6, lost=1), chunk("a", 7), chunk("b", 8, "recovered"), chunk("b", 9)),
    ]
    rows = [[one.told["seq"] for one in row] for row in rows_of(chunks)]
    assert rows == [[1, 2, 3], [5], [6], [7], [8], [9]]


def test_more_signatures_than_footage_has_are_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_units, "MOST_SIGNS", 6)  # the second original has eight
    report = line_8(tmp_path, "signed")
    told = {(one["code"], one["where"], one["found"]) for one in report[8].findings}
    assert ("signature_not_checked", f"{RUN}/2", "more slices and signatures than footage has") in told
    assert report[8].state == "unchecked"


EXPECTED: dict[str, tuple[str, set[tuple[str, str]], int]] = {
    **dict.fromkeys(("signed", "RSA", "escaped first", "certificate only in the camera's file"), ("holds", set(), 300)),
    "every second GOP, late": ("holds", set(), 319),
    "partial GOPs without lists": ("holds", set(), 312),
    "certificate renewed after a gap": ("holds", set(), 300),
    "packets lost by its own line": ("holds", set(), 290),
    "a slice flipped": ("fails", {("signature_broken", f"{RUN}/2")}, 295),
    "a frame removed": ("fails", {("signature_broken", f"{RUN}/2")}, 295),
    "an SEI removed": ("fails", {("signature_broken", f"{RUN}/2")}, 295),
    "all SEIs of an original removed": ("fails", {("signature_broken", f"{RUN}/3")}, 260),
    "the SEIs of the first original removed": ("fails", {("signature_broken", f"{RUN}/1")}, 290),
    "another certificate in the stream": ("fails", {("signature_broken", f"{RUN}/{n}") for n in range(1, 7)}, 170),
    "SEIs of another form": (
        "fails",
        {
            *(("signature_broken", f"{RUN}/{number}") for number in range(1, 7)),
            ("signature_not_checked", f"{RUN}/1"),
        },
        170,
    ),
    "certificate nowhere": ("unchecked", {("signature_not_checked", f"{RUN}/1")}, 170),
    "a camera's file of another form": ("unchecked", {("not_read", "meta/camera/cam-1.json")}, 300),
}  # fmt: skip


def line_8(folder: Path, name: str) -> Report:
    path = folder / "paket.zip"
    path.write_bytes(signed.package(signed.PLANS[name]))
    return verify_package(str(path), None)


@pytest.mark.parametrize("name", EXPECTED)
def test_line_8_tells_what_holds_what_does_not_and_where(name: str, tmp_path: Path) -> None:
    report = line_8(tmp_path, name)
    state, findings, proven = EXPECTED[name]
    assert report[8].state == state
    assert {(one["code"], one["where"]) for one in report[8].findings} == findings
    assert sum(row[2] for row in report[8].facts["cameras"]) == proven
    assert {verdict.number for verdict in report.verdicts if verdict.state == "fails"} == (
        {8} if state == "fails" else {1} if "another form" in name else set()
    )
    assert report[8].facts["excused"] == (1 if name.startswith("packets lost") else 0)


@pytest.mark.parametrize("name", ["another certificate in the camera's file", "signed anew with another key"])
def test_a_key_that_is_not_the_archived_one_proves_nothing(name: str, tmp_path: Path) -> None:
    report = line_8(tmp_path, name)
    assert {one["code"] for one in report[8].findings} == {"signature_broken"}
    assert len(report[8].findings) == report[8].facts["signed"]
    assert [row[2] for row in report[8].facts["cameras"]] == [0]


def test_words_say_how_far_it_reaches_and_that_nobody_vouches_for_the_key(tmp_path: Path) -> None:
    text = as_text(line_8(tmp_path, "signed").told(), "en")
    assert "15 of 30 originals signed" in text
    assert "cam-1: 300 of 320 units of pictures (NAL) are under a signature" in text
    assert f"certificate CN=Kamera, SHA-256 {leaf_of(identity().chain).fingerprint}" in text  # type: ignore[union-attr]
    assert "whose the camera's key is was not checked" in text
    assert "bukan yang ditandatangani, bingkai 7" in as_text(line_8(tmp_path, "a slice flipped").told(), "id")


@pytest.mark.usefixtures("arithmetic")
@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_ecdsa_takes_what_the_key_signed_and_nothing_else(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    camera = read_certificate(certificate("K", key, "K", key).public_bytes(Encoding.DER))
    for name, kind in (("sha256", hashes.SHA256()), ("sha384", hashes.SHA384()), ("sha512", hashes.SHA512())):
        made = key.sign(b"gambar", ec.ECDSA(kind))
        assert camera.signed(made, b"gambar", name)
        assert not camera.signed(made, b"lain", name)
        assert not camera.signed(made[:-1] + bytes((made[-1] ^ 1,)), b"gambar", name)
        for other in (made + b"\0", made[:-1], b"", b"\x30\x00", b"\x30\x06\x02\x01\x00\x02\x01\x00"):
            assert not camera.signed(other, b"gambar", name)


@pytest.mark.parametrize("bits", [1024, 1025, 2048])
def test_rsa_pss_takes_salts_of_any_length_and_nothing_else(bits: int) -> None:
    key = rsa.generate_private_key(65537, bits)
    camera = read_certificate(certificate("K", key, "K", key).public_bytes(Encoding.DER))
    for salt in (0, 20, 32, padding.PSS.MAX_LENGTH):
        made = key.sign(b"gambar", padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())
        assert camera.signed(made, b"gambar", "sha256")
        assert not camera.signed(made, b"lain", "sha256")
        assert not camera.signed(made, b"gambar", "sha384")
        assert not camera.signed(made[:-1] + bytes((made[-1] ^ 1,)), b"gambar", "sha256")
    assert not camera.signed(key.sign(b"gambar", padding.PKCS1v15(), hashes.SHA256()), b"gambar", "sha256")


def test_a_key_of_another_kind_is_told_but_not_used() -> None:
    key = ec.generate_private_key(ec.SECP256K1())
    camera = read_certificate(certificate("Kamera", key, "K", key).public_bytes(Encoding.DER))
    assert (camera.known, camera.subject) == (False, "CN=Kamera")
    (outcome,) = follow([media.chunk(_signed(who=signed.Identity(key, certificate_pem(key), b""))).data])
    assert (outcome.stream.unchecked, outcome.stream.proven) == ("a key of a kind that is not known here", 0)
    assert outcome.stream.findings == []


def certificate_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return certificate("Kamera", key, "K", key).public_bytes(Encoding.PEM)


POINT = b"\x03\x42\x00\x04"
CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[:-1],
    "something behind it": lambda data: data + b"\0",
    "a length in two bytes where one does": lambda data: b"\x30\x81\x05" + data[:5],
    "a point that is none": lambda data: data.replace(data[data.index(POINT) :][:12], POINT + bytes(8)),
    "empty": lambda _: b"",
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_certificate_of_another_form_is_none(name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(Malformed):
        read_certificate(CHANGES[name](certificate("K", key, "K", key).public_bytes(Encoding.DER)))
