"""The demo's program is started first: before who plays with it is loaded, and never left behind."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from legalpro.process import ProgramFailed
from legalpro.stage import stage
from sandbox.safaricom import QUICK, DarajaSimulator

ROOT = Path(__file__).parents[2]
HEAVY = {"aiohttp", "pydantic", "pymongo", "httpx", "telegram", "bot", "webhooks", "daraja"}
PLAYERS = {"sandbox.telegram", "sandbox.safaricom", "sandbox.page"}
COMMAND = [sys.executable, "-m", "legalpro", "demo", "--no-browser", "--port", "0"]


def test_what_starts_the_demos_program_loads_nobody_who_plays_with_it() -> None:
    told = "import legalpro.cli, legalpro.demo, sys; print(*sys.modules)"
    ran = subprocess.run(  # noqa: S603  our own interpreter and words
        [sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not (HEAVY | PLAYERS) & set(ran.stdout.split())


@pytest.mark.program
async def test_a_demo_that_is_ended_while_it_still_loads_ends_its_program_too(short_folder: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "DATA_DIR": str(short_folder)}
    demo = await asyncio.create_subprocess_exec(
        *COMMAND, cwd=short_folder.parent, env=environment, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        while not _somebody_works_in(short_folder):  # noqa: ASYNC110  see below
            await asyncio.sleep(0.01)  # Another process: it can only be looked at.
        demo.send_signal(signal.SIGTERM)
        said, _ = await demo.communicate()
    assert (demo.returncode, said) == (0, b"")
    assert not _somebody_works_in(short_folder)


def _somebody_works_in(folder: Path) -> bool:
    return any(_place_of(process) == folder for process in Path("/proc").glob("[0-9]*"))


def _place_of(process: Path) -> Path | None:
    try:
        return (process / "cwd").resolve(strict=True)
    except OSError:  # It has just ended, or is somebody else's.
        return None


@pytest.mark.program
async def test_a_program_that_ends_by_itself_is_not_waited_for_and_its_last_words_are_told(
    short_folder: Path,
) -> None:
    short_folder.mkdir(mode=0o700)  # noqa: ASYNC240  a test's own folder
    async with stage(short_folder, simulator=DarajaSimulator(config=QUICK)) as set_up:
        set_up.program.more = {"MPESA_SHORTCODE": "no shortcode"}
        with pytest.raises(ProgramFailed, match="MPESA_SHORTCODE is malformed"):
            await asyncio.wait_for(set_up.program.start(), 20)
        assert not set_up.program.is_running
