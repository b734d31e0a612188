"""A picture as plain shapes: texts and blocks at places counted from the top left corner, in pixels.

Owns the shapes and the arithmetic of where they are; `reports.scenes.painter` paints them. That no two texts
overlap can therefore be tested without a picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from reports.fonts import Face
from reports.ink import palette
from reports.ink.fitting import cut_short
from reports.ink.lettering import clean, width_of

WIDTH, HEIGHT = 1000, 750
"""Telegram shows a photo of this shape across the whole of a phone."""

_TALL = 1.17
"""From the top of the tallest letter to the bottom of the deepest, in sizes."""


@dataclass(frozen=True, slots=True)
class Block:
    """A filled area; `radius` rounds its corners."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """One line; x and y are its top left corner."""

    x: float
    y: float
    text: str
    size: float
    face: Face
    colour: str

    @property
    def width(self) -> float:
        """How far it reaches to the right."""
        return width_of(self.face, self.text, self.size)

    @property
    def height(self) -> float:
        """How far it reaches down."""
        return self.size * _TALL


@dataclass(slots=True)
class Scene:
    """All shapes of a picture, those at the back first."""

    blocks: list[Block] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def block(
        self, x: float, y: float, width: float, height: float, *, colour: str, radius: float = 0.0
    ) -> None:
        """Add a filled area."""
        self.blocks.append(Block(x, y, width, height, colour, radius))

    def say(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        face: Face = Face.PLAIN,
        colour: str = palette.INK,
        before: float = 0.0,
        most: float = WIDTH,
    ) -> Text:
        """Add one line of text, made harmless and cut to the width `most`.

        The share `before` of its width stands left of x: 0 sets it flush left, 0.5 centred, 1 flush right.
        """
        shown = cut_short(clean(text, face), most, size, partial(width_of, face))
        placed = Text(x - width_of(face, shown, size) * before, y, shown, size, face, colour)
        self.texts.append(placed)
        return placed


def fitting_size(text: str, most: float, sizes: tuple[float, ...], face: Face) -> float:
    """The first of the sizes by which a text keeps within a width, else the last."""
    return next((size for size in sizes if width_of(face, clean(text, face), size) <= most), sizes[-1])
