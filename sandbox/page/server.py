"""The page as one object: it listens, follows the stand-ins, and hands their news to every open tab."""

from __future__ import annotations

import asyncio
import errno
import logging
from typing import TYPE_CHECKING, Self

from aiohttp import web

from sandbox.doors import is_loopback
from sandbox.personas import PIN

from .hub import Hub
from .routes import Routes
from .stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from sandbox.personas import Persona
    from sandbox.telegram import FakeBotApi

    from .sky import ChangeableSafaricom
    from .stage import ProgramState
    from .tracks import Track

log = logging.getLogger(__name__)


class DemoPage:
    """The page over a running fake Bot API and a running simulator. Personas are introduced to both at once.

    `kill` ends the program under demonstration at once and tells whether it was running; without it the page
    has no such button. Use the page as an async context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        botapi: FakeBotApi,
        simulator: ChangeableSafaricom,
        personas: Sequence[Persona],
        *,
        kill: Callable[[], bool] | None = None,
    ) -> None:
        self._stage = Stage(botapi, simulator, personas, kill)
        self._hub = Hub()
        self._followers: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None
        self._url = ""
        for persona in personas:
            botapi.person(
                persona.user_id,
                persona.name,
                username=persona.username,
                language_code=persona.language_code,
            )
            simulator.phone(persona.phone).pin = PIN

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The page's address. Raises RuntimeError before the start."""
        if not self._url:
            raise RuntimeError("the page has not been started")
        return self._url

    @property
    def is_watched(self) -> bool:
        """Tell whether any tab is open."""
        return len(self._hub) > 0

    async def start(self, host: str = "127.0.0.1", port: int = 8100) -> None:
        """Listen; at any free port when `port` is taken, so look at `url`.

        Raises:
            ValueError: the host is not loopback.
        """
        if not is_loopback(host):
            raise ValueError(f"the page listens on loopback only, not on {host}")
        app = Routes(self._stage, self._hub).application()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        try:
            await _listen(self._runner, host, port)
        except OSError:
            await self.stop()
            raise
        shown_host = f"[{host}]" if ":" in host else host
        self._url = f"http://{shown_host}:{self._runner.addresses[0][1]}/"
        self._followers = [self._follow(self._watch_chats), self._follow(self._watch_phones)]

    async def stop(self) -> None:
        """Stop listening; event streams end at once."""
        for follower in self._followers:
            follower.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)
        self._followers = []
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # What only somebody else can know of the program

    def show_program(self, state: ProgramState) -> None:
        """Show how the program is."""
        self._hub.tell(self._stage.program_news(state))

    def show_tracks(self, user_id: int, tracks: Sequence[Track]) -> None:
        """Show what moves for a person, the newest first."""
        if news := self._stage.tracks_news(user_id, tracks):
            self._hub.tell(news)

    # What the stand-ins tell

    def _follow(self, watch: Callable[[], Coroutine[None, None, None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(watch(), name="page follows the stand-ins")
        task.add_done_callback(_report)
        return task

    async def _watch_chats(self) -> None:
        botapi = self._stage.botapi
        async for happening in botapi.events(botapi.world.stream.last_number):
            for news in self._stage.chat_news(happening):
                self._hub.tell(news)

    async def _watch_phones(self) -> None:
        async for event in self._stage.simulator.events():
            if event.phone:
                self._stage.notice_line(event.phone)
                self._hub.tell(self._stage.phone_news(event.phone))


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Take the wanted port, or any when somebody else has it. Raises OSError."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        await web.TCPSite(runner, host, 0).start()


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("the page lost sight of the stand-ins", exc_info=error)
