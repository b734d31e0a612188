"""The tour's scenes in which money goes back.

Owns their plot. They go on from the payments that the earlier scenes made.
"""

from __future__ import annotations

from legalpro.tour.cast import Cast
from legalpro.tour.people import Person

ASKER, DECIDER = 201, 202
OFFICE_IDS = (ASKER, DECIDER)


def _office(cast: Cast) -> tuple[Person, Person]:
    wanjiru = cast.person(ASKER, "Wanjiru", "254700000201")
    otieno = cast.person(DECIDER, "Otieno", "254700000202")
    return wanjiru, otieno


async def _asks(wanjiru: Person, payer: Person, amount: str, reason: str) -> None:
    await wanjiru.says(f"/refund {payer.receipt()} {amount}".rstrip())
    await wanjiru.sees("Why does it go back?")
    await wanjiru.taps(reason)
    await wanjiru.sees("Please check before you ask")
    await wanjiru.taps("Ask for this refund")


async def _in_part(cast: Cast, payer: Person, amount: str, reason: str) -> Person:
    """Asked for by one, allowed by the other; who may see how it goes on."""
    wanjiru, otieno = _office(cast)
    await _asks(wanjiru, payer, amount, reason)
    await otieno.sees(f"Refund KES {int(amount):,}: waits to be allowed")
    await otieno.taps("Allow")
    return otieno


async def partial_refund(cast: Cast) -> None:
    """A part goes back: one admin asks, another allows it."""
    asha = cast.known(101)
    before_kes = asha.balance_kes()
    otieno = await _in_part(cast, asha, "500", "Wrong amount")
    await asha.sees("KES 500 came back")
    asha.reads_sms()
    await otieno.sees("Refund KES 500: arrived")
    cast.must("KES 500 are on the phone again", hold=asha.balance_kes() == before_kes + 500)


async def refused_refund(cast: Cast) -> None:
    """More than what is left is refused."""
    wanjiru, _ = _office(cast)
    await wanjiru.says(f"/refund {cast.known(101).receipt()} 1001")
    await wanjiru.sees("more than is left of it")
    await wanjiru.taps("Cancel")
    await wanjiru.sees("Nothing goes back")


async def queue_timeout(cast: Cast) -> None:
    """Safaricom's queue gives up; the money comes all the same, and only once."""
    baraka = cast.known(102)
    before_kes = baraka.balance_kes()
    cast.stage.simulator.plan_out("timeout_paid", phone=baraka.phone)
    otieno = await _in_part(cast, baraka, "1000", "Goodwill")
    await otieno.sees("not known yet")
    cast.narrator.aside("nobody may send it again; Safaricom's late result settles it")
    await baraka.sees("KES 1,000 came back")
    baraka.reads_sms()
    await otieno.sees("Refund KES 1,000: arrived")
    cast.must("it was paid once", hold=baraka.balance_kes() == before_kes + 1_000)


async def reversal(cast: Cast) -> None:
    """A whole payment goes back by reversal of its receipt."""
    esther = cast.known(105)
    before_kes = esther.balance_kes()
    wanjiru, otieno = _office(cast)
    await wanjiru.says(f"/refund {esther.receipt()}")
    await wanjiru.sees("How much goes back")
    await wanjiru.taps("All that is left")
    await wanjiru.sees("Why does it go back?")
    await wanjiru.taps("Paid twice")
    await wanjiru.sees("reversal of the receipt")
    await wanjiru.taps("Ask for this refund")
    await otieno.sees("Refund KES 1,200: waits to be allowed")
    await otieno.taps("Allow")
    await esther.sees("given back in full")
    esther.reads_sms()
    cast.must("KES 1,200 are on the phone again", hold=esther.balance_kes() == before_kes + 1_200)
