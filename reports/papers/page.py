"""How a receipt and a fee note look: one A5 page, from the firm's name down to the code.

Owns places, sizes and colours. What stands there comes in as a `Letter`.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.fonts import Face
from reports.ink import palette
from reports.ink.fitting import Fitted, Rung
from reports.ink.guilloche import ribbon, rosette
from reports.papers.letter import Letter, Row
from reports.papers.paper import HEIGHT, WIDTH, Align, Identity, Paper, Pen
from reports.qr import qr_modules

_LEFT = 34.0
_RIGHT = WIDTH - _LEFT
_INNER = _RIGHT - _LEFT
_HEAD = _INNER - 112
_LABELS = 118.0
_VALUES = _INNER - _LABELS
_FOOT = HEIGHT - 136
_MOST_FIRM_LINES = 3

_NAME = Pen(Face.TITLE, 17, palette.GREEN)
_SMALL = Pen(Face.PLAIN, 7.8, palette.QUIET)
_LABEL = Pen(Face.PLAIN, 8.2, palette.QUIET)
_FIGURES = Pen(Face.TITLE, 26, palette.GREEN)
_WORDS = Pen(Face.PLAIN, 8.8)
_INVITATION = Pen(Face.BOLD, 9.6, palette.GREEN)

_NAME_RUNGS = (Rung(17, 1), Rung(14, 1), Rung(11.5, 2), Rung(8.5, 2))
_FIGURES_RUNGS = (Rung(26, 1), Rung(20, 1), Rung(14, 1))
_WORDS_RUNGS = (Rung(8.8, 2), Rung(7.4, 3))
_LABEL_RUNGS = (Rung(8.2, 1), Rung(7.4, 2))
_INVITATION_RUNGS = (Rung(9.6, 1), Rung(8, 1))
_STEPS_RUNGS = (Rung(7.8, 3), Rung(7, 4))
_SEAL_RUNGS = (Rung(11, 1), Rung(8, 1), Rung(7.2, 2), Rung(5.8, 2))

_LADDERS = (
    (Rung(9.6, 1), Rung(9.2, 2)),
    (Rung(9.6, 1), Rung(9.2, 2), Rung(7.4, 3)),
    (Rung(9.6, 1), Rung(9.2, 2), Rung(7.4, 3), Rung(6.4, 4)),
    (Rung(9.6, 1), Rung(7.4, 2), Rung(6.4, 3)),
    (Rung(9.6, 1), Rung(6.4, 2)),
)
"""By which rungs the values of the rows are fitted: from roomy to tight, and the last one always fits."""

_NOTHING = "-"
"""Stands where nothing was left of a name that could be shown."""

_LEAST_STEP, _MOST_STEP = 15.0, 24.0


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as it will stand."""

    row: Row
    label: Fitted
    value: Fitted

    @property
    def depth(self) -> float:
        """From its first base line to its last."""
        return max(self.label.depth, self.value.depth)


def draw(letter: Letter) -> bytes:
    """The page as a PDF file.

    Raises:
        ValueError: when the letter's link is too long for a QR code.
    """
    paper = Paper(
        Identity(
            title=f"{letter.heading} {letter.number}",
            author=letter.firm.name,
            language=letter.language,
            dated=letter.dated,
        )
    )
    _edges(paper)
    bottom = _head(paper, letter)
    bottom = _amount(paper, letter, bottom + 15)
    _rows(paper, letter.rows, bottom + 23)
    _foot(paper, letter)
    if letter.mark:
        paper.write_across(letter.mark, Pen(Face.BOLD, 84, palette.BRICK, 6), degrees=54, opacity=0.07)
    return paper.finish()


def _edges(paper: Paper) -> None:
    paper.panel(0, 0, WIDTH, 7, fill=palette.GREEN)
    paper.panel(0, 7, WIDTH, 1.6, fill=palette.AMBER)
    paper.panel(0, HEIGHT - 4, WIDTH, 4, fill=palette.GREEN)


def _head(paper: Paper, letter: Letter) -> float:
    """Who gives it out on the left, which paper it is on the right, a ribbon below both."""
    low = paper.write_lines(_LEFT, 44, paper.fitted(letter.firm.name, _HEAD, _NAME, _NAME_RUNGS), _NAME)
    low += 3.6
    for line in letter.firm.lines[:_MOST_FIRM_LINES]:
        low += 11.2
        paper.write_lines(_LEFT, low, paper.fitted(line, _HEAD, _SMALL, (Rung(7.8, 1), Rung(6.6, 1))), _SMALL)
    paper.write(_RIGHT, 36, letter.heading.upper(), Pen(Face.BOLD, 8.4, palette.QUIET, 1.4), Align.RIGHT)
    number = Pen(Face.BOLD, 12.5)
    rungs = (Rung(12.5, 1), Rung(9, 1), Rung(7, 1))
    paper.write_lines(_RIGHT, 53, paper.fitted(letter.number, 104, number, rungs), number, Align.RIGHT)
    if letter.mark:
        _tag(paper, letter.mark)
    middle = max(low, 74) + 17
    paper.curves(_LEFT, middle, ribbon(letter.seed, _INNER, 13), palette.LACE, 0.4)
    return middle + 6.5


