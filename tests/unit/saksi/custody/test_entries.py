"""Entries have one form, and their signatures are over exactly that."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.custody.entries import BadEntry, Entry, commitment, sign, signed_by
from saksi.custody.signing import Signer, key_id, verify

SIGNER = Signer.from_seed(bytes([1]) * 32)
ENTRY = Entry(
    kind="hold",
    chain="hold",
    seq=1,
    prev="00" * 32,
    at_us=1_795_000_000_000_000,
    by=SIGNER.key_id,
    body={"a": 1},
)


def test_an_entry_read_back_is_the_same() -> None:
    assert Entry.parse(ENTRY.canonical()).canonical() == ENTRY.canonical()


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told | {"seq": -1},
        lambda told: told | {"seq": True},
        lambda told: told | {"more": 1},
        lambda told: told | {"t": "saksi/hold/2"},
        lambda told: told | {"prev": "AA" * 32},
        lambda told: told | {"refs": ["00"]},
        lambda told: told | {"body": []},
        lambda told: {name: value for name, value in told.items() if name != "by"},
    ],
)
def test_another_form_is_refused(change: object) -> None:
    told = json.loads(ENTRY.canonical())
    with pytest.raises(BadEntry):
        Entry.parse(json.dumps(change(told), sort_keys=True, separators=(",", ":")).encode())  # type: ignore[operator]


def test_the_same_content_in_other_bytes_is_refused() -> None:
    with pytest.raises(BadEntry):
        Entry.parse(json.dumps(json.loads(ENTRY.canonical()), indent=1).encode())


@given(st.binary(max_size=200))
def test_bytes_that_are_no_entry_end_in_one_error(data: bytes) -> None:
    with pytest.raises(BadEntry):
        Entry.parse(data)


def test_a_signature_is_of_this_key_over_these_bytes() -> None:
    data = ENTRY.canonical()
    signature = sign(SIGNER, data)
    assert signed_by(SIGNER.public, signature, data)
    assert not signed_by(SIGNER.public, signature, data + b" ")
    assert not verify(SIGNER.public, signature, data), (
        "the context keeps it from being taken for another signature"
    )
    assert not signed_by(Signer.from_seed(bytes([2]) * 32).public, signature, data)
    assert not signed_by(b"short", signature, data)


def test_keys_are_named_by_their_public_half() -> None:
    # RFC 8032 section 7.1, test 1.
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert Signer.from_seed(seed).public == public
    assert Signer.from_seed(seed).key_id == key_id(public)


def test_a_commitment_binds_body_and_nonce() -> None:
    body = {"who": "Brigadir Sari"}
    one = commitment(bytes(32), body)
    assert one != commitment(bytes([1]) * 32, body)
    assert one != commitment(bytes(32), {"who": "Brigadir Dewi"})
    with pytest.raises(ValueError, match="32"):
        commitment(b"", body)
