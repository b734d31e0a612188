"""The shipped fonts as ReportLab knows them: which characters they show, and how wide a text is.

Owns the registration. Import it only where something is drawn.
"""

from __future__ import annotations

from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from reports.fonts import Face, font_path
from reports.ink.harmless import harmless


@lru_cache(maxsize=1)
def register_faces() -> None:
    """Read the fonts' files, once in a process."""
    for face in Face:
        registerFont(TTFont(face.value, font_path(face)))


def clean(text: str, face: Face) -> str:
    """Foreign text as that face can show it, in one harmless line."""
    register_faces()
    glyphs = getFont(face.value).face.charToGlyph
    return harmless(text, lambda char: ord(char) in glyphs)


def width_of(face: Face, text: str, size: float) -> float:
    """The width of a line, in the unit of its size; for one face it is a `reports.ink.fitting.Measure`."""
    register_faces()
    return float(stringWidth(text, face.value, size))
