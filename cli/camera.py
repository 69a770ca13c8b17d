"""`saksi camera`: add, list, test an address, find devices, import a CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.address import help_text, read_address
from cli.data_option import add_data_option
from cli.language import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `list`, `test URL`, `discover`, `import CSV`."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help=say("add a camera", "tambah kamera"))
    add.add_argument("name", metavar="NAME")
    add.add_argument("--id", help=say("id (default: made from the name)", "id (bawaan: dari nama)"))
    add.add_argument("--agency", required=True)
    add.add_argument("--source", required=True, help=help_text())
    add.add_argument("--site")
    for option in ("lat", "lon"):
        add.add_argument(f"--{option}", required=True, type=float)
    for option in ("heading", "fov"):
        add.add_argument(f"--{option}", type=float, metavar="DEG")
    add.add_argument(
        "--off",
        action="store_true",
        help=say(
            "not to be recorded: for recordings that are brought in",
            "tidak direkam: untuk rekaman yang dibawa masuk",
        ),
    )
    add_data_option(add)
    listed = actions.add_parser(
        "list", help=say("list cameras and how they are doing", "daftar kamera dan keadaannya")
    )
    add_data_option(listed)
    test = actions.add_parser("test", help=say("open an address and report", "buka alamat dan laporkan"))
    test.add_argument("url", metavar="URL", help=help_text())
    test.add_argument("--seconds", type=float, default=6.0)
    _add_discover(actions)
    bring = actions.add_parser(
        "import",
        help=say("add and change cameras from a CSV", "tambah dan ubah kamera dari CSV"),
    )
    bring.add_argument("csv", type=Path, metavar="CSV")
    bring.add_argument(
        "--dry-run",
        action="store_true",
        help=say("only say what would be done", "hanya tampilkan yang akan dilakukan"),
    )
    bring.add_argument("--json", action="store_true", help=say("report as JSON", "laporan sebagai JSON"))
    add_data_option(bring)


def _add_discover(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    discover = actions.add_parser(
        "discover", help=say("find ONVIF devices and their streams", "cari perangkat ONVIF dan alirannya")
    )
    discover.add_argument(
        "hosts",
        metavar="HOST",
        nargs="*",
        help=say(
            "ask these devices (HOST or HOST:PORT) instead of whoever is on this network",
            "tanyai perangkat ini (HOST atau HOST:PORT), bukan semua yang ada di jaringan ini",
        ),
    )
    discover.add_argument(
        "--interface",
        metavar="ADDRESS",
        help=say(
            "this machine's own address on the network to ask", "alamat mesin ini pada jaringan yang ditanya"
        ),
    )
    discover.add_argument("--seconds", type=float, default=3.0)
    discover.add_argument(
        "--user",
        metavar="NAME",
        help=say(
            "ONVIF user; the password is asked for, or is a line on standard input, and is never sent as it is",
            "pengguna ONVIF; kata sandi ditanyakan, atau satu baris di masukan standar, dan tidak pernah dikirim polos",
        ),
    )
    forms = discover.add_mutually_exclusive_group()
    forms.add_argument(
        "--csv",
        dest="form",
        action="store_const",
        const="csv",
        default="lines",
        help=say(
            "a list to complete for `saksi camera import`, addresses whole",
            "daftar untuk dilengkapi bagi `saksi camera import`, alamat utuh",
        ),
    )
    forms.add_argument("--json", dest="form", action="store_const", const="json")


def run(args: argparse.Namespace) -> int:
    """Does the one asked for."""
    from cli import camera_actions

    if args.action == "list":
        return camera_actions.show(args.data)
    if args.action == "test":
        return camera_actions.test(read_address(args.url), args.seconds)
    if args.action == "discover":
        from cli.camera_discover import discover

        return discover(
            args.hosts, interface=args.interface, seconds=args.seconds, user=args.user, form=args.form
        )
    if args.action == "import":
        return camera_actions.bring(args.csv, args.data, dry_run=args.dry_run, as_json=args.json)
    values = {name: getattr(args, name) for name in ("id", "name", "agency", "site", "lat", "lon")}
    values["source"] = read_address(args.source)
    return camera_actions.add(
        {**values, "heading_deg": args.heading, "fov_deg": args.fov}, args.data, off=args.off
    )
