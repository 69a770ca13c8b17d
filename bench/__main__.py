"""`python -m bench`: every benchmark, one table. Each runs alone as `python -m bench.NAME`."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

import bench


def main() -> int:
    """Runs each benchmark in its own process; answers 1 when one failed or missed its goal."""
    names = [
        module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")
    ]
    print(f"{'benchmark':<12} {'ratio':>7} {'goal':>7}          peer", flush=True)
    missed = False
    for name in sorted(names):
        run = subprocess.run(
            [sys.executable, "-m", f"bench.{name}", "--json"], stdout=subprocess.PIPE, text=True, timeout=3600
        )
        if run.returncode != 0:
            print(f"{name:<12} failed with status {run.returncode}", flush=True)
            missed = True
            continue
        result = json.loads(run.stdout.splitlines()[-1])
        reached = result["ratio"] <= result["goal"]
        missed |= not reached
        verdict = "reached" if reached else "MISSED"
        figures = f"{result['ratio']:>7.3f} {result['goal']:>7} {verdict:<8}"
        print(f"{name:<12} {figures} {result['peer']}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
