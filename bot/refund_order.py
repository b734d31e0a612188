"""What stands behind /refund: a receipt or a payment's id, perhaps an amount, perhaps a reason.

Owns the reading of it, and of reasons typed in words. Whether there is such a payment is looked up later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot import refund_wording as wording
from payments.audited import tellable
from payments.refunds.reasons import Why
from payments.values import BadValue, PaymentId, Receipt, parse_amount_kes

MOST_REMARK = 200

_BY_LABEL = {
    words.casefold(): why for why, label in wording.WHY_LABELS.items() for words in label.everywhere()
}
_RECEIPT = re.compile(r"[A-Z0-9]{6,20}", re.ASCII)
_PAYMENT = re.compile(r"[0-9a-f]{16}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed, as far as it reads.

    Attributes:
        receipt, payment_id: what the payment may be found by; both None when it can be neither.
        problem: what is wrong with the amount, a word of `payments.values.BadValue`.
        words: a reason.
    """

    receipt: Receipt | None
    payment_id: PaymentId | None
    amount_kes: int | None = None
    problem: str = ""
    words: str = ""


def read_wanted(text: str) -> Wanted | None:
    """Read the whole command; None when nothing stands behind it."""
    _, *typed = text.split()
    if not typed:
        return None
    receipt, payment_id = typed[0].upper(), typed[0].lower()
    amount_kes, problem, words = read_amount(typed[1:])
    return Wanted(
        receipt=Receipt(receipt) if _RECEIPT.fullmatch(receipt) else None,
        payment_id=PaymentId(payment_id) if _PAYMENT.fullmatch(payment_id) else None,
        amount_kes=amount_kes,
        problem=problem,
        words=words,
    )


def read_reason(words: str) -> tuple[Why | None, str]:
    """A reason typed in words: one of the list by its name, else one in their own words."""
    remark = read_remark(words)
    if remark.casefold() in _BY_LABEL:
        return _BY_LABEL[remark.casefold()], ""
    return (Why.OTHER, remark) if remark else (None, "")


def read_remark(words: str) -> str:
    """Words of an admin as they are kept: in one line, bounded, without long numbers."""
    return tellable(" ".join(words.split()))[:MOST_REMARK]


def read_amount(typed: list[str]) -> tuple[int | None, str, str]:
    """The amount if the first word is one, what is wrong with it, and the words that follow."""
    if not typed:
        return None, "", ""
    try:
        return parse_amount_kes(typed[0]), "", " ".join(typed[1:])
    except BadValue as bad:
        if bad.problem == "amount":  # no number at all: the reason begins here
            return None, "", " ".join(typed)
        return None, bad.problem, " ".join(typed[1:])
