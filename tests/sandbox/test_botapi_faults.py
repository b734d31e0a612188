"""Scripted faults of the fake Bot API, as python-telegram-bot meets them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from sandbox.telegram import FakeBotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASHA = 5001


def _request() -> HTTPXRequest:
    return HTTPXRequest(httpx_kwargs={"trust_env": False}, read_timeout=5)


@asynccontextmanager
async def bot_at(api: FakeBotApi) -> AsyncIterator[Bot]:
    bot = Bot(
        api.token,
        base_url=f"{api.url}/bot",
        base_file_url=f"{api.url}/file/bot",
        request=_request(),
        get_updates_request=_request(),
    )
    async with bot:
        yield bot


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as running:
        running.person(ASHA, "Asha", username="asha_w")
        yield running


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    async with bot_at(api) as running:
        yield running


async def test_an_outage_lasts_until_it_is_over_and_swallows_nothing_that_people_wrote(
    api: FakeBotApi, bot: Bot
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await api.wait_until(lambda: api.world.updates.poller == 1)
    api.outage(on=True)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await poll
    for _ in range(3):
        with pytest.raises(NetworkError, match="502"):
            await bot.send_message(ASHA, "hello")
    update_id = await api.says(ASHA, "is anybody there?")
    api.outage(on=False)
    assert [update.update_id for update in await bot.get_updates()] == [update_id]
    assert [message.text for message in api.chat(ASHA).messages] == ["is anybody there?"]


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("too_many", RetryAfter),
        ("bad_gateway_html", NetworkError),
        ("unauthorized", InvalidToken),
        ("not_found", InvalidToken),
        ("conflict", Conflict),
        ("forbidden", Forbidden),
        ("parse_error", BadRequest),
        ("not_modified", BadRequest),
        ("reset", NetworkError),
    ],
)
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_a_fault_that_strikes_before_leaves_nothing_sent(
    api: FakeBotApi, bot: Bot, kind: str, raised: type[TelegramError]
) -> None:
    api.fault("sendMessage", kind)
    with pytest.raises(raised):
        await bot.send_message(ASHA, "hello")
    assert api.chat(ASHA).messages == []
    assert api.calls[-1].fault == kind
    await bot.send_message(ASHA, "hello")
    assert api.chat(ASHA).last.text == "hello"


@pytest.mark.parametrize(
    ("kind", "raised"), [("reset_after", NetworkError), ("ok_html", TelegramError), ("slow_s", TimedOut)]
)
async def test_a_fault_that_strikes_after_leaves_the_message_sent(
    api: FakeBotApi, bot: Bot, kind: str, raised: type[TelegramError]
) -> None:
    api.fault("sendMessage", kind, delay_s=2)
    with pytest.raises(raised):
        await bot.send_message(ASHA, "hello", read_timeout=0.2)
    assert [message.text for message in api.chat(ASHA).messages] == ["hello"]


async def test_a_fault_strikes_as_often_as_told_and_after_the_calls_to_skip(
    api: FakeBotApi, bot: Bot
) -> None:
    api.fault("sendMessage", "forbidden", times=2, skip=1)
    await bot.send_message(ASHA, "one")
    for _ in range(2):
        with pytest.raises(Forbidden):
            await bot.send_message(ASHA, "two")
    await bot.send_message(ASHA, "three")
    with pytest.raises(ValueError, match="no fault is called"):
        api.fault("sendMessage", "gremlins")


async def test_updates_can_come_out_of_order(api: FakeBotApi, bot: Bot) -> None:
    api.fault("getUpdates", "reversed_updates")
    first, second = await api.says(ASHA, "one"), await api.says(ASHA, "two")
    assert [u.update_id for u in await bot.get_updates()] == [second, first]


async def test_the_server_can_go_away_and_come_back_at_its_place(api: FakeBotApi, bot: Bot) -> None:
    port = api.port
    await api.says(ASHA, "before")
    await api.stop()
    with pytest.raises(NetworkError):
        await bot.get_me()
    await api.start(port=port)
    assert len(await bot.get_updates()) == 1
