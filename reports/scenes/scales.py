"""Round numbers for an axis, short ones for a label, and which labels have room. Pure arithmetic."""

from __future__ import annotations

from itertools import pairwise
from math import floor, log10

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_STEPS_WANTED = 4
_SHORT = ((1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k"))
_STRIDES = (1, 2, 3, 4, 5, 6, 7, 10, 14, 15, 20, 31)


def round_ticks(low: int, high: int) -> list[int]:
    """About four equal steps of a round number of shillings that cover `low` to `high`, zero among them."""
    step = _round_up(max(high - low, _STEPS_WANTED) / _STEPS_WANTED)
    first, last = floor(low / step), -floor(-high / step)
    return [step * place for place in range(first, max(last, first + 1) + 1)]


def short(amount_kes: int) -> str:
    """An amount in a few characters: `950`, `1.5k`, `12k`, `1.25M`."""
    for unit, letter in _SHORT:
        if abs(amount_kes) >= unit - unit // 200_000:
            return f"{amount_kes / unit:.2f}".rstrip("0").rstrip(".") + letter
    return str(amount_kes)


def stride(widths: list[float], slot: float, gap: float) -> int:
    """Every how manyth label can stand below its column, so that none touches the next."""
    for every in _STRIDES:
        shown = widths[::every]
        if all((left + right) / 2 + gap <= slot * every for left, right in pairwise(shown)):
            return every
    return len(widths)


def _round_up(step: float) -> int:
    scale = 10 ** floor(log10(step))
    return max(1, int(next(r * scale for r in _ROUND if r * scale >= step and (r * scale).is_integer())))
