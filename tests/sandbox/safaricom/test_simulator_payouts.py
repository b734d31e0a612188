"""Payouts: what is taken and refused, whose money moves, and what the result says."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from sandbox.safaricom.nairobi import now
from tests.sandbox.safaricom.paydesk import (
    BALANCE,
    EVERY_CALL,
    PAYEE,
    PAYOUT,
    PAYOUT_V1,
    REVERSAL,
    STATUS,
    Paydesk,
    assert_invalid,
    parameters,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sandbox.safaricom.conftest import OpenShop, Shop

URL_OF_TOO_MUCH = "https://pay.firm.example/exec/1"


@pytest_asyncio.fixture
async def desk(shop: Shop) -> AsyncIterator[Paydesk]:
    yield Paydesk(shop)
    # Before the mailbox closes, so that nothing is on its way to it.
    await shop.simulator.stop()


# What is taken, and whose money moves


async def test_the_reply_says_accepted_and_names_the_call_by_both_ids(desk: Paydesk) -> None:
    reply = await desk.pay(OriginatorConversationID="refund-2026-000417")
    body = reply.json()
    assert reply.status_code == 200
    assert re.fullmatch(rf"AG_{now():%Y%m%d}_[0-9a-f]{{20}}", body.pop("ConversationID"))
    assert body == {
        "OriginatorConversationID": "refund-2026-000417",
        "ResponseCode": "0",
        "ResponseDescription": "Accept the service request successfully.",
    }


async def test_accepted_is_not_paid(open_shop: OpenShop) -> None:
    desk = Paydesk(await open_shop(payout_delay_s=60.0))
    assert (await desk.pay()).status_code == 200
    assert desk.shop.simulator.payouts[0].state == "queued"
    assert desk.moved_kes() == (0, 0)


async def test_a_payout_moves_money_from_the_utility_account_to_the_phone(desk: Paydesk) -> None:
    out = await desk.paid()
    assert (out.state, out.moved) == ("paid", True)
    assert desk.moved_kes() == (1_200, 1_200)
    assert desk.shop.simulator.treasury.paid_out_kes == 1_200
    [message] = desk.phone().messages
    assert out.mpesa_code is not None
    assert "You received KES 1,200." in message.text
    assert out.mpesa_code in message.text


async def test_a_result_says_what_was_paid_in_daraja_s_own_words(desk: Paydesk) -> None:
    reply = await desk.pay()
    [result] = await desk.told()
    [out] = desk.shop.simulator.payouts
    assert {name: reply.json()[name] for name in ("ConversationID", "OriginatorConversationID")} == {
        name: result[name] for name in ("ConversationID", "OriginatorConversationID")
    }
    assert (result["ResultType"], result["ResultCode"]) == (0, 0)
    assert result["ResultDesc"] == "The service request is processed successfully."
    assert result["TransactionID"] == out.mpesa_code
    assert result["ReferenceData"]["ReferenceItem"]["Key"] == "QueueTimeoutURL"
    said = parameters(result)
    moment = said.pop("TransactionCompletedDateTime")
    assert re.fullmatch(rf"{now():%d\.%m\.%Y} \d\d:\d\d:\d\d", moment)
    assert said == {
        "TransactionAmount": 1_200,
        "TransactionReceipt": out.mpesa_code,
        "ReceiverPartyPublicName": f"{PAYEE} - TEST PAYEE",
        "B2CUtilityAccountAvailableFunds": 998_800.0,
        "B2CWorkingAccountAvailableFunds": 0.0,
        "B2CRecipientIsRegisteredCustomer": "Y",
        "B2CChargesPaidAccountAvailableFunds": -95.0,
    }


async def test_a_failure_has_no_parameters_and_a_code_that_stands_for_no_money(desk: Paydesk) -> None:
    await desk.pay("unregistered")
    [result] = await desk.told()
    assert (result["ResultCode"], result["ResultDesc"]) == (
        2040,
        "Credit Party customer type can't be supported by the service.",
    )
    assert re.fullmatch(r"[A-Z][A-L][1-9A-V]0000000", result["TransactionID"])
    assert "ResultParameters" not in result
    assert desk.moved_kes() == (0, 0)


async def test_the_result_goes_to_its_own_address_and_is_not_sent_again_when_it_is_refused(
    desk: Paydesk,
) -> None:
    desk.shop.mailbox.status = 500
    await desk.pay()
    await desk.told()
    await desk.pay()
    assert await desk.told_where(2) == [("result", 0), ("result", 0)]
    assert [sent.status for sent in desk.shop.simulator.callbacks] == [500, 500]


async def test_too_little_float_fails_with_code_1_however_much_stands_on_the_working_account(
    open_shop: OpenShop,
) -> None:
    desk = Paydesk(await open_shop(utility_kes=1_199))
    desk.shop.simulator.treasury.working_kes = 700_000
    await desk.pay()
    [result] = await desk.told()
    assert result["ResultCode"] == 1
    assert desk.moved_kes() == (0, 0)


async def test_the_float_can_be_paid_out_to_the_last_shilling_and_topped_up(open_shop: OpenShop) -> None:
    desk = Paydesk(await open_shop(utility_kes=1_200))
    assert (await desk.paid()).moved
    assert not (await desk.paid()).moved
    reply = await desk.shop.http.post("/_control/treasury", json={"utility": 1_200})
    assert reply.json() == (await desk.shop.http.get("/_control/treasury")).json()
    assert reply.json()["utility_kes"] == 1_200
    assert (await desk.paid()).moved


@pytest.mark.parametrize("amount", [1, 9])
async def test_less_than_ten_shillings_is_taken_and_fails_with_code_2(desk: Paydesk, amount: int) -> None:
    assert (await desk.pay(Amount=amount)).status_code == 200
    [result] = await desk.told()
    assert result["ResultCode"] == 2
    assert desk.moved_kes() == (0, 0)


@pytest.mark.parametrize("amount", [10, "10", 250_000])
async def test_ten_to_a_quarter_of_a_million_shillings_are_paid(desk: Paydesk, amount: object) -> None:
    assert (await desk.paid(Amount=amount)).moved
    assert desk.moved_kes() == (int(str(amount)), int(str(amount)))


@pytest.mark.parametrize("amount", [0, -10, 250_001, 999_999, 10.5, "10.00", "ten", "", True])
async def test_any_other_amount_is_refused_at_once(desk: Paydesk, amount: object) -> None:
    assert_invalid(await desk.pay(Amount=amount), "Amount")
    assert not desk.shop.simulator.payouts


# The same id twice


@pytest.mark.parametrize("first", ["paid", "low_float", "reply_lost", "lost"])
async def test_an_id_used_twice_is_refused_and_pays_nothing(desk: Paydesk, first: str) -> None:
    with contextlib.suppress(httpx.RemoteProtocolError):
        await desk.pay(first, OriginatorConversationID="refund-x")
    once = (await desk.closed(), desk.moved_kes())
    reply = await desk.pay(OriginatorConversationID="refund-x", Amount=500)
    assert reply.status_code == 500
    assert (reply.json()["errorCode"], reply.json()["errorMessage"]) == (
        "500.002.1001",
        "Duplicate OriginatorConversationID.",
    )
    assert (desk.shop.simulator.payouts[-1], desk.moved_kes()) == once


async def test_of_many_calls_with_one_id_at_the_same_time_one_is_taken(desk: Paydesk) -> None:
    replies = await asyncio.gather(*(desk.pay(OriginatorConversationID="refund-x") for _ in range(8)))
    assert sorted(reply.status_code for reply in replies) == [200, *[500] * 7]
    await desk.closed()
    assert desk.moved_kes() == (1_200, 1_200)


async def test_an_id_that_was_turned_away_at_the_door_may_be_used_again(desk: Paydesk) -> None:
    assert (await desk.pay("spike_arrest", OriginatorConversationID="refund-x")).status_code == 429
    assert (await desk.pay(OriginatorConversationID="refund-x")).status_code == 200
    await desk.closed()
    assert desk.moved_kes() == (1_200, 1_200)


async def test_the_older_version_knows_no_id_of_ours_so_the_same_call_pays_twice(desk: Paydesk) -> None:
    body = desk.body(PAYOUT_V1, OriginatorConversationID="refund-x")
    replies = [await desk.shop.post(PAYOUT_V1, body) for _ in range(2)]
    ids = {reply.json()["OriginatorConversationID"] for reply in replies}
    assert len(ids) == 2
    assert "refund-x" not in ids
    await desk.shop.simulator.wait_for_payouts(2)
    assert desk.moved_kes() == (2_400, 2_400)


# Who asks


@pytest.mark.parametrize(
    "changes",
    [
        {"InitiatorName": "somebody"},
        {"SecurityCredential": "c29tZXRoaW5n"},
        {"SecurityCredential": "A" * 344},
    ],
)
async def test_a_wrong_credential_is_taken_and_fails_with_code_2001(
    desk: Paydesk, changes: dict[str, str]
) -> None:
    assert (await desk.pay(**changes)).status_code == 200
    [result] = await desk.told()
    assert (result["ResultCode"], result["ResultDesc"]) == (2001, "The initiator information is invalid.")
    assert desk.moved_kes() == (0, 0)


async def test_a_wrong_password_pays_nothing_even_where_the_plan_says_that_the_money_moves(
    desk: Paydesk,
) -> None:
    desk.password = "guessed"
    await desk.paid("internal_failure_moved")
    assert desk.moved_kes() == (0, 0)


async def test_after_three_wrong_passwords_the_right_one_is_locked_out_until_somebody_unlocks(
    desk: Paydesk,
) -> None:
    desk.password = "guessed"
    for _ in range(3):
        await desk.paid()
    desk.password = ""
    locked = await desk.paid()
    assert [result["ResultCode"] for result in await desk.told(4)] == [2001, 2001, 2001, 8006]
    assert not locked.moved
    assert (await desk.shop.http.post("/_control/operator/unlock")).json() == {"ok": True}
    assert (await desk.paid()).moved


async def test_the_right_password_between_two_wrong_ones_forgives_them(desk: Paydesk) -> None:
    for password in ("guessed", "guessed", "", "guessed", "guessed", ""):
        desk.password = password
        out = await desk.paid()
        assert out.moved == (password == "")


async def test_the_certificate_is_published_and_each_sealing_differs(desk: Paydesk) -> None:
    published = await desk.shop.http.get("/_control/certificate")
    assert published.content == desk.shop.simulator.certificate_pem
    assert desk.sealed() != desk.sealed()
    assert len(desk.sealed()) == 344


# The door


async def test_an_invalid_token_is_told_as_401_and_repeated(desk: Paydesk) -> None:
    desk.shop.bearer = "worn-out"
    for path in (PAYOUT, PAYOUT_V1, BALANCE):
        reply = await desk.call(path)
        assert reply.status_code == 401
        assert reply.json()["errorCode"] == "401.002.01"
        assert reply.json()["errorMessage"] == "Error Occurred - Invalid Access Token - worn-out"


async def test_an_invalid_token_is_told_as_400_by_reversal_and_status(desk: Paydesk) -> None:
    desk.shop.bearer = "worn-out"
    for path in (REVERSAL, STATUS):
        reply = await desk.call(path)
        assert (reply.status_code, reply.json()["errorCode"]) == (400, "400.003.01")


@pytest.mark.parametrize("path", EVERY_CALL)
async def test_a_call_without_a_token_by_get_or_in_another_form_is_refused(desk: Paydesk, path: str) -> None:
    http, signed_in = desk.shop.http, {"Authorization": f"Bearer {desk.shop.bearer}"}
    for reply, code in (
        (await http.post(path, json=desk.body(path)), "404.001.04"),
        (await http.get(path, headers=signed_in), "404.001.04"),
        (await http.put(path, json=desk.body(path), headers=signed_in), "405.001"),
        (await http.post(path, data=desk.body(path), headers=signed_in), "400.002.02"),
        (await desk.shop.post(path, ["a list"]), "400.002.05"),
    ):
        assert reply.json()["errorCode"] == code
    assert not desk.shop.simulator.payouts


# Field by field

URLS: list[object] = ["ftp://pay.firm.example/1", "pay.firm.example", "http://", "https://[bad/1", 17, None]
SHORT: list[object] = ["a", "", None, "b" * 101, 12]
FIELDS: dict[str, list[object]] = {
    "OriginatorConversationID": [None, "", "two words", "a" * 101, "semi;colon", ["x"]],
    "InitiatorName": [None, "", "two words", "a" * 101],
    "SecurityCredential": [None, "", "not base64!", ["x"]],
    "CommandID": [None, "", "businesspayment", "TransactionReversal", "BusinessPayment "],
    "PartyA": [None, "", 174379, "60000", "six00000", 12345678],
    "PartyB": [None, "", "0700000123", "+254700000123", 25470000012, "254800000123", "2547000001234"],
    "Remarks": SHORT,
    "QueueTimeOutURL": URLS,
    "ResultURL": URLS,
    "Occassion": ["b" * 101, 12, ["x"]],
}
WRONG = [(name, value) for name, values in FIELDS.items() for value in values]


@pytest.mark.parametrize(("name", "value"), WRONG)
async def test_a_field_that_is_wrong_or_missing_is_named_and_nothing_is_paid(
    desk: Paydesk, name: str, value: object
) -> None:
    assert_invalid(await desk.pay(**{name: value}), name)
    assert not desk.shop.simulator.payouts


@pytest.mark.parametrize("command", ["BusinessPayment", "SalaryPayment", "PromotionPayment"])
async def test_numbers_may_be_texts_and_the_occasion_may_be_missing(desk: Paydesk, command: str) -> None:
    out = await desk.paid(
        CommandID=command, PartyA="600000", PartyB=PAYEE, Amount="1200", Occassion=None, Remarks="ok"
    )
    assert out.moved


@pytest.mark.parametrize("name", ["ResultURL", "QueueTimeOutURL"])
@pytest.mark.parametrize("path", EVERY_CALL)
async def test_an_address_with_a_forbidden_word_is_a_threat(desk: Paydesk, path: str, name: str) -> None:
    reply = await desk.call(path, **{name: URL_OF_TOO_MUCH})
    assert reply.status_code == 400
    assert reply.json()["errorMessage"] == "Bad Request - Threat Detected"
