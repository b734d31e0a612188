"""One life of the whole program in this process, which can end as a power cut ends it.

Owns the birth and the death. Every task that the program starts, directly or through a library, is known by
the context it was started in, so that a death leaves none behind; what it tries to do while dying is refused
by the power switch, and everything it knew is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import io
import random
import socket
import sys
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pymongo._asyncio_lock import Condition

from bot.messenger import MessengerLimits
from daraja.transport import Timeouts
from legalpro.serving import listening
from legalpro.settings import Settings
from legalpro.wiring import Parts, wire
from payments.engine import EngineLimits
from payments.refunds.engine import RefundEngineLimits
from payments.refunds.refund import Route
from payments.refunds.timing import RefundTiming
from payments.timing import Timing
from storage.connect import Store
from tests.crash.power import Mains, Power, PowerCut
from tests.crash.sandboxes import CountedBotApi, CountedSimulator
from tests.crash.wire import wire as wire_to
from tests.journeys.house import operator_of

SPEED = 20.0
"""How much faster than the world's the program's clock runs: a lease of a minute is over in three seconds."""
FIGURES = Timing(
    queue_s=200,
    resend_s=(2, 4, 8),
    sending_s=40,
    prompt_s=30,
    grace_s=10,
    repeat_s=4,
    line_s=80,
    ladder_s=(8, 16, 30, 50, 80, 120, 200, 400, 800, 1_600, 20_000),
    early_s=0,
    ask_again_s=4,
)
"""In seconds of the program's clock."""
LIMITS = EngineLimits(
    idle_s=0.2, busy_s=0.02, line_pause_s=2, ask_pause_s=4, lease_s=40, recall_s=(0.05,) * 3
)
TIMEOUTS = Timeouts(connect_s=1, read_s=1.5, write_s=1, pool_s=1, total_s=1.8)
REFUND_FIGURES = RefundTiming(
    resend_s=(2, 4, 8),
    sending_s=40,
    accepted_s={Route.B2C: 60, Route.REVERSAL: 60},
    ladder_s=(8, 16, 30, 50, 80),
    grace_s=20,
    blind_s=60,
    ask_again_s=4,
)
REFUND_LIMITS = RefundEngineLimits(idle_s=0.2, busy_s=0.02, ask_pause_s=4, lease_s=40, recall_s=(0.05,) * 3)
CLIENT, OFFICE, PARTNER = 7, 99, 98
DEAD_S = 30.0
BURIED_S = 5.0
CANCEL_AGAIN_S = 0.5
_BEGAN = time.monotonic()
_EPOCH = datetime.now(UTC)
_PORTS = (20_000, 30_000)
"""Below those that the system gives to outgoing connections, so that a program finds its own again."""

_life: contextvars.ContextVar[set[asyncio.Task[Any]] | None] = contextvars.ContextVar("life", default=None)


def quick_now() -> datetime:
    """The program's clock."""
    return _EPOCH + timedelta(seconds=(time.monotonic() - _BEGAN) * SPEED)


def known_by_context(
    loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **more: Any
) -> asyncio.Task[Any]:
    """A task factory: each task is entered in the life it belongs to."""
    task = asyncio.Task(coro, loop=loop, **more)
    life = _life.get()
    if life is not None:
        life.add(task)
        task.add_done_callback(life.discard)
    return task


