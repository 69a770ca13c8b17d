"""The files under meta/, read and held to their form. What cannot be read is noted once and counts as absent."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Sequence, Tuple

from saksi.custody.verifier.container import Container
from saksi.custody.verifier.envelope import open_envelope
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.hashes import (
    Malformed,
    canonical_json,
    leaf_hash,
    need,
    need_rows,
    parse_canonical,
    unhex,
)
from saksi.custody.verifier.material import (
    CHECKPOINT,
    CHUNKS,
    CUSTODY,
    DERIVATIVES_ONLY,
    ENTRIES,
    IMPORT,
    KEYS,
    LEAVES,
    MOST_ENTRY,
    MOST_LINE,
    MOST_META,
    NEEDED_BY,
    PULSES,
    SIGNATURES,
    STATEMENT,
    TOMBSTONES,
    Chunk,
    Entry,
    Material,
)
from saksi.custody.verifier.notes import parse_checkpoint

EXPORT = "urn:saksi:evidence-export:1"


def load(container: Container, report: Report) -> Material:
    """Reads what is under meta/ and notes what cannot be read."""
    material = Material()
    readers: List[Tuple[str, Callable[[bytes, Material], None]]] = [
        (STATEMENT, read_statement),
        (KEYS, read_keys),
        (CHECKPOINT, read_checkpoint),
        (CHUNKS, read_chunks),
        (LEAVES, read_leaves),
        (PULSES, read_pulses),
        (CUSTODY, read_custody),
    ]
    if TOMBSTONES in container.sizes:
        readers.append((TOMBSTONES, read_tombstones))
    else:
        material.tombstones = []
    read_all(container, report, material, readers)
    return material


def read_all(
    container: Container,
    report: Report,
    material: Material,
    readers: Sequence[Tuple[str, Callable[[bytes, Material], None]]],
) -> None:
    """Hands files to their readers, then reads the entries with their signatures."""
    for path, reader in readers:
        _read(container, report, path, partial(_into, reader, material))
    signatures: List[Dict[str, Any]] = []
    _read(container, report, SIGNATURES, lambda data: signatures.extend(read_signatures(data)))
    if signatures or container.sizes.get(SIGNATURES) == 0:
        _read(container, report, ENTRIES, lambda data: read_entries(data, signatures, material))
    else:
        lacking(report, ENTRIES)


def lacking(report: Report, path: str) -> None:
    """Every verdict that needs the file says that it could not be read."""
    for number in NEEDED_BY[path]:
        report[number].add("not_read", path)


def _into(reader: Callable[[bytes, Material], None], material: Material, data: bytes) -> None:
    reader(data, material)


def _read(container: Container, report: Report, path: str, reader: Callable[[bytes], None]) -> None:
    if path not in container.sizes:
        report[1].add("missing", path)
        lacking(report, path)
        return
    try:
        if container.sizes[path] > MOST_META:
            raise Malformed("more than %d bytes" % MOST_META)
        reader(container.read(path, MOST_META))
    except LineMalformed as error:
        report[1].add("malformed", "%s:%d" % (path, error.line), "package format", error)
        lacking(report, path)
    except Malformed as error:
        report[1].add("malformed", path, "package format", error)
        lacking(report, path)


class LineMalformed(Malformed):
    """A line of another form; `line` counts from 1."""

    def __init__(self, line: int, why: object) -> None:
        super().__init__(str(why))
        self.line = line


def _lines(data: bytes, reader: Callable[[int, bytes, Dict[str, Any]], None], most: int = MOST_LINE) -> None:
    """Hands every line, with its number from 1 and its JSON, to `reader`."""
    if not data:
        return
    lines = data.split(b"\n")
    if lines[-1]:
        raise LineMalformed(len(lines), "no newline at the end")
    for number, line in enumerate(lines[:-1], 1):
        try:
            if len(line) > most:
                raise Malformed("a line of more than %d bytes" % most)
            reader(number, line, parse_canonical(line))
        except Malformed as error:
            raise LineMalformed(number, error) from error


def read_statement(data: bytes, material: Material) -> None:
    """The statement of the package (package format, "statement.dsse.json")."""
    told = open_envelope(data, EXPORT)
    check_predicate(told.statement)
    material.statement, material.payload = told.statement, told.payload
    material.keyid, material.signature = told.keyid, told.signature


def check_predicate(statement: Dict[str, Any]) -> None:
    """That the statement has all that the checks rely on. Raises Malformed."""
    told = statement["predicate"]
    need(told, {"package": str, "case": str, "export": str, "made_at": int, "request": dict, "meta": dict})
    need(told, {"checkpoint": dict, "exhibits": list, "cameras": list, "files": list})
    need(told["checkpoint"], {"origin": str, "size": int, "root": str})
    for subject in statement["subject"]:
        need(subject, {"name": str, "digest": dict})
        need(subject["digest"], {"sha256": str})
    for exhibit in told["exhibits"]:
        need(exhibit, {"exhibit": str, "from": int, "to": int, "cameras": list})
        if not all(isinstance(one, str) for one in exhibit["cameras"]):
            raise Malformed("cameras of an exhibit are not names")
    for camera in told["cameras"]:
        numbers = {"from": int, "to": int, "chunks": int, "bytes": int, "frames": int}
        need(camera, {"camera": str, "exhibit": str, "gaps": list, **numbers})
        need_rows(camera["gaps"], (int, int, str))
        need_rows(camera.get("missing", []), (str, int, str))
    for one in told["files"]:
        check_file_of(one)
    if told.get("only", DERIVATIVES_ONLY) != DERIVATIVES_ONLY:
        raise Malformed("a package of another choice")
    need_rows(told.get("imported_files", []), (str, str))
    if not all(isinstance(digest, str) for digest in told["meta"].values()):
        raise Malformed("digests of meta files are not text")


def check_file_of(one: Dict[str, Any]) -> None:
    """What the statement says of a file. Raises Malformed."""
    need(one, {"path": str, "class": str, "size": int, "sha256": str})
    if one["class"] == "master":
        need(one, {"camera": str, "run": str, "seq": int})
    elif one["class"] == "court":
        need(one, {"exhibit": str, "camera": str, "nal_sha256": str, "nals": int, "pieces": list})
        for piece in one["pieces"]:
            need(piece, {"run": str, "seq": int, "first": int, "last": int})
        check_sound_of(one)
    elif one["class"] == IMPORT:
        need(one, {"camera": str, "run": str})
    elif one["class"] != "processed":
        raise Malformed("a file of no known class")


def check_sound_of(court: Dict[str, Any]) -> None:
    """What a court file says of its sound, all of it or nothing. Raises Malformed."""
    fields = {"sound_sha256": str, "sounds": int, "sound_pieces": list, "silences": list}
    if not set(fields) & set(court):
        return
    need(court, fields)
    for piece in court["sound_pieces"]:
        need(piece, {"run": str, "seq": int, "first": int, "last": int})
    need_rows(court["silences"], (int, int))


def read_keys(data: bytes, material: Material) -> None:
    """keys.json: each key by its id."""
    told = parse_canonical(data[:-1] if data.endswith(b"\n") else data)
    need(told, {"keys": list})
    keys = {}
    for key in told["keys"]:
        shape = {"key": str, "role": str, "name": str, "public": str, "from": int, "until": int}
        need(key, shape)
        unhex(key["public"], 32)
        keys[key["key"]] = key
    if len(keys) != len(told["keys"]):
        raise Malformed("a key stands there twice")
    material.keys = keys


def read_checkpoint(data: bytes, material: Material) -> None:
    """The checkpoint on which all proofs stand."""
    material.checkpoint = parse_checkpoint(data)


def read_signatures(data: bytes) -> List[Dict[str, Any]]:
    """signatures.jsonl: index, leaf, key and signature of each line of entries.jsonl."""
    rows: List[Dict[str, Any]] = []

    def take(number: int, line: bytes, told: Dict[str, Any]) -> None:
        need(told, {"index": int, "leaf": str, "key": str, "sig": str})
        unhex(told["leaf"], 32)
        unhex(told["sig"], 64)
        rows.append(told)

    _lines(data, take)
    return rows


def read_entries(data: bytes, signatures: List[Dict[str, Any]], material: Material) -> None:
    """entries.jsonl: the exact bytes of entries, each with its line of signatures.jsonl."""
    entries: List[Entry] = []

    def take(number: int, line: bytes, told: Dict[str, Any]) -> None:
        shape = {"t": str, "chain": str, "seq": int, "prev": str, "at": int, "by": str, "refs": list}
        need(told, {**shape, "body": dict})
        kind = told["t"]
        if set(told) != {*shape, "body"} or not kind.startswith("saksi/") or not kind.endswith("/1"):
            raise Malformed("not an entry")
        for one in [told["prev"], *told["refs"]]:
            unhex(one, 32)
        if number > len(signatures) or signatures[number - 1]["leaf"] != leaf_hash(line).hex():
            raise Malformed("its line of signatures.jsonl is missing, or of another entry")
        check_body(kind[6:-2], told["body"])
        row = signatures[number - 1]
        entry = Entry(
            row["index"], number, line, leaf_hash(line), kind[6:-2], told, row["key"], unhex(row["sig"], 64)
        )
        entries.append(entry)

    _lines(data, take, MOST_ENTRY)
    if len(entries) != len(signatures):
        raise Malformed("not as many lines as signatures.jsonl")
    material.entries = entries


def check_body(kind: str, body: Dict[str, Any]) -> None:
    """That the body of an entry has what its kind needs. Raises Malformed."""
    if kind == "key":
        need(body, {"action": str})
        if body["action"] == "enrol":
            need(body, dict.fromkeys(("role", "name", "public", "old", "old_signature"), str))
            unhex(body["public"], 32)
        elif body["action"] == "revoke":
            need(body, {"key": str})
    elif kind == "run":
        check_run_body(body)
    elif kind == "seal":
        need(
            body,
            {"camera": str, "run": str, "first": int, "last": int, "n": int, "bytes": int, "frames": int},
        )
        need(body, {"chain_in": str, "chain_out": str, "root": str, "gaps": list})
        need_rows(body["gaps"], (int, int, str))
        for name in ("chain_in", "chain_out", "root"):
            unhex(body[name], 32)
    elif kind == "pulse":
        need(body, {"n": int, "root": str, "clock": dict, "checkpoint": str, "checkpoint_size": int})
        unhex(body["root"], 32)
    elif kind == "hold":
        need(body, {"hold": str, "action": str, "spans": list, "commitment": str})
        need_rows(body["spans"], (str, int, int))
    elif kind == "custody":
        need(body, {"event": str, "commitment": str})
    else:
        check_other_body(kind, body)


def check_other_body(kind: str, body: Dict[str, Any]) -> None:
    """The same of kinds that tell of purges and imports. Raises Malformed."""
    if kind in ("purge", "thinned"):
        check_retention_body(body)
    elif kind == "import":
        check_import_body(body)


def check_run_body(body: Dict[str, Any]) -> None:
    """That an opening or closing of a run has all it needs. Raises Malformed."""
    need(body, {"event": str})
    if body["event"] == "open":
        need(body, {"opening": dict})
        opening = {"camera": str, "run": str, "epoch": int, "recorder": str, "parent": str, "at": int}
        need(body["opening"], {"t": str, "reason": str, **opening})
        unhex(body["opening"]["parent"], 32)
        if "origin" in body["opening"]:
            need(body["opening"], {"origin": str, "file": str})
            unhex(body["opening"]["file"], 32)
    elif body["event"] == "close":
        need(body, {"closing": dict, "tip": str})
        closing = {"t": str, "camera": str, "run": str, "last_seq": int, "reason": str, "at": int}
        need(body["closing"], closing)
        unhex(body["tip"], 32)


def check_import_body(body: Dict[str, Any]) -> None:
    """That what is told of a file that was brought, or erased, has all it needs. Raises Malformed."""
    need(body, dict.fromkeys(("event", "camera", "run", "file"), str))
    if body["event"] == "import":
        need(body, {"size": int, "start": int, "commitment": str})


def check_retention_body(body: Dict[str, Any]) -> None:
    """That a notice of a purge, its end, or what is told of thinned chunks has all it needs. Raises Malformed."""
    need(body, {"event": str})
    if body["event"] == "notice":
        need(body, {"purge": int, "due": int})
    elif body["event"] == "done":
        need(body, {"purge": int, "tombstones": dict})
        need(body["tombstones"], {"n": int, "root": str})
        unhex(body["tombstones"]["root"], 32)
    elif body["event"] == "thinned":
        need(body, {"camera": str, "n": int, "root": str})
        unhex(body["root"], 32)


def read_chunks(data: bytes, material: Material) -> None:
    """chunks.jsonl: the exact leaf lines of the run chains."""
    chunks: List[Chunk] = []
    shape = dict.fromkeys(("t", "camera", "run", "init", "sha256", "ended"), str)
    numbers = dict.fromkeys(("seq", "start", "end", "frames", "size", "lost"), int)

    def take(number: int, line: bytes, told: Dict[str, Any]) -> None:
        need(told, {**shape, **numbers, "clock": list})
        if told["t"] != "saksi/chunk/1" or set(told) != {*shape, *numbers, "clock"}:
            raise Malformed("not a chunk entry")
        need_rows([told["clock"]], (str, int, int, str, int, int))
        chunks.append(Chunk(number, leaf_hash(line), told))

    _lines(data, take, MOST_ENTRY)
    material.chunks = chunks


def read_leaves(data: bytes, material: Material) -> None:
    """leaves.jsonl: for each seal the leaf hashes of all its chunks."""
    leaves: Dict[bytes, List[bytes]] = {}

    def take(number: int, line: bytes, told: Dict[str, Any]) -> None:
        need(told, {"seal": str, "leaves": list})
        seal = unhex(told["seal"], 32)
        if seal in leaves:
            raise Malformed("a seal stands there twice")
        leaves[seal] = [unhex(one, 32) for one in told["leaves"]]

    _lines(data, take)
    material.leaves = leaves


def read_pulses(data: bytes, material: Material) -> None:
    """pulses.jsonl: that a run's tip stood in a pulse."""
    pulses: List[Dict[str, Any]] = []

    def take(number: int, line: bytes, told: Dict[str, Any]) -> None:
        need(told, {"pulse": str, "position": int, "line": dict, "path": list})
        need(told["line"], {"camera": str, "run": str, "seq": int, "tip": str})
        unhex(told["pulse"], 32)
        tip = unhex(told["line"]["tip"], 32)
        path = [unhex(one, 32) for one in told["path"]]
        leaf = leaf_hash(canonical_json(told["line"]))
        pulses.append({**told, "number": number, "tip": tip, "hashes": path, "leaf": leaf})

    _lines(data, take)
    material.pulses = pulses


