"""QR codes drawn as SVG, for pages and for PDF alike: bytes, error correction M (15 per cent)."""

import re

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, QRData

# What fits into version 10: on paper the modules of a larger one would be too small for an old telephone.
LONGEST, VERSION = 213, 10
QUIET_ZONE = 4


def qr_svg(text: str, *, label: str) -> str:
    """The code as an SVG that scales to any size; ``label`` says what it leads to. ValueError for a long text."""
    rows = qr_rows(text)
    side = len(rows) + 2 * QUIET_ZONE
    path = "".join(
        f"M{found.start() + QUIET_ZONE} {y + QUIET_ZONE}h{len(found.group())}v1H{found.start() + QUIET_ZONE}z"
        for y, row in enumerate(rows)
        for found in re.finditer("1+", row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )


def qr_rows(text: str) -> list[str]:
    """The modules row by row, "1" for dark, without the quiet zone around them."""
    content = text.encode()
    if len(content) > LONGEST:
        raise ValueError(f"{len(content)} bytes do not fit into a QR code of version {VERSION}.")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(QRData(content, mode=MODE_8BIT_BYTE))
    code.make(fit=True)
    return ["".join("01"[dark] for dark in row) for row in code.get_matrix()]
