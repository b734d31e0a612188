"""The spool of one process: adds lines, closes files, and hands over what is to be put back.

Owns the bound on its size, the shared sync, and the turns: a file is either being added to or being put back.
Files of a process that died are taken over by the next one that looks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from payments.ports import StoreUnavailable
from storage.coalesce import Coalescer, Verdict
from storage.spool.line import DamagedLine, Record, decode, encode
from storage.spool.segment import ENDING, Segment, size_of, try_out

log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024 * 1024
SEGMENT_BYTES = 8 * 1024 * 1024
_MOST_AT_ONCE = 500
_LARGEST_RECORD = 128 * 1024
_T = TypeVar("_T")


class SpoolUnavailable(StoreUnavailable):
    """The disk did not take it, or the spool is full; nothing may be promised."""


class Spool:
    """Records on this machine's disk. Nothing is opened or made before the first `append`."""

    def __init__(
        self, folder: Path, *, most_bytes: int = MOST_BYTES, segment_bytes: int = SEGMENT_BYTES
    ) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._segment_bytes = segment_bytes
        self._open: Segment | None = None
        self._full: list[Segment] = []
        self._size = 0  # of all files, those of others as far as known
        self._turn = asyncio.Lock()
        self._lines: Coalescer[bytes] = Coalescer(self._write, most_at_once=_MOST_AT_ONCE)

    async def append(self, record: Record) -> None:
        """Keep it durably before returning; all who wait at the same time share one sync.

        Raises:
            SpoolUnavailable: it is not known to be on the disk.
        """
        await self._lines.put(encode(record))

    async def works(self) -> bool:
        """Whether the disk takes a record now; tried out, so that it is known before it is needed."""
        try:
            async with self._turn:
                await asyncio.to_thread(self._try_out)
        except OSError as error:
            log.error("spool_unavailable", extra={"why": str(error)})  # noqa: TRY400  the sentence says it all
            return False
        return True

    async def waiting(self) -> Sequence[Segment]:
        """The files to be put back, the oldest first; nothing is added to them any more."""
        async with self._turn:
            return await asyncio.to_thread(self._close_and_adopt)

    async def records(self, segment: Segment) -> list[Record]:
        """What the file holds, in order. Damaged lines are set aside and reported.

        A last line without its end was cut off by a crash: nobody was ever told that it is kept.
        """
        lines = await asyncio.to_thread(segment.lines)
        records: list[Record] = []
        damaged: list[bytes] = []
        for line in lines:
            try:
                records.append(decode(line))
            except DamagedLine:
                if line.endswith(b"\n"):
                    damaged.append(line)
                else:
                    log.warning("spool_line_torn", extra={"file": segment.path.name})
        await self._set_aside(segment, damaged)
        return records

    async def refused(self, segment: Segment, records: Sequence[Record]) -> None:
        """Set aside what can never be put back."""
        await self._set_aside(segment, [encode(record) for record in records])

    async def discard(self, segment: Segment) -> None:
        """All that the file held is stored elsewhere."""
        async with self._turn:
            self._full.remove(segment)
            await asyncio.to_thread(segment.discard)
            self._size = max(0, self._size - segment.size)

    async def close(self) -> None:
        """Let go of the files; what they hold is put back by whoever looks next."""
        await self._lines.idle()
        async with self._turn:
            for segment in (*self._full, *([self._open] if self._open else [])):
                segment.close()
            self._full, self._open = [], None

    async def _set_aside(self, segment: Segment, lines: list[bytes]) -> None:
        if lines:
            log.error("spool_lines_set_aside", extra={"file": segment.path.name, "lines": len(lines)})
            await asyncio.to_thread(segment.set_aside, lines)

    async def _write(self, lines: Sequence[bytes]) -> Sequence[Verdict]:
        async with self._turn:
            await _in_thread(self._append, b"".join(lines))
        return [True] * len(lines)

    # What follows blocks, and runs in a thread, in turns.

    def _append(self, data: bytes) -> None:
        segment = self._open or self._new()
        self._check_room(len(data))
        try:
            segment.append(data)
        except OSError:
            self._retire(segment)
            raise
        self._size += len(data)
        if segment.size >= self._segment_bytes:
            self._retire(segment)

    def _check_room(self, more: int) -> None:
        if self._size + more > self._most_bytes:
            raise OSError(f"the spool would grow beyond {self._most_bytes} bytes")

    def _new(self) -> Segment:
        self._size = size_of(self._folder)
        self._open = Segment.create(self._folder)
        return self._open

    def _retire(self, segment: Segment) -> None:
        self._open = None
        if segment.size:
            self._full.append(segment)
        else:
            segment.discard()

    def _try_out(self) -> None:
        self._check_room(_LARGEST_RECORD)
        try_out(self._folder)

    def _close_and_adopt(self) -> Sequence[Segment]:
        if not self._full and self._open:
            self._retire(self._open)
        held = {segment.path for segment in (*self._full, *([self._open] if self._open else []))}
        for path in sorted(self._folder.glob(f"*{ENDING}")):
            if path not in held and (orphan := Segment.adopt(path)):
                self._full.append(orphan)
        self._full.sort(key=lambda segment: segment.path.name)
        return tuple(self._full)


async def _in_thread(call: Callable[[bytes], _T], data: bytes) -> _T:
    try:
        return await asyncio.to_thread(call, data)
    except OSError as error:
        raise SpoolUnavailable(f"the spool cannot be written: {error}") from error
