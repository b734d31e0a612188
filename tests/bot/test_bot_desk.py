"""/payments: the office finds any payment, turns pages and opens cards; nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.rich import plain
from payments.audit import AuditKind
from payments.payment import Payment, State
from payments.values import MessageId, PaymentId, Phone
from storage.moments import utc_now
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, MASKED, Stand, standing
from tests.bot.bot_watch import Noted
from tests.payments.builders import a_payment


@pytest_asyncio.fixture
async def noted() -> Noted:
    return Noted()


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str, noted: Noted) -> AsyncIterator[Stand]:
    """Asha has paid; before that she tried eight times in vain."""
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        for number in range(1, 9):
            await stand.store.payments.add(in_vain(number), ())
        await stand.hear_paid(await stand.prompted())
        await stand.sees("Paid: KES\u00a01,500")
        yield stand


def in_vain(number: int) -> Payment:
    begun = utc_now() - timedelta(hours=10 - number)
    return replace(
        a_payment(State.UNPAID),
        id=PaymentId(f"{number:016x}"),
        amount_kes=100 + number,
        message_id=MessageId(number),
        phone=Phone("254712345678"),
        created_at=begun,
        changed_at=begun,
        next_at=None,
        deadline_at=None,
    )


async def test_the_newest_come_first_and_older_ones_on_the_next_page(desk: Stand) -> None:
    first = await desk.says("/payments", "Payments, newest first", "1. ", user=ADMIN)
    words = plain(first.text)
    assert words.index("KES\u00a01,500") < words.index("KES\u00a0108") < words.index("KES\u00a0105")
    assert [button.text for button in first.buttons] == ["1", "2", "3", "4", "5", "Older"]
    second = await desk.taps("Older", "KES\u00a0104", "KES\u00a0101", user=ADMIN)
    assert second.message_id == first.message_id
    again = await desk.taps("Newest", "KES\u00a01,500", user=ADMIN)
    assert "Newest" not in [button.text for button in again.buttons]


@pytest.mark.parametrize("words", ["paid", "ub47k2m9qx", "asha paid", "1500", "1400..1600 consultation"])
async def test_a_search_finds_what_was_paid(desk: Stand, words: str) -> None:
    message = await desk.says(f"/payments {words}", f"Payments: {words}", user=ADMIN)
    assert plain(message.text).count("\n\n") == 1
    assert "KES\u00a01,500 · paid" in plain(message.text)


@pytest.mark.parametrize("words", ["Nobody", "HCCC/E9/2026", "<b>_*[", "0799999999", "review"])
async def test_what_is_not_there_is_said_so(desk: Stand, words: str) -> None:
    await desk.says(f"/payments {words}", "Nothing was found.", user=ADMIN)


async def test_days_that_are_no_period_are_answered_with_examples(desk: Stand) -> None:
    await desk.says("/payments 2026-13-01", "I do not know that period", user=ADMIN)


async def test_a_card_tells_all_and_no_full_number(desk: Stand) -> None:
    await desk.says("/payments paid", "1. ", user=ADMIN)
    card = await desk.taps("1", "Client: Asha", "UB47K2M9QX", user=ADMIN)
    assert MASKED in plain(card.text)
    assert "254712345678" not in plain(card.text)


async def test_from_the_card_of_an_open_payment_safaricom_is_asked(desk: Stand) -> None:
    payment = await desk.prompted(BARAKA)
    await desk.says("/payments open", "1. ", user=ADMIN)
    await desk.taps("1", "waiting for your PIN", user=ADMIN)
    query = await desk.telegram.taps(ADMIN, "Ask Safaricom")
    assert "being asked" in await desk.alerted(query)
    assert (await desk.payment(payment.id)).ask_wanted


async def test_neither_a_client_nor_a_borrowed_button_finds_anything(desk: Stand, noted: Noted) -> None:
    await desk.says("/payments", "for our office only", user=ASHA)
    message = await desk.says("/payments", "newest first", user=ADMIN)
    own = desk.shown(ASHA)[-1].message_id
    shown = len(desk.shown(ASHA))
    for label in ("1", "Older"):
        data = next(button.data for button in message.buttons if button.text == label)
        await desk.alerted(await desk.telegram.sends_callback(ASHA, str(data), message_id=own))
    await desk.all_told()
    assert len(desk.shown(ASHA)) == shown
    assert [event.kind for event in noted.events] == [AuditKind.COMMAND_REFUSED] * 3


async def test_all_that_hangs_is_asked_about_once_count_and_sum_were_confirmed(desk: Stand) -> None:
    payment = await desk.prompted(BARAKA)
    await desk.says("/payments open", "1.", user=ADMIN)
    await desk.taps("Ask Safaricom about all", "about 1 that have no last word", "KES\u00a01,500", user=ADMIN)
    assert not (await desk.payment(payment.id)).ask_wanted
    await desk.taps("Yes, ask about 1", "being asked about 1 of 1", user=ADMIN)
    assert (await desk.payment(payment.id)).ask_wanted


async def test_where_nothing_hangs_nothing_is_offered_to_be_asked_about(desk: Stand) -> None:
    message = await desk.says("/payments", "newest first", user=ADMIN)
    assert "Ask Safaricom about all" not in [button.text for button in message.buttons]


async def test_a_client_has_nobody_asked_about_all(desk: Stand, noted: Noted) -> None:
    message = await desk.says("/help", "/pay", user=ASHA)
    for data in ("k:00000000000000aa", "k:00000000000000aa:sure"):
        query = await desk.telegram.sends_callback(ASHA, data, message_id=message.message_id)
        assert "office only" in await desk.alerted(query)
    assert [event.kind for event in noted.events] == [AuditKind.COMMAND_REFUSED] * 2


async def test_the_office_sends_a_client_their_receipt_again_and_it_is_marked_as_a_copy(
    desk: Stand, noted: Noted
) -> None:
    await desk.says("/receipt", "Receipt no. 000001")
    await desk.says("/payments paid", "1. ", user=ADMIN)
    await desk.taps("1", "UB47K2M9QX", user=ADMIN)
    after = desk.last_id()
    query = await desk.telegram.taps(ADMIN, "Send the client the receipt")
    assert "in the client's chat" in await desk.alerted(query)
    paper = await desk.answered(after, "Receipt no. 000001", "marked as a copy")
    assert paper.document is not None
    assert [event.kind for event in noted.events] == [AuditKind.RECEIPT_SENT]


async def test_a_client_who_blocked_the_bot_is_said_to_be_out_of_reach(desk: Stand, noted: Noted) -> None:
    await desk.says("/payments paid", "1. ", user=ADMIN)
    await desk.taps("1", "UB47K2M9QX", user=ADMIN)
    await desk.telegram.blocks(ASHA)
    query = await desk.telegram.taps(ADMIN, "Send the client the receipt")
    assert "cannot be reached" in await desk.alerted(query)
    assert noted.events == []


async def test_what_is_not_paid_offers_no_receipt(desk: Stand) -> None:
    await desk.says("/payments unpaid", "1. ", user=ADMIN)
    card = await desk.taps("1", "Begun: ", user=ADMIN)
    assert "Send the client the receipt" not in [button.text for button in card.buttons]
