"""What stands behind /resolve: a payment's id, what the statement shows, perhaps receipt and amount, and why.

Owns the reading of it. Whether there is such a payment is looked up later.
"""

from __future__ import annotations

import re

from bot.refund_order import read_amount, read_remark
from payments.rulings.ruling import Outcome
from payments.rulings.service import Finding
from payments.values import PaymentId, Receipt

_PAYMENT = re.compile(r"[0-9a-f]{16}", re.ASCII)
_RECEIPT = re.compile(r"(?=.*[0-9])(?=.*[A-Z])[A-Z0-9]{6,20}", re.ASCII)
_LEAST_WORDS = 3
_LEAST_WHY_LETTERS = 3


def read_finding(text: str) -> Finding | None:
    """Read the whole command; None when it does not say all that is needed."""
    _, *typed = text.split()
    if (
        len(typed) < _LEAST_WORDS
        or not _PAYMENT.fullmatch(typed[0].lower())
        or typed[1].lower() not in set(Outcome)
    ):
        return None
    payment_id, outcome, rest = PaymentId(typed[0].lower()), Outcome(typed[1].lower()), typed[2:]
    receipt, amount_kes, problem = None, None, ""
    if outcome is Outcome.PAID and _RECEIPT.fullmatch(rest[0].upper()):
        receipt = Receipt(rest[0].upper())
        amount_kes, problem, words = read_amount(rest[1:])
        rest = words.split()
    why = read_remark(" ".join(rest))
    if problem or len(why) < _LEAST_WHY_LETTERS:
        return None
    return Finding(payment_id=payment_id, outcome=outcome, why=why, receipt=receipt, amount_kes=amount_kes)
