"""The payment's lifecycle: one table that says what every word does in every situation.

Owns the table and `decide`. Each (state, evidence) pair is declared exactly once: it **moves** the
payment, or the payment **stays** (the word is kept in its history), or it is **impossible** (a
fault in this program, raised loudly). The picture in README is drawn from this table.

Two things are deliberately not symmetric: a success always wins, however late, and a failure never
undoes a success. And unknown is not failed: only a definite no leads to `unpaid`.
"""

from __future__ import annotations

from payments.evidence import EvidenceKind
from payments.payment import State
from payments.table import Impossible, ImpossibleEvidence, Moves, Rule, Stays, look_up

__all__ = ["TABLE", "Impossible", "ImpossibleEvidence", "Moves", "Rule", "Stays", "decide"]

_K = EvidenceKind
_S = State

_NOT_SENT_YET = Impossible("nothing has been sent that anybody could answer")
_NOT_ASKED_YET = Impossible("nobody can be asked before the push is answered")
_NO_CLAIM_YET = Impossible("no claim is on record that could be contradicted")
_ONE_ANSWER = Impossible("a push has one answer, and this payment has had it")
_HELD_NO_MORE = Impossible("only what is not sent yet can be held back")
_NOT_FOR_ADMINS = Impossible("only a payment under review is resolved by a person")
_CLAIM_TAKEN = Stays("the right to send was taken before")
_TOO_LATE_TO_CANCEL = Stays("the prompt may be on the phone: it is cancelled there")
_DECIDED = Stays("the answer came first")
_SETTLED = Stays("the payment was settled before the answer to the push")
_PAID = Moves(_S.PAID, "money moved")

