"""The program's life: what starts in which order, what it waits for, how it ends.

Owns start-up, supervision and the stop. The order is the promise: callbacks are taken before anything
is sent, and the store closes last.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import httpx
from aiohttp import web

from bot.running import CannotStart
from legalpro.settings import Settings
from legalpro.wiring import Parts, wire
from payments.ports import StoreUnavailable
from storage.connect import Store
from storage.embedded import EmbeddedMongo, MongoUnavailable
from webhooks.server import build_runner

log = logging.getLogger(__name__)

DONE, FAILED, WRONGLY_SET_UP = 0, 1, 2
DRAIN_S = 10.0
TELEGRAM_PAUSE_S = 10.0


async def run(settings: Settings) -> int:
    """Run until a signal comes or a part fails; return the exit code."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        async with opened_store(settings) as (store, mongod_ended):
            return await _serve(settings, store, stop, mongod_ended)
    except MongoUnavailable as error:
        log.error("no_database", extra={"why": str(error)})  # noqa: TRY400  the sentence says it all
        return WRONGLY_SET_UP
    except StoreUnavailable as error:
        log.error("no_database", extra={"why": f"MONGODB_URI cannot be reached: {error}"})  # noqa: TRY400
        return FAILED


@contextlib.asynccontextmanager
async def opened_store(
    settings: Settings, *, as_it_is: bool = False
) -> AsyncIterator[tuple[Store, Coroutine[Any, Any, object] | None]]:
    """The store, with a private mongod below it when no other server was named.

    Yields it with something that returns when that mongod ends unasked, if there is one.
    """
    async with contextlib.AsyncExitStack() as stack:
        if settings.mongodb_uri:
            uri, ended = settings.mongodb_uri.get_secret_value(), None
        else:
            mongod = await EmbeddedMongo.start(settings.data_dir / "mongo", mongod=settings.mongod)
            stack.push_async_callback(mongod.stop)
            uri, ended = mongod.uri, mongod.died()
        store = await Store.open(uri, settings.mongodb_database, as_it_is=as_it_is)
        stack.push_async_callback(store.close)
        if ended:  # Nobody else works on a private server, so whoever held something is no more.
            await store.inbox.give_all_back()
            await store.updates.give_all_back()
            await store.leases.give_all_back()
        yield store, ended


async def _serve(
    settings: Settings, store: Store, stop: asyncio.Event, mongod_ended: Coroutine[Any, Any, object] | None
) -> int:
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
