"""The refund's table is a closed world, and says about money that goes out what the product promises."""

from __future__ import annotations

import pytest

from payments.refunds.evidence import Word
from payments.refunds.lifecycle import TABLE, decide
from payments.refunds.refund import LIVE, RELEASED, RefundState
from payments.table import Impossible, ImpossibleEvidence, Moves, Stays

S, W = RefundState, Word

PAID_WORDS = {W.RESULT_PAID, W.STATUS_PAID, W.ADMIN_RESOLVED_PAID}
DEFINITE_NOS = {
    W.ADMIN_REJECTED,
    W.PAYOUT_REFUSED,
    W.PAYOUT_NOT_SENT,
    W.RESULT_FAILED,
    W.STATUS_FAILED,
    W.ADMIN_RESOLVED_FAILED,
}
PROVES_NOTHING = {
    W.PAYOUT_ACCEPTED,
    W.PAYOUT_UNCERTAIN,
    W.PAYOUT_SEEN_BEFORE,
    W.RESULT_UNCLEAR,
    W.RESULT_UNCONFIRMED,
    W.RESULT_MISMATCH,
    W.QUEUE_TIMED_OUT,
    W.STATUS_ASKED,
    W.STATUS_PENDING,
}
NOTHING_SENT = {S.REQUESTED, S.APPROVED}
MAY_BE_OUT = {S.SENDING, S.ACCEPTED, S.UNCLEAR, S.REVIEW}


def moves() -> list[tuple[RefundState, Word, RefundState]]:
    return [
        (state, word, rule.to)
        for state, row in TABLE.items()
        for word, rule in row.items()
        if isinstance(rule, Moves)
    ]


def test_every_word_in_every_situation_is_declared_exactly_once() -> None:
    assert set(TABLE) == set(S)
    assert all(set(row) == set(W) and len(row) == len(W) for row in TABLE.values())


def test_no_move_is_to_where_it_is_already() -> None:
    assert not [move for move in moves() if move[0] is move[2]]


def test_every_verdict_says_why() -> None:
    assert all(rule.why for row in TABLE.values() for rule in row.values())


def test_nothing_leaves_paid_out() -> None:
    assert not [move for move in moves() if move[0] is S.PAID_OUT]


def test_only_a_word_that_says_paid_leads_to_paid_out() -> None:
    assert {word for _, word, to in moves() if to is S.PAID_OUT} == PAID_WORDS


@pytest.mark.parametrize("state", sorted(LIVE - {S.REQUESTED}))
def test_a_trustworthy_success_wins_wherever_it_may_come(state: RefundState) -> None:
    assert (state, W.RESULT_PAID, S.PAID_OUT) in moves()


@pytest.mark.parametrize("state", [S.ACCEPTED, S.UNCLEAR, S.REVIEW, S.FAILED])
def test_safaricoms_own_yes_to_a_question_wins_wherever_it_may_come(state: RefundState) -> None:
    assert (state, W.STATUS_PAID, S.PAID_OUT) in moves()


@pytest.mark.parametrize("state", sorted(RELEASED))
def test_a_success_after_a_no_is_confirmed_before_it_is_believed(state: RefundState) -> None:
    assert (state, W.RESULT_PAID, S.UNCLEAR) in moves()
    assert (state, W.RESULT_UNCONFIRMED, S.UNCLEAR) in moves()


def test_a_no_after_a_success_is_kept_and_told_to_the_office() -> None:
    for word in (W.RESULT_FAILED, W.STATUS_FAILED, W.PAYOUT_REFUSED, W.ADMIN_RESOLVED_FAILED):
        rule = TABLE[S.PAID_OUT][word]
        assert isinstance(rule, Stays)
        assert rule.alert


def test_i14_only_a_definite_no_lets_the_money_go_once_something_may_have_been_sent() -> None:
    released = [(state, word) for state, word, to in moves() if to in RELEASED and state not in NOTHING_SENT]
    assert {word for _, word in released} <= DEFINITE_NOS
    assert {state for state, _ in released} == MAY_BE_OUT


def test_i14_time_alone_lets_the_money_go_only_where_nothing_was_sent() -> None:
    by_time = {state for state, word, to in moves() if word is W.DEADLINE_PASSED and to in RELEASED}
    assert by_time == NOTHING_SENT


