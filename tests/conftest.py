"""What every test stands on: a clean environment, and fixtures by theme in tests/fixtures/fix_*.py."""

from __future__ import annotations

import os
import signal
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How long the city test records, how much is tampered with and where clips are kept are the tester's own choice.
_KEPT = (
    "SAKSI_API_EXAMPLES",
    "SAKSI_CITY_MINUTES",
    "SAKSI_FAULT_CAMERAS",
    "SAKSI_FAULT_MBPS",
    "SAKSI_FAULT_S",
    "SAKSI_FUZZ_INPUTS",
    "SAKSI_FUZZ_SEED",
    "SAKSI_KILLS",
    "SAKSI_PURGE_EXAMPLES",
    "SAKSI_PURGE_STEPS",
    "SAKSI_RACE_ROUNDS",
    "SAKSI_SIMCAM_CACHE",
    "SAKSI_TAMPER_AUDIT",
    "SAKSI_TAMPER_MUTATIONS",
    "SAKSI_TAMPER_SEED",
    "SAKSI_TAMPER_SEEDS",
)
for _name in [name for name in os.environ if name.startswith("SAKSI_") and name not in _KEPT]:
    del os.environ[_name]
os.environ["SAKSI_CONFIG"] = os.devnull  # no test reads the developer's saksi.toml
os.environ["SAKSI_CAMERA_NETWORKS"] = "private, public, loopback"  # the cameras of tests are on this machine

# Where Python is told to keep no bytecode, as many containers do, every worker and every command under test would
# compile all of the product anew, and pytest would rewrite every assertion.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A shell starts what runs in its background deaf to Ctrl-C; commands under test must hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("saksi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("saksi")

pytest_plugins = [
    f"tests.fixtures.{path.stem}" for path in sorted((Path(__file__).parent / "fixtures").glob("fix_*.py"))
]

# Files here share what took a minute to make (a demo city, a recorded archive), so one worker runs them all.
_TOGETHER = ("tests/console/", "tests/integration/archive_api/")
_APART = ("tests/console/test_units", "tests/integration/archive_api/test_problems")
# Here every test has what it needs for itself, and waits for real time: no worker should have a whole file to the end.
_EACH = ("tests/faults/test_recorder_", "tests/integration/recorder/")
# Waiting and computing by turns, so that four workers keep two cores busy from the start.
_LONGEST = (
    "tests/acceptance/test_city",
    "tests/console/",
    "tests/faults/test_tampered_packages",
    "tests/integration/archive_api/",
    "tests/verifier_page/",
)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> object | None:
    """Each file goes to one worker; files which share their city or archive stay together, others come apart."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(_EACH):
                return nodeid
            folder = next((folder for folder in _TOGETHER if nodeid.startswith(folder)), None)
            return super()._split_scope(nodeid) if folder is None or nodeid.startswith(_APART) else folder

    config.option.loadscopereorder = False
    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """For several workers: the longest first, then the others in no order, so that those which wait run beside those
    which compute; the last ones are short, so that no worker is left alone with a long one."""
    if not hasattr(config, "workerinput"):
        return

    def turn(item: pytest.Item) -> tuple[int, int]:
        file = item.nodeid.partition("::")[0]
        for rank, start in enumerate(_LONGEST):
            if file.startswith(start):
                return rank, 0
        if file.startswith(_EACH):
            return len(_LONGEST), zlib.crc32(item.nodeid.encode()) // 2
        return len(_LONGEST), zlib.crc32(file.encode())

    items.sort(key=turn)
