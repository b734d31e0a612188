"""What the fake Bot API refuses, asked in plain HTTP."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.telegram import FakeBotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASHA = 5001


class Caller:
    """A bot that sends whatever it is told to."""

    def __init__(self, api: FakeBotApi, client: httpx.AsyncClient) -> None:
        self.api = api
        self.client = client

    async def __call__(self, method: str, /, **parameters: object) -> tuple[int, str]:
        answer = await self.client.post(f"{self.api.url}/bot{self.api.token}/{method}", json=parameters)
        body = answer.json()
        assert body["ok"] is (answer.status_code == 200)
        assert body.get("error_code", 200) == answer.status_code
        return answer.status_code, body.get("description", "")

    async def refuses(self, status: int, what: str, method: str, /, **parameters: object) -> None:
        assert (status, what) == await self(method, **parameters)


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with FakeBotApi() as api, httpx.AsyncClient(trust_env=False) as client:
        api.person(ASHA, "Asha")
        yield Caller(api, client)


def keyboard(**button: object) -> dict[str, object]:
    return {"inline_keyboard": [[button]]}


async def test_a_wrong_token_is_unauthorized(call: Caller) -> None:
    answer = await call.client.post(f"{call.api.url}/bot1:wrong/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")
    assert (await call.client.get(f"{call.api.url}/file/bot1:wrong/x")).status_code == 401


async def test_an_unknown_method_is_not_found(call: Caller) -> None:
    await call.refuses(404, "Not Found", "sendSmoke")


async def test_parameters_come_by_query_form_json_or_multipart_and_methods_in_any_case(call: Caller) -> None:
    address = f"{call.api.url}/bot{call.api.token}/SENDmessage"
    given = {"chat_id": str(ASHA), "text": "hello"}
    for answer in (
        await call.client.get(address, params=given),
        await call.client.post(address, data=given),
        await call.client.post(address, json=given),
        await call.client.post(address, data=given, files={"unused": b"x"}),
    ):
        assert answer.json()["result"]["text"] == "hello"


@pytest.mark.parametrize(
    ("parameters", "status", "what"),
    [
        ({"text": ""}, 400, "Bad Request: message text is empty"),
        ({"text": " \n "}, 400, "Bad Request: message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, 400, "Bad Request: message text is empty"),
        ({"text": "x" * 4097}, 400, "Bad Request: message is too long"),
        ({"text": "*x*", "parse_mode": "MarkdownV2"}, 400, "Bad Request: unsupported parse_mode"),
        ({"text": "x", "chat_id": 999}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": ""}, 400, "Bad Request: chat_id is empty"),
        ({"text": "x", "chat_id": "@channel"}, 400, "Bad Request: chat not found"),
        ({"text": "x", "message_effect_id": "confetti"}, 400, "Bad Request: EFFECT_ID_INVALID"),
        (
            {"text": "x", "reply_parameters": {"message_id": 1}},
            400,
            "Bad Request: message to be replied not found",
        ),
        (
            {"text": "Dear <Asha> & Co", "parse_mode": "HTML"},
            400,
            'Bad Request: can\'t parse entities: Unsupported start tag "asha" at byte offset 5',
        ),
    ],
)
async def test_a_message_telegram_would_not_send_is_refused(
    call: Caller, parameters: dict[str, object], status: int, what: str
) -> None:
    await call.refuses(status, what, "sendMessage", **({"chat_id": ASHA} | parameters))
    assert call.api.chat(ASHA).messages == []


async def test_text_that_is_not_utf8_is_refused(call: Caller) -> None:
    body = b'{"chat_id": 5001, "text": "\\ud800"}'
    answer = await call.client.post(
        f"{call.api.url}/bot{call.api.token}/sendMessage",
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert answer.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


async def test_ids_rise_across_restarts() -> None:
    ids = []
    for now_s in (1_800_000_000.0, 1_800_000_002.0):
        api = FakeBotApi(clock=partial(float, now_s))
        api.person(ASHA, "Asha")
        ids += [await api.says(ASHA, "one") for _ in range(150)]
    assert ids == sorted(set(ids))


async def test_lengths_count_after_parsing(call: Caller) -> None:
    assert await call("sendMessage", chat_id=ASHA, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML") == (
        200,
        "",
    )


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        (keyboard(text="x", callback_data="d" * 65), "BUTTON_DATA_INVALID"),
        (keyboard(text="x", callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        (keyboard(text="x", callback_data=""), "BUTTON_DATA_INVALID"),
        (keyboard(text=" ", callback_data="d"), "text must be non-empty"),
        (keyboard(text="x"), "Text buttons are unallowed"),
        (keyboard(text="x", callback_data="d", url="https://example.org"), "exactly one action"),
        (keyboard(text="x", url="nowhere"), "Wrong HTTP URL"),
        (keyboard(text="x", copy_text={"text": "c" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard(text="x", callback_data="d", style="purple"), "invalid button style"),
        (keyboard(text=1, callback_data="d"), "can't parse reply keyboard markup"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "d"}] * 9]}, "REPLY_MARKUP_TOO_LONG"),
        ({"keyboard": []}, "can't parse reply keyboard markup"),
        ({"keyboard": [[{"text": ""}]]}, "text must be non-empty"),
        ({"keyboard": [["x"]], "input_field_placeholder": "p" * 65}, "can't parse reply keyboard markup"),
        ({"remove_keyboard": False}, "can't parse reply keyboard markup"),
        ({"buttons": []}, "no known kind of keyboard"),
        ("not json", "can't parse reply_markup"),
    ],
)
async def test_a_keyboard_telegram_would_not_show_is_refused(call: Caller, markup: object, what: str) -> None:
    status, description = await call("sendMessage", chat_id=ASHA, text="x", reply_markup=markup)
    assert status == 400
    assert what in description


async def test_a_keyboard_of_the_right_shape_is_shown(call: Caller) -> None:
    rows = [
        [{"text": "Pay", "callback_data": "d" * 64, "style": "success"}],
        [
            {"text": "Copy", "copy_text": {"text": "c" * 256}},
            {"text": "Terms", "url": "https://example.org"},
        ],
    ]
    assert await call(
        "sendMessage", chat_id=ASHA, text="x", reply_markup=json.dumps({"inline_keyboard": rows})
    ) == (200, "")
    shown = call.api.chat(ASHA).last
    assert [[button.text for button in row] for row in shown.rows] == [["Pay"], ["Copy", "Terms"]]
    assert (shown.rows[0][0].style, shown.rows[0][0].data) == ("success", "d" * 64)


async def test_an_edit_cannot_bring_a_reply_keyboard(call: Caller) -> None:
    await call("sendMessage", chat_id=ASHA, text="x")
    message_id = call.api.chat(ASHA).last.message_id
    await call.refuses(
        400,
        "Bad Request: inline keyboard expected",
        "editMessageText",
        chat_id=ASHA,
        message_id=message_id,
        text="y",
        reply_markup={"keyboard": [["x"]]},
    )


@pytest.mark.parametrize(
    ("method", "parameters", "what"),
    [
        (
            "editMessageText",
            {"chat_id": ASHA, "message_id": 1, "text": "x"},
            "Bad Request: message to edit not found",
        ),
        (
            "editMessageText",
            {"chat_id": ASHA, "text": "x"},
            "Bad Request: message identifier is not specified",
        ),
        (
            "deleteMessage",
            {"chat_id": ASHA, "message_id": 1},
            "Bad Request: message to delete not found",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        ("answerCallbackQuery", {"text": "x" * 201}, "Bad Request: MESSAGE_TOO_LONG"),
        ("sendDocument", {"chat_id": ASHA}, "Bad Request: there is no document in the request"),
        ("sendPhoto", {"chat_id": ASHA}, "Bad Request: there is no photo in the request"),
        (
            "sendDocument",
            {"chat_id": ASHA, "document": "unknown-id"},
            "Bad Request: wrong file identifier/HTTP URL specified",
        ),
        (
            "sendDocument",
            {"chat_id": ASHA, "caption": "x" * 1025},
            "Bad Request: message caption is too long",
        ),
        (
            "sendMediaGroup",
            {"chat_id": ASHA, "media": []},
            "Bad Request: media group must contain 2-10 items",
        ),
        (
            "editMessageMedia",
            {"chat_id": ASHA, "message_id": 1},
            "Bad Request: message to edit not found",
        ),
        ("getFile", {"file_id": "unknown"}, "Bad Request: invalid file_id"),
        (
            "sendChatAction",
            {"chat_id": ASHA, "action": "dance"},
            "Bad Request: wrong parameter action in request",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "Pay!", "description": "Pay"}]},
            "Bad Request: BOT_COMMAND_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "p" * 33, "description": "Pay"}]},
            "Bad Request: BOT_COMMAND_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "pay", "description": "d" * 257}]},
            "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "pay", "description": "Pay"}] * 101},
            "Bad Request: BOT_COMMANDS_TOO_MUCH",
        ),
        (
            "setMyCommands",
            {"commands": [], "language_code": "en-GB"},
            "Bad Request: invalid language code specified",
        ),
        (
            "setMyShortDescription",
            {"short_description": "x" * 121},
            "Bad Request: short_description is too long",
        ),
        (
            "setWebhook",
            {"url": "http://example.org/hook"},
            "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            "setWebhook",
            {"url": "https://example.org/hook", "secret_token": "with space"},
            "Bad Request: secret token contains unallowed characters",
        ),
    ],
)
async def test_a_call_telegram_would_refuse_is_refused(
    call: Caller, method: str, parameters: dict[str, object], what: str
) -> None:
    await call.refuses(400, what, method, **parameters)
    record = call.api.calls[-1]
    assert (record.method, record.ok, record.status, record.description) == (method, False, 400, what)


async def test_the_profile_is_kept_by_language(call: Caller) -> None:
    await call("setMyDescription", description="Pay your fees", language_code="")
    await call("setMyDescription", description="Lipa ada zako", language_code="sw")
    await call("getMyDescription", language_code="sw")
    assert call.api.calls[-1].result == {"description": "Lipa ada zako"}
    await call("getMyDescription", language_code="fr")
    assert call.api.calls[-1].result == {"description": "Pay your fees"}


async def test_commands_people_write_are_marked_where_they_stand(call: Caller) -> None:
    await call.api.says(ASHA, "😀 /pay now and/or later")
    assert call.api.chat(ASHA).last.entities == [{"type": "bot_command", "offset": 3, "length": 4}]


async def test_listening_beyond_this_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        await FakeBotApi().start(host="0.0.0.0")
