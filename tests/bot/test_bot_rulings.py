"""/resolve: what two of the office agree on becomes the truth of a payment under review, and no less."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from bot.parts import BotParts
from payments.audit import AuditKind
from payments.payment import Payment, State
from payments.rulings.ruling import Outcome, RulingState
from payments.values import PaymentId, Receipt
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, K, Stand, standing
from tests.bot.bot_watch import Noted
from tests.payments.listed import ListedAdmins

PARTNER, THIRD = 901, 902
CLAIMED = Receipt("UB47K2M9QX")


def office_of(*ids: int) -> Callable[[BotParts], BotParts]:
    def change(parts: BotParts) -> BotParts:
        admins = ListedAdmins(ids)
        return replace(parts, admins=admins, rulings=replace(parts.rulings, admins=admins))

    return change


@dataclass(slots=True)
class Desk:
    stand: Stand
    noted: Noted
    payment: Payment

    async def state(self) -> State:
        return (await self.stand.payment(self.payment.id)).state

    async def proposes(self, words: str, user: int = ADMIN) -> str:
        """Say it, and wait until the office was told of it; the ruling's id."""
        await self.stand.says(f"/resolve {self.payment.id} {words}", "waits for your word", user=user)
        for other in (ADMIN, PARTNER):
            await self.stand.sees("waits for your word", user=other)
        rows = await self.stand.store.rulings._shelf.rows.find().sort("created_at", -1).to_list()
        return str(rows[0]["_id"])

    async def pops_up(self, button: str, user: int) -> str:
        return await self.stand.alerted(await self.stand.telegram.taps(user, button))


async def in_review(stand: Stand) -> Payment:
    """Asha paid KES 100 less than was asked, if the callback is to be believed."""
    payment = await stand.prompted()
    payment = await stand.hear(
        payment, K.CALLBACK_PAID, amount_kes=1_400, receipt=CLAIMED, checkout_id=payment.checkout_id
    )
    assert payment.state is State.REVIEW
    return payment


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str) -> AsyncIterator[Desk]:
    noted = Noted()
    changed = office_of(ADMIN, PARTNER)
    change = lambda parts: replace(changed(parts), minutes=noted)  # noqa: E731  two changes in one
    async with standing(mongod_uri, database_name, change=change) as stand:
        stand.telegram.person(PARTNER, "Otieno")
        stand.telegram.person(THIRD, "Naliaka")
        yield Desk(stand, noted, await in_review(stand))


async def test_a_review_notice_leads_to_a_command_with_what_the_callback_claimed(desk: Desk) -> None:
    await desk.stand.sees("needs a person", user=ADMIN)
    guide = await desk.stand.taps("It was paid…", "Look at the firm's M-Pesa statement first.", user=ADMIN)
    assert f"/resolve {desk.payment.id} paid {CLAIMED} 1400 seen on the statement" in guide.text
    assert "Another admin must agree" in guide.text
    guide = await desk.stand.taps("It was not paid…", "If the money is not there", user=ADMIN)
    assert f"/resolve {desk.payment.id} unpaid not on the statement" in guide.text


async def test_it_counts_only_when_another_agrees_and_then_everybody_is_told(desk: Desk) -> None:
    await desk.proposes("paid seen on the statement")
    assert await desk.state() is State.REVIEW
    await desk.stand.taps("I agree", "is settled", user=PARTNER)
    paid = await desk.stand.payment(desk.payment.id)
    assert (paid.state, paid.paid_kes, paid.receipt) == (State.PAID, 1_400, CLAIMED)
    assert paid.history[-1].evidence_id.startswith(f"admin:{PARTNER}:")
    assert paid.history[-1].note == f"proposed by {ADMIN}: seen on the statement"
    await desk.stand.sees("Paid: KES\u00a01,400", user=ASHA)
    told = await desk.stand.sees("A payment under review is settled", user=ADMIN)
    assert "Otieno agreed at" in told.text


async def test_not_paid_is_agreed_on_in_the_same_way_and_the_client_may_try_again(desk: Desk) -> None:
    await desk.proposes("unpaid not on the statement")
    await desk.stand.taps("I agree", "is settled", user=PARTNER)
    assert await desk.state() is State.UNPAID
    await desk.stand.sees("Not paid: KES\u00a01,500", user=ASHA)


