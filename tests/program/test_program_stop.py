"""SIGTERM in the middle of everything: the real program ends soon, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from legalpro.stage import Stage, stage
from sandbox.safaricom import DarajaSimulator, SimulatorConfig
from sandbox.telegram import FakeBotApi, Message

CLIENTS = range(301, 309)
SEE_S = 60.0


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def reads(botapi: FakeBotApi, user: int, words: str) -> Message:
    return await botapi.wait_for(user, lambda m: m.from_bot and words in plain(m.text), SEE_S)


async def taps(botapi: FakeBotApi, user: int, words: str, label: str) -> None:
    message = await reads(botapi, user, words)
    button = next(b.text for b in message.buttons if plain(b.text).startswith(label))
    await botapi.taps(user, button, message_id=message.message_id)


async def pays(set_up: Stage, user: int) -> None:
    """From /pay to the tap on Pay."""
    botapi = set_up.botapi
    botapi.person(user, f"Client {user}")
    await botapi.says(user, "/pay")
    await taps(botapi, user, "What would you like to pay for?", "Consultation")
    await taps(botapi, user, "Which consultation", "First")
    await reads(botapi, user, "Which M-Pesa number")
    await botapi.says(user, f"0700000{user}")
    await taps(botapi, user, "Please check", "Pay KES")


@pytest.mark.program
@pytest.mark.timeout(240)
async def test_f61_sigterm_under_load_loses_nothing_doubles_nothing_and_ends_soon(short_folder: Path) -> None:
    short_folder.mkdir(mode=0o700)  # noqa: ASYNC240  a test's own folder
    config = SimulatorConfig(prompt_delay_s=0.2, pin_delay_s=0.5, query_limit=None)
    async with stage(short_folder, simulator=DarajaSimulator(config=config)) as set_up:
        await set_up.program.start()
        async with asyncio.TaskGroup() as group:
            for user in CLIENTS:
                group.create_task(pays(set_up, user))
        await set_up.simulator.wait_for_pushes(2, timeout_s=SEE_S)  # Some are sent, some are not.
        began = time.monotonic()
        await set_up.program.stop()
        assert time.monotonic() - began < 20
        await set_up.program.start()
        for user in CLIENTS:
            await reads(set_up.botapi, user, "Paid: KES 1,500")
        phones = [push.order.phone for push in set_up.simulator.pushes if push.state != "refused"]
        assert sorted(phones) == [f"254700000{user}" for user in CLIENTS]
        for user in CLIENTS:
            shown = [m for m in set_up.botapi.chat(user).from_bot if "Paid: KES" in plain(m.text)]
            assert len(shown) == 1
