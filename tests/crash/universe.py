"""A small world for one run: a client with a phone, an office, Safaricom, Telegram, and the program's lives.

Owns running a scenario with one power cut (or more) in it, and waiting until everything has come to rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from bot.draft_screens import Beside, question_screen
from payments.catalogue import FeeKind
from payments.draft import Draft, new_id
from payments.payment import Payment
from payments.ports import Now
from payments.refunds.refund import Refund
from payments.values import ChatId, Phone, UserId
from payments.wake import honour_cancellation
from sandbox.safaricom import QUICK
from sandbox.safaricom.records import Push
from sandbox.telegram import Message
from storage.documents import DOCUMENTS, PaymentDocument, RefundDocument
from storage.payment_book import payment_of
from storage.refund_book import refund_of
from tests.crash.incarnation import CLIENT, OFFICE, Incarnation, Place, fixed_port, quick_now
from tests.crash.power import Cut, Mains, Power
from tests.crash.sandboxes import CountedBotApi, CountedSimulator

PHONE = "254700000117"
SEE_S = 45.0
AGAIN_S = 3.0
LOOK_S = 0.1
CONFIG = replace(QUICK, repeat_window_s=0, prompt_lifetime_s=20)
"""On a busy machine a moment may be long: nobody here lets a prompt run out."""
KEPT_BETWEEN_RUNS = frozenset({"fees"})
Row = dict[str, Any]
STILL_BUSY: dict[str, Row] = {
    "updates": {"$or": [{"state": "pending"}, {"log_due_at": {"$type": "date"}}]},
    "inbox": {"state": "new"},
    "payments": {
        "$or": [
            {"next_at": {"$type": "date"}},
            {"outbox.0": {"$exists": True}},
            {"log_due_at": {"$type": "date"}},
        ]
    },
    "refunds": {
        "$or": [
            {"next_at": {"$type": "date"}},
            {"outbox.0": {"$exists": True}},
            {"log_due_at": {"$type": "date"}},
        ]
    },
    "deliveries": {"next_at": {"$type": "date"}},
}
"""What the program still has to do, by collection."""


@dataclass(slots=True)
class Universe:
    """One run's world. Made by `universe`."""

    place: Place
    mains: Mains
    database: AsyncDatabase[Row]
    cuts: Sequence[Cut] = ()
    lives: list[Incarnation] = field(default_factory=list)

    @property
    def botapi(self) -> CountedBotApi:
        return self.place.botapi

    @property
    def simulator(self) -> CountedSimulator:
        return self.place.simulator

    @property
    def now(self) -> Now:
        return quick_now

    @property
    def program(self) -> Incarnation:
        return self.lives[-1]

    @property
    def effects(self) -> list[str]:
        """What the first life did to the world."""
        return self.lives[0].power.effects

    # The program's lives.

    async def begin(self, *, armed: bool = False) -> None:
        """The first life; its effects count at once, or from `arm` on."""
        await self._live(armed=armed)

    def arm(self) -> None:
        self.program.power.armed = True

    async def _live(self, *, armed: bool) -> None:
        number = len(self.lives)
        power = Power(cut=self.cuts[number] if number < len(self.cuts) else None, armed=armed)
        self.mains.power = power
        self.lives.append(Incarnation(self.place, power))
        await self.program.born()

    async def keep_alive(self) -> None:
        """Whenever the power goes, start the program again, a minute later by every clock."""
        while True:
            honour_cancellation()
            await self.program.power.dead.wait()
            await self.program.die()
            await self._minute_passes()
            await self._live(armed=True)

    async def _minute_passes(self) -> None:
        """The server's own clock cannot be hurried: what is leased by it is over by now."""
        over = datetime.now(UTC) - timedelta(seconds=1)
        for name in ("leases", "tokens"):
            await self.database[name].update_many({"until": {"$gt": over}}, {"$set": {"until": over}})

    async def end(self) -> None:
        await self.program.die()

    # What people do and see.

    async def draft(self, amount_kes: int = 1500) -> Draft:
        """A payment in the making, as far as the summary with its Pay button."""
        draft = Draft(
            id=new_id(),
            user_id=UserId(CLIENT),
            chat_id=ChatId(CLIENT),
            created_at=quick_now(),
            kind=FeeKind.CASE,
            title="Case fee",
            reference="HCCC/E1/2026",
            amount_kes=amount_kes,
            phone=Phone(PHONE),
        )
        parts = self.program.parts
        shown = await parts.bot.sender.send(draft.chat_id, question_screen(draft, Beside()))
        await parts.store.drafts.put(replace(draft, message_id=shown))
        return draft

    async def taps(self, *labels: str, user: int = CLIENT) -> None:
        """Tap the newest button that begins with one of these, as soon as there is one."""
        message = await self.botapi.wait_for(user, lambda m: _button(m, labels) is not None, SEE_S)
        await self.botapi.taps(user, _button(message, labels) or "", message_id=message.message_id)

    async def taps_until(self, label: str, user: int, done: Callable[[], Awaitable[bool]]) -> None:
        """Tap until it has had its effect: after a crash a button may be drawn anew, the old one used."""
        while not await done():
            honour_cancellation()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S):
                    await self.taps(label, user=user)
            for _ in range(int(AGAIN_S / LOOK_S)):
                honour_cancellation()
                if await done():
                    return
                await asyncio.sleep(LOOK_S)  # The database gives no sign when something is written.

    async def taps_pay(self) -> None:
        """Tap until it is gone: after a crash the summary may be shown anew, and only the newest counts."""
        await self.taps("Pay KES")
        while await self.botapi.world.bell.wait_until(self._no_pay_button, AGAIN_S) is None:
            await self.taps("Pay KES")

    def _no_pay_button(self) -> bool | None:
        """In the newest message: a crash may leave an older summary behind, whose button does nothing."""
        return _button(self.botapi.chat(CLIENT).from_bot[-1], ("Pay KES",)) is None or None

    async def sees(self, *words: str, user: int = CLIENT) -> Message:
        """Wait until the chat shows one of these."""

        def shown(message: Message) -> bool:
            return message.from_bot and any(word in plain(message.text) for word in words)

        return await self.botapi.wait_for(user, shown, SEE_S)

    def shown(self, words: str, user: int = CLIENT) -> list[Message]:
        """The bot's messages that hold these words now."""
        return [m for m in self.botapi.chat(user).from_bot if words in plain(m.text)]

    # What is true.

    async def payments(self) -> list[Payment]:
        """Every payment, read past the program."""
        rows = await self.database["payments"].find().sort("created_at").to_list()
        return [payment_of(PaymentDocument.model_validate(row)) for row in rows]

    async def refunds(self) -> list[Refund]:
        """Every refund, read past the program."""
        rows = await self.database["refunds"].find().sort("created_at").to_list()
        return [refund_of(RefundDocument.model_validate(row)) for row in rows]

    def pushes(self, payment: Payment) -> list[Push]:
        return [push for push in self.simulator.pushes if f"/{payment.id}/" in push.order.callback_url]

    async def at_rest(self) -> None:
        """Until nobody has anything left to do: the phones, Safaricom, the program."""
        async with asyncio.timeout(SEE_S):
            while not await self._is_at_rest():
                honour_cancellation()
                await asyncio.sleep(LOOK_S)  # The database gives no sign when something is written.

    async def _is_at_rest(self) -> bool:
        if not self.simulator.at_rest or self.botapi.pending_updates or self.program.power.dead.is_set():
            return False
        for name, busy in STILL_BUSY.items():
            if await self.database[name].find_one(busy, {"_id": True}) is not None:
                return False
        return await all_posted(self.database)


