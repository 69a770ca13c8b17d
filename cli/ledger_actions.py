"""What `saksi ledger` does. `verify` ends with 0 when all holds, 1 when something does not, 2 when it cannot tell."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cli import check_words
from cli.language import language, say
from cli.words import end_progress, progress
from saksi.catalogue.database import Database, query
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.strict import Malformed
from saksi.errors import BadInput, NotFound, Unavailable
from saksi.messages import Phrase, register, words
from saksi.objects.store import ObjectStore
from saksi.settings import Settings

register(
    "witness_unknown",
    en=("No witness of the policy is named {given}.", "Set SAKSI_LEDGER_WITNESSES; it names: {known}."),
    id_=("Tidak ada saksi luar bernama {given}.", "Atur SAKSI_LEDGER_WITNESSES; isinya: {known}."),
)

register(
    "checkpoint_unusable",
    en=("{path} is no checkpoint: {why}.", "Give a file such as a package's meta/checkpoint."),
    id_=("{path} bukan titik periksa: {why}.", "Beri berkas seperti meta/checkpoint dari paket."),
)
register(
    "deep_without_store",
    en=(
        "--deep reads the objects that --without-store and --log-only leave out.",
        "Give one of them.",
    ),
    id_=("--deep membaca objek yang dilewati oleh --without-store dan --log-only.", "Beri salah satu saja."),
)


@dataclass(frozen=True, kw_only=True)
class _Opened:
    settings: Settings
    database: Database
    store: ObjectStore | None


@contextlib.contextmanager
def _opened(args: argparse.Namespace, *, store: bool) -> Iterator[_Opened]:
    from cli.opened import resolved

    settings = resolved(args.data, store=store)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), application="saksi-cli", max_size=2)
    try:
        chosen = ObjectStore.from_settings(settings) if store else None
        yield _Opened(settings=settings, database=database, store=chosen)
    finally:
        database.close()


def verify(args: argparse.Namespace) -> int:
    """Every finding as it comes, then the counts."""
    from saksi.ledger import check, identity
    from saksi.ledger.witness_policy import read_policy

    if args.deep and (args.without_store or args.log_only):
        raise BadInput("deep_without_store", field="--deep")
    trust = None if args.trust is None else read_policy(args.trust)
    seen = [_seen(path) for path in args.seen]
    try:
        with _opened(args, store=not args.without_store) as opened:
            with opened.database.transaction() as connection:
                origin = identity.origin_of(connection, opened.settings)
                policy = trust or identity.policy(connection, opened.settings)
            report = check.Report(tell=_tell)
            check.check(
                opened.database,
                opened.store,
                origin=origin,
                policy=policy,
                trusted=trust is not None,
                seen=seen,
                report=report,
                log_only=args.log_only,
                deep=args.deep,
                progress=_progress,
            )
    except Unavailable as error:
        what, remedy = error.explain(language())
        print(f"saksi: {what}\n       {remedy}", file=sys.stderr)
        return 2
    end_progress()
    counts = check_words.counts(report.counts)
    print(say(f"looked at: {counts}", f"diperiksa: {counts}"))
    if report.findings:
        number = len(report.findings)
        print(say(f"{number} findings: not everything holds", f"{number} temuan: tidak semuanya sesuai"))
        return 1
    if not report.counts.get("checkpoints"):
        print(say("no checkpoint yet: nothing could be told", "belum ada titik periksa: belum dapat dinilai"))
        return 2
    print(say("everything holds", "semuanya sesuai"))
    return 0


def status(args: argparse.Namespace) -> int:
    """A few lines: how much, how old, who signed, whether the store's lock holds."""
    from saksi.catalogue import ledger_tree
    from saksi.ledger import copies, figures

    with _opened(args, store=False) as opened, opened.database.transaction() as connection:
        now = figures.figures(connection)
        sung, copied = copies.last_sung(connection), ledger_tree.published(connection).locked
    print(
        say(
            f"entries under the newest checkpoint: {now.size}",
            f"entri di bawah titik periksa terbaru: {now.size}",
        )
    )
    print(say(f"entries waiting: {now.pending}", f"entri menunggu: {now.pending}"))
    print(say(f"its age: {_age(now.age_us)}", f"umurnya: {_age(now.age_us)}"))
    outside = _age(now.cosigned_age_us)
    print(
        say(
            f"newest one signed by a witness: {outside}", f"terbaru yang ditandatangani saksi luar: {outside}"
        )
    )
    print(say(f"entries copied under object lock: {copied}", f"entri disalin di bawah kunci objek: {copied}"))
    if sung is None:
        print(say("object lock: not tried yet", "kunci objek: belum diuji"))
    elif sung.passed:
        print(say(f"object lock: holds in {sung.bucket}", f"kunci objek: berlaku di {sung.bucket}"))
    else:
        print(
            say(
                f"object lock: does NOT hold in {sung.bucket}", f"kunci objek: TIDAK berlaku di {sung.bucket}"
            )
        )
        for code in sung.failed:
            print(f"    {words(code, language(), {})[0]}")
    return 0


