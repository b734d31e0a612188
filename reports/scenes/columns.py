"""Where everything of a picture over time stands: money in upwards, money back downwards, the net between.

Owns the arithmetic of columns. The period before stands as a pale shadow behind each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from payments.language import Language
from reports.chart import Chart, Column
from reports.fonts import Face
from reports.ink import palette
from reports.ink.lettering import width_of
from reports.scenes.header import INNER, MARGIN, head
from reports.scenes.scales import round_ticks, short, stride
from reports.scenes.scene import HEIGHT, WIDTH, Scene

_SIZE = 24.0
_LABEL_GAP, _EDGE = 10.0, 8.0
_WIDEST_BAR, _WIDEST_SHADOW = 96.0, 124.0
_NET_WEIGHT, _LEAST_BAR = 5.0, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Legend:
    received: str
    refunded: str
    net: str
    before: str
    nothing: str


_WORDS = {
    Language.ENGLISH: _Legend(
        received="Received",
        refunded="Refunded",
        net="Net",
        before="Period before",
        nothing="No money moved in this time.",
    ),
    Language.SWAHILI: _Legend(
        received="Zilizoingia",
        refunded="Zilizorejeshwa",
        net="Baki",
        before="Kipindi cha awali",
        nothing="Hakuna pesa zilizoingia wala kutoka.",
    ),
}


@dataclass(frozen=True, slots=True)
class _Plot:
    """The area of the columns and how shillings become pixels in it."""

    left: float
    top: float
    width: float
    height: float
    low_kes: int
    high_kes: int
    slot: float

    def y(self, amount_kes: float) -> float:
        """How far down an amount stands."""
        return self.top + self.height * (self.high_kes - amount_kes) / (self.high_kes - self.low_kes)

    def middle(self, place: int) -> float:
        """The middle of a column."""
        return self.left + self.slot * (place + 0.5)


def column_scene(chart: Chart) -> Scene:
    """Set the whole picture."""
    scene = Scene()
    top = head(scene, chart.title, chart.period, chart.totals)
    words = _WORDS[chart.language]
    _legend(scene, top, list(_marks(chart.columns, words)))
    if not any(c.received_kes or c.refunded_kes or c.before_kes for c in chart.columns):
        scene.say(WIDTH / 2, (top + HEIGHT) / 2, words.nothing, 30, colour=palette.QUIET, before=0.5)
        return scene
    roomy = _roomy(chart.columns)
    plot = _axis(scene, chart.columns, top + 50, roomy=roomy)
    for place, column in enumerate(chart.columns):
        _column(scene, plot, plot.middle(place), column, valued=roomy)
    scene.block(plot.left, plot.y(0) - 1, plot.width, 2, colour=palette.QUIET)
    _labels(scene, plot, [column.label for column in chart.columns])
    return scene


def _marks(columns: tuple[Column, ...], words: _Legend) -> Iterator[tuple[str, str]]:
    yield palette.LEAF, words.received
    if any(column.refunded_kes for column in columns):
        yield palette.AMBER, words.refunded
        yield palette.INK, words.net
    if any(column.before_kes is not None for column in columns):
        yield palette.SHADOW, words.before


def _legend(scene: Scene, y: float, marks: list[tuple[str, str]]) -> None:
    x = MARGIN
    for colour, word in marks:
        if colour == palette.INK:
            scene.block(x, y + 12, 22, _NET_WEIGHT, colour=colour)
        else:
            scene.block(x, y + 4, 22, 22, colour=colour, radius=5)
        x += 32 + scene.say(x + 32, y, word, _SIZE, colour=palette.QUIET).width + 30


def _roomy(columns: tuple[Column, ...]) -> bool:
    """Whether every column's amount can be written above it."""
    slot = (INNER - 90) / len(columns)
    return all(width_of(Face.BOLD, short(c.received_kes), _SIZE) + _LABEL_GAP <= slot for c in columns)


def _axis(scene: Scene, columns: tuple[Column, ...], top: float, *, roomy: bool) -> _Plot:
    high = max(max(c.received_kes, c.before_kes or 0) for c in columns)
    low = min(-c.refunded_kes for c in columns)
    headroom = -(-(high - low) // 8) if roomy else 0
    ticks = round_ticks(low, high + headroom)
    lowest = low * 21 // 20
    ticks = [tick for tick in ticks if tick >= lowest]
    left = MARGIN + max(width_of(Face.PLAIN, short(tick), _SIZE) for tick in ticks) + 14
    width, bottom = WIDTH - MARGIN - left, HEIGHT - 58
    plot = _Plot(left, top, width, bottom - top, lowest, ticks[-1], width / len(columns))
    for tick in ticks:
        scene.block(plot.left, plot.y(tick) - 0.75, plot.width, 1.5, colour=palette.HAIR)
        scene.say(plot.left - 14, plot.y(tick) - 14, short(tick), _SIZE, colour=palette.QUIET, before=1.0)
    return plot


def _column(scene: Scene, plot: _Plot, middle: float, column: Column, *, valued: bool) -> None:
    bar, shadow = min(_WIDEST_BAR, plot.slot * 0.6), min(_WIDEST_SHADOW, plot.slot * 0.86)
    if column.before_kes:
        _stand(scene, (middle, shadow), plot.y(0), plot.y(column.before_kes), palette.SHADOW)
    if column.received_kes:
        _stand(scene, (middle, bar), plot.y(0), plot.y(column.received_kes), palette.LEAF)
    if column.refunded_kes:
        _stand(scene, (middle, bar), plot.y(0), plot.y(-column.refunded_kes), palette.AMBER)
        net = plot.y(column.net_kes) - _NET_WEIGHT / 2
        scene.block(middle - shadow / 2, net, shadow, _NET_WEIGHT, colour=palette.INK)
    if valued and column.received_kes:
        y = plot.y(column.received_kes) - 34
        scene.say(middle, y, short(column.received_kes), _SIZE, face=Face.BOLD, before=0.5)


def _stand(scene: Scene, place: tuple[float, float], zero: float, end: float, colour: str) -> None:
    """A bar of a middle and a width, from zero to its end; whatever is not nothing is seen."""
    middle, width = place
    top, bottom = sorted((zero, end))
    height = max(bottom - top, _LEAST_BAR)
    scene.block(middle - width / 2, top, width, height, colour=colour, radius=min(6, width / 4))


def _labels(scene: Scene, plot: _Plot, labels: list[str]) -> None:
    """As many labels as have room; at the ends they are moved inwards, never onto another."""
    widths = [width_of(Face.PLAIN, label, _SIZE) for label in labels]
    free = plot.left - _LABEL_GAP
    for place in range(0, len(labels), stride(widths, plot.slot, _LABEL_GAP)):
        left = plot.middle(place) - widths[place] / 2
        left = min(max(left, plot.left - _LABEL_GAP), WIDTH - _EDGE - widths[place])
        if left >= free:
            said = scene.say(left, HEIGHT - 46, labels[place], _SIZE, colour=palette.QUIET)
            free = left + said.width + _LABEL_GAP
