"""What is wrong with an installation, and what to do: looked at from outside, when it may be half dead.

Nothing here waits long, changes anything, or needs another part of the installation to be well.
"""

from __future__ import annotations