def checkpoint(args: argparse.Namespace) -> int:
    """Prints it as soon as it is published."""
    from saksi.catalogue import ledger_tree
    from saksi.ledger import identity, sequencer

    with _opened(args, store=True) as opened:
        assert opened.store is not None
        with opened.database.transaction() as connection:
            log = identity.log_key(connection, opened.settings)
        kept = sequencer.checkpoint_now(opened.database, opened.store, log)
        with opened.database.transaction() as connection:
            print(ledger_tree.cosigned(connection, kept).whole(), end="")
    return 0


def key(args: argparse.Namespace) -> int:
    """One vkey a line, the oldest first; or every public key that the office had, as 64 hex digits."""
    from saksi.ledger import identity

    with _opened(args, store=False) as opened, opened.database.transaction() as connection:
        if args.office:
            found = connection.execute(query("tree.keys")).fetchall()
            mine = [row for row in found if row["role"] == "office"]
            for row in sorted(mine, key=lambda row: (row["enrolled_at"], row["key_id"])):
                print(row["public"].hex())
            return 0
        for log in identity.policy(connection, opened.settings).logs:
            print(log.key.text())
    return 0


def policy(args: argparse.Namespace) -> int:
    """The file, byte for byte."""
    from saksi.ledger import identity

    with _opened(args, store=False) as opened, opened.database.transaction() as connection:
        data = identity.policy(connection, opened.settings).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    return 0


def request(args: argparse.Namespace) -> int:
    """The body of add-checkpoint, for `saksi witness sign`."""
    from saksi.ledger import cosigning
    from saksi.ledger.witness_policy import witnesses_of

    with _opened(args, store=False) as opened, opened.database.transaction() as connection:
        known = {one.name: one for one in witnesses_of(opened.settings.ledger_witnesses).witnesses}
        if args.witness not in known:
            raise BadInput("witness_unknown", field="WITNESS", given=args.witness, known=", ".join(known))
        asked = cosigning.request(connection, known[args.witness], old=args.old)
    if asked is None:
        raise NotFound("ledger_empty")
    print(asked.text(), end="")
    return 0


def cosign(args: argparse.Namespace) -> int:
    """Says which checkpoints now have whose signature."""
    from saksi.ledger import cosigning
    from saksi.ledger.witness_policy import witnesses_of

    with _opened(args, store=False) as opened, opened.database.transaction() as connection:
        known = witnesses_of(opened.settings.ledger_witnesses)
        for size, name in cosigning.take(connection, args.file.read_bytes(), known):
            print(say(f"checkpoint {size}: signed by {name}", f"titik periksa {size}: ditandatangani {name}"))
    return 0


def _seen(path: Path) -> Note:
    """A checkpoint in a file. Raises BadInput when it cannot be read or is none."""
    try:
        note = Note.parse(path.read_bytes())
        Checkpoint.parse(note.text)
    except (OSError, Malformed) as error:
        raise BadInput("checkpoint_unusable", field="--seen", path=path, why=error) from error
    return note


def _age(age_us: int) -> str:
    return say("none yet", "belum ada") if age_us < 0 else f"{age_us // 1_000_000} s"


def _tell(finding: object) -> None:
    from saksi.ledger.check import Finding

    assert isinstance(finding, Finding)
    end_progress()
    what = Phrase(f"ledger_{finding.code}").text(language())
    print(f"{finding.code}: {finding.where}: {what}")
    if finding.expected or finding.found:
        expected, found = (check_words.fact(text)[:200] for text in (finding.expected, finding.found))
        print(say(f"    expected {expected or '-'}", f"    seharusnya {expected or '-'}"))
        print(say(f"    found    {found or '-'}", f"    ditemukan  {found or '-'}"))


def _progress(what: str, done: int, total: int) -> None:
    told = f"{check_words.counted(what)} {done}" + f"/{total}" * bool(total)
    progress(f"{done / 1e9:.2f} GB" if what == "bytes" else told)
    if done == total:
        end_progress()