def read_custody(data: bytes, material: Material) -> None:
    """custody.jsonl: what the commitments of custody and hold entries stand for."""
    rows: List[Dict[str, Any]] = []

    def take(number: int, line: bytes, told: Dict[str, Any]) -> None:
        need(told, {"leaf": str, "nonce": str, "body": dict})
        unhex(told["leaf"], 32)
        rows.append({**told, "number": number, "salt": unhex(told["nonce"], 32)})

    _lines(data, take)
    material.custody = rows


def read_tombstones(data: bytes, material: Material) -> None:
    """tombstones.jsonl: what purges took of seals, each under the root that the purge's end has in the log."""
    rows: List[Dict[str, Any]] = []
    texts = dict.fromkeys(("t", "camera", "run", "seal"), str)
    numbers = dict.fromkeys(("hour", "part", "n", "bytes", "policy", "purge"), int)

    def take(number: int, line: bytes, told: Dict[str, Any]) -> None:
        need(told, {"done": str, "position": int, "line": dict, "path": list})
        tomb = told["line"]
        need(tomb, {**texts, **numbers, "seqs": list})
        if tomb["t"] != "saksi/tombstone/1":
            raise Malformed("not a tombstone")
        need_rows(tomb["seqs"], (int, int))
        unhex(tomb["seal"], 32)
        unhex(told["done"], 32)
        path = [unhex(one, 32) for one in told["path"]]
        rows.append({**told, "number": number, "hashes": path, "leaf": leaf_hash(canonical_json(tomb))})

    _lines(data, take)
    material.tombstones = rows
