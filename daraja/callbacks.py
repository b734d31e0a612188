"""Safaricom's callbacks as evidence about a payment.

Owns the translation from a raw body to `payments.evidence`. Refuses to own whether it is believed:
`payments.weigh` holds it against the payment.
"""

from __future__ import annotations

from daraja import codes
from daraja.codes import CallbackVerdict, look_up
from daraja.stk_callback import BadCallback, StkCallback, read_stk_callback
from payments.evidence import Evidence, EvidenceKind
from payments.inbox import InboxRow
from payments.reasons import Reason
from payments.values import CheckoutId, Receipt

__all__ = ["REASONS", "BadCallback", "check_stk", "stk_evidence"]

NO_REASON = frozenset({codes.Reason.PAID, codes.Reason.PROCESSING})
"""These tell of no obstacle, so there is nothing to name."""

REASONS: dict[codes.Reason, Reason] = {
    reason: Reason(reason.value) for reason in codes.Reason if reason not in NO_REASON
}
"""Daraja's reasons in the words of the house; importing fails when one has no word there."""

_KINDS: dict[CallbackVerdict, EvidenceKind] = {
    "paid": EvidenceKind.CALLBACK_PAID,
    "unpaid": EvidenceKind.CALLBACK_UNPAID,
    "unclear": EvidenceKind.CALLBACK_UNCLEAR,
}


def check_stk(raw: bytes) -> None:
    """Make sure that this body is an STK callback in one of its many shapes.

    Raises:
        BadCallback: it is not; the reason holds nothing of the body.
    """
    read_stk_callback(raw)


def stk_evidence(row: InboxRow) -> Evidence:
    """What a stored callback says (Daraja: STK push, callback body).

    Raises:
        BadCallback: the row's bytes are no STK callback.
    """
    said = read_stk_callback(row.raw)
    code = look_up(said.result_code)
    return Evidence(
        id=f"inbox:{row.id}",
        kind=_KINDS[code.callback],
        at=row.received_at,
        trusted=row.trusted,
        checkout_id=CheckoutId(said.checkout_request_id) if said.checkout_request_id else None,
        merchant_request_id=said.merchant_request_id,
        amount_kes=said.amount_kes,
        amount_odd=said.amount_odd,
        receipt=Receipt(said.receipt) if said.receipt else None,
        paid_at=said.paid_at,
        reason=REASONS.get(code.reason),
        code=said.result_code,
        note=_note(said),
    )


def _note(said: StkCallback) -> str:
    odd = f" (unreadable: {', '.join(said.odd)})" if said.odd else ""
    return f"{said.result_desc}{odd}"