def test_i14_what_proves_nothing_never_lets_the_money_go() -> None:
    assert not [move for move in moves() if move[1] in PROVES_NOTHING and move[2] in RELEASED]


def test_f25_time_and_a_lost_answer_make_a_payout_unclear_and_never_failed() -> None:
    assert (S.SENDING, W.PAYOUT_UNCERTAIN, S.UNCLEAR) in moves()
    assert (S.SENDING, W.DEADLINE_PASSED, S.UNCLEAR) in moves()
    assert (S.ACCEPTED, W.DEADLINE_PASSED, S.UNCLEAR) in moves()
    assert (S.UNCLEAR, W.DEADLINE_PASSED, S.REVIEW) in moves()


def test_f25_a_payout_that_may_have_gone_out_never_goes_back_to_be_sent() -> None:
    assert [move for move in moves() if move[2] is S.APPROVED] == [
        (S.REQUESTED, W.ADMIN_APPROVED, S.APPROVED),
        (S.SENDING, W.PAYOUT_NOT_SENT, S.APPROVED),
    ]


def test_f26_a_payout_that_was_seen_before_was_taken() -> None:
    heard = {(state, to) for state, word, to in moves() if word is W.PAYOUT_SEEN_BEFORE}
    assert heard == {(S.SENDING, S.ACCEPTED)}


def test_f27_a_queue_that_gave_up_waiting_leads_to_unclear_and_nowhere_else() -> None:
    heard = [(state, to) for state, word, to in moves() if word is W.QUEUE_TIMED_OUT]
    assert {to for _, to in heard} == {S.UNCLEAR}
    assert {S.SENDING, S.ACCEPTED} <= {state for state, _ in heard}


def test_f28_the_answer_to_a_payout_whose_result_came_first_changes_nothing() -> None:
    for settled in (S.PAID_OUT, S.FAILED):
        assert isinstance(TABLE[settled][W.PAYOUT_ACCEPTED], Stays)
        assert isinstance(TABLE[settled][W.PAYOUT_SEEN_BEFORE], Stays)


def test_i12_only_an_admins_word_allows_what_was_asked_for() -> None:
    assert {word for state, word, to in moves() if state is S.REQUESTED and to not in RELEASED} == {
        W.ADMIN_APPROVED
    }
    assert isinstance(TABLE[S.REQUESTED][W.ENGINE_CLAIMED], Impossible)


def test_i11_only_the_claim_of_what_was_allowed_leads_to_sending_so_one_engine_sends() -> None:
    assert [move for move in moves() if move[2] is S.SENDING] == [(S.APPROVED, W.ENGINE_CLAIMED, S.SENDING)]


def test_an_office_that_says_no_stops_only_what_was_not_sent() -> None:
    stopped = {state for state, word, _ in moves() if word is W.ADMIN_REJECTED}
    assert stopped == NOTHING_SENT
    assert not [state for state in MAY_BE_OUT if isinstance(TABLE[state][W.ADMIN_REJECTED], Impossible)]


def test_a_person_settles_only_what_is_under_review() -> None:
    by_hand = {W.ADMIN_RESOLVED_PAID, W.ADMIN_RESOLVED_FAILED}
    assert {state for state, word, _ in moves() if word in by_hand} == {S.REVIEW}


@pytest.mark.parametrize("state", sorted(set(S) - {S.REQUESTED}))
def test_no_result_is_ever_impossible_once_a_payout_may_have_been_tried(state: RefundState) -> None:
    results = {
        W.RESULT_PAID,
        W.RESULT_FAILED,
        W.RESULT_UNCLEAR,
        W.RESULT_UNCONFIRMED,
        W.RESULT_MISMATCH,
        W.QUEUE_TIMED_OUT,
    }
    assert not [word for word in results if isinstance(TABLE[state][word], Impossible)]


@pytest.mark.parametrize(
    ("state", "word"),
    [(s, w) for s, row in TABLE.items() for w, rule in row.items() if isinstance(rule, Impossible)],
)
def test_what_cannot_be_said_is_refused_loudly(state: RefundState, word: Word) -> None:
    with pytest.raises(ImpossibleEvidence, match="of a refund"):
        decide(state, word)