async def test_who_proposed_it_cannot_agree_even_with_a_button_that_was_theirs(desk: Desk) -> None:
    ruling_id = await desk.proposes("paid seen on the statement")
    message = await desk.stand.sees("waits for your word", user=ADMIN)
    assert [button.text for button in message.buttons] == ["Drop it"]
    nonce = "00000000000000aa"
    shelf = desk.stand.store.nonces._shelf.rows
    row = await shelf.find_one({"user_id": ADMIN, "deed": "drop"})
    assert row is not None
    await shelf.insert_one(row | {"_id": nonce, "deed": "agree"})
    query = await desk.stand.telegram.sends_callback(ADMIN, f"r:{nonce}", message_id=message.message_id)
    assert "another admin must agree" in await desk.stand.alerted(query)
    assert await desk.state() is State.REVIEW
    ruling = await desk.stand.store.rulings.get(ruling_id)
    assert ruling is not None
    assert ruling.state is RulingState.PROPOSED
    assert AuditKind.COMMAND_REFUSED in [event.kind for event in desk.noted.events]


async def test_what_is_dropped_changes_nothing_and_can_be_proposed_anew(desk: Desk) -> None:
    await desk.proposes("unpaid not on the statement")
    await desk.stand.says(
        f"/resolve {desk.payment.id} paid seen on the statement",
        "was proposed for that payment already",
        user=ADMIN,
    )
    await desk.stand.taps("Drop it", "stays under review", user=PARTNER)
    assert await desk.state() is State.REVIEW
    await desk.stand.all_told()
    noted = [(event.kind, event.who) for event in desk.noted.events]
    assert noted == [(AuditKind.RULING_PROPOSED, str(ADMIN)), (AuditKind.RULING_DROPPED, str(PARTNER))]
    await desk.proposes("paid seen on the statement")
    await desk.stand.taps("I agree", "is settled", user=PARTNER)
    assert await desk.state() is State.PAID


async def test_two_who_decide_at_once_decide_once(desk: Desk) -> None:
    await desk.proposes("paid seen on the statement")
    words = await asyncio.gather(desk.pops_up("I agree", PARTNER), desk.pops_up("Drop it", ADMIN))
    state = await desk.state()
    rulings = await desk.stand.store.rulings._shelf.rows.find().to_list()
    assert [row["state"] for row in rulings] == ["agreed" if state is State.PAID else "dropped"]
    assert sorted("already" in said for said in words) == [False, True]


async def test_a_decision_that_was_cut_off_is_finished_by_the_same_tap_and_counts_once(desk: Desk) -> None:
    ruling_id = await desk.proposes("paid seen on the statement")
    ruling = await desk.stand.store.rulings.get(ruling_id)
    assert ruling is not None
    change = {"state": "agreed", "decided_by": PARTNER, "decided_by_name": "Otieno", "version": 1}
    await desk.stand.store.rulings._shelf.rows.update_one({"_id": ruling_id}, {"$set": change})
    await desk.stand.taps("I agree", "is settled", user=PARTNER)
    paid = await desk.stand.payment(desk.payment.id)
    assert paid.state is State.PAID
    assert sum(entry.after is State.PAID for entry in paid.history) == 1


async def test_safaricoms_own_word_comes_first_and_the_office_hears_that_it_came_too_late(desk: Desk) -> None:
    await desk.proposes("unpaid not on the statement")
    await desk.stand.hear(desk.payment, K.STATEMENT_PAID, amount_kes=1_500, receipt=CLAIMED)
    assert await desk.state() is State.PAID
    assert "too late" in await desk.pops_up("I agree", PARTNER)
    assert await desk.state() is State.PAID
    await desk.stand.sees("A ruling came too late", user=ADMIN)


async def test_the_receipt_of_another_payment_is_refused_and_changes_neither(desk: Desk) -> None:
    other = await desk.stand.prompted(BARAKA)
    await desk.stand.hear_paid(other, "UB40000001")
    order = f"/resolve {desk.payment.id} paid UB40000001 seen on the statement"
    await desk.stand.says(order, "belongs to another payment", user=ADMIN)
    assert await desk.state() is State.REVIEW