TABLE: dict[State, dict[EvidenceKind, Rule[State]]] = {
    _S.QUEUED: {
        _K.ENGINE_CLAIMED: Moves(_S.SENDING, "one engine has the right to send"),
        _K.ENGINE_HELD: Stays("nothing is sent before its time"),
        _K.PUSH_ACCEPTED: _NOT_SENT_YET,
        _K.PUSH_REFUSED: _NOT_SENT_YET,
        _K.PUSH_NOT_SENT: _NOT_SENT_YET,
        _K.PUSH_UNCERTAIN: _NOT_SENT_YET,
        _K.CALLBACK_PAID: Moves(_S.PAID, "money moved, by a push that was thought not sent"),
        _K.CALLBACK_UNPAID: Moves(_S.UNPAID, "Safaricom said no to a push that was thought not sent"),
        _K.CALLBACK_UNCLEAR: Moves(_S.UNCLEAR, "a push thought not sent was answered, unclearly"),
        _K.CALLBACK_UNCONFIRMED: Moves(_S.UNCLEAR, "a success is claimed and must be confirmed"),
        _K.CALLBACK_MISMATCH: Moves(_S.REVIEW, "the callback is not about what was asked"),
        _K.QUERY_PAID: _PAID,
        _K.QUERY_UNPAID: _NOT_ASKED_YET,
        _K.QUERY_PENDING: _NOT_ASKED_YET,
        _K.ANSWERS_DISAGREE: _NO_CLAIM_YET,
        _K.PAYER_CANCELLED: Moves(_S.UNPAID, "nothing was sent, so nothing can be paid"),
        _K.DEADLINE_PASSED: Moves(_S.UNPAID, "it could not be sent in time, so nothing can be paid"),
        _K.ADMIN_RESOLVED_PAID: _NOT_FOR_ADMINS,
        _K.ADMIN_RESOLVED_UNPAID: _NOT_FOR_ADMINS,
        _K.STATEMENT_PAID: _PAID,
    },
    _S.SENDING: {
        _K.ENGINE_CLAIMED: _CLAIM_TAKEN,
        _K.ENGINE_HELD: _HELD_NO_MORE,
        _K.PUSH_ACCEPTED: Moves(_S.PROMPTED, "the phone asks for the PIN"),
        _K.PUSH_REFUSED: Moves(_S.UNPAID, "Safaricom refused the push"),
        _K.PUSH_NOT_SENT: Moves(_S.QUEUED, "nothing went out: it is tried again"),
        _K.PUSH_UNCERTAIN: Moves(_S.UNCLEAR, "the push may have gone out"),
        _K.CALLBACK_PAID: Moves(_S.PAID, "money moved, before the push was answered"),
        _K.CALLBACK_UNPAID: Moves(_S.UNPAID, "a definite no, before the push was answered"),
        _K.CALLBACK_UNCLEAR: Moves(_S.UNCLEAR, "the callback gives no clear answer"),
        _K.CALLBACK_UNCONFIRMED: Moves(_S.UNCLEAR, "a success is claimed and must be confirmed"),
        _K.CALLBACK_MISMATCH: Moves(_S.REVIEW, "the callback is not about what was asked"),
        _K.QUERY_PAID: _PAID,
        _K.QUERY_UNPAID: _NOT_ASKED_YET,
        _K.QUERY_PENDING: _NOT_ASKED_YET,
        _K.ANSWERS_DISAGREE: _NO_CLAIM_YET,
        _K.PAYER_CANCELLED: _TOO_LATE_TO_CANCEL,
        _K.DEADLINE_PASSED: Moves(_S.UNCLEAR, "no answer to the push: it may have gone out"),
        _K.ADMIN_RESOLVED_PAID: _NOT_FOR_ADMINS,
        _K.ADMIN_RESOLVED_UNPAID: _NOT_FOR_ADMINS,
        _K.STATEMENT_PAID: _PAID,
    },
    _S.PROMPTED: {
        _K.ENGINE_CLAIMED: _CLAIM_TAKEN,
        _K.ENGINE_HELD: _HELD_NO_MORE,
        _K.PUSH_ACCEPTED: Stays("heard before"),
        _K.PUSH_REFUSED: _ONE_ANSWER,
        _K.PUSH_NOT_SENT: _ONE_ANSWER,
        _K.PUSH_UNCERTAIN: _ONE_ANSWER,
        _K.CALLBACK_PAID: _PAID,
        _K.CALLBACK_UNPAID: Moves(_S.UNPAID, "a definite no"),
        _K.CALLBACK_UNCLEAR: Moves(_S.UNCLEAR, "the callback gives no clear answer"),
        _K.CALLBACK_UNCONFIRMED: Moves(_S.UNCLEAR, "a success is claimed and must be confirmed"),
        _K.CALLBACK_MISMATCH: Moves(_S.REVIEW, "the callback is not about what was asked"),
        _K.QUERY_PAID: Moves(_S.PAID, "money moved; the callback may be lost"),
        _K.QUERY_UNPAID: Moves(_S.UNPAID, "a definite no"),
        _K.QUERY_PENDING: Stays("the payer has not answered the phone yet"),
        _K.ANSWERS_DISAGREE: Moves(_S.REVIEW, "two answers contradict each other"),
        _K.PAYER_CANCELLED: _TOO_LATE_TO_CANCEL,
        _K.DEADLINE_PASSED: Moves(_S.UNCLEAR, "the prompt has ended and nobody said how"),
        _K.ADMIN_RESOLVED_PAID: _NOT_FOR_ADMINS,
        _K.ADMIN_RESOLVED_UNPAID: _NOT_FOR_ADMINS,
        _K.STATEMENT_PAID: _PAID,
    },
    _S.UNCLEAR: {
        _K.ENGINE_CLAIMED: _CLAIM_TAKEN,
        _K.ENGINE_HELD: _HELD_NO_MORE,
        _K.PUSH_ACCEPTED: Moves(_S.PROMPTED, "the late answer says that the phone asks for the PIN"),
        _K.PUSH_REFUSED: Moves(_S.UNPAID, "the late answer is a definite no"),
        _K.PUSH_NOT_SENT: Moves(_S.UNPAID, "the late answer says that nothing went out"),
        _K.PUSH_UNCERTAIN: Stays("it is unclear already"),
        _K.CALLBACK_PAID: _PAID,
        _K.CALLBACK_UNPAID: Moves(_S.UNPAID, "a definite no"),
        _K.CALLBACK_UNCLEAR: Stays("it is unclear already"),
        _K.CALLBACK_UNCONFIRMED: Stays("Safaricom is asked at once"),
        _K.CALLBACK_MISMATCH: Moves(_S.REVIEW, "the callback is not about what was asked"),
        _K.QUERY_PAID: _PAID,
        _K.QUERY_UNPAID: Moves(_S.UNPAID, "a definite no"),
        _K.QUERY_PENDING: Stays("Safaricom does not know yet"),
        _K.ANSWERS_DISAGREE: Moves(_S.REVIEW, "two answers contradict each other"),
        _K.PAYER_CANCELLED: _TOO_LATE_TO_CANCEL,
        _K.DEADLINE_PASSED: Moves(_S.REVIEW, "nobody can be asked any more"),
        _K.ADMIN_RESOLVED_PAID: _NOT_FOR_ADMINS,
        _K.ADMIN_RESOLVED_UNPAID: _NOT_FOR_ADMINS,
        _K.STATEMENT_PAID: _PAID,
    },
    _S.REVIEW: {
        _K.ENGINE_CLAIMED: _CLAIM_TAKEN,
        _K.ENGINE_HELD: _HELD_NO_MORE,
        _K.PUSH_ACCEPTED: Moves(_S.UNCLEAR, "the late answer says whom to ask"),
        _K.PUSH_REFUSED: Stays("a person looks already"),
        _K.PUSH_NOT_SENT: Stays("a person looks already"),
        _K.PUSH_UNCERTAIN: Stays("a person looks already"),
        _K.CALLBACK_PAID: _PAID,
        _K.CALLBACK_UNPAID: Moves(_S.UNPAID, "a definite no, at last"),
        _K.CALLBACK_UNCLEAR: Stays("a person looks already"),
        _K.CALLBACK_UNCONFIRMED: Moves(_S.UNCLEAR, "a success is claimed, and Safaricom can be asked"),
        _K.CALLBACK_MISMATCH: Stays("a person looks already", alert=True),
        _K.QUERY_PAID: _PAID,
        _K.QUERY_UNPAID: Moves(_S.UNPAID, "a definite no, at last"),
        _K.QUERY_PENDING: Stays("Safaricom does not know"),
        _K.ANSWERS_DISAGREE: Stays("a person looks already", alert=True),
        _K.PAYER_CANCELLED: _TOO_LATE_TO_CANCEL,
        _K.DEADLINE_PASSED: _DECIDED,
        _K.ADMIN_RESOLVED_PAID: Moves(_S.PAID, "a person found the money"),
        _K.ADMIN_RESOLVED_UNPAID: Moves(_S.UNPAID, "a person found that no money moved"),
        _K.STATEMENT_PAID: _PAID,
    },
    _S.PAID: {
        _K.ENGINE_CLAIMED: _CLAIM_TAKEN,
        _K.ENGINE_HELD: _HELD_NO_MORE,
        _K.PUSH_ACCEPTED: _SETTLED,
        _K.PUSH_REFUSED: Stays("money moved all the same", alert=True),
        _K.PUSH_NOT_SENT: Stays("money moved all the same", alert=True),
        _K.PUSH_UNCERTAIN: _SETTLED,
        _K.CALLBACK_PAID: Stays("known"),
        _K.CALLBACK_UNPAID: Stays("a failure never undoes a success", alert=True),
        _K.CALLBACK_UNCLEAR: Stays("known better"),
        _K.CALLBACK_UNCONFIRMED: Stays("known better"),
        _K.CALLBACK_MISMATCH: Stays("paid already; what else came is odd", alert=True),
        _K.QUERY_PAID: Stays("known"),
        _K.QUERY_UNPAID: Stays("a failure never undoes a success", alert=True),
        _K.QUERY_PENDING: Stays("known better"),
        _K.ANSWERS_DISAGREE: Stays("a failure never undoes a success", alert=True),
        _K.PAYER_CANCELLED: _DECIDED,
        _K.DEADLINE_PASSED: _DECIDED,
        _K.ADMIN_RESOLVED_PAID: _DECIDED,
        _K.ADMIN_RESOLVED_UNPAID: Stays("the money came while a person decided", alert=True),
        _K.STATEMENT_PAID: Stays("known"),
    },
    _S.UNPAID: {
        _K.ENGINE_CLAIMED: _CLAIM_TAKEN,
        _K.ENGINE_HELD: _HELD_NO_MORE,
        _K.PUSH_ACCEPTED: _SETTLED,
        _K.PUSH_REFUSED: _SETTLED,
        _K.PUSH_NOT_SENT: _SETTLED,
        _K.PUSH_UNCERTAIN: _SETTLED,
        _K.CALLBACK_PAID: Moves(
            _S.UNCLEAR, "a no is on record: Safaricom is asked before the yes is believed"
        ),
        _K.CALLBACK_UNPAID: Stays("known"),
        _K.CALLBACK_UNCLEAR: Stays("known better"),
        _K.CALLBACK_UNCONFIRMED: Moves(_S.UNCLEAR, "a late success is claimed and must be confirmed"),
        _K.CALLBACK_MISMATCH: Moves(_S.REVIEW, "money is claimed that is not what was asked"),
        _K.QUERY_PAID: Moves(_S.PAID, "money moved late"),
        _K.QUERY_UNPAID: Stays("known"),
        _K.QUERY_PENDING: Stays("known better"),
        _K.ANSWERS_DISAGREE: Stays("known"),
        _K.PAYER_CANCELLED: _DECIDED,
        _K.DEADLINE_PASSED: _DECIDED,
        _K.ADMIN_RESOLVED_PAID: Stays("the no came while a person decided", alert=True),
        _K.ADMIN_RESOLVED_UNPAID: _DECIDED,
        _K.STATEMENT_PAID: Moves(_S.PAID, "money moved late"),
    },
}


def decide(state: State, kind: EvidenceKind) -> Moves[State] | Stays:
    """Look up what this word does to a payment in this state.

    Raises:
        ImpossibleEvidence: when the table says that nobody can truly say this now.
    """
    return look_up(TABLE, state, kind)
