"""The real program as a process of its own, on a stage where nothing is real.

Owns what it is told (practice settings and nothing of the operator's), its start, its signals and its end.
Refuses to know who plays Telegram and Safaricom, and imports nothing heavy: it can be started before they
are there. It holds nothing of the program: whatever survives is in MongoDB.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from payments.nairobi import NEVER
from sandbox.certificate import certificate_pem
from sandbox.doors import is_loopback
from sandbox.practice import BOT_TOKEN, SafaricomAccount
from storage.embedded.command import leashed

READY_S = 30.0
END_S = 20.0
_LOOK_S = 0.05
_WITHOUT_LIMIT = 60_000


class ProgramFailed(Exception):
    """The program did not start, or ended by itself."""


def free_port() -> int:
    """A port that nobody listens on now. The program needs a fixed one: callback addresses hold it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True, kw_only=True)
class ProgramProcess:
    """The program, started as often as wanted; at most one at a time."""

    data_dir: Path
    telegram_url: str
    safaricom_url: str
    account: SafaricomAccount
    port: int = field(default_factory=free_port)
    admin_ids: tuple[int, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings in addition to those that are decided here."""
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def log_path(self) -> Path:
        """Where the program's log lines go."""
        return self.data_dir / "legalpro.log"

    @property
    def is_running(self) -> bool:
        """Whether the program lives, ready or not."""
        return self._process is not None and self._process.returncode is None

    async def start(self, *, with_telegram: bool = True) -> None:
        """Start it and wait until it can work; if wanted, until it has met Telegram, too.

        Raises:
            ProgramFailed: as `spawn` and `until_ready`.
        """
        await self.spawn()
        await self.until_ready(with_telegram=with_telegram)

    async def spawn(self) -> None:
        """Start it, and wait for nothing.

        Raises:
            ProgramFailed: it would speak to the world, and was not started.
        """
        environment = self._environment()
        _must_stay_on_stage(environment)
        with self.log_path.open("ab") as log:
            # On a leash: whoever kills the stage must not leave the program behind, holding the folder.
            command = [*leashed(), sys.executable, "-m", "legalpro", "run"]
            # Elsewhere than the operator, whose `.env` would be read.
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self.data_dir, env=environment, stdout=log, stderr=log
            )

    async def until_ready(self, *, with_telegram: bool = True) -> None:
        """Wait until it can work.

        Raises:
            ProgramFailed: it did not get ready in time, or was not started; the message has its last lines.
        """
        from legalpro.readiness import is_ready  # noqa: PLC0415  # heavy, and not needed to start it

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                while self.is_running:
                    if await is_ready(self.port, with_telegram=with_telegram):
                        return
                    await asyncio.sleep(_LOOK_S)  # Another process: it can only be looked at.
        raise ProgramFailed(f"the program did not get ready:\n{self.last_lines()}")

    async def ended(self) -> None:
        """Wait until it has ended, by whatever."""
        if self._process is not None:
            await self._process.wait()

    async def kill(self) -> None:
        """End it as a power cut would: SIGKILL, no last words."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end and wait until it has."""
        await self._end(signal.SIGTERM)

    def send_signal(self, name: signal.Signals) -> None:
        """Send it any signal, such as SIGSTOP."""
        if self._process is not None:
            self._process.send_signal(name)

    def last_lines(self, count: int = 15) -> str:
        """The end of the program's log."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])

    async def _end(self, name: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(name)
        try:
            async with asyncio.timeout(END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    def _environment(self) -> dict[str, str]:
        """Only what it needs: nothing of the operator's own settings must reach the stage."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
            "TELEGRAM_API_URL": self.telegram_url,
            "MPESA_API_URL": self.safaricom_url,
            "MPESA_CONSUMER_KEY": self.account.consumer_key,
            "MPESA_CONSUMER_SECRET": self.account.consumer_secret,
            "MPESA_QUERIES_PER_MINUTE": str(self.account.query_limit or _WITHOUT_LIMIT),
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
        """Who pays refunds out, as Safaricom knows them. The certificate is there before the program is."""
        certificate = self.data_dir / "certificate.pem"
        certificate.write_bytes(certificate_pem())
        return {
            "MPESA_B2C_SHORTCODE": self.account.b2c_shortcode,
            "MPESA_INITIATOR_NAME": self.account.initiator_name,
            "MPESA_INITIATOR_PASSWORD": self.account.initiator_password,
            "MPESA_CERTIFICATE": str(certificate),
        }


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
