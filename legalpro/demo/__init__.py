"""`legalpro demo`: everything on this machine, no account needed, until Ctrl-C.

Owns the order in which things start. The program is the real one, as a process of its own, and it is started
first: whoever plays with it is loaded meanwhile, and its calls wait at their doors. Its data is kept between
runs in `DATA_DIR` (here `data/demo` unless set).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from legalpro.demo.folder import NoDemoHere, demo_folder, is_new
from legalpro.demo.people import OFFICE
from legalpro.process import ProgramFailed, ProgramProcess
from sandbox.doors import Doors, open_doors
from sandbox.practice import SafaricomAccount

ACCOUNT = SafaricomAccount(query_limit=None)


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
    async with _started(data_dir) as (doors, program):
        await asyncio.to_thread(_load)
        from legalpro.demo.show import show  # noqa: PLC0415  # heavy: loaded while the program starts

        await show(doors, program, port, browser=browser, tells_story=tells_story)


@contextlib.asynccontextmanager
async def _started(data_dir: Path) -> AsyncIterator[tuple[Doors, ProgramProcess]]:
    """The program, started and not ready; and the doors at which it is going to knock."""
    with open_doors() as doors:
        program = ProgramProcess(
            data_dir=data_dir,
            telegram_url=doors.telegram_url,
            safaricom_url=doors.safaricom_url,
            account=ACCOUNT,
            admin_ids=tuple(persona.user_id for persona in OFFICE),
        )
        await program.spawn()
        try:
            yield doors, program
        finally:
            await program.stop()


def _load() -> None:
    """Import whoever plays."""
    gc.disable()  # Importing makes much and drops little: a tenth of the wait is looking for it in vain.
    importlib.import_module("legalpro.demo.show")
    gc.enable()
