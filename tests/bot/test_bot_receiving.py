"""How updates come in: nothing is lost, nothing is done twice, and no trouble ends the receiving."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from bot.assembly import build_bot
from bot.parts import BotParts, WebhookAddress
from bot.running import CannotStart
from payments.client import Client
from payments.draft import Question, next_question
from payments.language import Language
from payments.payment import State
from payments.ports import StoreUnavailable
from payments.updates import StoredUpdate, UpdateInbox
from payments.values import ChatId, Phone, UserId
from tests.bot.bot_stand import ASHA, BARAKA, Stand, standing


@pytest.mark.parametrize(
    "kind", ["unauthorized", "not_found", "conflict", "too_many", "bad_gateway_html", "ok_html", "reset"]
)
async def test_polling_goes_on_after_every_kind_of_refusal(
    stand: Stand, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    await stand.says("/help", "M-Pesa asks")
    stand.telegram.fault("getUpdates", kind, times=3 if kind != "too_many" else 1)
    await stand.says("/pay", "What would you like")
    await stand.says("/help", "M-Pesa asks")
    await stand.telegram.wait_for_call("getUpdates", lambda call: call.fault is not None)
    await stand.says("/help", "M-Pesa asks")
    assert caplog.messages.count("poll_trouble") == 1
    assert stand.telegram.token not in caplog.text


async def test_a_webhook_that_somebody_set_is_removed_when_polling(stand: Stand) -> None:
    await stand.says("/help", "M-Pesa asks")
    description = "Conflict: can't use getUpdates method while webhook is active"
    stand.telegram.fault("getUpdates", "conflict", description=description)
    await stand.says("/start", "Hello Asha")
    deleted = [call for call in stand.telegram.calls if call.method == "deleteWebhook"]
    assert len(deleted) >= 1


async def test_what_was_stored_and_not_finished_is_worked_first_after_a_restart(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, started=False) as stand:
        for number, text in enumerate(("/pay", "hello"), start=1):
            await stand.store.updates.add(_stored(number, text))
        await stand.start()
        await stand.sees("use the buttons", "What would you like to pay for?")
        await stand.all_told()


async def test_an_answer_is_not_taken_for_the_next_question_when_its_update_comes_again(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name) as stand:
        await stand.says("/pay", "What would you like")
        await stand.taps("Case fee", "case number")
        stand.telegram.fault("sendMessage", "bad_gateway")
        await stand.says("1500", "How much")
        draft = await stand.store.drafts.of_chat(ChatId(ASHA))
        assert draft is not None
        assert (draft.reference, next_question(draft)) == ("1500", Question.AMOUNT)


async def test_an_update_that_always_fails_is_set_aside_with_an_apology_and_the_rest_goes_on(
    mongod_uri: str, database_name: str, caplog: pytest.LogCaptureFixture
) -> None:
    clients = BrokenClients(RuntimeError("boom"))
    async with standing(mongod_uri, database_name, change=lambda p: replace(p, clients=clients)) as stand:
        apology = await stand.says("/start", "Sorry", "tell our office this:")
        reference = apology.text.rsplit(" ", 1)[1]
        await stand.says("/help", "M-Pesa asks")
        await stand.all_told()
        assert clients.asked == 3
        failed = [record for record in caplog.records if record.message == "update_failed"]
        assert {record.__dict__["reference"] for record in failed} == {reference}
        assert all(record.exc_info for record in failed)


async def test_an_update_that_killed_the_program_three_times_is_set_aside(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, started=False) as stand:
        await stand.store.updates.add(_stored(1, "/pay"))
        for _ in range(3):
            assert await stand.store.updates.take(lease_s=0, busy=(), limit=1)
        await stand.start()
        await stand.sees("Sorry")
        assert await stand.store.updates.pending(10) == []
        assert await stand.store.drafts.of_chat(ChatId(ASHA)) is None


async def test_while_the_store_is_away_a_message_waits_and_is_answered_afterwards(
    mongod_uri: str, database_name: str
) -> None:
    clients = BrokenClients(StoreUnavailable("away"), times=5)
    async with standing(mongod_uri, database_name, change=lambda p: replace(p, clients=clients)) as stand:
        await stand.says("/start", "Hello Asha")
        assert clients.asked == 6


async def test_f38_while_nothing_can_be_stored_a_person_is_told_once_and_answered_afterwards(
    mongod_uri: str, database_name: str
) -> None:
    def away(parts: BotParts) -> BotParts:
        return replace(parts, updates=UpdatesAway(parts.updates, times=2))

    async with standing(mongod_uri, database_name, change=away) as stand:
        await stand.telegram.says(ASHA, "/start")
        await stand.sees("cannot take anything in just now")
        await stand.sees("Hello Asha")
        sorry = [message for message in stand.shown() if "just now" in message.text]
        assert len(sorry) == 1


async def test_a_slow_chat_does_not_hold_up_another_and_order_is_kept(stand: Stand) -> None:
    stand.telegram.fault("sendMessage", "slow_s", delay_s=0.5)
    for text in ("/pay", "one", "two"):
        await stand.telegram.says(ASHA, text)
    await stand.says("/help", "M-Pesa asks", user=BARAKA)
    await stand.all_told()
    begins = [message.text.split("\n")[0] for message in stand.shown()]
    assert begins == ["What would you like to pay for?", *["Please use the buttons for this step."] * 2]


async def test_an_unknown_command_a_sticker_or_plain_text_gets_the_menu(stand: Stand) -> None:
    shown = await stand.says("/refund_me", "What would you like?")
    assert [button.text for button in shown.buttons] == ["Pay a fee", "My payments", "Help"]
    await stand.says("good morning", "What would you like?")
    await stand.taps("My payments", "no payments here yet")
    await stand.taps("Pay a fee", "What would you like to pay for?")


async def test_names_are_shown_as_they_are_written(stand: Stand) -> None:
    stand.telegram.person(777, "<b>_*[")
    greeting = await stand.says("/start", "Hello <b>_*[", "Wanjiku & Partners", user=777)
    assert [button.text for button in greeting.buttons] == [
        "Pay a fee",
        "My payments",
        "Help",
        "English",
        "Kiswahili",
    ]


async def test_groups_and_edited_messages_get_no_payment(mongod_uri: str, database_name: str) -> None:
    async with standing(mongod_uri, database_name) as stand:
        group = {"id": -100, "type": "group", "title": "Chambers"}
        user = {"id": ASHA, "is_bot": False, "first_name": "Asha"}
        command = [{"type": "bot_command", "offset": 0, "length": 4}]
        message = {
            "message_id": 5,
            "date": 1,
            "chat": group,
            "from": user,
            "text": "/pay",
            "entities": command,
        }
        await stand.bot.door.accept(_json({"update_id": 1, "message": message}))
        private = {**message, "chat": {"id": ASHA, "type": "private"}, "edit_date": 2}
        await stand.bot.door.accept(_json({"update_id": 2, "edited_message": private}))
        await stand.all_told()
        calls = [call for call in stand.telegram.calls if call.method == "sendMessage"]
        assert [str(call.parameters["chat_id"]) for call in calls] == ["-100"]
        assert await stand.store.drafts.of_chat(ChatId(ASHA)) is None


async def test_the_menu_of_commands_is_registered(stand: Stand) -> None:
    await stand.says("/start", "Hello")
    names = [str(command["command"]) for command in stand.telegram.commands_for(ASHA)]
    assert names == [
        "pay",
        "status",
        "receipt",
        "verify",
        "cancel",
        "language",
        "help",
        "history",
        "matters",
        "support",
        "privacy",
        "mydata",
    ]


@pytest.mark.parametrize("method", ["setMyCommands", "deleteWebhook"])
async def test_a_server_that_lacks_a_method_is_good_enough(
    mongod_uri: str, database_name: str, method: str
) -> None:
    async with standing(mongod_uri, database_name, started=False) as stand:
        stand.telegram.fault(method, "not_found", times=100)
        await stand.start()
        await stand.says("/start", "Hello Asha")


async def test_a_webhook_delivers_to_the_door_and_malformed_bodies_are_refused(
    mongod_uri: str, database_name: str
) -> None:
    address = WebhookAddress("https://fees.example/telegram/webhook", "s3cret")
    async with standing(mongod_uri, database_name, webhook=address) as stand:
        set_to = await stand.telegram.wait_for_call("setWebhook")
        assert (set_to.parameters["url"], set_to.parameters["secret_token"]) == (address.url, "s3cret")
        assert await stand.bot.door.accept(_stored(7, "/pay").raw.encode())
        assert not await stand.bot.door.accept(_stored(7, "/pay").raw.encode())
        await stand.sees("What would you like to pay for?")
        await stand.all_told()
        assert len(stand.shown()) == 1
        for garbage in (b"", b"[]", b"{}", b'{"update_id": "7"}', b"\xff", b"null"):
            with pytest.raises(ValueError, match="not an update"):
                await stand.bot.door.accept(garbage)
        await stand.bot.door.accept(b'{"update_id": 8, "message": {"text": 5}}')
        assert await stand.store.updates.pending(10) == []
        assert not [call for call in stand.telegram.calls if call.method == "getUpdates"]


async def test_a_wrong_token_ends_the_start_without_showing_the_token(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, started=False) as stand:
        wrong = "123456:" + "A" * 35
        bot = build_bot(replace(stand.parts, token=wrong))
        with pytest.raises(CannotStart) as refused:
            await bot.start()
        assert wrong not in str(refused.value)


async def test_a_start_while_telegram_is_away_is_tried_again(mongod_uri: str, database_name: str) -> None:
    async with standing(mongod_uri, database_name, started=False) as stand:
        stand.telegram.fault("getMe", "bad_gateway_html", times=2)
        await stand.start()
        await stand.says("/start", "Hello Asha")


async def test_a_tap_on_pay_whose_update_is_worked_again_after_a_crash_pays_once(stand: Stand) -> None:
    summary = await stand.at_summary()
    draft = await stand.store.drafts.of_chat(ChatId(ASHA))
    assert draft is not None
    await stand.service.open(replace(draft, message_id=draft.message_id))  # and here it crashed
    await stand.telegram.taps(ASHA, "Pay KES\u00a01,500", message_id=summary.message_id)
    await stand.all_told()
    assert [payment.state for payment in await stand.payments()] == [State.QUEUED]
    assert await stand.store.drafts.of_chat(ChatId(ASHA)) is None


def _stored(update_id: int, text: str) -> StoredUpdate:
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
    message = {
        "message_id": update_id,
        "date": 1_780_000_000,
        "chat": {"id": ASHA, "type": "private"},
        "from": {"id": ASHA, "is_bot": False, "first_name": "Asha"},
        "text": text,
        "entities": entities,
    }
    raw = _json({"update_id": update_id, "message": message})
    return StoredUpdate(update_id=update_id, chat_id=ChatId(ASHA), raw=raw)


def _json(update: dict[str, object]) -> str:
    return json.dumps(update)


class BrokenClients:
    """A `ClientBook` that raises the first `times` times it is told of somebody."""

    def __init__(self, error: Exception, times: int = 100) -> None:
        self._error = error
        self._times = times
        self.asked = 0

    async def get(self, _: UserId) -> Client | None:
        return None

    async def seen(self, _: Client) -> None:
        self.asked += 1
        if self.asked <= self._times:
            raise self._error

    async def forget(self, _: UserId) -> None:
        return None

    async def want_reminders(self, _: UserId, __: ChatId, *, wanted: bool) -> None:
        del wanted

    async def choose(self, _: UserId, __: ChatId, ___: Language) -> None:
        return None

    async def remember_phone(self, _: UserId, __: Phone) -> None:
        return None


class UpdatesAway:
    """An `UpdateInbox` that cannot store the first few times; in all else the one it is given."""

    def __init__(self, inbox: UpdateInbox, times: int) -> None:
        self._inbox = inbox
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    async def add(self, update: StoredUpdate, *, aside: str = "") -> bool:
        if self._times:
            self._times -= 1
            raise StoreUnavailable("away")
        return await self._inbox.add(update, aside=aside)
