"""What another implementation made: Go's sumdb (golang.org/x/mod v0.43.0) and torchwood signed, cosigned and proved it.

The log is `entry 0` to `entry 69999`; its log key's seed is 64 times 05, its witness's 32 times 06.
"""

from __future__ import annotations

import pytest

from saksi.custody import tiles
from saksi.custody.canonical import leaf
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.policy import Policy
from saksi.custody.proofs import Proof, verify
from saksi.custody.tiles import Tree

POLICY = b"""log go.example/log+794ecb7f+AW56HN0psLeP0Tr0xVmP7/TvKpcWbjym8uT7/M2AUFvx
witness w go.example/w+d7c17a5f+BIqHX/8es4RRV3rNWv7kBUVlaN18ieCQhjoFV7x69J8X
quorum w
"""
PROOF = """c2sp.org/tlog-proof@v1
extra ZXh0cmE=
index 12345
Tgi/BfSyGAkVQqOg5VCAEuPA39qOO2Cv9RlYVvOgkZc=
V6fLaXEU85bckTwnqrQZEKxYWfhS4wXLKn714m/7930=
RidJZFEG9CVynDisL18DNvXoeKodCOYbcYQYOvf4TkE=
85t9/3na5oSilRWl4bxj9sOqXd7kJPOR5+hTfXyOl2Q=
rlKxFcJ4lGA2aCzx60ykVlrMGyB+c+5JlwUbLm+jvfg=
OcYx3mcjBmlfELUV+d08lN2pE45QKWg67uatErFrCHg=
q+vcBggGOiwaibeDW3U5xzbbKaXGUfVDaK3lrUTYTLE=
vSAX2q4RrUD46BHdErLDnxYU/Wuc5rw27/gw3CeEclA=
59YXiuGLSWzdQ2VylCSkSnWfjoARKiJ8wwfo7a+IFfE=
AtlYSg6si/u/z+ZT2ID105JaCsUqUFOikzC63SIRwLs=
eTvcMap/dsLUYpzbyIUDJJp04HaWCrEmzcE4rF7Kosg=
sF4quWghbxDSATaUwOVw+nJ5MLKxIA9UkMpnP1vvi+Y=
anehNP7LMb9++0sCzOgotuDxQIMzqMylzeww9LOcaPU=
NQx6u1OF2gGid7++JQA96w9/yTXRYu8MNTWAg5lJuaM=
7zSaqkObRMAO1qOg+ktwexHMlkXo+y4RsS3uP4aL5Dk=
5sRRf2NUQ4GZfCdVpMuz3r8npIpNTQrDPtqeuQfsv7c=
ZHPyH93cvLa/pAO0SsCXjVF3MZFqKPt4kGTwN1K/HQM=

go.example/log
70000
o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=

— go.example/log eU7Lf3OYcHRA7GKcFbScT8FBEVZMwRVfPDhyAlvFkms/RLjoL7SSd83gwvPi23sP0x005DY0piUZh/R9cW6dEFrGTg4=
— go.example/w 18F6XwAAAABrBxeFI6s84SpH6Xuid2VhYwGwYwC7UnvaYcG9+zv/2nYBQ1iXo+Wl0LYbZzjuSTOWSIyX/YR0Px/AjH8tB8MguAKLCg==
"""


@pytest.fixture(scope="module")
def tree() -> Tree:
    """The same log, grown by us."""
    leaves = [leaf(b"entry %d" % number) for number in range(70_000)]
    kept = {(tile.level, tile.n): tile.hashes for tile in tiles.grow(0, leaves, lambda *_: b"")}
    return Tree(70_000, lambda level, n, width: kept[level, n][: width * 32])


def test_a_proof_that_go_wrote_verifies_under_a_policy_that_go_wrote() -> None:
    policy, proof = Policy.parse(POLICY), Proof.parse(PROOF)
    verified = verify(proof, leaf(b"entry 12345"), policy)
    assert verified.holds
    assert set(verified.standing.witnessed) == {"w"}
    assert proof.extra == b"extra"
    assert not verify(proof, leaf(b"entry 12346"), policy).holds


def test_what_we_read_of_it_we_write_byte_for_byte() -> None:
    assert Proof.parse(PROOF).text() == PROOF
    note = Proof.parse(PROOF).note
    assert Note.parse(note.whole()) == note
    assert Policy.parse(Policy.parse(POLICY).encode()) == Policy.parse(POLICY)
    assert Policy.parse(POLICY).encode() == POLICY


def test_our_tree_has_gos_root_and_path(tree: Tree) -> None:
    proof = Proof.parse(PROOF)
    assert tree.root() == Checkpoint.parse(proof.note.text).root
    assert tuple(tree.inclusion(12_345)) == proof.path
