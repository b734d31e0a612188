"""A large export, written by several processes at once: each takes a stretch of days, and they are joined.

Owns when that is worth it, and the helpers' lives. What a movement is and how it looks is `payments.ledger`'s
and `reports`'.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import tempfile
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate, pairwise
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import BinaryIO

from payments.ledger import Movement, UnreadableMovement
from payments.periods import Period
from payments.ports import StoreUnavailable
from reports.exports import TEXTS, Form, text_writer_of, write_export, write_rows
from reports.sums import Sums
from storage.connect import Address, Store

_AT_ONCE = 8_000
"""Rows that are fetched at once: a command has nobody who waits for a turn."""
_SPAWN = multiprocessing.get_context("spawn")


class HelperLost(Exception):
    """A process that wrote a part of an export ended before it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """How many processes an export may have.

    Attributes:
        most: processes at once, this one among them.
        worth_rows: so many rows for each make up for their start.
        head_start_rows: what this process writes while another one starts.
    """

    most: int = field(default_factory=lambda: min(os.cpu_count() or 1, 4))
    worth_rows: int = 150_000
    head_start_rows: int = 40_000


async def write_large_export(
    store: Store,
    period: Period,
    form: Form,
    file: BinaryIO,
    *,
    made_at: datetime,
    folder: Path | None = None,
    hands: Hands | None = None,
) -> Sums:
    """Write the same as `write_export`, byte for byte, and sooner where it is much.

    `made_at` is aware. The other processes write their parts into `folder`, whose disk must have room for the
    whole; without one where the machine keeps what is temporary.

    Raises:
        OSError: there is no room for it.
        HelperLost: what was written so far is worth nothing.
        StoreUnavailable, UnreadableMovement: as the ledger does, here or in another process.
    """
    own, *others = await _stretches(store, period, form, hands or Hands())
    if not others:
        return await write_export(_moved(store, period), form, file, made_at=made_at)
    sums = Sums()
    with contextlib.closing(text_writer_of(form, file, made_at)) as writer:
        with _helpers(store.address, others, form, folder) as helpers:
            await write_rows(_moved(store, own), writer, sums)
            for helper in helpers:
                sums.include(await helper.done())
                await asyncio.to_thread(writer.append, helper.rows)
        await asyncio.to_thread(writer.finish, sums)
    return sums


def _moved(store: Store, period: Period) -> AsyncIterator[Sequence[Movement]]:
    return store.ledger.movements(period.since, period.until, at_once=_AT_ONCE)


async def _stretches(store: Store, period: Period, form: Form, hands: Hands) -> list[Period]:
    """By the figures of the days: they may lag behind, so they say how much there is, and not what."""
    if form not in TEXTS or hands.most == 1:
        return [period]
    by_day = (await store.rollups.figures(period, matters=0, thorough=False)).by_day
    counts = [(part.key, part.takings.payments + part.takings.refunds) for part in by_day]
    return stretches_of(counts, hands)


def stretches_of(counts: Sequence[tuple[date, int]], hands: Hands) -> list[Period]:
    """The days, each with how many rows it has, as stretches: one for each process; the first is ours."""
    days, sums = [day for day, _ in counts], list(accumulate(rows for _, rows in counts))
    many = max(1, min(hands.most, sums[-1] // hands.worth_rows))
    others_rows = max(0, sums[-1] - hands.head_start_rows) / many
    ends = {bisect_left(sums, sums[-1] - others_rows * turn) + 1 for turn in range(1, many)}
    bounds = [0, *sorted(ends - {len(days)}), len(days)]
    return [Period(days[begin], days[end - 1]) for begin, end in pairwise(bounds)]


@dataclass(frozen=True, slots=True)
class _Helper:
    """A process that writes the rows of a stretch into a file without a name: whatever ends, it is gone."""

    rows: BinaryIO
    path: Path
    process: BaseProcess
    told: Connection

    @classmethod
    def start(cls, address: Address, stretch: Period, form: Form, folder: Path | None) -> _Helper:
        descriptor, name = tempfile.mkstemp(prefix=".legalpro-export-", dir=folder)
        ours, theirs = _SPAWN.Pipe(duplex=False)
        arguments = (address, stretch, form, Path(name), theirs)
        process = _SPAWN.Process(target=_help, args=arguments, name=f"export {stretch.label}", daemon=True)
        process.start()
        theirs.close()
        return cls(os.fdopen(descriptor, "rb"), Path(name), process, ours)

    async def done(self) -> Sums:
        """Wait for its sums."""
        try:
            told = await asyncio.to_thread(self.told.recv)
        except EOFError as error:
            raise HelperLost(f"the process of {self.process.name} ended") from error
        if isinstance(told, Sums):
            return told
        raise told

    def end(self) -> None:
        """Finished or not."""
        self.process.kill()
        self.process.join()
        self.told.close()
        self.rows.close()
        self.path.unlink(missing_ok=True)


@contextlib.contextmanager
def _helpers(
    address: Address, stretches: Sequence[Period], form: Form, folder: Path | None
) -> Iterator[list[_Helper]]:
    with contextlib.ExitStack() as stack:
        helpers = []
        for stretch in stretches:
            helper = _Helper.start(address, stretch, form, folder)
            stack.callback(helper.end)
            helpers.append(helper)
        yield helpers


def _help(address: Address, stretch: Period, form: Form, path: Path, told: Connection) -> None:
    """What a helper does; whoever started it ends it when a person wants no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    result: Sums | Exception
    try:
        with path.open("wb") as file:
            path.unlink()
            result = asyncio.run(_write_stretch(address, stretch, form, file))
    except (OSError, StoreUnavailable, UnreadableMovement) as error:
        result = error
    with contextlib.suppress(BrokenPipeError):  # Whoever started it is no more: nobody wants the rows.
        told.send(result)


async def _write_stretch(address: Address, stretch: Period, form: Form, file: BinaryIO) -> Sums:
    store, sums = await Store.open(address.uri, address.database, as_it_is=True), Sums()
    try:
        await write_rows(_moved(store, stretch), text_writer_of(form, file, None), sums)
    finally:
        await store.close()
    return sums
