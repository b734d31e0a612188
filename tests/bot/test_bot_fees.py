"""/fees: what an owner sets is what clients are offered from then on; earlier payments stay as they were."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from bot.rich import plain
from payments.audit import AuditKind
from payments.catalogue import FIRST_FEES
from tests.bot.bot_stand import ADMIN, ASHA, Stand, standing
from tests.bot.bot_watch import Noted

NB = "\u00a0"


@dataclass(slots=True)
class Desk:
    stand: Stand
    noted: Noted

    async def offered(self) -> list[str]:
        """What Asha can choose from now."""
        await self.stand.says("/pay", "What would you like to pay for?")
        message = await self.stand.taps("Consultation", "Which consultation")
        return [button.text for button in message.buttons][:-1]

    def changes(self) -> list[str]:
        return [event.why for event in self.noted.events if event.kind is AuditKind.FEE_CHANGED]


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str) -> AsyncIterator[Desk]:
    noted = Noted()
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        yield Desk(stand, noted)


async def test_a_new_fee_is_offered_last_and_can_be_paid(desk: Desk) -> None:
    await desk.stand.says("/fees add will 12,000 Drafting a will", "Clients are offered now", user=ADMIN)
    assert (await desk.offered())[-1] == f"Drafting a will · KES{NB}12,000"
    await desk.stand.taps(f"Drafting a will · KES{NB}12,000", "Which M-Pesa number")
    assert desk.changes() == [f"added at KES{NB}12,000: Drafting a will"]


async def test_a_new_price_and_a_new_name_count_for_new_payments_only(desk: Desk) -> None:
    earlier = await desk.stand.opened()
    await desk.stand.says("/fees price intro 2000", f"intro · KES{NB}2,000", user=ADMIN)
    await desk.stand.says("/fees name intro First talk", f"KES{NB}2,000 · First talk", user=ADMIN)
    assert (await desk.offered())[0] == f"First talk · KES{NB}2,000"
    kept = await desk.stand.payment(earlier.id)
    assert (kept.amount_kes, kept.title) == (1_500, "First consultation, 30 minutes")
    assert desk.changes() == [
        f"KES{NB}1,500 before, KES{NB}2,000 now",
        "First consultation, 30 minutes | Ushauri wa kwanza, dakika 30 before, First talk now",
    ]


async def test_a_fee_is_offered_in_the_language_of_its_reader(desk: Desk) -> None:
    await desk.stand.says("/fees add will 12,000 Drafting a will | Kuandika wosia", "offered", user=ADMIN)
    assert (await desk.offered())[-1] == f"Drafting a will · KES{NB}12,000"
    await desk.stand.says("/language sw", "Kiswahili", user=ASHA)
    await desk.stand.says("/pay", "Ungependa kulipia nini?", user=ASHA)
    message = await desk.stand.taps("Ushauri wa kisheria", "ushauri upi", user=ASHA)
    assert message.buttons[-2].text == f"Kuandika wosia · KES{NB}12,000"
    await desk.stand.says(
        "/fees name will Writing a will | Wosia",
        f"will · KES{NB}12,000 · Writing a will | Wosia",
        user=ADMIN,
    )
    assert desk.changes()[-1] == "Drafting a will | Kuandika wosia before, Writing a will | Wosia now"


async def test_a_title_that_is_too_long_in_one_language_is_refused(desk: Desk) -> None:
    await desk.stand.says(f"/fees name intro First talk | {'x' * 49}", "too long", user=ADMIN)
    assert desk.changes() == []


async def test_what_is_retired_is_offered_no_more_not_even_by_an_old_button_and_can_come_back(
    desk: Desk,
) -> None:
    titles = await desk.offered()
    await desk.stand.says("/fees retire intro", "not offered this any more", user=ADMIN)
    query = await desk.stand.telegram.taps(ASHA, titles[0])
    assert "no longer" in await desk.stand.alerted(query)
    assert len(await desk.offered()) == len(titles) - 1
    shown = await desk.stand.says("/fees", "Fixed prices", user=ADMIN)
    assert "Ushauri wa kwanza, dakika 30 (not offered)" in plain(shown.text)
    await desk.stand.says("/fees offer intro", "Clients are offered now", user=ADMIN)
    assert await desk.offered() == titles


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        ("add intro 100 Another", "a fee with the code intro already"),
        ("add will much A will", "could not read that as an amount"),
        ("add will 300000 A will", "at most KES 250,000"),
        ("add will 10.50 A will", "whole shillings only"),
        ("add will 100", "/fees add CODE"),
        (f"add will 100 {'long ' * 20}", "too long"),
        ("add Wİll! 100 A will", "/fees add CODE"),
        ("price nothing 100", "no fee with the code nothing"),
        ("price intro", "could not read that as an amount"),
        ("name intro", "/fees add CODE"),
        ("retire", "/fees add CODE"),
        ("<b>_*[ intro 1", "/fees add CODE"),
    ],
)
async def test_an_order_that_cannot_be_carried_out_is_explained_and_changes_nothing(
    desk: Desk, order: str, answer: str
) -> None:
    await desk.stand.says(f"/fees {order}", answer, user=ADMIN)
    assert tuple(await desk.stand.store.fees.everything()) == FIRST_FEES
    assert desk.changes() == []


async def test_a_title_with_markup_is_shown_as_it_is(desk: Desk) -> None:
    await desk.stand.says("/fees name intro <b>_*[ & co", "<b>_*[ & co", user=ADMIN)
    assert (await desk.offered())[0].startswith("<b>_*[ & co · ")


async def test_of_two_changes_of_one_fee_at_once_none_is_lost_unseen(desk: Desk) -> None:
    fees = desk.stand.store.fees
    (before, *_) = await fees.everything()
    changes = [replace(before, amount_kes=2_000), replace(before, title="First talk")]
    done = await asyncio.gather(*(fees.put(before, after) for after in changes))
    assert sorted(done) == [False, True]
    assert (await fees.everything())[0] == changes[done.index(True)]


async def test_a_client_sets_no_price(desk: Desk) -> None:
    await desk.stand.says("/fees price intro 1", "for our office only", user=ASHA)
    assert tuple(await desk.stand.store.fees.everything()) == FIRST_FEES
