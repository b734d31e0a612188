"""QR codes: text to dark and light modules, and to a picture that can be sent in chat.

Owns the size and the quiet zone. Drawing the modules on paper is `reports.papers.paper`'s.
"""

from __future__ import annotations

import io

Modules = tuple[tuple[bool, ...], ...]
"""Rows of modules from the top, dark ones true, without the quiet zone."""

QUIET_MODULES = 4
"""ISO/IEC 18004: four light modules on every side."""

_PIXELS = 640
_MOST_CHARACTERS = 300


def qr_modules(text: str) -> Modules:
    """Encode a link at error level M, in the smallest version that holds it.

    Raises:
        ValueError: for an empty text or more than 300 characters: no phone reads the code at arm's length.
    """
    if not 0 < len(text) <= _MOST_CHARACTERS:
        raise ValueError("a QR code of ours holds 1 to 300 characters")
    from reportlab.graphics.barcode import qrencoder  # noqa: PLC0415  # heavy

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(qrencoder.QR8bitByte(text))
    code.make()
    return tuple(tuple(bool(dark) for dark in row) for row in code.modules)


def qr_png(text: str) -> bytes:
    """A QR code as a black and white PNG of about 640 pixels, quiet zone included.

    Raises:
        ValueError: as `qr_modules`.
    """
    from PIL import Image  # noqa: PLC0415  # heavy

    modules = qr_modules(text)
    side = len(modules) + 2 * QUIET_MODULES
    small = Image.new("1", (side, side), 1)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + QUIET_MODULES, y + QUIET_MODULES), 0)
    scale = max(1, _PIXELS // side)
    out = io.BytesIO()
    small.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()
