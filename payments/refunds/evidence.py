"""Evidence about a refund: one word from somebody, as it was said.

Owns the closed list of words and the record. What a word means is weighed in `payments.refunds.weigh` and
looked up in `payments.refunds.lifecycle`; nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.refunds.reasons import Obstacle
from payments.values import Receipt, UserId


class Word(StrEnum):
    """Who speaks, then what they say. A *payout* is the one call that sends the money, by B2C or reversal."""

    ADMIN_APPROVED = "admin_approved"
    ADMIN_REJECTED = "admin_rejected"
    """An admin says no, or whoever asked takes it back."""
    ENGINE_CLAIMED = "engine_claimed"
    """One engine took the right to send the payout."""
    PAYOUT_ACCEPTED = "payout_accepted"
    """Safaricom took the payout (which does not mean that it is paid)."""
    PAYOUT_REFUSED = "payout_refused"
    """Safaricom refused the payout for good."""
    PAYOUT_NOT_SENT = "payout_not_sent"
    """The payout surely was not taken: the same one may be tried again."""
    PAYOUT_UNCERTAIN = "payout_uncertain"
    """The payout may have gone out; nobody can say."""
    PAYOUT_SEEN_BEFORE = "payout_seen_before"
    """Safaricom knows this OriginatorConversationID already: an earlier call was taken."""
    RESULT_PAID = "result_paid"
    """The refund's own result address was told of success, and everything in it agrees."""
    RESULT_FAILED = "result_failed"
    """The result says no, with a code that is known to be final for this very money."""
    RESULT_UNCLEAR = "result_unclear"
    """A result whose code says nothing certain, or a no from an unlisted address."""
    RESULT_UNCONFIRMED = "result_unconfirmed"
    """A success that Safaricom must confirm: from an unlisted address, or without its code or amount."""
    RESULT_MISMATCH = "result_mismatch"
    """A result whose amount or request is not this refund's."""
    QUEUE_TIMED_OUT = "queue_timed_out"
    """Safaricom's queue gave up waiting. It proves nothing: a result may still come."""
    STATUS_ASKED = "status_asked"
    """Safaricom took our question; the answer comes by itself."""
    STATUS_PAID = "status_paid"
    """Safaricom, asked, says that the payout is completed."""
    STATUS_FAILED = "status_failed"
    """Safaricom, asked, says that the payout came to nothing."""
    STATUS_PENDING = "status_pending"
    """Safaricom, asked, does not know, or says something that is no clear answer."""
    DEADLINE_PASSED = "deadline_passed"
    """The time this state may take is over. Time proves nothing about money."""
    ADMIN_RESOLVED_PAID = "admin_resolved_paid"
    ADMIN_RESOLVED_FAILED = "admin_resolved_failed"
    """A person of the firm looked, and says what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundEvidence:
    """One word about one refund. The same `id` twice is the same word and counts once.

    Attributes:
        id: names who said it and when, such as `inbox:<key>` or `admin:<user id>:<update id>`.
        kind: what was said, before it is weighed against the refund.
        at: when it reached us, UTC.
        trusted: False when it came from an address that Safaricom does not list.
        by, by_name: the admin who spoke, if one did.
        originator_id: the OriginatorConversationID it names.
        amount_kes: the whole shillings it speaks of; None when it names no amount.
        amount_odd: True when an amount was named that is not whole shillings.
        mpesa_code: M-Pesa's code of the payout.
        paid_out_at: when the money moved, as the speaker says, UTC.
        not_before: of an approval: not to be sent sooner.
        code: Safaricom's own result code, verbatim.
        note: the speaker's own words, bounded, for the history.
        retry_after_s: for `payout_not_sent`: do not try again sooner.
    """

    id: str
    kind: Word
    at: datetime
    trusted: bool = True
    by: UserId | None = None
    by_name: str = ""
    originator_id: str | None = None
    conversation_id: str | None = None
    amount_kes: int | None = None
    amount_odd: bool = False
    mpesa_code: Receipt | None = None
    paid_out_at: datetime | None = None
    not_before: datetime | None = None
    obstacle: Obstacle | None = None
    code: str | None = None
    note: str = ""
    retry_after_s: float | None = None
