"""`legalpro demo`: everything on this machine, no account needed, until Ctrl-C.

Owns the cast and the announcement. The program is the real one, as a process of its own; its data is
kept between runs in `DATA_DIR` (here `data/demo` unless set).
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from legalpro.stage import ProgramFailed, stage
from sandbox.page import DEMO_PERSONAS, ChangeableSafaricom, DemoPage
from sandbox.safaricom import SimulatorConfig

OFFICE_IDS = tuple(persona.user_id for persona in DEMO_PERSONAS if persona.role == "admin")
CONFIG = SimulatorConfig(manual=True, business_name="WANJIKU & OTIENO", query_limit=None)


async def demo(port: int) -> int:
    """Play until Ctrl-C; return the exit code."""
    data_dir = _data_dir()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        simulator = ChangeableSafaricom(config=CONFIG)
        async with stage(data_dir, simulator=simulator, admin_ids=OFFICE_IDS) as set_up:
            page = DemoPage(set_up.botapi, simulator, DEMO_PERSONAS)
            await page.start(port=port)
            try:
                await set_up.start_program()
                _announce(page.url, set_up.log_path)
                await stop.wait()
            finally:
                await page.stop()
    except ProgramFailed as error:
        print(f"legalpro: {error}")
        return 1
    return 0


def _data_dir() -> Path:
    data_dir = Path(os.environ.get("DATA_DIR") or "data/demo").resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data_dir


def _announce(url: str, log_path: Path) -> None:
    print("The demo is ready: a law firm's chat on one side, the payer's phone on the other.")
    print("No real money, no account, nothing leaves this machine.\n")
    print(f"    {url}\n")
    print(f"Try /pay in the chat; the PIN of every phone is 1234. The program's log: {log_path}")
    print("Ctrl-C ends it.", flush=True)
