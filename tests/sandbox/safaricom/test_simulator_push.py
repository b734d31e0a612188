"""The life of an accepted push: prompt, result, callback."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.safaricom.nairobi import now
from sandbox.safaricom.scenarios import BY_LAST_DIGITS, SCENARIOS

if TYPE_CHECKING:
    from tests.sandbox.safaricom.conftest import OpenShop, Shop

SUCCESS = "Success. Request accepted for processing"


def value_of(told: dict[str, object], name: str) -> object:
    """The value of one metadata item, looked up by its name."""
    metadata = told["CallbackMetadata"]
    assert isinstance(metadata, dict)
    return {item["Name"]: item.get("Value") for item in metadata["Item"]}[name]


async def test_the_reply_says_accepted_and_names_the_push(shop: Shop, phone: str) -> None:
    reply = await shop.push(phone)
    body = reply.json()
    assert reply.status_code == 200
    assert body["ResponseCode"] == "0"
    assert body["ResponseDescription"] == body["CustomerMessage"] == SUCCESS
    assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}-[0-9a-f]{12}\d+", body["MerchantRequestID"])
    assert re.fullmatch(rf"ws_CO_{now():%d%m%Y}\d{{9}}{phone[-9:]}", body["CheckoutRequestID"])


async def test_a_paid_push_is_told_once_with_its_receipt(shop: Shop, phone: str) -> None:
    reply = await shop.push(phone)
    [told] = await shop.told()
    assert told["CheckoutRequestID"] == reply.json()["CheckoutRequestID"]
    assert told["MerchantRequestID"] == reply.json()["MerchantRequestID"]
    assert told["ResultCode"] == 0
    names = [item["Name"] for item in told["CallbackMetadata"]["Item"]]
    assert names == ["Amount", "MpesaReceiptNumber", "Balance", "TransactionDate", "PhoneNumber"]
    assert told["CallbackMetadata"]["Item"][2] == {"Name": "Balance"}
    assert value_of(told, "Amount") == 1500
    assert value_of(told, "PhoneNumber") == int(phone)
    assert str(value_of(told, "TransactionDate")).startswith(f"{now():%Y%m%d}")


async def test_a_receipt_begins_with_the_day_it_was_given(shop: Shop) -> None:
    push = await shop.buy("paid")
    today = now()
    year = chr(ord("S") + today.year - 2024)
    month = "ABCDEFGHIJKL"[today.month - 1]
    day = "0123456789ABCDEFGHIJKLMNOPQRSTUV"[today.day]
    assert re.fullmatch(rf"{year}{month}{day}[0-9A-Z]{{7}}", push.receipt or "")


async def test_paying_moves_the_money_and_sends_a_message(shop: Shop, phone: str) -> None:
    shop.simulator.phone(phone).balance_kes = 2_000
    push = await shop.buy("paid")
    line = shop.simulator.phone(phone)
    assert line.balance_kes == 500
    assert shop.simulator.received_kes == 1500
    assert push.receipt is not None
    assert push.receipt in line.messages[0].text


async def test_a_payer_without_enough_money_fails_with_code_1(shop: Shop, phone: str) -> None:
    shop.simulator.phone(phone).balance_kes = 1_499
    await shop.push(phone)
    [told] = await shop.told()
    assert told["ResultCode"] == 1
    assert shop.simulator.phone(phone).balance_kes == 1_499


@pytest.mark.parametrize(
    ("scenario", "code", "text"),
    [
        ("cancelled", 1032, "Request cancelled by user"),
        ("cancelled_odd_text", 1032, "[STK_CB - ]Request cancelled by user"),
        ("wrong_pin", 2001, "The initiator information is invalid."),
        ("low_balance", 1, "The balance is insufficient for the transaction."),
        ("unreachable", 1037, "DS timeout user cannot be reached"),
        ("expired", 1019, "Transaction has expired"),
        ("string_code", "SFC_IC0003", "The operator or the receiver does not exist."),
        ("unknown_code", 7431, "The reason is not in any published table."),
    ],
)
async def test_a_failure_is_told_by_its_code_and_without_metadata(
    shop: Shop, scenario: str, code: object, text: str
) -> None:
    push = await shop.buy(scenario)
    [told] = await shop.told()
    assert (told["ResultCode"], told["ResultDesc"]) == (code, text)
    assert "CallbackMetadata" not in told
    assert (push.state, push.receipt) == ("failed", None)
    assert shop.simulator.received_kes == 0


async def test_an_unreachable_phone_shows_no_prompt(shop: Shop) -> None:
    await shop.buy("unreachable")
    assert "prompt_opened" not in [event.kind for event in shop.simulator.feed.past]


async def test_the_callback_is_not_sent_again_when_it_is_refused(shop: Shop, phone: str) -> None:
    shop.mailbox.status = 500
    await shop.buy("paid")
    await shop.simulator.wait_for_callbacks()
    other = "254708374150"
    await shop.buy("paid", other)
    await shop.simulator.wait_for_callbacks(2)
    assert [callback.status for callback in shop.simulator.callbacks] == [500, 500]
    assert phone in str(shop.mailbox.bodies[0])
    assert other in str(shop.mailbox.bodies[1])


async def test_a_callback_to_nobody_is_noted_and_forgotten(shop: Shop) -> None:
    await shop.buy("paid", CallBackURL="http://127.0.0.1:1/told")
    [callback] = await shop.simulator.wait_for_callbacks()
    assert callback.status is None
    assert callback.error == "ClientConnectorError"


async def test_a_second_push_to_a_busy_phone_is_refused(open_shop: OpenShop, phone: str) -> None:
    shop = await open_shop(manual=True, prompt_lifetime_s=60.0)
    await shop.push(phone)
    reply = await shop.push(phone, Amount=20)
    assert reply.status_code == 500
    assert reply.json()["errorCode"] == "500.001.1001"
    assert reply.json()["errorMessage"].startswith("Unable to lock subscriber, a transaction is already")
    assert [push.state for push in shop.simulator.pushes][1] == "refused"


async def test_a_phone_is_free_again_after_its_prompt(shop: Shop, phone: str) -> None:
    await shop.buy("cancelled")
    assert (await shop.push(phone)).status_code == 200


async def test_paying_the_same_amount_again_at_once_ends_in_code_17(shop: Shop, phone: str) -> None:
    await shop.buy("paid")
    assert (await shop.push(phone)).status_code == 200
    assert [told["ResultCode"] for told in await shop.told(2)] == [0, 17]
    assert shop.simulator.received_kes == 1500


@pytest.mark.parametrize(("window_s", "amount"), [(120.0, 1400), (0.0, 1500)])
async def test_another_amount_or_a_lifted_rule_may_be_paid_at_once(
    open_shop: OpenShop, window_s: float, amount: int
) -> None:
    shop = await open_shop(repeat_window_s=window_s)
    await shop.buy("paid")
    await shop.buy("paid", Amount=amount)
    assert [told["ResultCode"] for told in await shop.told(2)] == [0, 0]


async def test_the_same_amount_may_be_tried_again_after_a_failure(shop: Shop, phone: str) -> None:
    await shop.buy("cancelled")
    await shop.push(phone)
    assert [told["ResultCode"] for told in await shop.told(2)] == [1032, 0]


@pytest.mark.parametrize(
    ("kind", "party_b", "code"),
    [
        ("CustomerBuyGoodsOnline", 888001, 0),
        ("CustomerBuyGoodsOnline", 174379, "SFC_IC0003"),
        ("CustomerPayBillOnline", 888001, 2028),
    ],
)
async def test_a_till_and_a_paybill_number_are_not_the_same(
    shop: Shop, kind: str, party_b: int, code: object
) -> None:
    reply = await shop.push(TransactionType=kind, PartyB=party_b)
    assert reply.status_code == 200
    [told] = await shop.told()
    assert told["ResultCode"] == code


async def test_a_lost_callback_is_never_sent_though_the_money_moved(shop: Shop) -> None:
    push = await shop.buy("lost")
    await shop.buy("paid", "254708374150")
    [told] = await shop.told()
    assert told["CheckoutRequestID"] != push.checkout_request_id
    assert shop.simulator.received_kes == 3000


async def test_a_late_callback_is_overtaken_by_another_payment(open_shop: OpenShop) -> None:
    shop = await open_shop(late_s=0.8)
    late = await shop.buy("late")
    quick = await shop.buy("paid", "254708374150")
    told = await shop.told(2)
    assert [one["CheckoutRequestID"] for one in told] == [
        quick.checkout_request_id,
        late.checkout_request_id,
    ]


async def test_a_doubled_callback_comes_three_times_alike(shop: Shop) -> None:
    await shop.buy("doubled")
    told = await shop.told(3)
    assert told[0] == told[1] == told[2]
    assert shop.simulator.received_kes == 1500


async def test_an_early_callback_comes_before_the_reply(shop: Shop) -> None:
    shop.simulator.plan("early")
    reply = await shop.push()
    assert [body["Body"]["stkCallback"]["CheckoutRequestID"] for body in shop.mailbox.bodies] == [
        reply.json()["CheckoutRequestID"]
    ]


@pytest.mark.parametrize(
    ("scenario", "first"), [("success_after_failure", 1037), ("success_after_cancel", 1032)]
)
async def test_a_success_can_follow_a_failure(open_shop: OpenShop, scenario: str, first: int) -> None:
    shop = await open_shop(late_success_s=0.6)
    push = await shop.buy(scenario)
    assert (await shop.ask(push.checkout_request_id)).json()["ResultCode"] == str(first)
    assert [told["ResultCode"] for told in await shop.told(2)] == [first, 0]
    assert (await shop.ask(push.checkout_request_id)).json()["ResultCode"] == "0"
    assert shop.simulator.received_kes == 1500


async def test_a_lost_reply_does_not_stop_the_push(shop: Shop) -> None:
    shop.simulator.plan("reply_lost")
    with pytest.raises(httpx.RemoteProtocolError):
        await shop.push()
    [told] = await shop.told()
    assert told["ResultCode"] == 0
    assert shop.simulator.requests[-1].status == 0


async def test_a_reply_slower_than_the_client_does_not_stop_the_push(shop: Shop) -> None:
    shop.simulator.plan("reply_slow")
    shop.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        await shop.push()
    [told] = await shop.told()
    assert told["ResultCode"] == 0


async def test_half_an_answer_lacks_the_id_of_a_push_that_is_paid(shop: Shop) -> None:
    shop.simulator.plan("half_answer")
    reply = await shop.push()
    assert reply.status_code == 200
    assert reply.json()["ResponseCode"] == "0"
    assert "CheckoutRequestID" not in reply.json()
    assert [told["ResultCode"] for told in await shop.told()] == [0]


async def test_an_internal_error_may_hide_a_push_that_is_paid(shop: Shop) -> None:
    shop.simulator.plan("error_but_sent")
    reply = await shop.push()
    assert (reply.status_code, reply.json()["errorCode"]) == (500, "500.003.1001")
    assert [told["ResultCode"] for told in await shop.told()] == [0]


@pytest.mark.parametrize(
    ("scenario", "status", "part"),
    [
        ("busy_line", 500, "Unable to lock subscriber"),
        ("spike_arrest", 429, "policies.ratelimit.SpikeArrestViolation"),
        ("spike_arrest_500", 500, "Error Occurred: Spike Arrest Violation"),
        ("system_busy", 500, "System is busy. Please try again in few minutes."),
        ("quota", 500, "Quota Violation"),
        ("internal_error", 500, "Internal Server Error"),
        ("token_expired", 404, "Invalid Access Token"),
        ("incapsula", 503, "Request unsuccessful. Incapsula incident ID"),
        ("soap_fault", 500, '{"Envelope": {"Body": {"Fault"'),
        ("empty_500", 500, ""),
    ],
)
async def test_a_refused_push_reaches_no_phone(shop: Shop, scenario: str, status: int, part: str) -> None:
    shop.simulator.plan(scenario)
    reply = await shop.push()
    assert reply.status_code == status
    assert part in reply.text
    assert bool(reply.text) == bool(part)
    assert [push.state for push in shop.simulator.pushes] == ["refused"]
    assert not shop.simulator.phone("254708374149").busy


async def test_the_firewall_answers_in_html(shop: Shop) -> None:
    shop.simulator.plan("incapsula")
    assert (await shop.push()).headers["Content-Type"].startswith("text/html")


async def test_a_token_that_expires_at_the_push_is_cured_by_a_new_one(shop: Shop) -> None:
    phone = "254708374185"
    assert (await shop.push(phone)).status_code == 404
    assert (await shop.push(phone)).status_code == 404
    await shop.sign_in()
    assert (await shop.push(phone)).status_code == 200


@pytest.mark.parametrize(
    ("scenario", "name", "value"),
    [
        ("balance_odd", "Balance", "{Amount={BasicAmount=1200.00, MinimumAmount=120000, CurrencyCode=KES}}"),
        ("amount_float", "Amount", 1500.0),
        ("wrong_amount", "Amount", 1499),
        ("phone_masked", "PhoneNumber", "254708***149"),
    ],
)
async def test_an_item_can_have_another_shape(shop: Shop, scenario: str, name: str, value: object) -> None:
    await shop.buy(scenario)
    [told] = await shop.told()
    assert value_of(told, name) == value
    assert type(value_of(told, name)) is type(value)


@pytest.mark.parametrize(
    ("scenario", "name"), [("balance_missing", "Balance"), ("phone_missing", "PhoneNumber")]
)
async def test_an_item_can_be_missing(shop: Shop, scenario: str, name: str) -> None:
    await shop.buy(scenario)
    [told] = await shop.told()
    assert name not in [item["Name"] for item in told["CallbackMetadata"]["Item"]]
    assert len(told["CallbackMetadata"]["Item"]) == 4


async def test_items_can_come_in_another_order(shop: Shop) -> None:
    await shop.buy("items_shuffled")
    [told] = await shop.told()
    assert told["CallbackMetadata"]["Item"][0]["Name"] == "PhoneNumber"
    assert value_of(told, "Amount") == 1500


async def test_a_code_can_be_text(shop: Shop) -> None:
    await shop.buy("code_as_text")
    [told] = await shop.told()
    assert told["ResultCode"] == "0"


@pytest.mark.parametrize(("digits", "scenario"), BY_LAST_DIGITS.items())
async def test_the_last_two_digits_choose_the_scenario(shop: Shop, digits: str, scenario: str) -> None:
    try:
        await shop.push(f"2547083741{digits}")
    except httpx.RemoteProtocolError:
        assert scenario == "reply_lost"
    assert [push.scenario_name for push in shop.simulator.pushes] == [scenario]


@pytest.mark.parametrize(
    "number", ["254708374149", "254712345678", "254700000000", "254700000123", "254110000001"]
)
async def test_ordinary_numbers_simply_pay(shop: Shop, number: str) -> None:
    await shop.push(number)
    assert [told["ResultCode"] for told in await shop.told()] == [0]


async def test_a_plan_goes_before_the_digits_and_for_one_phone_before_any(shop: Shop) -> None:
    shop.simulator.plan("quota")
    shop.simulator.plan("system_busy", phone="254708374161", times=2)
    names = []
    for _ in range(4):
        await shop.push("254708374161")
        names.append(shop.simulator.pushes[-1].scenario_name)
    assert names == ["system_busy", "system_busy", "quota", "cancelled"]


def test_every_scenario_of_the_digits_is_in_the_table() -> None:
    assert set(BY_LAST_DIGITS.values()) <= set(SCENARIOS)
    assert all(scenario.then in SCENARIOS for scenario in SCENARIOS.values() if scenario.then)


async def test_stopping_drops_what_is_under_way(open_shop: OpenShop) -> None:
    shop = await open_shop(manual=True, prompt_lifetime_s=60.0)
    await shop.push()
    await shop.simulator.stop()
    running = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in running if name.startswith("push ")]
