"""The witness's decision: each status of C2SP tlog-witness."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.custody import merkle, notes, witnessing
from saksi.custody.canonical import leaf
from saksi.custody.notes import COSIGNATURE, ED25519, Checkpoint, Line, Note, VerifierKey
from saksi.custody.signing import Signer
from saksi.custody.strict import Malformed
from saksi.custody.witnessing import NOTHING, Answer, Known, Request

ORIGIN, NAME = "arsip.example/log", "kejari.example/w1"
LOG, OTHER, WITNESS = (Signer.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
LOGS = {ORIGIN: [VerifierKey(name=ORIGIN, kind=ED25519, public=LOG.public)]}
LEAVES = [leaf(bytes([n])) for n in range(20)]


def note(size: int, *, leaves: list[bytes] = LEAVES, signer: Signer = LOG, origin: str = ORIGIN) -> Note:
    text = Checkpoint(origin=origin, size=size, root=merkle.root(leaves[:size])).text()
    return Note(text=text, lines=(notes.sign(text, origin, signer),))


def known(size: int) -> Known:
    return Known(size=size, root=merkle.root(LEAVES[:size]))


def ask(old: int, size: int, *, knows: Known = NOTHING, given: Note | None = None) -> Answer:
    path = tuple(merkle.consistency_path(LEAVES[:size], old)) if old <= size else ()
    request = Request(old=old, path=path, note=given or note(size))
    return decide(Request.parse(request.text().encode()), knows)


def decide(request: Request, knows: Known) -> Answer:
    return witnessing.decide(
        request, logs=LOGS, known=knows, name=NAME, signer=WITNESS, seconds=1_790_000_000
    )


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 7), (7, 7), (7, 12), (8, 20)])
def test_a_checkpoint_that_continues_the_last_one_is_cosigned(old: int, size: int) -> None:
    answer = ask(old, size, knows=known(old))
    assert answer.status == 200
    cosigned = notes.with_lines(note(size), notes.parse_lines(answer.body))
    key = VerifierKey(name=NAME, kind=COSIGNATURE, public=WITNESS.public)
    assert cosigned.signed_by(key) == 1_790_000_000
    assert answer.checkpoint is not None
    assert answer.checkpoint.size == size


def test_an_old_size_that_is_not_the_last_one_is_answered_with_it() -> None:
    answer = ask(5, 12, knows=known(7))
    assert (answer.status, answer.body, answer.content_type) == (409, "7\n", "text/x.tlog.size")
    assert ask(0, 12, knows=known(7)).status == 409
    assert ask(3, 5, knows=known(7)).status == 409  # a log rolled back


def test_a_rewritten_log_is_refused() -> None:
    other = [*LEAVES[:3], leaf(b"other"), *LEAVES[4:]]
    path = tuple(merkle.consistency_path(other[:12], 7))
    answer = decide(Request(old=7, path=path, note=note(12, leaves=other)), known(7))
    assert (answer.status, answer.checkpoint) == (422, None)
    same_size = decide(Request(old=7, path=(), note=note(7, leaves=other)), known(7))
    assert same_size.status == 422


def test_a_path_where_none_belongs_is_refused() -> None:
    assert decide(Request(old=0, path=(LEAVES[0],), note=note(7)), NOTHING).status == 422


def test_an_empty_log_with_another_root_is_refused() -> None:
    text = Checkpoint(origin=ORIGIN, size=0, root=LEAVES[0]).text()
    given = Note(text=text, lines=(notes.sign(text, ORIGIN, LOG),))
    assert decide(Request(old=0, path=(), note=given), NOTHING).status == 422


def test_an_old_size_above_the_new_one_is_a_bad_request() -> None:
    assert ask(12, 7, knows=known(12)).status == 400


def test_an_unknown_log_is_not_found() -> None:
    assert ask(0, 7, given=note(7, origin="other.example/log")).status == 404


def test_a_checkpoint_that_the_log_did_not_sign_is_forbidden() -> None:
    assert ask(0, 7, given=note(7, signer=OTHER)).status == 403
    good = note(7)
    false = replace(good.lines[0], signature=bytes(64))
    assert ask(0, 7, given=Note(text=good.text, lines=(false,))).status == 403
    unknown = Line(name="x", key_id=bytes(4), signature=bytes(64))
    assert ask(0, 7, given=Note(text=good.text, lines=(unknown, *good.lines))).status == 200


def test_a_text_that_is_no_checkpoint_is_a_bad_request() -> None:
    text = "hello\n"
    given = Note(text=text, lines=(notes.sign(text, ORIGIN, LOG),))
    assert decide(Request(old=0, path=(), note=given), NOTHING).status == 400


_BODY = Request(old=7, path=tuple(merkle.consistency_path(LEAVES[:12], 7)), note=note(12)).text()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        _BODY.replace("old 7", "old 07").encode(),
        _BODY.replace("old 7\n", "").encode(),
        _BODY[:-1].encode(),
        b"\xff" + _BODY.encode(),
        _BODY.replace("old 7\n", "old 7\n" + f"{'A' * 43}=\n" * 63).encode(),
        bytes(witnessing.MOST_BYTES + 1),
    ],
)
def test_a_body_in_any_other_form_is_malformed(broken: bytes) -> None:
    with pytest.raises(Malformed):
        Request.parse(broken)


@given(st.data())
def test_a_body_with_a_flipped_byte_is_never_cosigned(data: st.DataObject) -> None:
    whole = _BODY.encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    with contextlib.suppress(Malformed):
        assert decide(Request.parse(changed), known(7)).checkpoint is None
