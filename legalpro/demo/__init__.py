"""`legalpro demo`: everything on this machine, no account needed, until Ctrl-C.

Owns the cast, the order in which things start, and the announcement. The program is the real one, as a
process of its own; its data is kept between runs in `DATA_DIR` (here `data/demo` unless set).
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from legalpro.demo.folder import NoDemoHere, demo_folder, is_new
from legalpro.demo.keeper import Keeper
from legalpro.demo.people import OFFICE, PEOPLE
from legalpro.demo.window import open_window
from legalpro.stage import ProgramFailed, Stage, stage
from sandbox.page import DEMO_PERSONAS, ChangeableSafaricom, DemoPage
from sandbox.safaricom import SimulatorConfig

FIRM = "Wanjiku & Otieno Advocates"
CONFIG = SimulatorConfig(
    manual=True, business_name="WANJIKU & OTIENO", query_limit=None, phone_balance_kes=20_000
)


async def demo(port: int, *, empty: bool = False, browser: bool = True) -> int:
    """Play until Ctrl-C; return the exit code."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    tasks = [asyncio.create_task(stop.wait()), asyncio.create_task(_play(port, empty=empty, browser=browser))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    _, played = await asyncio.gather(*tasks, return_exceptions=True)
    if isinstance(played, ProgramFailed | NoDemoHere):
        print(f"legalpro: {played}", file=sys.stderr)
    elif isinstance(played, Exception):
        raise played
    return 1 if isinstance(played, Exception) else 0


async def _play(port: int, *, empty: bool, browser: bool) -> None:
    """Set everything up, say so, and keep it going; ends by being cancelled."""
    data_dir = demo_folder()
    tells_story = is_new(data_dir) and not empty
    simulator = ChangeableSafaricom(config=CONFIG)
    ids = tuple(persona.user_id for persona in OFFICE)
    async with (
        stage(data_dir, simulator=simulator, admin_ids=ids, bot_name=FIRM) as set_up,
        _page(set_up, simulator, port) as (page, keeper),
    ):
        _announce(page.url, port, set_up.log_path)
        if browser:
            await open_window(page.url)
        async with _backstage(data_dir, page, tells_story=tells_story):
            await keeper.keep()


@contextlib.asynccontextmanager
async def _page(
    set_up: Stage, simulator: ChangeableSafaricom, port: int
) -> AsyncIterator[tuple[DemoPage, Keeper]]:
    """The page, which is there first, and the program, which is ready when this is entered."""
    for somebody in PEOPLE:
        set_up.botapi.person(somebody.user_id, somebody.name)
    keeper = Keeper(set_up)
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
