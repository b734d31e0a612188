"""What people are told as a payment goes on, and that it arrives in spite of Telegram's troubles."""

from __future__ import annotations

import pytest

from payments.payment import State
from payments.reasons import Reason
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, MASKED, K, Stand


async def test_the_prompt_screen_tells_when_it_ends_and_offers_to_check(stand: Stand) -> None:
    await stand.prompted()
    shown = await stand.sees("Check your phone", MASKED, "never ask for it in chat", "The request ends at")
    assert [button.text for button in shown.buttons] == ["I have paid: check"]
    assert any(entity["type"] == "date_time" for entity in shown.entities)


async def test_an_unpaid_payment_tells_why_and_one_more_tap_pays_again(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.hear_unpaid(payment, Reason.LOW_BALANCE)
    await stand.sees("Not paid", "not enough money", "Top it up")

    summary = await stand.taps("Try again", "Please check before you pay", MASKED)
    await stand.taps("Pay KES\u00a01,500", "Sending the request")

    newest = (await stand.payments())[0]
    assert (newest.retry_of, newest.state) == (payment.id, State.QUEUED)
    assert newest.message_id == summary.message_id
    old = await stand.telegram.taps(ASHA, f"p:{payment.id}:again")
    assert "already tried" in await stand.alerted(old)


async def test_another_number_is_asked_for_when_trying_again(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.hear_unpaid(payment, Reason.UNREACHABLE)
    await stand.sees("could not be reached")
    await stand.taps("Use another number", "Which M-Pesa number")
    await stand.says("0110000222", "Please check", "0110***222")


async def test_trying_again_is_refused_while_the_outcome_is_unknown(stand: Stand) -> None:
    payment = await stand.prompted()
    shown = await stand.sees("Check your phone")
    query = await stand.telegram.sends_callback(ASHA, f"p:{payment.id}:again", message_id=shown.message_id)
    assert "paid twice" in await stand.alerted(query)
    await stand.hear(payment, K.DEADLINE_PASSED)
    unclear = await stand.sees("do not know yet", "do not pay again yet")
    assert [button.text for button in unclear.buttons] == ["I have paid: check"]


async def test_a_payment_in_review_may_be_paid_again_with_a_caution(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.hear(payment, K.CALLBACK_MISMATCH, amount_kes=15)
    await stand.sees("Our office has been told", "may still count")
    told = await stand.sees("needs a person", payment.id, MASKED, "KES\u00a01,500", user=ADMIN)
    assert "712345678" not in told.text
    await stand.taps("Pay again", "Please check", "the extra one is refunded")


async def test_check_asks_safaricom_once_and_then_asks_for_patience(stand: Stand) -> None:
    payment = await stand.prompted()
    assert "Asking Safaricom" in await stand.alerted(await stand.telegram.taps(ASHA, "I have paid: check"))
    assert (await stand.payment(payment.id)).ask_wanted
    await stand.hear(payment, K.QUERY_PENDING)
    await stand.sees("Safaricom asked at", "no answer yet")
    again = await stand.telegram.taps(ASHA, "I have paid: check")
    assert "a moment ago" in await stand.alerted(again)


async def test_somebody_elses_payment_cannot_be_touched(stand: Stand) -> None:
    payment = await stand.opened()
    theirs = await stand.says("/start", "Hello Baraka", user=BARAKA)
    for action in ("check", "again", "other", "cancel"):
        data = f"p:{payment.id}:{action}"
        query = await stand.telegram.sends_callback(BARAKA, data, message_id=theirs.message_id)
        assert "earlier step" in await stand.alerted(query)
    assert (await stand.payment(payment.id)).state is State.QUEUED


async def test_cancelling_works_until_the_request_is_sent(stand: Stand) -> None:
    first = await stand.opened()
    assert "Nothing was sent" in await stand.alerted(await stand.telegram.taps(ASHA, f"p:{first.id}:cancel"))
    await stand.sees("Not paid", "You cancelled")
    await stand.all_told()
    second = await stand.prompted()
    await stand.says("/cancel", "choose Cancel where your phone asks")
    assert (await stand.payment(second.id)).state is State.PROMPTED


async def test_a_late_success_is_told_in_a_message_of_its_own_and_to_the_admins(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.hear_unpaid(payment)
    old = await stand.sees("Not paid")
    await stand.hear(payment, K.QUERY_PAID)
    new = await stand.sees("arrived after all", "not reached us yet")
    assert new.message_id > old.message_id
    await stand.all_told()
    assert not _now(stand, old).buttons
    assert (await stand.payment(payment.id)).message_id == new.message_id
    await stand.sees("arrived late", user=ADMIN)
    await stand.hear_paid(payment)
    receipt = await stand.sees("arrived after all", "UB47K2M9QX")
    assert receipt.message_id == new.message_id


async def test_status_shows_an_open_payment_afresh_and_has_safaricom_asked(stand: Stand) -> None:
    payment = await stand.prompted()
    old = await stand.sees("Check your phone")
    new = await stand.says("/status", "Check your phone")
    await stand.all_told()
    assert not _now(stand, old).buttons
    fresh = await stand.payment(payment.id)
    assert (fresh.message_id, fresh.ask_wanted) == (new.message_id, True)
    await stand.hear_paid(payment)
    assert (await stand.sees("Paid: KES\u00a01,500")).message_id == new.message_id
    await stand.says("/status", "Your latest payments", "UB47K2M9QX")


@pytest.mark.parametrize("kind", ["not_modified", "bad_gateway_html", "reset", "reset_after", "ok_html"])
async def test_news_arrives_through_telegrams_troubles(stand: Stand, kind: str) -> None:
    payment = await stand.prompted()
    stand.telegram.fault("editMessageText", kind, times=2)
    await stand.hear_paid(payment)
    if kind == "not_modified":
        await stand.all_told()
    else:
        await stand.sees("Paid: KES\u00a01,500")


async def test_a_flood_limit_holds_back_its_own_chat_alone(stand: Stand) -> None:
    mine, theirs = await stand.prompted(ASHA), await stand.prompted(BARAKA)
    await stand.all_told()
    stand.telegram.fault("editMessageText", "too_many", retry_after_s=1)
    await stand.hear_paid(mine)
    await stand.telegram.wait_for_call("editMessageText", lambda call: call.status == 429)
    await stand.hear_paid(theirs, "UB47K2M9QY")
    await stand.sees("UB47K2M9QY", user=BARAKA)
    assert not [message for message in stand.shown(ASHA) if "UB47K2M9QX" in message.text]
    await stand.sees("UB47K2M9QX")


async def test_a_message_that_is_gone_is_sent_anew(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.all_told()
    old = await stand.sees("Check your phone")
    old.deleted = True
    await stand.hear_paid(payment)
    new = await stand.sees("Paid: KES\u00a01,500")
    assert new.message_id > old.message_id
    await stand.all_told()
    assert (await stand.payment(payment.id)).message_id == new.message_id


async def test_news_for_somebody_who_blocked_the_bot_is_parked_and_the_payment_unharmed(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.all_told()
    await stand.telegram.blocks(ASHA)
    await stand.hear_paid(payment)
    await stand.all_told()
    assert (await stand.payment(payment.id)).state is State.PAID
    await stand.says("/help", "M-Pesa asks", user=BARAKA)


async def test_a_screen_that_telegram_cannot_read_goes_out_as_plain_text(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    payment = await stand.prompted()
    await stand.all_told()
    stand.telegram.fault("editMessageText", "parse_error")
    await stand.hear_paid(payment)
    shown = await stand.sees("Paid: KES\u00a01,500", "UB47K2M9QX")
    assert "<b>" not in shown.text
    assert "screen_unreadable" in caplog.messages


async def test_a_new_message_that_may_have_arrived_is_repeated_once_and_says_so(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.hear_unpaid(payment)
    await stand.sees("Not paid")
    await stand.all_told()
    stand.telegram.fault("sendMessage", "reset_after", times=1)
    await stand.hear(payment, K.QUERY_PAID)
    await stand.all_told()
    told = [message.text for message in stand.shown() if "arrived after all" in message.text]
    admins = [message.text for message in stand.shown(ADMIN) if "arrived late" in message.text]
    both = told + admins
    assert len(both) == 3
    assert sum("(repeat)" in text for text in both) == 1


def _now(stand: Stand, message: Message) -> Message:
    found = stand.telegram.chat(message.chat_id).message(message.message_id)
    assert found is not None
    return found
