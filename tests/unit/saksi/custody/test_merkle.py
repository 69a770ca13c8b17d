"""The tree against the published vectors of Certificate Transparency, and every proof of every small tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.custody import merkle
from saksi.custody.canonical import leaf

# The reference data and roots of RFC 6962's own implementation (certificate-transparency, merkle tree tests).
DATA = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf(one) for one in DATA]
# (old, size, path) as published beside them.
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


@pytest.mark.parametrize("size", range(1, 9))
def test_a_tree_has_the_root_that_rfc_6962s_own_implementation_gives(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_nothing_has_the_root_of_nothing() -> None:
    assert merkle.root([]) == merkle.EMPTY


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCY)
def test_a_consistency_path_is_the_published_one(old: int, size: int, path: list[str]) -> None:
    found = merkle.consistency_path(LEAVES[:size], old)
    assert [one.hex() for one in found] == path
    assert merkle.verify_consistency(
        old, size, bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[size - 1]), found
    )


def test_every_proof_of_every_tree_to_sixty_leaves_holds_for_it_and_for_no_other() -> None:
    leaves = [leaf(bytes([n])) for n in range(60)]
    roots = [merkle.root(leaves[:n]) for n in range(61)]
    other = leaf(b"other")
    for size in range(1, 61):
        for index in range(size):
            path = merkle.inclusion_path(leaves[:size], index)
            assert merkle.verify_inclusion(leaves[index], index, size, path, roots[size])
            assert not merkle.verify_inclusion(other, index, size, path, roots[size])
            assert not merkle.verify_inclusion(leaves[index], index, size, [*path, other], roots[size])
        for old in range(size + 1):
            path = merkle.consistency_path(leaves[:size], old)
            assert merkle.verify_consistency(old, size, roots[old], roots[size], path)
            assert not merkle.verify_consistency(old, size, other, roots[size], path)
            assert not merkle.verify_consistency(old, size, roots[old], roots[size], [*path, other])
            if 0 < old < size:
                assert not merkle.verify_consistency(old, size, roots[old], other, path)
                assert not merkle.verify_consistency(old, size, roots[old], roots[size], path[1:])


def test_an_empty_tree_is_consistent_only_with_the_root_of_nothing() -> None:
    assert merkle.verify_consistency(0, 0, merkle.EMPTY, merkle.EMPTY, [])
    assert not merkle.verify_consistency(0, 0, merkle.EMPTY, leaf(b""), [])


_hash = st.binary(max_size=40) | st.binary(min_size=32, max_size=32)


@given(st.integers(-5, 1 << 70), st.integers(-5, 1 << 70), _hash, _hash, st.lists(_hash, max_size=80))
def test_whatever_is_given_as_proof_gets_a_plain_no(
    a: int, b: int, one: bytes, other: bytes, path: list[bytes]
) -> None:
    assert merkle.verify_inclusion(one, a, b, path, other) in (
        False,
        bool(a == 0 and b == 1 and one == other),
    )
    merkle.verify_consistency(a, b, one, other, path)


def test_a_hash_of_another_length_is_no_part_of_a_path() -> None:
    # node(32 bytes, 32 bytes) over other cuts of the same 64 bytes is the same hash: lengths must hold.
    two = LEAVES[:2]
    joined = two[0] + two[1]
    assert merkle.verify_inclusion(two[0], 0, 2, [two[1]], merkle.root(two))
    assert not merkle.verify_inclusion(joined[:33], 0, 2, [joined[33:]], merkle.root(two))
