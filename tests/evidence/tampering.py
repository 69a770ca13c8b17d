"""Everything we could think of that somebody might do to a package, from one flipped bit to a forged archive.

Each mutation is the changed package with the places where the verifier must find it: at least one finding of a verdict
that does not hold stands at one of them. Four kinds of people: a stranger with a hex editor; one who also mends the
manifests; the exporter himself, who signs a new statement; and one who has keys of his own for everything.
"""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from saksi.custody.canonical import canonical
from saksi.custody.dsse import envelope
from tests.evidence import edits_copies, edits_footage, edits_log, edits_sound
from tests.evidence.apart import MANIFEST, STATEMENT, TAG_MANIFEST, Base, base, edited, mended, zipped
from tests.evidence.exporting import Draft, Exporter, random_exhibits, written
from tests.evidence.installation import Installation
from tests.evidence.ledger import seeded

Edit = Callable[[Draft, random.Random, Base], "set[str] | None"]

EDITS: tuple[Edit, ...] = (
    edits_footage.drop_chunk_and_line,
    edits_footage.drop_file_keep_line,
    edits_footage.cut_tail_of_run,
    edits_footage.cut_head_of_run,
    edits_footage.change_line,
    edits_log.reorder_lines,
    edits_log.duplicate_line,
    edits_log.drop_entry,
    edits_log.change_entry,
    edits_log.change_signature,
    edits_log.move_index,
    edits_log.edit_custody,
    edits_log.drop_custody,
    edits_footage.trim_span,
    edits_footage.leave_camera_out,
    edits_footage.hide_gap,
    edits_footage.miscount,
    edits_footage.swap_originals,
    edits_footage.touch_original,
    edits_footage.touch_playable,
    edits_footage.shorten_pieces,
    edits_footage.lie_about_nals,
    edits_footage.no_playable,
    edits_log.edit_pulse,
    edits_log.drop_pulses,
    edits_log.drop_proof,
    edits_log.older_checkpoint,
    edits_log.forge_checkpoint,
    edits_log.sign_checkpoint_with_other_key,
    edits_log.break_consistency,
    edits_log.add_foreign_checkpoint,
    edits_log.edit_keys,
    edits_log.ask_for_nothing,
    edits_sound.replace_sound,
    edits_sound.shift_sound,
    edits_sound.mute_sound,
    edits_sound.drop_sound_track,
    edits_sound.lie_about_sound,
    edits_sound.leave_a_piece_of_sound_out,
    edits_sound.move_the_film,
    edits_sound.slow_pictures_down,
    edits_copies.drop_derivation,
    edits_copies.drop_copy,
    edits_copies.change_copy,
    edits_copies.damage_derivation,
    edits_copies.sign_derivation_as_another,
    edits_copies.lie_about_inputs,
    edits_copies.rewrite_derivation,
    edits_copies.pose_as_original,
)


@dataclass(frozen=True)
class Mutation:
    """A tampered package. `places`: where a finding must stand (any of them; a prefix counts when it ends in "*")."""

    name: str
    data: bytes
    places: frozenset[str]


def with_hex_editor(one: Base, chance: random.Random, count: int) -> Iterator[Mutation]:
    """Bits and bytes of the archive itself, headers and directory included."""
    for number in range(count):
        data, kind = one.data, number % 8
        at = chance.randrange(len(data))
        if kind < 4:
            changed = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
            places = {path for path, (a, b) in one.spans.items() if a <= at < b} or {"*"}
        elif kind == 4:
            changed, places = data[:at] + chance.randbytes(chance.randint(1, 9)) + data[at:], {"*"}
        elif kind == 5:
            changed, places = data[:at] + data[at + chance.randint(1, 9) :], {"*"}
        elif kind == 6:
            changed, places = data[:at], {"zip"}
        else:
            changed = chance.choice((data + b"\0", b"\0" + data, data + data[-22:], data + data))
            places = {"*"}
        yield Mutation(f"archive {kind} at {at}", changed, frozenset(places))


def of_files(one: Base, chance: random.Random, count: int, *, mend: bool) -> Iterator[Mutation]:
    """Files changed, left out, added, exchanged, in a well-formed archive; `mend`: the manifests too."""
    paths = list(one.files)
    for number in range(count):
        files, kind = dict(one.files), number % 6
        path = chance.choice([p for p in paths if not mend or p not in (MANIFEST, TAG_MANIFEST)])
        places = {path, path + ":*"}
        if kind < 3:
            files[path] = edited(files[path], chance)
        elif kind == 3:
            del files[path]
        elif kind == 4:
            new = f"{chance.choice(('data/original/x', 'meta', 'data/playable'))}/neu{number}.mp4"
            files = _with(files, new, chance.randbytes(20))
            places = {new}
        else:
            same = [
                p
                for p in paths
                if p.rpartition("/")[0] == path.rpartition("/")[0] and files[p] != files[path]
            ]
            if not same:
                continue
            other = chance.choice(same)
            files[path], files[other] = files[other], files[path]
        if files == one.files:
            continue
        files = mended(files) if mend else files
        yield Mutation(f"file {kind} {path} mended={mend}", zipped(one.draft.name, files), frozenset(places))


