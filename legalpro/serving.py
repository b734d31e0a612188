"""The program at work: what starts in which order once the store is open, what it waits for, how it ends.

Owns supervision and the stop. The order is the promise: callbacks are taken before anything is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import httpx
from aiohttp import web

from bot.running import CannotStart
from legalpro.exits import DONE, FAILED
from legalpro.settings import Settings
from legalpro.wiring import Parts, wire
from payments.ports import StoreUnavailable
from storage.connect import Store
from webhooks.server import build_runner

log = logging.getLogger(__name__)

DRAIN_S = 10.0
TELEGRAM_PAUSE_S = 10.0


async def serve(
    settings: Settings, store: Store, stop: asyncio.Event, mongod_ended: Coroutine[Any, Any, object] | None
) -> int:
    """Work until a signal comes or a part fails; return the exit code."""
    async with httpx.AsyncClient(trust_env=settings.mpesa_api_url is None, follow_redirects=False) as http:
        parts = wire(settings, store, http)
        async with listening(parts):
            always = (parts.engine, parts.worker, parts.auditor, parts.bookkeeper)
            now_and_then = (parts.briefer, parts.listener, parts.reminder, parts.rounds, parts.witness)
            workers = [each.run() for each in (*always, *now_and_then)]
            workers += [_talk(parts), parts.rounds.feel_lag()]
            workers += [parts.refunds.engine.run()] if parts.refunds else []
            return await _until_ended(parts, workers, stop, mongod_ended)


@contextlib.asynccontextmanager
async def listening(parts: Parts) -> AsyncIterator[tuple[str, int]]:
    """The web server, taking requests, and what it spools being put back; yields where."""
    async with parts.ingest.running():
        runner = build_runner(parts.web)
        await runner.setup()
        try:
            site = web.TCPSite(runner, parts.settings.host, parts.settings.port)
            await site.start()
            host, port = runner.addresses[0][:2]
            log.info("listening", extra={"host": host, "port": port})
            yield host, port
        finally:
            await runner.cleanup()


async def _talk(parts: Parts) -> None:
    """The bot's side. Telegram being away must not keep callbacks from being taken."""
    while True:
        try:
            await parts.bot.start()
        except (CannotStart, StoreUnavailable) as error:
            log.error("bot_not_started", extra={"why": str(error)})  # noqa: TRY400  it is tried again
            await asyncio.sleep(TELEGRAM_PAUSE_S)  # Telegram gives no sign when it is back.
        else:
            parts.ready.telegram = True
            await parts.bot.run()


async def _until_ended(
    parts: Parts,
    workers: list[Coroutine[Any, Any, None]],
    stop: asyncio.Event,
    mongod_ended: Coroutine[Any, Any, object] | None,
) -> int:
    tasks = [asyncio.create_task(worker) for worker in workers]
    asked = asyncio.create_task(stop.wait())
    watched = [*tasks, asked, *([asyncio.create_task(mongod_ended)] if mongod_ended else [])]
    try:
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
    finally:
        log.info("stopping")
        parts.ready.draining = True
        for task in watched:
            task.cancel()
        results = await asyncio.gather(*watched, return_exceptions=True)
        await parts.engine.drain(DRAIN_S)
        if parts.refunds:
            await parts.refunds.engine.drain(DRAIN_S)
        await parts.bot.stop()
        await parts.auditor.finish()
    return _exit_code(results, asked_to_stop=stop.is_set())


def _exit_code(results: list[object], *, asked_to_stop: bool) -> int:
    failures = [
        result
        for result in results
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError)
    ]
    for failure in failures:
        log.error("part_failed", exc_info=failure)
    if not asked_to_stop and not failures:
        log.error("database_ended")
    return DONE if asked_to_stop and not failures else FAILED
