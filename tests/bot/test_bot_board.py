"""/board: one pinned message shows the day, changes as money arrives, and is nobody's but the office's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.parts import BotParts
from bot.rich import plain
from payments.analytics.bookkeeping import Bookkeeper
from payments.values import ChatId
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, K, Stand, standing, utc_now
from tests.bot.bot_watch import with_limits

CASHIER = 777


class Late:
    """A clock that can be set forward."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> object:
        return utc_now() + self.by


@pytest.fixture
def late() -> Late:
    return Late()


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str, late: Late) -> AsyncIterator[Stand]:
    def quick(parts: BotParts) -> BotParts:
        limits = with_limits(boards=replace(parts.limits.boards, idle_s=0.05))
        return replace(parts, limits=limits, now=late)  # type: ignore[arg-type]  # it is one

    async with standing(mongod_uri, database_name, change=quick) as stand:
        yield stand


def pinned(stand: Stand, user: int = ADMIN) -> list[Message]:
    return [message for message in stand.telegram.chat(user).messages if message.pinned]


async def until_pinned(stand: Stand, *ids: int) -> None:
    """Pinning is waited for by nobody, so it is looked at."""
    async with asyncio.timeout(10):
        while [message.message_id for message in pinned(stand)] != [*ids]:  # noqa: ASYNC110  see above
            await asyncio.sleep(0.02)


async def paid(stand: Stand, user: int, receipt: str) -> None:
    await stand.hear_paid(await stand.prompted(user), receipt)
    await stand.sees("Paid: KES\u00a01,500", user=user)
    await stand.write_the_trail()
    await Bookkeeper(rollups=stand.store.rollups).rest()


async def test_the_board_is_pinned_and_changes_in_place_as_money_arrives(stand: Stand) -> None:
    board = await stand.says("/board", "so far", "Nothing received yet.", user=ADMIN)
    await until_pinned(stand, board.message_id)
    await paid(stand, ASHA, "UB47K2M9QX")
    changed = await stand.sees("Received: KES\u00a01,500 in 1 payment", "KES\u00a01,500 · Asha", user=ADMIN)
    assert changed.message_id == board.message_id
    await paid(stand, BARAKA, "UB47K2M9QY")
    changed = await stand.sees(
        "Received: KES\u00a03,000 in 2 payments", "· Consultation: KES\u00a03,000", user=ADMIN
    )
    assert changed.message_id == board.message_id
    assert sum("so far" in message.text for message in stand.shown(ADMIN)) == 1


async def test_what_waits_is_on_the_board_until_it_does_not(stand: Stand) -> None:
    await stand.says("/board", "so far", user=ADMIN)
    payment = await stand.prompted()
    await stand.sees("so far", "Under way: 1", user=ADMIN)
    await stand.hear(payment, K.CALLBACK_MISMATCH, checkout_id=payment.checkout_id, amount_kes=7)
    board = await stand.sees("so far", "Waiting for a person: 1", user=ADMIN)
    assert "Under way" not in plain(board.text)


async def test_a_board_that_shows_what_is_is_not_touched(stand: Stand) -> None:
    board = await stand.says("/board", "so far", user=ADMIN)
    await until_pinned(stand, board.message_id)
    for _ in range(5):
        await stand.bot.boards.draw()
    assert [call.method for call in stand.telegram.calls if "edit" in call.method] == []


async def test_the_next_day_has_a_board_of_its_own(stand: Stand, late: Late) -> None:
    old = await stand.says("/board", "so far", user=ADMIN)
    late.by = timedelta(days=1)
    new = await stand.answered(old.message_id, "so far", user=ADMIN)
    await until_pinned(stand, new.message_id)
    assert new.text != old.text


async def test_a_second_board_takes_the_first_ones_place_and_off_ends_it(stand: Stand) -> None:
    first = await stand.says("/board", "so far", user=ADMIN)
    second = await stand.says("/board", "so far", user=ADMIN)
    await until_pinned(stand, second.message_id)
    assert first.message_id != second.message_id
    await stand.says("/board off", "no day board", user=ADMIN)
    await until_pinned(stand)
    assert await stand.store.boards.all() == []
    await stand.says("/board nonsense", "/board off ends it", user=ADMIN)


async def test_a_board_whose_message_was_deleted_is_sent_anew(stand: Stand) -> None:
    board = await stand.says("/board", "so far", user=ADMIN)
    await stand.bot.application.bot.delete_message(ADMIN, board.message_id)
    await stand.prompted()
    anew = await stand.answered(board.message_id, "so far", "Under way: 1", user=ADMIN)
    await until_pinned(stand, anew.message_id)


async def test_whoever_leaves_the_office_keeps_no_board(stand: Stand) -> None:
    stand.telegram.person(CASHIER, "Otieno")
    await stand.says(f"/admins add {CASHIER} cashier", "is cashier", user=ADMIN)
    board = await stand.says("/board", "so far", user=CASHIER)
    await stand.says(f"/admins remove {CASHIER}", "belongs to the office no more", user=ADMIN)
    await paid(stand, ASHA, "UB47K2M9QX")
    async with asyncio.timeout(10):
        while await stand.store.boards.of_chat(ChatId(CASHIER)):  # noqa: ASYNC110  a row gives no sign
            await asyncio.sleep(0.02)
    shown = next(m for m in stand.shown(CASHIER) if m.message_id == board.message_id)
    assert "1,500" not in plain(shown.text)


async def test_a_chat_that_cannot_be_reached_costs_its_board_and_no_other(stand: Stand) -> None:
    stand.telegram.person(CASHIER, "Otieno")
    await stand.says(f"/admins add {CASHIER} cashier", "is cashier", user=ADMIN)
    await stand.says("/board", "so far", user=CASHIER)
    await stand.says("/board", "so far", user=ADMIN)
    await stand.telegram.blocks(CASHIER)
    await stand.prompted()
    await stand.sees("so far", "Under way: 1", user=ADMIN)
    async with asyncio.timeout(10):
        while len(await stand.store.boards.all()) > 1:  # noqa: ASYNC110  a row gives no sign
            await asyncio.sleep(0.02)