def _with(files: dict[str, bytes], path: str, data: bytes) -> dict[str, bytes]:
    """The files and one more, among its like."""
    last = max(i for i, name in enumerate(files) if name.split("/")[0] == path.split("/")[0])
    listed = list(files.items())
    return dict([*listed[: last + 1], (path, data), *listed[last + 1 :]])


def of_container(one: Base, chance: random.Random) -> Iterator[Mutation]:
    """Members in another order, another folder, names that lead elsewhere."""
    for _ in range(6):
        listed = list(one.files.items())
        a, b = sorted(chance.sample(range(len(listed)), 2))
        listed[a], listed[b] = listed[b], listed[a]
        yield Mutation("reordered", zipped(one.draft.name, dict(listed)), frozenset("*"))
    yield Mutation("renamed folder", zipped("BB-9999", one.files), frozenset({"zip"}))
    for bad in (
        "../x",
        "meta/../../x",
        "/etc/x",
        "meta\\x",
        "C:x",
        "meta//x",
        "META/CHECKPOINT",
        "meta/checkpoint",
    ):
        files = {**one.files, bad: b"x"} if bad not in one.files else one.files
        if files is not one.files:
            yield Mutation(f"name {bad}", zipped(one.draft.name, files), frozenset("*"))


def edited_by(one: Base, chance: random.Random, *edits: Edit) -> Mutation:
    """What becomes of a package when its exporter does all of this to it; there is something to change each time."""
    draft, places, names = copy.deepcopy(one.draft), set[str](), []
    for edit in edits:
        found = edit(draft, chance, one)
        assert found is not None, edit
        places |= found
        names.append(getattr(edit, "__name__", str(edit)))
    return Mutation(f"exporter {names}", written(draft, one.city.export), frozenset(places))


def by_exporter(one: Base, chance: random.Random, rounds: int) -> Iterator[Mutation]:
    """The exporter changes what he likes and signs a fresh statement over it with the real export key."""
    for _ in range(rounds):
        for edit in EDITS:
            draft = copy.deepcopy(one.draft)
            places = edit(draft, chance, one)
            if places is not None:
                data = written(draft, one.city.export)
                if data != one.data:
                    yield Mutation(f"exporter {getattr(edit, '__name__', edit)}", data, frozenset(places))


def wrongly_signed(one: Base, chance: random.Random) -> Iterator[Mutation]:
    """The statement signed by somebody else: a stranger, the office, the retired export key; or under a false name."""
    signers = [seeded("evil"), one.city.office, seeded(f"{one.city.ledger.keys}/export/old")]
    for signer in signers:
        places = {STATEMENT, f"key {signer.key_id}"}
        yield Mutation("signed by another", written(one.draft, signer), frozenset(places))
    envelope_ = json.loads(one.files[STATEMENT])
    statement = json.loads(base64.b64decode(envelope_["payload"]))
    forged = json.loads(envelope(seeded("evil"), statement))
    forged["signatures"][0]["keyid"] = one.city.export.key_id
    files = mended({**one.files, STATEMENT: canonical(forged) + b"\n"})
    yield Mutation("false key id", zipped(one.draft.name, files), frozenset({STATEMENT}))


def forged_archives(seed: int) -> Iterator[tuple[Mutation, bytes]]:
    """(mutation, true policy): a whole archive with other keys; history rewritten behind the witnesses' backs."""
    true = Installation(seed, cameras=2, seconds=10).ledger
    evil = base(seed, keys="evil")
    yield Mutation("own keys for everything", evil.data, frozenset({"meta/checkpoint"})), true.policy()
    city = Installation(seed, cameras=2, seconds=10)
    city.ledger.needed = 1
    policy = city.ledger.policy()
    city.ledger.checkpoint = partial(city.ledger.checkpoint, witnesses=())  # type: ignore[method-assign]
    exporter = Exporter(city, random_exhibits(city))
    data = written(exporter.make(), city.export)
    yield Mutation("no witness saw it", data, frozenset({"meta/checkpoint"})), policy


def all_mutations(
    seed: int, bits: int = 80, files: int = 60, rounds: int = 3
) -> Iterator[tuple[Mutation, bytes]]:
    """Everything for one seed, with the policy to verify it under."""
    one, chance = base(seed), random.Random(seed)
    policy = one.city.ledger.policy()
    for many in (
        with_hex_editor(one, chance, bits),
        of_files(one, chance, files, mend=False),
        of_files(one, chance, files, mend=True),
        of_container(one, chance),
        by_exporter(one, chance, rounds),
        wrongly_signed(one, chance),
    ):
        for mutation in many:
            yield mutation, policy
    yield from forged_archives(seed)
