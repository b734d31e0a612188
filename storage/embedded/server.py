"""The life of the embedded server: start, watch, stop.

Owns the process. Refuses to own its clients, its folder (`folder`, `lock`) and set-up (`command`, `replica`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from storage.embedded import folder, lock, log
from storage.embedded.command import DATA_NAME, mongod_command, mongod_environment
from storage.embedded.errors import FolderInUse, MongodFailed, MongoUnavailable
from storage.embedded.find import find_mongod
from storage.embedded.replica import become_writable

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from pathlib import Path

# Generous: after a crash mongod reads its journal first, on a slow disk for a while.
_START_LIMIT_S = 60.0
# A clean stop takes a second, a checkpoint of much unwritten data longer. Killing would lose nothing either.
_STOP_LIMIT_S = 30.0


class EmbeddedMongo:
    """A private mongod: one-node replica set on a unix socket in a 0700 folder.

    `uri` connects to it, with majority and journaled writes as the client's default. `pid` is the process's.
    Start it from the main thread: on Linux it dies with the thread that started it.
    """

    def __init__(self, process: Process, data_dir: Path, socket: Path) -> None:
        self.pid: int = process.pid
        self.uri: str = _uri(socket)
        self._process = process
        self._data_dir = data_dir
        self._socket = socket
        self._ended = asyncio.ensure_future(process.wait())
        self._stopping = False

    @classmethod
    async def start(
        cls, data_dir: Path, *, mongod: str | None = None, test_commands: bool = False, cache_gb: float = 0.25
    ) -> Self:
        """Start the server on `data_dir` and return when it takes writes; data of former runs is there again.

        `mongod` is the MONGOD setting; `test_commands` allows failCommand; `cache_gb` is the engine's cache.

        Raises:
            NoMongodHere: there is no `mongod` to run.
            FolderNotPrivate: the folder is not, and cannot be made, ours alone.
            FolderInUse: another server works there.
            MongodFailed: it ended, or took no writes within a minute.
        """
        binary = find_mongod(mongod)
        data_dir = folder.private_folder(data_dir)
        command = mongod_command(binary, data_dir, test_commands=test_commands, cache_gb=cache_gb)
        socket = folder.socket_path(data_dir)
        server = cls(await _spawn(command, data_dir), data_dir, socket)
        try:
            await server._until_writable()
        except BaseException:
            await server.stop()
            raise
        return server

    async def stop(self) -> None:
        """End the server cleanly and wait for it, about a second; calling it again does no harm."""
        if not self._stopping and not self._ended.done():
            with contextlib.suppress(ProcessLookupError):  # it ended, and the news is still on its way
                self._process.terminate()
        self._stopping = True
        # `wait` leaves the future alone when the time is up or the caller is cancelled.
        done, _ = await asyncio.wait({self._ended}, timeout=_STOP_LIMIT_S)
        if not done:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await asyncio.wait({self._ended})
        folder.forget_socket_path(self._socket)

    async def died(self) -> MongodFailed:
        """Completes when the server ends without `stop`, and says why; never completes after `stop`."""
        exit_code = await asyncio.shield(self._ended)
        if self._stopping:
            await asyncio.get_running_loop().create_future()
        return log.failure(
            f"The embedded mongod ended unasked (exit code {exit_code}).", self._log, exit_code=exit_code
        )

    @property
    def _log(self) -> Path:
        return self._data_dir / log.LOG_NAME

    async def _until_writable(self) -> None:
        writable = asyncio.ensure_future(become_writable(self._socket, self.uri))
        try:
            await asyncio.wait(
                {writable, self._ended}, timeout=_START_LIMIT_S, return_when=asyncio.FIRST_COMPLETED
            )
            if self._ended.done():
                raise self._start_failure(self._ended.result())
            if not writable.done():
                raise log.failure(
                    f"mongod took no writes within {_START_LIMIT_S:.0f} s.", self._log, exit_code=None
                )
            writable.result()
        finally:
            writable.cancel()
            await asyncio.wait({writable})

    def _start_failure(self, exit_code: int) -> MongoUnavailable:
        if log.says_folder_in_use(self._log):
            return FolderInUse(self._data_dir, pid=_holder_of(self._data_dir / DATA_NAME))
        return log.failure(f"mongod did not start (exit code {exit_code}).", self._log, exit_code=exit_code)


def running_uri(data_dir: Path) -> str:
    """How to reach the server that another program runs on this folder.

    Raises:
        FolderNotPrivate: the folder is not, and cannot be made, ours alone.
    """
    return _uri(folder.socket_path(folder.private_folder(data_dir)))


async def _spawn(command: list[str], data_dir: Path) -> Process:
    """Run mongod in a session of its own: Ctrl-C is for the program, which stops mongod last."""
    lock_fd = await lock.hold(data_dir)
    try:
        (data_dir / DATA_NAME).mkdir(mode=folder.PRIVATE_MODE, exist_ok=True)
        log_path = data_dir / log.LOG_NAME
        log.rotate(log_path)
        # Not by --logpath: so the dynamic loader's complaints and crash traces land there too.
        with log_path.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=data_dir,
                env=mongod_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(lock_fd,),
                start_new_session=True,
            )
        lock.note_holder(lock_fd, process.pid)
        return process
    finally:
        os.close(lock_fd)


def _uri(socket: Path) -> str:
    # A direct connection: the set has one member, and its name for itself means something to mongod only.
    return f"mongodb://{quote(str(socket), safe='')}/?directConnection=true&w=majority&journal=true"


def _holder_of(database: Path) -> int | None:
    """The pid that mongod keeps in its own lock file while it runs."""
    try:
        return int((database / "mongod.lock").read_text())
    except (OSError, ValueError):
        return None
