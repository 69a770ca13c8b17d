"""`saksi witness`: an outside witness of somebody's log. It sees checkpoints, never footage or entries."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cli.language import say
from cli.log_lines import log_to_stderr
from saksi.errors import BadInput
from saksi.messages import register

register(
    "witness_name_bad",
    en=("{given} is no name for a witness.", "Use something like kejari.example/w1: no spaces, no +."),
    id_=("{given} bukan nama saksi.", "Gunakan misalnya kejari.example/w1: tanpa spasi, tanpa +."),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`serve`, `sign FILE`, `key`."""
    actions = parser.add_subparsers(dest="action", required=True)
    serve = actions.add_parser("serve", help=say("answer logs over HTTP", "layani log lewat HTTP"))
    serve.add_argument(
        "--host", default="127.0.0.1", help=say("address to listen on", "alamat yang didengarkan")
    )
    serve.add_argument(
        "--port", type=int, default=8099, help=say("port to listen on", "port yang didengarkan")
    )
    sign = actions.add_parser(
        "sign", help=say("sign a request in a file", "tandatangani permintaan dalam berkas")
    )
    sign.add_argument("file", type=Path, metavar="FILE")
    key = actions.add_parser("key", help=say("print the verifier key to hand out", "cetak kunci pemeriksa"))
    for action in (serve, sign, key):
        action.add_argument(
            "--folder",
            type=Path,
            default=Path("witness"),
            metavar="DIR",
            help=say("where key and memory are kept", "tempat kunci dan ingatan"),
        )
        action.add_argument(
            "--name",
            required=True,
            metavar="NAME",
            help=say("its name, such as kejari.example/w1", "namanya, misalnya kejari.example/w1"),
        )
    for action in (serve, sign):
        action.add_argument(
            "--trust",
            type=Path,
            required=True,
            metavar="POLICY",
            help=say("policy file with the logs to witness", "berkas kebijakan berisi log yang disaksikan"),
        )


def run(args: argparse.Namespace) -> int:
    """Serves until told to stop, or answers once; 0 when it signed, 1 when it refused."""
    from saksi.custody.notes import check_name
    from saksi.custody.policy import Policy
    from saksi.custody.strict import Malformed
    from saksi.ledger.witness import WitnessDesk
    from saksi.ledger.witness_policy import read_policy

    try:
        check_name(args.name)
    except Malformed as error:
        raise BadInput("witness_name_bad", field="--name", given=args.name[:80]) from error
    policy = read_policy(args.trust) if args.action != "key" else Policy()
    desk = WitnessDesk(args.folder, args.name, policy)
    if args.action == "key":
        print(desk.key.text())
        return 0
    if args.action == "serve":
        return _serve(desk, args.host, args.port)
    answer = desk.add_checkpoint(args.file.read_bytes())
    if answer.status == 200:
        print(answer.body, end="")
        return 0
    print(_refusal(answer.status, answer.body.strip()), file=sys.stderr)
    return 1


def _serve(desk: object, host: str, port: int) -> int:
    import signal
    import threading

    from saksi.ledger.witness import WitnessDesk
    from saksi.ledger.witness_server import WitnessServer

    assert isinstance(desk, WitnessDesk)
    log_to_stderr("%(asctime)s %(message)s")
    server = WitnessServer(desk, host, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(say(f"witness {desk.name} at {server.url}", f"saksi {desk.name} di {server.url}"), flush=True)
    print(desk.key.text(), flush=True)
    server.serve_forever(0.2)
    server.server_close()
    return 0


def _refusal(status: int, body: str) -> str:
    if status == 409:
        return say(
            f"this witness has size {body}: make the request anew with --old {body}",
            f"saksi ini memegang ukuran {body}: buat ulang permintaan dengan --old {body}",
        )
    return say(f"not signed ({status}): {body}", f"tidak ditandatangani ({status}): {body}")
