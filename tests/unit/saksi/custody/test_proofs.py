"""Proofs as text: written, read, verified with a policy, and refused in any other form."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.custody import merkle, notes, proofs
from saksi.custody.canonical import leaf
from saksi.custody.notes import ED25519, Checkpoint, Note, VerifierKey
from saksi.custody.policy import Log, Policy
from saksi.custody.proofs import Proof
from saksi.custody.signing import Signer
from saksi.custody.strict import Malformed

ORIGIN = "arsip.example/log"
LOG = Signer.from_seed(bytes([1]) * 32)
POLICY = Policy(logs=(Log(key=VerifierKey(name=ORIGIN, kind=ED25519, public=LOG.public)),))
LEAVES = [leaf(bytes([n])) for n in range(11)]


def proof(index: int, extra: bytes | None = None) -> Proof:
    text = Checkpoint(origin=ORIGIN, size=11, root=merkle.root(LEAVES)).text()
    note = Note(text=text, lines=(notes.sign(text, ORIGIN, LOG),))
    return Proof(index=index, path=tuple(merkle.inclusion_path(LEAVES, index)), note=note, extra=extra)


@pytest.mark.parametrize("extra", [None, b"", b"age-v1.2.1"])
def test_a_proof_reads_to_what_was_written_and_verifies(extra: bytes | None) -> None:
    written = proof(4, extra)
    read = Proof.parse(written.text().encode())
    assert read == written
    assert proofs.verify(read, LEAVES[4], POLICY).holds


def test_a_proof_begins_as_the_specification_says() -> None:
    lines = proof(10, b"age").text().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra YWdl", "index 10"]
    assert lines[5] == ""  # two hashes lead up from the last of eleven leaves
    assert lines[6] == ORIGIN


def test_another_leaf_or_another_log_does_not_hold() -> None:
    assert not proofs.verify(proof(4), LEAVES[5], POLICY).included
    other = Policy(logs=(Log(key=VerifierKey(name=ORIGIN, kind=ED25519, public=bytes(32))),))
    verified = proofs.verify(proof(4), LEAVES[4], other)
    assert verified.included
    assert not verified.holds


_TEXT = proof(4).text()


@pytest.mark.parametrize(
    "broken",
    [
        "",
        _TEXT.replace("@v1", "@v2"),
        _TEXT.replace("index 4", "index 04"),
        _TEXT.replace("index 4\n", ""),
        _TEXT.replace("index 4", "extra !\nindex 4"),
        _TEXT.replace("index 4", "index 4\nextra YWdl"),
        _TEXT.replace("index 4", "extra YWdl\nextra YWdl\nindex 4"),
        _TEXT.replace("\n\n", "\n", 1),
        _TEXT.replace("index 4\n", "index 4\n" + "A" * 43 + "\n"),
        _TEXT.replace("index 4\n", "index 4\n" + f"{'A' * 43}=\n" * 64),
        "\n" + _TEXT,
        _TEXT.replace("\n", "\r\n"),
        _TEXT[:-1],
    ],
)
def test_a_proof_in_any_other_form_is_refused(broken: str) -> None:
    with pytest.raises(Malformed):
        Proof.parse(broken)


def test_consistency_paths_are_one_hash_a_line() -> None:
    path = merkle.consistency_path(LEAVES, 6)
    text = proofs.hashes_text(path)
    assert proofs.parse_hashes_text(text) == tuple(path)
    assert proofs.parse_hashes_text("") == ()
    for broken in (text[:-1], text + "\n", text.replace("=", "")):
        with pytest.raises(Malformed):
            proofs.parse_hashes_text(broken)


@given(st.data())
def test_a_proof_with_a_flipped_byte_never_holds_nor_raises_anything_else(data: st.DataObject) -> None:
    whole = _TEXT.encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    with contextlib.suppress(Malformed):
        assert not proofs.verify(Proof.parse(changed), LEAVES[4], POLICY).holds


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_malformed_or_a_proof(data: str | bytes) -> None:
    with contextlib.suppress(Malformed):
        Proof.parse(data)
