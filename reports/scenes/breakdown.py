"""Where everything of a picture of kinds or matters stands: one bar below another, the greatest first."""

from __future__ import annotations

from payments.language import Language
from reports.chart import Bar, Breakdown
from reports.fonts import Face
from reports.ink import palette
from reports.scenes.header import INNER, MARGIN, head
from reports.scenes.scene import HEIGHT, WIDTH, Scene

MOST_BARS = 8
"""More cannot be read on a phone; who makes the chart adds the rest up."""

_TALLEST_ROW, _ROOMY_ROW = 104.0, 62.0
_LEAST_NOTE = 90.0
_ONE_PERCENT = 0.01
_NOTHING = {
    Language.ENGLISH: "No money moved in this time.",
    Language.SWAHILI: "Hakuna pesa zilizoingia wala kutoka.",
}


def breakdown_scene(breakdown: Breakdown) -> Scene:
    """Set the whole picture."""
    scene = Scene()
    top = head(scene, breakdown.title, breakdown.period, breakdown.totals)
    bars = breakdown.bars[:MOST_BARS]
    whole_kes = sum(bar.value_kes for bar in breakdown.bars)
    if not whole_kes:
        nothing = _NOTHING[breakdown.language]
        scene.say(WIDTH / 2, (top + HEIGHT) / 2, nothing, 30, colour=palette.QUIET, before=0.5)
        return scene
    row = min(_TALLEST_ROW, (HEIGHT - 24 - top) / len(bars))
    longest = max(bar.value_kes for bar in bars)
    for place, bar in enumerate(bars):
        amount = f"{bar.value_kes:,} · {_percent(bar.value_kes / whole_kes)}"
        _text(scene, top + place * row, row, bar, amount)
        _stripe(scene, top + place * row, row, bar.value_kes / longest)
    return scene


def _size(height: float) -> float:
    return 26.0 if height >= _ROOMY_ROW else 22.0


def _text(scene: Scene, y: float, height: float, bar: Bar, amount: str) -> None:
    size = _size(height)
    value = scene.say(WIDTH - MARGIN, y, amount, size, face=Face.BOLD, before=1.0)
    room = INNER - value.width - 24
    label = scene.say(MARGIN, y, bar.label, size, most=room)
    room -= label.width + 16
    if bar.note and room >= _LEAST_NOTE:
        note_y = y + size * 0.12
        scene.say(MARGIN + label.width + 16, note_y, bar.note, size * 0.85, colour=palette.QUIET, most=room)


def _stripe(scene: Scene, y: float, height: float, length: float) -> None:
    below = y + _size(height) * 1.17 + 4
    thick = max(8, min(30, y + height - below - 14))
    scene.block(MARGIN, below, INNER, thick, colour=palette.MIST, radius=thick / 2)
    if length:
        scene.block(MARGIN, below, max(INNER * length, 8), thick, colour=palette.LEAF, radius=thick / 2)


def _percent(share: float) -> str:
    return "<1%" if 0 < share < _ONE_PERCENT else f"{share:.0%}"
