"""Policies: the specification's example, its rules one by one, and anything else as a file."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.custody import notes
from saksi.custody.canonical import leaf
from saksi.custody.notes import COSIGNATURE, ED25519, Checkpoint, Line, Note, VerifierKey
from saksi.custody.policy import Group, Log, Policy, Witness
from saksi.custody.signing import Signer
from saksi.custody.strict import Malformed

ORIGIN = "arsip.example/log"
LOG = Signer.from_seed(bytes([1]) * 32)
LOG_KEY = VerifierKey(name=ORIGIN, kind=ED25519, public=LOG.public)
WITNESSES = {name: Signer.from_seed(name.encode() * 16) for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")}


def witness_key(name: str) -> VerifierKey:
    return VerifierKey(name=f"{name}.example", kind=COSIGNATURE, public=WITNESSES[name].public)


def lines(*names: str) -> str:
    return "".join(f"witness {name} {witness_key(name).text()}\n" for name in names)


# The example of the specification, with keys filled in.
EXAMPLE = (
    f"log {LOG_KEY.text()}\n\n{lines('X1', 'X2', 'X3')}group X-witnesses 2 X1 X2 X3\n\n"
    f"{lines('Y1', 'Y2', 'Y3')}group Y-witnesses any Y1 Y2 Y3\n\n"
    "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
)


def checkpoint(*names: str, signer: Signer = LOG, origin: str = ORIGIN) -> Note:
    text = Checkpoint(origin=origin, size=1, root=leaf(b"")).text()
    cosigned = [notes.cosign(text, f"{name}.example", WITNESSES[name], 1_790_000_000) for name in names]
    return Note(text=text, lines=(notes.sign(text, origin, signer), *cosigned))


@pytest.mark.parametrize(
    ("names", "quorum"),
    [
        (("X1", "X2", "Y3"), True),
        (("X1", "X2", "X3", "Y1", "Y2", "Y3"), True),
        (("X1", "Y1", "Y2"), False),
        (("X1", "X2", "X3"), False),
        ((), False),
    ],
)
def test_the_specifications_example_asks_for_two_of_x_and_one_of_y(
    names: tuple[str, ...], quorum: bool
) -> None:
    standing = Policy.parse(EXAMPLE.encode()).check(checkpoint(*names))
    assert set(standing.witnessed) == set(names)
    assert (standing.quorum, standing.holds) == (quorum, quorum)


def test_a_policy_writes_a_file_that_reads_to_the_same_policy() -> None:
    policy = Policy(
        logs=(Log(key=LOG_KEY, url="https://arsip.example/ledger"),),
        witnesses=(
            Witness(name="X1", key=witness_key("X1"), url="http://x1.example"),
            Witness(name="Y1", key=witness_key("Y1")),
        ),
        groups=(Group(name="luar", needed=1, members=("X1", "Y1")),),
        quorum="luar",
    )
    assert Policy.parse(policy.encode()) == policy
    assert Policy.parse(Policy.parse(EXAMPLE.encode()).encode()) == Policy.parse(EXAMPLE.encode())


def test_another_log_or_origin_does_not_hold_whoever_witnessed_it() -> None:
    policy = Policy.parse(f"log {LOG_KEY.text()}\nquorum none\n".encode())
    assert policy.check(checkpoint()).holds
    assert policy.check(checkpoint(signer=WITNESSES["X1"])).log is None
    assert policy.check(checkpoint(origin="other.example/log")).log is None


def test_a_false_line_of_a_witness_spoils_the_whole_note() -> None:
    note = checkpoint("X1", "X2", "Y1")
    good = notes.cosign(note.text, "X3.example", WITNESSES["X3"], 5)
    false = Line(name=good.name, key_id=good.key_id, signature=good.signature[:-1] + b"\0")
    standing = Policy.parse(EXAMPLE.encode()).check(notes.with_lines(note, [false]))
    assert standing.quorum
    assert standing.false == ("X3.example",)
    assert not standing.holds


_X = lines("X1", "X2")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum none",
        "quorum nobody\n",
        "quorum none\nquorum none\n",
        "quorum X1\n" + lines("X1"),
        lines("X1") + lines("X1").replace("witness X1", "witness X2") + "quorum none\n",
        lines("X1").replace("witness X1", "witness none") + "quorum none\n",
        f"{_X}group X1 any X2\nquorum X1\n",
        f"{_X}group g 0 X1 X2\nquorum g\n",
        f"{_X}group g 3 X1 X2\nquorum g\n",
        f"{_X}group g 1\nquorum none\n",
        f"{_X}group g any X1 X1\nquorum g\n",
        f"{_X}group g any X1 X2\ngroup h any X1\nquorum g\n",
        f"{_X}group g any g\nquorum g\n",
        f"{_X}group g any none\nquorum g\n",
        f"log {LOG_KEY.text()}\nlog {LOG_KEY.text()}\nquorum none\n",
        f"log {witness_key('X1').text()}\nquorum none\n",
        f"witness X1 {LOG_KEY.text()}\nquorum none\n",
        "log nonsense\nquorum none\n",
        "quorum none\r\n",
        "quorum\u00a0none\n",
        "quorum none\n\0",
    ],
)
def test_what_the_specification_rules_out_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Policy.parse(text.encode())


def test_comments_blanks_and_foreign_bytes_are_as_specified() -> None:
    text = f"  # \u2603 comment\n\t\n \tlog\t {LOG_KEY.text()} \n".encode()
    name = b"Kejari\xff\xe2\x84\xaa"
    text += b"witness " + name + b" " + witness_key("X1").text().encode() + b"\nquorum " + name + b"\n"
    policy = Policy.parse(text)
    assert policy.check(checkpoint("X1")).holds
    assert Policy.parse(policy.encode()) == policy
    assert name in policy.encode()


def test_thirty_two_of_each_are_supported() -> None:
    signers = [Signer.from_seed(bytes([n, 7]) * 16) for n in range(32)]
    logs = tuple(
        Log(key=VerifierKey(name=f"l{n}", kind=ED25519, public=s.public)) for n, s in enumerate(signers)
    )
    witnesses = tuple(
        Witness(name=f"w{n}", key=VerifierKey(name=f"w{n}", kind=COSIGNATURE, public=s.public))
        for n, s in enumerate(signers)
    )
    groups = tuple(Group(name=f"g{n}", needed=1, members=(f"w{n}",)) for n in range(32))
    policy = Policy(logs=logs, witnesses=witnesses, groups=groups, quorum="g31")
    assert Policy.parse(policy.encode()) == policy


_word = st.sampled_from(
    [
        "log",
        "witness",
        "group",
        "quorum",
        "none",
        "any",
        "all",
        "1",
        "2",
        "g",
        "X1",
        "X2",
        LOG_KEY.text(),
        witness_key("X1").text(),
        "\n",
        "\t",
        "#",
    ]
)


@given(st.lists(_word, max_size=30).map(lambda words: " ".join(words).encode()) | st.binary(max_size=200))
def test_any_file_is_a_policy_that_writes_itself_or_malformed(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        policy = Policy.parse(data)
        assert Policy.parse(policy.encode()) == policy