def fixed_port() -> int:
    """A port that is free now and that no outgoing connection will take."""
    while True:
        port = random.randrange(*_PORTS)  # noqa: S311  any will do
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the program lives: what outlasts its deaths."""

    mongod_uri: str
    database: str
    data_dir: Path
    botapi: CountedBotApi
    simulator: CountedSimulator
    port: int
    admins: tuple[int, ...] = (OFFICE,)

    def settings(self) -> Settings:
        config = self.simulator.config
        return Settings.model_validate(
            {
                "telegram_bot_token": self.botapi.token,
                "telegram_api_url": self.botapi.url,
                "mpesa_api_url": self.simulator.url,
                "mpesa_consumer_key": config.consumer_key,
                "mpesa_consumer_secret": config.consumer_secret,
                "public_url": f"http://127.0.0.1:{self.port}",
                "port": self.port,
                "data_dir": self.data_dir,
                "admin_ids": list(self.admins),
                **operator_of(self.simulator, self.data_dir),
                "firm_name": "Test & Co",
                "mpesa_queries_per_minute": 60_000,
                "mpesa_pushes_per_second": 1_000,
            }
        )


@dataclass(slots=True)
class Incarnation:
    """The program, from `born` to `die`."""

    place: Place
    power: Power
    _parts: Parts | None = field(default=None, init=False)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set, init=False)
    _birth: asyncio.Task[None] | None = field(default=None, init=False)
    _outside: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack, init=False)
    _inside: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack, init=False)

    @property
    def parts(self) -> Parts:
        if self._parts is None:
            raise AssertionError("it was not born yet")
        return self._parts

    async def born(self) -> None:
        """Start the program; returns when it works, or when the power went before it could."""
        uri = await self._outside.enter_async_context(wire_to(self.place.mongod_uri, Mains(self.power)))
        context = contextvars.copy_context()
        context.run(_life.set, self._tasks)
        self._birth = context.run(asyncio.create_task, self._start(uri))
        dead = asyncio.create_task(self.power.dead.wait())
        await asyncio.wait({self._birth, dead}, return_when=asyncio.FIRST_COMPLETED)
        dead.cancel()
        if not self.power.dead.is_set():
            await self._birth

    async def _start(self, uri: str) -> None:
        store = await Store.open(uri, self.place.database, now=quick_now)
        self._inside.push_async_callback(_let_go, store)
        http = await self._inside.enter_async_context(httpx.AsyncClient(trust_env=False))
        parts = wire(
            self.place.settings(),
            store,
            http,
            now=quick_now,
            figures=FIGURES,
            engine_limits=LIMITS,
            timeouts=TIMEOUTS,
            refund_figures=REFUND_FIGURES,
            refund_limits=REFUND_LIMITS,
        )
        self._inside.push_async_callback(parts.bot.application.bot.shutdown)
        parts.bot.messenger.limits = MessengerLimits(idle_s=0.2, lease_s=40)
        await self._inside.enter_async_context(listening(parts))
        await parts.bot.start()
        self._parts = parts
        works = [parts.engine.run(), parts.worker.run(), parts.auditor.run()]
        works += [parts.bookkeeper.run(), parts.bot.run()]
        if parts.refunds:
            works.append(parts.refunds.engine.run())
        for work in works:
            asyncio.create_task(work)  # noqa: RUF006  the task factory keeps it

    async def die(self) -> None:
        """Drop it: nothing is finished, and nothing it still tries has any effect."""
        self.power.dead.set()
        over = time.monotonic() + DEAD_S
        while tasks := tuple(self._tasks):
            if time.monotonic() > over:
                raise AssertionError("these would not die:\n" + "\n".join(map(stack_of, tasks)))
            for task in tasks:
                task.cancel()
            _, left = await asyncio.wait(tasks, timeout=CANCEL_AGAIN_S)
            _break_locks(left)
            for task in tasks:
                if task.done() and not task.cancelled():
                    task.exception()  # Nobody is left who would want to hear of it.
        # By an error, so that nothing is brought to a good end. What the cut left may make a library
        # wait for itself for ever; a real program would be gone.
        with contextlib.suppress(PowerCut, TimeoutError):
            async with asyncio.timeout(BURIED_S):
                await self._inside.__aexit__(PowerCut, PowerCut(), None)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BURIED_S):
                await self._outside.aclose()


async def bury_all() -> None:
    """End whatever still runs in this loop, so that the loop itself can end; what does not is named."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    over = time.monotonic() + DEAD_S
    while left and time.monotonic() < over:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_S)
        _break_locks(left)
    for task in left:
        print("this does not end:", task, stack_of(task), file=sys.__stderr__, flush=True)


def stack_of(task: asyncio.Task[Any]) -> str:
    """Where a task waits."""
    told = io.StringIO()
    task.print_stack(file=told)
    return told.getvalue()


def _break_locks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Free what the dead hold.

    On Python 3.11 `asyncio.wait_for`, which the driver uses, leaves a lock taken for ever when it is
    cancelled just as its time is over; whoever waits for that lock cannot be cancelled.
    """
    for task in tasks:
        frame = getattr(task.get_coro(), "cr_frame", None)
        lock = frame.f_locals.get("self") if frame is not None else None
        if isinstance(lock, Condition) and lock.locked():
            lock.release()


async def _let_go(store: Store) -> None:
    """Close the connection without the driver's goodbye, for which it would look for a server it has lost."""
    store._client._topology.pop_all_sessions()
    await store.close()
