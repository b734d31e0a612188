"""/audit: what happened to a payment, in plain words, for the office alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.rich import MOST_CHARACTERS, plain
from bot.trail_screens import trail_screen
from payments.audit import Actor, AuditEntry, AuditKind, AuditRecord, Unreadable
from payments.audited import security_record
from tests.bot.bot_stand import ADMIN, ASHA, Stand, standing, utc_now
from tests.bot.bot_watch import Noted
from tests.payments.builders import a_payment


@pytest_asyncio.fixture
async def noted() -> Noted:
    return Noted()


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str, noted: Noted) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        await stand.hear_paid(await stand.prompted())
        await stand.sees("Paid: KES\u00a01,500")
        yield stand


async def test_an_admin_reads_what_happened_to_a_payment_from_its_opening_on(desk: Stand) -> None:
    await desk.write_the_trail()
    message = await desk.says("/audit ub47k2m9qx", "KES\u00a01,500 for First consultation", user=ADMIN)
    words = plain(message.text)
    steps = ["opened this payment", "queued → sending", "sending → prompted", "prompted → paid"]
    assert [words.index(step) for step in steps] == sorted(words.index(step) for step in steps)
    assert "the client\nopened" in words
    assert "Safaricom, calling back\nprompted → paid" in words
    assert "254712345678" not in words
    assert "being written" not in words


async def test_a_payment_is_found_by_its_id_too(desk: Stand) -> None:
    await desk.write_the_trail()
    (payment,) = await desk.payments()
    await desk.says(f"/audit {payment.id}", "prompted → paid", user=ADMIN)


async def test_what_is_not_written_yet_is_said_so(desk: Stand) -> None:
    await desk.says("/audit UB47K2M9QX", "still being written", user=ADMIN)


@pytest.mark.parametrize(
    ("words", "answer"),
    [("", "Name one payment"), ("one two", "Name one payment"), ("<b>_*[", "No payment has that")],
)
async def test_what_names_no_payment_is_answered(desk: Stand, words: str, answer: str) -> None:
    await desk.says(f"/audit {words}", answer, user=ADMIN)


async def test_a_client_reads_no_trail_and_the_attempt_is_reported(desk: Stand, noted: Noted) -> None:
    await desk.says("/audit UB47K2M9QX", "for our office only", user=ASHA)
    assert [event.kind for event in noted.events] == [AuditKind.COMMAND_REFUSED]


async def test_an_attempt_on_a_payment_is_told_of_and_does_not_pass_for_one_of_its_steps(desk: Stand) -> None:
    (payment,) = await desk.payments()
    attempt = security_record(
        AuditKind.BUTTON_REFUSED,
        at=utc_now(),
        actor=Actor.USER,
        who="502",
        subject=payment.id,
        why="not theirs",
    )
    await desk.store.audit.enter([attempt])
    told = await desk.says("/audit UB47K2M9QX", "pressed a button that is not theirs", user=ADMIN)
    assert "still being written" in plain(told.text)
    assert "stays " not in plain(told.text)


def test_a_long_trail_keeps_its_end_and_says_how_much_is_left_out() -> None:
    entries = [an_entry(number) for number in range(1, 200)]
    words = plain(trail_screen(a_payment(), entries, under_way=False).text)
    assert len(trail_screen(a_payment(), entries, under_way=True).text) <= MOST_CHARACTERS
    assert "199 ·" in words
    shown = words.count(" · 4 Feb, ")
    assert f"{199 - shown} older entries are left out" in words


def test_an_entry_that_somebody_changed_is_named() -> None:
    screen = trail_screen(a_payment(), [Unreadable(7, "7")], under_way=False)
    assert "Entry 7 cannot be read" in screen.text


def an_entry(number: int) -> AuditEntry:
    record = AuditRecord(
        event=f"payment:a1:{number}",
        kind=AuditKind.PAYMENT_STAYED,
        at=datetime(2026, 2, 4, 7, 15, tzinfo=UTC),
        actor="engine",
        before="prompted",
        after="prompted",
        why="<b>" * 60,
    )
    return AuditEntry(seq=number, record=record, prev="0" * 64, hash="1" * 64)
