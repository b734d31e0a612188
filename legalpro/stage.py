"""A stage on loopback: Safaricom and Telegram played by the sandbox, and the real program between them.

Owns the starting, killing and ending of the program as a process of its own. The tour and the demo
play on it. It refuses to hold anything of the program: whatever survives is in MongoDB.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiohttp

from payments.briefs import NEVER
from sandbox.safaricom import DarajaSimulator
from sandbox.telegram import FakeBotApi
from sandbox.telegram.webhook import is_loopback
from storage.embedded.command import leashed

READY_S = 30.0
END_S = 20.0
_LOOK_S = 0.05
_WITHOUT_LIMIT = 60_000


class ProgramFailed(Exception):
    """The program did not start, or ended by itself."""


@dataclass(slots=True)
class Stage:
    """Both sandboxes and the program. Made by `stage`."""

    botapi: FakeBotApi
    simulator: DarajaSimulator
    data_dir: Path
    port: int
    admin_ids: tuple[int, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings in addition to those that the stage itself decides."""
    _program: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def log_path(self) -> Path:
        """Where the program's log lines go."""
        return self.data_dir / "legalpro.log"

    @property
    def is_running(self) -> bool:
        """Whether the program lives, ready or not."""
        return self._program is not None and self._program.returncode is None

    async def start_program(self, *, with_telegram: bool = True) -> None:
        """Start the real program and wait until it can work; if wanted, until it has met Telegram, too.

        Raises:
            ProgramFailed: it did not get ready in time; the message has its last lines. Or it would speak
                to the world, and was not started.
        """
        environment = self._environment()
        _must_stay_on_stage(environment)
        with self.log_path.open("ab") as log:
            # On a leash: whoever kills the stage must not leave the program behind, holding the folder.
            command = [*leashed(), sys.executable, "-m", "legalpro", "run"]
            # Elsewhere than the operator, whose `.env` would be read.
            self._program = await asyncio.create_subprocess_exec(
                *command, cwd=self.data_dir, env=environment, stdout=log, stderr=log
            )
        await self._until_ready(self._program, with_telegram=with_telegram)

    async def program_ended(self) -> None:
        """Wait until the program has ended, by whatever."""
        if self._program is not None:
            await self._program.wait()

    async def kill_program(self) -> None:
        """End it as a power cut would: SIGKILL, no last words."""
        await self._end(signal.SIGKILL)

    async def stop_program(self) -> None:
        """Ask it to end and wait until it has."""
        await self._end(signal.SIGTERM)

    def signal_program(self, name: signal.Signals) -> None:
        """Send it any signal, such as SIGSTOP."""
        if self._program is not None:
            self._program.send_signal(name)

    async def _end(self, name: signal.Signals) -> None:
        program, self._program = self._program, None
        if program is None or program.returncode is not None:
            return
        program.send_signal(name)
        try:
            async with asyncio.timeout(END_S):
                await program.wait()
        except TimeoutError:
            program.kill()
            await program.wait()

    def _environment(self) -> dict[str, str]:
        """Only what it needs: nothing of the operator's own settings must reach the stage."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TELEGRAM_BOT_TOKEN": self.botapi.token,
            "TELEGRAM_API_URL": self.botapi.url,
            "MPESA_API_URL": self.simulator.url,
            "MPESA_CONSUMER_KEY": self.simulator.config.consumer_key,
            "MPESA_CONSUMER_SECRET": self.simulator.config.consumer_secret,
            "MPESA_QUERIES_PER_MINUTE": str(self.simulator.config.query_limit or _WITHOUT_LIMIT),
            "SAFARICOM_IPS": "127.0.0.1",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data_dir),
            "SUMMARY_HOUR": str(NEVER),
            "ADMIN_IDS": ",".join(map(str, self.admin_ids)),
            "FIRM_NAME": "Wanjiku & Otieno Advocates",
            **self._operator(),
            **self.more,
        }

    def _operator(self) -> dict[str, str]:
        """Who pays refunds out, as the simulator knows them."""
        config, certificate = self.simulator.config, self.data_dir / "certificate.pem"
        certificate.write_bytes(self.simulator.certificate_pem)
        return {
            "MPESA_B2C_SHORTCODE": config.b2c_shortcode,
            "MPESA_INITIATOR_NAME": config.initiator_name,
            "MPESA_INITIATOR_PASSWORD": config.initiator_password,
            "MPESA_CERTIFICATE": str(certificate),
        }

    async def _until_ready(self, program: asyncio.subprocess.Process, *, with_telegram: bool) -> None:
        async with aiohttp.ClientSession() as http:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READY_S):
                    while program.returncode is None:
                        if await self._is_ready(http, with_telegram=with_telegram):
                            return
                        await asyncio.sleep(_LOOK_S)  # Another process: it can only be looked at.
        raise ProgramFailed(f"the program did not get ready:\n{self.last_lines()}")

    async def _is_ready(self, http: aiohttp.ClientSession, *, with_telegram: bool) -> bool:
        try:
            async with http.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return answer.ok and (not with_telegram or bool((await answer.json())["telegram"]))
        except aiohttp.ClientError:
            return False

    def last_lines(self, count: int = 15) -> str:
        """The end of the program's log."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


@contextlib.asynccontextmanager
async def stage(
    data_dir: Path,
    *,
    simulator: DarajaSimulator,
    admin_ids: tuple[int, ...] = (),
    bot_name: str = "Practice Bot",
) -> AsyncIterator[Stage]:
    """Set the stage; the program is not started yet. All of it ends when the context does."""
    botapi = FakeBotApi(name=bot_name)
    async with contextlib.AsyncExitStack() as stack:
        await botapi.start()
        stack.push_async_callback(botapi.stop)
        await simulator.start()
        stack.push_async_callback(simulator.stop)
        set_up = Stage(botapi, simulator, data_dir, free_port(), admin_ids)
        stack.push_async_callback(set_up.stop_program)
        yield set_up


def free_port() -> int:
    """A port that nobody listens on now. The program needs a fixed one: callback addresses hold it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_here(address: str) -> bool:
    """Whether it is on this machine: on loopback, or a socket in its file system."""
    host = urlsplit(address).hostname or ""
    return is_loopback(host) or unquote(host).startswith("/")


_PRACTICE = ":TEST-"
"""What a practice token has after its number, and no real one."""


def _must_stay_on_stage(environment: Mapping[str, str]) -> None:
    """Let no program of the stage reach a real Telegram, a real Safaricom, or anybody's database.

    Raises:
        ProgramFailed: a setting would let it; the message names it without its value.
    """
    addresses = {name: value for name, value in environment.items() if "://" in value}
    wrong = [name for name, value in addresses.items() if not _is_here(value)]
    if not {"TELEGRAM_API_URL", "MPESA_API_URL"} <= addresses.keys():
        wrong.append("TELEGRAM_API_URL or MPESA_API_URL")
    if _PRACTICE not in environment["TELEGRAM_BOT_TOKEN"]:
        wrong.append("TELEGRAM_BOT_TOKEN")
    if environment.get("MPESA_ENVIRONMENT") == "production":
        wrong.append("MPESA_ENVIRONMENT")
    if wrong:
        raise ProgramFailed(f"on a stage nothing may be real, but {', '.join(wrong)} is")
