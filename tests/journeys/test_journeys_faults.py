"""From a tap to a message, through everything that Safaricom may do to a payment."""

from __future__ import annotations

import json

import pytest

from payments.evidence import EvidenceKind
from payments.payment import State
from payments.reasons import Reason
from tests.journeys.house import CLIENT, OFFICE, PHONE, House, plain


async def test_a_client_pays_and_sees_the_receipt(house: House) -> None:
    await house.pays()
    message = await house.sees("Paid: KES 1,500")
    payment = await house.until(State.PAID)
    assert payment.receipt
    assert payment.receipt in message.text
    assert (payment.paid_kes, len(house.pushes())) == (1500, 1)


async def test_one_living_message_is_edited_and_no_other_is_sent(house: House) -> None:
    await house.reaches_pay()
    before = len(house.botapi.chat(CLIENT).from_bot)
    house.simulator.plan("paid", phone=PHONE)
    await house.taps("Pay KES")
    await house.sees("Paid: KES 1,500")
    await house.at_rest()
    assert len(house.botapi.chat(CLIENT).from_bot) == before


@pytest.mark.parametrize(
    ("scenario", "words", "reason"),
    [
        ("cancelled", "cancelled on the phone", Reason.CANCELLED),
        ("wrong_pin", "PIN was not right", Reason.WRONG_PIN),
        ("low_balance", "not enough money", Reason.LOW_BALANCE),
        ("unreachable", "could not be reached", Reason.UNREACHABLE),
        ("busy_line", "Another M-Pesa request was open", Reason.LINE_BUSY),
        ("string_code", "not set up right", Reason.MISCONFIGURED),
    ],
)
async def test_a_definite_no_is_told_with_its_reason_and_can_be_tried_again(
    house: House, scenario: str, words: str, reason: Reason
) -> None:
    first = await house.pays(scenario)
    await house.sees(words)
    assert (await house.until(State.UNPAID)).reason is reason
    house.simulator.plan("paid", phone=PHONE)
    await house.taps("Try again")
    await house.botapi.wait_for(CLIENT, lambda m: any("Pay KES" in plain(b.text) for b in m.buttons))
    await house.taps("Pay KES")
    await house.sees("Paid: KES 1,500")
    assert (await house.payment()).retry_of == first


async def test_f1_a_callback_that_never_comes_is_found_by_asking(house: House) -> None:
    await house.pays("lost")
    await house.sees("Paid: KES 1,500")
    payment = await house.until(State.PAID)
    assert payment.history[-1].evidence_id.startswith("query:")
    assert not house.simulator.callbacks


async def test_f1_a_lost_no_is_found_by_asking_too(house: House) -> None:
    await house.pays("lost_cancelled")
    await house.sees("cancelled on the phone")


async def test_f2_a_callback_many_times_at_once_changes_and_tells_once(house: House) -> None:
    await house.pays("doubled")
    await house.sees("Paid: KES 1,500")
    callbacks = await house.simulator.wait_for_callbacks(3)
    assert {callback.status for callback in callbacks} == {200}
    body, url = callbacks[0].body, callbacks[0].url
    for _ in range(10):
        await house.simulator.send_callback(url, body)
    await house.at_rest()
    payment = await house.payment()
    assert [entry.after for entry in payment.history].count(State.PAID) == 1
    assert house.shown("Paid: KES 1,500") == 1


async def test_f3_a_callback_before_the_answer_to_the_push_is_believed(house: House) -> None:
    await house.pays("early")
    payment = await house.until(State.PAID)
    await house.sees("Paid: KES 1,500")
    assert payment.checkout_id == house.pushes()[0].checkout_request_id


@pytest.mark.parametrize("scenario", ["success_after_failure", "success_after_cancel"])
async def test_f4_a_success_after_a_no_is_confirmed_and_both_sides_are_told(
    house: House, scenario: str
) -> None:
    await house.pays(scenario)
    await house.until(State.UNPAID)
    await house.sees("arrived after all")
    payment = await house.until(State.PAID)
    assert payment.late
    assert payment.receipt
    await house.sees("arrived late", user=OFFICE)


async def test_f5_a_cancel_after_success_changes_nothing_and_the_office_hears_of_it(house: House) -> None:
    await house.pays()
    payment = await house.until(State.PAID)
    callback = (await house.simulator.wait_for_callbacks(1))[0]
    no = {"ResultCode": 1032, "ResultDesc": "Request cancelled by user"}
    body = {"Body": {"stkCallback": {"CheckoutRequestID": payment.checkout_id} | no}}
    await house.simulator.send_callback(callback.url, body)
    await house.sees("contradicts", user=OFFICE)
    assert (await house.payment()).state is State.PAID
    assert house.shown("Paid: KES 1,500") == 1


async def test_f6_another_amount_is_a_persons_to_look_at(house: House) -> None:
    await house.pays("wrong_amount")
    payment = await house.until(State.REVIEW)
    assert payment.reason is Reason.AMOUNT_DIFFERS
    await house.sees("Our office has been told", user=CLIENT)
    await house.sees("needs a person", user=OFFICE)
    assert not house.shown("Paid:")


async def test_f6_a_fractional_amount_is_a_persons_to_look_at(house: House) -> None:
    await house.pays("unreachable")
    payment = await house.until(State.UNPAID)
    callback = (await house.simulator.wait_for_callbacks(1))[0]
    body = success(payment.checkout_id or "", 1500.5)
    await house.simulator.send_callback(callback.url, body)
    assert (await house.until(State.REVIEW)).reason is Reason.AMOUNT_DIFFERS
    await house.sees("needs a person", user=OFFICE)


