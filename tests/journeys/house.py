"""The whole program in one process: real MongoDB, real sockets, both sandboxes, quick figures.

What a test sees is what people see: the chat, the phone, the database read afresh.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.lanes import LaneLimits
from bot.manners import MannerLimits
from bot.pace import PaceLimits
from bot.parts import BotLimits
from bot.poller import PollLimits
from daraja.transport import Timeouts
from legalpro.process import free_port
from legalpro.serving import listening
from legalpro.settings import Settings
from legalpro.wiring import Parts, wire
from payments.engine import EngineLimits
from payments.payment import Payment, State
from payments.refunds.engine import RefundEngineLimits
from payments.refunds.refund import Route
from payments.refunds.timing import RefundTiming
from payments.timing import Timing
from payments.values import PaymentId, UserId
from sandbox.safaricom import QUICK, DarajaSimulator
from sandbox.safaricom.records import Push
from sandbox.telegram import FakeBotApi, Message
from storage.connect import Store

FIGURES = Timing(
    queue_s=6,
    resend_s=(0.1, 0.2, 0.4),
    sending_s=4,
    prompt_s=3,
    grace_s=0.5,
    line_s=4,
    repeat_s=2,
    ladder_s=(0.3, 0.6, 1, 1.5, 2, 3, 5, 8),
    early_s=0,
    ask_again_s=0.2,
)
LIMITS = EngineLimits(idle_s=0.2, busy_s=0.02, line_pause_s=0.1, ask_pause_s=0.2, lease_s=5)
TIMEOUTS = Timeouts(connect_s=1, read_s=1.5, write_s=1, pool_s=1, total_s=2)
BOT_LIMITS = BotLimits(
    pace=PaceLimits(per_second=500, chat_per_second=200, chat_burst=50, chat_most=50),
    manners=MannerLimits(burst=1_000),
    poll=PollLimits(lease_s=2, standby_s=0.1),
    lanes=LaneLimits(lease_s=2, idle_s=0.2),
)
"""Telegram's own limits would slow down people who are as quick as these."""
CLIENT, OFFICE = 7, 99
PHONE = "254700000117"
SEE_S = 15.0


REFUND_FIGURES = RefundTiming(
    cooling_s=0.5,
    resend_s=(0.1, 0.2),
    sending_s=4,
    accepted_s={Route.B2C: 4, Route.REVERSAL: 6},
    ladder_s=(0.5, 1, 2, 4, 6),
    grace_s=1,
    blind_s=3,
    ask_again_s=0.2,
)
REFUND_LIMITS = RefundEngineLimits(idle_s=0.2, busy_s=0.02, ask_pause_s=0.2, lease_s=5)


def operator_of(simulator: DarajaSimulator, folder: Path) -> dict[str, object]:
    """The settings by which refunds are paid out at the simulator."""
    certificate = folder / "certificate.pem"
    folder.mkdir(parents=True, exist_ok=True)
    certificate.write_bytes(simulator.certificate_pem)
    return {
        "mpesa_b2c_shortcode": simulator.config.b2c_shortcode,
        "mpesa_initiator_name": simulator.config.initiator_name,
        "mpesa_initiator_password": simulator.config.initiator_password,
        "mpesa_certificate": certificate,
    }


