"""`python -m simcam`: the cameras without the rest of the house."""

from __future__ import annotations

import argparse
import sys

from simcam import command

parser = argparse.ArgumentParser(prog="simcam", description="A city of simulated RTSP cameras.")
command.add_arguments(parser)
sys.exit(command.run(parser.parse_args()))
