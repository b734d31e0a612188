"""The table is a closed world, and says about money what the product promises."""

from pathlib import Path

import pytest

from payments.evidence import EvidenceKind
from payments.lifecycle import TABLE, Impossible, ImpossibleEvidence, Moves, decide
from payments.payment import State
from payments.picture import drawn_into

PAID_WORDS = {
    EvidenceKind.CALLBACK_PAID,
    EvidenceKind.QUERY_PAID,
    EvidenceKind.STATEMENT_PAID,
    EvidenceKind.ADMIN_RESOLVED_PAID,
}
DEFINITE_NOS = {
    EvidenceKind.PUSH_REFUSED,
    EvidenceKind.PUSH_NOT_SENT,
    EvidenceKind.CALLBACK_UNPAID,
    EvidenceKind.QUERY_UNPAID,
    EvidenceKind.PAYER_CANCELLED,
    EvidenceKind.ADMIN_RESOLVED_UNPAID,
}


def moves() -> list[tuple[State, EvidenceKind, State]]:
    return [
        (state, kind, rule.to)
        for state, row in TABLE.items()
        for kind, rule in row.items()
        if isinstance(rule, Moves)
    ]


def test_every_word_in_every_situation_is_declared_exactly_once() -> None:
    assert set(TABLE) == set(State)
    assert all(list(row) == list(EvidenceKind) for row in TABLE.values())


def test_nothing_leaves_paid() -> None:
    assert not [move for move in moves() if move[0] is State.PAID]


def test_only_a_word_that_says_paid_leads_to_paid() -> None:
    assert {kind for _, kind, to in moves() if to is State.PAID} == PAID_WORDS


def test_a_trustworthy_success_wins_in_every_open_state() -> None:
    for state in set(State) - {State.PAID, State.UNPAID}:
        assert decide(state, EvidenceKind.CALLBACK_PAID) == TABLE[state][EvidenceKind.CALLBACK_PAID]
        assert (state, EvidenceKind.CALLBACK_PAID, State.PAID) in moves()
        assert (state, EvidenceKind.QUERY_PAID, State.PAID) in moves()


def test_a_success_after_a_no_is_confirmed_before_it_is_believed() -> None:
    assert (State.UNPAID, EvidenceKind.CALLBACK_PAID, State.UNCLEAR) in moves()
    assert (State.UNPAID, EvidenceKind.QUERY_PAID, State.PAID) in moves()


def test_time_alone_makes_a_payment_unpaid_only_when_nothing_was_sent() -> None:
    by_time = [(state, to) for state, kind, to in moves() if kind is EvidenceKind.DEADLINE_PASSED]
    assert [state for state, to in by_time if to is State.UNPAID] == [State.QUEUED]


def test_only_a_definite_no_leads_to_unpaid() -> None:
    said = {kind for state, kind, to in moves() if to is State.UNPAID and state is not State.QUEUED}
    assert said <= DEFINITE_NOS


def test_unknown_is_never_failed() -> None:
    unknown = {EvidenceKind.PUSH_UNCERTAIN, EvidenceKind.QUERY_PENDING, EvidenceKind.CALLBACK_UNCLEAR}
    assert not [move for move in moves() if move[1] in unknown and move[2] is State.UNPAID]


def test_only_the_claim_leads_to_sending_so_one_engine_sends() -> None:
    assert [move for move in moves() if move[2] is State.SENDING] == [
        (State.QUEUED, EvidenceKind.ENGINE_CLAIMED, State.SENDING)
    ]


def test_a_push_that_may_have_gone_out_never_goes_back_to_the_queue() -> None:
    assert [move for move in moves() if move[2] is State.QUEUED] == [
        (State.SENDING, EvidenceKind.PUSH_NOT_SENT, State.QUEUED)
    ]


@pytest.mark.parametrize(
    ("state", "kind"),
    [(s, k) for s, row in TABLE.items() for k, rule in row.items() if isinstance(rule, Impossible)],
)
def test_what_cannot_be_said_is_refused_loudly(state: State, kind: EvidenceKind) -> None:
    with pytest.raises(ImpossibleEvidence):
        decide(state, kind)


def test_no_word_of_money_is_ever_impossible() -> None:
    speaks_of_money = PAID_WORDS - {EvidenceKind.ADMIN_RESOLVED_PAID} | {
        EvidenceKind.CALLBACK_UNCONFIRMED,
        EvidenceKind.CALLBACK_MISMATCH,
    }
    for row in TABLE.values():
        assert not [kind for kind in speaks_of_money if isinstance(row[kind], Impossible)]


def test_the_picture_in_the_readme_shows_the_table_as_it_is() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert drawn_into(readme) == readme, "run `make picture`"
