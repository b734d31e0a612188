"""A payment in the making: what the client has said so far, and what is still to be asked.

Owns the order of the questions. The questions' words are `bot`'s; the draft is kept in MongoDB so
that a restart between two questions loses nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from payments.catalogue import PRICED, Fee, FeeKind
from payments.payment import Payment
from payments.values import ChatId, MessageId, NoteId, PaymentId, Phone, UserId, account_reference


class Question(StrEnum):
    """What is asked next; `CONFIRM` when everything is known."""

    KIND = "kind"
    FEE = "fee"
    REFERENCE = "reference"
    AMOUNT = "amount"
    PHONE = "phone"
    WHOM = "whom"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a payment that nobody has confirmed yet.

    Attributes:
        id: becomes the payment's id when confirmed; every button of the draft carries it.
        message_id: the message that shows the draft, and later the payment.
        title, title_sw: as in `payments.catalogue.Fee`.
        retry_of: the unpaid payment that this one tries again.
        note_id: the fee note that it pays.
        for_whom: as in `payments.payment.Payment`.
        naming: the client wants to say for whom, and has not said it yet.
        answered_by: the `update_id` that last changed it; the same update again changes nothing.
    """

    id: PaymentId
    user_id: UserId
    chat_id: ChatId
    created_at: datetime
    message_id: MessageId | None = None
    kind: FeeKind | None = None
    title: str = ""
    title_sw: str = ""
    reference: str = ""
    amount_kes: int | None = None
    phone: Phone | None = None
    retry_of: PaymentId | None = None
    note_id: NoteId | None = None
    for_whom: str = ""
    naming: bool = False
    answered_by: int | None = None


def new_id() -> PaymentId:
    """An id that nobody can guess, in hex so that no callback address can spell a forbidden word."""
    return PaymentId(secrets.token_hex(8))


def next_question(draft: Draft) -> Question:
    """The first thing still unknown."""
    if draft.kind is None:
        return Question.KIND
    priced = draft.kind in PRICED and draft.note_id is None
    answered = {
        Question.FEE: not priced or draft.amount_kes is not None,
        Question.REFERENCE: priced or bool(draft.reference),
        Question.AMOUNT: draft.amount_kes is not None,
        Question.PHONE: draft.phone is not None,
        Question.WHOM: not draft.naming,
    }
    return next((question for question, known in answered.items() if not known), Question.CONFIRM)


def with_fee(draft: Draft, fee: Fee) -> Draft:
    """The draft for a service with a fixed price."""
    return replace(draft, kind=fee.kind, title=fee.title, title_sw=fee.title_sw, amount_kes=fee.amount_kes)


def present_price_kes(earlier: Payment, offered: Iterable[Fee]) -> int | None:
    """What the fee of an earlier payment costs now; None when it is not on offer any more."""
    if earlier.kind not in PRICED:
        return earlier.amount_kes
    same = (fee for fee in offered if (fee.kind, fee.title) == (earlier.kind, earlier.title))
    fee = next(same, None)
    return fee.amount_kes if fee else None


def for_the_same(draft: Draft, earlier: Payment) -> Draft:
    """The draft for what an earlier payment was for, without how much and from which number."""
    return replace(
        draft,
        kind=earlier.kind,
        title=earlier.title,
        title_sw=earlier.title_sw,
        reference=earlier.reference,
        for_whom=earlier.for_whom,
    )


def prompt_account(draft: Draft) -> str:
    """The account the phone's prompt shows: the case reference, or the kind of fee."""
    return account_reference(draft.reference or (draft.kind or FeeKind.CONSULTATION).value)
