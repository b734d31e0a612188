"""Paying for somebody else: whose fee it is, is said in chat, on the receipt and to the office."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pypdfium2
import pytest_asyncio

from payments.payment import State
from payments.values import UserId
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA, K, Stand, standing

NB = "\u00a0"
PAY = f"Pay KES{NB}1,500"
NAME = "Ngũgĩ wa Thiong'o"


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name) as stand:
        yield stand


async def at_summary_for(stand: Stand, name: str) -> Message:
    await stand.at_summary()
    await stand.taps("For somebody else", "Whose fee are you paying?")
    return await stand.says(name, "Please check")


async def test_whose_fee_it_is_stands_in_chat_and_on_the_receipt_beside_who_paid(stand: Stand) -> None:
    summary = await at_summary_for(stand, NAME)
    assert f"On behalf of: {NAME}" in summary.text
    await stand.taps(PAY, "Sending the request", f"On behalf of: {NAME}")
    payment = (await stand.payments())[0]
    assert payment.for_whom == NAME
    await stand.hear(payment, K.ENGINE_CLAIMED)
    await stand.hear_paid(await stand.payment(payment.id))
    await stand.sees("Paid:", f"On behalf of: {NAME}")
    receipt = await stand.says("/receipt", "Receipt no. 000001")
    assert receipt.document
    paper = pypdfium2.PdfDocument(io.BytesIO(stand.telegram.file(str(receipt.document["file_id"]))))
    words = paper[0].get_textpage().get_text_range()
    assert NAME in words
    assert "On behalf of" in words
    assert "Asha" in words
    await stand.says("/payments", f"Asha · On behalf of: {NAME}", user=ADMIN)
    await stand.taps("1", "A payment", f"On behalf of: {NAME}", user=ADMIN)


async def test_a_name_that_is_none_is_asked_again_and_markup_stays_words(stand: Stand) -> None:
    await stand.at_summary()
    await stand.taps("For somebody else", "Whose fee")
    for nonsense in ("12345", "?!", "x" * 61, "Wanjiku\u202e"):
        await stand.says(nonsense, "A name has letters", "Whose fee")
    await stand.says("<b>_*[ Wanjiku", "On behalf of: <b>_*[ Wanjiku")
    assert (await stand.service.latest(UserId(ASHA), 1)) == []


async def test_one_may_think_better_of_it_and_name_somebody_else_or_pay_for_oneself(stand: Stand) -> None:
    summary = await at_summary_for(stand, NAME)
    assert [button.text for button in summary.buttons] == [PAY, "Change number", "Change name", "Cancel"]
    await stand.all_told()
    await stand.taps("Change name", "Whose fee")
    await stand.says("Wairimu", "On behalf of: Wairimu")
    await stand.all_told()
    await stand.taps("Change name", "Whose fee")
    summary = await stand.taps("For myself", "Please check")
    assert "On behalf of" not in summary.text
    await stand.taps(PAY, "Sending")
    assert (await stand.payments())[0].for_whom == ""


async def test_a_restart_between_the_button_and_the_name_loses_nothing(stand: Stand) -> None:
    await stand.at_summary()
    await stand.taps("For somebody else", "Whose fee")
    await stand.restart()
    await stand.says(NAME, "Please check", NAME)


async def test_pay_does_nothing_while_the_name_is_asked(stand: Stand) -> None:
    summary = await stand.at_summary()
    data = summary.buttons[0].data
    assert data
    await stand.taps("For somebody else", "Whose fee")
    query = await stand.telegram.sends_callback(ASHA, data, message_id=summary.message_id)
    assert "does nothing any more" in await stand.alerted(query)
    assert not await stand.payments()


async def test_trying_again_and_paying_the_same_again_keep_the_name(stand: Stand) -> None:
    await at_summary_for(stand, NAME)
    await stand.taps(PAY, "Sending")
    await stand.hear((await stand.payments())[0], K.ENGINE_CLAIMED)
    await stand.hear_unpaid((await stand.payments())[0])
    await stand.sees("Not paid")
    await stand.taps("Try again", "Please check", NAME)
    await stand.taps(PAY, "Sending")
    payment = (await stand.payments())[0]
    await stand.hear(payment, K.ENGINE_CLAIMED)
    await stand.hear_paid(await stand.payment(payment.id))
    await stand.sees("Paid:")
    await stand.says("/start", "welcome")
    await stand.taps(f"Again: First consultation, 30 minutes · KES{NB}1,500", "Please check", NAME)
    await stand.taps(PAY, "Sending")
    assert [(each.state, each.for_whom) for each in await stand.payments()] == [
        (State.QUEUED, NAME),
        (State.PAID, NAME),
        (State.UNPAID, NAME),
    ]
