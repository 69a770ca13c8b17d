"""Turns itself into a server process: drops to another user, ties its life to its parent, then executes.

Run as `python -I -S shim.py SIGNAL PARENT UID GID PROGRAM ARGUMENTS…`, standard library only. It exists
because prctl(2) must be called between fork and exec and after the change of user (which clears it), and code
of a threaded parent must not run there. UID -1 keeps the user.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG = 1
_MOST_FILES = 65_536


def main(arguments: list[str]) -> None:
    """Never returns: the server takes the place of this process, or the process ends."""
    death_signal, parent, uid, gid = (int(text) for text in arguments[:4])
    program = arguments[4:]
    os.umask(0o077)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:  # it died before prctl(2) could tell us
        os._exit(1)
    os.execv(program[0], program)  # noqa: S606 (a fixed list from saksi.embedded)


if __name__ == "__main__":
    main(sys.argv[1:])
