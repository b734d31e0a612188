"""All movements of money as a file to take away: CSV, XLSX or JSON, one row a movement, sums at the end.

Owns the order of things and the stream: a million rows take no more memory than a hundred. How a row looks
in each form is a writer's affair, in `reports.tables`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Protocol

from payments.ledger import Movement
from reports.sums import Sums
from reports.tables.delimited import CsvWriter
from reports.tables.jsonfile import JsonWriter

_ROWS_AT_ONCE = 100
"""After so many rows others have their turn: about a millisecond, of an XLSX some thirty."""


class Form(StrEnum):
    """What kind of file; the word is its ending."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


TEXTS = frozenset({Form.CSV, Form.JSON})
"""Forms whose rows can be joined: a workbook's are packed."""


class Writer(Protocol):
    """Writes rows into a file that stays its owner's to close."""

    def rows(self, movements: Sequence[Movement]) -> None:
        """Write these movements."""

    def finish(self, sums: Sums) -> None:
        """Write the sums and whatever else the form needs at its end; may take seconds."""

    def close(self) -> None:
        """Let go of everything but the file, finished or not; a second time it does nothing."""


class TextWriter(Writer, Protocol):
    """Writes rows that can be joined with rows written elsewhere."""

    def append(self, rows: BinaryIO) -> None:
        """Copy what a bare writer of the same form has written; may take seconds."""


async def write_export(
    movements: AsyncIterable[Sequence[Movement]], form: Form, file: BinaryIO, *, made_at: datetime
) -> Sums:
    """Write all movements in the order in which they come.

    Args:
        movements: the money's movements, some at a time, oldest first by custom.
        form: what kind of file.
        file: open for writing bytes; an XLSX wants one that can seek.
        made_at: the moment the file names as its own; aware.

    Returns:
        what was written at the end as sums.
    """
    writer, sums = writer_of(form, file, made_at), Sums()
    try:
        await write_rows(movements, writer, sums)
        await asyncio.to_thread(writer.finish, sums)
    finally:
        writer.close()
    return sums


async def write_rows(movements: AsyncIterable[Sequence[Movement]], writer: Writer, sums: Sums) -> None:
    """Write these movements and add them to the sums; what else the form needs is the caller's."""
    async for some in movements:
        for few in _parted(some):
            writer.rows(few)
            sums.add(few)
            await asyncio.sleep(0)


def _parted(movements: Sequence[Movement]) -> Iterator[Sequence[Movement]]:
    return (movements[i : i + _ROWS_AT_ONCE] for i in range(0, len(movements), _ROWS_AT_ONCE))


def writer_of(form: Form, file: BinaryIO, made_at: datetime) -> Writer:
    """The writer of a form, for whoever has the movements in another way than as an async iterator."""
    if form in TEXTS:
        return text_writer_of(form, file, made_at)
    from reports.tables.movement_sheet import XlsxWriter  # noqa: PLC0415  # heavy

    return XlsxWriter(file, made_at)


def text_writer_of(form: Form, file: BinaryIO, made_at: datetime | None) -> TextWriter:
    """The writer of one of `TEXTS`.

    Without `made_at` it is a bare one: it writes rows alone, for another to append, and is never finished.
    """
    return CsvWriter(file, bare=made_at is None) if form is Form.CSV else JsonWriter(file, made_at)
