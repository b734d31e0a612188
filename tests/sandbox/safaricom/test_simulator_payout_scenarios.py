"""Everything that can go wrong with money on its way out, each by its name in the table."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from sandbox.safaricom.out.scenarios import OUT_SCENARIOS
from sandbox.safaricom.scenarios import UnknownScenarioError
from tests.sandbox.safaricom.paydesk import PAYEE, REVERSAL, Paydesk, parameters

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sandbox.safaricom.conftest import Shop

FAILED_CODES: dict[str, object] = {
    "low_float": 1,
    "daily_limit": 4,
    "receiver_full": 8,
    "unregistered": 2040,
    "string_code": "SFC_IC0003",
    "credential_wrong": 2001,
    "operator_locked": 8006,
    "traffic_blocked": 26,
    "internal_failure": 17,
    "unknown_code": 7431,
}
NOT_TAKEN = {"not_taken", "spike_arrest", "system_busy", "internal_error", "incapsula"}
NOTHING_MOVES = NOT_TAKEN | set(FAILED_CODES) | {"lost_failed", "timeout_failed", "timeout_nothing"}
UNTOLD = {
    "lost",
    "lost_failed",
    "timeout_silence",
    "timeout_nothing",
    "reply_and_result_lost",
    "status_unknown",
    "status_lost",
    "status_late",
}


@pytest_asyncio.fixture
async def desk(shop: Shop) -> AsyncIterator[Paydesk]:
    yield Paydesk(shop)
    # Before the mailbox closes, so that nothing is on its way to it.
    await shop.simulator.stop()


async def planned_over_http(desk: Paydesk, scenario: str, **more: object) -> httpx.Response:
    return await desk.shop.http.post("/_control/plan/out", json={"scenario": scenario} | more)


async def attempt(desk: Paydesk, **changes: object) -> None:
    """One payout by a client of little patience."""
    desk.shop.http.timeout = httpx.Timeout(0.2)
    with contextlib.suppress(httpx.RemoteProtocolError, httpx.ReadTimeout):
        await desk.pay(**changes)


# The table


@pytest.mark.parametrize("scenario", OUT_SCENARIOS)
async def test_every_scenario_can_be_planned_and_moves_money_only_if_its_story_says_so(
    desk: Paydesk, scenario: str
) -> None:
    desk.shop.simulator.plan_out(scenario)
    await attempt(desk)
    out = await desk.closed()
    assert out.scenario_name == scenario
    assert out.moved == (scenario not in NOTHING_MOVES)
    assert desk.moved_kes() == ((1_200, 1_200) if out.moved else (0, 0))
    assert (out.state == "refused") == (scenario in NOT_TAKEN)


@pytest.mark.parametrize("scenario", OUT_SCENARIOS)
async def test_every_scenario_can_be_planned_over_http_and_is_used_up_by_one_call(
    desk: Paydesk, scenario: str
) -> None:
    assert (await planned_over_http(desk, scenario)).json() == {"ok": True}
    await attempt(desk)
    await desk.pay()
    await desk.shop.simulator.wait_for_payouts(2)
    shown = (await desk.shop.http.get("/_control/payouts")).json()
    assert [out["scenario"] for out in shown] == [scenario, "paid"]
    assert shown[0]["moved"] == (scenario not in NOTHING_MOVES)
    assert (shown[1]["state"], shown[1]["phone"], shown[1]["amount_kes"]) == ("paid", PAYEE, 1_200)


@pytest.mark.parametrize("scenario", sorted(UNTOLD))
async def test_what_goes_astray_is_never_told(desk: Paydesk, scenario: str) -> None:
    desk.shop.simulator.plan_out(scenario)
    await attempt(desk)
    await desk.closed()
    await desk.pay("low_float")
    expected = [("timeout", "1")] if scenario.startswith("timeout") else []
    assert await desk.told_where(len(expected) + 1) == [*expected, ("result", 1)]


async def test_the_switchboard_tells_every_story(desk: Paydesk) -> None:
    told = (await desk.shop.http.get("/_control/scenarios")).json()["out"]
    assert told == {name: scenario.story for name, scenario in OUT_SCENARIOS.items()}
    assert all(story.endswith(".") for story in told.values())


async def test_what_nobody_knows_cannot_be_planned(desk: Paydesk) -> None:
    with pytest.raises(UnknownScenarioError):
        desk.shop.simulator.plan_out("paid_twice")
    assert (await planned_over_http(desk, "paid_twice")).status_code == 404
    assert (await planned_over_http(desk, "paid", phone="0700000123")).status_code == 400
    assert (await planned_over_http(desk, "paid", times=0)).status_code == 400
    assert (await planned_over_http(desk, "paid", when="soon")).status_code == 400


async def test_a_plan_for_a_phone_comes_before_one_for_any_and_waits_for_its_phone(desk: Paydesk) -> None:
    await planned_over_http(desk, "low_float", times=2)
    await planned_over_http(desk, "unregistered", phone=PAYEE)
    for phone in (PAYEE, "254700000124", PAYEE, PAYEE):
        await desk.paid(PartyB=phone)
    names = [out.scenario_name for out in desk.shop.simulator.payouts]
    assert names == ["unregistered", "low_float", "low_float", "paid"]


# Safaricom says no


@pytest.mark.parametrize(("scenario", "code"), FAILED_CODES.items(), ids=FAILED_CODES)
async def test_a_no_is_told_by_its_code(desk: Paydesk, scenario: str, code: object) -> None:
    await desk.pay(scenario)
    [result] = await desk.told()
    assert result["ResultCode"] == code
    assert "ResultParameters" not in result


async def test_an_internal_failure_may_have_moved_the_money(desk: Paydesk) -> None:
    await desk.pay("internal_failure_moved")
    [result] = await desk.told()
    assert result["ResultCode"] == 17
    assert "ResultParameters" not in result
    assert desk.moved_kes() == (1_200, 1_200)


# The result goes astray


async def test_a_late_result_is_overtaken_by_another(desk: Paydesk) -> None:
    late = await desk.paid("late")
    quick = await desk.paid()
    ids = [result["OriginatorConversationID"] for result in await desk.told(2)]
    assert ids == [quick.order.originator_id, late.order.originator_id]


async def test_a_doubled_result_comes_three_times_alike_and_is_paid_once(desk: Paydesk) -> None:
    await desk.pay("doubled")
    told = await desk.told(3)
    assert told[0] == told[1] == told[2]
    assert desk.moved_kes() == (1_200, 1_200)


async def test_an_early_result_comes_before_the_reply(desk: Paydesk) -> None:
    reply = await desk.pay("early")
    [body] = desk.shop.mailbox.bodies
    assert body["Result"]["ConversationID"] == reply.json()["ConversationID"]


async def test_a_success_can_follow_a_failure(desk: Paydesk) -> None:
    await desk.pay("success_after_failure")
    failure, success = await desk.told(2)
    assert (failure["ResultCode"], success["ResultCode"]) == (1, 0)
    assert failure["ConversationID"] == success["ConversationID"]
    assert desk.moved_kes() == (1_200, 1_200)


@pytest.mark.parametrize(("scenario", "end"), [("timeout_paid", 0), ("timeout_failed", 1)])
async def test_the_queue_gives_up_and_a_result_follows_all_the_same(
    desk: Paydesk, scenario: str, end: int
) -> None:
    reply = await desk.pay(scenario)
    assert await desk.told_where(2) == [("timeout", "1"), ("result", end)]
    notice, result = await desk.told(2)
    assert "ResultParameters" not in notice
    for told in (notice, result):
        assert told["OriginatorConversationID"] == reply.json()["OriginatorConversationID"]
    assert desk.moved_kes() == ((1_200, 1_200) if end == 0 else (0, 0))


# The reply goes astray


async def test_a_lost_reply_does_not_stop_the_money(desk: Paydesk) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await desk.pay("reply_lost")
    [result] = await desk.told()
    assert result["ResultCode"] == 0
    assert desk.moved_kes() == (1_200, 1_200)


async def test_a_reply_slower_than_the_client_does_not_stop_the_money(desk: Paydesk) -> None:
    desk.shop.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        await desk.pay("reply_slow")
    [result] = await desk.told()
    assert result["ResultCode"] == 0


async def test_half_an_answer_lacks_the_ids_of_a_payout_that_is_paid(desk: Paydesk) -> None:
    body = (await desk.pay("half_answer")).json()
    assert body == {
        "ResponseCode": "0",
        "ResponseDescription": "Accept the service request successfully.",
    }
    [result] = await desk.told()
    assert result["ResultCode"] == 0


async def test_an_error_may_hide_a_payout_that_is_paid(desk: Paydesk) -> None:
    reply = await desk.pay("error_but_sent")
    assert (reply.status_code, reply.json()["errorCode"]) == (500, "500.003.1001")
    [result] = await desk.told()
    assert result["ResultCode"] == 0


@pytest.mark.parametrize(
    ("scenario", "status"),
    [("spike_arrest", 429), ("system_busy", 500), ("internal_error", 500), ("incapsula", 503)],
)
async def test_what_is_refused_at_the_door_is_never_taken(desk: Paydesk, scenario: str, status: int) -> None:
    assert (await desk.pay(scenario)).status_code == status
    [out] = desk.shop.simulator.payouts
    assert (out.state, out.conversation_id, desk.moved_kes()) == ("refused", "", (0, 0))


async def test_a_connection_may_close_before_anything_was_taken(desk: Paydesk) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await desk.pay("not_taken")
    assert [out.state for out in desk.shop.simulator.payouts] == ["refused"]


@pytest.mark.parametrize("door", ["b2c", "reversal", "status", "balance"])
async def test_each_door_can_be_spoilt_by_itself(desk: Paydesk, door: str) -> None:
    paths = {
        "b2c": "/mpesa/b2c/v3/paymentrequest",
        "reversal": REVERSAL,
        "status": "/mpesa/transactionstatus/v1/query",
        "balance": "/mpesa/accountbalance/v1/query",
    }
    await desk.shop.http.post("/_control/faults", json={"door": door, "answer": "soap_fault"})
    answers = {name: (await desk.call(path)).status_code for name, path in paths.items()}
    assert answers == {name: 500 if name == door else 200 for name in paths}
    assert len(await desk.told(3)) == 3


# Another shape


async def test_a_result_may_name_another_amount(desk: Paydesk) -> None:
    await desk.pay("wrong_amount")
    [result] = await desk.told()
    assert parameters(result)["TransactionAmount"] == 1_201
    assert desk.moved_kes() == (1_200, 1_200)


async def test_a_result_may_name_another_call(desk: Paydesk) -> None:
    reply = await desk.pay("wrong_id")
    [result] = await desk.told()
    assert result["OriginatorConversationID"] != reply.json()["OriginatorConversationID"]
    assert result["ConversationID"] == reply.json()["ConversationID"]


async def test_a_result_may_shrink_to_one_parameter(desk: Paydesk) -> None:
    await desk.pay("one_parameter")
    [result] = await desk.told()
    assert result["ResultParameters"] == {
        "ResultParameter": {"Key": "TransactionAmount", "Value": 1_200},
    }


async def test_a_code_may_be_text_and_a_reference_a_list(desk: Paydesk) -> None:
    await desk.pay("code_as_text")
    await desk.told()
    await desk.pay("listed_reference")
    as_text, listed = await desk.told(2)
    assert as_text["ResultCode"] == "0"
    assert [item["Key"] for item in listed["ReferenceData"]["ReferenceItem"]] == ["QueueTimeoutURL"]
