"""The whole bot on real parts: the fake Bot API over loopback, MongoDB, the real service; no engine.

What Safaricom would say is said by the test through the service's door.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.assembly import build_bot
from bot.lanes import LaneLimits
from bot.manners import MannerLimits
from bot.messenger import MessengerLimits
from bot.minutes import Minutes
from bot.pace import PaceLimits
from bot.parts import BotLimits, BotParts, ReceiptParts, WebhookAddress
from bot.poller import PollLimits
from bot.running import Bot
from payments.auditing import Auditor
from payments.billing.receipt import Seals
from payments.billing.receipts import ReceiptDesk
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment
from payments.reasons import Reason
from payments.roll_keeping import EnrolledAdmins, RollKeeper
from payments.rulings.service import RulingService
from payments.service import PaymentService
from payments.timing import Timing
from payments.values import ChatId, CheckoutId, PaymentId, Receipt, UserId
from payments.wake import Wake
from payments.watch import Notebook
from reports.facts import Firm
from sandbox.telegram import FakeBotApi, Message
from storage.connect import Store
from storage.sole import LeasedRight
from tests.payments.keeping import Kept

ASHA, BARAKA, ADMIN = 501, 502, 900
PHONE = "0712345678"
MASKED = "0712***678"
PHONES = {ASHA: PHONE, BARAKA: "0110000222"}
K = EvidenceKind
FIGURES = Timing(early_s=0.0)  # a "paid" from a query is believed at once

QUICK = BotLimits(
    start_pauses_s=(0.02, 0.02),
    drain_s=2.0,
    lanes=LaneLimits(lease_s=1.0, idle_s=0.1, again_s=(0.01, 0.01), store_s=(0.02, 0.05)),
    poll=PollLimits(
        poll_s=5, slack_s=5.0, first_pause_s=0.02, longest_pause_s=0.05, lease_s=1.0, standby_s=0.05
    ),
    messenger=MessengerLimits(idle_s=0.2, busy_s=0.01, again_s=(0.05, 0.1), shut_out_s=0.05),
    pace=PaceLimits(per_second=500, chat_per_second=200, chat_burst=50, chat_most=50),
    manners=MannerLimits(burst=1_000),
)
"""Telegram's own limits would slow down people who are as quick as these."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Stand:
    """One bot, its Telegram and its store."""

    telegram: FakeBotApi
    store: Store
    service: PaymentService
    wake: Wake
    parts: BotParts
    bot: Bot
    task: asyncio.Task[None] | None = None
    words: itertools.count[int] = field(default_factory=itertools.count)

    async def start(self) -> None:
        await self.bot.start()
        self.task = asyncio.create_task(self.bot.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        await self.bot.stop()

    async def restart(self, **changes: object) -> None:
        """Stop the bot and start another on the same store."""
        await self.stop()
        self.parts = replace(self.parts, **changes)  # type: ignore[arg-type]  # the test names real fields
        self.bot = build_bot(self.parts)
        await self.start()

    async def says(self, text: str, *expected: str, user: int = ASHA) -> Message:
        """Say it, and wait for an answer that holds all this."""
        after = self.last_id(user)
        await self.telegram.says(user, text)
        return await self.answered(after, *expected, user=user)

    async def taps(self, button: str, *expected: str, user: int = ASHA) -> Message:
        """Tap the button, and wait for a message, new or changed since, that holds all this."""
        before = {message.message_id: message.edited for message in self.shown(user)}

        def changed(message: Message) -> bool:
            is_news = message.from_bot and before.get(message.message_id) != message.edited
            return is_news and _holds(message, expected)

        await self.telegram.taps(user, button)
        return await self.telegram.wait_for(user, changed)

    async def sees(self, *expected: str, user: int = ASHA) -> Message:
        return await self.telegram.wait_for(user, lambda m: m.from_bot and _holds(m, expected))

    async def answered(self, after: int, *expected: str, user: int = ASHA) -> Message:
        def newer(message: Message) -> bool:
            return message.from_bot and message.message_id > after and _holds(message, expected)

        return await self.telegram.wait_for(user, newer)

    async def alerted(self, query_id: str) -> str:
        return (await self.telegram.wait_for_answer(query_id)).text

    def last_id(self, user: int = ASHA) -> int:
        messages = self.telegram.chat(user).messages
        return messages[-1].message_id if messages else 0

    def shown(self, user: int = ASHA) -> list[Message]:
        return self.telegram.chat(user).from_bot

    async def at_summary(self, user: int = ASHA) -> Message:
        """Walk to the summary of a first consultation; the number is typed if it is not known."""
        await self.says("/pay", "What would you like to pay for?", user=user)
        await self.taps("Consultation", "Which consultation", user=user)
        fee = "First consultation, 30 minutes · KES\u00a01,500"
        client = await self.store.clients.get(UserId(user))
        if client and client.phone:
            return await self.taps(fee, "Please check before you pay", user=user)
        await self.taps(fee, "Which M-Pesa number", user=user)
        return await self.says(PHONES[user], "Please check before you pay", user=user)

    async def opened(self, user: int = ASHA) -> Payment:
        """Walk to a payment that waits to be sent."""
        await self.at_summary(user)
        await self.taps("Pay KES\u00a01,500", "Sending the request to 0", user=user)
        return (await self.service.open_payments(UserId(user)))[0]

    async def prompted(self, user: int = ASHA) -> Payment:
        """Walk to a payment whose prompt is on the phone."""
        payment = await self.opened(user)
        await self.hear(payment, K.ENGINE_CLAIMED)
        payment = await self.hear(payment, K.PUSH_ACCEPTED, checkout_id=CheckoutId(f"ws_CO_{payment.id}"))
        await self.sees("Check your phone", user=user)
        return payment

    async def hear(self, payment: Payment, kind: EvidenceKind, **facts: object) -> Payment:
        """Somebody says something about it."""
        word = Evidence(id=f"word:{next(self.words)}", kind=kind, at=utc_now())
        word = replace(word, **facts)  # type: ignore[arg-type]  # the test names real fields
        return (await self.service.record(payment.id, word)).payment

    async def hear_paid(self, payment: Payment, receipt: str = "UB47K2M9QX") -> Payment:
        return await self.hear(
            payment,
            K.CALLBACK_PAID,
            amount_kes=payment.amount_kes,
            receipt=Receipt(receipt),
            checkout_id=payment.checkout_id,
            paid_at=datetime(2026, 11, 3, 11, 7, tzinfo=UTC),
        )

    async def hear_unpaid(self, payment: Payment, reason: Reason = Reason.CANCELLED) -> Payment:
        return await self.hear(payment, K.CALLBACK_UNPAID, reason=reason, checkout_id=payment.checkout_id)

    async def payments(self, user: int = ASHA) -> list[Payment]:
        return list(await self.service.latest(UserId(user), 50))

    async def payment(self, payment_id: PaymentId) -> Payment:
        found = await self.store.payments.get(payment_id)
        assert found is not None
        return found

    async def all_told(self) -> None:
        """Wait until every update is worked and every delivery is sent or parked."""
        async with asyncio.timeout(60):
            while await self._unfinished():  # noqa: ASYNC110  a collection has no event to wait for
                await asyncio.sleep(0.01)

    async def all_worked(self) -> None:
        """Wait until the newest update has come in, too, and everything is told."""
        newest = self.telegram.last_update_id
        async with asyncio.timeout(10):
            while await self.store.updates._shelf.one({"_id": newest}) is None:  # noqa: ASYNC110  a collection has no event
                await asyncio.sleep(0.005)
        await self.all_told()

    async def knows_number(self, user: int) -> bool:
        """Whether somebody's number is remembered."""
        client = await self.store.clients.get(UserId(user))
        return client is not None and client.phone is not None

    async def write_the_trail(self) -> None:
        """What the auditor would write in a moment."""
        await Auditor(
            feed=self.store.audit_feed,
            trail=self.store.audit,
            notebook=Notebook(utc_now, lambda: None, Kept()),
            wake=Wake(),
        ).rest()

    async def kept_updates(self) -> list[dict[str, object]]:
        """Every update that is stored, read past the program."""
        rows = self.store.updates._shelf.rows
        return await rows.find().sort("_id").to_list()

    async def _unfinished(self) -> bool:
        return bool(await self.store.updates.pending(1)) or await self._untold()

    async def _untold(self) -> bool:
        await self.store.deliveries.collect((ChatId(ADMIN),), utc_now())
        return await self.store.deliveries.next_due_at() is not None


def _holds(message: Message, expected: tuple[str, ...]) -> bool:
    return all(words in message.text for words in expected)


@asynccontextmanager
async def standing(
    mongod_uri: str,
    database_name: str,
    *,
    webhook: WebhookAddress | None = None,
    change: Callable[[BotParts], BotParts] = lambda parts: parts,
    started: bool = True,
) -> AsyncIterator[Stand]:
    """The stand, with Asha, Baraka and an admin, until the end of the block."""
    store = await Store.open(mongod_uri, database_name)
    async with FakeBotApi() as telegram:
        telegram.person(ASHA, "Asha")
        telegram.person(BARAKA, "Baraka")
        telegram.person(ADMIN, "Wanjiru")
        wake = Wake()
        service = PaymentService(
            store.payments,
            now=utc_now,
            figures=FIGURES,
            poke=wake.ring,
            alarm=lambda *_, **__: None,
            pauses=store.pauses,
        )
        parts = change(_parts(store, telegram, service, wake, webhook))
        stand = Stand(
            telegram=telegram, store=store, service=service, wake=wake, parts=parts, bot=build_bot(parts)
        )
        try:
            if started:
                await stand.start()
            yield stand
        finally:
            await stand.stop()
            await store.close()


def _receipts(store: Store) -> ReceiptParts:
    desk = ReceiptDesk(
        book=store.receipts,
        payments=store.payments,
        clients=store.clients,
        notes=store.notes,
        seals=Seals(["a key of at least thirty-two letters"]),
        now=utc_now,
    )
    firm = Firm(name="Wanjiku & Partners", lines=("Kimathi Street, Nairobi",))
    return ReceiptParts(desk=desk, firm=firm, verify_base="https://pay.firm.example/verify/")


def _parts(
    store: Store, telegram: FakeBotApi, service: PaymentService, wake: Wake, webhook: WebhookAddress | None
) -> BotParts:
    admins = EnrolledAdmins(store.roll, [ADMIN])
    return BotParts(
        token=telegram.token,
        api_url=telegram.url,
        file_url=telegram.url,
        firm_name="Wanjiku & Partners",
        admins=admins,
        nonces=store.nonces,
        service=service,
        rulings=RulingService(
            book=store.rulings,
            payments=store.payments,
            service=service,
            admins=admins,
            now=utc_now,
            poke=wake.ring,
        ),
        roll=RollKeeper(book=store.roll, admins=admins, now=utc_now),
        payments=store.payments,
        drafts=store.drafts,
        clients=store.clients,
        fees=store.fees,
        notes=store.notes,
        deliveries=store.deliveries,
        updates=store.updates,
        receipts=_receipts(store),
        ledger=store.ledger,
        rollups=store.rollups,
        briefs=store.briefs,
        silences=store.silences,
        boards=store.boards,
        drawing=LeasedRight(store.leases, "boards"),
        questions=store.questions,
        pauses=store.pauses,
        search=store.search,
        searches=store.searches,
        trail=store.audit,
        all_refunds=store.refunds,
        callbacks=store.inbox,
        polling=LeasedRight(store.leases, "polling"),
        now=utc_now,
        minutes=Minutes(utc_now),
        wake=wake,
        webhook=webhook,
        limits=QUICK,
    )
