"""The scenes of the tour, in order: the first line of each docstring is its title.

Owns the plot. Each scene waits for what it promises, so a scene that ends was seen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from legalpro.tour.cast import Cast
from legalpro.tour.people import Person
from legalpro.tour.refund_scenes import partial_refund, queue_timeout, refused_refund, reversal


async def _asks_for_case_fee(person: Person, reference: str, amount: str) -> None:
    await person.says("/pay")
    await person.sees("What would you like to pay for?")
    await person.taps("Case fee")
    await person.sees("case number")
    await person.says(reference)
    await person.sees("How much")
    await person.says(amount)
    await person.sees("Which M-Pesa number")
    await person.shares_number()
    await person.sees("Please check")


async def a_client_pays(cast: Cast) -> None:
    """A client pays a consultation."""
    asha = cast.person(101, "Asha", "254700000101")
    await asha.says("/start")
    await asha.sees("welcome")
    await asha.taps("Pay a fee")
    await asha.sees("What would you like to pay for?")
    await asha.taps("Consultation")
    await asha.sees("Which consultation")
    await asha.taps("First consultation")
    await asha.sees("Which M-Pesa number")
    await asha.shares_number()
    await asha.sees("Please check")
    await asha.taps("Pay KES 1,500")
    await asha.is_prompted()
    await asha.sees("Check your phone")
    await asha.enters_pin()
    await asha.sees("Paid: KES 1,500")


async def cancelled_then_paid(cast: Cast) -> None:
    """Another cancels on the phone and tries again."""
    baraka = cast.person(102, "Baraka", "254700000102")
    await _asks_for_case_fee(baraka, "HCCC/E123/2026", "KES 2,500")
    await baraka.taps("Pay KES 2,500")
    await baraka.is_prompted()
    await baraka.cancels()
    await baraka.sees("cancelled on the phone")
    await baraka.taps("Try again")
    await baraka.sees("Please check")
    await baraka.taps("Pay KES 2,500")
    await baraka.is_prompted()
    await baraka.enters_pin()
    await baraka.sees("Paid: KES 2,500")


async def wrong_pin(cast: Cast) -> None:
    """A wrong PIN."""
    chebet = cast.person(103, "Chebet", "254110000103")
    await _asks_for_case_fee(chebet, "MCCC E45 of 2026", "900")
    await chebet.taps("Pay KES 900")
    await chebet.is_prompted()
    await chebet.enters_pin("0000")
    await chebet.sees("PIN was not right")


async def lost_callback(cast: Cast) -> None:
    """A callback that never comes: the answer is found by asking."""
    daudi = cast.person(104, "Daudi", "254700000104")
    await _asks_for_case_fee(daudi, "HCCC/E7/2026", "3000")
    cast.stage.simulator.plan("lost", phone=daudi.phone)
    await daudi.taps("Pay KES 3,000")
    await daudi.is_prompted()
    await daudi.enters_pin()
    cast.narrator.aside("Safaricom's callback is lost; twenty seconds after the push the bot asks by itself")
    await daudi.sees("Paid: KES 3,000")


async def double_tap(cast: Cast) -> None:
    """A double tap sends one push."""
    esther = cast.person(105, "Esther", "254700000105")
    await _asks_for_case_fee(esther, "HCCC/E8/2026", "1200")
    await esther.taps("Pay KES 1,200", times=3)
    await esther.is_prompted()
    await esther.enters_pin()
    await esther.sees("Paid: KES 1,200")
    cast.must("three taps made one push", hold=esther.pushes() == 1)


async def late_success(cast: Cast) -> None:
    """A success that arrives after a failure."""
    farida = cast.person(106, "Farida", "254700000106")
    await _asks_for_case_fee(farida, "HCCC/E9/2026", "4000")
    cast.stage.simulator.plan("success_after_failure", phone=farida.phone)
    await farida.taps("Pay KES 4,000")
    await farida.is_prompted()
    await farida.enters_pin()
    await farida.sees("phone could not be reached")
    cast.narrator.aside(
        "five seconds later Safaricom says that it was paid after all; the bot asks, then believes"
    )
    await farida.sees("arrived after all")


async def killed(cast: Cast) -> None:
    """The program is killed between the push and its callback, and comes back."""
    gitau = cast.person(107, "Gitau", "254700000107")
    await _asks_for_case_fee(gitau, "HCCC/E10/2026", "5000")
    await gitau.taps("Pay KES 5,000")
    await gitau.is_prompted()
    await gitau.sees("Check your phone")
    cast.narrator.aside("kill -9")
    await cast.stage.program.kill()
    await gitau.enters_pin()
    await cast.stage.simulator.wait_for_result(
        next(push for push in cast.stage.simulator.pushes if push.order.phone == gitau.phone)
    )
    cast.narrator.aside("the callback found nobody, and Safaricom does not send it again")
    await cast.stage.program.start()
    cast.narrator.aside("started again")
    await gitau.sees("Paid: KES 5,000")
    cast.must("the push was sent once", hold=gitau.pushes() == 1)


SCENES: tuple[Callable[[Cast], Awaitable[None]], ...] = (
    a_client_pays,
    cancelled_then_paid,
    wrong_pin,
    lost_callback,
    double_tap,
    late_success,
    killed,
    partial_refund,
    refused_refund,
    queue_timeout,
    reversal,
)
