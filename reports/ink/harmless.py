"""Foreign text made fit to be drawn: whatever somebody calls themselves, it stays a name on the paper.

Owns what is dropped and what is replaced. Direction marks, joiners and control characters go; a
character the font cannot show becomes one box; marks are not piled up. Nothing is read as markup
anywhere in this room, so `<b>` needs no care.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

BOX = "□"
"""Stands for what cannot be shown."""

_MOST_TAKEN = 600
_MOST_MARKS = 2
_SKIN_TONES = frozenset(chr(code) for code in range(0x1F3FB, 0x1F400))
_VARIANTS = frozenset(chr(code) for code in range(0xFE00, 0xFE10))
_UNDRAWN = frozenset({"Cf", "Zl", "Zp"})


def harmless(text: str, shows: Callable[[str], bool]) -> str:
    """The text in one line, with nothing in it that could turn, hide or break what stands around it.

    Args:
        text: anything; what is beyond 600 characters is not looked at.
        shows: whether the font has a picture of a character.
    """
    return " ".join("".join(_drawn(unicodedata.normalize("NFC", text[:_MOST_TAKEN]), shows)).split())


def _drawn(text: str, shows: Callable[[str], bool]) -> Iterator[str]:
    marks, last = 0, ""
    for char in text:
        kind = unicodedata.category(char)
        if kind in _UNDRAWN or char in _SKIN_TONES or char in _VARIANTS:
            continue
        if kind in {"Mn", "Me"}:
            marks += 1
            if marks <= _MOST_MARKS and last not in {"", BOX} and shows(char):
                yield char
            continue
        shown = " " if kind == "Cc" or char.isspace() else char if shows(char) else BOX
        if shown != BOX or last != BOX:
            yield shown
        marks, last = 0, shown
