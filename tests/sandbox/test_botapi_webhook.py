"""Delivery of updates to the bot's own address."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest
from aiohttp import web

from sandbox.telegram import FakeBotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASHA, BARAKA = 5001, 5002
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Hook:
    """The bot's side: keeps what is posted, answers as scripted and 200 after that."""

    def __init__(self) -> None:
        self.got: list[tuple[int, str]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.held: dict[int, asyncio.Event] = {}
        self.url = ""
        self.changed = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        message = body["message"]
        async with self.changed:
            self.got.append((body["update_id"], message["text"]))
            self.secrets.append(request.headers.get(SECRET_HEADER))
            self.changed.notify_all()
        if message["chat"]["id"] in self.held:
            await self.held[message["chat"]["id"]].wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: len(self.got) >= count)
            return [text for _, text in self.got]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/telegram/webhook", hook.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram/webhook"
    yield hook
    await runner.cleanup()


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as running:
        running.person(ASHA, "Asha")
        running.person(BARAKA, "Baraka")
        yield running


async def call(api: FakeBotApi, method: str, **parameters: object) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{api.url}/bot{api.token}/{method}", json=parameters)


async def info(api: FakeBotApi) -> dict[str, object]:
    result: dict[str, object] = (await call(api, "getWebhookInfo")).json()["result"]
    return result


async def test_updates_are_posted_in_order_with_the_secret(api: FakeBotApi, hook: Hook) -> None:
    await api.says(ASHA, "waiting since before")
    await call(api, "setWebhook", url=hook.url, secret_token="s3cret")
    for text in ("one", "two", "three"):
        await api.says(ASHA, text)
    assert await hook.until(4) == ["waiting since before", "one", "two", "three"]
    assert set(hook.secrets) == {"s3cret"}
    await api.wait_until(lambda: api.pending_updates == 0)


async def test_without_a_secret_no_secret_header_is_sent(api: FakeBotApi, hook: Hook) -> None:
    await call(api, "setWebhook", url=hook.url)
    await api.says(ASHA, "hello")
    await hook.until(1)
    assert hook.secrets == [None]


async def test_a_refused_update_is_posted_again_until_accepted_and_before_later_ones(
    api: FakeBotApi, hook: Hook
) -> None:
    hook.statuses = [503, 500]
    await call(api, "setWebhook", url=hook.url)
    await api.says(ASHA, "one")
    await api.says(ASHA, "two")
    assert await hook.until(4) == ["one", "one", "one", "two"]
    assert "500" in str((await info(api))["last_error_message"])


async def test_an_address_that_does_not_answer_is_told_and_updates_wait(api: FakeBotApi, hook: Hook) -> None:
    await call(api, "setWebhook", url="http://127.0.0.1:9/nobody")
    await api.says(ASHA, "one")
    told = api.world.delivery.webhook
    assert told
    await api.wait_until(lambda: told.last_error_message is not None)
    assert (await info(api))["pending_update_count"] == 1
    await call(api, "setWebhook", url=hook.url)
    assert await hook.until(1) == ["one"]


async def test_a_slow_chat_does_not_hold_up_another(api: FakeBotApi, hook: Hook) -> None:
    hook.held[ASHA] = asyncio.Event()
    await call(api, "setWebhook", url=hook.url)
    await api.says(ASHA, "slow")
    await api.says(ASHA, "behind it")
    await api.says(BARAKA, "quick")
    assert sorted(await hook.until(2)) == ["quick", "slow"]
    hook.held[ASHA].set()
    assert (await hook.until(3))[-1] == "behind it"


async def test_one_connection_means_one_update_at_a_time(api: FakeBotApi, hook: Hook) -> None:
    hook.held[ASHA] = asyncio.Event()
    await call(api, "setWebhook", url=hook.url, max_connections=1)
    await api.says(ASHA, "slow")
    await api.says(BARAKA, "quick")
    assert await hook.until(1) == ["slow"]
    assert api.world.delivery.busy == {ASHA}
    hook.held[ASHA].set()
    assert await hook.until(2) == ["slow", "quick"]


async def test_an_update_can_be_posted_twice(api: FakeBotApi, hook: Hook) -> None:
    api.fault("webhook", "duplicate_update")
    await call(api, "setWebhook", url=hook.url)
    update_id = await api.says(ASHA, "hello")
    await hook.until(2)
    assert hook.got == [(update_id, "hello")] * 2


async def test_polling_and_webhook_exclude_each_other(api: FakeBotApi, hook: Hook) -> None:
    poll = asyncio.create_task(call(api, "getUpdates", timeout=20))
    await api.wait_until(lambda: api.world.updates.poller == 1)
    await call(api, "setWebhook", url=hook.url)
    assert (await poll).status_code == 409
    refused = await call(api, "getUpdates")
    assert (refused.status_code, "webhook is active" in refused.text) == (409, True)
    await call(api, "deleteWebhook", drop_pending_updates=True)
    assert (await call(api, "getUpdates")).json() == {"ok": True, "result": []}
    assert (await info(api))["url"] == ""


async def test_dropping_pending_updates_forgets_them(api: FakeBotApi) -> None:
    await api.says(ASHA, "old")
    await call(api, "deleteWebhook", drop_pending_updates=True)
    assert (await call(api, "getUpdates")).json()["result"] == []
