"""The way from /pay to a stored intent, as a client walks it."""

from __future__ import annotations

from payments.catalogue import FeeKind
from payments.payment import State
from payments.values import ChatId
from tests.bot.bot_stand import ASHA, BARAKA, MASKED, PHONE, Stand


async def test_a_client_pays_a_consultation_and_sees_the_receipt(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.hear_paid(payment)

    paid = await stand.sees("Paid: KES\u00a01,500", "UB47K2M9QX", "3 Nov 2026, 14:07", "First consultation")

    assert paid.message_id == (await stand.payment(payment.id)).message_id
    assert [button.text for button in paid.buttons] == ["Receipt (PDF)"]
    assert [m for m in stand.shown() if "consultation" in m.text.lower() and m.buttons] == [paid]


async def test_the_whole_payment_lives_in_one_message(stand: Stand) -> None:
    summary = await stand.at_summary()
    await stand.taps("Pay KES\u00a01,500", "Sending the request")
    payment = (await stand.payments())[0]
    assert payment.message_id == summary.message_id
    assert payment.id == (await stand.payment(payment.id)).id


async def test_case_document_and_court_fees_ask_for_reference_and_amount(stand: Stand) -> None:
    await stand.says("/pay", "What would you like to pay for?")
    await stand.taps("Case fee", "case number")
    await stand.says("HCCC/E123/2026", "How much", "HCCC/E123/2026")
    await stand.says("KES 2,500.00", "Which M-Pesa number")
    await stand.says("+254 712 345 678", "Please check", "KES\u00a02,500", MASKED)
    await stand.taps("Pay KES\u00a02,500", "Sending the request")

    payment = (await stand.payments())[0]
    assert (payment.kind, payment.reference, payment.amount_kes) == (FeeKind.CASE, "HCCC/E123/2026", 2_500)
    assert payment.state is State.QUEUED


async def test_a_double_tap_opens_one_payment(stand: Stand) -> None:
    summary = await stand.at_summary()
    data = summary.buttons[0].data
    assert data
    first = await stand.telegram.sends_callback(ASHA, data, message_id=summary.message_id)
    second = await stand.telegram.sends_callback(ASHA, data, message_id=summary.message_id)

    assert "Sending" in await stand.alerted(first)
    assert "already on its way" in await stand.alerted(second)
    assert len(await stand.payments()) == 1


async def test_an_update_delivered_twice_has_its_effects_once(stand: Stand) -> None:
    await stand.at_summary()
    await stand.taps("Pay KES\u00a01,500", "Sending the request")
    shown = len(stand.shown())
    for update in range(stand.telegram.last_update_id - 4, stand.telegram.last_update_id + 1):
        stand.telegram.repeat_update(update)
    await stand.says("/help", "M-Pesa asks for your PIN")

    assert len(await stand.payments()) == 1
    assert len(stand.shown()) == shown + 1


async def test_nonsense_at_any_step_gets_the_step_again(stand: Stand) -> None:
    await stand.says("/pay", "What would you like")
    asked = await stand.says("lots of money", "use the buttons", "What would you like to pay for?")
    assert asked.buttons
    await stand.taps("Court fee", "court case")
    await stand.says("!!!", "needs some letters", "court case")
    await stand.says("x" * 41, "too long")
    await stand.says("MCCC/E45/2026", "How much")
    await stand.says("a lot", "could not read that as an amount")
    await stand.says("10.50", "whole shillings")
    await stand.says("0", "smallest amount")
    await stand.says("250001", "at most KES 250,000")
    await stand.says("800", "Which M-Pesa number")
    await stand.says("+44 20 7946 0000", "Kenyan mobile number", "Which M-Pesa number")
    await stand.says(PHONE, "Please check", "KES\u00a0800")
    again = await stand.says("yes please", "use the buttons", "Please check")
    assert [button.text for button in again.buttons] == [
        "Pay KES\u00a0800",
        "Change number",
        "For somebody else",
        "Cancel",
    ]


async def test_only_the_newest_message_of_a_draft_has_buttons(stand: Stand) -> None:
    await stand.says("/pay", "What would you like")
    await stand.says("hello?", "use the buttons")
    await stand.all_told()
    assert [len(message.buttons) for message in stand.shown()] == [0, 5]


async def test_a_shared_contact_must_be_the_senders_own(stand: Stand) -> None:
    await stand.says("/pay", "What would you like")
    await stand.taps("Consultation", "Which consultation")
    await stand.taps("First consultation, 30 minutes · KES\u00a01,500", "Which M-Pesa number")
    await stand.telegram.shares_contact(ASHA, "254700000999", contact_user_id=BARAKA)
    await stand.sees("somebody else's contact", "Which M-Pesa number")
    await stand.telegram.shares_contact(ASHA, "254712345678")
    await stand.sees("Please check", MASKED)
    assert stand.telegram.chat(ASHA).reply_keyboard is None


async def test_a_foreign_number_is_explained_and_asked_again(stand: Stand) -> None:
    await stand.says("/pay", "What would you like")
    await stand.taps("Consultation", "Which consultation")
    await stand.taps("First consultation, 30 minutes · KES\u00a01,500", "Which M-Pesa number")
    await stand.telegram.shares_contact(ASHA, "+447700900123")
    await stand.sees("Kenyan numbers only", "Which M-Pesa number")


async def test_a_known_number_is_remembered_masked_and_can_be_changed(stand: Stand) -> None:
    await stand.opened()
    await stand.says("/pay", "What would you like")
    await stand.taps("Consultation", "Which consultation")
    await stand.taps("Consultation, one hour · KES\u00a03,000", "Please check", "KES\u00a03,000", MASKED)
    await stand.taps("Change number", "Which M-Pesa number", "KES\u00a03,000")
    await stand.says("0110 000 222", "Please check", "0110***222")


async def test_a_restart_in_mid_flow_loses_nothing(stand: Stand) -> None:
    await stand.says("/pay", "What would you like")
    await stand.taps("Case fee", "case number")
    await stand.says("HCCC 12", "How much")
    await stand.restart()
    await stand.says("1500", "Which M-Pesa number", "HCCC 12")
    await stand.restart()
    await stand.says(PHONE, "Please check", "HCCC 12", "KES\u00a01,500")


async def test_buttons_of_earlier_steps_and_of_others_change_nothing(stand: Stand) -> None:
    asked = await stand.says("/pay", "What would you like")
    kind = asked.button("Case fee")
    assert kind
    assert kind.data
    await stand.taps("Consultation", "Which consultation")
    stale = await stand.telegram.sends_callback(ASHA, kind.data, message_id=asked.message_id)
    assert "earlier step" in await stand.alerted(stale)

    theirs = await stand.says("/help", "M-Pesa asks", user=BARAKA)
    foreign = await stand.telegram.sends_callback(BARAKA, kind.data, message_id=theirs.message_id)
    assert "earlier step" in await stand.alerted(foreign)
    for garbage in ("", "d:", "p:zz:check", kind.data + "x", "x" * 64):
        query = await stand.telegram.sends_callback(ASHA, garbage, message_id=asked.message_id)
        assert await stand.alerted(query)

    draft = await stand.store.drafts.of_chat(ChatId(ASHA))
    assert draft is not None
    assert draft.kind is FeeKind.CONSULTATION
    assert await stand.payments(BARAKA) == []


async def test_cancel_works_at_every_step(stand: Stand) -> None:
    await stand.says("/cancel", "nothing to cancel")
    await stand.says("/pay", "What would you like")
    await stand.says("/cancel", "Nothing will be paid")
    await stand.at_summary()
    await stand.taps("Cancel", "Nothing will be paid")
    await stand.says("/pay", "What would you like")
    await stand.taps("Consultation", "Which consultation")
    await stand.taps("First consultation, 30 minutes · KES\u00a01,500", "Which M-Pesa number")
    await stand.says("Cancel", "Nothing will be paid")
    assert stand.telegram.chat(ASHA).reply_keyboard is None
    assert await stand.payments() == []
