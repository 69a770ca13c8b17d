"""Signed notes against the specification's own examples, and against anything else as text."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.custody import notes
from saksi.custody.merkle import EMPTY
from saksi.custody.notes import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    FalseSignature,
    Line,
    Note,
    VerifierKey,
)
from saksi.custody.signing import Signer
from saksi.custody.strict import Malformed

LOG = Signer.from_seed(bytes([1]) * 32)
WITNESS = Signer.from_seed(bytes([2]) * 32)
ORIGIN = "arsip.polresta.example/log1"
# C2SP signed-note, section "Example".
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# C2SP tlog-checkpoint and tlog-cosignature: the example's form (its keys are not published).
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO"
    "oRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHe"
    "olMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def key_of(signer: Signer, name: str, kind: int) -> VerifierKey:
    return VerifierKey(name=name, kind=kind, public=signer.public)


def checkpoint_note() -> Note:
    text = Checkpoint(origin=ORIGIN, size=0, root=EMPTY).text()
    lines = (notes.sign(text, ORIGIN, LOG), notes.cosign(text, "kejari.example/w1", WITNESS, 1_790_000_000))
    return Note(text=text, lines=lines)


def test_the_specifications_example_verifies_and_one_letter_more_does_not() -> None:
    key = VerifierKey.parse(EXAMPLE_KEY)
    assert key.text() == EXAMPLE_KEY
    assert Note.parse(EXAMPLE).signed_by(key) == 0
    with pytest.raises(FalseSignature):
        Note.parse(EXAMPLE.replace("example message", "Example message")).signed_by(key)


def test_the_specifications_checkpoint_reads_and_writes_to_the_same_bytes() -> None:
    note = Note.parse(COSIGNED.encode())
    assert note.whole() == COSIGNED
    at = Checkpoint.parse(note.text)
    assert (at.origin, at.size, at.text()) == ("example.com/behind-the-sofa", 20852163, note.text)
    assert int.from_bytes(note.lines[1].signature[:8], "big") == 1679315147  # as the specification says


def test_a_checkpoint_of_ours_is_signed_by_the_log_and_a_witness() -> None:
    note = Note.parse(checkpoint_note().whole())
    assert note.signed_by(key_of(LOG, ORIGIN, ED25519)) == 0
    assert note.signed_by(key_of(WITNESS, "kejari.example/w1", COSIGNATURE)) == 1_790_000_000


def test_a_key_under_another_name_or_type_has_not_signed() -> None:
    note = checkpoint_note()
    assert note.signed_by(key_of(LOG, "other.example/log", ED25519)) is None
    assert note.signed_by(key_of(LOG, ORIGIN, COSIGNATURE)) is None
    assert note.signed_by(VerifierKey(name=ORIGIN, kind=6, public=bytes(1312))) is None


def test_a_changed_time_of_a_cosignature_is_false() -> None:
    note = checkpoint_note()
    line = note.lines[1]
    later = Line(
        name=line.name,
        key_id=line.key_id,
        signature=(1_790_000_001).to_bytes(8, "big") + line.signature[8:],
    )
    with pytest.raises(FalseSignature):
        Note(text=note.text, lines=(later,)).signed_by(key_of(WITNESS, "kejari.example/w1", COSIGNATURE))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a+b",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  # another id
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  # capitals
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",  # no padding
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
        "exa mple+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_another_spelling_of_a_verifier_key_is_refused(key: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(key)


@pytest.mark.parametrize(
    "broken",
    [
        EXAMPLE[:-1],
        EXAMPLE.replace("\n\n", "\n"),
        EXAMPLE.replace("— ", "- "),
        EXAMPLE.replace("\n\n", "\n\n\r"),
        EXAMPLE.replace("=\n", "\n"),
        EXAMPLE.replace("example.com/foo Uw", "example.com/foo  Uw"),
        EXAMPLE.replace("example.com/foo Uw", "example.com+foo Uw"),
        EXAMPLE.replace("Uw2Q", "U w2Q"),
        EXAMPLE + "\n",
        "text\n\n— a AAAA\n",
        "text\n\n",
        "",
        "\ud800\n\n— a AAAAAAA=\n",
    ],
)
def test_a_note_in_any_other_form_is_refused(broken: str) -> None:
    with pytest.raises(Malformed):
        Note.parse(broken)


def test_a_note_with_too_many_signatures_or_bytes_is_refused() -> None:
    line = Note.parse(EXAMPLE).lines[0].text()
    assert len(Note.parse("x\n\n" + line * 100).lines) == 100
    for more in ("x\n\n" + line * 101, "x" * notes.MOST_BYTES + EXAMPLE):
        with pytest.raises(Malformed):
            Note.parse(more)


@pytest.mark.parametrize("size", ["00", "-1", "+1", "1 ", "٣", "9223372036854775808", "1e3", ""])
def test_a_size_in_any_other_form_is_refused(size: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(f"o\n{size}\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")


@pytest.mark.parametrize("root", ["", "47DEQpj8HBSa", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV="])
def test_a_root_in_any_other_form_is_refused(root: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(f"o\n1\n{root}\n")


def test_extension_lines_are_kept_and_an_empty_one_is_refused() -> None:
    text = Checkpoint(origin="o", size=1, root=EMPTY, extensions=("a", "b c")).text()
    assert Checkpoint.parse(text).extensions == ("a", "b c")
    with pytest.raises(Malformed):
        Checkpoint.parse(text + "\n")


@given(st.text(max_size=300) | st.text("—+ \nabAB01=/", max_size=300) | st.binary(max_size=300))
def test_any_text_reads_to_a_note_that_writes_the_same_or_is_malformed(data: str | bytes) -> None:
    with contextlib.suppress(Malformed):
        note = Note.parse(data)
        assert note.whole() == (data.decode() if isinstance(data, bytes) else data)
        Checkpoint.parse(note.text)
    if isinstance(data, str):
        for reading in (VerifierKey.parse, Checkpoint.parse, notes.parse_lines, Line.parse):
            with contextlib.suppress(Malformed):
                reading(data)


@given(st.data())
def test_a_flipped_character_anywhere_is_malformed_or_not_signed(data: st.DataObject) -> None:
    whole = checkpoint_note().whole().encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    try:
        note = Note.parse(changed)
        signed = (
            note.signed_by(key_of(LOG, ORIGIN, ED25519)),
            note.signed_by(key_of(WITNESS, "kejari.example/w1", COSIGNATURE)),
        )
    except Malformed:
        return
    assert None in signed
