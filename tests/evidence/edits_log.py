"""What an exporter might do to log, proofs, keys and custody in his own package before he signs it anew."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from typing import Any

from saksi.custody.canonical import canonical
from tests.evidence.apart import STATEMENT, Base
from tests.evidence.edits_footage import lines_in, put, shown
from tests.evidence.exporting import Draft
from tests.evidence.ledger import b64, cosignature, log_line, seeded


def reorder_lines(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    name = chance.choice(("meta/chunks.jsonl", "meta/entries.jsonl"))
    rows = draft.meta[name].splitlines(keepends=True)
    if len(rows) < 2:
        return None
    at = chance.randrange(len(rows) - 1)
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    draft.meta[name] = b"".join(rows)
    if name == "meta/entries.jsonl":
        rows = draft.meta["meta/signatures.jsonl"].splitlines(keepends=True)
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
        draft.meta["meta/signatures.jsonl"] = b"".join(rows)
    return {f"{name}:{at + 1}", f"{name}:{at + 2}"}


def duplicate_line(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    name = chance.choice(
        ("meta/chunks.jsonl", "meta/entries.jsonl", "meta/leaves.jsonl", "meta/custody.jsonl")
    )
    rows = draft.meta[name].splitlines(keepends=True)
    if not rows:
        return None
    at = chance.randrange(len(rows))
    draft.meta[name] = b"".join([*rows[: at + 1], rows[at], *rows[at + 1 :]])
    if name == "meta/entries.jsonl":
        rows = draft.meta["meta/signatures.jsonl"].splitlines(keepends=True)
        draft.meta["meta/signatures.jsonl"] = b"".join([*rows[: at + 1], rows[at], *rows[at + 1 :]])
    return {f"{name}:{at + 2}", f"{name}:{at + 1}"}


def _entry_rows(draft: Draft) -> tuple[list[bytes], list[bytes]]:
    return draft.meta["meta/entries.jsonl"].splitlines(), draft.meta["meta/signatures.jsonl"].splitlines()


def drop_entry(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """An entry of a kind that something rests on goes, with its signature and proof."""
    entries, signatures = _entry_rows(draft)
    wanted = [
        i
        for i, line in enumerate(entries)
        if json.loads(line)["t"] in ("saksi/seal/1", "saksi/custody/1", "saksi/hold/1", "saksi/run/1")
        and (json.loads(line)["body"].get("event") != "close")
    ]
    if not wanted:
        return None
    at = chance.choice(wanted)
    told, index = json.loads(entries[at]), json.loads(signatures[at])["index"]
    del entries[at], signatures[at]
    draft.meta["meta/entries.jsonl"] = b"".join(line + b"\n" for line in entries)
    draft.meta["meta/signatures.jsonl"] = b"".join(line + b"\n" for line in signatures)
    del draft.meta[f"meta/proofs/{index}.tlog-proof"]
    body = told["body"]
    if told["t"] == "saksi/seal/1":
        if not any(line["run"] == body["run"] for line in lines_in(draft, "meta/chunks.jsonl")):
            return None  # it was there for a parent's sake alone
        return {f"{body['run']}/*", body["run"]}
    if told["t"] == "saksi/run/1":
        run = body["opening"]["run"]
        if not any(line["run"] == run for line in lines_in(draft, "meta/chunks.jsonl")):
            return None
        return {run, "meta/pulses.jsonl:*"}
    return {"case/*", "meta/custody.jsonl:*", "1/*", "2/*", "3/*"}


def change_entry(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """An entry says another time or another thing; its leaf in signatures.jsonl is mended."""
    entries, signatures = _entry_rows(draft)
    at = chance.randrange(len(entries))
    told, row = json.loads(entries[at]), json.loads(signatures[at])
    if chance.random() < 0.5:
        told["at"] -= 60_000_000
    else:
        told["body"]["extra"] = 1
    entries[at] = canonical(told)
    row["leaf"] = hashlib.sha256(b"\0" + entries[at]).hexdigest()
    signatures[at] = canonical(row)
    draft.meta["meta/entries.jsonl"] = b"".join(line + b"\n" for line in entries)
    draft.meta["meta/signatures.jsonl"] = b"".join(line + b"\n" for line in signatures)
    return {f"meta/signatures.jsonl:{at + 1}", f"meta/proofs/{row['index']}.tlog-proof"}


def change_signature(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    rows = lines_in(draft, "meta/signatures.jsonl")
    at = chance.randrange(len(rows))
    signature = bytearray.fromhex(rows[at]["sig"])
    signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
    rows[at]["sig"] = signature.hex()
    put(draft, "meta/signatures.jsonl", rows)
    return {f"meta/signatures.jsonl:{at + 1}"}


def move_index(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    rows = lines_in(draft, "meta/signatures.jsonl")
    at = chance.randrange(len(rows))
    old = rows[at]["index"]
    rows[at]["index"] = old + 1
    put(draft, "meta/signatures.jsonl", rows)
    draft.meta.setdefault(f"meta/proofs/{old + 1}.tlog-proof", draft.meta[f"meta/proofs/{old}.tlog-proof"])
    return {
        f"meta/proofs/{old + 1}.tlog-proof",
        f"meta/entries.jsonl:{at + 1}",
        f"meta/entries.jsonl:{at + 2}",
    }


def edit_custody(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    rows = lines_in(draft, "meta/custody.jsonl")
    at = chance.randrange(len(rows))
    who = rows[at]["body"]["who"]
    kind = chance.choice(("name", "when", "nonce"))
    if kind == "name":
        who["name"] = "Budi"
    elif kind == "when":
        rows[at]["body"]["when"] -= 86_400_000_000
    else:
        rows[at]["nonce"] = chance.randbytes(32).hex()
    put(draft, "meta/custody.jsonl", rows)
    return {f"meta/custody.jsonl:{at + 1}"}


def drop_custody(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    rows = lines_in(draft, "meta/custody.jsonl")
    at = chance.randrange(len(rows))
    leaf = rows.pop(at)["leaf"]
    put(draft, "meta/custody.jsonl", rows)
    lines = lines_in(draft, "meta/signatures.jsonl")
    number = next(i for i, row in enumerate(lines, 1) if row["leaf"] == leaf)
    return {f"meta/entries.jsonl:{number}", "case/*"}


def edit_pulse(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    rows = lines_in(draft, "meta/pulses.jsonl")
    if not rows:
        return None
    at = chance.randrange(len(rows))
    kind = chance.choice(("seq", "tip", "position", "pulse"))
    if kind == "seq":
        rows[at]["line"]["seq"] += 1
    elif kind == "tip":
        rows[at]["line"]["tip"] = chance.randbytes(32).hex()
    elif kind == "position":
        rows[at]["position"] += 1
    else:
        others = [row["pulse"] for row in rows if row["pulse"] != rows[at]["pulse"]]
        if not others:
            return None
        rows[at]["pulse"] = chance.choice(others)
        entries = {row["leaf"]: i for i, row in enumerate(lines_in(draft, "meta/signatures.jsonl"))}
        bodies = lines_in(draft, "meta/entries.jsonl")
        roots = [bodies[entries[leaf]]["body"]["root"] for leaf in (rows[at]["pulse"],)]
        if roots[0] == one_root(bodies, entries, draft, rows[at]):
            return None
    put(draft, "meta/pulses.jsonl", rows)
    return {f"meta/pulses.jsonl:{at + 1}"}


def one_root(bodies: list[dict[str, Any]], entries: dict[str, int], draft: Draft, row: dict[str, Any]) -> str:
    """The root under which the row's line truly stood."""
    true = next(
        other for other in draft.pulses if other["line"] == row["line"] and other["path"] == row["path"]
    )
    return str(bodies[entries[true["pulse"]]]["body"]["root"])