@dataclass(slots=True)
class House:
    """One program between the two sandboxes. `open` and `crash` may alternate."""

    mongod_uri: str
    database: str
    data_dir: Path
    botapi: FakeBotApi
    simulator: DarajaSimulator
    changes: dict[str, object] = field(default_factory=dict)
    figures: Timing = FIGURES
    port: int = field(default_factory=free_port)
    parts: Parts = field(init=False)
    _stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack, init=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    def settings(self) -> Settings:
        config = self.simulator.config
        given: dict[str, object] = {
            "telegram_bot_token": self.botapi.token,
            "telegram_api_url": self.botapi.url,
            "mpesa_api_url": self.simulator.url,
            "mpesa_consumer_key": config.consumer_key,
            "mpesa_consumer_secret": config.consumer_secret,
            "public_url": f"http://127.0.0.1:{self.port}",
            "port": self.port,
            "data_dir": self.data_dir,
            "admin_ids": [OFFICE],
            "mpesa_queries_per_minute": 60_000,
            "mpesa_pushes_per_second": 1_000,
            "firm_name": "Test & Co",
            **operator_of(self.simulator, self.data_dir),
        }
        return Settings.model_validate(given | self.changes)

    async def open(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        store = await Store.open(self.mongod_uri, self.database)
        self._stack.push_async_callback(store.close)
        http = await self._stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        settings = self.settings()
        self.parts = wire(
            settings,
            store,
            http,
            figures=self.figures,
            engine_limits=LIMITS,
            timeouts=TIMEOUTS,
            bot_limits=BOT_LIMITS,
            refund_figures=REFUND_FIGURES,
            refund_limits=REFUND_LIMITS,
        )
        await self._stack.enter_async_context(listening(self.parts))
        await self.parts.bot.start()
        work: list[Coroutine[Any, Any, None]] = [
            self.parts.engine.run(),
            self.parts.worker.run(),
            self.parts.auditor.run(),
            self.parts.bookkeeper.run(),
            self.parts.bot.run(),
        ]
        if self.parts.refunds:
            work.append(self.parts.refunds.engine.run())
        self._tasks = [asyncio.create_task(coroutine) for coroutine in work]

    async def close(self) -> None:
        await self._cancel()
        await self.parts.engine.drain(5)
        if self.parts.refunds:
            await self.parts.refunds.engine.drain(5)
        await self.parts.bot.stop()
        await self._stack.aclose()

    async def crash(self) -> None:
        """As far as one process can: nothing is finished, whatever was under way is dropped."""
        await self._cancel()
        await self.parts.engine.drain(0)
        if self.parts.refunds:
            await self.parts.refunds.engine.drain(0)
        await self.parts.bot.stop()
        await self._stack.aclose()

    async def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    # What people do and see.

    async def says(self, text: str, user: int = CLIENT) -> None:
        await self.botapi.says(user, text)

    async def taps(self, label: str, user: int = CLIENT) -> None:
        await self.botapi.taps(user, self.button(label, user))

    def button(self, label: str, user: int = CLIENT) -> str:
        for message in reversed(self.botapi.chat(user).messages):
            for button in message.buttons:
                if plain(button.text).startswith(label):
                    return button.text
        raise AssertionError(f"no button «{label}» in:\n{self.botapi.transcript(user)}")

    async def sees(self, words: str, user: int = CLIENT) -> Message:
        def shown(message: Message) -> bool:
            return message.from_bot and words in plain(message.text)

        return await self.botapi.wait_for(user, shown, timeout_s=SEE_S)

    async def reaches_pay(self, amount: str = "1500", reference: str = "HCCC/E1/2026") -> None:
        """As far as the summary with its Pay button, for a case fee."""
        since = self.botapi.chat(CLIENT).last.message_id if self.botapi.chat(CLIENT).messages else 0

        async def reads(*words: str) -> Message:
            return await self.botapi.wait_for(
                CLIENT,
                lambda m: (
                    m.from_bot and m.message_id > since and any(word in plain(m.text) for word in words)
                ),
                SEE_S,
            )

        await self.says("/pay")
        await reads("What would you like to pay for?")
        await self.taps("Case fee")
        await reads("case number")
        await self.says(reference)
        await reads("How much")
        await self.says(amount)
        if "Which M-Pesa" in (await reads("Which M-Pesa", "Please check")).text:
            await self.botapi.shares_contact(CLIENT, PHONE)
        await reads("Please check")

    async def pays(self, scenario: str = "paid", amount: str = "1500") -> PaymentId:
        """Everything up to the tap on Pay, the phone's behaviour arranged; returns the payment's id."""
        known = {payment.id for payment in await self.parts.store.payments.of_client(UserId(CLIENT), 50)}
        await self.reaches_pay(amount)
        self.simulator.plan(scenario, phone=PHONE)
        await self.taps("Pay KES")

        async def stored() -> bool:
            return (await self.payment()).id not in known

        await self._until(stored)
        return (await self.payment()).id

    # What the database says, read afresh.

    async def payment(self, payment_id: PaymentId | None = None) -> Payment:
        """The client's newest payment, or this one."""
        if payment_id is None:
            await self._until(self._has_payment)
            payment_id = (await self.parts.store.payments.of_client(UserId(CLIENT), 1))[0].id
        found = await self.parts.store.payments.get(payment_id)
        assert found is not None
        return found

    async def _has_payment(self) -> bool:
        return bool(await self.parts.store.payments.of_client(UserId(CLIENT), 1))

    async def until(
        self, state: State, payment_id: PaymentId | None = None, patience_s: float = SEE_S
    ) -> Payment:

        async def there() -> bool:
            return (await self.payment(payment_id)).state is state

        try:
            await self._until(there, patience_s)
        except TimeoutError:
            payment = await self.payment(payment_id)
            heard = [
                f"{entry.at:%T.%f} {entry.said} → {entry.after}: {entry.why}" for entry in payment.history
            ]
            pytest.fail(
                f"{payment.state} and not {state}; due {payment.next_at}; heard: {heard}", pytrace=False
            )
        return await self.payment(payment_id)

    async def until_receipted(self) -> Payment:
        """Until the receipt is known: an answer to a query names none, and may come before the callback."""

        async def receipted() -> bool:
            return (await self.payment()).receipt is not None

        await self._until(receipted)
        return await self.payment()

    async def until_settled(self, payment_id: PaymentId) -> Payment:
        """Until the engine has nothing left to do for it."""

        async def settled() -> bool:
            return (await self.payment(payment_id)).next_at is None

        await self._until(settled)
        return await self.payment(payment_id)

    async def _until(self, holds: Callable[[], Awaitable[bool]], patience_s: float = SEE_S) -> None:
        """Look until it holds: the database gives no sign when something is written."""
        async with asyncio.timeout(patience_s):
            while not await holds():  # noqa: ASYNC110  see above
                await asyncio.sleep(0.02)

    async def at_rest(self) -> None:
        """Until every notice has been delivered."""

        async def nothing_due() -> bool:
            return await self.parts.store.deliveries.next_due_at() is None

        await self._until(nothing_due)

    def pushes(self) -> list[Push]:
        return [push for push in self.simulator.pushes if push.order.phone == PHONE]

    def shown(self, words: str, user: int = CLIENT) -> int:
        """How many of the bot's messages hold these words now."""
        return sum(words in plain(message.text) for message in self.botapi.chat(user).from_bot)


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ")


@contextlib.asynccontextmanager
async def built(
    mongod_uri: str, database: str, data_dir: Path, *, changes: dict[str, object] | None = None, **config: Any
) -> AsyncIterator[House]:
    """Both sandboxes and a house between them, open."""
    async with contextlib.AsyncExitStack() as stack:
        botapi = FakeBotApi()
        simulator = DarajaSimulator(config=replace(QUICK, **config))
        await botapi.start()
        stack.push_async_callback(botapi.stop)
        await simulator.start()
        stack.push_async_callback(simulator.stop)
        botapi.person(CLIENT, "Asha")
        botapi.person(OFFICE, "Office")
        house = House(mongod_uri, database, data_dir, botapi, simulator, changes or {})
        await house.open()
        stack.push_async_callback(house.close)
        yield house
