"""What one word does to a payment: facts, reasons, deadlines and who is told."""

from dataclasses import replace

from payments.notices import Audience
from payments.payment import Doubt, State
from payments.reasons import Reason
from payments.timing import holds_line
from payments.values import CheckoutId, Receipt
from tests.payments.builders import CHECKOUT, FIGURES, NOW, RECEIPT, K, a_payment, a_word, later, step, told


def test_a_success_brings_amount_receipt_and_time_and_names_its_evidence() -> None:
    paid = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID)).after
    assert (paid.state, paid.paid_kes, paid.receipt, paid.paid_at) == (State.PAID, 1_500, RECEIPT, later(29))
    assert paid.paid_by == a_word(K.CALLBACK_PAID).id
    assert paid.next_at is None


def test_a_different_amount_is_looked_at_by_a_person() -> None:
    after = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID, amount_kes=1)).after
    assert (after.state, after.reason) == (State.REVIEW, Reason.AMOUNT_DIFFERS)


def test_a_fractional_amount_is_looked_at_by_a_person() -> None:
    word = a_word(K.CALLBACK_PAID, amount_kes=None, amount_odd=True)
    assert step(a_payment(State.PROMPTED), word).after.state is State.REVIEW


def test_a_callback_about_another_request_is_looked_at_by_a_person() -> None:
    word = a_word(K.CALLBACK_PAID, checkout_id=CheckoutId("ws_CO_another"))
    after = step(a_payment(State.PROMPTED), word).after
    assert (after.state, after.reason, after.checkout_id) == (State.REVIEW, Reason.IDENTITY_DIFFERS, CHECKOUT)


def test_a_callback_before_the_answer_is_believed_and_its_request_id_adopted() -> None:
    paid = step(a_payment(State.SENDING), a_word(K.CALLBACK_PAID, 2)).after
    assert (paid.state, paid.checkout_id) == (State.PAID, CHECKOUT)
    assert step(paid, a_word(K.PUSH_ACCEPTED, 3)).after.state is State.PAID


def test_an_answer_that_names_another_request_than_the_callback_did_is_looked_at() -> None:
    unclear = step(a_payment(State.SENDING), a_word(K.CALLBACK_UNCLEAR, 2, checkout_id=CHECKOUT)).after
    after = step(unclear, a_word(K.PUSH_ACCEPTED, 3, checkout_id=CheckoutId("ws_CO_another"))).after
    assert (after.state, after.reason) == (State.REVIEW, Reason.IDENTITY_DIFFERS)


def test_an_unlisted_address_is_neither_believed_nor_dropped_but_asked_about_at_once() -> None:
    after = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID, trusted=False)).after
    assert after.state is State.UNCLEAR
    assert after.claim is not None
    assert after.claim.doubt is Doubt.UNCONFIRMED
    assert after.next_at == later(30)


def test_a_no_from_an_unlisted_address_ends_nothing() -> None:
    word = a_word(K.CALLBACK_UNPAID, trusted=False, reason=Reason.CANCELLED)
    assert step(a_payment(State.PROMPTED), word).after.state is State.UNCLEAR


def test_a_success_without_receipt_is_confirmed_first() -> None:
    assert step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID, receipt=None)).after.state is State.UNCLEAR


def test_a_confirmed_claim_keeps_the_receipt_it_claimed() -> None:
    unclear = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID, trusted=False)).after
    paid = step(unclear, a_word(K.QUERY_PAID, 31)).after
    assert (paid.state, paid.receipt, paid.claim) == (State.PAID, RECEIPT, None)


def test_a_late_success_is_confirmed_then_paid_and_both_sides_are_told() -> None:
    unpaid = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_UNPAID, reason=Reason.UNREACHABLE)).after
    unclear = step(unpaid, a_word(K.CALLBACK_PAID, 200)).after
    assert (unclear.state, unclear.next_at) == (State.UNCLEAR, later(200))
    last = step(unclear, a_word(K.QUERY_PAID, 201))
    assert (last.after.state, last.after.late, last.after.receipt) == (State.PAID, True, RECEIPT)
    assert {notice.audience for notice in last.notices} == {Audience.PAYER, Audience.ADMINS}


def test_a_forged_success_on_a_cancelled_payment_is_contradicted_and_looked_at() -> None:
    cancelled = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_UNPAID, reason=Reason.CANCELLED)).after
    claimed = step(cancelled, a_word(K.CALLBACK_PAID, 90)).after
    after = step(claimed, a_word(K.QUERY_UNPAID, 91, reason=Reason.CANCELLED)).after
    assert (after.state, after.reason) == (State.REVIEW, Reason.ANSWERS_DISAGREE)


