"""What a word about a refund really is, once it is held against what the refund knows.

Owns the checks that turn a claim into evidence: is it about this payout, this amount, from a listed address,
and does it agree with what was heard before? Pure; the state plays no part here.
"""

from __future__ import annotations

from collections.abc import Callable

from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import Refund, Route

_W = Word
_TAKEN = frozenset({_W.QUEUE_TIMED_OUT, _W.RESULT_UNCLEAR, _W.RESULT_UNCONFIRMED, _W.PAYOUT_SEEN_BEFORE})
"""Whoever said one of these has the payout, or says so."""


def weigh(refund: Refund, evidence: RefundEvidence) -> Word:
    """Return the word by which the table is read for this evidence."""
    scale = _SCALES.get(evidence.kind)
    return scale(refund, evidence) if scale else evidence.kind


def names_another(refund: Refund, evidence: RefundEvidence) -> bool:
    """Whether it carries an OriginatorConversationID other than those this refund is known by."""
    known, named = refund.known_ids, evidence.originator_id
    return bool(known) and named is not None and named not in known


def _differs(refund: Refund, evidence: RefundEvidence) -> bool:
    other_sum = evidence.amount_kes is not None and evidence.amount_kes != refund.amount_kes
    return names_another(refund, evidence) or evidence.amount_odd or other_sum


def _result_paid(refund: Refund, evidence: RefundEvidence) -> Word:
    if _differs(refund, evidence):
        return _W.RESULT_MISMATCH
    # Old results of reversals had no parameters, so no amount (Daraja: Reversal, result).
    complete = evidence.mpesa_code is not None and (
        evidence.amount_kes is not None or refund.route is Route.REVERSAL
    )
    return _W.RESULT_PAID if complete and evidence.trusted else _W.RESULT_UNCONFIRMED


def _result_failed(refund: Refund, evidence: RefundEvidence) -> Word:
    if names_another(refund, evidence) or _went_back_before(refund):
        return _W.RESULT_MISMATCH
    # Of two results that contradict each other neither is believed: Safaricom, asked, decides.
    return _W.RESULT_UNCLEAR if refund.claim or not evidence.trusted else _W.RESULT_FAILED


def _status_paid(refund: Refund, evidence: RefundEvidence) -> Word:
    if _differs(refund, evidence):
        return _W.RESULT_MISMATCH
    return _W.STATUS_PAID if evidence.trusted or _confirms(refund, evidence) else _W.STATUS_PENDING


def _confirms(refund: Refund, evidence: RefundEvidence) -> bool:
    """Two addresses of this refund's own, each told to Safaricom alone, say the same of the same payout."""
    claimed = refund.claim.mpesa_code if refund.claim else None
    return claimed is not None and claimed == evidence.mpesa_code


def _status_failed(refund: Refund, evidence: RefundEvidence) -> Word:
    if names_another(refund, evidence) or refund.claim or _went_back_before(refund):
        return _W.RESULT_MISMATCH
    return _W.STATUS_FAILED if evidence.trusted else _W.STATUS_PENDING


def _went_back_before(refund: Refund) -> bool:
    """The receipt was reversed by an earlier call: that ours was declined says nothing of the money."""
    return refund.obstacle is Obstacle.ALREADY_REVERSED


def _payout_no(refund: Refund, evidence: RefundEvidence) -> Word:
    """A call that was turned away, beside a word of somebody who has it: a person must look."""
    if not refund.holds:
        return evidence.kind  # A definite no came first: this one only says it again.
    heard = any(entry.kind in _TAKEN for entry in refund.history)
    return _W.RESULT_MISMATCH if refund.claim or heard else evidence.kind


_SCALES: dict[Word, Callable[[Refund, RefundEvidence], Word]] = {
    _W.RESULT_PAID: _result_paid,
    _W.RESULT_FAILED: _result_failed,
    _W.STATUS_PAID: _status_paid,
    _W.STATUS_FAILED: _status_failed,
    _W.PAYOUT_REFUSED: _payout_no,
    _W.PAYOUT_NOT_SENT: _payout_no,
}
