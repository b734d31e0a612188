"""What is told on paper: the facts of a receipt and of a fee note, as plain records.

Owns the shapes. Where the facts come from is the caller's; how they look is `reports.receipt`'s and
`reports.feenote`'s. Every text may be foreign: whatever it holds is made harmless before it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from payments.catalogue import FeeKind
from payments.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """Who gives the paper out. `lines` stand small below the name: address, telephone, KRA PIN."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """One paid payment.

    Attributes:
        number: the running receipt number as it is to be shown, such as `000123`.
        client: who paid.
        title: the fee in words, such as `First consultation, 30 minutes`.
        matter: the firm's name of the matter; empty where there is none.
        reference: what the payer typed, such as a case number; empty where there is none.
        for_whom: whose fee it is, where it is not the payer's own; as typed.
        amount_kes: what M-Pesa moved.
        mpesa_receipt: M-Pesa's own number.
        phone_masked: the payer's number, masked already.
        paid_at: aware; shown in Nairobi's time.
        balance_due_kes: what is still owed on the fee note; None where there is no fee note.
        refunded_kes: what has been paid back of it so far.
        verify_url: what the QR holds: where anybody can check this receipt.
        short_code: the code a person can type to check it, such as `K7M2-PQ9X`.
        copy: whether the same receipt was given out before.
    """

    firm: Firm
    number: str
    client: str
    kind: FeeKind
    title: str
    matter: str = ""
    reference: str = ""
    for_whom: str = ""
    amount_kes: int
    mpesa_receipt: str
    phone_masked: str
    paid_at: datetime
    balance_due_kes: int | None = None
    refunded_kes: int = 0
    verify_url: str
    short_code: str
    copy: bool = False
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeNoteFacts:
    """One bill.

    Attributes:
        number: the fee note's number as it is to be shown.
        client: who owes it; empty for a note that whoever holds it may pay.
        amount_kes: the whole fee.
        paid_kes: what has been paid of it so far, refunds taken off.
        issued_on: the day on the paper, in Nairobi.
        due_on: the last day to pay; None where there is none.
        part_payments: whether it may be paid in parts.
        deep_link: what the QR holds: the link that opens the note in chat.
    """

    firm: Firm
    number: str
    client: str = ""
    kind: FeeKind
    title: str
    matter: str = ""
    reference: str = ""
    amount_kes: int
    paid_kes: int = 0
    issued_on: date
    due_on: date | None = None
    part_payments: bool = False
    deep_link: str
    language: Language = Language.ENGLISH

    @property
    def balance_kes(self) -> int:
        """What is still owed."""
        return max(0, self.amount_kes - self.paid_kes)
