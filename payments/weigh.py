"""What a word about a payment really is, once it is held against what the payment knows.

Owns the checks that turn a claim into evidence: is it about this request, this amount, from a
listed address, and does it agree with what was claimed before? Pure; the state plays no part here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from payments.evidence import Evidence, EvidenceKind
from payments.payment import Doubt, Payment
from payments.timing import Timing

_K = EvidenceKind


def weigh(payment: Payment, evidence: Evidence, timing: Timing) -> EvidenceKind:
    """Return the kind by which the table is read for this word."""
    scale = _SCALES.get(evidence.kind)
    return scale(payment, evidence, timing) if scale else evidence.kind


def names_another_request(payment: Payment, evidence: Evidence) -> bool:
    """Whether it carries a CheckoutRequestID other than the one this payment is known by."""
    known, named = payment.checkout_id, evidence.checkout_id
    return known is not None and named is not None and known != named


def _callback_paid(payment: Payment, evidence: Evidence, _: Timing) -> EvidenceKind:
    differs = evidence.amount_kes is not None and evidence.amount_kes != payment.amount_kes
    if names_another_request(payment, evidence) or evidence.amount_odd or differs:
        return _K.CALLBACK_MISMATCH
    if evidence.amount_kes is not None and evidence.receipt is not None and evidence.trusted:
        return _K.CALLBACK_PAID
    # Beside a claim that differs, an unsure one settles nothing.
    differed = payment.claim is not None and payment.claim.doubt is Doubt.MISMATCH
    return _K.ANSWERS_DISAGREE if differed else _K.CALLBACK_UNCONFIRMED


def _callback_unpaid(payment: Payment, evidence: Evidence, _: Timing) -> EvidenceKind:
    if names_another_request(payment, evidence):
        return _K.CALLBACK_MISMATCH
    if not evidence.trusted:
        return _K.CALLBACK_UNCLEAR
    if payment.claim is None:
        return _K.CALLBACK_UNPAID
    # Of two callbacks that contradict each other neither is believed: Safaricom, asked, decides.
    return _K.CALLBACK_UNCLEAR if payment.claim.doubt is Doubt.UNCONFIRMED else _K.ANSWERS_DISAGREE


def _query_paid(payment: Payment, evidence: Evidence, timing: Timing) -> EvidenceKind:
    if payment.claim and payment.claim.doubt is Doubt.MISMATCH:
        return _K.ANSWERS_DISAGREE  # The query names no amount: it cannot settle what differs.
    early_until = payment.claimed_at and payment.claimed_at + timedelta(seconds=timing.early_s)
    if early_until and evidence.at < early_until and payment.claim is None:
        return _K.QUERY_PENDING  # Daraja may say "0" while the PIN is still awaited.
    return _K.QUERY_PAID


def _definite_no(payment: Payment, evidence: Evidence, _: Timing) -> EvidenceKind:
    return _K.ANSWERS_DISAGREE if payment.claim else evidence.kind


def _push_accepted(payment: Payment, evidence: Evidence, _: Timing) -> EvidenceKind:
    if names_another_request(payment, evidence):
        return _K.CALLBACK_MISMATCH
    # Beside a claimed success, that the push went out is no news: the claim is what must be settled.
    return _K.PUSH_UNCERTAIN if payment.claim else _K.PUSH_ACCEPTED


_SCALES: dict[EvidenceKind, Callable[[Payment, Evidence, Timing], EvidenceKind]] = {
    _K.CALLBACK_PAID: _callback_paid,
    _K.CALLBACK_UNPAID: _callback_unpaid,
    _K.QUERY_PAID: _query_paid,
    _K.QUERY_UNPAID: _definite_no,
    _K.PUSH_REFUSED: _definite_no,
    _K.PUSH_ACCEPTED: _push_accepted,
}
