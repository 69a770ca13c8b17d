"""`saksi purge --verify-certificate`: what a certificate shows, checked without the archive."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from cli.language import language, say
from saksi.amounts import amount
from saksi.custody.policy import Policy
from saksi.custody.strict import Malformed
from saksi.errors import BadInput
from saksi.messages import register
from saksi.retention.certificate_check import FAILS, HOLDS, UNCHECKED, Finding, Given, check

register(
    "certificate_trust",
    en=(
        "{given} is no file with a policy of the log, and no public key of 64 hex digits.",
        "Give what the office gave you: its policy (saksi ledger policy) or its key (saksi ledger key --office).",
    ),
    id_=(
        "{given} bukan berkas kebijakan log, dan bukan kunci publik 64 digit heksadesimal.",
        "Berikan dari kantor arsip: kebijakan (saksi ledger policy) atau kuncinya (saksi ledger key --office).",
    ),
)
register(
    "file_unreadable",
    en=("{path} cannot be read.", "Look at the path given in {field}."),
    id_=("{path} tidak dapat dibaca.", "Periksa jalur pada {field}."),
)

_MOST_BYTES = 1 << 30


def verify_certificate(args: argparse.Namespace) -> int:
    """A line a finding; 1 when something fails, 0 when signature or log holds, 2 when neither could be checked."""
    publics, policy = _trust(args.trust or [])
    given = Given(
        certificate=_read(args.verify_certificate, "--verify-certificate"),
        tombstones=None if args.tombstones is None else _read(args.tombstones, "--tombstones"),
        publics=publics,
        policy=policy,
        proof=None if args.proof is None else _read(args.proof, "--proof"),
    )
    found = check(given)
    if args.json:
        told = [{"line": one.line, "state": one.state, "detail": _said(one)} for one in found]
        print(json.dumps(told, ensure_ascii=False))
    else:
        for one in found:
            print(f"{_state(one.state)}\t{_said(one)}")
    if any(one.state == FAILS for one in found):
        return 1
    return 0 if any(one.state == HOLDS for one in found if one.line in ("signature", "log")) else 2


def _trust(given: Sequence[str]) -> tuple[list[bytes], Policy | None]:
    """Keys, one or several, and a policy, each as text or in a file. Raises BadInput for what is neither."""
    publics: list[bytes] = []
    policy = None
    for one in given:
        path = Path(one)
        data = _read(path, "--trust") if path.is_file() else one.encode()
        try:
            keys = [bytes.fromhex(word) for word in data.decode("ascii").split()]
        except ValueError:
            keys = []
        if keys and all(len(key) == 32 for key in keys):
            publics += keys
            continue
        try:
            policy = Policy.parse(data)
        except Malformed as error:
            raise BadInput("certificate_trust", field="--trust", given=one[:80]) from error
    return publics, policy


def _read(path: Path, field: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError as error:
        raise BadInput("file_unreadable", field=field, path=path) from error


def _state(state: str) -> str:
    words = {
        HOLDS: say("holds", "sesuai"),
        FAILS: say("DOES NOT HOLD", "TIDAK SESUAI"),
        UNCHECKED: say("not checked", "tidak diperiksa"),
    }
    return words[state]


def _said(one: Finding) -> str:
    counts = {name: value for name, value in one.values.items() if name == "count" and isinstance(value, int)}
    counted = {name: amount(count, "camera_hour", language()) for name, count in counts.items()}
    return say(*_WORDS[one.detail]).format(**{**one.values, **counted})


_WORDS = {
    "form": (
        "certificate of purge {purge} of the archive {archive}",
        "berita acara pemusnahan {purge} dari arsip {archive}",
    ),
    "form_bad": ("this is no certificate of a purge", "ini bukan berita acara pemusnahan"),
    "signature": ("signed by the key {key} that you trust", "ditandatangani kunci {key} yang Anda percayai"),
    "signature_no_key": (
        "its signature by key {key}: give the office's public key (saksi ledger key --office) in --trust",
        "tanda tangan kunci {key}: berikan kunci publik kantor (saksi ledger key --office) pada --trust",
    ),
    "signature_other_key": (
        "it names the key {key}, not the one you trust",
        "yang disebut kunci {key}, bukan yang Anda percayai",
    ),
    "signature_bad": ("its signature is not by key {key}", "tanda tangannya bukan dari kunci {key}"),
    "log": (
        "its digest stands in entry {index} of the log, under a checkpoint that your policy accepts ({witnesses}"
        " witnesses)",
        "hash-nya tercantum pada entri {index} log, di bawah titik periksa yang diterima kebijakan Anda ({witnesses}"
        " saksi)",
    ),
    "log_no_policy": (
        "its place in the log: give the log's policy (saksi ledger policy) in --trust and the proof in --proof",
        "tempatnya dalam log: berikan kebijakan log (saksi ledger policy) pada --trust dan bukti pada --proof",
    ),
    "log_no_proof": (
        "its place in the log: give the proof in --proof (saksi purge --certificate N --proof FILE)",
        "tempatnya dalam log: berikan bukti pada --proof (saksi purge --certificate N --proof FILE)",
    ),
    "log_bad_proof": ("the proof cannot be read", "bukti tidak dapat dibaca"),
    "log_not_trusted": (
        "the proof does not lead to a checkpoint that your policy accepts",
        "bukti tidak berujung pada titik periksa yang diterima kebijakan Anda",
    ),
    "log_other_certificate": (
        "the log's entry is of another certificate or another purge",
        "entri log itu milik berita acara atau pemusnahan lain",
    ),
    "list": ("the list of what went is the one it binds, {count}", "daftar yang dimusnahkan sesuai, {count}"),
    "list_none": (
        "the list of what went: give tombstones.jsonl in --tombstones",
        "daftar yang dimusnahkan: berikan tombstones.jsonl pada --tombstones",
    ),
    "list_other": ("the list given is not the one it binds", "daftar yang diberikan bukan yang diikatnya"),
    "list_root": ("the list does not have the count and root told", "jumlah atau akar daftar tidak cocok"),
}
