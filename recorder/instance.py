"""Which recorder this is, whatever it is called: an id that lives as long as its spool.

Names are given by people and host names repeat; two recorders of one name would release each other's leases
without end. A process that starts again on the same spool is the same recorder.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from saksi import durable

_FILE = "instance.json"


def instance_of(spool: Path) -> str:
    """The id in the spool folder, made at first asking. For the owner of the spool only."""
    path = spool / _FILE
    try:
        return str(uuid.UUID(json.loads(path.read_bytes())["instance"]))
    except FileNotFoundError:
        pass  # a new spool, or one of before there were ids
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # damaged: it stands for nothing but itself, so another one does as well
    made = str(uuid.uuid4())
    durable.write(path, json.dumps({"instance": made}).encode())
    return made
