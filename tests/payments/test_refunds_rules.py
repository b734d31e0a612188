"""The law of the house: what may be given back, by which way, and who must allow it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.payment import Payment, State
from payments.refunds.refund import Approval, RefundState, Route
from payments.refunds.rules import (
    NotRefundable,
    RefundPolicy,
    approval_for,
    check,
    may_approve,
    may_be_stopped,
    originator_of,
    proof_of,
    route_for,
)
from payments.values import LEAST_PAYOUT_KES, MOST_PAYOUT_KES, Receipt, RefundId
from tests.payments.builders import ID, RECEIPT, a_payment
from tests.payments.refund_builders import ANN, BEN, S, a_paid_payment, a_refund

IN_FULL = RefundPolicy(reverse_in_full=True)


def refusal(payment: Payment, amount_kes: int, route: Route = Route.B2C) -> tuple[str, int]:
    with pytest.raises(NotRefundable) as refused:
        check(payment, amount_kes, route)
    return refused.value.problem, refused.value.left_kes


@pytest.mark.parametrize("state", sorted(set(State) - {State.PAID}))
def test_i13_only_what_was_paid_is_given_back(state: State) -> None:
    assert refusal(a_payment(state, paid_kes=1_500), 500) == ("not_paid", 0)


@pytest.mark.parametrize("amount_kes", [LEAST_PAYOUT_KES, 500, 1_500])
def test_any_sum_up_to_what_was_paid_may_be_given_back(amount_kes: int) -> None:
    check(a_paid_payment(), amount_kes, Route.B2C)


def test_i10_not_a_shilling_more_than_was_paid_may_be_asked_back() -> None:
    assert refusal(a_paid_payment(), 1_501) == ("too_much", 1_500)


def test_i10_what_other_refunds_hold_is_not_given_back_again() -> None:
    held = a_paid_payment(refund_reserved_kes=1_000)
    check(held, 500, Route.B2C)
    assert refusal(held, 501) == ("too_much", 500)
    assert refusal(a_paid_payment(refund_reserved_kes=1_500), 10) == ("nothing_left", 0)


def test_a_payout_below_mpesas_least_is_refused_but_a_reversal_of_it_is_not() -> None:
    small = a_paid_payment(paid_kes=9)
    assert refusal(small, 9) == ("below_minimum", 9)
    check(small, 9, Route.REVERSAL)
    assert refusal(a_paid_payment(), LEAST_PAYOUT_KES - 1) == ("below_minimum", 1_500)


@pytest.mark.parametrize("amount_kes", [0, -1, -500])
def test_nothing_and_less_than_nothing_are_no_refund(amount_kes: int) -> None:
    assert refusal(a_paid_payment(), amount_kes)[0] == "below_minimum"


def test_more_than_mpesa_moves_at_once_is_refused_by_either_way() -> None:
    large = a_paid_payment(paid_kes=MOST_PAYOUT_KES + 1)
    check(large, MOST_PAYOUT_KES, Route.B2C)
    for route in Route:
        assert refusal(large, MOST_PAYOUT_KES + 1, route) == ("above_maximum", MOST_PAYOUT_KES + 1)


def test_a_reversal_is_for_all_of_it_at_once_with_a_known_receipt_and_where_the_firm_chose_it() -> None:
    assert route_for(a_paid_payment(), 1_500, IN_FULL) is Route.REVERSAL
    assert route_for(a_paid_payment(), 1_499, IN_FULL) is Route.B2C
    assert route_for(a_paid_payment(refund_reserved_kes=500), 1_000, IN_FULL) is Route.B2C
    assert route_for(a_paid_payment(refund_reserved_kes=500), 1_500, IN_FULL) is Route.B2C
    assert route_for(a_paid_payment(receipt=None), 1_500, IN_FULL) is Route.B2C
    assert route_for(a_paid_payment(), 1_500, RefundPolicy()) is Route.B2C


@given(st.integers(10, 250_000), st.integers(0, 250_000), st.integers(1, 9))
def test_i12_whatever_is_above_the_firms_limit_needs_somebody_else_where_there_is_somebody(
    amount_kes: int, above_kes: int, admins: int
) -> None:
    approval = approval_for(amount_kes, admins, RefundPolicy(approval_above_kes=above_kes))
    assert (approval is Approval.NOT_NEEDED) == (amount_kes <= above_kes)
    if approval is not Approval.NOT_NEEDED:
        assert (approval is Approval.ALONE) == (admins == 1)


def test_i12_without_a_limit_every_refund_needs_somebody_else() -> None:
    assert approval_for(LEAST_PAYOUT_KES, 2, RefundPolicy()) is Approval.SECOND_ADMIN


def test_at_the_limit_nobody_else_is_needed_and_a_shilling_above_it_somebody_is() -> None:
    policy = RefundPolicy(approval_above_kes=1_000)
    assert approval_for(1_000, 2, policy) is Approval.NOT_NEEDED
    assert approval_for(1_001, 2, policy) is Approval.SECOND_ADMIN


def test_the_only_admin_proves_that_they_mean_it() -> None:
    assert approval_for(500, 1, RefundPolicy()) is Approval.ALONE
    assert approval_for(500, 1, RefundPolicy(approval_above_kes=500)) is Approval.NOT_NEEDED


def test_the_proof_is_the_end_of_the_receipt_or_of_the_payment_where_there_is_none() -> None:
    assert proof_of(a_paid_payment()) == RECEIPT[-4:] == "M9QX"
    assert proof_of(a_paid_payment(receipt=Receipt("ub47k2m9qx"))) == "M9QX"
    assert proof_of(a_paid_payment(receipt=None)) == ID[-4:].upper() == "33DD"


def test_i12_whoever_asked_does_not_allow_where_a_second_admin_decides() -> None:
    refund = a_refund()
    assert not may_approve(refund, ANN)
    assert may_approve(refund, BEN)
    assert may_approve(a_refund(approval=Approval.ALONE), ANN)
    assert may_approve(a_refund(approval=Approval.NOT_NEEDED), ANN)


@pytest.mark.parametrize("state", sorted(S))
def test_a_refund_may_be_stopped_while_nothing_can_have_been_sent(state: RefundState) -> None:
    assert may_be_stopped(a_refund(state)) == (state in {S.REQUESTED, S.APPROVED})


def test_i11_the_name_by_which_safaricom_knows_a_refund_is_made_of_its_id_alone() -> None:
    ids = [RefundId(f"{number:016x}") for number in range(100)]
    assert originator_of(ids[0]) == originator_of(ids[0]) == f"refund-{ids[0]}"
    assert len({originator_of(each) for each in ids}) == len(ids)
