"""The command `saksi simcam`, also `python -m simcam`: draws the clips and serves them until a signal.

Standard output: one line a camera, address first, then what it sends; last `simcam is ready at rtsp://H:P/`.
Progress, comings and goings are on standard error. Cameras take the six clips in turn: camera 7 shows clip 1
again, and the burnt-in number is that of the clip.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from simcam.errors import ClipError
from simcam.orders import HEIGHT, KBPS, WIDTH

if TYPE_CHECKING:
    from simcam.server import Server

BAD_INPUT = 2
FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument(
        "--cameras", type=_count, default=6, metavar="N", help="how many cameras, 1 to 1000 (6)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=8554, help="port to listen at, 0 for any free one (8554)"
    )
    parser.add_argument(
        "--clip", type=Path, action="append", metavar="FILE", help="loop this MP4 instead; repeatable"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="where drawn clips are kept (SAKSI_SIMCAM_CACHE)"
    )
    parser.add_argument(
        "--width", type=_side, default=WIDTH, metavar="W", help=f"of drawn clips, even ({WIDTH})"
    )
    parser.add_argument(
        "--height", type=_side, default=HEIGHT, metavar="H", help=f"of drawn clips, even ({HEIGHT})"
    )
    parser.add_argument(
        "--bitrate", type=_mbps, default=KBPS / 1000, metavar="MBPS", help="of drawn clips (0.6)"
    )
    parser.add_argument("--user", help="ask clients for this user (Basic or Digest)")
    parser.add_argument("--password", help="and this password")
    parser.add_argument("--prepare", action="store_true", help="only draw the clips, then end")


def run(args: argparse.Namespace) -> int:
    """Runs until a signal; answers 0, 1 when it cannot listen, 2 for input that cannot be used."""
    if (args.user is None) != (args.password is None):
        return _fail("--user and --password go together.", BAD_INPUT)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="simcam: %(message)s")
    try:
        server = _prepare(args)
    except ClipError as error:
        return _fail(str(error), BAD_INPUT)
    except OSError as error:
        return _fail(f"The clips cannot be kept: {error}. Choose another folder with --cache.", FAILED)
    except KeyboardInterrupt:
        return _fail("Stopped while drawing; what is finished is kept.", 130)
    if server is None:
        return 0
    gc.freeze()  # clips live as long as the process; walking over them again and again would cost frames
    try:
        asyncio.run(_serve(server, args))
    except OSError as error:
        return _fail(f"Cannot listen at {args.host}:{args.port}: {error}. Choose another --port.", FAILED)
    return 0


def _prepare(args: argparse.Namespace) -> Server | None:
    """The server with its clips loaded, or None when only --prepare was asked for."""
    # Imported late: `saksi --help` must not load FFmpeg.
    from simcam import library, orders
    from simcam.auth import Gate
    from simcam.clip import load
    from simcam.server import Server

    gate = Gate(args.user, args.password) if args.user is not None else None
    if args.clip:
        clips, spare = [load(path) for path in args.clip], None
    else:
        wanted = orders.orders(
            args.cache or orders.default_cache(),
            cameras=args.cameras,
            width=args.width,
            height=args.height,
            kbps=round(args.bitrate * 1000),
        )
        library.draw(wanted)
        if args.prepare:
            return None
        *clips, spare = [library.load(order) for order in wanted]
    return None if args.prepare else Server(clips, args.cameras, spare=spare, gate=gate)


async def _serve(server: Server, args: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    port = await server.start(args.host, args.port)
    host = f"[{args.host}]" if ":" in args.host else args.host
    for camera in server.cameras:
        tracks = " + ".join(track.codec for track in camera.clip.tracks)
        print(f"rtsp://{host}:{port}/{camera.name}  {tracks} {camera.clip.width}x{camera.clip.height}")
    print(f"simcam is ready at rtsp://{host}:{port}/", flush=True)
    await stop.wait()
    await server.stop()


def _fail(sentence: str, code: int) -> int:
    print(f"simcam: {sentence}", file=sys.stderr)
    return code


def _count(text: str) -> int:
    return _whole(text, 1, 1000, "a number of cameras")


def _port(text: str) -> int:
    return _whole(text, 0, 65535, "a port")


def _side(text: str) -> int:
    side = _whole(text, 96, 3840, "a picture's side")
    if side % 2:
        raise argparse.ArgumentTypeError(f"{side} is odd; a picture's side must be even")
    return side


def _mbps(text: str) -> float:
    try:
        mbps = float(text)
    except ValueError:
        mbps = 0.0
    if not 0.1 <= mbps <= 50:
        raise argparse.ArgumentTypeError(f"{text} is not a bit rate from 0.1 to 50 Mbit/s")
    return mbps


def _whole(text: str, least: int, most: int, what: str) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text} is not {what} from {least} to {most}")
    return int(text)
