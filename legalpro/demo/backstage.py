"""Behind the scenes: reads payments and refunds out of the program's own database and shows how they move.

Owns the looking. Once the story is told it only reads, through the same books as the program, and it never
asks the program anything: what the strip shows is what is stored.

It looks several times a second, and only while a page is open, instead of following a change stream. Each
document keeps its whole history, so that a look misses no step, however quickly it went by; and when the
program is killed its database dies with it, after which there is no place to resume from and nothing to catch
up with: the next look shows everything.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from legalpro.demo.fill import fill
from legalpro.demo.tracks import payment_track, refund_track
from payments.payment import OPEN, Payment
from payments.ports import StoreUnavailable
from payments.refunds.refund import LIVE, Refund
from payments.values import RefundId, UserId
from payments.wake import honour_cancellation
from sandbox.page import DemoPage, Track
from sandbox.personas import DEMO_PERSONAS
from storage.connect import Store
from storage.embedded import running_uri
from storage.moments import utc_now

LOOK_S = 0.25
DATABASE = "legalpro"
_SHOWN = 3
_MOST_REFUNDS = 20

log = logging.getLogger(__name__)


async def watching(data_dir: Path, page: DemoPage, *, tells_story: bool) -> NoReturn:
    """Tell the story if wanted, then look for ever, through every death of the program."""
    watcher = Watcher(page)
    try:
        while True:
            honour_cancellation()
            with contextlib.suppress(StoreUnavailable):  # It is down, and its database with it.
                async with _store(data_dir) as store:
                    if tells_story:
                        await fill(store, utc_now())
                    await watcher.run(store)
            await asyncio.sleep(LOOK_S)
    except Exception:
        log.exception("the strip stands still from now on")
        raise


@contextlib.asynccontextmanager
async def _store(data_dir: Path) -> AsyncIterator[Store]:
    """The running program's own store; nothing is put in place in it."""
    store = await Store.open(running_uri(data_dir / "mongo"), DATABASE, as_it_is=True)
    try:
        yield store
    finally:
        await store.close()


class Watcher:
    """Shows each persona's newest payments and refunds. What was settled before it began is not news."""

    def __init__(self, page: DemoPage) -> None:
        self._page = page
        self._began = utc_now()
        self._followed: dict[RefundId, None] = {}

    async def run(self, store: Store) -> NoReturn:
        """Look again and again.

        Raises:
            StoreUnavailable: there is nothing to be seen at present; what was shown last stays.
        """
        while True:
            honour_cancellation()
            if self._page.is_watched:
                await self.look(store)
            await asyncio.sleep(LOOK_S)  # See above: nobody tells.

    async def look(self, store: Store) -> None:
        """Read everything once and show it."""
        refunds = await self._refunds(store)
        for persona in DEMO_PERSONAS:
            user_id = UserId(persona.user_id)
            own = await store.payments.of_client(user_id, _SHOWN)
            theirs = [each for each in refunds if persona.role == "admin" or each.user_id == user_id]
            self._page.show_tracks(persona.user_id, self._tracks(own, theirs))

    async def _refunds(self, store: Store) -> Sequence[Refund]:
        """Those that are open, and those that were when they were last seen."""
        live = await store.refunds.in_states(LIVE, _MOST_REFUNDS)
        gone = self._followed.keys() - {refund.id for refund in live}
        settled = [await store.refunds.get(each) for each in gone]
        found = [*live, *(refund for refund in settled if refund)]
        newest = sorted(found, key=lambda refund: refund.changed_at)[-_MOST_REFUNDS:]
        self._followed = dict.fromkeys(refund.id for refund in newest)
        return newest

    def _tracks(self, payments: Iterable[Payment], refunds: Iterable[Refund]) -> list[Track]:
        moving = [
            (payment.changed_at, payment_track(payment))
            for payment in payments
            if payment.state in OPEN or payment.changed_at >= self._began
        ]
        moving += [(refund.changed_at, refund_track(refund)) for refund in refunds]
        newest_first = sorted(moving, key=lambda each: each[0], reverse=True)
        return [track for _, track in newest_first][:_SHOWN]
