"""Questions about money that goes out: taken at once, answered later, as far as anything is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from sandbox.safaricom.nairobi import now
from tests.sandbox.safaricom.conftest import PHONE
from tests.sandbox.safaricom.paydesk import (
    BALANCE,
    PAYEE,
    REVERSAL,
    STATUS,
    Paydesk,
    Result,
    assert_invalid,
    parameters,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sandbox.safaricom.conftest import OpenShop, Shop

QUESTIONS = (STATUS, BALANCE)


@pytest_asyncio.fixture
async def desk(shop: Shop) -> AsyncIterator[Paydesk]:
    yield Paydesk(shop)
    # Before the mailbox closes, so that nothing is on its way to it.
    await shop.simulator.stop()


async def ask(desk: Paydesk, originator_id: str) -> None:
    """Ask by the OriginatorConversationID of a call."""
    await desk.call(STATUS, TransactionID=None, OriginalConversationID=originator_id)


async def told_of(desk: Paydesk, originator_id: str) -> Result:
    """What a question brings, after everything that was told before it."""
    before = len(desk.shop.mailbox.bodies)
    await ask(desk, originator_id)
    return (await desk.told(before + 1))[-1]


# Status


async def test_a_question_is_taken_at_once_and_answered_later_under_its_own_id(desk: Paydesk) -> None:
    out = await desk.paid("lost")
    reply = await desk.call(STATUS, TransactionID=None, OriginalConversationID=out.order.originator_id)
    body = reply.json()
    assert (reply.status_code, body["ResponseCode"]) == (200, "0")
    assert not desk.shop.mailbox.bodies
    [result] = await desk.told()
    assert await desk.told_where(1) == [("result", 0)]
    assert result["OriginatorConversationID"] == body["OriginatorConversationID"]
    assert result["OriginatorConversationID"] != out.order.originator_id
    assert result["ConversationID"] == body["ConversationID"]
    assert re.fullmatch(r"[A-Z0-9]{3}0000000", result["TransactionID"])


async def test_the_answer_tells_what_became_of_the_payout_in_daraja_s_own_words(desk: Paydesk) -> None:
    out = await desk.paid("lost")
    result = await told_of(desk, out.order.originator_id)
    told = result["ResultParameters"]["ResultParameter"]
    parties = [one["Value"] for one in told if one["Key"] == "DebitPartyName"]
    assert parties == ["600000 - LEGALPRO ADVOCATES", f"{PAYEE} - TEST PAYEE"]
    assert {"Key": "TransactionReason"} in told
    said = parameters(result)
    for name in ("InitiatedTime", "FinalisedTime"):
        assert re.fullmatch(rf"{now():%Y%m%d}\d{{6}}", str(said[name]))
    assert (said["TransactionStatus"], said["Amount"]) == ("Completed", "1200.00")
    assert (said["OriginatorConversationID"], said["ConversationID"], said["ReceiptNo"]) == (
        out.order.originator_id,
        out.conversation_id,
        out.mpesa_code,
    )
    assert said["DebitAccountType"] == "Utility Account"


async def test_a_payout_is_found_by_its_m_pesa_code_and_by_either_name_of_its_id(desk: Paydesk) -> None:
    out = await desk.paid("lost")
    for changes in (
        {"TransactionID": out.mpesa_code},
        {"TransactionID": None, "OriginalConversationID": out.order.originator_id},
        {"TransactionID": None, "OriginatorConversationID": out.order.originator_id},
    ):
        await desk.call(STATUS, **changes)
    told = await desk.told(3)
    assert [parameters(result)["ReceiptNo"] for result in told] == [out.mpesa_code] * 3


FATES = {
    "lost": "Completed",
    "lost_failed": "Declined",
    "reply_and_result_lost": "Completed",
}


@pytest.mark.parametrize(("scenario", "fate"), FATES.items(), ids=FATES)
async def test_the_fate_is_what_really_happened_whatever_was_told(
    desk: Paydesk, scenario: str, fate: str
) -> None:
    desk.shop.simulator.plan_out(scenario)
    body = desk.body("/mpesa/b2c/v3/paymentrequest")
    try:
        await desk.shop.post("/mpesa/b2c/v3/paymentrequest", body)
    except httpx.RemoteProtocolError:
        assert scenario == "reply_and_result_lost"
    out = await desk.closed()
    result = await told_of(desk, out.order.originator_id)
    assert result["ResultCode"] == 0
    assert parameters(result)["TransactionStatus"] == fate


async def test_an_internal_failure_that_moved_money_is_completed_when_asked(desk: Paydesk) -> None:
    await desk.pay("internal_failure_moved")
    await desk.told()
    result = await told_of(desk, "refund-1")
    assert parameters(result)["TransactionStatus"] == "Completed"


async def test_what_is_still_in_the_queue_is_neither_completed_nor_declined(open_shop: OpenShop) -> None:
    desk = Paydesk(await open_shop(payout_delay_s=60.0))
    await desk.pay()
    said = parameters(await told_of(desk, "refund-1"))
    assert (said["TransactionStatus"], said["ReceiptNo"]) == ("Authorized", "")


async def test_a_reversal_is_found_by_the_id_it_was_given_and_by_its_own_code(desk: Paydesk) -> None:
    push = await desk.shop.buy("lost")
    await desk.call(REVERSAL, TransactionID=push.receipt)
    [reversal] = await desk.told()
    by_id = await told_of(desk, reversal["OriginatorConversationID"])
    await desk.call(STATUS, TransactionID=reversal["TransactionID"])
    by_code = (await desk.told(3))[-1]
    for result in (by_id, by_code):
        said = parameters(result)
        assert (said["TransactionStatus"], said["Amount"]) == ("Completed", "1500.00")
        assert said["ReceiptNo"] == reversal["TransactionID"]
        assert said["DebitPartyName"].startswith(PHONE)


@pytest.mark.parametrize("asked", ["refund-9", "UB40000000"])
async def test_what_safaricom_does_not_know_is_told_by_code_25_without_a_fate(
    desk: Paydesk, asked: str
) -> None:
    result = await told_of(desk, asked)
    assert result["ResultCode"] == 25
    assert "ResultParameters" not in result


async def test_a_call_that_was_turned_away_at_the_door_is_not_known(desk: Paydesk) -> None:
    await desk.pay("system_busy")
    assert (await told_of(desk, "refund-1"))["ResultCode"] == 25


async def test_safaricom_may_deny_all_knowledge_of_a_payout_that_it_paid(desk: Paydesk) -> None:
    assert (await desk.paid("status_unknown")).moved
    assert (await told_of(desk, "refund-1"))["ResultCode"] == 25


async def test_a_status_may_never_be_told_or_come_late(desk: Paydesk) -> None:
    await desk.paid("status_lost")
    await desk.paid("status_late")
    await desk.paid("lost")
    for originator_id in ("refund-1", "refund-2", "refund-3"):
        await ask(desk, originator_id)
    told = [parameters(result)["OriginatorConversationID"] for result in await desk.told(2)]
    assert told == ["refund-3", "refund-2"]
    await desk.pay("low_float")
    assert len(await desk.told(3)) == 3


# The balance


async def test_the_balance_is_one_text_of_accounts_and_comes_later(desk: Paydesk) -> None:
    desk.shop.simulator.treasury.working_kes = 700_000
    await desk.paid("lost")
    reply = (await desk.call(BALANCE)).json()
    assert not desk.shop.mailbox.bodies
    [result] = await desk.told()
    assert result["ConversationID"] == reply["ConversationID"]
    assert result["OriginatorConversationID"] == reply["OriginatorConversationID"]
    assert (result["ResultType"], result["ResultCode"]) == ("0", "0")
    said = parameters(result)
    assert said["AccountBalance"].split("&") == [
        "Working Account|KES|700000.00|700000.00|0.00|0.00",
        "Utility Account|KES|998800.00|998800.00|0.00|0.00",
        "Charges Paid Account|KES|-95.00|-95.00|0.00|0.00",
    ]
    assert re.fullmatch(rf"{now():%Y%m%d}\d{{6}}", said["BOCompletedTime"])


async def test_the_balance_is_that_of_the_moment_of_the_answer(open_shop: OpenShop) -> None:
    desk = Paydesk(await open_shop(callback_delay_s=0.2))
    await desk.call(BALANCE)
    await desk.paid("lost")
    [result] = await desk.told()
    assert "Utility Account|KES|998800.00" in parameters(result)["AccountBalance"]


# Who asks


@pytest.mark.parametrize("path", QUESTIONS)
async def test_a_question_in_a_wrong_name_is_taken_and_tells_nothing(desk: Paydesk, path: str) -> None:
    out = await desk.paid("lost")
    for changes in ({"Initiator": "somebody"}, {"SecurityCredential": "c29tZXRoaW5n"}):
        reply = await desk.call(path, **({"TransactionID": out.mpesa_code} | changes))
        assert reply.status_code == 200
    for result in await desk.told(2):
        assert str(result["ResultCode"]) == "2001"
        assert "ResultParameters" not in result


@pytest.mark.parametrize("path", QUESTIONS)
async def test_questions_with_wrong_passwords_lock_the_operator_for_payouts_too(
    desk: Paydesk, path: str
) -> None:
    desk.password = "guessed"
    for _ in range(3):
        await desk.call(path)
    desk.password = ""
    await desk.call(path)
    assert [str(result["ResultCode"]) for result in await desk.told(4)] == ["2001"] * 3 + ["8006"]
    assert not (await desk.paid()).moved


# Field by field

URLS: list[object] = ["ftp://pay.firm.example/1", "pay.firm.example", 17, None]
FIELDS: dict[str, list[object]] = {
    "Initiator": [None, "", "two words"],
    "SecurityCredential": [None, "", "not base64!"],
    "CommandID": [None, "", "BusinessPayment", "Status"],
    "PartyA": [None, "", "60000a", 6000, 12345678],
    "IdentifierType": [None, "", "11", 1],
    "QueueTimeOutURL": URLS,
    "ResultURL": URLS,
    "Remarks": [None, "a", "b" * 101, 12],
}
WRONG = [(name, value) for name, values in FIELDS.items() for value in values]


@pytest.mark.parametrize("path", QUESTIONS)
@pytest.mark.parametrize(("name", "value"), WRONG)
async def test_a_field_that_is_wrong_or_missing_is_named(
    desk: Paydesk, path: str, name: str, value: object
) -> None:
    assert_invalid(await desk.call(path, **{name: value}), name)


async def test_one_questions_command_is_not_the_others(desk: Paydesk) -> None:
    assert_invalid(await desk.call(STATUS, CommandID="AccountBalance"), "CommandID")
    assert_invalid(await desk.call(BALANCE, CommandID="TransactionStatusQuery"), "CommandID")


@pytest.mark.parametrize("nothing", [None, "", ["x"], {}])
async def test_a_status_is_asked_of_something(desk: Paydesk, nothing: object) -> None:
    assert_invalid(await desk.call(STATUS, TransactionID=nothing), "TransactionID")


@pytest.mark.parametrize("path", QUESTIONS)
async def test_numbers_may_be_texts(desk: Paydesk, path: str) -> None:
    reply = await desk.call(path, PartyA="600000", IdentifierType=4, Occasion=None)
    assert reply.status_code == 200
