"""What must hold of stored payments at every moment, whatever happened: each broken rule in a sentence.

Owns the rules as the promises state them, written apart from the code that keeps them. Works on records, so
that it can judge any store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from payments.evidence import EvidenceKind
from payments.payment import OPEN, HistoryEntry, Payment, State

_K = EvidenceKind
PROOFS = frozenset({_K.CALLBACK_PAID, _K.QUERY_PAID, _K.ADMIN_RESOLVED_PAID, _K.STATEMENT_PAID})
DEFINITE_NOES = frozenset({_K.CALLBACK_UNPAID, _K.QUERY_UNPAID, _K.PUSH_REFUSED, _K.ADMIN_RESOLVED_UNPAID})
NOTHING_WENT_OUT = frozenset({_K.PAYER_CANCELLED, _K.DEADLINE_PASSED, _K.PUSH_NOT_SENT})


def broken(payments: Sequence[Payment], notices: Collection[str]) -> list[str]:
    """Every rule that is broken. `notices` are the ids of all notices, waiting or delivered."""
    found = [f"{payment.id}: {why}" for payment in payments for why in _of_one(payment)]
    found += [f"I4: receipt {what} twice" for what in _twice(payment.receipt for payment in payments)]
    found += [f"I5: request {what} twice" for what in _twice(payment.checkout_id for payment in payments)]
    found += [
        f"I17: {payment.id} was never to be told" for payment in payments if not _told(payment, notices)
    ]
    return found


def _of_one(payment: Payment) -> Iterator[str]:
    for rule in (_history, _paid, _unpaid, _whole_shillings, _looked_at):
        yield from rule(payment)


def _history(payment: Payment) -> Iterator[str]:
    history = payment.history
    if (history[0].before if history else payment.state) is not State.QUEUED:
        yield "I6: its history does not begin with queued"
    if (history[-1].after if history else State.QUEUED) is not payment.state:
        yield "I6: its history does not end with its state"
    if any(first.after is not second.before for first, second in pairwise(history)):
        yield "I6: its history has a gap"
    if any(entry.before is State.PAID and entry.after is not State.PAID for entry in history):
        yield "I6: it left paid"
    if _twice(entry.evidence_id for entry in history):
        yield "I7: one word counted twice"
    if payment.version < len(history):
        yield "its version fell"


def _paid(payment: Payment) -> Iterator[str]:
    if (payment.state is State.PAID) != (payment.paid_by is not None):
        yield "I2: paid and evidence do not go together"
    if payment.state is not State.PAID:
        return
    proof = _entered(payment, State.PAID)
    if proof is None or proof.evidence_id != payment.paid_by or proof.kind not in PROOFS:
        yield "I2: paid without Safaricom's word"
    if payment.paid_kes != payment.amount_kes and proof and proof.kind is not _K.ADMIN_RESOLVED_PAID:
        yield "I3: paid another amount than was asked"
    if payment.late != any(entry.after is State.UNPAID for entry in payment.history):
        yield "I9: a late success is not known as one"


def _unpaid(payment: Payment) -> Iterator[str]:
    for entry in payment.history:
        if entry.after is not State.UNPAID or entry.before is State.UNPAID or entry.kind in DEFINITE_NOES:
            continue
        unsent = entry.before is State.QUEUED or entry.kind is _K.PUSH_NOT_SENT
        if not (entry.kind in NOTHING_WENT_OUT and unsent):
            yield f"I15: unpaid by {entry.kind} while {entry.before}"


def _whole_shillings(payment: Payment) -> Iterator[str]:
    amounts = (payment.amount_kes, payment.paid_kes)
    if any(amount is not None and type(amount) is not int for amount in amounts):
        yield "I21: money that is no whole number"


def _looked_at(payment: Payment) -> Iterator[str]:
    if payment.state in OPEN - {State.REVIEW} and payment.next_at is None:
        yield "I16: open, and nobody will ever look"
    if payment.deadline_at is not None and payment.next_at is None:
        yield "I16: it has a deadline that nobody watches"


def _told(payment: Payment, notices: Collection[str]) -> bool:
    """Whether the payer's notice of the present settled state exists, wherever it is on its way."""
    if payment.state not in {State.PAID, State.UNPAID, State.REVIEW}:
        return True
    ends = f":{payment.state}:payer"
    return any(notice.startswith(f"{payment.id}:") and ends in notice for notice in notices)


def _entered(payment: Payment, state: State) -> HistoryEntry | None:
    entries = (e for e in payment.history if e.after is state and e.before is not state)
    return next(entries, None)


def _twice(values: object) -> list[object]:
    counted = Counter(value for value in values if value is not None)  # type: ignore[attr-defined]  # any iterable
    return [value for value, times in counted.items() if times > 1]
