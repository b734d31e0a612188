"""The fake Bot API as python-telegram-bot sees it, over a real socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from sandbox.telegram import FakeBotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASHA = 5001
PAY = InlineKeyboardMarkup([[InlineKeyboardButton("Pay KES 1,500", callback_data="p:1:ok", style="success")]])


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


async def test_a_whole_application_talks_with_a_person(api: FakeBotApi) -> None:
    async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_message
        await update.effective_message.reply_html("<b>Consultation</b>", reply_markup=PAY)

    async def pay(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.answer("One moment")
        await update.callback_query.edit_message_text("Check your phone")

    async def contact(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_message
        assert update.effective_message.contact
        await update.effective_message.reply_text(
            f"Thank you: {update.effective_message.contact.phone_number}"
        )

    app = (
        Application.builder()
        .token(api.token)
        .base_url(f"{api.url}/bot")
        .request(_request())
        .get_updates_request(_request())
        .build()
    )
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(pay))
    app.add_handler(MessageHandler(filters.CONTACT, contact))
    async with app:
        assert app.updater
        await app.start()
        await app.updater.start_polling(timeout=2)
        await api.says(ASHA, "/start")
        offer = await api.wait_for(ASHA, "Consultation")
        query_id = await api.taps(ASHA, "Pay KES 1,500")
        assert (await api.wait_for_answer(query_id)).text == "One moment"
        told = await api.wait_for(ASHA, "Check your phone")
        await api.shares_contact(ASHA, "254712345678")
        await api.wait_for(ASHA, "Thank you: 254712345678")
        await app.updater.stop()
        await app.stop()
    assert told.message_id == offer.message_id
    assert (told.edited, told.rows) == (1, ())
    assert not api.unknown_methods


async def test_an_update_stays_until_a_higher_offset_acknowledges_it(api: FakeBotApi, bot: Bot) -> None:
    first = await api.says(ASHA, "one")
    second = await api.says(ASHA, "two")
    assert [u.update_id for u in await bot.get_updates()] == [first, second]
    assert [u.update_id for u in await bot.get_updates(limit=1)] == [first]
    assert [u.update_id for u in await bot.get_updates(offset=second)] == [second]
    assert await bot.get_updates(offset=second + 1, timeout=0) == ()


async def test_a_long_poll_ends_as_soon_as_something_is_said(api: FakeBotApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0)
    update_id = await api.says(ASHA, "hello")
    async with asyncio.timeout(5):
        assert [u.update_id for u in await poll] == [update_id]


async def test_a_newer_poll_ends_the_older_with_a_conflict(api: FakeBotApi, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await api.wait_until(lambda: api.world.updates.poller == 1)
    async with bot_at(api) as other:
        newer = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="only one bot instance"):
            await older
        await api.says(ASHA, "hello")
        assert len(await newer) == 1


async def test_only_wanted_kinds_of_updates_are_delivered_and_the_choice_is_remembered(
    api: FakeBotApi, bot: Bot
) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await api.says(ASHA, "not wanted")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    await api.blocks(ASHA)
    (update,) = await bot.get_updates()
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_an_update_can_come_twice(api: FakeBotApi, bot: Bot) -> None:
    update_id = await api.says(ASHA, "once")
    await bot.get_updates()
    assert await bot.get_updates(offset=update_id + 1) == ()
    api.repeat_update(update_id)
    assert [u.update_id for u in await bot.get_updates(offset=update_id + 1)] == [update_id]
    assert await bot.get_updates(offset=update_id + 1) == ()
    api.fault("getUpdates", "duplicate_update")
    again = await api.says(ASHA, "twice")
    assert [u.update_id for u in await bot.get_updates(offset=update_id + 1)] == [again]
    assert [u.update_id for u in await bot.get_updates(offset=again + 1)] == [again]


async def test_a_blocked_bot_cannot_write_and_an_unknown_chat_is_not_found(api: FakeBotApi, bot: Bot) -> None:
    await api.blocks(ASHA)
    with pytest.raises(Forbidden):
        await bot.send_message(ASHA, "hello")
    await api.unblocks(ASHA)
    await bot.send_message(ASHA, "hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999, "hello")


async def test_a_message_is_edited_only_when_it_changes(api: FakeBotApi, bot: Bot) -> None:
    sent = await bot.send_message(ASHA, "Pay <b>now</b>", parse_mode="HTML", reply_markup=PAY)
    with pytest.raises(BadRequest, match="not modified"):
        await sent.edit_text("Pay <strong>now</strong>", parse_mode="HTML", reply_markup=PAY)
    edited = await sent.edit_text("Pay <b>now</b>", parse_mode="HTML")
    assert isinstance(edited, bool) is False
    assert api.chat(ASHA).last.rows == ()
    with pytest.raises(BadRequest, match="not modified"):
        await sent.edit_reply_markup(None)


async def test_a_deleted_or_foreign_or_unknown_message_cannot_be_edited(api: FakeBotApi, bot: Bot) -> None:
    api.person(5002, "Baraka")
    sent = await bot.send_message(ASHA, "hello")
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", chat_id=5002, message_id=sent.message_id)
    await sent.delete()
    with pytest.raises(BadRequest, match="to edit not found"):
        await sent.edit_text("x")
    await api.says(ASHA, "mine")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", chat_id=ASHA, message_id=api.chat(ASHA).last.message_id)


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(api: FakeBotApi, bot: Bot) -> None:
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Share my number", request_contact=True)], ["Cancel"]])
    asked = await bot.send_message(ASHA, "Your number?", reply_markup=keyboard)
    shown = api.chat(ASHA).reply_keyboard
    assert shown
    assert [button.action for row in shown.rows for button in row] == ["request_contact", "text"]
    with pytest.raises(BadRequest, match="can't be edited"):
        await asked.edit_text("Your number, please?")
    await bot.send_message(ASHA, "Thanks", reply_markup=ReplyKeyboardRemove())
    assert api.chat(ASHA).reply_keyboard is None


async def test_a_button_press_is_answered_once_and_soon() -> None:
    now = [1_800_000_000.0]
    async with FakeBotApi(clock=lambda: now[0]) as api, bot_at(api) as bot:
        api.person(ASHA, "Asha")
        await bot.send_message(ASHA, "Pay?", reply_markup=PAY)
        query_id = await api.taps(ASHA, "p:1:ok")
        assert await bot.answer_callback_query(query_id, "Yes", show_alert=True)
        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_callback_query(query_id)
        late = await api.taps(ASHA, "Pay KES 1,500")
        now[0] += 60
        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_callback_query(late)
        assert [(a.query_id, a.text, a.show_alert) for a in api.answers] == [(query_id, "Yes", True)]


async def test_tapping_a_button_that_is_not_there_tells_which_are(api: FakeBotApi, bot: Bot) -> None:
    rows = [
        [InlineKeyboardButton("Pay", callback_data="pay")],
        [InlineKeyboardButton("Copy code", copy_text=CopyTextButton("TX1"))],
    ]
    sent = await bot.send_message(ASHA, "Pay?", reply_markup=InlineKeyboardMarkup(rows))
    with pytest.raises(LookupError, match=r"\[Pay\] \(pay\).*\[Copy code\]"):
        await api.taps(ASHA, "Refund")
    with pytest.raises(LookupError, match="never hears"):
        await api.taps(ASHA, "Copy code")
    await sent.edit_text("Done")
    await api.sends_callback(ASHA, "pay", message_id=sent.message_id)
    (update,) = await bot.get_updates()
    assert update.callback_query
    assert update.callback_query.data == "pay"


async def test_documents_photos_and_groups_go_up_and_come_back(api: FakeBotApi, bot: Bot) -> None:
    sent = await bot.send_document(ASHA, b"%PDF receipt", filename="receipt.pdf", caption="Your receipt")
    assert sent.document
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF receipt"
    await bot.send_document(ASHA, sent.document.file_id)
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\0" * 9
    photo = await bot.send_photo(ASHA, png)
    assert (photo.photo[0].width, photo.photo[0].height) == (640, 480)
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(ASHA, b"not a picture")
    group = await bot.send_media_group(
        ASHA, [InputMediaDocument(b"a", filename="a.csv"), InputMediaDocument(b"b", filename="b.csv")]
    )
    assert group[0].media_group_id == group[1].media_group_id
    await sent.edit_caption("Your receipt, again")
    with pytest.raises(BadRequest, match=r"(?i)no text in the message"):
        await sent.edit_text("text")
    assert "receipt.pdf" in api.transcript(ASHA)


async def test_the_command_menu_is_chosen_by_scope_and_language(api: FakeBotApi, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("pay", "Pay a fee")])
    await bot.set_my_commands([BotCommand("pay", "Lipa ada")], language_code="sw")
    assert api.commands_for(ASHA)[0]["description"] == "Pay a fee"
    assert api.commands_for(ASHA, "sw-KE")[0]["description"] == "Lipa ada"
    await bot.set_my_commands([BotCommand("refund", "Refund")], scope=BotCommandScopeChat(ASHA))
    assert api.commands_for(ASHA, "sw")[0]["command"] == "refund"
    await bot.delete_my_commands(scope=BotCommandScopeChat(ASHA))
    assert [c.command for c in await bot.get_my_commands()] == ["pay"]
    told = [happening for happening in api.world.stream.after(0) if happening.kind == "commands"]
    assert len(told) == 4
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.set_my_commands([BotCommand("refund", "Refund")], scope=BotCommandScopeChat(999))


async def test_an_unknown_method_is_named_loudly(
    api: FakeBotApi, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InvalidToken):
        await bot.send_dice(ASHA)
    assert api.unknown_methods == ["sendDice"]
    assert "sendDice" in caplog.text
    assert api.token not in caplog.text


async def test_a_person_can_send_a_picture_and_edit_what_was_said(api: FakeBotApi, bot: Bot) -> None:
    await api.sends_photo(ASHA, "my receipt")
    await api.says(ASHA, "/pay")
    await api.edits(ASHA, api.chat(ASHA).last.message_id, "/cancel")
    picture, said, edited = await bot.get_updates()
    assert picture.message
    assert picture.message.photo
    assert picture.message.caption == "my receipt"
    assert said.message
    assert edited.edited_message
    assert (said.message.text, edited.edited_message.text) == ("/pay", "/cancel")


async def test_waiting_in_vain_shows_the_chat(api: FakeBotApi, bot: Bot) -> None:
    await bot.send_message(ASHA, "Pay?", reply_markup=PAY)
    with pytest.raises(AssertionError, match=r"(?s)'Paid'.*Pay\?.*\[Pay KES 1,500\]"):
        await api.wait_for(ASHA, "Paid", timeout_s=0.05)
    with pytest.raises(AssertionError, match="sendMessage 200"):
        await api.wait_for_call("sendPhoto", timeout_s=0.05)
