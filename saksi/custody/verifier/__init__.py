"""The offline verifier: a second implementation of every check, kept apart from what makes packages.

`bundle` joins these modules into the one file `verify.py` that travels in every package; docs/reference/package.md is
what they hold a package to. Standard library only, Python 3.8 and later.
"""

from __future__ import annotations
