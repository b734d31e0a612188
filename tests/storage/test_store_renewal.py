"""Figures of an older program are put together anew, and are the sums of the record again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

import pytest
from bson import Int64
from pymongo.asynchronous.client_session import AsyncClientSession

from payments.analytics.bookkeeping import Bookkeeper, BookkeeperLimits
from payments.payment import Payment
from payments.periods import Period
from storage.connect import Store
from storage.documents import MatterDocument, PayerDocument, PostedDocument, SumsDocument
from storage.renewal import FORM, TRAIL, Renewal
from storage.rollups import MOST_BEHIND
from storage.shelf import Shelf
from storage.transactions import Transactions
from tests.storage.conftest import Clock, Database, Row
from tests.storage.planting import Life
from tests.storage.test_store_rollups import other_than_the_record

T = TypeVar("T")
MakePayment = Callable[..., Payment]
THIS_WEEK = Period(date(2026, 3, 2), date(2026, 3, 8))


@pytest.fixture
async def of_an_older_form(store: Store, clock: Clock, a_payment: MakePayment, database: Database) -> int:
    """Six payments, posted by a program that knew no weeks; how many there are."""
    life = Life(store, clock, a_payment)
    for number in range(6):
        await life.paid(f"a{number}", phone=f"25471234567{number}", chat=number + 1)
    for name in ("rollups", "matterrollups"):
        await database[name].delete_many({"_id": {"$regex": "^(week|quarter):"}})
    await database["posted"].update_one({"_id": TRAIL}, {"$unset": {"form": ""}})
    assert await other_than_the_record(store)
    return 6


class CutOff(Exception):
    """The program ends here."""


class Dying(Transactions):
    """Ends after so many."""

    left = 2

    async def run(self, act: Callable[[AsyncClientSession], Awaitable[T]]) -> T:
        if not self.left:
            raise CutOff
        self.left -= 1
        return await super().run(act)


class Late(Transactions):
    """Has taken some away and seen the mark again when somebody else takes the rest and posts it anew."""

    def __init__(self, database: Database, bookkeeper: Bookkeeper) -> None:
        super().__init__(database.client)
        self._database = database
        self._bookkeeper = bookkeeper
        self._turns = 0

    async def run(self, act: Callable[[AsyncClientSession], Awaitable[T]]) -> T:
        async def late(session: AsyncClientSession) -> T:
            if self._turns == 1:
                await self._database["posted"].find_one({}, session=session)
                await self._bookkeeper.rest()
            self._turns += 1
            return await act(session)

        return await super().run(late)


def one_at_a_time(database: Database, transactions: Transactions | None = None) -> Renewal:
    figures = [Shelf(database, each).rows for each in (SumsDocument, MatterDocument, PayerDocument)]
    transactions = transactions or Transactions(database.client)
    return Renewal(Shelf(database, PostedDocument), figures, transactions, at_once=1)


async def the_mark(database: Database) -> Row:
    (mark,) = await database["posted"].find().to_list()
    return mark


async def test_what_an_older_program_posted_is_posted_anew_and_counts_once(
    store: Store, of_an_older_form: int
) -> None:
    await Bookkeeper(rollups=store.rollups).rest()
    week = await store.rollups.figures(THIS_WEEK, matters=9)
    assert (week.takings.payments, week.new_payers) == (of_an_older_form, of_an_older_form)
    assert await other_than_the_record(store) == []


async def test_several_may_do_it_at_once_while_others_post(
    store: Store, other_store: Store, database: Database, of_an_older_form: int
) -> None:
    """Some take away one row at a time while others have done so and post already."""
    limits = BookkeeperLimits(batch=3)
    bookkeepers = [Bookkeeper(rollups=each.rollups, limits=limits) for each in (store, other_store)]
    await asyncio.gather(
        *(one_at_a_time(database).renewed_upto() for _ in range(3)), *(each.rest() for each in bookkeepers)
    )
    await bookkeepers[0].rest()
    assert (await store.rollups.figures(THIS_WEEK, matters=9)).takings.payments == of_an_older_form
    assert await other_than_the_record(store) == []


async def test_who_is_late_takes_nothing_away_that_was_posted_since(
    store: Store, database: Database, of_an_older_form: int
) -> None:
    await one_at_a_time(database, Late(database, Bookkeeper(rollups=store.rollups))).renewed_upto()
    assert (await store.rollups.figures(THIS_WEEK, matters=9)).takings.payments == of_an_older_form
    assert await other_than_the_record(store) == []


async def test_a_renewal_that_was_cut_off_goes_on(
    store: Store, database: Database, of_an_older_form: int
) -> None:
    """Its mark says that nothing is posted, so that nobody takes half of the sums for the record."""
    with pytest.raises(CutOff):
        await one_at_a_time(database, Dying(database.client)).renewed_upto()
    assert await the_mark(database) == {"_id": TRAIL, "upto": 0}
    assert await database["rollups"].count_documents({}) == 1
    assert await other_than_the_record(store) == []
    await Bookkeeper(rollups=store.rollups).rest()
    assert (await store.rollups.figures(THIS_WEEK, matters=9)).takings.payments == of_an_older_form
    mark = await the_mark(database)
    assert mark["upto"] > 0
    assert mark == {"_id": TRAIL, "upto": mark["upto"], "form": FORM}


@pytest.mark.usefixtures("of_an_older_form")
async def test_while_much_is_not_added_up_yet_the_figures_say_so(store: Store, database: Database) -> None:
    assert not (await store.rollups.figures(THIS_WEEK, matters=0)).is_behind
    head = await store.audit.head()
    much = [{"_id": head.seq + MOST_BEHIND, "event": "e", "kind": "k"}]
    await database.command("collMod", "transactionlogs", validator={})
    await database["transactionlogs"].insert_many(much)
    assert (await store.rollups.figures(THIS_WEEK, matters=0)).is_behind
    await Bookkeeper(rollups=store.rollups).rest()
    assert not (await store.rollups.figures(THIS_WEEK, matters=0)).is_behind


async def test_figures_of_todays_form_are_left_alone(
    store: Store, clock: Clock, a_payment: MakePayment, database: Database
) -> None:
    await Life(store, clock, a_payment).paid()
    await database["rollups"].update_one({"_id": "day:2026-03-02"}, {"$inc": {"total.payments": Int64(1)}})
    await Bookkeeper(rollups=store.rollups).rest()
    assert (
        await store.rollups.figures(Period(THIS_WEEK.first, THIS_WEEK.first), matters=0)
    ).takings.payments == 2
