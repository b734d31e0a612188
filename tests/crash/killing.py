"""The real program as a process, killed by SIGKILL at chosen moments while people pay.

Owns the people, one for each kill, and the hand on the signal. The moment is chosen from outside: when the
n-th call reaches Safaricom or Telegram, or the n-th write reaches MongoDB, before it is done or before it is
answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beanie import init_beanie
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from legalpro.process import ProgramProcess
from payments.payment import Payment
from payments.ports import Now
from payments.refunds.refund import Refund
from sandbox.safaricom import SimulatorConfig
from sandbox.safaricom.records import Push
from sandbox.telegram import Message
from storage.documents import DOCUMENTS, PaymentDocument, RefundDocument
from storage.embedded import running_uri
from storage.moments import utc_now
from storage.payment_book import payment_of
from storage.refund_book import refund_of
from tests.crash.incarnation import OFFICE, fixed_port
from tests.crash.power import Cut, Mains, Power, When
from tests.crash.sandboxes import CountedBotApi, CountedSimulator
from tests.crash.universe import STILL_BUSY, all_posted, new_database, plain
from tests.crash.wire import wire

Row = dict[str, Any]
FIRST_PERSON = 1_000
PATIENCE_S = 200.0
"""The program runs with the figures of every day: after two minutes in the dark a person is asked."""
AGAIN_S = 5.0
KILL_WITHIN_S = 12.0
"""A moment that has not come by then does not come for this person."""
CONFIG = SimulatorConfig(query_limit=None, repeat_window_s=0, late_success_s=4.0)
PLANS: tuple[tuple[str, ...], ...] = (
    ("paid",),
    ("cancelled", "paid"),
    ("lost",),
    ("early",),
    ("success_after_failure",),
    ("reply_lost",),
    ("paid", "twice"),
    ("wrong_amount",),
)
"""What each person's phone meets; `twice` makes them tap Pay two times."""
LAST_WORDS = ("Paid: KES", "Not paid: KES", "looking into it")


@dataclass(slots=True)
class Kills:
    """A program that dies again and again."""

    program: ProgramProcess
    simulator: CountedSimulator
    botapi: CountedBotApi
    mains: Mains
    database: AsyncDatabase[Row]
    counts: Sequence[str]
    """Which effects are counted, by the first word of their names."""
    killed_at: list[str] = field(default_factory=list)
    _lives: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def now(self) -> Now:
        return utc_now

    async def kill_at(self, person: int, number: int, when: When) -> None:
        """Somebody begins to pay; at their n-th effect the program dies; it is started again."""
        await self._all_handled()
        power = Chosen(cut=Cut(number, when), armed=True, kill=self.program.kill, counts=self.counts)
        self.mains.power = power
        self._lives.append(asyncio.create_task(self._pays(FIRST_PERSON + person, PLANS[person % len(PLANS)])))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KILL_WITHIN_S):
                await power.dead.wait()
        if not power.dead.is_set():
            power.cut = None  # From now on nobody would start it again.
            return
        await self.program.kill()
        self.killed_at.append(power.killed_at)
        self.mains.power = Power()
        await self.program.start()

    async def everybody_knows(self) -> None:
        """Until everyone has read a last word. Raises AssertionError for whoever has not."""
        await asyncio.gather(*self._lives)

    async def at_rest(self) -> None:
        """Until the program has nothing left to do."""
        async with asyncio.timeout(PATIENCE_S):
            for name, wanted in STILL_BUSY.items():
                while await self.database[name].find_one(wanted) is not None:  # noqa: ASYNC110  see below
                    await asyncio.sleep(0.2)  # The database gives no sign.
            while not await all_posted(self.database):  # noqa: ASYNC110  as above
                await asyncio.sleep(0.2)

    async def _all_handled(self) -> None:
        """What dies three times in a row while one update is handled blames the update, and rightly so."""
        async with asyncio.timeout(PATIENCE_S):
            pending = {"state": "pending"}
            while await self.database["updates"].find_one(pending) is not None:  # noqa: ASYNC110  see below
                await asyncio.sleep(0.05)  # The database gives no sign.

    # What people do.

    async def _pays(self, user: int, plan: Sequence[str]) -> None:
        phone = phone_of(user)
        self.botapi.person(user, f"Client {user}")
        for scenario in plan:
            if scenario != "twice":
                self.simulator.plan(scenario, phone=phone)
        await self.botapi.says(user, "/pay")
        await self._taps(user, "Case fee")
        await self._sees(user, "case number")
        await self.botapi.says(user, f"HCCC/E{user}/2026")
        await self._sees(user, "How much")
        await self.botapi.says(user, str(user))
        await self._sees(user, "Which M-Pesa number")
        await self.botapi.shares_contact(user, phone)
        await self._taps_pay(user, times=plan.count("twice") + 1)
        await self._sees(user, *LAST_WORDS)
        if plan[0] == "cancelled":
            await self._taps(user, "Try again", "Pay again")
            await self._taps_pay(user)
            await self._sees(user, "Paid: KES", "looking into it")

    async def _taps_pay(self, user: int, times: int = 1) -> None:
        """Tap until it is gone: after a crash the summary may be shown anew, and only the newest counts."""
        await self._taps(user, "Pay KES")
        for _ in range(times - 1):
            with contextlib.suppress(LookupError):  # it may be gone already
                await self.botapi.taps(user, _button_of(self.botapi, user, ("Pay KES",)))
        while True:
            await asyncio.sleep(AGAIN_S)  # A person looks at the phone for a while, then at the chat.
            newest = self.botapi.chat(user).from_bot[-1]
            button = next((b.text for b in newest.buttons if plain(b.text).startswith("Pay KES")), None)
            if button is None:
                return
            await self.botapi.taps(user, button, message_id=newest.message_id)

    async def _sees(self, user: int, *words: str) -> Message:
        def shown(message: Message) -> bool:
            return message.from_bot and any(word in plain(message.text) for word in words)

        return await self.botapi.wait_for(user, shown, PATIENCE_S)

    async def _taps(self, user: int, *labels: str) -> None:
        await self.botapi.wait_for(
            user, lambda m: any(plain(b.text).startswith(labels) for b in m.buttons), PATIENCE_S
        )
        await self.botapi.taps(user, _button_of(self.botapi, user, labels))

    # What is true.

    async def refunds(self) -> list[Refund]:
        """Every refund, read past the program; nobody asks for any here."""
        rows = await self.database["refunds"].find().to_list()
        return [refund_of(RefundDocument.model_validate(row)) for row in rows]

    async def payments(self) -> list[Payment]:
        rows = await self.database["payments"].find().sort("created_at").to_list()
        return [payment_of(PaymentDocument.model_validate(row)) for row in rows]

    def pushes(self, payment: Payment) -> list[Push]:
        return [push for push in self.simulator.pushes if f"/{payment.id}/" in push.order.callback_url]

    def shown(self, words: str, user: int) -> list[Message]:
        return [m for m in self.botapi.chat(user).from_bot if words in plain(m.text)]


