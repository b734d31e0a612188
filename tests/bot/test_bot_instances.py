"""Several instances on one store: each update is worked by one of them, in order, and one polls."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.assembly import build_bot
from bot.parts import WebhookAddress
from bot.running import Bot
from payments.updates import StoredUpdate
from payments.values import ChatId
from storage.connect import Store
from storage.sole import LeasedRight
from tests.bot.bot_stand import ASHA, BARAKA, Stand, standing

HOOK = WebhookAddress("https://fees.example/telegram/webhook")


@asynccontextmanager
async def another(stand: Stand, mongod_uri: str, database_name: str) -> AsyncIterator[Bot]:
    """A second program on the same store and for the same bot."""
    store = await Store.open(mongod_uri, database_name)
    parts = replace(
        stand.parts,
        payments=store.payments,
        drafts=store.drafts,
        clients=store.clients,
        fees=store.fees,
        deliveries=store.deliveries,
        updates=store.updates,
        polling=LeasedRight(store.leases, "polling"),
    )
    bot = build_bot(parts)
    await bot.start()
    task = asyncio.create_task(bot.run())
    try:
        yield bot
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bot.stop()
        await store.close()


def said(update_id: int, text: str, user: int = ASHA) -> str:
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
    person = {"id": user, "is_bot": False, "first_name": "Asha"}
    message = {
        "message_id": update_id,
        "date": 1_780_000_000,
        "chat": {"id": user, "type": "private"},
        "from": person,
        "text": text,
        "entities": entities,
    }
    return json.dumps({"update_id": update_id, "message": message})


async def test_i30_updates_given_to_several_instances_are_worked_once_and_in_order_in_each_chat(
    mongod_uri: str, database_name: str
) -> None:
    async with (
        standing(mongod_uri, database_name, webhook=HOOK) as stand,
        another(stand, mongod_uri, database_name) as second,
    ):
        doors = [stand.bot.door, second.door]
        for number in range(1, 31):
            user = (ASHA, BARAKA)[number % 2]
            text = "/pay" if number <= 2 else f"answer {number}"
            await doors[number % 3 % 2].accept(said(number, text, user))
        await stand.all_told()
        for user in (ASHA, BARAKA):
            first, *others = [message.text.split("\n")[0] for message in stand.shown(user)]
            assert first == "What would you like to pay for?"
            assert others == ["Please use the buttons for this step."] * 14
        assert {row["attempts"] for row in await stand.kept_updates()} == {1}


async def test_i30_what_an_instance_that_died_had_begun_is_worked_by_another_after_the_lease(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, webhook=HOOK, started=False) as stand:
        await stand.store.updates.add(stored(1, "/pay"))
        await stand.store.updates.add(stored(2, "hello"))
        dead = await Store.open(mongod_uri, database_name)
        assert len(await dead.updates.take(lease_s=0.5, busy=(), limit=5)) == 1
        await dead.close()
        await stand.start()
        await stand.sees("use the buttons", "What would you like to pay for?")
        await stand.all_told()
        assert [row["attempts"] for row in await stand.kept_updates()] == [2, 1]


async def test_what_is_stored_is_looked_at_regularly_and_not_only_at_the_start(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, webhook=HOOK) as stand:
        await stand.store.updates.add(stored(1, "/help"))  # as another instance would
        await stand.sees("M-Pesa asks")


async def test_f49_an_update_delivered_many_times_to_several_instances_has_its_effects_once(
    mongod_uri: str, database_name: str
) -> None:
    async with (
        standing(mongod_uri, database_name, webhook=HOOK) as stand,
        another(stand, mongod_uri, database_name) as second,
    ):
        taken = await asyncio.gather(
            *(door.accept(said(1, "/pay")) for door in [stand.bot.door, second.door] * 5)
        )
        assert taken.count(True) == 1
        await stand.all_told()
        assert len(stand.shown()) == 1


async def test_a_stop_gives_what_was_not_finished_to_others_at_once(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, webhook=HOOK) as stand:
        stand.telegram.fault("sendMessage", "too_many", retry_after_s=60)
        await stand.bot.door.accept(said(1, "/pay"))
        await stand.telegram.wait_for_call("sendMessage")
        await stand.stop()
        (row,) = await stand.kept_updates()
        assert (row["state"], row["attempts"], "lane" in row) == ("pending", 0, False)


async def test_f42_an_instance_that_lost_its_lease_lets_go_of_the_update(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, webhook=HOOK) as stand:
        stand.telegram.fault("sendMessage", "slow_s", delay_s=3)
        await stand.bot.door.accept(said(1, "/pay"))
        await stand.store.updates._shelf.rows.update_many({}, {"$inc": {"fence": 1}})  # another took it
        async with asyncio.timeout(5):
            while not (stand.bot.lanes._working or {}):  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.01)
            await stand.store.updates._shelf.rows.update_many({}, {"$inc": {"fence": 1}})
            while stand.bot.lanes._working:  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.01)
        (row,) = await stand.kept_updates()
        assert row["state"] == "pending"


async def test_f56_a_second_instance_stands_by_and_polls_when_the_first_ends(
    stand: Stand, mongod_uri: str, database_name: str
) -> None:
    await stand.says("/help", "M-Pesa asks")
    async with another(stand, mongod_uri, database_name):
        await stand.says("/start", "Hello Asha")
        await stand.says("/pay", "What would you like")
        assert not [call for call in stand.telegram.calls if call.status == 409]
        assert stand.task is not None
        stand.task.cancel()
        await asyncio.gather(stand.task, return_exceptions=True)
        await stand.says("/help", "M-Pesa asks")
        assert not [call for call in stand.telegram.calls if call.status == 409]


async def test_f56_an_instance_that_died_is_replaced_when_its_right_to_poll_is_over(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, started=False) as stand:
        assert await LeasedRight(stand.store.leases, "polling").hold(1.0)  # and here it died
        await stand.start()
        before = [call for call in stand.telegram.calls if call.method == "getUpdates"]
        assert before == []
        await stand.says("/help", "M-Pesa asks")


async def test_f56_a_poller_that_lost_its_right_stops_polling(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    await stand.says("/help", "M-Pesa asks")
    await stand.store.leases.give_all_back()
    thief = LeasedRight(stand.store.leases, "polling")
    async with asyncio.timeout(5):
        while not await thief.hold(1.0):
            await stand.store.leases.give_all_back()
        while "poll_stands_by" not in caplog.messages:
            await asyncio.sleep(0.02)
            await thief.hold(1.0)
    assert "poll_right_lost" in caplog.messages
    await stand.says("/start", "Hello Asha")


async def test_a_poll_without_any_answer_is_begun_anew_and_loudly(
    mongod_uri: str, database_name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with standing(mongod_uri, database_name, started=False) as stand:
        poll = replace(stand.parts.limits.poll, poll_s=1, slack_s=30.0, silences=0.02)
        stand.bot = build_bot(replace(stand.parts, limits=replace(stand.parts.limits, poll=poll)))
        stand.telegram.fault("getUpdates", "slow_s", delay_s=3, times=1)
        await stand.start()
        await stand.says("/help", "M-Pesa asks")
        assert "poll_stalled" in caplog.messages


async def test_an_update_that_the_library_cannot_read_does_not_stop_the_others(stand: Stand) -> None:
    await stand.says("/help", "M-Pesa asks")
    chat = stand.telegram.world
    broken = chat.updates.add("message", ASHA, {"message_id": 5, "date": "never", "chat": 7, "text": []})
    chat.updates.add("message", ASHA, {})
    await stand.says("/start", "Hello Asha")
    rows = {row["_id"]: row for row in await stand.kept_updates()}
    assert (rows[broken]["state"], rows[broken]["why"]) == ("aside", "it cannot be read")
    assert '"never"' in str(rows[broken]["raw"])


async def test_what_telegram_adds_to_an_update_is_kept_as_it_came(stand: Stand) -> None:
    content = json.loads(said(1, "/help"))["message"] | {"brand_new_field": {"deep": [1, 2]}}
    number = stand.telegram.world.updates.add("message", ASHA, content)
    await stand.sees("M-Pesa asks")
    rows = {row["_id"]: row for row in await stand.kept_updates()}
    assert json.loads(str(rows[number]["raw"]))["message"]["brand_new_field"] == {"deep": [1, 2]}


def stored(update_id: int, text: str) -> StoredUpdate:
    return StoredUpdate(update_id=update_id, chat_id=ChatId(ASHA), raw=said(update_id, text))
