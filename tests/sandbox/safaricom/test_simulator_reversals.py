"""Reversals: the whole of a payment goes back to whoever paid it, once, and sometimes much later."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from sandbox.safaricom.nairobi import now
from tests.sandbox.safaricom.conftest import PHONE
from tests.sandbox.safaricom.paydesk import REVERSAL, Paydesk, assert_invalid, parameters

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sandbox.safaricom.conftest import OpenShop, Shop

WHOLE_KES = 1_500


@pytest_asyncio.fixture
async def desk(shop: Shop) -> AsyncIterator[Paydesk]:
    yield Paydesk(shop)
    # Before the mailbox closes, so that nothing is on its way to it.
    await shop.simulator.stop()


async def receipt_of(desk: Paydesk, amount_kes: int = WHOLE_KES) -> str:
    """The receipt of a payment that has come in; no callback of its own gets in the way."""
    push = await desk.shop.buy("lost", Amount=amount_kes)
    assert push.receipt is not None
    return push.receipt


async def reverse(desk: Paydesk, receipt: str, scenario: str = "", /, **changes: object) -> httpx.Response:
    if scenario:
        desk.shop.simulator.plan_out(scenario)
    return await desk.call(REVERSAL, TransactionID=receipt, **changes)


def balances(desk: Paydesk) -> tuple[int, int]:
    """What the payer's phone lacks, and what the firm has earned."""
    simulator = desk.shop.simulator
    return simulator.config.phone_balance_kes - simulator.phone(PHONE).balance_kes, simulator.received_kes


# What goes back


async def test_the_reply_names_an_id_of_safaricoms_own(desk: Paydesk) -> None:
    body = (await reverse(desk, await receipt_of(desk), OriginatorConversationID="refund-x")).json()
    assert body["ResponseCode"] == "0"
    assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}-[0-9a-f]{12}\d+", body["OriginatorConversationID"])
    assert re.fullmatch(rf"AG_{now():%Y%m%d}_[0-9a-f]{{20}}", body["ConversationID"])


async def test_a_reversal_gives_the_whole_payment_back_to_whoever_paid_it(desk: Paydesk) -> None:
    receipt = await receipt_of(desk)
    assert balances(desk) == (WHOLE_KES, WHOLE_KES)
    await reverse(desk, receipt)
    out = await desk.closed()
    assert (out.state, out.moved, balances(desk)) == ("paid", True, (0, 0))
    treasury = desk.shop.simulator.treasury
    assert (treasury.reversed_kes, treasury.utility_kes) == (WHOLE_KES, 1_000_000)
    newest = desk.shop.simulator.phone(PHONE).messages[-1]
    assert f"KES 1,500 of {receipt} was given back to you." in newest.text


async def test_the_result_names_the_reversals_own_code_beside_the_receipt_it_reversed(desk: Paydesk) -> None:
    receipt = await receipt_of(desk)
    reply = await reverse(desk, receipt)
    [result] = await desk.told()
    [out] = desk.shop.simulator.payouts
    assert result["OriginatorConversationID"] == reply.json()["OriginatorConversationID"]
    assert (result["ResultCode"], result["TransactionID"]) == (0, out.mpesa_code)
    assert out.mpesa_code != receipt
    said = parameters(result)
    assert re.fullmatch(rf"{now():%Y%m%d}\d{{6}}", str(said["TransCompletedTime"]))
    assert (said["OriginalTransactionID"], said["Amount"], said["Charge"]) == (receipt, "1500.00", 0)
    assert said["CreditPartyPublicName"] == f"{PHONE} - TEST PAYER"
    assert {"DebitAccountBalance", "DebitPartyPublicName"} < set(said)


async def test_a_phone_that_paid_twice_gets_back_only_the_payment_that_is_named(desk: Paydesk) -> None:
    await receipt_of(desk)
    second = await receipt_of(desk, 700)
    await reverse(desk, second, Amount=700)
    await desk.closed()
    assert balances(desk) == (WHOLE_KES, WHOLE_KES)