def _tag(paper: Paper, mark: str) -> None:
    pen = Pen(Face.BOLD, 8, palette.BRICK, 1.2)
    width = paper.width_of(mark, pen) + 14
    paper.panel(_RIGHT - width, 62, width, 15, edge=palette.BRICK, radius=3)
    paper.write(_RIGHT - width / 2, 72.4, mark, pen, Align.CENTRE)


def _amount(paper: Paper, letter: Letter, top: float) -> float:
    """The amount in figures and words, and the seal beside it."""
    height, left, width = 90.0, _LEFT + 15, _INNER - 132
    paper.panel(_LEFT, top, _INNER, height, fill=palette.MIST, radius=7)
    _seal(paper, letter, _RIGHT - 56, top + height / 2)
    paper.write(left, top + 22, letter.amount_label, _LABEL)
    figures = paper.fitted(letter.amount, width, _FIGURES, _FIGURES_RUNGS)
    paper.write_lines(left, top + 50, figures, _FIGURES)
    paper.write_lines(left, top + 67, paper.fitted(letter.amount_words, width, _WORDS, _WORDS_RUNGS), _WORDS)
    return top + height


def _seal(paper: Paper, letter: Letter, x: float, y: float) -> None:
    paper.curves(x, y, rosette(letter.seed, 41), palette.LACE, 0.4)
    pen = Pen(Face.BOLD, 11, palette.GREEN if letter.settled else palette.BRICK)
    word = paper.fitted(letter.seal, 50, pen, _SEAL_RUNGS)
    paper.write_lines(x, y + word.size * 0.36 - word.depth / 2, word, pen, Align.CENTRE)


def _rows(paper: Paper, rows: tuple[Row, ...], top: float) -> None:
    base = top
    lines, step = _spaced(paper, rows, _FOOT - 14 - top)
    for line in lines:
        paper.write_lines(_LEFT, base, line.label, _LABEL)
        paper.write_lines(_LEFT + _LABELS, base, line.value, _pen(line.row))
        base += line.depth
        paper.rule(_LEFT, base + step * 0.4, _INNER)
        base += step


def _spaced(paper: Paper, rows: tuple[Row, ...], room: float) -> tuple[list[_Line], float]:
    """All rows within the room and the distance between them, by the ladder that cuts the fewest."""
    fitting = []
    for rungs in _LADDERS:
        lines = [_line(paper, row, rungs) for row in rows]
        step = (room - sum(line.depth for line in lines)) / (len(lines) - 1)
        if step >= _LEAST_STEP or rungs is _LADDERS[-1]:
            fitting.append((lines, min(step, _MOST_STEP)))
    return min(fitting, key=lambda found: sum(line.value.cut for line in found[0]))


def _line(paper: Paper, row: Row, rungs: tuple[Rung, ...]) -> _Line:
    label = paper.fitted(row.label, _LABELS - 8, _LABEL, _LABEL_RUNGS)
    value = paper.fitted(row.value, _VALUES, _pen(row), rungs)
    return _Line(row, label, value if any(value.lines) else paper.fitted(_NOTHING, _VALUES, _pen(row), rungs))


def _pen(row: Row) -> Pen:
    return Pen(Face.BOLD if row.strong else Face.PLAIN, 9.6)


def _foot(paper: Paper, letter: Letter) -> None:
    """How anybody can check it, or pay it."""
    side, left = 84.0, _LEFT + 116
    width = _RIGHT - left - 12
    paper.panel(_LEFT, _FOOT, _INNER, side + 24, edge=palette.HAIR, radius=7)
    paper.qr(_LEFT + 12, _FOOT + 12, side, qr_modules(letter.link))
    invitation = paper.fitted(letter.invitation, width, _INVITATION, _INVITATION_RUNGS)
    paper.write_lines(left, _FOOT + 20, invitation, _INVITATION)
    paper.write_lines(left, _FOOT + 34, paper.fitted(letter.steps, width, _SMALL, _STEPS_RUNGS), _SMALL)
    if letter.code:
        used = paper.write(left, _FOOT + 80, letter.code_label, _LABEL)
        paper.write(left + used + 7, _FOOT + 80, letter.code, Pen(Face.BOLD, 11.5, palette.INK, 0.6))
    link = paper.fitted(letter.link, width, _SMALL, (Rung(7, 1), Rung(6, 1)))
    paper.write_lines(left, _FOOT + 94, link, _SMALL)
    paper.write(WIDTH / 2, HEIGHT - 13, letter.footnote, Pen(Face.PLAIN, 6.6, palette.FAINT), Align.CENTRE)
