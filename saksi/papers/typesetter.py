"""Run as a process of its own: one job on standard input, the typeset file on standard output.

A process can be stopped and its memory bounded, which a call inside ours cannot. Knows nothing of papers.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

_MOST_MEMORY = 4 << 30


def main() -> int:
    """Sets `letter.typ` or whichever template the job names; what typst says goes to standard error."""
    job: dict[str, Any] = json.load(sys.stdin)
    seconds = int(job["seconds"])
    # The parent stops us by the clock; this holds if the parent itself is gone.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds * 4, seconds * 4))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import typst

    try:
        made = typst.compile(
            job["template"],
            root=".",
            format=job["format"],
            ppi=job["ppi"],
            sys_inputs={"data": job["data"]},
            # A-2a: archived with its structure, readable without us; UA-1: readable by a screen reader.
            pdf_standards=["a-2a", "ua-1"] if job["format"] == "pdf" else [],
            timestamp=job["made_s"],
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        sys.stderr.write(error.diagnostic or str(error))
        return 1
    pages = made if isinstance(made, list) else [made]
    for page in pages:
        sys.stdout.buffer.write(len(page).to_bytes(8, "big") + page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