async def test_a_reversal_takes_its_time(open_shop: OpenShop) -> None:
    desk = Paydesk(await open_shop(reversal_delay_s=0.4))
    await reverse(desk, await receipt_of(desk))
    [reversal] = desk.shop.simulator.payouts
    await desk.paid()
    assert (reversal.state, balances(desk)) == ("queued", (WHOLE_KES, WHOLE_KES))
    first, second = await desk.told(2)
    assert "TransactionReceipt" in parameters(first)
    assert "OriginalTransactionID" in parameters(second)
    assert balances(desk) == (0, 0)


# What does not


async def test_a_receipt_that_nobody_knows_fails_with_r000002(desk: Paydesk) -> None:
    await reverse(desk, "UB47K2M9QX")
    [result] = await desk.told()
    assert (result["ResultCode"], result["ResultDesc"]) == (
        "R000002",
        "The OriginalTransactionID is invalid.",
    )
    assert "ResultParameters" not in result


@pytest.mark.parametrize("amount", [1, 1_499, 1_501])
async def test_another_amount_than_the_whole_gives_nothing_back(desk: Paydesk, amount: int) -> None:
    await reverse(desk, await receipt_of(desk), Amount=amount)
    [result] = await desk.told()
    assert result["ResultCode"] == "R000002"
    assert balances(desk) == (WHOLE_KES, WHOLE_KES)


async def test_a_second_reversal_fails_with_r000001_and_gives_nothing_back(desk: Paydesk) -> None:
    receipt = await receipt_of(desk)
    await reverse(desk, receipt)
    await reverse(desk, receipt)
    told = await desk.told(2)
    assert [result["ResultCode"] for result in told] == [0, "R000001"]
    assert told[1]["ResultDesc"] == "The transaction has already been reversed."
    assert balances(desk) == (0, 0)


async def test_of_many_reversals_of_one_payment_at_the_same_time_one_gives_back(desk: Paydesk) -> None:
    receipt = await receipt_of(desk)
    replies = await asyncio.gather(*(reverse(desk, receipt) for _ in range(5)))
    assert len({reply.json()["OriginatorConversationID"] for reply in replies}) == 5
    codes = [str(result["ResultCode"]) for result in await desk.told(5)]
    assert sorted(codes) == ["0", *["R000001"] * 4]
    assert balances(desk) == (0, 0)


async def test_a_reversal_that_failed_may_be_tried_again(desk: Paydesk) -> None:
    receipt = await receipt_of(desk)
    await reverse(desk, receipt, "low_float")
    await reverse(desk, receipt)
    assert [result["ResultCode"] for result in await desk.told(2)] == [1, 0]
    assert balances(desk) == (0, 0)


async def test_neither_a_payout_nor_a_reversal_can_be_reversed(desk: Paydesk) -> None:
    receipt = await receipt_of(desk)
    payout = await desk.paid()
    await reverse(desk, receipt)
    reversal = await desk.closed()
    for code in (payout.mpesa_code, reversal.mpesa_code):
        assert code is not None
        await reverse(desk, code, Amount=1_200)
    codes = [result["ResultCode"] for result in await desk.told(4)]
    assert codes == [0, 0, "R000002", "R000002"]
    assert balances(desk) == (0, 0)


async def test_a_wrong_password_gives_nothing_back_and_counts_towards_the_lock(desk: Paydesk) -> None:
    receipt, desk.password = await receipt_of(desk), "guessed"
    for _ in range(3):
        await reverse(desk, receipt)
    desk.password = ""
    await reverse(desk, receipt)
    await desk.shop.simulator.wait_for_payouts(4)
    assert not (await desk.paid()).moved
    assert [result["ResultCode"] for result in await desk.told(5)].count(2001) == 3
    assert balances(desk) == (WHOLE_KES, WHOLE_KES)


# What goes wrong on the way


async def test_a_plan_for_a_phone_does_not_meet_a_reversal(desk: Paydesk) -> None:
    desk.shop.simulator.plan_out("low_float", phone=PHONE)
    await reverse(desk, await receipt_of(desk))
    assert (await desk.closed()).moved


