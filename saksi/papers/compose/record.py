"""The parts of papers that come from the log: its state, entries, holds, verdicts, and the law they serve."""

from __future__ import annotations

from collections.abc import Sequence

from saksi.papers.blocks import (
    Block,
    Cell,
    Code,
    Column,
    Digest,
    Line,
    Mono,
    Pairs,
    Paragraph,
    Remark,
    Strong,
    Table,
)
from saksi.papers.compose.desk import Desk
from saksi.papers.model import Policy
from saksi.papers.parts import EntryRef, Hold, Ledger, Verdict

# A QR code of this many bytes can still be read from paper at the size that we print.
_QR_LIMIT = 900


def entry(desk: Desk, ref: EntryRef | None) -> Cell:
    """An entry of the log by its number and leaf."""
    if ref is None:
        return Strong(desk.say("no_entry"))
    lines: tuple[Line, ...] = (desk.say("entry", index=desk.figures.count(ref.index)), Mono(ref.leaf))
    return lines if ref.at_us is None else (*lines, *desk.figures.moment(ref.at_us))


def ledger(desk: Desk, state: Ledger | None) -> tuple[Block, ...]:
    """The log's size, root, key, witnesses and stamps; that nobody outside witnessed it is said plainly."""
    say, figures = desk.say, desk.figures
    if state is None:
        return (Remark(text=say("ledger_none"), warning=True),)
    signed = [witness for witness in state.witnesses if witness.cosigned_us is not None]
    of = {"signed": len(signed), "all": len(state.witnesses), "quorum": state.quorum}
    rows: list[tuple[str, Cell]] = [
        (say("origin"), Mono(state.origin)),
        (say("log_size"), say("entries", number=figures.count(state.size))),
        (say("checkpoint_at"), figures.moment(state.at_us)),
    ]
    if state.key is not None:
        rows.append((say("log_key"), (state.key.id, Mono(state.key.fingerprint))))
    rows.append(
        (say("witnesses"), say("witness_count", **of) if state.witnesses else Strong(say("no_witness")))
    )
    blocks: list[Block] = [Pairs(rows=tuple(rows)), Digest(label=say("log_root"), value=state.root)]
    if state.witnesses:
        blocks.append(
            Table(
                columns=(
                    Column(head=say("witness"), share=3),
                    Column(head=say("cosigned_at"), share=3),
                ),
                rows=tuple(
                    (
                        witness.name,
                        (Strong(say("not_cosigned")),)
                        if witness.cosigned_us is None
                        else figures.moment(witness.cosigned_us),
                    )
                    for witness in state.witnesses
                ),
                empty="",
            )
        )
    if not signed:
        blocks.append(Remark(text=say("witness_warning"), warning=True))
    elif len(signed) < state.quorum:
        blocks.append(Remark(text=say("quorum_warning", **of), warning=True))
    if state.stamps:
        blocks.append(
            Table(
                columns=(
                    Column(head=say("stamp_by"), share=3),
                    Column(head=say("stamp_serial"), share=2),
                    Column(head=say("stamp_at"), share=3),
                ),
                rows=tuple(
                    (stamp.authority, Mono(stamp.serial), figures.moment(stamp.at_us))
                    for stamp in state.stamps
                ),
                empty="",
            )
        )
    return tuple(blocks)


def checkpoint_code(desk: Desk, state: Ledger) -> Code:
    """The checkpoint as a QR code: the signed note where it fits, else its size and root."""
    fits = state.note and len(state.note.encode()) <= _QR_LIMIT
    payload = state.note if fits else f"{state.origin}\n{state.size}\n{state.root}\n"
    return Code(payload=payload, caption=desk.say("code_note" if fits else "code_root"))


def holds(desk: Desk, held: Sequence[Hold]) -> Table:
    """Every hold with its whole history."""
    say, figures = desk.say, desk.figures
    rows = []
    for hold in held:
        placed = (*figures.moment(hold.placed_us), desk.person_line(hold.placed_by))
        extended: tuple[Line, ...] = tuple(
            line for at_us in hold.extended_us for line in (say("extended"), *figures.moment(at_us))
        )
        end: Cell = Strong(say("in_force"))
        if hold.released_us is not None:
            released_by = tuple(desk.person_line(person) for person in hold.released_by)
            why: tuple[Line, ...] = (hold.release_reason,) if hold.release_reason else ()
            end = (say("released"), *figures.moment(hold.released_us), *released_by, *why)
        covered = (", ".join(hold.cameras), *figures.span(hold.span))
        rows.append(((Mono(hold.id), hold.reason), covered, (*placed, *extended), end))
    return Table(
        columns=(
            Column(head=say("hold"), share=3),
            Column(head=say("hold_covers"), share=4.5),
            Column(head=say("hold_placed"), share=4.5),
            Column(head=say("hold_state"), share=4.5),
        ),
        rows=tuple(rows),
        empty=say("no_holds"),
    )


def verdicts(desk: Desk, lines: Sequence[Verdict]) -> Block:
    """The eight lines of a verification, each on its own; never summed up in one."""
    say = desk.say
    if not lines:
        return Remark(text=say("not_verified"), warning=True)
    states = {
        verdict: say.coded("verdict", verdict.state)
        if verdict.state == "holds"
        else Strong(say.coded("verdict", verdict.state))
        for verdict in lines
    }
    return Table(
        columns=(
            Column(head=say("checked"), share=2.4),
            Column(head=say("verdict"), share=1.8),
            Column(head=say("detail"), share=4),
        ),
        rows=tuple(
            (say.coded("line", verdict.line), states[verdict], verdict.detail or "–") for verdict in lines
        ),
        empty="",
    )


def policy(desk: Desk, known: Policy) -> tuple[Line, ...]:
    """A retention policy: what it is of, its version and days, its legal basis, its digest."""
    return *_policy(desk, "policy_words", known), Mono(known.sha256)


def thinning(desk: Desk, known: Sequence[Policy]) -> tuple[Line, ...]:
    """That keyframes were kept, and by which policies, each with its version, days and legal basis."""
    return desk.say("after_thinning"), *(
        line for one in known for line in _policy(desk, "thinning_words", one)
    )


def _policy(desk: Desk, words: str, known: Policy) -> tuple[Line, ...]:
    figures, days = desk.figures, known.days
    told = figures.count(int(days)) if days == int(days) else figures.decimal(days, 3)
    said = desk.say(words, name=known.name, version=known.version, days=told)
    return (said, known.basis) if known.basis else (said,)


def law(desk: Desk, *codes: str) -> tuple[Block, ...]:
    """What this paper supports; whether it suffices is for others to judge, and that is said."""
    say = desk.say
    return desk.section("law"), *(Paragraph(text=say(code)) for code in (*codes, "law_limits"))
