"""What every test stands on: a clean environment, and fixtures by theme in tests/fixtures/fix_*.py."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hypothesis import HealthCheck, settings

# How long the city test records, how much is tampered with and where clips are kept are the tester's own choice.
_KEPT = (
    "SAKSI_CITY_MINUTES",
    "SAKSI_SIMCAM_CACHE",
    "SAKSI_TAMPER_MUTATIONS",
    "SAKSI_TAMPER_SEED",
    "SAKSI_TAMPER_SEEDS",
)
for _name in [name for name in os.environ if name.startswith("SAKSI_") and name not in _KEPT]:
    del os.environ[_name]
os.environ["SAKSI_CONFIG"] = os.devnull  # no test reads the developer's saksi.toml

# A shell starts what runs in its background deaf to Ctrl-C; commands under test must hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("saksi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("saksi")

pytest_plugins = [
    f"tests.fixtures.{path.stem}" for path in sorted((Path(__file__).parent / "fixtures").glob("fix_*.py"))
]
