"""The upper part that all pictures share: title, period and up to three totals in tiles."""

from __future__ import annotations

from reports.chart import Total
from reports.fonts import Face
from reports.ink import palette
from reports.scenes.scene import WIDTH, Scene, fitting_size

MARGIN = 44.0
INNER = WIDTH - 2 * MARGIN

_GAP, _TILE, _PADDING = 16.0, 124.0, 18.0
_MOST_TILES = 3
_NOTE_COLOURS = {True: palette.LEAF, False: palette.BRICK, None: palette.QUIET}


def head(scene: Scene, title: str, period: str, totals: tuple[Total, ...]) -> float:
    """Set title, period and totals; hands back where the rest of the picture may begin."""
    scene.say(MARGIN, 30, title, 40, face=Face.BOLD, colour=palette.GREEN, most=INNER)
    scene.say(MARGIN, 82, period, 27, colour=palette.QUIET, most=INNER)
    shown = totals[:_MOST_TILES]
    if not shown:
        return 140
    width = (INNER - _GAP * (len(shown) - 1)) / len(shown)
    for place, total in enumerate(shown):
        _tile(scene, MARGIN + place * (width + _GAP), 130, width, total)
    return 130 + _TILE + 22


def _tile(scene: Scene, x: float, y: float, width: float, total: Total) -> None:
    scene.block(x, y, width, _TILE, colour=palette.MIST, radius=14)
    left, most = x + _PADDING, width - 2 * _PADDING
    scene.say(left, y + 10, total.label, 24, colour=palette.QUIET, most=most)
    size = fitting_size(total.value, most, (38, 34, 30, 26, 22), Face.BOLD)
    scene.say(left, y + 40 + (38 - size) / 2, total.value, size, face=Face.BOLD, most=most)
    scene.say(left, y + 88, total.note, 24, colour=_NOTE_COLOURS[total.good], most=most)