@dataclass(slots=True)
class Chosen(Power):
    """Counts only effects of some kinds."""

    counts: Sequence[str] = ()

    async def begin(self, name: str) -> int:
        if self.counts and name.split(maxsplit=1)[0] not in self.counts:
            self._must_live()
            return 0
        return await Power.begin(self, name)


def phone_of(user: int) -> str:
    """Every person's own; no scenario hangs on its last digits."""
    return f"2547{user % 1_000_000:06d}00"


def moments(count: int, *, most: int, step: int) -> Iterator[tuple[int, int, When]]:
    """Persons and effect numbers spread over the whole course, both sides of an effect in turn."""
    numbers = itertools.cycle(range(1, most))
    for person in range(count):
        number = next(itertools.islice(numbers, step - 1, step))
        yield person, number, (When.BEFORE, When.AFTER)[person % 2]


def _button_of(botapi: CountedBotApi, user: int, labels: tuple[str, ...]) -> str:
    for message in reversed(botapi.chat(user).messages):
        for button in message.buttons:
            if plain(button.text).startswith(labels):
                return button.text
    raise LookupError(labels)


@contextlib.asynccontextmanager
async def kills(data_dir: Path, counts: Sequence[str], mongod_uri: str = "") -> AsyncIterator[Kills]:
    """The program running on a stage; without `mongod_uri` it keeps a private mongod.

    With it, the program reaches that server by a wire on which its writes are counted.
    """
    mains = Mains(Power())
    botapi, simulator = CountedBotApi(mains), CountedSimulator(mains, CONFIG)
    async with contextlib.AsyncExitStack() as stack:
        for sandbox in (botapi, simulator):
            await sandbox.start()
            stack.push_async_callback(sandbox.stop)
        botapi.person(OFFICE, "Office")
        data_dir.mkdir(mode=0o700, parents=True)  # noqa: ASYNC240  a test's own folder
        more, database = {"LOG_LEVEL": "WARNING"}, "legalpro"
        if mongod_uri:
            database = new_database()
            more["MONGODB_URI"] = await stack.enter_async_context(wire(mongod_uri, mains))
            more["MONGODB_DATABASE"] = database
        program = ProgramProcess(
            data_dir=data_dir,
            telegram_url=botapi.url,
            safaricom_url=simulator.url,
            account=simulator.config,
            port=fixed_port(),
            admin_ids=(OFFICE,),
            more=more,
        )
        stack.push_async_callback(program.stop)
        await program.start()
        client = AsyncMongoClient[Row](mongod_uri or running_uri(data_dir / "mongo"), tz_aware=True)
        stack.push_async_callback(client.close)
        # To read the rows as records; the program put everything in place.
        await init_beanie(client[database], document_models=list(DOCUMENTS), skip_indexes=True)
        yield Kills(program, simulator, botapi, mains, client[database], counts)
