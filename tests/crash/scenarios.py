"""What people do in each scenario, from a given start to the last thing they see."""

from __future__ import annotations

from dataclasses import dataclass

from payments.payment import State
from payments.refunds.refund import RefundState
from tests.crash.incarnation import OFFICE, PARTNER
from tests.crash.universe import PHONE, Script, Universe


@dataclass(frozen=True, slots=True)
class Scenario:
    """A script and where its payments may end when nothing is lost, in the order they were made.

    Attributes:
        from_nothing: effects count from the program's first breath, on an empty database.
        before: what has happened already when effects begin to count.
        refund_ends: where its refunds may end when nothing is lost.
        admins: who works in the office.
    """

    script: Script
    ends: tuple[State, ...] = (State.PAID,)
    from_nothing: bool = False
    before: Script | None = None
    refund_ends: tuple[RefundState, ...] = ()
    admins: tuple[int, ...] = (OFFICE,)


def _one_tap(*plans: str) -> Script:
    async def script(world: Universe) -> None:
        for plan in plans:
            world.simulator.plan(plan, phone=PHONE)
        await world.taps("Pay KES")

    return script


async def _cancelled_then_tried_again(world: Universe) -> None:
    world.simulator.plan("cancelled", phone=PHONE)
    world.simulator.plan("paid", phone=PHONE)
    await world.taps("Pay KES")
    # Where the power went between the claim and the push, nobody can tell: the office looks, and the
    # client may pay again all the same.
    await world.sees("cancelled on the phone", "looking into it")
    await world.taps("Try again", "Pay again")
    await world.taps_pay()


async def _double_tap(world: Universe) -> None:
    world.simulator.plan("paid", phone=PHONE)
    await world.taps("Pay KES")
    await world.taps("Pay KES")


async def _asked_in_chat(world: Universe) -> None:
    """The whole conversation, from /pay to the tap."""
    await world.botapi.says(7, "/pay")
    await world.sees("What would you like to pay for?")
    await world.taps("Case fee")
    await world.sees("case number")
    await world.botapi.says(7, "HCCC/E7/2026")
    await world.sees("How much")
    await world.botapi.says(7, "1700")
    await world.sees("Which M-Pesa number")
    await world.botapi.shares_contact(7, PHONE)
    await world.taps_pay()


async def _paid_before(world: Universe) -> None:
    world.simulator.plan("paid", phone=PHONE)
    await world.taps("Pay KES")
    await world.sees("Paid: KES")
    await world.at_rest()


def _refunded(*plans: str, amount: str = "500") -> Script:
    """Asked for by one admin, allowed by the other; each plan is what the next payout meets."""

    async def script(world: Universe) -> None:
        for plan in plans:
            world.simulator.plan_out(plan)
        receipt = (await world.payments())[0].receipt
        await world.botapi.says(OFFICE, f"/refund {receipt} {amount} paid twice")

        async def asked() -> bool:
            return bool(await world.refunds())

        async def allowed() -> bool:
            return (await world.refunds())[0].state is not RefundState.REQUESTED

        await world.taps_until("Ask for this refund", OFFICE, asked)
        await world.taps_until("Allow", PARTNER, allowed)

    return script


async def _rejected(world: Universe) -> None:
    receipt = (await world.payments())[0].receipt
    await world.botapi.says(OFFICE, f"/refund {receipt} 500 paid twice")

    async def asked() -> bool:
        return bool(await world.refunds())

    async def rejected() -> bool:
        return (await world.refunds())[0].state is RefundState.REJECTED

    await world.taps_until("Ask for this refund", OFFICE, asked)
    await world.taps_until("Reject", PARTNER, rejected)


def _refund(end: RefundState, script: Script) -> Scenario:
    return Scenario(script, before=_paid_before, refund_ends=(end,), admins=(OFFICE, PARTNER))


SCENARIOS: dict[str, Scenario] = {
    "paid": Scenario(_one_tap("paid")),
    "cancelled_then_tried_again": Scenario(_cancelled_then_tried_again, (State.UNPAID, State.PAID)),
    "lost_callback": Scenario(_one_tap("lost")),
    "early_callback": Scenario(_one_tap("early")),
    "success_after_failure": Scenario(_one_tap("success_after_failure")),
    "push_answer_lost": Scenario(_one_tap("reply_lost")),
    "double_tap": Scenario(_double_tap),
    "amount_mismatch": Scenario(_one_tap("wrong_amount"), (State.REVIEW,)),
    "asked_in_chat": Scenario(_asked_in_chat),
    "from_nothing": Scenario(_asked_in_chat, from_nothing=True),
    "refund_paid": _refund(RefundState.PAID_OUT, _refunded("paid")),
    "refund_rejected": _refund(RefundState.REJECTED, _rejected),
    "refund_failed": _refund(RefundState.FAILED, _refunded("low_float")),
    "refund_result_lost": _refund(RefundState.PAID_OUT, _refunded("lost")),
    "refund_queue_timeout": _refund(RefundState.PAID_OUT, _refunded("timeout_paid")),
    "refund_reply_lost": _refund(RefundState.PAID_OUT, _refunded("reply_lost")),
}
