"""The wire to MongoDB, one for each incarnation of the program: every write on it is an effect.

Owns the reading of just enough of the wire protocol (MongoDB: OP_MSG) to name a command and to know its
answer. Reads pass uncounted: they change nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import struct
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from tests.crash.power import Mains, Power, PowerCut

WRITES = frozenset({
    "insert", "update", "delete", "findAndModify", "findandmodify", "bulkWrite", "create", "createIndexes",
    "collMod", "drop", "dropIndexes", "dropDatabase", "renameCollection", "commitTransaction",
})  # fmt: skip
_OP_MSG = 2013
_HEAD = struct.Struct("<iiii")  # length, request, in answer to, opcode
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of the protocol, whole."""

    raw: bytes

    @property
    def request(self) -> int:
        return int(_HEAD.unpack_from(self.raw)[1])

    @property
    def answers(self) -> int:
        return int(_HEAD.unpack_from(self.raw)[2])

    @property
    def command(self) -> tuple[str, str]:
        """Name and collection of the command; empty for anything else."""
        if _HEAD.unpack_from(self.raw)[3] != _OP_MSG or self.raw[20] != 0:
            return "", ""
        kind, at = self.raw[25], 26
        end = self.raw.index(0, at)
        name = self.raw[at:end].decode()
        if kind != 2:  # the value is no text
            return name, ""
        (length,) = struct.unpack_from("<i", self.raw, end + 1)
        return name, self.raw[end + 5 : end + 4 + length].decode()


async def read_frame(reader: asyncio.StreamReader) -> Frame | None:
    """The next message, or None at the end."""
    try:
        head = await reader.readexactly(_HEAD.size)
        return Frame(head + await reader.readexactly(_HEAD.unpack(head)[0] - _HEAD.size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


@dataclass(slots=True)
class _Line:
    """One connection of the program and its continuation to the server.

    Attributes:
        pending: writes that are not answered yet: the power they began under, and their number.
    """

    mains: Mains
    near: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    far: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    pending: dict[int, tuple[Power, int]] = field(default_factory=dict)

    async def run(self) -> None:
        """Carry both ways until either side or the power is gone."""
        both = [asyncio.create_task(self._there()), asyncio.create_task(self._back())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for writer in (self.near[1], self.far[1]):
                writer.close()

    async def _there(self) -> None:
        with contextlib.suppress(PowerCut, ConnectionError):
            while (frame := await read_frame(self.near[0])) is not None:
                name, collection = frame.command
                if name in WRITES:
                    power = self.mains.power
                    number = await power.begin(f"mongo {name} {collection}")
                    self.pending[frame.request] = power, number
                self.far[1].write(frame.raw)
                await self.far[1].drain()

    async def _back(self) -> None:
        with contextlib.suppress(PowerCut, ConnectionError):
            while (frame := await read_frame(self.far[0])) is not None:
                if (begun := self.pending.pop(frame.answers, None)) is not None:
                    power, number = begun
                    await power.end(number)
                self.near[1].write(frame.raw)
                await self.near[1].drain()


@contextlib.asynccontextmanager
async def wire(mongod_uri: str, mains: Mains) -> AsyncIterator[str]:
    """A wire to the server; yields the address to use. It ends with the context."""
    address = urlsplit(mongod_uri)
    lines: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = await asyncio.open_unix_connection(unquote(address.netloc))
        await _Line(mains, (reader, writer), far).run()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.create_task(carry(reader, writer))
        lines.add(line)
        line.add_done_callback(lines.discard)

    with tempfile.TemporaryDirectory(prefix="legalpro-wire-", dir="/tmp") as folder:
        socket = str(Path(folder, f"{next(_numbers)}.sock"))
        server = await asyncio.start_unix_server(connected, socket)
        try:
            yield f"mongodb://{quote(socket, safe='')}/?{address.query}"
        finally:
            server.close()
            for line in tuple(lines):
                line.cancel()
            await asyncio.gather(*lines, return_exceptions=True)
            await server.wait_closed()
