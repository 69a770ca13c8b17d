"""Canonical bytes, leaves and trees against implementations and vectors that nobody here wrote."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from saksi.custody import merkle
from saksi.custody.canonical import canonical, leaf, node
from saksi.custody.chain import ChunkEntry, ClockEvidence

keys = st.text('abcXYZ09 -_"\\/<>&', max_size=6)
values = st.recursive(
    st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | keys
    | st.sampled_from(["Jl. Sudirman №4", "é", "雨"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)

# RFC 6962 test inputs of the Certificate Transparency code base, roots of the first n of them.
CT_LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
CT_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@given(st.dictionaries(keys, values, max_size=6))
def test_canonical_bytes_are_those_of_rfc_8785(value: dict) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("bad", [{"a": 1.5}, {"a": None}, {"a": 2**53}, {"é": 1}, {"a": "e\u0301"}])
def test_what_lies_outside_the_profile_is_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match=r"\$"):
        canonical(bad)


def test_tree_roots_are_those_of_certificate_transparency() -> None:
    hashes = [leaf(data) for data in CT_LEAVES]
    assert [merkle.root(hashes[:n]).hex() for n in range(1, 9)] == list(CT_ROOTS)
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@given(st.integers(1, 70), st.data())
def test_inclusion_holds_for_its_leaf_and_for_no_other(size: int, data: st.DataObject) -> None:
    hashes = [leaf(bytes([n])) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    path, tree = merkle.inclusion_path(hashes, index), merkle.root(hashes)
    assert merkle.verify_inclusion(hashes[index], index, size, path, tree)
    assert not merkle.verify_inclusion(node(hashes[index], hashes[index]), index, size, path, tree)
    if size > 1:
        assert not merkle.verify_inclusion(hashes[index], (index + 1) % size, size, path, tree)


def test_every_field_of_an_entry_changes_its_leaf() -> None:
    evidence = ClockEvidence(
        source="ntp", offset_us=1, error_us=2, camera_source="rtcp", camera_offset_us=3, residual_us=4
    )
    entry = ChunkEntry(
        camera="c", run="r", seq=1, start_us=2, end_us=3, frames=4, size=5, init="aa", sha256="bb", clock=evidence,
        ended="boundary", lost=0,
    )  # fmt: skip
    seen = {entry.leaf()}
    for name, value in vars(entry).items():
        other = (
            ClockEvidence(**{**vars(evidence), "residual_us": 9}) if name == "clock"
            else value + 1 if isinstance(value, int) else value + "x"
        )  # fmt: skip
        seen.add(ChunkEntry(**{**vars(entry), name: other}).leaf())
    assert len(seen) == 1 + len(vars(entry))
