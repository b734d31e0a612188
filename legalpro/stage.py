"""A stage on loopback: Safaricom and Telegram played by the sandbox, and the real program between them.

Owns who stands on it and in which order they leave. The tour and the demo play on it. The program itself is
`legalpro.process`'s.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from legalpro.process import ProgramProcess
from sandbox.doors import Doors, open_doors
from sandbox.safaricom import DarajaSimulator
from sandbox.telegram import FakeBotApi


@dataclass(frozen=True, slots=True)
class Stage:
    """Both sandboxes and the program. Made by `stage`."""

    botapi: FakeBotApi
    simulator: DarajaSimulator
    program: ProgramProcess


@contextlib.asynccontextmanager
async def stage(
    data_dir: Path,
    *,
    simulator: DarajaSimulator,
    admin_ids: tuple[int, ...] = (),
    bot_name: str = "Practice Bot",
) -> AsyncIterator[Stage]:
    """Set the stage; the program is not started yet. All of it ends when the context does."""
    with open_doors() as doors:
        program = ProgramProcess(
            data_dir=data_dir,
            telegram_url=doors.telegram_url,
            safaricom_url=doors.safaricom_url,
            account=simulator.config,
            admin_ids=admin_ids,
        )
        async with behind(doors, program, simulator=simulator, bot_name=bot_name) as set_up:
            yield set_up


@contextlib.asynccontextmanager
async def behind(
    doors: Doors, program: ProgramProcess, *, simulator: DarajaSimulator, bot_name: str
) -> AsyncIterator[Stage]:
    """Let the sandboxes stand behind the doors of a program, which may have been started already.

    When the context ends the program leaves first, so that it does not lose sight of them while it ends.
    """
    botapi = FakeBotApi(name=bot_name)
    async with contextlib.AsyncExitStack() as stack:
        await botapi.start(door=doors.telegram)
        stack.push_async_callback(botapi.stop)
        await simulator.start(door=doors.safaricom)
        stack.push_async_callback(simulator.stop)
        stack.push_async_callback(program.stop)
        yield Stage(botapi, simulator, program)