async def test_f8_a_receipt_that_belongs_to_another_payment_is_not_believed(house: House) -> None:
    first = await house.until(State.PAID, await house.pays())
    await house.at_rest()
    second = await house.pays("lost_cancelled", amount="1600")
    push = (await house.simulator.wait_for_pushes(2))[-1]
    body = success(push.checkout_request_id, 1600, receipt=first.receipt or "")
    await house.simulator.send_callback(push.order.callback_url, body)
    payment = await house.until(State.REVIEW, second)
    assert (payment.reason, payment.receipt) == (Reason.RECEIPT_REUSED, None)


async def test_f9_a_forged_success_without_the_key_changes_nothing(house: House) -> None:
    await house.pays("unreachable")
    payment = await house.until(State.UNPAID)
    url = f"http://127.0.0.1:{house.port}/c/stk/{payment.id}/{'0' * 40}"
    answer = await house.simulator.send_callback(url, success(payment.checkout_id or "", 1500))
    assert answer.status == 404
    assert await house.payment() == payment


async def test_f10_a_forged_success_on_a_leaked_address_is_contradicted_by_asking(house: House) -> None:
    await house.pays("cancelled")
    payment = await house.until(State.UNPAID)
    callback = (await house.simulator.wait_for_callbacks(1))[0]
    await house.simulator.send_callback(callback.url, success(payment.checkout_id or "", 1500))
    assert (await house.until(State.REVIEW)).reason is Reason.ANSWERS_DISAGREE
    await house.sees("needs a person", user=OFFICE)


async def test_f11_a_callback_from_an_unlisted_address_is_confirmed_by_asking(house: House) -> None:
    await house.crash()
    house.changes["safaricom_ips"] = ["196.201.214.200"]
    await house.open()
    await house.pays()
    await house.sees("Paid: KES 1,500")
    payment = await house.payment()
    assert [entry.kind for entry in payment.history][-2:] == ["callback_unconfirmed", "query_paid"]
    assert payment.receipt
    told = await house.sees("an address that is not Safaricom's", user=OFFICE)
    assert payment.id in told.text
    assert "127.0.0.1" in told.text
    await house.at_rest()
    assert house.shown("not Safaricom's", OFFICE) == 1


@pytest.mark.parametrize("scenario", ["spike_arrest", "spike_arrest_500", "system_busy", "quota"])
async def test_f32_when_safaricom_is_busy_the_client_waits_and_one_prompt_is_sent(
    house: House, scenario: str
) -> None:
    await house.pays(scenario)
    await house.sees("M-Pesa is busy")
    payment = await house.payment()
    assert payment.push_attempts == 1
    assert not [push for push in house.pushes() if push.state != "refused"]


@pytest.mark.parametrize("scenario", ["token_expired"])
async def test_f33_a_refused_token_is_renewed_once_and_the_push_sent_once(
    house: House, scenario: str
) -> None:
    await house.pays(scenario)
    await house.sees("Paid: KES 1,500")
    assert house.simulator.tokens_issued == 2
    assert len([push for push in house.pushes() if push.state == "paid"]) == 1


@pytest.mark.parametrize("scenario", ["incapsula", "soap_fault", "empty_500", "reply_lost"])
async def test_f34_an_answer_that_is_none_leaves_it_unclear_and_nothing_is_sent_again(
    house: House, scenario: str
) -> None:
    await house.reaches_pay()
    house.simulator.plan(scenario, phone=PHONE)
    await house.taps("Pay KES")
    payment = await house.payment()
    states = [entry.after for entry in (await house.until_settled(payment.id)).history]
    assert State.UNCLEAR in states
    assert len(house.simulator.pushes) <= 1
    sent = [request for request in house.simulator.requests if request.path.endswith("/processrequest")]
    assert len(sent) == 1


async def test_f34_a_push_whose_answer_was_lost_is_paid_by_its_own_callback(house: House) -> None:
    await house.pays("reply_lost")
    await house.sees("Paid: KES 1,500")
    assert len(house.pushes()) == 1


async def test_f23_what_cannot_be_asked_about_is_looked_at_and_may_be_paid_again_with_a_warning(
    house: House,
) -> None:
    await house.pays("incapsula")
    await house.sees("Please do not pay again yet")
    await house.until(State.REVIEW)
    message = await house.sees("looking into it")
    assert [button.text for button in message.buttons][-1] == "Pay again"


@pytest.mark.parametrize("scenario", ["pending_queries", "pending_4999"])
async def test_f35_being_processed_is_no_answer_and_is_asked_again(house: House, scenario: str) -> None:
    await house.pays(scenario)
    await house.sees("Paid: KES 1,500")
    kinds = [entry.kind for entry in (await house.payment()).history]
    assert kinds.count(EvidenceKind.QUERY_PENDING) >= 2
    assert "unpaid" not in {entry.after for entry in (await house.payment()).history}


async def test_an_unknown_code_is_never_a_no(house: House) -> None:
    await house.pays("unknown_code")
    await house.sees("Please do not pay again yet")
    payment = await house.until(State.REVIEW)
    assert State.UNPAID not in [entry.after for entry in payment.history]


def success(checkout_id: str, amount: float, receipt: str = "UB47K2M9QX") -> bytes:
    """A success as anybody could write it."""
    items = [{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": receipt}]
    said = {"CheckoutRequestID": checkout_id, "ResultCode": 0, "CallbackMetadata": {"Item": items}}
    return json.dumps({"Body": {"stkCallback": said}}).encode()
