"""The policy file that names our witnesses: C2SP tlog-policy, with the address of each that is reached over HTTP."""

from __future__ import annotations

from pathlib import Path

from saksi.custody.policy import Policy
from saksi.custody.strict import Malformed
from saksi.errors import BadInput
from saksi.messages import register

register(
    "policy_unusable",
    en=(
        "{path} is not a policy of witnesses: {why}.",
        "See C2SP tlog-policy: witness NAME VKEY URL, quorum NAME.",
    ),
    id_=(
        "{path} bukan berkas kebijakan saksi luar: {why}.",
        "Lihat C2SP tlog-policy: witness NAMA VKEY URL, quorum NAMA.",
    ),
)


def witnesses_of(path: Path | None) -> Policy:
    """The policy in a file; one without witnesses when there is no file set. Raises BadInput."""
    return Policy() if path is None else read_policy(path)


def read_policy(path: Path) -> Policy:
    """The policy in a file. Raises BadInput when it cannot be read or is none."""
    try:
        return Policy.parse(path.read_bytes())
    except (OSError, Malformed) as error:
        raise BadInput("policy_unusable", field="SAKSI_LEDGER_WITNESSES", path=path, why=error) from error
