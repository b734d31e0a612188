"""The switchboard and the stream of happenings, as another program or a page uses them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.telegram import FakeBotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASHA = 5001


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as running:
        running.person(ASHA, "Asha")
        yield running


@pytest.fixture
async def client(api: FakeBotApi) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, base_url=api.url) as running:
        yield running


async def send(api: FakeBotApi, client: httpx.AsyncClient, text: str) -> None:
    markup = {"inline_keyboard": [[{"text": "Pay", "callback_data": "pay"}]]}
    answer = await client.post(
        f"/bot{api.token}/sendMessage", json={"chat_id": ASHA, "text": text, "reply_markup": markup}
    )
    assert answer.status_code == 200


async def test_everything_a_person_does_can_be_done_over_http(
    api: FakeBotApi, client: httpx.AsyncClient
) -> None:
    await client.post("/_control/person", json={"user_id": 5002, "first_name": "Baraka"})
    await client.post("/_control/say", json={"user_id": 5002, "text": "/start"})
    await client.post("/_control/contact", json={"user_id": ASHA, "phone": "254712345678"})
    await send(api, client, "Pay?")
    tapped = await client.post("/_control/tap", json={"user_id": ASHA, "button": "Pay"})
    await client.post("/_control/block", json={"user_id": 5002})
    updates = (await client.get(f"/bot{api.token}/getUpdates")).json()["result"]
    assert [next(key for key in update if key != "update_id") for update in updates] == [
        "message",
        "message",
        "callback_query",
        "my_chat_member",
    ]
    assert updates[2]["callback_query"]["id"] == tapped.json()["query_id"]
    assert updates[1]["message"]["contact"]["user_id"] == ASHA


async def test_a_chat_and_the_calls_can_be_read_over_http(api: FakeBotApi, client: httpx.AsyncClient) -> None:
    await api.says(ASHA, "/pay")
    await send(api, client, "Pay?")
    chat = (await client.get(f"/_control/chats/{ASHA}")).json()
    assert [message["text"] for message in chat["messages"]] == ["/pay", "Pay?"]
    assert chat["messages"][1]["rows"][0][0]["value"] == "pay"
    assert "[Pay]" in chat["transcript"]
    calls = (await client.get("/_control/calls")).json()["calls"]
    assert [(call["method"], call["ok"]) for call in calls] == [("sendMessage", True)]
    assert api.token not in json.dumps(calls)


async def test_a_fault_can_be_scripted_over_http(api: FakeBotApi, client: httpx.AsyncClient) -> None:
    order = {"method": "getMe", "kind": "too_many", "retry_after_s": 7}
    assert (await client.post("/_control/fault", json=order)).json() == {"ok": True}
    answer = await client.get(f"/bot{api.token}/getMe")
    assert (answer.status_code, answer.json()["parameters"]) == (429, {"retry_after": 7})
    await client.post("/_control/fault", json=order)
    await client.post("/_control/clear_faults", json={})
    assert (await client.get(f"/bot{api.token}/getMe")).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("say", {"user_id": 999, "text": "x"}, 404),
        ("say", {"user_id": ASHA}, 400),
        ("tap", {"user_id": ASHA, "button": "Pay"}, 404),
        ("fault", {"method": "getMe", "kind": "gremlins"}, 400),
        ("repeat", {"update_id": 1}, 404),
    ],
)
async def test_a_mistaken_order_is_told_what_is_wrong(
    client: httpx.AsyncClient, path: str, body: dict[str, object], status: int
) -> None:
    answer = await client.post(f"/_control/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_a_form_of_a_foreign_page_cannot_give_orders(client: httpx.AsyncClient) -> None:
    answer = await client.post("/_control/say", data={"user_id": str(ASHA), "text": "x"})
    assert answer.status_code == 415


async def test_happenings_stream_to_a_page_and_resume_where_it_left(
    api: FakeBotApi, client: httpx.AsyncClient
) -> None:
    await api.says(ASHA, "hello")
    async with client.stream("GET", "/_control/events") as stream:
        lines = stream.aiter_lines()
        seen = [line async for line in _until(lines, "hello")]
    last_id = next(line for line in reversed(seen) if line.startswith("id: ")).removeprefix("id: ")
    await api.says(ASHA, "again")
    async with client.stream("GET", "/_control/events", headers={"Last-Event-ID": last_id}) as stream:
        resumed = "\n".join([line async for line in _until(stream.aiter_lines(), "again")])
    assert "hello" not in resumed


async def _until(lines: AsyncIterator[str], text: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if text in line:
            return


async def test_streams_end_when_the_server_stops(api: FakeBotApi) -> None:
    async def follow() -> list[str]:
        return [happening.kind async for happening in api.events()]

    following = asyncio.create_task(follow())
    await api.says(ASHA, "hello")
    await api.stop()
    async with asyncio.timeout(2):
        assert await following == ["person", "message"]
