"""Files, albums, pins and effects: what the fake Bot API shows, and what it refuses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest
from telegram.request import HTTPXRequest

from sandbox.telegram import FakeBotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASHA = 5001
AGAIN = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="again")]])
CONFETTI = "5046509860389126442"


def picture(width: int = 40, height: int = 30, form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, form)
    return file.getvalue()


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as running:
        running.person(ASHA, "Asha")
        yield running


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    request = HTTPXRequest(httpx_kwargs={"trust_env": False}, read_timeout=5)
    async with Bot(api.token, base_url=f"{api.url}/bot", request=request) as running:
        yield running


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
async def test_a_photo_has_the_size_of_its_picture(bot: Bot, form: str) -> None:
    sent = await bot.send_photo(ASHA, picture(320, 240, form))
    assert (sent.photo[-1].width, sent.photo[-1].height) == (320, 240)


async def test_a_picture_of_impossible_sides_is_no_photo(bot: Bot) -> None:
    for width, height in ((2100, 100), (100, 2100)):
        with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
            await bot.send_photo(ASHA, picture(width, height))


async def test_a_picture_can_take_another_ones_place(api: FakeBotApi, bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, picture(), caption="This week", reply_markup=AGAIN)
    media = InputMediaPhoto(picture(80, 60), caption="<b>This month</b>", parse_mode="HTML")
    edited = await bot.edit_message_media(media, ASHA, sent.message_id, reply_markup=AGAIN)
    assert not isinstance(edited, bool)
    assert (edited.photo[-1].width, edited.caption) == (80, "This month")
    shown = api.chat(ASHA).last
    assert (shown.edited, shown.entities[0]["type"]) == (1, "bold")
    assert shown.button("Again")


async def test_a_text_can_become_a_document_and_loses_its_keyboard(api: FakeBotApi, bot: Bot) -> None:
    sent = await bot.send_message(ASHA, "One moment", reply_markup=AGAIN)
    await bot.edit_message_media(InputMediaDocument(b"a,b", filename="fees.csv"), ASHA, sent.message_id)
    shown = api.chat(ASHA).last
    assert shown.document
    assert (shown.document["file_name"], shown.text, shown.rows) == ("fees.csv", "", ())


async def test_the_same_picture_again_is_no_change(bot: Bot) -> None:
    sent = await bot.send_photo(ASHA, picture(), caption="Week")
    same = InputMediaPhoto(sent.photo[-1].file_id, caption="Week")
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_media(same, ASHA, sent.message_id)


async def test_an_album_is_of_one_kind_and_stays_so(bot: Bot) -> None:
    paper, photo = InputMediaDocument(b"a", filename="a.pdf"), InputMediaPhoto(picture())
    with pytest.raises(BadRequest, match="can't be mixed"):
        await bot.send_media_group(ASHA, [paper, photo])
    group = await bot.send_media_group(ASHA, [paper, InputMediaDocument(b"b", filename="b.pdf")])
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_media(InputMediaPhoto(picture()), ASHA, group[0].message_id)


async def test_a_message_may_be_protected_and_come_with_an_effect(api: FakeBotApi, bot: Bot) -> None:
    sent = await bot.send_message(ASHA, "Paid", protect_content=True, message_effect_id=CONFETTI)
    assert (sent.has_protected_content, sent.effect_id) == (True, CONFETTI)
    view = api.chat(ASHA).last.view()
    assert (view["protected"], view["effect"]) == (True, CONFETTI)


async def test_pins_are_set_and_taken_off_one_by_one_or_all_at_once(api: FakeBotApi, bot: Bot) -> None:
    first, second = [await bot.send_message(ASHA, text) for text in ("Board", "Notice")]
    await first.pin()
    await second.pin()
    await bot.unpin_chat_message(ASHA)
    assert [message.text for message in api.chat(ASHA).messages if message.pinned] == ["Board"]
    await bot.unpin_all_chat_messages(ASHA)
    assert not any(message.pinned for message in api.chat(ASHA).messages)


async def test_a_press_can_be_answered_with_an_address(api: FakeBotApi, bot: Bot) -> None:
    await bot.send_message(ASHA, "Bill?", reply_markup=AGAIN)
    query_id = await api.taps(ASHA, "Again")
    link = "https://t.me/practice_fees_bot?start=bill_1"
    await bot.answer_callback_query(query_id, url=link)
    told = [happening.body for happening in api.world.stream.after(0) if happening.kind == "answer"]
    assert told[0]["url"] == link
