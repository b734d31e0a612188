"""A refund's cards in the office: who may press what, once, and what everybody sees when it is decided."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from payments.audit import AuditKind
from payments.refunds.evidence import Word
from payments.refunds.refund import Refund, RefundState
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA
from tests.bot.refund_stand import PARTNER, SENT, THIRD, RefundStand, refund_standing

S = RefundState


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str) -> AsyncIterator[RefundStand]:
    async with refund_standing(mongod_uri, database_name) as standing:
        yield standing


async def waiting(desk: RefundStand, *admins: int) -> Refund:
    """A request whose card is there to see for all of them."""
    refund = await desk.asked(await desk.paid())
    for admin in admins or (ADMIN, PARTNER):
        await desk.sees("waits to be allowed", user=admin)
    await desk.at_rest()
    return refund


async def under_review(desk: RefundStand) -> Refund:
    refund = await desk.hear(await waiting(desk), *SENT, Word.RESULT_MISMATCH)
    for admin in (ADMIN, PARTNER):
        await desk.sees("needs a person", user=admin)
    await desk.at_rest()
    return refund


def labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


def data_of(message: Message, label: str) -> str:
    button = message.button(label)
    assert button is not None
    return str(button.data)


# Deciding.


async def test_i12_whoever_asked_may_only_take_it_back_and_another_may_allow_it(desk: RefundStand) -> None:
    refund = await waiting(desk)
    assert labels(await desk.sees("waits to be allowed")) == ["Take it back"]
    assert labels(await desk.sees("waits to be allowed", user=PARTNER)) == ["Allow", "Reject"]
    assert await desk.hears_back("Take it back") == "Stopped. Nothing was sent."
    assert (await desk.service.get(refund.id)).state is S.REJECTED


async def test_cards_change_for_everybody_when_it_is_decided_and_no_message_is_added(
    desk: RefundStand,
) -> None:
    refund = await waiting(desk)
    before = {admin: len(desk.stand.shown(admin)) for admin in (ADMIN, PARTNER)}
    assert await desk.hears_back("Allow", PARTNER) == "Allowed."
    for admin in (ADMIN, PARTNER):
        card = await desk.sees("allowed, about to be sent", "Allowed by Otieno at", user=admin)
        assert labels(card) == ["Stop"]
        assert len(desk.stand.shown(admin)) == before[admin]
    assert (await desk.service.get(refund.id)).approved_by == PARTNER


async def test_a_refund_that_is_settled_has_no_buttons_left(desk: RefundStand) -> None:
    refund = await desk.hear(await waiting(desk), *SENT)
    for admin in (ADMIN, PARTNER):
        assert labels(await desk.sees("on the way: Safaricom has it", user=admin)) == ["Check now"]
    await desk.hear(refund, Word.RESULT_FAILED)
    for admin in (ADMIN, PARTNER):
        assert labels(await desk.sees("did not go out; the money is free again", user=admin)) == []


async def test_f29_the_second_of_two_who_allow_it_hears_that_it_was_decided(
    mongod_uri: str, database_name: str
) -> None:
    async with refund_standing(mongod_uri, database_name, admins=(ADMIN, PARTNER, THIRD)) as desk:
        refund = await waiting(desk, ADMIN, PARTNER, THIRD)
        card = await desk.sees("waits to be allowed", user=THIRD)
        allow = data_of(card, "Allow")
        assert await desk.hears_back("Allow", PARTNER) == "Allowed."
        await desk.at_rest()
        late = await desk.presses(allow, card, user=THIRD)
        assert late == "That was decided already: allowed, about to be sent."
        assert (await desk.service.get(refund.id)).approved_by == PARTNER


async def test_f29_a_double_tap_on_allow_counts_once(desk: RefundStand) -> None:
    refund = await waiting(desk)
    card = await desk.sees("waits to be allowed", user=PARTNER)
    allow = data_of(card, "Allow")
    assert await desk.presses(allow, card, user=PARTNER) == "Allowed."
    assert await desk.presses(allow, card, user=PARTNER) == "You have pressed this button already."
    assert len((await desk.service.get(refund.id)).history) == 1
    assert desk.noted.events[-1].kind is AuditKind.BUTTON_REFUSED


async def test_it_is_too_late_to_stop_what_may_be_under_way(desk: RefundStand) -> None:
    refund = await desk.hear(await waiting(desk), Word.ADMIN_APPROVED)
    card = await desk.sees("allowed, about to be sent", user=PARTNER)
    stop = data_of(card, "Stop")
    await desk.hear(refund, Word.ENGINE_CLAIMED)
    assert "too late to stop it" in await desk.presses(stop, card, user=PARTNER)
    assert (await desk.service.get(refund.id)).state is S.SENDING


# Buttons that are worth nothing.


async def test_i19_a_button_of_another_admin_is_refused_reported_and_still_theirs(desk: RefundStand) -> None:
    refund = await waiting(desk)
    theirs = await desk.sees("waits to be allowed", user=PARTNER)
    mine = await desk.sees("waits to be allowed")
    allow = data_of(theirs, "Allow")
    assert "does nothing here" in await desk.presses(allow, mine, user=ADMIN)
    event = desk.noted.events[-1]
    assert (event.kind, event.who, event.subject) == (AuditKind.BUTTON_REFUSED, str(ADMIN), allow[2:])
    assert (await desk.service.get(refund.id)).state is S.REQUESTED
    assert await desk.presses(allow, theirs, user=PARTNER) == "Allowed."


async def test_i19_a_client_who_presses_an_offices_button_is_told_nothing(desk: RefundStand) -> None:
    refund = await waiting(desk)
    allow = data_of(await desk.sees("waits to be allowed", user=PARTNER), "Allow")
    own = await desk.says("/start", "Hello Asha", user=ASHA)
    made_up = await desk.presses(f"r:{'0' * 16}", own, user=ASHA)
    assert await desk.presses(allow, own, user=ASHA) == made_up
    assert {event.kind for event in desk.noted.events} == {AuditKind.BUTTON_REFUSED}
    assert (await desk.service.get(refund.id)).state is S.REQUESTED


async def test_i19_a_button_under_a_message_in_a_group_is_refused(desk: RefundStand) -> None:
    refund = await waiting(desk)
    query = {
        "id": "77",
        "from": {"id": PARTNER, "is_bot": False, "first_name": "Otieno"},
        "chat_instance": "1",
        "data": data_of(await desk.sees("waits to be allowed", user=PARTNER), "Allow"),
        "message": {"message_id": 5, "date": 1, "chat": {"id": -100, "type": "group", "title": "Chambers"}},
    }
    await desk.stand.bot.door.accept(json.dumps({"update_id": 1, "callback_query": query}))
    await desk.at_rest()
    assert (await desk.service.get(refund.id)).state is S.REQUESTED
    assert await desk.hears_back("Allow", PARTNER) == "Allowed."


async def test_f51_a_button_that_is_too_old_says_so_and_where_fresh_ones_are(desk: RefundStand) -> None:
    refund = await waiting(desk)
    desk.clock.ahead = timedelta(hours=73)
    assert "too old" in await desk.hears_back("Allow", PARTNER)
    assert (await desk.service.get(refund.id)).state is S.REQUESTED
    await desk.says("/refunds", "waits to be allowed", user=PARTNER)
    assert await desk.hears_back("Allow", PARTNER) == "Allowed."


async def test_f31_an_admin_removed_before_the_tap_is_refused_and_reported(desk: RefundStand) -> None:
    refund = await waiting(desk)
    desk.remove(PARTNER)
    assert await desk.hears_back("Allow", PARTNER) == "That is for our office only."
    event = desk.noted.events[-1]
    assert (event.kind, event.who, event.subject) == (
        AuditKind.COMMAND_REFUSED,
        str(PARTNER),
        refund.id,
    )
    assert (await desk.service.get(refund.id)).state is S.REQUESTED


async def test_f31_what_a_removed_admin_asked_for_can_only_be_rejected(desk: RefundStand) -> None:
    refund = await waiting(desk)
    desk.remove(ADMIN)
    assert "is no admin any more, so it cannot be allowed" in await desk.hears_back("Allow", PARTNER)
    assert (await desk.service.get(refund.id)).state is S.REQUESTED
    assert await desk.hears_back("Reject", PARTNER) == "Stopped. Nothing was sent."
    assert (await desk.service.get(refund.id)).state is S.REJECTED


# Asking Safaricom, and settling by hand.


async def test_check_now_asks_safaricom_and_shows_a_fresh_button(desk: RefundStand) -> None:
    refund = await desk.hear(await waiting(desk), *SENT)
    await desk.sees("on the way", user=PARTNER)
    await desk.at_rest()
    assert await desk.hears_back("Check now", PARTNER) == "Asking Safaricom…"
    assert (await desk.service.get(refund.id)).ask_wanted
    await desk.hear(refund, Word.STATUS_ASKED)
    await desk.at_rest()
    assert "asked a moment ago" in await desk.hears_back("Check now", PARTNER)


async def test_a_person_who_settles_it_is_asked_twice_and_may_go_back(desk: RefundStand) -> None:
    refund = await under_review(desk)
    asked = await desk.taps("It was paid", "Have you looked at the firm's M-Pesa statement?", user=PARTNER)
    assert labels(asked) == ["Yes, it was paid", "Back"]
    assert (await desk.service.get(refund.id)).state is S.REVIEW
    back = await desk.taps("Back", "needs a person", user=PARTNER)
    assert labels(back) == ["It was paid", "It was not paid", "Check now"]
    assert "Have you looked" not in back.text
    assert (await desk.service.get(refund.id)).state is S.REVIEW


async def test_a_persons_yes_settles_it_in_their_name(desk: RefundStand) -> None:
    refund = await under_review(desk)
    await desk.taps("It was paid", "Have you looked", user=PARTNER)
    assert await desk.hears_back("Yes, it was paid", PARTNER) == "Noted."
    settled = await desk.service.get(refund.id)
    assert (settled.state, settled.history[-1].by) == (S.PAID_OUT, PARTNER)
    assert "statement" in settled.history[-1].note
    await desk.sees("arrived", user=ADMIN)


async def test_i14_a_persons_no_frees_the_money(desk: RefundStand) -> None:
    refund = await under_review(desk)
    payment = await desk.stand.payment(refund.payment_id)
    assert await desk.held_kes(payment) == 500
    await desk.taps("It was not paid", "Have you looked", user=PARTNER)
    assert await desk.hears_back("Yes, it was not paid", PARTNER) == "Noted."
    assert (await desk.service.get(refund.id)).state is S.FAILED
    assert await desk.held_kes(payment) == 0


async def test_the_second_of_two_who_settle_it_hears_how_it_stands(desk: RefundStand) -> None:
    refund = await under_review(desk)
    card = await desk.taps("It was not paid", "Have you looked", user=PARTNER)
    await desk.taps("It was paid", "Have you looked")
    assert await desk.hears_back("Yes, it was paid") == "Noted."
    late = await desk.presses(data_of(card, "Yes, it was not paid"), card, user=PARTNER)
    assert late.startswith("That was decided already: arrived")
    assert (await desk.service.get(refund.id)).state is S.PAID_OUT


# What hangs.


async def test_with_nothing_to_do_refunds_says_so(desk: RefundStand) -> None:
    await desk.says("/refunds", "No refund waits, is on the way, or needs a look.")


async def test_refunds_shows_five_cards_at_most_and_counts_the_rest(desk: RefundStand) -> None:
    payment = await desk.paid()
    refunds = [await desk.asked(payment, 100) for _ in range(7)]
    await desk.hear(refunds[5], *SENT)
    await desk.hear(refunds[6], *SENT, Word.RESULT_MISMATCH)
    await desk.at_rest()
    last = desk.stand.last_id(PARTNER)
    await desk.says("/refunds", "To be allowed: 5", "On the way: 1", "To be looked at: 1", user=PARTNER)
    await desk.at_rest()
    new = [message for message in desk.stand.shown(PARTNER) if message.message_id > last]
    assert "2 more are not" in new[0].text
    assert len(new) == 6
    assert "needs a person" in new[1].text
    assert all("waits to be allowed" in card.text for card in new[2:])


async def test_a_card_shown_anew_is_the_one_that_lives_and_the_old_one_says_so(desk: RefundStand) -> None:
    await waiting(desk)
    old = await desk.sees("waits to be allowed", user=PARTNER)
    await desk.says("/refunds", "waits to be allowed", user=PARTNER)
    left = await desk.sees("goes on further down", user=PARTNER)
    assert (left.message_id, labels(left)) == (old.message_id, [])
    await desk.taps("Allow", "allowed, about to be sent", user=PARTNER)
    await desk.at_rest()
    assert "waits to be allowed" in old.text
