"""What can be paid for: the closed list of fee kinds and the firm's fixed prices.

Owns kinds and the shape of a fee. A downloadable template is not among them on purpose: Telegram
lets services be paid outside it, digital goods not (Bot Platform Developer Terms, 6.1 and 6.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FeeKind(StrEnum):
    """What a payment is for."""

    CONSULTATION = "consultation"
    CASE = "case"
    DOCUMENT = "document"
    COURT = "court"


PROMPT_DESCRIPTION = {
    FeeKind.CONSULTATION: "Consultation",
    FeeKind.CASE: "Case fee",
    FeeKind.DOCUMENT: "Document fee",
    FeeKind.COURT: "Court fee",
}
"""Daraja: TransactionDesc, at most 13 plain characters."""

PRICED = frozenset({FeeKind.CONSULTATION})
"""Kinds whose price the firm has fixed; for the others the payer names reference and amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A service with a fixed price. `code` is short, stable and fits in a button.

    One that is no longer `offered` stays for the record. `title_sw` is its title in Swahili; empty, it is
    called the same in both languages.
    """

    code: str
    kind: FeeKind
    title: str
    amount_kes: int
    position: int = 0
    offered: bool = True
    title_sw: str = ""


FIRST_FEES = (
    Fee(
        code="intro",
        kind=FeeKind.CONSULTATION,
        title="First consultation, 30 minutes",
        title_sw="Ushauri wa kwanza, dakika 30",
        amount_kes=1_500,
    ),
    Fee(
        code="hour",
        kind=FeeKind.CONSULTATION,
        title="Consultation, one hour",
        title_sw="Ushauri wa kisheria, saa moja",
        amount_kes=3_000,
        position=1,
    ),
    Fee(
        code="urgent",
        kind=FeeKind.CONSULTATION,
        title="Urgent consultation, same day",
        title_sw="Ushauri wa dharura, siku hiyo hiyo",
        amount_kes=5_000,
        position=2,
    ),
)
"""The prices a new installation starts with, so that it works before anybody has set any."""
