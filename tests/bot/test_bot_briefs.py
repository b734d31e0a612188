"""The morning's brief: the office hears once a day of the day before, and where the audit trail ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot.rich import plain
from payments.analytics.bookkeeping import Bookkeeper
from payments.audit import Head
from payments.auditing import verify
from payments.briefs import MOST_LATE, Brief, Briefer, due_of
from payments.nairobi import NEVER, in_nairobi
from payments.values import ChatId, Receipt, UserId
from tests.bot.bot_stand import ADMIN, BARAKA, K, Stand, standing, utc_now

HOUR = 7
IN_THE_MORNING = datetime(2026, 11, 4, 4, 30, tzinfo=UTC)  # half past seven in Nairobi


def briefer(stand: Stand, now: datetime = IN_THE_MORNING, hour: int = HOUR) -> Briefer:
    return Briefer(
        book=stand.store.briefs, trail=stand.store.audit, hour=hour, now=lambda: now, poke=stand.wake.ring
    )


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    """Asha paid on 3 November; another payment waits for a person."""
    async with standing(mongod_uri, database_name) as stand:
        await stand.hear_paid(await stand.prompted())
        await stand.sees("Paid: KES\u00a01,500")
        await stand.write_the_trail()
        await Bookkeeper(rollups=stand.store.rollups).rest()
        yield stand


async def test_the_office_hears_once_of_yesterday_of_what_waits_and_of_the_trails_end(stand: Stand) -> None:
    (payment,) = await stand.payments()
    today = in_nairobi(payment.history[-1].at)
    tomorrow = today.replace(hour=HOUR, minute=1) + timedelta(days=1)
    many = [briefer(stand, tomorrow) for _ in range(4)]
    assert sum(await asyncio.gather(*(each.write() for each in many))) == 1
    told = await stand.sees("Good morning", user=ADMIN)
    words = plain(told.text)
    assert "Received: KES\u00a01,500 in 1 payment" in words
    assert "No payment waits for a person." in words
    head = await stand.store.audit.head()
    assert f"has {head.seq} entries and ends with {head.hash}" in words
    await stand.all_told()
    assert not await briefer(stand, tomorrow + timedelta(hours=1)).write()
    assert sum("Good morning" in message.text for message in stand.shown(ADMIN)) == 1


async def test_what_waits_for_a_person_is_counted_and_a_button_leads_to_the_picture(stand: Stand) -> None:
    payment = await stand.prompted(BARAKA)
    await stand.hear(payment, K.CALLBACK_PAID, amount_kes=1, receipt=Receipt("UB40000001"))
    await briefer(stand).write()
    told = await stand.sees("Good morning", user=ADMIN)
    assert "3 November 2026" in told.text
    assert "No payment was received." in told.text
    assert "Payments that wait for a person: 1." in told.text
    assert [button.text for button in told.buttons] == ["Over time"]


async def test_a_cut_end_of_the_trail_is_found_by_the_head_that_the_chat_remembers(stand: Stand) -> None:
    await briefer(stand).write()
    brief = await stand.store.briefs.get("2026-11-03")
    assert brief is not None
    rows = stand.store.audit._shelf.rows
    await rows.delete_one({"_id": brief.head.seq})
    assert (await verify(stand.store.audit)).fault is None  # a shorter chain is a chain
    assert (await verify(stand.store.audit, brief.head.hash)).fault is not None


async def test_who_left_the_office_meanwhile_is_not_told(stand: Stand) -> None:
    otieno = 901
    stand.telegram.person(otieno, "Otieno")
    await stand.says("/start", "Hello", user=otieno)
    await stand.says(f"/admins add {otieno} owner", "is owner", user=ADMIN)
    await stand.stop()
    await briefer(stand).write()
    await stand.store.deliveries.collect((ChatId(ADMIN), ChatId(otieno)), utc_now())
    await stand.parts.roll.strike(UserId(otieno), UserId(ADMIN))
    await stand.restart()
    await stand.sees("Good morning", user=ADMIN)
    await stand.all_told()
    assert not any("Good morning" in message.text for message in stand.shown(otieno))


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)), st.integers(0, 23))  # noqa: DTZ001  made aware below
def test_a_brief_is_due_after_its_hour_for_a_while_and_tells_of_the_day_before(
    naive: datetime, hour: int
) -> None:
    now = naive.replace(tzinfo=UTC)
    local = in_nairobi(now)
    day = due_of(now, hour)
    since = local - local.replace(hour=hour, minute=0, second=0, microsecond=0)
    assert (day is not None) == (timedelta() <= since < MOST_LATE)
    assert day in {None, local.date() - timedelta(days=1)}
    assert due_of(now, NEVER) is None


@pytest.mark.parametrize(("day", "ends"), [(date(2026, 11, 1), True), (date(2026, 11, 2), False)])
def test_after_a_sunday_the_week_is_told_of_too(day: date, ends: bool) -> None:  # noqa: FBT001  a table's column
    assert Brief(day=day, made_at=IN_THE_MORNING, head=Head()).ends_week is ends
