"""/maintenance: new payments are refused politely for a while, and what is open goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from payments.audit import AuditKind
from payments.pausing import Paused
from payments.payment import State
from payments.values import ChatId, PaymentId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, Stand, standing
from tests.bot.bot_watch import Noted


@pytest_asyncio.fixture
async def noted() -> Noted:
    return Noted()


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str, noted: Noted) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        yield stand


async def test_in_a_pause_a_client_reads_the_offices_words_and_nothing_is_begun(desk: Stand) -> None:
    await desk.says("/maintenance on Back at <two> o'clock.", "No new payments are taken", user=ADMIN)
    await desk.says("/pay", "We take no new payments just now", "Back at <two> o'clock.")
    assert await desk.payments() == []
    await desk.says("/maintenance", "No new payments are taken since", user=ADMIN)


async def test_who_was_about_to_pay_is_told_and_can_pay_when_it_is_over(desk: Stand) -> None:
    await desk.at_summary()
    await desk.says("/maintenance on", "No new payments are taken", user=ADMIN)
    await desk.taps("Pay KES\u00a01,500", "We take no new payments just now; nothing was sent.")
    assert await desk.payments() == []
    await desk.says("/maintenance off", "taken again", user=ADMIN)
    await desk.taps("Pay KES\u00a01,500", "Sending the request")
    (payment,) = await desk.payments()
    assert payment.state is State.QUEUED


async def test_what_is_open_goes_on_through_a_pause(desk: Stand) -> None:
    payment = await desk.prompted()
    await desk.says("/maintenance on", "No new payments are taken", user=ADMIN)
    await desk.hear_paid(payment)
    await desk.sees("Paid: KES\u00a01,500")


async def test_a_second_tap_on_pay_finds_its_payment_even_in_a_pause(desk: Stand) -> None:
    await desk.at_summary(BARAKA)
    draft = await desk.store.drafts.of_chat(ChatId(BARAKA))
    assert draft is not None
    payment = await desk.service.open(draft)
    await desk.says("/maintenance on", "No new payments are taken", user=ADMIN)
    assert (await desk.service.open(draft)).id == payment.id
    with pytest.raises(Paused):
        await desk.service.open(replace(draft, id=PaymentId("00000000000000aa")))


async def test_begin_and_end_are_in_the_trail_and_a_client_may_do_neither(desk: Stand, noted: Noted) -> None:
    await desk.says("/maintenance on", "for our office only", user=ASHA)
    await desk.says("/maintenance off", "New payments are taken.", user=ADMIN)
    await desk.says("/maintenance on", "No new payments are taken", user=ADMIN)
    await desk.says("/maintenance off", "taken again", user=ADMIN)
    kinds = [event.kind for event in noted.events]
    assert kinds == [AuditKind.COMMAND_REFUSED, AuditKind.PAUSED, AuditKind.RESUMED]


@pytest.mark.parametrize("words", ["please", "<b>_*[", "ON-ish"])
async def test_other_words_are_answered_with_examples(desk: Stand, words: str) -> None:
    await desk.says(f"/maintenance {words}", "For example", user=ADMIN)