def drop_pulses(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Nothing in the package says any more when a run's chunks were first known."""
    rows = lines_in(draft, "meta/pulses.jsonl")
    inside = {line["run"] for line in lines_in(draft, "meta/chunks.jsonl") if shown(draft, line)}
    runs = sorted({row["line"]["run"] for row in rows} & inside)
    if not runs:
        return None
    run = chance.choice(runs)
    put(draft, "meta/pulses.jsonl", [row for row in rows if row["line"]["run"] != run])
    return {f"{run}/*", run}


def drop_proof(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    paths = [path for path in draft.meta if path.startswith("meta/proofs/")]
    path = chance.choice(paths)
    if chance.random() < 0.5:
        del draft.meta[path]
        return {path}
    other = chance.choice([one for one in paths if one != path])
    draft.meta[path], draft.meta[other] = draft.meta[other], draft.meta[path]
    return {path, other}


def older_checkpoint(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The package claims to stand on an older checkpoint of the same log."""
    older = [path for path in draft.meta if path.startswith("meta/checkpoints/")]
    if not older:
        return None
    path = chance.choice(older)
    draft.meta["meta/checkpoint"] = draft.meta[path]
    size = int(path.rpartition("/")[2])
    if chance.random() < 0.5:
        text = draft.meta[path].decode().split("\n")
        draft.predicate["checkpoint"].update(size=size, root=base64.b64decode(text[2]).hex())
    return {"meta/checkpoint", "meta/proofs/*"}


def forge_checkpoint(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """Another root under the old size, signed by the log's own key; witnesses not asked, or their lines kept."""
    ledger = one.city.ledger
    size = len(ledger.entries)
    text = f"{ledger.origin}\n{size}\n{b64(chance.randbytes(32))}\n"
    note = text + "\n" + log_line(text, ledger.origin, ledger.signer)
    old = draft.meta["meta/checkpoint"].decode().partition("\n\n")[2].split("\n", 1)[1]
    draft.meta["meta/checkpoint"] = (note + (old if chance.random() < 0.5 else "")).encode()
    return {"meta/checkpoint"}


def sign_checkpoint_with_other_key(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    ledger, evil = one.city.ledger, seeded("evil")
    text = draft.meta["meta/checkpoint"].decode().partition("\n\n")[0] + "\n"
    note = text + "\n" + log_line(text, ledger.origin, evil)
    note += "".join(cosignature(text, f"{name}.example/w", evil, 1_763_903_500) for name in ledger.witnesses)
    draft.meta["meta/checkpoint"] = note.encode()
    return {"meta/checkpoint"}


def break_consistency(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    paths = [path for path in draft.meta if path.startswith("meta/consistency/")]
    if not paths:
        return None
    path = chance.choice(paths)
    if chance.random() < 0.5:
        del draft.meta[path]
    else:
        draft.meta[path] = f"{b64(chance.randbytes(32))}\n".encode() + draft.meta[path]
    return {path, path.replace("consistency", "checkpoints")}


def add_foreign_checkpoint(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """A checkpoint of the right size with another root: a second view of the log."""
    ledger, size = one.city.ledger, max(2, len(one.city.ledger.entries) // 2)
    text = f"{ledger.origin}\n{size}\n{b64(chance.randbytes(32))}\n"
    draft.meta[f"meta/checkpoints/{size}"] = (
        text + "\n" + log_line(text, ledger.origin, ledger.signer)
    ).encode()
    draft.meta.setdefault(f"meta/consistency/{size}", b"")
    return {f"meta/checkpoints/{size}"}


def edit_keys(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    told = json.loads(draft.meta["meta/keys.json"])
    key = chance.choice(told["keys"])
    kind = chance.choice(("role", "name", "from", "until", "public", "gone"))
    if kind == "gone":
        told["keys"].remove(key)
        entries, number = _entry_rows(draft)[0], set()
        number = {
            f"meta/entries.jsonl:{i}" for i, e in enumerate(entries, 1) if json.loads(e)["by"] == key["key"]
        }
        draft.meta["meta/keys.json"] = canonical(told)
        return {*number, STATEMENT} if number or key["role"] == "export" else None
    if kind == "public":
        key["public"] = seeded("evil").public.hex()
    elif kind in ("from", "until"):
        key[kind] += 5
    else:
        key[kind] = "office" if key[kind] != "office" else "export"
    draft.meta["meta/keys.json"] = canonical(told)
    return {f"key {key['key']}"}


def ask_for_nothing(draft: Draft, chance: random.Random, one: Base) -> set[str] | None:
    """The package is given out under another case or export than it was requested for."""
    field = chance.choice(("case", "export"))
    draft.predicate[field] = "LP/B/2/XI/2025" if field == "case" else "ffffffff"
    return {"case/*"}