def test_of_two_callbacks_that_contradict_each_other_safaricom_decides() -> None:
    claimed = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID, trusted=False)).after
    still = step(claimed, a_word(K.CALLBACK_UNPAID, 31, reason=Reason.CANCELLED)).after
    assert (still.state, still.next_at) == (State.UNCLEAR, later(31))
    assert step(still, a_word(K.QUERY_PAID, 32)).after.state is State.PAID
    assert step(still, a_word(K.QUERY_UNPAID, 32)).after.state is State.REVIEW


def test_a_query_cannot_settle_an_amount_that_differs() -> None:
    review = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID, amount_kes=1)).after
    assert step(review, a_word(K.QUERY_PAID, 40)).after.state is State.REVIEW


def test_a_cancel_after_success_changes_nothing_and_the_admins_hear_of_it() -> None:
    paid = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID)).after
    after = step(paid, a_word(K.CALLBACK_UNPAID, 40, reason=Reason.CANCELLED))
    assert after.after.state is State.PAID
    assert [notice.audience for notice in after.notices] == [Audience.ADMINS]


def test_a_paid_word_is_not_believed_while_the_pin_may_still_be_awaited() -> None:
    early = step(a_payment(State.PROMPTED), a_word(K.QUERY_PAID, FIGURES.early_s - 1))
    assert (early.after.state, early.entry.said, early.entry.kind) == (
        State.PROMPTED,
        K.QUERY_PAID,
        K.QUERY_PENDING,
    )


def test_a_payment_found_by_asking_gets_its_receipt_when_the_callback_comes_late() -> None:
    paid = step(a_payment(State.PROMPTED), a_word(K.QUERY_PAID)).after
    assert paid.receipt is None
    after = step(paid, a_word(K.CALLBACK_PAID, 60))
    assert after.after.receipt == RECEIPT
    assert [notice.event for notice in after.notices] == ["receipt"]


def test_a_paid_payment_never_changes_its_receipt() -> None:
    paid = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID)).after
    assert step(paid, a_word(K.CALLBACK_PAID, 60, receipt=Receipt("UB4OTHER99"))).after.receipt == RECEIPT


def test_a_push_not_taken_waits_as_long_as_safaricom_asks() -> None:
    word = a_word(K.PUSH_NOT_SENT, 1, retry_after_s=60, reason=Reason.SYSTEM_BUSY)
    after = step(a_payment(State.SENDING), word).after
    assert (after.state, after.push_attempts, after.next_at) == (State.QUEUED, 1, later(61))


def test_a_push_with_no_known_fate_is_never_queued_again() -> None:
    after = step(a_payment(State.SENDING), a_word(K.PUSH_UNCERTAIN, 5)).after
    assert after.state is State.UNCLEAR
    assert after.checkout_id is None
    assert after.next_at == later(FIGURES.line_s)


def test_what_cannot_be_asked_about_is_given_to_a_person_when_the_phone_is_free_again() -> None:
    unclear = step(a_payment(State.SENDING), a_word(K.PUSH_UNCERTAIN, 5)).after
    review = step(unclear, a_word(K.DEADLINE_PASSED, FIGURES.line_s)).after
    assert (review.state, review.reason) == (State.REVIEW, Reason.NO_ANSWER)


def test_the_ladder_is_climbed_rung_by_rung_then_a_person_looks() -> None:
    payment = a_payment(State.UNCLEAR)
    asked = []
    while payment.next_at and payment.next_at < (payment.deadline_at or NOW):
        at_s = (payment.next_at - NOW).total_seconds()
        asked.append(at_s)
        payment = step(payment, a_word(K.QUERY_PENDING, at_s)).after
    assert tuple(asked) == FIGURES.ladder_s
    assert step(payment, a_word(K.DEADLINE_PASSED, 90_000)).after.state is State.REVIEW


def test_a_phone_is_held_while_its_prompt_may_be_on_it() -> None:
    assert not holds_line(a_payment(State.QUEUED), NOW, FIGURES)
    assert holds_line(a_payment(State.SENDING), NOW, FIGURES)
    assert holds_line(a_payment(State.PROMPTED), NOW, FIGURES)
    assert holds_line(a_payment(State.UNCLEAR), later(119), FIGURES)
    assert not holds_line(a_payment(State.UNCLEAR), later(121), FIGURES)
    assert not holds_line(a_payment(State.PAID), NOW, FIGURES)


def test_the_same_word_twice_counts_once() -> None:
    word = a_word(K.CALLBACK_PAID)
    paid = told(a_payment(State.PROMPTED), word)
    assert told(paid, word) == paid


def test_a_person_who_had_safaricom_asked_gets_the_answer_even_when_it_is_not_yet() -> None:
    waiting = replace(a_payment(State.PROMPTED), ask_wanted=True)
    after = step(waiting, a_word(K.QUERY_PENDING))
    assert [notice.event for notice in after.notices] == ["asked"]
    assert after.after.ask_wanted is False


def test_nobody_is_told_of_the_routine_questions() -> None:
    assert step(a_payment(State.PROMPTED), a_word(K.QUERY_PENDING)).notices == ()
