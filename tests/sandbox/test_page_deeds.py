"""What a person does on the page reaches the stand-ins, and what happens there reaches the page."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.page import DEMO_PERSONAS, ChangeableSafaricom, DemoPage
from sandbox.safaricom import QUICK
from sandbox.telegram import FakeBotApi

ASHA, BARAKA, *_ = DEMO_PERSONAS
STRANGER = "254799000001"
PAY = {"inline_keyboard": [[{"text": "Pay", "callback_data": "pay", "style": "success"}]]}

Json = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The running stand-ins and page, and a browser's and a bot's side of them."""

    api: FakeBotApi
    simulator: ChangeableSafaricom
    page: DemoPage
    http: httpx.AsyncClient

    async def act(self, **deed: object) -> httpx.Response:
        return await self.http.post("/ui/act", json=deed, headers={"X-Demo": "1"})

    async def state(self, uid: int = ASHA.user_id) -> Json:
        answer = await self.http.get("/ui/state", params={"uid": uid})
        assert answer.status_code == 200
        told: Json = answer.json()
        return told

    async def call(self, method: str, **parameters: object) -> Json:
        answer = await self.http.post(f"{self.api.url}/bot{self.api.token}/{method}", json=parameters)
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told

    async def push(self, phone: str, amount_kes: int = 1500) -> None:
        config = self.simulator.config
        basic = httpx.BasicAuth(config.consumer_key, config.consumer_secret)
        base = self.simulator.url
        oauth = f"{base}/oauth/v1/generate?grant_type=client_credentials"
        token = (await self.http.get(oauth, auth=basic)).json()["access_token"]
        stamp = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y%m%d%H%M%S")
        password = base64.b64encode(f"{config.shortcode}{config.passkey}{stamp}".encode()).decode()
        body = {
            "BusinessShortCode": config.shortcode,
            "Password": password,
            "Timestamp": stamp,
            "TransactionType": "CustomerPayBillOnline",
            "Amount": amount_kes,
            "PartyA": phone,
            "PartyB": config.shortcode,
            "PhoneNumber": phone,
            "CallBackURL": f"{self.api.url}/c/stk/a/b",
            "AccountReference": "CONSULT",
            "TransactionDesc": "Fee",
        }
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.http.post(f"{base}/mpesa/stkpush/v1/processrequest", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        await self.simulator.wait_for_prompt(phone)


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    simulator = ChangeableSafaricom(config=replace(QUICK, manual=True, prompt_lifetime_s=30))
    async with FakeBotApi() as api, contextlib.AsyncExitStack() as stack:
        await simulator.start()
        stack.push_async_callback(simulator.stop)
        page = DemoPage(api, simulator, DEMO_PERSONAS)
        await page.start(port=0)
        stack.push_async_callback(page.stop)
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, base_url=page.url))
        yield Demo(api=api, simulator=simulator, page=page, http=http)


