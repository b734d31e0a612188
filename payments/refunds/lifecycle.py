"""The refund's lifecycle: one table that says what every word does in every situation.

Owns the table and `decide`. Each (state, word) pair is declared exactly once: it **moves** the refund, the
refund **stays** (the word is kept in its history), or it is **impossible**. The picture in README is drawn
from it.

A success always wins, however late; a failure never undoes a success; and only a definite no lets the money
go back to what may still be refunded: time, silence and unclear codes never do.
"""

from __future__ import annotations

from payments.refunds.evidence import Word
from payments.refunds.refund import RefundState
from payments.table import Impossible, Moves, Rule, Stays, look_up

_W = Word
_S = RefundState

_NOT_APPROVED = Impossible("nobody has approved it yet, so nobody may send it")
_NOTHING_SENT = Impossible("nothing was sent that anybody could answer")
_NOT_ASKED = Impossible("nobody was asked before the payout was answered")
_ONE_ANSWER = Impossible("a payout has one answer, and this refund has had it")
_NOT_FOR_ADMINS = Impossible("only a refund under review is resolved by a person")
_APPROVED = Stays("approved before")
_UNDER_WAY = Stays("too late: the money may be under way")
_CLAIM_TAKEN = Stays("the right to send was taken before")
_DECIDED = Stays("the answer came first")
_SETTLED = Stays("the refund was settled before the answer to the payout")
_KNOWN = Stays("known")
_KNOWN_BETTER = Stays("known better")
_LOOKED_AT = Stays("a person looks already")
_ASKED = Stays("the answer will come by itself")
_PAID_OUT = Moves(_S.PAID_OUT, "the money went out")
_NO = Moves(_S.FAILED, "a definite no: no money went out")
_ODD = Moves(_S.REVIEW, "what came is not about what was sent")
_TIMED_OUT = Moves(_S.UNCLEAR, "Safaricom's queue gave up waiting: a result may still come")
_VAGUE = Moves(_S.UNCLEAR, "the result gives no clear answer")
_CLAIMED = Moves(_S.UNCLEAR, "a success is claimed and must be confirmed")
_AFTER_ALL = Moves(_S.UNCLEAR, "a no is on record: Safaricom is asked before the yes is believed")

_Row = dict[Word, Rule[RefundState]]
_BY_HAND_ONLY_IN_REVIEW: _Row = {
    _W.ADMIN_RESOLVED_PAID: _NOT_FOR_ADMINS,
    _W.ADMIN_RESOLVED_FAILED: _NOT_FOR_ADMINS,
}
_NO_STATUS_YET: _Row = {
    _W.STATUS_ASKED: _NOT_ASKED,
    _W.STATUS_PAID: _NOT_ASKED,
    _W.STATUS_FAILED: _NOT_ASKED,
    _W.STATUS_PENDING: _NOT_ASKED,
}
_NO_PAYOUT_YET: _Row = {
    _W.PAYOUT_ACCEPTED: _NOTHING_SENT,
    _W.PAYOUT_REFUSED: _NOTHING_SENT,
    _W.PAYOUT_NOT_SENT: _NOTHING_SENT,
    _W.PAYOUT_UNCERTAIN: _NOTHING_SENT,
    _W.PAYOUT_SEEN_BEFORE: _NOTHING_SENT,
}
_STATUS: _Row = {
    _W.STATUS_ASKED: _ASKED,
    _W.STATUS_PAID: _PAID_OUT,
    _W.STATUS_FAILED: _NO,
    _W.STATUS_PENDING: Stays("Safaricom does not know yet"),
}
_OUT_OF_THE_OFFICE: _Row = {
    _W.ADMIN_APPROVED: _APPROVED,
    _W.ADMIN_REJECTED: _UNDER_WAY,
    _W.ENGINE_CLAIMED: _CLAIM_TAKEN,
}

