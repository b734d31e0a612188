"""Whatever Telegram does, each piece of news arrives: once, in order, the most important first."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from bot.pace import PaceLimits
from payments.catalogue import FeeKind
from payments.deliveries import DeliveryState
from payments.notices import on_entry
from payments.payment import Payment, State
from payments.values import ChatId, PaymentId, Phone, Receipt, UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, K, Stand, standing, utc_now
from tests.bot.bot_watch import with_limits
from tests.payments.listed import ListedAdmins


async def rows(stand: Stand) -> list[dict[str, object]]:
    return await stand.store.deliveries._deliveries.rows.find().to_list()


async def test_f22_a_kill_between_send_and_mark_repeats_one_message_marked_and_with_the_same_receipt(
    stand: Stand,
) -> None:
    payment = await stand.prompted()
    await stand.hear_unpaid(payment)
    await stand.sees("Not paid")
    await stand.all_told()
    await stand.hear(payment, K.QUERY_PAID)
    await stand.sees("arrived after all")
    await stand.all_told()
    await stand.hear_paid(payment)
    await stand.sees("UB47K2M9QX")
    await stand.all_told()
    late = f"{payment.id}:.*:paid:payer"
    killed = {"state": DeliveryState.SENDING, "next_at": utc_now(), "lane": str(ASHA)}
    shelf = stand.store.deliveries._deliveries.rows
    assert (await shelf.update_one({"_id": {"$regex": late}}, {"$set": killed})).modified_count == 1
    stand.wake.ring()
    await stand.sees("(repeat)", "UB47K2M9QX")
    await stand.all_told()
    told = [message for message in stand.shown() if "arrived after all" in message.text]
    assert [("(repeat)" in message.text, "UB47K2M9QX" in message.text) for message in told] == [
        (False, True),
        (True, True),
    ]


async def test_f21_a_kill_between_state_change_and_notice_is_made_good_after_the_restart(
    stand: Stand,
) -> None:
    payment = await stand.prompted()
    await stand.all_told()
    await stand.stop()
    await stand.hear_paid(payment)
    await stand.restart()
    await stand.sees("Paid: KES\u00a01,500", "UB47K2M9QX")
    await stand.all_told()
    assert Counter("Paid:" in message.text for message in stand.shown())[True] == 1


async def test_f45_a_chat_that_must_be_silent_keeps_its_order_and_others_go_on(stand: Stand) -> None:
    mine, theirs = await stand.prompted(ASHA), await stand.prompted(BARAKA)
    await stand.all_told()
    stand.telegram.fault("editMessageText", "too_many", retry_after_s=1)
    await stand.hear_unpaid(mine)
    await stand.telegram.wait_for_call("editMessageText", lambda call: call.status == 429)
    await stand.hear(mine, K.QUERY_PAID)
    await stand.hear_paid(theirs, "UB47K2M9QY")
    await stand.sees("UB47K2M9QY", user=BARAKA)
    assert not [message for message in stand.shown(ASHA) if "Paid" in message.text]
    await stand.sees("arrived after all")
    calls = list(stand.telegram.calls)
    refused = next(call for call in calls if call.status == 429)
    quiet = [call for call in calls[refused.number :] if call.parameters.get("chat_id") == str(ASHA)]
    assert quiet
    assert all(call.status == 200 for call in quiet)


async def test_f46_news_for_who_blocked_the_bot_is_parked_with_its_reason(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.all_told()
    await stand.telegram.blocks(ASHA)
    await stand.hear_unpaid(payment)
    await stand.hear(payment, K.QUERY_PAID)
    await stand.all_told()
    parked = [row for row in await rows(stand) if row["state"] == DeliveryState.PARKED]
    assert len(parked) == 1
    assert "blocked" in str(parked[0]["why"])
    assert (await stand.payment(payment.id)).state is State.PAID
    await stand.sees("arrived late", user=ADMIN)


async def test_f46_a_chat_that_is_gone_is_parked_and_the_others_are_told(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.all_told()
    shelf = stand.store.payments._shelf.rows
    await shelf.update_one({"_id": payment.id}, {"$set": {"chat_id": 12345, "message_id": None}})
    await stand.hear_paid(payment)
    await stand.all_told()
    assert [row["why"] for row in await rows(stand) if row["state"] == DeliveryState.PARKED] == [
        "BadRequest: Chat not found"
    ]


async def test_f47_after_an_outage_every_piece_of_news_arrives_once(stand: Stand) -> None:
    payments = {user: await stand.prompted(user) for user in (ASHA, BARAKA)}
    await stand.all_told()
    stand.telegram.fault("editMessageText", "bad_gateway", times=12)
    for number, payment in enumerate(payments.values()):
        await stand.hear_paid(payment, f"UB47K2M9Q{number}")
    await stand.all_told()
    for number, user in enumerate(payments):
        texts = [message.text for message in stand.shown(user) if "Paid:" in message.text]
        assert len(texts) == 1
        assert f"UB47K2M9Q{number}" in texts[0]


@pytest.mark.parametrize("kind", ["slow_s", "reset_after"])
async def test_f47_an_edit_whose_answer_was_lost_is_made_again_without_harm(stand: Stand, kind: str) -> None:
    payment = await stand.prompted()
    await stand.all_told()
    stand.telegram.fault("editMessageText", kind, delay_s=0.3)
    await stand.hear_paid(payment)
    await stand.all_told()
    assert [m.text.count("UB47K2M9QX") for m in stand.shown() if "Paid:" in m.text] == [1]


async def test_f48_a_screen_that_cannot_be_read_goes_out_as_plain_text_in_a_new_message_too(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(
        mongod_uri, database_name, change=lambda p: replace(p, admins=ListedAdmins([]))
    ) as stand:
        payment = await stand.prompted()
        await stand.hear_unpaid(payment)
        await stand.all_told()
        stand.telegram.fault("sendMessage", "parse_error")
        await stand.hear(payment, K.QUERY_PAID)
        told = await stand.sees("arrived after all", "KES\u00a01,500")
        assert not told.entities
        await stand.all_told()
        assert len([m for m in stand.shown() if "arrived after all" in m.text]) == 1


async def test_f48_a_name_full_of_markup_is_shown_as_it_is(stand: Stand) -> None:
    stand.telegram.person(ASHA, "<b>_*[")
    await stand.says("/start", "Hello <b>_*[")


async def test_interim_news_that_is_overtaken_is_not_sent(stand: Stand) -> None:
    payment = await stand.opened()
    await stand.all_told()
    await stand.stop()
    edits = len([call for call in stand.telegram.calls if call.method == "editMessageText"])
    await stand.hear(payment, K.ENGINE_CLAIMED)
    payment = await stand.hear(payment, K.PUSH_ACCEPTED)
    await stand.hear(payment, K.DEADLINE_PASSED)
    await stand.hear(payment, K.QUERY_UNPAID)
    await stand.restart()
    await stand.sees("Not paid")
    await stand.all_told()
    since = [call for call in stand.telegram.calls if call.method == "editMessageText"][edits:]
    assert len(since) == 1
    skipped = [row for row in await rows(stand) if row.get("why")]
    assert sorted(str(row["event"]) for row in skipped) == ["prompted", "unclear"]
    assert {row["state"] for row in skipped} == {DeliveryState.SENT}


async def test_b5_a_burst_of_payments_is_told_at_the_cap_outcomes_first_each_once(
    mongod_uri: str, database_name: str
) -> None:
    """Three hundred payments; the figures are ten times Telegram's, so that it takes seconds."""
    pace = PaceLimits(per_second=100, burst=5, chat_per_second=10, chat_burst=2)
    limits = with_limits(pace=pace)
    async with standing(
        mongod_uri, database_name, change=lambda parts: replace(parts, limits=limits), started=False
    ) as stand:
        people = range(10_000, 10_300)
        for number in people:
            stand.telegram.person(number, f"Client {number}")
            state = State.PAID if number % 2 else State.QUEUED
            payment = _payment(number, state)
            await stand.store.payments.add(payment, on_entry(payment))
        while await stand.store.deliveries.collect((), utc_now()):
            pass
        clock = asyncio.get_running_loop()
        began = clock.time()
        await stand.start()
        await stand.all_told()
        took_s = clock.time() - began
        assert took_s >= (len(people) - pace.burst) / pace.per_second
        sends = [int(str(c.parameters["chat_id"])) for c in stand.telegram.calls if c.method == "sendMessage"]
        assert sorted(sends) == list(people)
        first_half = Counter(chat % 2 for chat in sends[:150])
        assert first_half[1] > 120


def _payment(number: int, state: State) -> Payment:
    now = utc_now()
    example = Payment(
        id=PaymentId(f"{number:016x}"),
        user_id=UserId(number),
        chat_id=ChatId(number),
        message_id=None,
        kind=FeeKind.CASE,
        title="Case fee",
        reference="HCCC/E1/2026",
        account_reference="HCCCE12026",
        amount_kes=1500,
        phone=Phone("254712345678"),
        retry_of=None,
        created_at=now,
        changed_at=now,
        state=state,
    )
    if state is not State.PAID:
        return example
    return replace(example, receipt=Receipt(f"UB{number}"), paid_kes=1500, paid_at=now)