class News:
    """One browser tab's event stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def until(self, **wanted: object) -> Json:
        """Read on to the first piece of news that has all these fields."""
        async with asyncio.timeout(5):
            async for line in self._lines:
                news: Json = json.loads(line[6:]) if line.startswith("data: ") else {}
                if news and wanted.items() <= news.items():
                    return news
        raise AssertionError("the stream ended")


@contextlib.asynccontextmanager
async def tab(demo: Demo) -> AsyncIterator[News]:
    async with demo.http.stream("GET", "/ui/events", timeout=5) as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        lines = response.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        yield News(lines)


async def test_what_is_said_reaches_the_bot_and_every_tab(demo: Demo) -> None:
    async with tab(demo) as first, tab(demo) as second:
        assert (await demo.act(do="say", uid=ASHA.user_id, text="/start")).status_code == 200
        for news in (first, second):
            heard = await news.until(kind="message", uid=ASHA.user_id)
            message = heard["message"]
            assert isinstance(message, dict)
            assert (message["text"], message["from_bot"]) == ("/start", False)
    assert demo.api.pending_updates == 1


async def test_an_edit_and_an_answered_tap_come_live(demo: Demo) -> None:
    await demo.call("sendMessage", chat_id=ASHA.user_id, text="Pay?", reply_markup=PAY)
    message_id = demo.api.chat(ASHA.user_id).last.message_id
    async with tab(demo) as news:
        tapped = await demo.act(do="tap", uid=ASHA.user_id, message_id=message_id, data="pay")
        query_id = tapped.json()["query_id"]
        await demo.call("answerCallbackQuery", callback_query_id=query_id, text="One moment", show_alert=True)
        answered = await news.until(kind="answer", query_id=query_id)
        assert (answered["text"], answered["show_alert"]) == ("One moment", True)
        await demo.call("editMessageText", chat_id=ASHA.user_id, message_id=message_id, text="Paid")
        edited = (await news.until(kind="edit"))["message"]
        assert isinstance(edited, dict)
        assert (edited["text"], edited["rows"]) == ("Paid", [])


async def test_a_double_tap_is_two_presses_of_the_same_button(demo: Demo) -> None:
    await demo.call("sendMessage", chat_id=ASHA.user_id, text="Pay?", reply_markup=PAY)
    message_id = demo.api.chat(ASHA.user_id).last.message_id
    tap = {"do": "tap", "uid": ASHA.user_id, "message_id": message_id, "data": "pay"}
    first, second = await asyncio.gather(demo.act(**tap), demo.act(**tap))
    assert first.json()["query_id"] != second.json()["query_id"]


async def test_a_button_that_is_gone_cannot_be_tapped(demo: Demo) -> None:
    await demo.call("sendMessage", chat_id=ASHA.user_id, text="Pay?", reply_markup=PAY)
    message_id = demo.api.chat(ASHA.user_id).last.message_id
    await demo.call("editMessageText", chat_id=ASHA.user_id, message_id=message_id, text="Paid")
    answer = await demo.act(do="tap", uid=ASHA.user_id, message_id=message_id, data="pay")
    assert answer.status_code == 409
    assert answer.json()["error"] == "That button is not there any more."
    forged = await demo.act(do="tap", uid=ASHA.user_id, message_id=message_id + 1, data="pay")
    assert forged.status_code == 409


async def test_a_shared_contact_is_the_personas_own_number(demo: Demo) -> None:
    await demo.act(do="contact", uid=BARAKA.user_id)
    contact = demo.api.chat(BARAKA.user_id).last.contact
    assert contact == {"phone_number": BARAKA.phone, "first_name": "Baraka", "user_id": BARAKA.user_id}


async def test_a_reload_replays_the_chat_the_keyboard_the_commands_and_the_prompt(demo: Demo) -> None:
    await demo.call("setMyCommands", commands=[{"command": "pay", "description": "Pay a fee"}])
    keyboard = {"keyboard": [[{"text": "Share", "request_contact": True}]], "one_time_keyboard": True}
    await demo.call("sendMessage", chat_id=ASHA.user_id, text="Whose?", reply_markup=keyboard)
    await demo.push(ASHA.phone)
    state = await demo.state()
    assert [message["text"] for message in _list(state["messages"])] == ["Whose?"]
    assert state["commands"] == [{"command": "pay", "description": "Pay a fee"}]
    button = {"text": "Share", "action": "request_contact", "value": "", "style": None}
    assert state["keyboard"] == {"rows": [[button]], "one_time": True, "placeholder": None}
    prompt = _list(state["phones"])[0]["prompt"]
    assert isinstance(prompt, dict)
    assert (prompt["amount_kes"], prompt["account"]) == (1500, "CONSULT")
    assert (await demo.state(BARAKA.user_id))["messages"] == []


async def test_the_right_pin_takes_the_money_and_brings_the_text_message(demo: Demo) -> None:
    async with tab(demo) as news:
        await demo.push(ASHA.phone)
        assert (await demo.act(do="pin", phone=ASHA.phone, pin="1234")).status_code == 200
        phone = await _phone_where(news, lambda phone: bool(phone["sms"]))
    assert phone["balance_kes"] == QUICK.phone_balance_kes - 1500
    assert phone["prompt"] is None


@pytest.mark.parametrize(
    ("deed", "code"),
    [({"do": "pin", "pin": "4321"}, 2001), ({"do": "cancel"}, 1032), ({"do": "ignore"}, 1019)],
)
async def test_every_other_answer_to_the_prompt_has_its_own_result(
    demo: Demo, deed: dict[str, str], code: int
) -> None:
    await demo.push(ASHA.phone)
    assert (await demo.act(phone=ASHA.phone, **deed)).status_code == 200
    push = await demo.simulator.wait_for_result(demo.simulator.pushes[0])
    assert push.result is not None
    assert push.result.code == code


async def test_a_prompt_can_be_answered_only_while_it_is_there(demo: Demo) -> None:
    answer = await demo.act(do="pin", phone=ASHA.phone, pin="1234")
    assert answer.status_code == 409
    assert answer.json() == {"ok": False, "error": "This phone shows no prompt any more."}


async def test_a_changed_balance_shows_in_every_tab(demo: Demo) -> None:
    async with tab(demo) as news:
        await demo.act(do="balance", phone=ASHA.phone, balance_kes=10)
        phone = await _phone_where(news, lambda phone: phone["msisdn"] == ASHA.phone)
    assert phone["balance_kes"] == 10


async def test_a_number_nobody_here_owns_gets_a_phone_once_it_is_asked_to_pay(demo: Demo) -> None:
    early = await demo.act(do="pin", phone=STRANGER, pin="1234")
    assert early.status_code == 400
    await demo.push(STRANGER)
    phones = _list((await demo.state())["phones"])
    assert [phone["msisdn"] for phone in phones] == [ASHA.phone, STRANGER]
    assert (await demo.act(do="pin", phone=STRANGER, pin="1234")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"do":"fly"}',
        b'{"do":"say","uid":5001}',
        b'{"do":"say","uid":"5001","text":"hi"}',
        b'{"do":"say","uid":5001,"text":"  "}',
        b'{"do":"say","uid":5001,"text":"hi","more":1}',
        b'{"do":"say","uid":5001,"text":"\\ud800"}',
        b'{"do":"say","uid":99,"text":"hi"}',
        b'{"do":"pin","phone":"254712000101","pin":"12345"}',
        b'{"do":"pin","phone":"254712000101","pin":1234}',
        b'{"do":"pin","phone":"0712000101","pin":"1234"}',
        b'{"do":"balance","phone":"254712000101","balance_kes":-1}',
        b'{"do":"balance","phone":"254712000101","balance_kes":1.5}',
        b"\xff\xfe",
    ],
)
async def test_nonsense_is_refused_and_not_repeated(demo: Demo, body: bytes) -> None:
    headers = {"X-Demo": "1", "Content-Type": "application/json"}
    answer = await demo.http.post("/ui/act", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False
    assert demo.api.pending_updates == 0


@pytest.mark.parametrize("uid", ["99", "-1", "x", "", "9" * 400, "²"])
async def test_nobody_is_shown_for_an_unknown_name(demo: Demo, uid: str) -> None:
    assert (await demo.http.get("/ui/state", params={"uid": uid})).status_code == 400


async def test_a_huge_deed_is_refused(demo: Demo) -> None:
    headers = {"X-Demo": "1", "Content-Type": "application/json"}
    answer = await demo.http.post("/ui/act", content=b" " * 20_000, headers=headers)
    assert answer.status_code == 413


async def test_a_document_is_for_saving_and_never_shown_as_a_page(demo: Demo) -> None:
    upload = {"document": ('bad"\r\nname.html', b"<script>1</script>", "text/html")}
    sent = await demo.http.post(
        f"{demo.api.url}/bot{demo.api.token}/sendDocument", data={"chat_id": str(ASHA.user_id)}, files=upload
    )
    file_id = sent.json()["result"]["document"]["file_id"]
    answer = await demo.http.get(f"/ui/files/{file_id}")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.content == b"<script>1</script>"
    assert (await demo.http.get("/ui/files/nothing")).status_code == 404


async def test_stopping_ends_open_streams_at_once(demo: Demo) -> None:
    async with tab(demo) as news:
        async with asyncio.timeout(2):
            await demo.page.stop()
        with pytest.raises((AssertionError, httpx.RemoteProtocolError)):
            await news.until(kind="nothing")


def _list(value: object) -> list[Json]:
    assert isinstance(value, list)
    return value


async def _phone_where(news: News, wanted: Callable[[Json], bool]) -> Json:
    while True:
        phone = (await news.until(kind="phone"))["phone"]
        assert isinstance(phone, dict)
        if wanted(phone):
            return phone