async def all_posted(database: AsyncDatabase[Row]) -> bool:
    """Whether the figures have come as far as the audit trail."""
    last = await database["transactionlogs"].find_one({}, {"_id": True}, sort=[("_id", -1)])
    posted = await database["posted"].find_one()
    return last is None or (posted is not None and posted["upto"] == last["_id"])


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def _button(message: Message, labels: tuple[str, ...]) -> str | None:
    return next((b.text for b in message.buttons if plain(b.text).startswith(labels)), None)


Script = Callable[[Universe], Awaitable[None]]


@contextlib.asynccontextmanager
async def universe(
    mongod_uri: str,
    database: str,
    data_dir: Path,
    cuts: Sequence[Cut] = (),
    admins: tuple[int, ...] = (OFFICE,),
) -> AsyncIterator[Universe]:
    """Both sandboxes and an empty database; nothing of the program lives yet."""
    mains = Mains(Power())
    botapi, simulator = CountedBotApi(mains), CountedSimulator(mains, CONFIG)
    async with contextlib.AsyncExitStack() as stack:
        for sandbox in (botapi, simulator):
            await sandbox.start()
            stack.push_async_callback(sandbox.stop)
        client = AsyncMongoClient[Row](mongod_uri, tz_aware=True)
        stack.push_async_callback(client.close)
        await _emptied(client[database])
        botapi.person(CLIENT, "Asha")
        for admin in admins:
            botapi.person(admin, "Office")
        place = Place(
            mongod_uri=mongod_uri,
            database=database,
            data_dir=data_dir,
            botapi=botapi,
            simulator=simulator,
            port=fixed_port(),
            admins=admins,
        )
        world = Universe(place, mains, client[database], cuts)
        yield world
        if world.lives:
            await world.end()


async def _emptied(database: AsyncDatabase[Row]) -> None:
    for document in DOCUMENTS:
        name: str = document.Settings.name
        if name not in KEPT_BETWEEN_RUNS:
            await database[name].delete_many({})


def new_database() -> str:
    return f"crash_{secrets.token_hex(6)}"
