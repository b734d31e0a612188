"""A scene becomes a PNG. Owns Pillow; import it only where something is painted.

Painted at twice the size and halved, so that edges are smooth. The same scene gives the same bytes.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from reports.fonts import Face, font_path
from reports.ink import palette
from reports.scenes.scene import HEIGHT, WIDTH, Block, Scene, Text

_TWICE = 2
_ASCENT = 0.93
"""From the top of a line to its base, in sizes (DejaVu: hhea)."""


def png(scene: Scene) -> bytes:
    """Paint it."""
    image = Image.new("RGB", (WIDTH * _TWICE, HEIGHT * _TWICE), palette.PAPER)
    draw = ImageDraw.Draw(image)
    for block in scene.blocks:
        _paint_block(draw, block)
    for text in scene.texts:
        _paint_text(draw, text)
    out = io.BytesIO()
    image.reduce(_TWICE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _paint_block(draw: ImageDraw.ImageDraw, block: Block) -> None:
    left, top = round(block.x * _TWICE), round(block.y * _TWICE)
    right = max(left, round((block.x + block.width) * _TWICE) - 1)
    bottom = max(top, round((block.y + block.height) * _TWICE) - 1)
    radius = min(block.radius * _TWICE, (right - left) / 2, (bottom - top) / 2)
    draw.rounded_rectangle((left, top, right, bottom), radius, fill=block.colour)


def _paint_text(draw: ImageDraw.ImageDraw, text: Text) -> None:
    base = (text.y + text.size * _ASCENT) * _TWICE
    draw.text((text.x * _TWICE, base), text.text, text.colour, _font(text.face, text.size), anchor="ls")


@lru_cache(maxsize=32)
def _font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path(face), round(size * _TWICE), layout_engine=ImageFont.Layout.BASIC)
