"""Reminders of fee notes: a few, by day, of what is still due, once each, and none for who wants none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from payments.billing.note import FeeNote, new_code
from payments.billing.reminders import OFFSETS_DAYS, moment_of
from payments.billing.reminding import LAST_HOUR, Reminder, first_reminder, is_worth_telling
from payments.catalogue import FeeKind
from payments.nairobi import in_nairobi
from payments.values import NoteId, UserId
from tests.bot.bot_stand import ADMIN, ASHA, Stand, standing

DUE = date(2026, 12, 16)  # a Wednesday
WRITTEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
NOTE = NoteId("f" * 16)


def a_note(**changes: object) -> FeeNote:
    note = FeeNote(
        id=NOTE,
        code=new_code(),
        number="",
        client=UserId(ASHA),
        matter="HCCC/E1/2026",
        kind=FeeKind.CASE,
        title="Filing",
        amount_kes=10_000,
        due_on=DUE,
        in_parts=True,
        created_by=UserId(ADMIN),
        created_at=WRITTEN,
    )
    return first_reminder(replace(note, **changes))  # type: ignore[arg-type]  # the test names real fields


@dataclass(slots=True)
class Desk:
    stand: Stand
    time: datetime = WRITTEN
    reminders: list[Reminder] = field(default_factory=list)

    async def at(self, moment: datetime) -> int:
        """Put the clock there, let several programs remind; how often Asha has been reminded by now."""
        self.time = moment
        await asyncio.gather(*(each.rest() for each in self.reminders))
        await self.stand.all_told()
        return sum("A friendly reminder" in message.text for message in self.stand.shown(ASHA))


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str) -> AsyncIterator[Desk]:
    async with standing(mongod_uri, database_name) as stand:
        await stand.says("/start", "Hello")
        desk = Desk(stand)
        desk.reminders = [
            Reminder(notes=stand.store.notes, now=lambda: desk.time, poke=stand.wake.ring) for _ in range(3)
        ]
        yield desk


async def test_a_client_is_reminded_before_on_and_after_the_day_and_then_left_in_peace(desk: Desk) -> None:
    await desk.stand.store.notes.add(a_note())
    assert await desk.at(WRITTEN) == 0
    for place in range(len(OFFSETS_DAYS)):
        planned = moment_of(DUE, place)
        assert await desk.at(planned - timedelta(minutes=1)) == place
        assert await desk.at(planned + timedelta(minutes=1)) == place + 1
        assert await desk.at(planned + timedelta(hours=1)) == place + 1
    assert await desk.at(moment_of(DUE, len(OFFSETS_DAYS) - 1) + timedelta(days=60)) == len(OFFSETS_DAYS)
    shown = await desk.stand.sees("A friendly reminder", "16 December 2026")
    assert [button.text for button in shown.buttons] == ["Pay KES\u00a010,000", "Pay a part"]


async def test_what_was_missed_by_a_day_is_not_made_good_and_the_next_one_comes(desk: Desk) -> None:
    await desk.stand.store.notes.add(a_note())
    assert await desk.at(moment_of(DUE, 0) + timedelta(days=1)) == 0
    assert await desk.at(moment_of(DUE, 1) + timedelta(hours=2)) == 1


async def test_who_wants_none_gets_none_until_they_want_them_again(desk: Desk) -> None:
    await desk.stand.store.notes.add(a_note())
    await desk.stand.says("/reminders off", "You get no reminders any more")
    assert await desk.at(moment_of(DUE, 0)) == 0
    await desk.stand.says("/reminders", "You get no reminders any more")
    await desk.stand.says("/reminders on", "You get reminders of your fee notes")
    assert await desk.at(moment_of(DUE, 1)) == 1


async def test_nobody_is_reminded_of_what_is_paid_withdrawn_or_nobodys(desk: Desk) -> None:
    await desk.stand.store.notes.add(a_note(paid_kes=10_000))
    await desk.stand.store.notes.add(a_note(id=NoteId("e" * 16), client=None))
    withdrawn = await desk.stand.store.notes.add(a_note(id=NoteId("d" * 16)))
    await desk.stand.store.notes.withdraw(withdrawn.id)
    for place in range(len(OFFSETS_DAYS)):
        assert await desk.at(moment_of(DUE, place)) == 0


async def test_a_bill_that_the_office_writes_has_its_reminder_ahead(desk: Desk) -> None:
    day = date.fromordinal(datetime.now(UTC).date().toordinal() + 20)
    await desk.stand.says(f"/bill 100 case A1 Filing by {day} for {ASHA}", "is written", user=ADMIN)
    (note,) = await desk.stand.store.notes.open_notes(5)
    assert note.remind_at == moment_of(day, 0)
    assert await desk.at(moment_of(day, 0)) == 1


@given(st.datetimes(min_value=datetime(2026, 11, 1), max_value=datetime(2027, 2, 28)), st.integers(0, 4))  # noqa: DTZ001  made aware below
def test_nobody_is_ever_disturbed_at_night_or_on_a_sunday(naive: datetime, place: int) -> None:
    now = naive.replace(tzinfo=UTC)
    if is_worth_telling(replace(a_note(), reminded=place), now):
        local = in_nairobi(now)
        assert 10 <= local.hour < LAST_HOUR.hour
        assert local.isoweekday() != 7
