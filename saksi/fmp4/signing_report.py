"""What a check of a camera's own signatures found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What does not hold, at frame `frame` of source number `source` (decode order, from 0).

    Codes: sei_malformed, signature_invalid, key_changed, gop_changed, frames_missing, gop_order, sei_missing,
    gop_without_sei.
    """

    code: str
    source: int
    frame: int


@dataclass(frozen=True, kw_only=True)
class SigningReport:
    """`signed` says that nothing contradicts the camera's signatures; how far they reach, `proven` tells: with 0
    it proves nothing, and whose key it was is known only where `trusted`.

    Of `nals` NAL units of a signed stream that enter, `proven` are under a signature that holds. The rest is the
    end of the footage, whose SEI had not come, or lacks a certificate (`certificates` empty). `earlier` SEIs
    answer for footage from before; `started_us` is the camera's own time of the first GOP proven. `trusted` only
    with anchors.
    """

    state: Literal["unsigned", "signed", "broken"]
    seis: int
    signatures: int
    signatures_valid: int
    nals: int
    proven: int
    earlier: int
    findings: Sequence[Finding]
    certificates: Sequence[str] = field(repr=False)
    certificate_sei: bytes = field(repr=False)
    vendor: Sequence[str]
    started_us: int
    trusted: bool
