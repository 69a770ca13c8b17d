"""Tiles: the specification's example sizes and paths, and proofs from tiles equal to those from leaves."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saksi.custody import merkle, tiles
from saksi.custody.canonical import leaf
from saksi.custody.strict import Malformed
from saksi.custody.tiles import Tree


class Kept:
    """Tiles in a dictionary, as wide as they have grown."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def read(self, level: int, n: int, width: int) -> bytes:
        return self.tiles[level, n][: width * 32]

    def add(self, leaves: list[bytes]) -> None:
        for tile in tiles.grow(self.size, leaves, self.read):
            assert tile.hashes.startswith(self.tiles.get((tile.level, tile.n), b""))
            self.tiles[tile.level, tile.n] = tile.hashes
        self.size += len(leaves)


LEAVES = [leaf(n.to_bytes(4, "big")) for n in range(70_000)]


@pytest.fixture(scope="module")
def large() -> Kept:
    kept = Kept()
    kept.add(LEAVES)
    return kept


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts(large: Kept) -> None:
    widths: dict[int, list[int]] = {}
    for (level, _), hashes in sorted(large.tiles.items()):
        widths.setdefault(level, []).append(len(hashes) // 32)
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert [tiles.width_in(70_000, level, n) for level, n in ((0, 272), (0, 273), (0, 274), (1, 1), (2, 0))] == [
        256, 112, 0, 17, 1,
    ]  # fmt: skip


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    kept = Kept()
    kept.add(LEAVES[:256])
    assert {place: len(hashes) // 32 for place, hashes in kept.tiles.items()} == {(0, 0): 256, (1, 0): 1}


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((0, 1234067, 256), "tile/0/x001/x234/067"),
        ((None, 67, 256), "tile/entries/067"),
        ((63, 999, 255), "tile/63/999.p/255"),
        ((1, 1000, 1), "tile/1/x001/000.p/1"),
        ((0, 0, 256), "tile/0/000"),
    ],
)
def test_a_path_is_written_and_read_as_specified(place: tuple[int | None, int, int], path: str) -> None:
    assert tiles.tile_path(*place) == path
    assert tiles.parse_path(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000", "tile/64/000", "tile/0/0", "tile/0/0000", "tile/0/x000/001", "tile/0/001/002", "tile/0/x001",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p", "tile/0/000/", "/tile/0/000",
        "tile/-1/000", "tile/٣/000", "tile/0/../000", "tile/entry/000", "tile/0/" + "x999/" * 18 + "999", "",
    ],
)  # fmt: skip
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        tiles.parse_path(path)


@given(st.text("tile/entris0123456789x.p", max_size=40) | st.text(max_size=40))
def test_any_text_is_a_path_in_its_shortest_form_or_malformed(path: str) -> None:
    with contextlib.suppress(Malformed):
        assert tiles.tile_path(*tiles.parse_path(path)) == path


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
@settings(max_examples=25)
def test_however_a_tree_grew_its_tiles_are_the_same(steps: list[int]) -> None:
    grown, at_once = Kept(), Kept()
    for step in steps:
        grown.add(LEAVES[grown.size : grown.size + step])
    at_once.add(LEAVES[: grown.size])
    assert grown.tiles == at_once.tiles
    assert Tree(grown.size, grown.read).root() == merkle.root(LEAVES[: grown.size])


@given(st.data())
@settings(max_examples=60)
def test_proofs_from_tiles_are_those_from_the_leaves(large: Kept, data: st.DataObject) -> None:
    size = data.draw(
        st.integers(1, 2000) | st.sampled_from([255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
    )
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    tree = Tree(size, large.read)
    root = tree.root()
    assert tree.leaf(index) == LEAVES[index]
    assert merkle.verify_inclusion(LEAVES[index], index, size, tree.inclusion(index), root)
    assert merkle.verify_consistency(old, size, Tree(old, large.read).root(), root, tree.consistency(old))
    if size <= 2000:
        assert root == merkle.root(LEAVES[:size])
        assert tree.inclusion(index) == merkle.inclusion_path(LEAVES[:size], index)
        assert tree.consistency(old) == merkle.consistency_path(LEAVES[:size], old)


def test_a_proof_reads_each_tile_once(large: Kept) -> None:
    seen: list[tuple[int, int]] = []

    def read(level: int, n: int, width: int) -> bytes:
        seen.append((level, n))
        return large.read(level, n, width)

    Tree(70_000, read).inclusion(12_345)
    assert len(seen) == len(set(seen)) <= 5


@pytest.mark.parametrize("place", [-1, 10, 1 << 70])
def test_a_place_outside_the_tree_is_refused(large: Kept, place: int) -> None:
    with pytest.raises(Malformed):
        Tree(10, large.read).inclusion(place)
    with pytest.raises(Malformed):
        Tree(10, large.read).leaf(place)
    if place != 10:
        with pytest.raises(Malformed):
            Tree(10, large.read).consistency(place)


def test_a_tile_cut_short_is_refused(large: Kept) -> None:
    def cut(level: int, n: int, width: int) -> bytes:
        return large.read(level, n, width)[:-1]

    with pytest.raises(Malformed):
        Tree(300, cut).root()
    with pytest.raises(Malformed):
        tiles.grow(300, LEAVES[:1], cut)


def test_a_bundle_gives_back_its_entries() -> None:
    entries = [b"", b"a", bytes(65_535)]
    assert tiles.unbundle(tiles.bundle(entries)) == entries
    with pytest.raises(Malformed):
        tiles.bundle([bytes(65_536)])
    with pytest.raises(Malformed):
        tiles.unbundle(b"\0\0" * 257)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_bundle_or_malformed(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert tiles.bundle(tiles.unbundle(data)) == data
