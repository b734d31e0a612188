"""Evidence: one word from somebody about one payment, as it was said.

Owns the closed list of kinds and the record. What a word *means* for a payment is weighed in
`payments.weigh` and looked up in `payments.lifecycle`; nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.reasons import Reason
from payments.values import CheckoutId, Receipt


class EvidenceKind(StrEnum):
    """Who speaks, then what they say."""

    ENGINE_CLAIMED = "engine_claimed"
    """One engine took the right to send the push."""
    ENGINE_HELD = "engine_held"
    """The push must wait, and the reason is one that the payer should see."""
    PUSH_ACCEPTED = "push_accepted"
    """Safaricom took the push (which is not a payment)."""
    PUSH_REFUSED = "push_refused"
    """Safaricom refused the push for good."""
    PUSH_NOT_SENT = "push_not_sent"
    """The push surely did not go out, or was surely not taken: it may be sent again."""
    PUSH_UNCERTAIN = "push_uncertain"
    """The push may have gone out; nobody can say."""
    CALLBACK_PAID = "callback_paid"
    """The payment's own callback address was told of success, and everything in it agrees."""
    CALLBACK_UNPAID = "callback_unpaid"
    """The callback says no, with a code that is known to be final."""
    CALLBACK_UNCLEAR = "callback_unclear"
    """The callback's code is one that nobody has documented, or a no came from an unlisted address."""
    CALLBACK_UNCONFIRMED = "callback_unconfirmed"
    """A success that Safaricom must confirm: from an unlisted address, or without amount or receipt."""
    CALLBACK_MISMATCH = "callback_mismatch"
    """A callback whose amount, request or receipt is not this payment's."""
    QUERY_PAID = "query_paid"
    """Safaricom, asked, says paid."""
    QUERY_UNPAID = "query_unpaid"
    """Safaricom, asked, says no, with a code known to be final."""
    QUERY_PENDING = "query_pending"
    """Safaricom, asked, does not know yet, or says something that is no clear answer."""
    ANSWERS_DISAGREE = "answers_disagree"
    """A word that contradicts, or cannot settle, what a callback claimed before."""
    PAYER_CANCELLED = "payer_cancelled"
    """The payer pressed Cancel in chat."""
    DEADLINE_PASSED = "deadline_passed"
    """The time this state may take is over. Time proves nothing about money."""
    ADMIN_RESOLVED_PAID = "admin_resolved_paid"
    """A person of the firm looked and says paid."""
    ADMIN_RESOLVED_UNPAID = "admin_resolved_unpaid"
    """A person of the firm looked and says not paid."""
    STATEMENT_PAID = "statement_paid"
    """The firm's M-Pesa statement lists the money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One word about one payment. The same `id` twice is the same word and counts once.

    Attributes:
        id: names who said it and when, such as `inbox:<key>` or `query:<time>`.
        kind: what was said, before it is weighed against the payment.
        at: when it reached us, UTC.
        trusted: False when it came from an address that Safaricom does not list.
        amount_kes: the whole shillings it speaks of; None when it names no amount.
        amount_odd: True when an amount was named that is not whole shillings.
        paid_at: when the money moved, as the speaker says, UTC.
        code: the speaker's own result code, verbatim.
        note: the speaker's own words, bounded, for the history.
        retry_after_s: for `push_not_sent` and `engine_held`: do not try again sooner.
    """

    id: str
    kind: EvidenceKind
    at: datetime
    trusted: bool = True
    checkout_id: CheckoutId | None = None
    merchant_request_id: str | None = None
    amount_kes: int | None = None
    amount_odd: bool = False
    receipt: Receipt | None = None
    paid_at: datetime | None = None
    reason: Reason | None = None
    code: str | None = None
    note: str = ""
    retry_after_s: float | None = None
