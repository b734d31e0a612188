"""What the world knows, held against what the program stored and told.

Owns the comparison after a run has come to rest. Safaricom's own ledger is the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from pymongo.asynchronous.database import AsyncDatabase

from payments.auditing import verify
from payments.payment import Payment, State
from payments.ports import Now
from payments.refunds.refund import RELEASED, Refund, RefundState
from sandbox.safaricom import DarajaSimulator
from sandbox.safaricom.records import Push
from sandbox.telegram import Message
from storage.audit import MongoAuditLog
from storage.documents import TransactionLogDocument
from storage.invariant_book import InvariantBook
from storage.shelf import Shelf
from tests.crash.incarnation import OFFICE
from tests.crash.invariants import broken

REPEAT = "(repeat)"
_LAST_WORDS = {
    State.PAID: "Paid: KES",
    State.UNPAID: "Not paid: KES",
    State.REVIEW: "Our office has been told",
}


class World(Protocol):
    """What must be seen of a world to judge it."""

    @property
    def simulator(self) -> DarajaSimulator: ...

    @property
    def now(self) -> Now: ...

    @property
    def database(self) -> AsyncDatabase[dict[str, Any]]: ...

    async def payments(self) -> list[Payment]: ...

    async def refunds(self) -> list[Refund]: ...

    def pushes(self, payment: Payment) -> list[Push]: ...

    def shown(self, words: str, user: int) -> Sequence[Message]: ...


async def lies(world: World) -> list[str]:
    """Everything that is not as it must be, each in a sentence."""
    payments = await world.payments()
    heard_of = Counter([row["subject"] async for row in world.database["inbox"].find()])
    found = broken(payments, await _notices(world))
    for payment in payments:
        truth = _truth(world, payment, heard=heard_of[payment.id])
        found += [f"{payment.id}: {why}" for why in (*truth, *_told(world, payment))]
    for refund in await world.refunds():
        found += [
            f"refund {refund.id}: {why}" for why in (*_truly_back(world, refund), *_told_back(world, refund))
        ]
    found += await _kept_badly(world)
    found += [
        f"update set aside: {row['why']}" async for row in world.database["updates"].find({"state": "aside"})
    ]
    found += [
        f"quarantined: {row['verdict']}"
        async for row in world.database["inbox"].find({"state": "quarantine"})
    ]
    found += [f"parked: {row}" async for row in world.database["deliveries"].find({"state": "parked"})]
    return found


async def _kept_badly(world: World) -> list[str]:
    """What the program's own look at its store finds, and whether its audit trail is whole."""
    findings = await InvariantBook(world.database, world.now).full()
    found = [f"{each.id}: {each.sentence}: {each.examples}" for each in findings if not each.holds]
    verdict = await verify(MongoAuditLog(Shelf(world.database, TransactionLogDocument)))
    return [*found, *([f"I23: {verdict.fault}"] if verdict.fault else [])]


async def _notices(world: World) -> set[str]:
    """The ids of all notices, in payments' outboxes and as deliveries."""
    waiting = {
        notice["id"]
        for name in ("payments", "refunds")
        async for row in world.database[name].find()
        for notice in row.get("outbox", [])
    }
    return waiting | {row["_id"] async for row in world.database["deliveries"].find()}


def _truth(world: World, payment: Payment, *, heard: int) -> Iterator[str]:
    pushes = [push for push in world.pushes(payment) if push.state != "refused"]
    if len(pushes) > 1:
        yield f"{len(pushes)} prompts for one payment"
    debited = sum(push.order.amount_kes for push in pushes if push.state == "paid")
    if payment.state is State.PAID and debited != payment.paid_kes:
        yield f"stored as paid, the phone was debited {debited}"
    if payment.state is State.UNPAID and debited and not _its_yes_was_lost(world, payment, heard=heard):
        yield f"stored as unpaid, the phone was debited {debited}"
    if payment.state is State.REVIEW and not _nobody_can_tell(world, payment, heard=heard):
        yield "under review, though Safaricom could tell"
    if payment.state not in _LAST_WORDS:
        yield f"it rests while {payment.state}"


