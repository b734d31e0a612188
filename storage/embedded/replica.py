"""From a mongod that has just been started to one that takes writes: a replica set of one.

Owns the set's name, its single member and the waiting for it. Refuses to own the process.
Always a replica set, because a standalone acknowledges writes that it loses when killed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from storage.embedded.folder import SOCKET_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo import AsyncMongoClient

SET_NAME = "rs0"
# Relative to mongod's working directory, the data folder: moving the folder needs no new configuration, and
# no folder is too deep for it. Clients are told to connect directly and never use this name.
MEMBER_HOST = f"./{SOCKET_NAME}"
_ALREADY_INITIALIZED = 23
_RETRY_S = 0.01
_HELLO_WAIT_MS = 1_000

_Document = dict[str, object]


async def become_writable(socket: Path, uri: str) -> None:
    """Return when the server at `socket` is a writable primary, initiating its replica set the first time.

    Unbounded: the caller holds the clock, and sees the process end.
    """
    from pymongo import AsyncMongoClient  # noqa: PLC0415  # heavy, and mongod needs its time anyway

    await _until_listening(socket)
    # A client of its own: one that has met a server without a replica set keeps believing it has no sessions.
    async with AsyncMongoClient[_Document](uri) as client:
        hello = await client.admin.command("hello")
        if "setName" not in hello:
            await _initiate(client)
        while not hello.get("isWritablePrimary"):
            # The server answers as soon as something changed, or after the wait.
            hello = await client.admin.command(
                {"hello": 1, "topologyVersion": hello["topologyVersion"], "maxAwaitTimeMS": _HELLO_WAIT_MS}
            )


async def _until_listening(socket: Path) -> None:
    # Nobody tells when a socket begins to listen. Trying is cheap; a driver waits half a second to retry.
    while True:
        try:
            _, writer = await asyncio.open_unix_connection(str(socket))
        except (FileNotFoundError, ConnectionRefusedError):
            await asyncio.sleep(_RETRY_S)
        else:
            writer.close()
            await writer.wait_closed()
            return


async def _initiate(client: AsyncMongoClient[_Document]) -> None:
    from pymongo.errors import OperationFailure  # noqa: PLC0415  # as above

    config = {"_id": SET_NAME, "members": [{"_id": 0, "host": MEMBER_HOST}]}
    try:
        await client.admin.command("replSetInitiate", config)
    except OperationFailure as error:
        # A reopened server may listen a moment before it has read its own configuration.
        if error.code != _ALREADY_INITIALIZED:
            raise
