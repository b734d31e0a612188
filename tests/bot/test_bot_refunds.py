"""/refund in the chat: what the office types and taps on the way to a request, and who gets nowhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest_asyncio

from payments.audit import Actor, AuditKind
from payments.evidence import EvidenceKind
from payments.refunds.reasons import Why
from payments.refunds.refund import Approval, RefundState
from payments.values import ChatId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA
from tests.bot.refund_stand import PARTNER, RECEIPT, RefundStand, refund_standing

S = RefundState
NASTY = "<b>_*["
HALF_A_THOUSAND = "KES\u00a0500"
ASK = "Ask for this refund"


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str) -> AsyncIterator[RefundStand]:
    async with refund_standing(mongod_uri, database_name) as standing:
        yield standing


@pytest_asyncio.fixture
async def alone(mongod_uri: str, database_name: str) -> AsyncIterator[RefundStand]:
    """An office of one."""
    async with refund_standing(mongod_uri, database_name, admins=(ADMIN,)) as standing:
        yield standing


# From a payment's notice.


async def test_the_notice_of_a_payment_that_came_late_offers_to_give_it_back(desk: RefundStand) -> None:
    payment = await desk.stand.hear_unpaid(await desk.stand.prompted())
    await desk.stand.sees("Not paid")
    late = await desk.stand.hear_paid(payment)
    await desk.stand.hear(late, EvidenceKind.QUERY_PAID)
    notice = await desk.sees("arrived late")
    assert [button.text for button in notice.buttons] == ["Refund"]
    await desk.taps("Refund", "How much goes back", RECEIPT)
    assert await desk.presses(notice.buttons[0].data or "", notice) == (
        "You have pressed this button already."
    )
    others = await desk.sees("arrived late", user=PARTNER)
    assert others.buttons[0].data != notice.buttons[0].data


# What stands behind /refund.


async def test_refund_alone_tells_how_it_is_typed(desk: RefundStand) -> None:
    told = await desk.says("/refund", "Please type the M-Pesa receipt")
    assert "/refund UB47K2M9QX 500 paid twice" in told.text


async def test_a_receipt_that_nobody_knows_is_said_to_be_unknown(desk: RefundStand) -> None:
    await desk.paid()
    for typed in (
        "ZZ99999999",
        "0011223344556677",
        '{"$ne":null}',
        f"{RECEIPT}\u202e",
        NASTY,
        "1 2",
        "x" * 500,
    ):
        await desk.says(f"/refund {typed}", "There is no payment with that receipt or id")
    assert await desk.stand.store.refund_drafts.of_chat(ChatId(ADMIN)) is None


async def test_a_payment_is_found_by_its_receipt_in_any_case_and_by_its_id(desk: RefundStand) -> None:
    payment = await desk.paid()
    for name in (RECEIPT.lower(), payment.id, payment.id.upper()):
        await desk.says(f"/refund {name} 500", "Why does it go back?")


async def test_a_payment_that_is_not_paid_has_nothing_to_give_back(desk: RefundStand) -> None:
    payment = await desk.stand.opened()
    await desk.says(f"/refund {payment.id}", "is not paid, so nothing of it can go back")


async def test_an_amount_typed_wrongly_is_asked_for_again_with_what_is_left(desk: RefundStand) -> None:
    await desk.paid()
    await desk.says(f"/refund {RECEIPT}", "How much goes back", "KES\u00a01,500")
    await desk.says("lots", "could not read that as an amount", "How much goes back")
    await desk.says("12.50", "whole shillings only", "How much goes back")
    await desk.says("1501", "more than is left of it: KES\u00a01,500", "How much goes back")
    await desk.says("9", "M-Pesa pays out KES 10 or more", "How much goes back")
    await desk.says("500", "Why does it go back?", HALF_A_THOUSAND)


async def test_an_amount_wrong_behind_the_command_is_asked_for_again(desk: RefundStand) -> None:
    await desk.paid()
    await desk.says(f"/refund {RECEIPT} 12.50", "whole shillings only", "How much goes back")
    await desk.says(f"/refund {RECEIPT} 2000", "more than is left", "How much goes back")


async def test_all_that_is_left_is_one_tap(desk: RefundStand) -> None:
    payment = await desk.paid()
    await desk.asked(payment, 400)
    await desk.says(f"/refund {RECEIPT}", "Left to give back: KES\u00a01,100")
    await desk.taps("All that is left: KES\u00a01,100", "Why does it go back?")


async def test_nothing_is_left_once_everything_is_asked_for(desk: RefundStand) -> None:
    payment = await desk.paid()
    await desk.asked(payment, 1_500)
    await desk.says(f"/refund {RECEIPT} 500", "Nothing is left of it")


# The reason.


async def test_a_reason_is_tapped(desk: RefundStand) -> None:
    payment = await desk.paid()
    await desk.at_summary()
    await desk.taps(ASK, "Asked for.")
    (refund,) = await desk.refunds(payment)
    assert (refund.why, refund.remark, refund.amount_kes) == (Why.PAID_TWICE, "", 500)
    assert (refund.requested_by, refund.requested_by_name) == (ADMIN, "Wanjiru")


async def test_a_reason_is_typed_in_words_and_one_of_the_list_is_known_by_its_name(desk: RefundStand) -> None:
    payment = await desk.paid()
    await desk.says(f"/refund {RECEIPT} 500", "Why does it go back?")
    await desk.says("the hearing fell through", "Please check", "Reason: the hearing fell through")
    await desk.taps(ASK, "Asked for.")
    await desk.says(f"/refund {RECEIPT} 300 PAID  twice", "Please check", "Reason: Paid twice")
    await desk.taps(ASK, "Asked for.")
    refunds = await desk.refunds(payment)
    assert [(each.why, each.remark) for each in refunds] == [
        (Why.OTHER, "the hearing fell through"),
        (Why.PAID_TWICE, ""),
    ]


async def test_something_else_asks_what(desk: RefundStand) -> None:
    await desk.paid()
    await desk.says(f"/refund {RECEIPT} 500", "Why does it go back?")
    await desk.taps("Something else", "type the reason in a few words")
    await desk.says("a kindness", "Please check", "Reason: a kindness")


async def test_a_number_in_a_reason_is_neither_kept_nor_shown(desk: RefundStand) -> None:
    payment = await desk.paid()
    await desk.at_summary()
    await desk.says("call 0712 345 678 first", "Please check", "Paid twice: call [number] first")
    await desk.taps(ASK, "Asked for.")
    assert "345" not in (await desk.refunds(payment))[0].remark


async def test_f48_hostile_names_and_reasons_are_shown_as_they_are_written(desk: RefundStand) -> None:
    await desk.stand.says("/start", "Hello Asha")
    for person in (ASHA, ADMIN):
        desk.stand.telegram.person(person, NASTY)
    await desk.stand.says("/start", f"Hello {NASTY}")
    await desk.paid()
    summary = await desk.says(f"/refund {RECEIPT} 500 {NASTY} & </b>", "Please check")
    assert f"To: {NASTY} 0712***678" in summary.text
    assert f"Reason: {NASTY} & </b>" in summary.text
    await desk.taps(ASK, "Asked for.")
    card = await desk.sees("waits to be allowed", user=PARTNER)
    assert f"Asked for by {NASTY} at" in card.text
    assert f"Reason: {NASTY} & </b>" in card.text


# Asking.


async def test_f29_a_double_tap_on_ask_is_one_refund_and_the_second_hears_already(desk: RefundStand) -> None:
    payment = await desk.paid()
    summary = await desk.at_summary()
    ask = summary.button(ASK)
    assert ask is not None
    assert ask.data is not None
    await desk.taps(ASK, "Asked for.")
    assert "asked for this refund already" in await desk.presses(ask.data, summary)
    assert len(await desk.refunds(payment)) == 1
    assert await desk.held_kes(payment) == 500


async def test_f49_the_update_of_the_tap_delivered_twice_is_one_refund(desk: RefundStand) -> None:
    payment = await desk.paid()
    await desk.at_summary()
    await desk.taps(ASK, "Asked for.")
    desk.stand.telegram.repeat_update(desk.stand.telegram.last_update_id)
    await desk.at_rest()
    assert len(await desk.refunds(payment)) == 1


async def test_f30_a_refund_that_no_longer_fits_when_it_is_asked_for_asks_for_another_amount(
    desk: RefundStand,
) -> None:
    payment = await desk.paid()
    await desk.at_summary("1200")
    await desk.asked(payment, 500, by=PARTNER)
    await desk.taps(ASK, "more than is left of it: KES\u00a01,000", "How much goes back")
    assert await desk.held_kes(payment) == 500


async def test_cancel_forgets_it_and_nothing_is_held(desk: RefundStand) -> None:
    payment = await desk.paid()
    await desk.at_summary()
    await desk.taps("Cancel", "Nothing goes back")
    await desk.at_summary()
    await desk.says("/cancel", "Nothing goes back")
    assert await desk.refunds(payment) == []
    assert await desk.held_kes(payment) == 0


async def test_a_button_of_an_earlier_refund_does_nothing(desk: RefundStand) -> None:
    payment = await desk.paid()
    old = await desk.at_summary()
    ask = old.button(ASK)
    assert ask is not None
    await desk.at_summary("300")
    assert "earlier step" in await desk.presses(str(ask.data), old)
    assert await desk.refunds(payment) == []


# The only admin.


async def test_i12_the_only_admin_types_the_end_of_the_receipt_and_may_stop_it(alone: RefundStand) -> None:
    payment = await alone.paid()
    await alone.says(f"/refund {RECEIPT} 500 goodwill", "last four characters of UB47K2M9QX", "10 minutes")
    await alone.says("M9Q", "not the last four characters")
    await alone.says("m9qx", "Please check", "It goes out after 10 minutes")
    await alone.taps("Give it back", "Asked for.")
    (refund,) = await alone.refunds(payment)
    assert (refund.approval, refund.state) == (Approval.ALONE, S.APPROVED)
    await alone.sees("Goes out at", "unless it is stopped")
    assert await alone.hears_back("Stop") == "Stopped. Nothing was sent."
    assert await alone.held_kes(payment) == 0


# Who gets nowhere.


async def test_i19_a_client_who_types_an_offices_command_is_refused_and_reported(desk: RefundStand) -> None:
    payment = await desk.paid()
    commands = ("/refund", f"/refund {RECEIPT} 500", "/refunds", "/balance")
    for command in commands:
        await desk.says(command, "That is for our office only.", user=ASHA)
    told = [(event.kind, event.actor, event.who) for event in desk.noted.events]
    assert told == [(AuditKind.COMMAND_REFUSED, Actor.USER, str(ASHA))] * len(commands)
    assert await desk.refunds(payment) == []
    assert desk.pokes == []


async def test_i19_a_client_is_not_offered_the_offices_commands(desk: RefundStand) -> None:
    await desk.says("/start", "Hello Asha", user=ASHA)
    await desk.says("/start", "Hello Wanjiru")
    names = {str(command["command"]) for command in desk.stand.telegram.commands_for(ASHA)}
    office = {str(command["command"]) for command in desk.stand.telegram.commands_for(ADMIN)}
    assert office - names == {
        "admins", "analytics", "answer", "audit", "balance", "bill", "bills", "board", "export", "fees",
        "maintenance", "payments", "refund", "refunds", "resolve",
    }  # fmt: skip


async def test_i19_the_buttons_of_a_refund_in_the_making_are_its_admins_alone(desk: RefundStand) -> None:
    payment = await desk.paid()
    ask = (await desk.at_summary()).button(ASK)
    assert ask is not None
    for stranger, words, kind in (
        (PARTNER, "earlier step", AuditKind.BUTTON_REFUSED),
        (BARAKA, "office only", AuditKind.COMMAND_REFUSED),
    ):
        theirs = await desk.says("/help", "", user=stranger)
        assert words in await desk.presses(str(ask.data), theirs, user=stranger)
        event = desk.noted.events[-1]
        assert (event.kind, event.who, event.subject) == (kind, str(stranger), str(ask.data)[2:18])
    assert await desk.refunds(payment) == []
    await desk.taps(ASK, "Asked for.")


async def test_i19_an_admin_removed_in_the_middle_gets_no_further_by_typing_or_tapping(
    desk: RefundStand,
) -> None:
    payment = await desk.paid()
    await desk.at_summary()
    desk.remove(ADMIN)
    assert "office only" in await desk.hears_back(ASK)
    await desk.says("a note", "That is for our office only.")
    assert {event.kind for event in desk.noted.events} == {AuditKind.COMMAND_REFUSED}
    assert await desk.stand.store.refund_drafts.of_chat(ChatId(ADMIN)) is None
    assert await desk.refunds(payment) == []


async def test_i19_commands_in_groups_are_refused_even_to_the_office(desk: RefundStand) -> None:
    payment = await desk.paid()
    commands = (f"/refund {RECEIPT} 500", "/refunds", "/balance")
    for number, command in enumerate(commands, start=1):
        await desk.stand.bot.door.accept(json.dumps(_in_a_group(command, number)))
    await desk.at_rest()
    calls = [call for call in desk.stand.telegram.calls if call.method == "sendMessage"]
    sent = [call for call in calls if str(call.parameters["chat_id"]) in {"-100", str(ADMIN)}]
    assert [str(call.parameters["chat_id"]) for call in sent] == ["-100"] * len(commands)
    assert all("a private matter" in str(call.parameters["text"]) for call in sent)
    assert await desk.refunds(payment) == []
    assert await desk.stand.store.refund_drafts.of_chat(ChatId(ADMIN)) is None
    assert desk.pokes == []


def _in_a_group(command: str, number: int) -> dict[str, object]:
    message = {
        "message_id": number,
        "date": 1,
        "chat": {"id": -100, "type": "group", "title": "Chambers"},
        "from": {"id": ADMIN, "is_bot": False, "first_name": "Wanjiru"},
        "text": command,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(command.split(maxsplit=1)[0])}],
    }
    return {"update_id": number, "message": message}


async def test_the_balance_is_asked_once_for_each_time_it_is_wanted(desk: RefundStand) -> None:
    await desk.says("/balance", "Asking Safaricom for the balance")
    desk.stand.telegram.repeat_update(desk.stand.telegram.last_update_id)
    await desk.at_rest()
    assert await desk.stand.store.balances._shelf.rows.count_documents({}) == 1
    assert desk.pokes