_BACK_AT_REST = {RefundState.PAID_OUT, RefundState.FAILED, RefundState.REJECTED, RefundState.REVIEW}


def _truly_back(world: World, refund: Refund) -> Iterator[str]:
    """Safaricom's own ledger says who got what, by the id that each payout has for ever."""
    outs = [out for out in world.simulator.payouts if out.order.originator_id == refund.originator_id]
    taken = [out for out in outs if out.state != "refused"]
    moved_kes = sum(out.order.amount_kes for out in taken if out.moved)
    if len(taken) > 1:
        yield f"{len(taken)} payouts for one refund"
    if refund.state is RefundState.PAID_OUT and moved_kes != refund.amount_kes:
        yield f"stored as paid out, the phone got {moved_kes}"
    if refund.state in RELEASED and moved_kes:
        yield f"stored as {refund.state}, the phone got {moved_kes}"
    if refund.state is RefundState.REVIEW and taken:
        yield "under review, though Safaricom could tell"
    if refund.state not in _BACK_AT_REST:
        yield f"it rests while {refund.state}"


def _told_back(world: World, refund: Refund) -> Iterator[str]:
    """The payer reads once that the money came; the office sees how it stands."""
    if refund.state is RefundState.PAID_OUT:
        mine = [m for m in world.shown("came back to", refund.chat_id) if (refund.mpesa_code or "") in m.text]
        marked = [message for message in mine if REPEAT in message.text]
        if not mine or len(mine) > 2 or len(mine) - len(marked) > 1:
            yield f"its payer was told {len(mine)} times, {len(marked)} of them marked"
    if not world.shown(_CARD_WORDS[refund.state], OFFICE):
        yield f"the office never read «{_CARD_WORDS[refund.state]}»"


_CARD_WORDS = {
    RefundState.PAID_OUT: "arrived",
    RefundState.FAILED: "did not go out",
    RefundState.REJECTED: "not given",
    RefundState.REVIEW: "needs a person",
}


def _nobody_can_tell(world: World, payment: Payment, *, heard: int) -> bool:
    """A person is needed when what came contradicts itself, or when nothing came and nobody can be asked."""
    contradicts = any(push.scenario_name == "wrong_amount" for push in world.pushes(payment))
    return contradicts if heard else payment.checkout_id is None


def _its_yes_was_lost(world: World, payment: Payment, *, heard: int) -> bool:
    """Safaricom's definite no was stored, and its later yes came while nobody lived to take it."""
    said = [c for c in world.simulator.callbacks if f"/{payment.id}/" in c.url]
    return heard == 1 and len(said) > 1 and said[-1].status is None


def _told(world: World, payment: Payment) -> Iterator[str]:
    words = _LAST_WORDS.get(payment.state, "")
    mine = [m for m in world.shown(words, payment.chat_id) if _speaks_of(payment, m.message_id, m.text)]
    if not mine:
        yield f"its payer never read «{words}»"
    repeats = [message for message in mine if REPEAT in message.text]
    if len(mine) > 2 or len(mine) - len(repeats) > 1:
        yield f"its payer was told {len(mine)} times, {len(repeats)} of them marked"
    if repeats and not payment.late:
        yield "a message that could be edited was repeated"
    if payment.receipt and not all(payment.receipt in message.text for message in mine):
        yield "its payer reads no receipt"
    if payment.state is State.REVIEW or payment.late:
        words = "needs a person" if payment.state is State.REVIEW else "arrived late"
        office = [message for message in world.shown(words, OFFICE) if payment.id in message.text]
        marked = [message for message in office if REPEAT in message.text]
        if not office or len(office) - len(marked) > 1 or len(office) > 2:
            yield f"the office was told {len(office)} times, {len(marked)} of them marked"


def _speaks_of(payment: Payment, message_id: int, text: str) -> bool:
    by_receipt = payment.receipt is not None and payment.receipt in text
    return message_id == payment.message_id or by_receipt or payment.late
