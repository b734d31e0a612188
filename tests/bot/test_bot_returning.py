"""Who comes back pays the same again in two taps, at today's price; who never paid is offered nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from bot.buttons import PaymentAction, PaymentTap, pack
from bot.rich import plain
from payments.catalogue import FIRST_FEES
from payments.payment import Payment, State
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, MASKED, K, Stand, standing

NB = "\u00a0"
AGAIN = f"Again: First consultation, 30 minutes · KES{NB}1,500"
FEE = FIRST_FEES[0]


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name) as stand:
        yield stand


async def paid(stand: Stand, receipt: str = "UB47K2M9QX") -> Payment:
    payment = await stand.hear_paid(await stand.prompted(), receipt)
    await stand.sees("Paid:", receipt)
    return payment


def labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


async def test_whoever_comes_back_pays_the_same_again_in_two_taps(stand: Stand) -> None:
    await paid(stand)
    assert labels(await stand.says("/start", "welcome"))[0] == AGAIN
    await stand.taps(AGAIN, "Please check", "First consultation", MASKED)
    await stand.taps(f"Pay KES{NB}1,500", "Sending the request to 0712")
    newest, earlier = await stand.payments()
    assert (newest.state, earlier.state) == (State.QUEUED, State.PAID)
    assert (newest.kind, newest.title, newest.phone) == (earlier.kind, earlier.title, earlier.phone)
    assert (newest.retry_of, newest.for_whom) == (None, "")


async def test_it_is_on_offer_wherever_a_payment_begins(stand: Stand) -> None:
    await paid(stand)
    assert AGAIN in labels(await stand.says("hello?", "What would you like?"))
    assert labels(await stand.says("/pay", "What would you like to pay for?"))[0] == AGAIN
    await stand.taps(AGAIN, "Please check")
    await stand.all_told()
    assert [len(message.buttons) for message in stand.shown()][-2:] == [0, 4]


async def test_a_case_is_paid_again_under_its_number(stand: Stand) -> None:
    await stand.says("/pay", "What would you like")
    await stand.taps("Case fee", "case number")
    await stand.says("HCCC/E123/2026", "How much")
    await stand.says("2500", "Which M-Pesa number")
    await stand.says("0712345678", "Please check")
    await stand.taps(f"Pay KES{NB}2,500", "Sending")
    payment = (await stand.payments())[0]
    await stand.hear(payment, K.ENGINE_CLAIMED)
    await stand.hear_paid(await stand.payment(payment.id))
    await stand.sees("Paid:")
    await stand.says("/start", "welcome")
    await stand.taps(f"Again: Case fee HCCC/E123/2026 · KES{NB}2,500", "Please check", "HCCC/E123/2026")


async def test_a_fee_that_has_become_dearer_is_offered_at_its_present_price(stand: Stand) -> None:
    payment = await paid(stand)
    await stand.says("/fees price intro 2000", "2,000", user=ADMIN)
    label = f"Again: First consultation, 30 minutes · KES{NB}2,000"
    assert labels(await stand.says("/start", "welcome"))[0] == label
    await stand.taps(label, "Please check", f"KES{NB}2,000")
    await stand.taps(f"Pay KES{NB}2,000", "Sending")
    assert [each.amount_kes for each in await stand.payments()] == [2_000, payment.amount_kes]


async def test_a_fee_that_is_no_longer_on_offer_is_not_offered_and_its_old_button_says_so(
    stand: Stand,
) -> None:
    await paid(stand)
    await stand.says("/start", "welcome")
    assert await stand.store.fees.put(FEE, replace(FEE, offered=False))
    await stand.taps(AGAIN, "no longer on offer", "What would you like to pay for?")
    assert AGAIN not in labels(await stand.says("/start", "welcome"))


async def test_whoever_never_paid_or_was_forgotten_is_offered_nothing(stand: Stand) -> None:
    assert len(labels(await stand.says("/pay", "What would you like", user=BARAKA))) == 5
    await paid(stand)
    await stand.says("/mydata erase yes", "Forgotten.")
    assert AGAIN not in labels(await stand.says("/start", "welcome"))


async def test_what_did_not_succeed_and_what_was_a_bill_are_not_offered(stand: Stand) -> None:
    await stand.hear_unpaid(await stand.prompted())
    await stand.sees("Not paid")
    assert len(labels(await stand.says("/pay", "What would you like"))) == 5
    told = await stand.says(f"/bill 100 case HCCC/1 Filing for {ASHA}", "is written", user=ADMIN)
    link = re.search(r"start=(bill_[\w-]{22})", plain(told.text))
    assert link
    await stand.says(f"/start {link[1]}", "Filing")
    await stand.taps(f"Pay KES{NB}100", "Please check")
    await stand.taps(f"Pay KES{NB}100", "Sending")
    payment = (await stand.payments())[0]
    await stand.hear(payment, K.ENGINE_CLAIMED)
    await stand.hear_paid(await stand.payment(payment.id))
    await stand.sees("Paid:")
    assert len(labels(await stand.says("/pay", "What would you like"))) == 5


async def test_a_button_made_up_for_somebody_elses_or_an_unpaid_payment_does_nothing(stand: Stand) -> None:
    failed = await stand.hear_unpaid(await stand.prompted())
    theirs = await paid(stand)
    await stand.says("/start", "welcome", user=BARAKA)
    for payment, user in ((theirs, BARAKA), (failed, ASHA)):
        message_id = stand.shown(user)[-1].message_id
        data = pack(PaymentTap(payment.id, PaymentAction.SAME))
        query = await stand.telegram.sends_callback(user, data, message_id=message_id)
        assert "does nothing any more" in await stand.alerted(query)
    assert not await stand.payments(BARAKA)
