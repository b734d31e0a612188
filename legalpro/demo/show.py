"""The demo beside its program: the stand-ins behind their doors, the page, and the announcement.

Owns the cast and what is said to whoever started it. The program has been started before this is loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from legalpro.demo.keeper import Keeper
from legalpro.demo.people import PEOPLE
from legalpro.demo.window import open_window
from legalpro.process import ProgramProcess
from legalpro.stage import Stage, behind
from sandbox.doors import Doors
from sandbox.page import ChangeableSafaricom, DemoPage
from sandbox.personas import DEMO_PERSONAS
from sandbox.safaricom import SimulatorConfig

FIRM = "Wanjiku & Otieno Advocates"


async def show(
    doors: Doors, program: ProgramProcess, port: int, *, browser: bool, tells_story: bool
) -> NoReturn:
    """Let everybody play with a program that is starting; ends by being cancelled.

    Raises:
        ProgramFailed: it did not get ready, or several times in a row not again.
    """
    simulator = ChangeableSafaricom(config=_config(program))
    async with (
        behind(doors, program, simulator=simulator, bot_name=FIRM) as set_up,
        _page(set_up, simulator, port) as (page, keeper),
    ):
        _announce(page.url, port, program.log_path)
        if browser:
            await open_window(page.url)
        async with _backstage(program.data_dir, page, tells_story=tells_story):
            await keeper.keep()


def _config(program: ProgramProcess) -> SimulatorConfig:
    """A Safaricom whose phones are answered on the page, and that knows the program's account."""
    return SimulatorConfig(
        manual=True,
        business_name="WANJIKU & OTIENO",
        query_limit=program.account.query_limit,
        phone_balance_kes=20_000,
    )


@contextlib.asynccontextmanager
async def _page(
    set_up: Stage, simulator: ChangeableSafaricom, port: int
) -> AsyncIterator[tuple[DemoPage, Keeper]]:
    """The page, which is there first, and the program, which is ready when this is entered."""
    for somebody in PEOPLE:
        set_up.botapi.person(somebody.user_id, somebody.name)
    keeper = Keeper(set_up.program)
    page = DemoPage(set_up.botapi, simulator, DEMO_PERSONAS, kill=keeper.kill)
    await page.start(port=port)
    try:
        await keeper.begin(page.show_program)
        yield page, keeper
    finally:
        await page.stop()


@contextlib.asynccontextmanager
async def _backstage(data_dir: Path, page: DemoPage, *, tells_story: bool) -> AsyncIterator[None]:
    """Beside the running program: the story is told, and the strip is kept up to date."""
    from legalpro.demo.backstage import watching  # noqa: PLC0415  # heavy, and nobody has to wait for it

    looking = asyncio.create_task(watching(data_dir, page, tells_story=tells_story))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def _announce(url: str, wanted_port: int, log_path: Path) -> None:
    print("The demo is ready: a law firm's chat on one side, the payer's phone on the other.")
    print("No real money, no account, nothing leaves this machine.\n")
    if wanted_port not in {0, urlsplit(url).port}:
        print(f"Port {wanted_port} is taken, so the page is somewhere else this time:\n")
    print(f"    {url}\n")
    print(f"Try /pay in the chat; the PIN of every phone is 1234. The program's log: {log_path}")
    print("Ctrl-C ends it.", flush=True)