TOLD: dict[str, list[tuple[str, object]]] = {
    "late": [("result", 0)],
    "doubled": [("result", 0)] * 3,
    "early": [("result", 0)],
    "success_after_failure": [("result", 1), ("result", 0)],
    "timeout_paid": [("timeout", "1"), ("result", 0)],
    "timeout_silence": [("timeout", "1")],
    "half_answer": [("result", 0)],
    "error_but_sent": [("result", 0)],
    "internal_failure_moved": [("result", 17)],
    "code_as_text": [("result", "0")],
}


@pytest.mark.parametrize(("scenario", "told"), TOLD.items(), ids=TOLD)
async def test_a_reversal_that_goes_astray_gives_back_once(
    desk: Paydesk, scenario: str, told: list[tuple[str, object]]
) -> None:
    await reverse(desk, await receipt_of(desk), scenario)
    assert await desk.told_where(len(told)) == told
    await desk.closed()
    assert balances(desk) == (0, 0)


@pytest.mark.parametrize("scenario", ["internal_failure", "timeout_nothing", "lost_failed", "spike_arrest"])
async def test_a_reversal_that_comes_to_nothing_leaves_the_payment_as_it_was(
    desk: Paydesk, scenario: str
) -> None:
    await reverse(desk, await receipt_of(desk), scenario)
    assert not (await desk.closed()).moved
    assert balances(desk) == (WHOLE_KES, WHOLE_KES)


async def test_a_lost_reply_does_not_stop_a_reversal(desk: Paydesk) -> None:
    receipt = await receipt_of(desk)
    with pytest.raises(httpx.RemoteProtocolError):
        await reverse(desk, receipt, "reply_lost")
    await desk.closed()
    assert balances(desk) == (0, 0)


async def test_the_result_of_a_reversal_changes_its_shape_as_that_of_a_payout_does(desk: Paydesk) -> None:
    await reverse(desk, await receipt_of(desk), "wrong_amount")
    await desk.told()
    await reverse(desk, await receipt_of(desk, 700), "one_parameter", Amount=700)
    another, single = await desk.told(2)
    assert parameters(another)["Amount"] == "1501.00"
    assert single["ResultParameters"]["ResultParameter"] == {"Key": "Amount", "Value": 700}


# Field by field

URLS: list[object] = ["ftp://pay.firm.example/1", "pay.firm.example", 17, None]
FIELDS: dict[str, list[object]] = {
    "Initiator": [None, "", "two words"],
    "SecurityCredential": [None, "", "not base64!"],
    "CommandID": [None, "BusinessPayment", "transactionreversal"],
    "TransactionID": [None, "", "ub47k2m9qx", "UB47K2M", "UB47K2M9QX123", "UB47 K2M9Q"],
    "Amount": [None, 0, -1, 250_001, "1500.00", 1500.5, True],
    "ReceiverParty": [None, "", 600000, "174379 ", "17437"],
    "RecieverIdentifierType": [None, "4", 4, "1"],
    "QueueTimeOutURL": URLS,
    "ResultURL": URLS,
    "Remarks": [None, "a", "b" * 101, 12],
}
WRONG = [(name, value) for name, values in FIELDS.items() for value in values]


@pytest.mark.parametrize(("name", "value"), WRONG)
async def test_a_field_that_is_wrong_or_missing_is_named(desk: Paydesk, name: str, value: object) -> None:
    assert_invalid(await desk.call(REVERSAL, **{name: value}), name)
    assert not desk.shop.simulator.payouts


async def test_only_the_misspelt_name_of_the_receivers_type_is_accepted(desk: Paydesk) -> None:
    spelt_right = {"RecieverIdentifierType": None, "ReceiverIdentifierType": "11"}
    assert_invalid(await desk.call(REVERSAL, **spelt_right), "RecieverIdentifierType")


async def test_numbers_may_be_texts_and_the_occasion_may_be_missing(desk: Paydesk) -> None:
    changes = {"Amount": "1500", "ReceiverParty": "174379", "RecieverIdentifierType": 11, "Occasion": None}
    await reverse(desk, await receipt_of(desk), **changes)
    assert (await desk.closed()).moved
