"""What people do in each scenario, from a given start to the last thing they see."""

from __future__ import annotations

from dataclasses import dataclass

from payments.payment import State
from tests.crash.universe import PHONE, Script, Universe


@dataclass(frozen=True, slots=True)
class Scenario:
    """A script and where its payments may end when nothing is lost, in the order they were made.

    Attributes:
        from_nothing: effects count from the program's first breath, on an empty database.
    """

    script: Script
    ends: tuple[State, ...] = (State.PAID,)
    from_nothing: bool = False


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
}
