"""A process that makes one child a line: each runs a round on the same servers and kills itself at a step.

Started once and forking, so that a case costs no interpreter's start. Arguments: database address, store address,
access key, secret key, bucket. A line: name of the step, its number, before or after, parted by tabs.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from saksi.ledger import sequencer
from tests.integration.ledger.shaky import ShakyDatabase, ShakyStore, Steps, recording_key


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _round(work: Callable[[ShakyDatabase, ShakyStore], object], name: str, number: str, when: str) -> None:
    steps = Steps(at=(name, int(number), when), act=_die)
    database = ShakyDatabase(sys.argv[1], application="tests")
    store = ShakyStore(*sys.argv[2:6])
    database.steps = store.steps = steps
    work(database, store)


def main(work: Callable[[ShakyDatabase, ShakyStore], object]) -> None:
    """Answers each line with the signal that ended the child's `work`, 0 when it got through."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _round(work, *line.rstrip("\n").split("\t"))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(
            os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status), flush=True
        )


if __name__ == "__main__":
    main(lambda database, store: sequencer.checkpoint(database, store, recording_key()))
