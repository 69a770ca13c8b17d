"""What every test stands on: a clean environment, and fixtures by theme in tests/fixtures/fix_*.py."""

from __future__ import annotations

import os
from pathlib import Path

# How long the city test records and where clips are kept are the tester's own choice.
_KEPT = ("SAKSI_CITY_MINUTES", "SAKSI_SIMCAM_CACHE")
for _name in [name for name in os.environ if name.startswith("SAKSI_") and name not in _KEPT]:
    del os.environ[_name]
os.environ["SAKSI_CONFIG"] = os.devnull  # no test reads the developer's saksi.toml

pytest_plugins = [
    f"tests.fixtures.{path.stem}" for path in sorted((Path(__file__).parent / "fixtures").glob("fix_*.py"))
]
