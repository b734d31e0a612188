"""Text into a given width: shrunk a little, then wrapped, then cut. Pure; who measures is handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str, float], float]
"""The width of a text at a size, in the same unit as the width to fill."""

LEADING = 1.28
"""How far base lines are apart, in sizes."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to set a text: at most so many lines of that size."""

    size: float
    lines: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text as it will stand."""

    size: float
    lines: tuple[str, ...]
    cut: bool = False

    @property
    def step(self) -> float:
        """From one base line to the next."""
        return self.size * LEADING

    @property
    def depth(self) -> float:
        """From the first base line to the last."""
        return self.step * (len(self.lines) - 1)


def fit(text: str, width: float, ladder: tuple[Rung, ...], measure: Measure) -> Fitted:
    """Set a text by the first rung on which it fits whole; on the last it is cut, and says so by `…`."""
    for rung in ladder:
        lines = wrap(text, width, rung.size, measure)
        if len(lines) <= rung.lines:
            return Fitted(rung.size, tuple(lines))
    last = ladder[-1]
    lines = wrap(text, width, last.size, measure)
    cut = cut_short(" ".join(lines[last.lines - 1 :]), width, last.size, measure)
    return Fitted(last.size, (*lines[: last.lines - 1], cut), cut=True)


def wrap(text: str, width: float, size: float, measure: Measure) -> list[str]:
    """Break a text at its spaces, and within a word only where the word alone is too wide."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, width, size, measure)
        lines += whole
    return [*lines, line]


def cut_short(text: str, width: float, size: float, measure: Measure) -> str:
    """The text, or as much of its beginning as fits together with `…`."""
    if measure(text, size) <= width:
        return text
    kept = _fitting(text, width - measure("…", size), size, measure)
    return text[:kept].rstrip() + "…"


def _pieces(word: str, width: float, size: float, measure: Measure) -> list[str]:
    pieces = []
    while len(word) > 1 and measure(word, size) > width:
        kept = max(1, _fitting(word, width, size, measure))
        pieces.append(word[:kept])
        word = word[kept:]
    return [*pieces, word]


def _fitting(text: str, width: float, size: float, measure: Measure) -> int:
    """How many of its first characters fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle], size) <= width else (low, middle - 1)
    return low
