"""A page of paper: text, lines and curves at places counted from the top left corner, in points.

Owns ReportLab's canvas. Import it only where something is drawn. The bytes depend on what was drawn and on
nothing else: no clock, no machine, no counter.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from payments.language import Language
from payments.nairobi import in_nairobi
from reports.fonts import Face
from reports.ink import palette
from reports.ink.fitting import Fitted, Rung, fit
from reports.ink.guilloche import Curve
from reports.ink.lettering import clean, register_faces, width_of
from reports.qr import Modules

WIDTH, HEIGHT = A5
_HAIR = 0.6


class Align(StrEnum):
    """Which end of a text stands at the given place."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


_SHARE_BEFORE = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}


@dataclass(frozen=True, slots=True)
class Pen:
    """How a text looks. `spacing` is added after each character, in points."""

    face: Face
    size: float
    colour: str = palette.INK
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What the file says of itself."""

    title: str
    author: str
    language: Language
    dated: datetime


class Paper:
    """One A5 page being drawn. `finish` hands back the file."""

    def __init__(self, identity: Identity) -> None:
        register_faces()
        self._out = io.BytesIO()
        self._canvas = Canvas(
            self._out, pagesize=A5, invariant=1, pageCompression=1, lang=identity.language.value
        )
        self._canvas.setTitle(clean(identity.title, Face.PLAIN))
        self._canvas.setAuthor(clean(identity.author, Face.PLAIN))
        self._canvas.setCreator("LegalPro")
        dated = in_nairobi(identity.dated).strftime("D:%Y%m%d%H%M%S+03'00'")
        self._canvas.setDateFormatter(lambda *_: dated)

    def write(self, x: float, y: float, text: str, pen: Pen, align: Align = Align.LEFT) -> float:
        """Write one line on the base line `y`; hands back its width."""
        shown = clean(text, pen.face)
        width = _measured(shown, pen)
        self._canvas.setFillColor(pen.colour)
        self._canvas.setFont(pen.face, pen.size)
        left = x - width * _SHARE_BEFORE[align]
        self._canvas.drawString(left, HEIGHT - y, shown, charSpace=pen.spacing)
        return width

    def width_of(self, text: str, pen: Pen) -> float:
        """How wide a line will be."""
        return _measured(clean(text, pen.face), pen)

    def fitted(self, text: str, width: float, pen: Pen, rungs: tuple[Rung, ...]) -> Fitted:
        """The text, made harmless, by the first rung on which it fits into the width."""
        return fit(clean(text, pen.face), width, rungs, partial(width_of, pen.face))

    def write_lines(self, x: float, y: float, fitted: Fitted, pen: Pen, align: Align = Align.LEFT) -> float:
        """Write lines from the base line `y` down; hands back the base line of the last."""
        for place, line in enumerate(fitted.lines):
            self.write(x, y + place * fitted.step, line, Pen(pen.face, fitted.size, pen.colour), align)
        return y + fitted.depth

    def rule(self, x: float, y: float, width: float) -> None:
        """Draw a level line."""
        self._canvas.setStrokeColor(palette.HAIR)
        self._canvas.setLineWidth(_HAIR)
        self._canvas.line(x, HEIGHT - y, x + width, HEIGHT - y)

    def panel(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = palette.PAPER,
        edge: str | None = None,
        radius: float = 0.0,
    ) -> None:
        """Draw an area whose top left corner is at (x, y)."""
        self._canvas.setFillColor(fill)
        self._canvas.setStrokeColor(edge or fill)
        self._canvas.setLineWidth(_HAIR)
        self._canvas.roundRect(
            x, HEIGHT - y - height, width, height, radius, stroke=int(edge is not None), fill=1
        )

    def curves(self, x: float, y: float, curves: list[Curve], colour: str, weight: float) -> None:
        """Draw curves around (x, y)."""
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(weight)
        for curve in curves:
            path = self._canvas.beginPath()
            path.moveTo(x + curve[0][0], HEIGHT - y + curve[0][1])
            for across, up in curve[1:]:
                path.lineTo(x + across, HEIGHT - y + up)
            self._canvas.drawPath(path, stroke=1, fill=0)

    def qr(self, x: float, y: float, side: float, modules: Modules) -> None:
        """Draw a QR code whose top left dark corner is at (x, y); the quiet zone is the caller's."""
        unit = side / len(modules)
        path = self._canvas.beginPath()
        for row, line in enumerate(modules):
            for column, dark in enumerate(line):
                if dark:
                    path.rect(x + column * unit, HEIGHT - y - (row + 1) * unit, unit, unit)
        self._canvas.setFillColor(palette.INK)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def write_across(self, text: str, pen: Pen, *, degrees: float, opacity: float) -> None:
        """Write one line through the middle of the page, rising by an angle, over what is there."""
        self._canvas.saveState()
        self._canvas.translate(WIDTH / 2, HEIGHT / 2)
        self._canvas.rotate(degrees)
        self._canvas.setFillColor(pen.colour)
        self._canvas.setFillAlpha(opacity)
        self._canvas.setFont(pen.face, pen.size)
        left = -_measured(text, pen) / 2
        self._canvas.drawString(left, -pen.size * 0.36, text, charSpace=pen.spacing)
        self._canvas.restoreState()

    def finish(self) -> bytes:
        """The page as a PDF file. Nothing can be drawn after it."""
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()


def _measured(text: str, pen: Pen) -> float:
    return width_of(pen.face, text, pen.size) + pen.spacing * max(0, len(text) - 1)
