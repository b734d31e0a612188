"""From /refund to money on the phone, through everything that Safaricom may do to a payout."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from legalpro import operator
from payments.audit import AuditEntry
from payments.payment import State
from payments.refunds.evidence import Word
from payments.refunds.refund import Refund, RefundState, Route
from payments.values import PaymentId
from sandbox.telegram import Message
from tests.journeys.house import CLIENT, OFFICE, PHONE, SEE_S, House, built, plain

PARTNER = 98
S = RefundState


class Desk:
    """The office at work on one payment of KES 1,500."""

    def __init__(self, house: House, payment_id: PaymentId, receipt: str) -> None:
        self.house = house
        self.payment_id = payment_id
        self.receipt = receipt
        self.balance_kes = house.simulator.phone(PHONE).balance_kes

    async def asks(self, amount: str = "500", reason: str = "Paid twice") -> None:
        """As far as a request that waits to be allowed."""
        since = {admin: _last_id(self.house, admin) for admin in (OFFICE, PARTNER)}
        await self.house.says(f"/refund {self.receipt} {amount}", OFFICE)
        await self.reads("Why does it go back?", OFFICE, since[OFFICE])
        await self.house.taps(reason, OFFICE)
        await self.reads("Please check before you ask", OFFICE, since[OFFICE])
        await self.house.taps("Ask for this refund", OFFICE)
        for admin in (OFFICE, PARTNER):
            await self.reads("waits to be allowed", admin, since[admin])

    async def gives_back(self, scenario: str = "paid", amount: str = "500") -> None:
        """Asked for by one, allowed by the other, Safaricom's behaviour arranged."""
        self.house.simulator.plan_out(scenario)
        await self.asks(amount)
        await self.house.taps("Allow", PARTNER)

    async def reads(self, words: str, user: int, since: int = 0) -> Message:
        """Wait until a message later than `since` shows these words."""

        def shown(message: Message) -> bool:
            return message.from_bot and message.message_id > since and words in plain(message.text)

        return await self.house.botapi.wait_for(user, shown, timeout_s=SEE_S)

    async def refund(self) -> Refund:
        """The newest refund, read afresh."""
        return (await self.house.parts.store.refunds.of_payment(self.payment_id))[-1]

    async def until(self, *states: RefundState) -> Refund:
        async def there() -> bool:
            found = await self.house.parts.store.refunds.of_payment(self.payment_id)
            return bool(found) and found[-1].state in states

        await self.house._until(there)
        return await self.refund()

    async def sums(self) -> tuple[int, int]:
        payment = await self.house.payment(self.payment_id)
        return payment.refund_reserved_kes, payment.refunded_kes

    def came_back_kes(self) -> int:
        """What the phone really got."""
        return self.house.simulator.phone(PHONE).balance_kes - self.balance_kes


def _last_id(house: House, user: int) -> int:
    messages = house.botapi.chat(user).messages
    return messages[-1].message_id if messages else 0