async def test_a_receipt_that_turns_out_to_be_anothers_meanwhile_settles_nothing(desk: Desk) -> None:
    await desk.proposes("paid UB40000002 seen on the statement")
    other = await desk.stand.prompted(BARAKA)
    await desk.stand.hear_paid(other, "UB40000002")
    assert "too late" in await desk.pops_up("I agree", PARTNER)
    assert await desk.state() is State.REVIEW
    assert (await desk.stand.payment(other.id)).state is State.PAID


async def test_a_payment_that_needs_nobody_is_left_alone(desk: Desk) -> None:
    other = await desk.stand.prompted(BARAKA)
    await desk.stand.says(f"/resolve {other.id} unpaid not there", "needs nobody to settle it", user=ADMIN)
    await desk.stand.says(f"/resolve {'0' * 16} unpaid not there", "No payment has that id", user=ADMIN)
    assert (await desk.stand.payment(other.id)).state is State.PROMPTED


@pytest.mark.parametrize(
    "words",
    [
        "",
        "paid",
        "{id}",
        "{id} paid",
        "{id} maybe seen",
        "{id} unpaid x",
        "<b>_*[ paid why",
        "{id} paid UB47K2M9QX 12.5 odd",
    ],
)
async def test_half_an_order_is_answered_with_examples(desk: Desk, words: str) -> None:
    await desk.stand.says(f"/resolve {words.format(id=desk.payment.id)}", "For example", user=ADMIN)
    assert await desk.state() is State.REVIEW


async def test_a_client_may_neither_settle_nor_press(desk: Desk) -> None:
    await desk.stand.says(
        f"/resolve {desk.payment.id} paid {CLAIMED} it is mine", "for our office only", user=ASHA
    )
    message = await desk.stand.says("/help", "/pay", user=ASHA)
    query = await desk.stand.telegram.sends_callback(
        ASHA, f"c:{desk.payment.id}:paid", message_id=message.message_id
    )
    assert "for our office only" in await desk.stand.alerted(query)
    assert await desk.state() is State.REVIEW


async def test_who_lost_the_right_meanwhile_settles_nothing(desk: Desk) -> None:
    await desk.proposes("paid seen on the statement")
    admins = ListedAdmins([PARTNER])
    await desk.stand.restart(admins=admins, rulings=replace(desk.stand.parts.rulings, admins=admins))
    assert "no admin any more" in await desk.pops_up("I agree", PARTNER)
    assert await desk.state() is State.REVIEW


async def test_the_only_admin_is_asked_once_more_and_the_record_says_that_they_were_alone(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, change=office_of(ADMIN)) as stand:
        payment = await in_review(stand)
        await stand.says("/payments review", "1.", user=ADMIN)
        await stand.taps("1", "Client: Asha", user=ADMIN)
        await stand.taps("It was paid…", "you will be asked once more", user=ADMIN)
        await stand.says(f"/resolve {payment.id} paid {CLAIMED} 1400 seen", "waits for your word", user=ADMIN)
        assert (await stand.payment(payment.id)).state is State.REVIEW
        await stand.taps("I agree", "is settled", user=ADMIN)
        paid = await stand.payment(payment.id)
        assert paid.state is State.PAID
        assert paid.history[-1].note == "nobody else could decide: seen"
        ruling = await stand.store.rulings.get(paid.history[-1].evidence_id.rpartition(":")[2])
        assert ruling is not None
        assert (ruling.outcome, ruling.alone) == (Outcome.PAID, True)


async def test_without_any_receipt_known_one_must_be_named(mongod_uri: str, database_name: str) -> None:
    async with standing(mongod_uri, database_name, change=office_of(ADMIN, PARTNER)) as stand:
        payment = await stand.prompted()
        await stand.hear(payment, K.DEADLINE_PASSED)
        payment = await stand.hear(payment, K.DEADLINE_PASSED)
        assert payment.state is State.REVIEW
        answer = await stand.says(
            f"/resolve {payment.id} paid seen on the statement", "Which M-Pesa receipt?", user=ADMIN
        )
        assert f"/resolve {PaymentId(payment.id)} paid RECEIPT seen on the statement" in answer.text
