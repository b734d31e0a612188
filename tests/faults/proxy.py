"""A line to a server that can be made bad: slow, deaf, cut off, closed on one side, robbed of answers.

Sits on loopback in front of anything that speaks over TCP or a unix socket, and knows no protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_CHUNK = 65_536
Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER for no time: what is closed is reset, and nothing of it arrives any more."""


@dataclass(slots=True)
class BadLine:
    """All connections to one server; what is set here holds for those that are open too.

    Attributes:
        latency_s: how long everything is under way, in each direction.
        deaf: nothing passes either way, and nobody is told.
        answer_bytes: after so many bytes of answers a connection is reset; None: never.
        half_closed: the server's side ends at its first answer, which is lost.
        marker: a request with these bytes reaches the server, its answer is lost and the connection reset.
        lose: how many such answers are still to be lost.
        hold: the next request that has all of these in it waits for `go`, and `held` is set.
    """

    connect: Connect
    port: int = 0
    latency_s: float = 0.0
    deaf: bool = False
    answer_bytes: int | None = None
    half_closed: bool = False
    marker: bytes = b""
    lose: int = 0
    hold: tuple[bytes, ...] = ()
    held: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The near end, where the far one is a web server."""
        return f"http://127.0.0.1:{self.port}"

    def heal(self) -> None:
        """From now on the line is good; connections that were spoilt are reset."""
        self.latency_s, self.deaf, self.answer_bytes, self.half_closed = 0.0, False, None, False
        self.lose = 0
        self.cut()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in [*self._open]:
            _reset(writer)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        self.connections += 1
        try:
            server_reader, server_writer = await self.connect()
        except OSError:
            _reset(writer)
            return
        self._open |= {writer, server_writer}
        robbed = asyncio.Event()
        there = asyncio.create_task(self._requests(reader, server_writer, robbed))
        back = asyncio.create_task(self._answers(server_reader, writer, robbed))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            for each in (writer, server_writer):
                self._open.discard(each)
                each.close()

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, robbed: asyncio.Event
    ) -> None:
        while chunk := await reader.read(_CHUNK):
            if self.hold and all(part in chunk for part in self.hold):
                self.hold = ()
                self.held.set()
                await self.go.wait()
            if self.lose and self.marker in chunk:
                self.lose -= 1
                robbed.set()
            await self._pass(chunk, writer)

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, robbed: asyncio.Event
    ) -> None:
        passed = 0
        while chunk := await reader.read(_CHUNK):
            if self.half_closed:
                writer.write_eof()
                await asyncio.Event().wait()
            if robbed.is_set():
                _reset(writer)
                return
            if self.answer_bytes is not None:
                chunk = chunk[: self.answer_bytes - passed]
            await self._pass(chunk, writer)
            passed += len(chunk)
            if self.answer_bytes is not None and passed >= self.answer_bytes:
                _reset(writer)
                return

    async def _pass(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        if not self.deaf:
            writer.write(chunk)
            await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    line: socket.socket = writer.get_extra_info("socket")
    if line.family != socket.AF_UNIX:
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


@contextlib.asynccontextmanager
async def bad_line(connect: Connect) -> AsyncIterator[BadLine]:
    """A line until the end of the block; good at first."""
    line = BadLine(connect)
    carrying: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(line.carry(reader, writer))
        carrying.add(task)
        task.add_done_callback(carrying.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)


def to_mongo(uri: str) -> Connect:
    """A way to the embedded server."""
    path = unquote(uri.removeprefix("mongodb://").partition("/?")[0])
    return lambda: asyncio.open_unix_connection(path)


def to_web(url: str) -> Connect:
    """A way to a web server on loopback."""
    port = urlsplit(url).port
    return lambda: asyncio.open_connection("127.0.0.1", port)


def mongo_uri(line: BadLine) -> str:
    """MongoDB's address at the near end of the line."""
    return f"mongodb://127.0.0.1:{line.port}/?directConnection=true"
