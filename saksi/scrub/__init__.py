"""Whether the store still has what rows name, byte for byte: read continuously, told once, repaired from a spool.

Nothing here ever deletes an object. A store that does not answer is no finding, and a store that lacks much at once is
an alarm and not thousands of findings.
"""

from __future__ import annotations
