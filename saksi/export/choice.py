"""Which derivatives go into a package, settled when it is asked for: what is not there yet is not silently left out."""

from __future__ import annotations

from collections.abc import Sequence

from saksi.catalogue import derivatives
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.database import Connection
from saksi.errors import BadInput, Conflict
from saksi.messages import register

register(
    "derivative_not_ready",
    en=("Derivative {number} is not ready; its state is {state}.", "Wait until it is, or leave it out."),
    id_=("Turunan {number} belum siap; keadaannya {state}.", "Tunggu sampai siap, atau jangan disertakan."),
)
register(
    "derivative_elsewhere",
    en=(
        "Derivative {number} is of exhibit {exhibit}, which is not asked for.",
        "Add exhibit {exhibit}, or leave the derivative out.",
    ),
    id_=(
        "Turunan {number} berasal dari barang bukti {exhibit}, yang tidak diminta.",
        "Tambahkan barang bukti {exhibit}, atau jangan sertakan turunan itu.",
    ),
)
register(
    "derivatives_gone",
    en=(
        "The store has none of the redacted copies of which {package} was to be made.",
        "Redact the exhibit again, then export again.",
    ),
    id_=(
        "Penyimpanan tidak punya satu pun salinan samaran untuk {package}.",
        "Samarkan barang buktinya lagi, lalu ekspor lagi.",
    ),
)
register(
    "derivatives_none",
    en=(
        "A package of derivatives alone needs one that is ready, and there is none.",
        "Redact an exhibit first: POST /api/v1/cases/{case}/exhibits/NUMBER/redactions.",
    ),
    id_=(
        "Paket yang hanya berisi turunan memerlukan turunan yang siap, dan belum ada.",
        "Samarkan barang bukti dahulu: POST /api/v1/cases/{case}/exhibits/NOMOR/redactions.",
    ),
)


def check(
    connection: Connection,
    case: CaseFile,
    exhibits: Sequence[int],
    wanted: Sequence[int] | None,
    *,
    only: bool,
) -> list[int] | None:
    """The numbers wanted, each once (None: all that are ready).

    Raises NotFound for one that the case does not have, Conflict for one that is not ready, BadInput for one of another
    exhibit and for a package that would hold nothing.
    """
    if wanted is not None:
        for number in wanted:
            one = derivatives.find(connection, case, case.code, number, field="derivatives")
            if one.state != "ready":
                raise Conflict("derivative_not_ready", field="derivatives", number=number, state=one.state)
            if one.exhibit not in exhibits:
                raise BadInput(
                    "derivative_elsewhere", field="derivatives", number=number, exhibit=one.exhibit
                )
    if only:
        ready = derivatives.derivatives_of(connection, case.case_id, exhibits)
        if not [one for one in ready if wanted is None or one.number in wanted]:
            raise BadInput("derivatives_none", field="derivatives", case=case.code)
    return None if wanted is None else sorted(set(wanted))


def exhibits_of(
    connection: Connection, case: CaseFile, exhibits: Sequence[int], chosen: Sequence[int] | None
) -> list[int]:
    """Those of the exhibits from which the chosen derivatives are."""
    ready = derivatives.derivatives_of(connection, case.case_id, exhibits)
    return sorted({one.exhibit for one in ready if chosen is None or one.number in chosen})
