"""A call that comes before the stand-in waits at its door and is answered."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from urllib.parse import urlsplit

import pytest

from sandbox.doors import open_doors
from sandbox.practice import BOT_TOKEN, SafaricomAccount
from sandbox.safaricom import QUICK, DarajaSimulator
from sandbox.telegram import FakeBotApi

ACCOUNT = SafaricomAccount()


class Caller:
    """Somebody who has asked already, and reads the answer when there is one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def asking(cls, url: str, authorization: str = "none") -> Caller:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        lines = (f"GET {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close")
        writer.write("\r\n".join((*lines, f"Authorization: {authorization}", "", "")).encode())
        await writer.drain()
        return cls(reader, writer)

    async def answer(self) -> str:
        told = await asyncio.wait_for(self._reader.read(), 5)
        self._writer.close()
        await self._writer.wait_closed()
        return told.decode()


async def test_a_call_to_telegram_waits_until_somebody_stands_behind_the_door() -> None:
    with open_doors() as doors:
        caller = await Caller.asking(f"{doors.telegram_url}/bot{BOT_TOKEN}/getMe")
        botapi = FakeBotApi()
        await botapi.start(door=doors.telegram)
        assert '"is_bot": true' in await caller.answer()
        await botapi.stop()
        assert botapi.url == doors.telegram_url


async def test_a_call_to_safaricom_waits_and_its_account_is_known() -> None:
    key = b64encode(f"{ACCOUNT.consumer_key}:{ACCOUNT.consumer_secret}".encode()).decode()
    with open_doors() as doors:
        url = f"{doors.safaricom_url}/oauth/v1/generate?grant_type=client_credentials"
        caller = await Caller.asking(url, f"Basic {key}")
        simulator = DarajaSimulator(config=QUICK)
        await simulator.start(door=doors.safaricom)
        assert "access_token" in await caller.answer()
        await simulator.stop()
        assert simulator.url == doors.safaricom_url


async def test_nobody_is_behind_a_door_any_more_when_the_stand_in_has_stopped() -> None:
    with open_doors() as doors:
        botapi = FakeBotApi()
        await botapi.start(door=doors.telegram)
        await botapi.stop()
        with pytest.raises(ConnectionRefusedError):
            await Caller.asking(botapi.url)
