"""QR codes as SVG (ISO/IEC 18004), the same for the PDF and the HTML."""

from __future__ import annotations

import io

import segno


def qr_svg(payload: str) -> str:
    """The code as one SVG path. Error correction is the highest that does not make the code larger."""
    code = segno.make(payload, error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, nl=False)
    return out.getvalue().decode()