async def opened(house: House) -> Desk:
    await house.pays()
    await house.sees("Paid: KES 1,500")
    payment = await house.until(State.PAID)
    assert payment.receipt
    return Desk(house, payment.id, payment.receipt)


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A paid payment and two admins."""
    changes: dict[str, object] = {"admin_ids": [OFFICE, PARTNER]}
    async with built(mongod_uri, database_name, tmp_path, changes=changes) as house:
        house.botapi.person(PARTNER, "Partner")
        yield await opened(house)


async def test_a_refund_is_asked_for_allowed_paid_and_told_to_everybody(desk: Desk) -> None:
    await desk.gives_back()
    arrived = await desk.reads("came back to", CLIENT)
    refund = await desk.until(S.PAID_OUT)
    assert refund.mpesa_code
    assert refund.mpesa_code in arrived.text
    assert "KES 1,000 remain paid" in plain(arrived.text)
    assert desk.came_back_kes() == 500
    assert await desk.sums() == (500, 500)
    for admin in (OFFICE, PARTNER):
        card = await desk.reads("arrived", admin)
        assert refund.mpesa_code in card.text
        assert not card.buttons
    await desk.house.at_rest()
    assert desk.house.shown("came back to") == 1


async def test_a_client_hears_that_money_is_on_its_way_while_it_is(desk: Desk) -> None:
    await desk.gives_back("late")
    await desk.reads("We are sending KES 500 back", CLIENT)
    await desk.until(S.PAID_OUT)
    await desk.reads("came back to", CLIENT)
    await desk.house.at_rest()
    assert desk.house.shown("We are sending KES 500 back") == 1


async def test_i12_whoever_asked_cannot_allow_it_and_is_told_so(desk: Desk) -> None:
    await desk.asks()
    refund = await desk.refund()
    with pytest.raises(AssertionError, match="no button"):
        desk.house.button("Allow", OFFICE)
    await desk.house.taps("Take it back", OFFICE)
    assert (await desk.until(S.REJECTED)).id == refund.id
    assert await desk.sums() == (0, 0)
    assert not desk.house.simulator.payouts


@pytest.mark.parametrize(
    "scenario", ["lost", "reply_and_result_lost", "timeout_silence", "internal_failure_moved"]
)
async def test_f25_what_nobody_told_is_asked_about_and_paid_once(desk: Desk, scenario: str) -> None:
    await desk.gives_back(scenario)
    refund = await desk.until(S.PAID_OUT)
    assert Word.STATUS_PAID in {entry.kind for entry in refund.history}
    assert desk.came_back_kes() == 500
    assert len(desk.house.simulator.payouts) == 1
    assert await desk.sums() == (500, 500)


@pytest.mark.parametrize(
    "scenario", ["doubled", "early", "late", "reply_lost", "half_answer", "error_but_sent"]
)
async def test_f28_results_in_any_order_and_number_pay_once(desk: Desk, scenario: str) -> None:
    await desk.gives_back(scenario)
    await desk.until(S.PAID_OUT)
    await desk.reads("came back to", CLIENT)
    await desk.house.at_rest()
    assert desk.came_back_kes() == 500
    assert await desk.sums() == (500, 500)
    assert desk.house.shown("came back to") == 1


async def test_f27_a_queue_timeout_is_unknown_until_the_result_says_paid(desk: Desk) -> None:
    await desk.gives_back("timeout_paid")
    unclear = await desk.until(S.UNCLEAR, S.PAID_OUT)
    assert Word.QUEUE_TIMED_OUT in {entry.kind for entry in unclear.history}
    assert (await desk.sums())[0] == 500
    await desk.until(S.PAID_OUT)
    assert desk.came_back_kes() == 500


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("low_float", "Utility account holds too little"),
        ("unregistered", "not registered for M-Pesa"),
        ("string_code", "not registered for M-Pesa"),
        ("credential_wrong", "does not accept our operator's password"),
        ("timeout_failed", "Utility account holds too little"),
    ],
)
async def test_i14_a_definite_no_frees_the_money_and_says_why(desk: Desk, scenario: str, words: str) -> None:
    await desk.gives_back(scenario)
    await desk.until(S.FAILED)
    await desk.reads(words, OFFICE)
    assert await desk.sums() == (0, 0)
    assert desk.came_back_kes() == 0
    await desk.gives_back("paid", amount="1500")
    await desk.until(S.PAID_OUT)
    assert await desk.sums() == (1_500, 1_500)


async def test_f26_a_payout_that_was_seen_before_is_asked_about_and_never_paid_again(desk: Desk) -> None:
    await desk.asks()
    refund = await desk.refund()
    await _pay_behind_its_back(desk, refund)
    await desk.house.taps("Allow", PARTNER)
    settled = await desk.until(S.PAID_OUT)
    assert Word.PAYOUT_SEEN_BEFORE in {entry.kind for entry in settled.history}
    assert len(desk.house.simulator.payouts) == 1
    assert desk.came_back_kes() == 500


async def _pay_behind_its_back(desk: Desk, refund: Refund) -> None:
    """The very payout, sent by a program that died before it could store anything; its result is lost."""
    desk.house.simulator.plan_out("lost")
    refunds = desk.house.parts.refunds
    assert refunds is not None
    said = await refunds.engine.safaricom.pay_out(refund)
    assert said.kind is Word.PAYOUT_ACCEPTED


@pytest.mark.parametrize("scenario", ["spike_arrest", "system_busy"])
async def test_what_surely_was_not_taken_waits_to_be_sent_again_under_the_same_name(
    desk: Desk, scenario: str
) -> None:
    await desk.gives_back(scenario)

    async def turned_away() -> bool:
        return (await desk.refund()).attempts == 1

    await desk.house._until(turned_away)
    refund = await desk.refund()
    assert refund.state is S.APPROVED
    assert refund.next_at is not None
    assert [out.order.originator_id for out in desk.house.simulator.payouts] == [refund.originator_id]
    assert desk.came_back_kes() == 0
    assert await desk.sums() == (500, 0)


@pytest.mark.parametrize("scenario", ["wrong_amount", "wrong_id"])
async def test_a_result_that_is_not_about_what_was_sent_is_a_persons_to_look_at(
    desk: Desk, scenario: str
) -> None:
    await desk.gives_back(scenario)
    await desk.until(S.REVIEW)
    for admin in (OFFICE, PARTNER):
        await desk.reads("needs a person", admin)
    assert (await desk.sums())[0] == 500
    await desk.house.taps("It was paid", PARTNER)
    await desk.reads("Have you looked at the firm's M-Pesa statement", PARTNER)
    await desk.house.taps("Yes, it was paid", PARTNER)
    refund = await desk.until(S.PAID_OUT)
    assert refund.history[-1].by == PARTNER
    assert await desk.sums() == (500, 500)


async def test_f10_a_forged_result_without_the_key_changes_nothing(desk: Desk) -> None:
    await desk.gives_back("status_lost")
    refund = await desk.until(S.ACCEPTED)
    forged = {
        "Result": {
            "ResultType": 0,
            "ResultCode": 1,
            "ResultDesc": "no",
            "OriginatorConversationID": refund.originator_id,
            "ConversationID": "AG_1",
            "TransactionID": "UB40000000",
        }
    }
    url = f"http://127.0.0.1:{desk.house.port}/c/b2c/{refund.id}/{'0' * 40}"
    assert (await desk.house.simulator.send_callback(url, forged)).status == 404
    assert (await desk.refund()).state is S.ACCEPTED


async def test_more_than_is_left_is_refused_with_what_is_left(desk: Desk) -> None:
    await desk.gives_back(amount="1000")
    await desk.until(S.PAID_OUT)
    await desk.house.says(f"/refund {desk.receipt} 501", OFFICE)
    refusal = await desk.reads("more than is left", OFFICE)
    assert "KES 500" in plain(refusal.text)
    await desk.house.says(f"/refund {desk.receipt} 5", OFFICE)
    await desk.reads("M-Pesa pays out KES 10 or more", OFFICE)


async def test_a_restart_in_the_middle_of_a_payout_pays_once(desk: Desk) -> None:
    await desk.gives_back("late")
    simulator = desk.house.simulator
    await simulator.until(lambda: simulator.payouts or None)  # Before that, a person would have to look.
    await desk.house.crash()
    await desk.house.open()
    await desk.until(S.PAID_OUT)
    assert desk.came_back_kes() == 500
    assert len(simulator.payouts) == 1


async def test_every_step_of_a_refund_is_in_the_audit_trail_and_every_invariant_holds(desk: Desk) -> None:
    await desk.gives_back()
    refund = await desk.until(S.PAID_OUT)
    await desk.house.at_rest()
    store = desk.house.parts.store
    await desk.house.parts.auditor.rest()
    await desk.house.parts.bookkeeper.rest()
    entries = [entry async for entry in store.audit.entries()]
    records = [entry.record for entry in entries if isinstance(entry, AuditEntry)]
    about = [record for record in records if record.subject == refund.id]
    assert [record.after for record in about] == [
        "requested", "approved", "sending", "accepted", "paid_out",
    ]  # fmt: skip
    assert [record.who for record in about[:2]] == [str(OFFICE), str(PARTNER)]
    assert PHONE not in json.dumps([str(record) for record in about])
    assert [finding for finding in await store.invariants.full() if not finding.holds] == []


async def test_reconcile_asks_about_refunds_too(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    await desk.gives_back("status_lost")
    await desk.until(S.ACCEPTED, S.UNCLEAR)
    address = {"mongodb_uri": SecretStr(desk.house.mongod_uri), "mongodb_database": desk.house.database}
    settings, told = desk.house.settings().model_copy(update=address), ""
    async with asyncio.timeout(30):
        while "1 refunds asked about" not in told:  # the running program may have asked a moment ago
            assert await operator.reconcile(settings) == 0
            told = capsys.readouterr().out
    refund = await desk.refund()
    assert f"refund {refund.id}: KES 500" in told
    assert "1 refunds asked about, 0 cannot be asked about now." in told
    assert Word.STATUS_ASKED in {entry.kind for entry in refund.history}


async def test_the_balance_is_asked_and_told_with_a_warning_when_it_is_low(desk: Desk) -> None:
    desk.house.simulator.treasury.utility_kes = 900
    await desk.house.says("/balance", OFFICE)
    told = await desk.reads("Utility Account: KES 900.00", OFFICE)
    assert "is low" in told.text


async def test_a_whole_payment_goes_back_by_reversal_where_the_firm_chose_so(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    changes: dict[str, object] = {"admin_ids": [OFFICE, PARTNER], "refund_route": "reversal"}
    async with built(mongod_uri, database_name, tmp_path, changes=changes) as house:
        house.botapi.person(PARTNER, "Partner")
        desk = await opened(house)
        await desk.gives_back(amount="1500")
        refund = await desk.until(S.PAID_OUT)
        assert refund.route is Route.REVERSAL
        assert [out.order.kind for out in house.simulator.payouts] == ["reversal"]
        assert desk.came_back_kes() == 1_500
        told = await desk.reads("given back in full", CLIENT)
        assert desk.receipt in told.text


async def test_the_only_admin_proves_that_they_mean_it_and_may_think_again(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    async with built(mongod_uri, database_name, tmp_path) as house:
        desk = await opened(house)
        await house.says(f"/refund {desk.receipt} 500 goodwill", OFFICE)
        await desk.reads("last four characters", OFFICE)
        await house.says("0000", OFFICE)
        await desk.reads("not the last four characters", OFFICE)
        await house.says(desk.receipt[-4:].lower(), OFFICE)
        await desk.reads("It goes out after", OFFICE)
        await house.taps("Give it back", OFFICE)
        refund = await desk.until(S.APPROVED, S.SENDING, S.ACCEPTED, S.PAID_OUT)
        assert refund.not_before is not None
        await desk.until(S.PAID_OUT)
        assert desk.came_back_kes() == 500
        sent = next(entry for entry in (await desk.refund()).history if entry.kind is Word.ENGINE_CLAIMED)
        assert sent.at >= refund.not_before


async def test_without_an_operator_refunds_say_what_is_missing(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    nobody = dict.fromkeys(
        ("mpesa_b2c_shortcode", "mpesa_initiator_name", "mpesa_initiator_password", "mpesa_certificate")
    )
    async with built(mongod_uri, database_name, tmp_path, changes={**nobody}) as house:
        await house.says("/refund UB47K2M9QX", OFFICE)
        await house.sees("Refunds are not set up", OFFICE)
        await house.says("/refund UB47K2M9QX", CLIENT)
        await house.sees("for our office only", CLIENT)


async def test_two_who_allow_at_the_same_instant_send_one_payout(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    third = 97
    changes: dict[str, object] = {"admin_ids": [OFFICE, PARTNER, third]}
    async with built(mongod_uri, database_name, tmp_path, changes=changes) as house:
        house.botapi.person(PARTNER, "Partner")
        house.botapi.person(third, "Third")
        desk = await opened(house)
        await desk.asks()
        await desk.reads("waits to be allowed", third)
        await asyncio.gather(house.taps("Allow", PARTNER), house.taps("Allow", third))
        await desk.until(S.PAID_OUT)
        assert len(house.simulator.payouts) == 1
        assert desk.came_back_kes() == 500
