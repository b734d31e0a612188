"""The store, opened: on the server that is named, or on a private one that is started for it.

Owns the order of these, and that what a dead program held on a private server is let go.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import TYPE_CHECKING, Any

from legalpro.settings import Settings
from storage.embedded import EmbeddedMongo

if TYPE_CHECKING:
    from storage.connect import Store


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
        from storage.connect import Store  # noqa: PLC0415  # heavy: loaded while mongod starts

        store = await Store.open(uri, settings.mongodb_database, as_it_is=as_it_is)
        stack.push_async_callback(store.close)
        if ended:  # Nobody else works on a private server, so whoever held something is no more.
            await store.inbox.give_all_back()
            await store.updates.give_all_back()
            await store.leases.give_all_back()
        yield store, ended
