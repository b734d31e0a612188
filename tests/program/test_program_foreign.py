"""The real program beside servers that are not ours, and know only the least.

The Bot API here has no menu, no webhook registration and no long polling; Daraja has OAuth and push.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from legalpro.process import free_port

USER = {"id": 7, "is_bot": False, "first_name": "Asha", "language_code": "en"}
CHAT = {"id": 7, "type": "private", "first_name": "Asha"}
TOKEN = "42:A-foreign-token"
SEE_S = 20.0


@dataclass
class Foreign:
    """Somebody else's Telegram and Safaricom, on one port."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    pushes: list[dict[str, Any]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _updates: int = 100

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", f"/bot{TOKEN}/{{method}}", self.telegram)
        app.router.add_get("/oauth/v1/generate", self.oauth)
        app.router.add_post("/mpesa/stkpush/v1/processrequest", self.push)
        return app

    async def telegram(self, request: web.Request) -> web.Response:
        given: dict[str, Any] = dict(await request.post())
        if "json" in request.content_type:
            given = await request.json()
        method = request.match_info["method"]
        if method == "getMe":
            me = {"id": 42, "is_bot": True, "first_name": "Bot", "username": "foreign_bot"}
            return web.json_response({"ok": True, "result": me})
        if method == "answerCallbackQuery":
            return web.json_response({"ok": True, "result": True})
        if method in {"sendMessage", "editMessageText"}:
            return web.json_response({"ok": True, "result": self.shown(method, given)})
        return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)

    def shown(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        message_id = int(given["message_id"]) if method == "editMessageText" else 500 + len(self.sent)
        self.sent.append(given | {"method": method, "message_id": message_id})
        self.changed.set()
        return {"message_id": message_id, "date": 1, "chat": CHAT, "text": given["text"]}

    async def oauth(self, _: web.Request) -> web.Response:
        return web.json_response({"access_token": "foreign", "expires_in": 3599})

    async def push(self, request: web.Request) -> web.Response:
        self.pushes.append(await request.json())
        self.changed.set()
        reply = {"MerchantRequestID": "29115-1", "CheckoutRequestID": "ws_CO_1", "ResponseCode": "0"}
        described = {"ResponseDescription": "Success", "CustomerMessage": "Success"}
        return web.json_response(reply | described)

    async def until(self, look: Any) -> Any:
        async with asyncio.timeout(SEE_S):
            while not (found := look()):
                self.changed.clear()
                await self.changed.wait()
        return found

    async def reads(self, words: str) -> dict[str, Any]:
        def newest() -> dict[str, Any] | None:
            shown = (message for message in reversed(self.sent) if words in message["text"])
            return next(shown, None)

        found: dict[str, Any] = await self.until(newest)
        return found

    def update(self, **parts: Any) -> dict[str, Any]:
        self._updates += 1
        return {"update_id": self._updates, **parts}

    def text(self, words: str) -> dict[str, Any]:
        command = [{"type": "bot_command", "offset": 0, "length": len(words)}] if words[0] == "/" else []
        message = {"message_id": 1, "date": 1, "chat": CHAT, "from": USER, "text": words}
        return self.update(message=message | ({"entities": command} if command else {}))

    def tap(self, message: dict[str, Any], label: str) -> dict[str, Any]:
        rows = json.loads(message["reply_markup"])["inline_keyboard"]
        data = next(b["callback_data"] for row in rows for b in row if b["text"].startswith(label))
        shown = {"message_id": message["message_id"], "date": 1, "chat": CHAT, "text": "?"}
        return self.update(
            callback_query={"id": "1", "from": USER, "chat_instance": "1", "data": data, "message": shown}
        )


@pytest_asyncio.fixture
async def foreign() -> AsyncIterator[Foreign]:
    servers = Foreign()
    runner = web.AppRunner(servers.app(), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    servers.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield servers
    await runner.cleanup()


@contextlib.asynccontextmanager
async def program(foreign: Foreign, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The real program in webhook mode without a secret; yields a client of its web server."""
    folder.mkdir(mode=0o700)  # noqa: ASYNC240  a test's own folder
    port = free_port()
    given = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": foreign.url,
        "TELEGRAM_FILE_URL": foreign.url,
        "TELEGRAM_MODE": "webhook",
        "MPESA_API_URL": foreign.url,
        "MPESA_CONSUMER_KEY": "key",
        "MPESA_CONSUMER_SECRET": "secret",
        "PORT": str(port),
        "DATA_DIR": str(folder),
    }
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "legalpro", "run", cwd=folder, env=env | given
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            await _ready(http)
            yield http
    finally:
        process.terminate()
        assert await process.wait() == 0


async def _ready(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(SEE_S):
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await http.get("/readyz")
                if answer.is_success and answer.json()["telegram"]:
                    return
            await asyncio.sleep(0.05)  # Another process: it can only be looked at.


@pytest.mark.program
async def test_a_client_pays_beside_servers_that_know_only_the_least(
    foreign: Foreign, short_folder: Path
) -> None:
    async with program(foreign, short_folder) as http:

        async def arrives(update: dict[str, Any]) -> None:
            assert (await http.post("/telegram/webhook", json=update)).status_code == 200

        await arrives(foreign.text("/pay"))
        await arrives(foreign.tap(await foreign.reads("What would you like to pay for?"), "Consultation"))
        await arrives(foreign.tap(await foreign.reads("Which consultation"), "First"))
        await foreign.reads("Which M-Pesa number")
        await arrives(foreign.text("0712 345 678"))
        pay = foreign.tap(await foreign.reads("Please check"), "Pay")
        await arrives(pay)
        await arrives(pay)
        push = (await foreign.until(lambda: foreign.pushes))[0]
        assert (push["PhoneNumber"], push["Amount"], push["PartyB"]) == (254712345678, 1500, 174379)
        await foreign.reads("Check your phone")
        answer = await http.post(push["CallBackURL"], json=callback())
        assert (answer.status_code, answer.json()["ResultCode"]) == (200, 0)
        paid = await foreign.reads("NLJ7RT61SV")
        assert "Paid" in paid["text"]
        assert len(foreign.pushes) == 1


def callback() -> dict[str, Any]:
    items = [
        {"Name": "Amount", "Value": 1500.0},
        {"Name": "MpesaReceiptNumber", "Value": "NLJ7RT61SV"},
        {"Name": "TransactionDate", "Value": 20260204101544},
        {"Name": "PhoneNumber", "Value": 254712345678},
    ]
    said = {"MerchantRequestID": "29115-1", "CheckoutRequestID": "ws_CO_1", "ResultCode": 0}
    described = {"ResultDesc": "The service request is processed successfully."}
    return {"Body": {"stkCallback": said | described | {"CallbackMetadata": {"Item": items}}}}