TABLE: dict[RefundState, _Row] = {
    _S.REQUESTED: {
        _W.ADMIN_APPROVED: Moves(_S.APPROVED, "an admin who may do so allowed it"),
        _W.ADMIN_REJECTED: Moves(_S.REJECTED, "the office said no"),
        _W.ENGINE_CLAIMED: _NOT_APPROVED,
        **_NO_PAYOUT_YET,
        _W.RESULT_PAID: _NOTHING_SENT,
        _W.RESULT_FAILED: _NOTHING_SENT,
        _W.RESULT_UNCLEAR: _NOTHING_SENT,
        _W.RESULT_UNCONFIRMED: _NOTHING_SENT,
        _W.RESULT_MISMATCH: _NOTHING_SENT,
        _W.QUEUE_TIMED_OUT: _NOTHING_SENT,
        **_NO_STATUS_YET,
        _W.DEADLINE_PASSED: Moves(_S.REJECTED, "nobody allowed it in time"),
        **_BY_HAND_ONLY_IN_REVIEW,
    },
    _S.APPROVED: {
        _W.ADMIN_APPROVED: _APPROVED,
        _W.ADMIN_REJECTED: Moves(_S.REJECTED, "the office stopped it before anything was sent"),
        _W.ENGINE_CLAIMED: Moves(_S.SENDING, "one engine has the right to send"),
        **_NO_PAYOUT_YET,
        _W.RESULT_PAID: Moves(_S.PAID_OUT, "the money went out, by a payout that was thought not sent"),
        _W.RESULT_FAILED: Moves(_S.FAILED, "Safaricom said no to a payout that was thought not sent"),
        _W.RESULT_UNCLEAR: Moves(_S.UNCLEAR, "a payout thought not sent was answered, unclearly"),
        _W.RESULT_UNCONFIRMED: _CLAIMED,
        _W.RESULT_MISMATCH: _ODD,
        _W.QUEUE_TIMED_OUT: Moves(_S.UNCLEAR, "a payout thought not sent stands in Safaricom's queue"),
        **_NO_STATUS_YET,
        _W.DEADLINE_PASSED: Moves(_S.FAILED, "it could not be sent in time, so nothing went out"),
        **_BY_HAND_ONLY_IN_REVIEW,
    },
    _S.SENDING: {
        **_OUT_OF_THE_OFFICE,
        _W.PAYOUT_ACCEPTED: Moves(_S.ACCEPTED, "Safaricom has taken it"),
        _W.PAYOUT_REFUSED: Moves(_S.FAILED, "Safaricom refused the payout"),
        _W.PAYOUT_NOT_SENT: Moves(_S.APPROVED, "nothing went out: the same payout is tried again"),
        _W.PAYOUT_UNCERTAIN: Moves(_S.UNCLEAR, "the payout may have gone out"),
        _W.PAYOUT_SEEN_BEFORE: Moves(_S.ACCEPTED, "Safaricom has it already, and is asked what became of it"),
        _W.RESULT_PAID: Moves(_S.PAID_OUT, "the money went out, before the payout was answered"),
        _W.RESULT_FAILED: Moves(_S.FAILED, "a definite no, before the payout was answered"),
        _W.RESULT_UNCLEAR: _VAGUE,
        _W.RESULT_UNCONFIRMED: _CLAIMED,
        _W.RESULT_MISMATCH: _ODD,
        _W.QUEUE_TIMED_OUT: _TIMED_OUT,
        **_NO_STATUS_YET,
        _W.DEADLINE_PASSED: Moves(_S.UNCLEAR, "no answer to the payout: it may have gone out"),
        **_BY_HAND_ONLY_IN_REVIEW,
    },
    _S.ACCEPTED: {
        **_OUT_OF_THE_OFFICE,
        _W.PAYOUT_ACCEPTED: _ONE_ANSWER,
        _W.PAYOUT_REFUSED: _ONE_ANSWER,
        _W.PAYOUT_NOT_SENT: _ONE_ANSWER,
        _W.PAYOUT_UNCERTAIN: _ONE_ANSWER,
        _W.PAYOUT_SEEN_BEFORE: _ONE_ANSWER,
        _W.RESULT_PAID: _PAID_OUT,
        _W.RESULT_FAILED: _NO,
        _W.RESULT_UNCLEAR: _VAGUE,
        _W.RESULT_UNCONFIRMED: _CLAIMED,
        _W.RESULT_MISMATCH: _ODD,
        _W.QUEUE_TIMED_OUT: _TIMED_OUT,
        **_STATUS,
        _W.DEADLINE_PASSED: Moves(_S.UNCLEAR, "nobody said how it ended"),
        **_BY_HAND_ONLY_IN_REVIEW,
    },
    _S.UNCLEAR: {
        **_OUT_OF_THE_OFFICE,
        _W.PAYOUT_ACCEPTED: Stays("the late answer says that Safaricom has it; what became of it is asked"),
        _W.PAYOUT_REFUSED: Moves(_S.FAILED, "the late answer is a definite no"),
        _W.PAYOUT_NOT_SENT: Moves(_S.FAILED, "the late answer says that nothing went out"),
        _W.PAYOUT_UNCERTAIN: Stays("it is unclear already"),
        _W.PAYOUT_SEEN_BEFORE: Stays("Safaricom has it; what became of it is asked"),
        _W.RESULT_PAID: _PAID_OUT,
        _W.RESULT_FAILED: _NO,
        _W.RESULT_UNCLEAR: Stays("it is unclear already"),
        _W.RESULT_UNCONFIRMED: Stays("Safaricom is asked at once"),
        _W.RESULT_MISMATCH: _ODD,
        _W.QUEUE_TIMED_OUT: Stays("it is unclear already"),
        **_STATUS,
        _W.DEADLINE_PASSED: Moves(_S.REVIEW, "nobody can be asked any more"),
        **_BY_HAND_ONLY_IN_REVIEW,
    },
    _S.REVIEW: {
        **_OUT_OF_THE_OFFICE,
        _W.PAYOUT_ACCEPTED: _LOOKED_AT,
        _W.PAYOUT_REFUSED: _LOOKED_AT,
        _W.PAYOUT_NOT_SENT: _LOOKED_AT,
        _W.PAYOUT_UNCERTAIN: _LOOKED_AT,
        _W.PAYOUT_SEEN_BEFORE: _LOOKED_AT,
        _W.RESULT_PAID: _PAID_OUT,
        _W.RESULT_FAILED: Moves(_S.FAILED, "a definite no, at last"),
        _W.RESULT_UNCLEAR: _LOOKED_AT,
        _W.RESULT_UNCONFIRMED: Moves(_S.UNCLEAR, "a success is claimed, and Safaricom can be asked"),
        _W.RESULT_MISMATCH: Stays("a person looks already", alert=True),
        _W.QUEUE_TIMED_OUT: _LOOKED_AT,
        _W.STATUS_ASKED: _ASKED,
        _W.STATUS_PAID: _PAID_OUT,
        _W.STATUS_FAILED: Moves(_S.FAILED, "a definite no, at last"),
        _W.STATUS_PENDING: Stays("Safaricom does not know"),
        _W.DEADLINE_PASSED: _DECIDED,
        _W.ADMIN_RESOLVED_PAID: Moves(_S.PAID_OUT, "a person found that the money went out"),
        _W.ADMIN_RESOLVED_FAILED: Moves(_S.FAILED, "a person found that no money went out"),
    },
    _S.PAID_OUT: {
        **_OUT_OF_THE_OFFICE,
        _W.PAYOUT_ACCEPTED: _SETTLED,
        _W.PAYOUT_REFUSED: Stays("the money went out all the same", alert=True),
        _W.PAYOUT_NOT_SENT: Stays("the money went out all the same", alert=True),
        _W.PAYOUT_UNCERTAIN: _SETTLED,
        _W.PAYOUT_SEEN_BEFORE: _SETTLED,
        _W.RESULT_PAID: _KNOWN,
        _W.RESULT_FAILED: Stays("a failure never undoes a success", alert=True),
        _W.RESULT_UNCLEAR: _KNOWN_BETTER,
        _W.RESULT_UNCONFIRMED: _KNOWN_BETTER,
        _W.RESULT_MISMATCH: Stays("paid out already; what else came is odd", alert=True),
        _W.QUEUE_TIMED_OUT: _KNOWN_BETTER,
        _W.STATUS_ASKED: _DECIDED,
        _W.STATUS_PAID: _KNOWN,
        _W.STATUS_FAILED: Stays("a failure never undoes a success", alert=True),
        _W.STATUS_PENDING: _KNOWN_BETTER,
        _W.DEADLINE_PASSED: _DECIDED,
        _W.ADMIN_RESOLVED_PAID: _DECIDED,
        _W.ADMIN_RESOLVED_FAILED: Stays("the money went out while a person decided", alert=True),
    },
    _S.REJECTED: {
        _W.ADMIN_APPROVED: Stays("the office said no first"),
        _W.ADMIN_REJECTED: _KNOWN,
        _W.ENGINE_CLAIMED: Stays("the office said no first"),
        **_NO_PAYOUT_YET,
        _W.RESULT_PAID: _AFTER_ALL,
        _W.RESULT_FAILED: _KNOWN,
        _W.RESULT_UNCLEAR: _KNOWN_BETTER,
        _W.RESULT_UNCONFIRMED: _AFTER_ALL,
        _W.RESULT_MISMATCH: _ODD,
        _W.QUEUE_TIMED_OUT: Moves(_S.UNCLEAR, "a payout thought not sent stands in Safaricom's queue"),
        **_NO_STATUS_YET,
        _W.DEADLINE_PASSED: _DECIDED,
        **_BY_HAND_ONLY_IN_REVIEW,
    },
    _S.FAILED: {
        _W.ADMIN_APPROVED: _DECIDED,
        _W.ADMIN_REJECTED: _DECIDED,
        _W.ENGINE_CLAIMED: _DECIDED,
        _W.PAYOUT_ACCEPTED: _SETTLED,
        _W.PAYOUT_REFUSED: _SETTLED,
        _W.PAYOUT_NOT_SENT: _SETTLED,
        _W.PAYOUT_UNCERTAIN: _SETTLED,
        _W.PAYOUT_SEEN_BEFORE: _SETTLED,
        _W.RESULT_PAID: _AFTER_ALL,
        _W.RESULT_FAILED: _KNOWN,
        _W.RESULT_UNCLEAR: _KNOWN_BETTER,
        _W.RESULT_UNCONFIRMED: _AFTER_ALL,
        _W.RESULT_MISMATCH: _ODD,
        _W.QUEUE_TIMED_OUT: Stays("a definite no is on record", alert=True),
        _W.STATUS_ASKED: _DECIDED,
        _W.STATUS_PAID: Moves(_S.PAID_OUT, "the money went out after all"),
        _W.STATUS_FAILED: _KNOWN,
        _W.STATUS_PENDING: _KNOWN_BETTER,
        _W.DEADLINE_PASSED: _DECIDED,
        _W.ADMIN_RESOLVED_PAID: Stays("the no came while a person decided", alert=True),
        _W.ADMIN_RESOLVED_FAILED: _DECIDED,
    },
}


def decide(state: RefundState, word: Word) -> Moves[RefundState] | Stays:
    """Look up what this word does to a refund in this state.

    Raises:
        ImpossibleEvidence: when the table says that nobody can truly say this now.
    """
    return look_up(TABLE, state, word, of="refund")
