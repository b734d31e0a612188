"""The store for commands that look at it while the program may be running beside them.

Owns finding it: by its address, by starting the private mongod, or by joining one that runs already.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

from legalpro.exits import DONE, FAILED, WRONGLY_SET_UP
from legalpro.opening import opened_store
from legalpro.settings import Settings
from payments.ports import StoreUnavailable
from storage.connect import Store
from storage.embedded import FolderInUse, MongoUnavailable, running_uri

__all__ = ["DONE", "FAILED", "with_store"]


async def with_store(
    settings: Settings, act: Callable[[Store], Awaitable[int]], *, as_it_is: bool = False
) -> int:
    """Do something with the store and return its exit code; what keeps us from it is told to the person.

    With `as_it_is` nothing is put in place first: for looking at what may be broken.
    """
    try:
        async with _store(settings, as_it_is=as_it_is) as store:
            return await act(store)
    except MongoUnavailable as error:
        print(f"legalpro: {error}", file=sys.stderr)
        return WRONGLY_SET_UP
    except StoreUnavailable as error:
        print(f"legalpro: the database cannot be reached: {error}", file=sys.stderr)
        return FAILED


@contextlib.asynccontextmanager
async def _store(settings: Settings, *, as_it_is: bool) -> AsyncIterator[Store]:
    async with contextlib.AsyncExitStack() as stack:
        try:
            store, ended = await stack.enter_async_context(opened_store(settings, as_it_is=as_it_is))
        except FolderInUse:
            uri = running_uri(settings.data_dir / "mongo")
            store = await Store.open(uri, settings.mongodb_database, as_it_is=as_it_is)
            stack.push_async_callback(store.close)
        else:
            if ended is not None:
                ended.close()  # Nobody waits for it here: the next call tells.
        yield store
