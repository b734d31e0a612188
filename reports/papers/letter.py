"""What a receipt and a fee note have in common: one page, told as plain strings.

Owns the shape between those who know the facts (`reports.receipt`, `reports.feenote`) and the one who
draws (`reports.papers.page`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.language import Language
from reports.facts import Firm


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: what it is called, and what it is. `strong` ones matter most."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One page in words.

    Attributes:
        mark: written across the page and beside the heading, such as `COPY`; empty for none.
        seal: the word in the rosette.
        settled: whether the seal is good news.
        link: what the QR holds.
        code: what a person can type instead; empty for none.
        seed: what the curves are drawn from.
    """

    language: Language
    dated: datetime
    firm: Firm
    heading: str
    number: str
    mark: str = ""
    amount_label: str
    amount: str
    amount_words: str
    seal: str
    settled: bool
    rows: tuple[Row, ...]
    link: str
    invitation: str
    steps: str
    code_label: str = ""
    code: str = ""
    footnote: str
    seed: str
