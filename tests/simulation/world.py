"""Safaricom, phones and the network of one simulated world: what is true, and what of it reaches whom.

Owns the ledger and the weather. It implements `payments.ports.Safaricom` for every incarnation of the program
and sends callbacks of its own accord, written as Daraja writes them.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from payments.evidence import Evidence, EvidenceKind
from payments.holding import Hold
from payments.inbox import InboxRow, row_id
from payments.payment import Payment
from payments.ports import AskLater
from payments.reasons import Reason
from payments.values import CheckoutId, PaymentId

EPOCH = datetime(2026, 2, 4, 7, 0, tzinfo=UTC)
LONGEST_ANSWER_S = 40.0
"""The client's own deadline: no push is answered later than this."""
_K = EvidenceKind


class Fate(Enum):
    """What becomes of a prompt, with the code that tells it (Daraja: STK result codes)."""

    PAYS = 0
    CANCELS = 1032
    MISTYPES = 2001
    UNREACHABLE = 1037
    EXPIRES = 1019
    UNKNOWN_CODE = 31_337


FATES = (*[Fate.PAYS] * 5, *Fate)


@dataclass(slots=True, kw_only=True)
class Prompt:
    """One push that Safaricom took."""

    payment_id: PaymentId
    checkout_id: CheckoutId
    amount_kes: int
    fate: Fate
    paid: bool = False
    over: bool = False
    receipt: str = ""
    first_no: bool = False
    """A definite no is told first, though it is paid in the end."""
    told_wrong: bool = False
    """A callback of it named another amount."""


@dataclass(slots=True)
class World:
    """Everything outside the program. `rng` decides all of it, `deliver` takes callbacks."""

    rng: random.Random
    deliver: Callable[[PaymentId, bytes, bool], Awaitable[bool]]
    prompts: list[Prompt] = field(default_factory=list)
    refused: int = 0
    jump: timedelta = timedelta()
    calm: bool = False
    """From now on everything arrives: the end of the story."""
    heard: set[tuple[PaymentId, int]] = field(default_factory=set)
    """Callbacks that were acknowledged, by payment and code."""
    words: int = 0
    """How many answers were given: each is a word of its own."""
    _lives: set[asyncio.Task[None]] = field(default_factory=set)

    def now(self) -> datetime:
        """The program's clock, which may have been set."""
        moment = EPOCH + timedelta(seconds=asyncio.get_running_loop().time()) + self.jump
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def chance(self, of: float) -> bool:
        """Bad luck, unless it is calm."""
        return not self.calm and self.rng.random() < of

    async def wait(self, least_s: float, most_s: float) -> None:
        await asyncio.sleep(self.rng.uniform(least_s, most_s))

    def prompts_of(self, payment_id: PaymentId) -> list[Prompt]:
        return [prompt for prompt in self.prompts if prompt.payment_id == payment_id]

    # What Safaricom does with a push that arrived.

    def take(self, payment: Payment) -> Prompt:
        """Accept a push: its life begins."""
        number = len(self.prompts) + 1
        prompt = Prompt(
            payment_id=payment.id,
            checkout_id=CheckoutId(f"ws_CO_{number:012d}"),
            amount_kes=payment.amount_kes,
            fate=self.rng.choice(FATES),
            first_no=self.rng.random() < 0.1,
        )
        self.prompts.append(prompt)
        life = asyncio.get_running_loop().create_task(self._live(prompt))
        self._lives.add(life)
        life.add_done_callback(self._lives.discard)
        return prompt

    async def _live(self, prompt: Prompt) -> None:
        await self.wait(1, 59)
        if prompt.fate is Fate.PAYS and prompt.first_no:
            await self._call_back(prompt, Fate.UNREACHABLE.value)
            await self.wait(1, 600)
        if prompt.fate is Fate.PAYS:
            prompt.paid, prompt.receipt = True, f"R{len(self.prompts):03d}{self.rng.randrange(10**6):06d}"
        prompt.over = True
        await self._call_back(prompt, prompt.fate.value)

    async def _call_back(self, prompt: Prompt, code: int) -> None:
        """None, one or several; late or not; sometimes with another amount, or from an unlisted address."""
        amount = prompt.amount_kes
        if code == 0 and self.chance(0.03):
            amount, prompt.told_wrong = amount + 1, True
        times = self.rng.choice((0, 1, 1, 1, 1, 2, 3))
        for _ in range(times):
            await self.wait(0, self.rng.choice((0.01, 1, 30, 900)))
            trusted = not self.chance(0.1)
            if await self.deliver(prompt.payment_id, _body(prompt, code, amount), trusted):
                self.heard.add((prompt.payment_id, code))


def _body(prompt: Prompt, code: int, amount: int) -> bytes:
    said: dict[str, object] = {
        "CheckoutRequestID": prompt.checkout_id,
        "ResultCode": code,
        "ResultDesc": "said",
    }
    if code == 0:
        items = [{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": prompt.receipt}]
        said["CallbackMetadata"] = {"Item": items}
    return json.dumps({"Body": {"stkCallback": said}}).encode()


@dataclass(slots=True)
class Wire:
    """One incarnation's way to Safaricom: `payments.ports.Safaricom` in bad weather."""

    world: World
    alive: Callable[[], bool]

    async def hold(self) -> Hold | None:
        """See `Safaricom.hold`."""
        return Hold(Reason.IN_LINE, 1.0) if self.world.chance(0.05) else None

    async def push(self, payment: Payment) -> Evidence:
        """See `Safaricom.push`."""
        world = self.world
        await world.wait(0, 0.5)
        word = Evidence(id=self._name(payment, "push"), kind=_K.PUSH_UNCERTAIN, at=world.now())
        if not self.alive() or world.chance(0.1):  # it never left
            return replace(word, kind=_K.PUSH_NOT_SENT, reason=Reason.NOT_SENT, at=world.now())
        if world.chance(0.05):
            world.refused += 1
            return replace(word, kind=_K.PUSH_REFUSED, reason=Reason.LINE_BUSY, at=world.now())
        if world.chance(0.03):  # lost on its way there
            await asyncio.sleep(LONGEST_ANSWER_S)
            return replace(word, at=world.now())
        prompt = world.take(payment)
        if world.chance(0.15):  # lost on its way back
            await asyncio.sleep(LONGEST_ANSWER_S)
            return replace(word, at=world.now())
        await world.wait(0, world.rng.choice((0.5, 5, LONGEST_ANSWER_S)))
        return replace(word, kind=_K.PUSH_ACCEPTED, checkout_id=prompt.checkout_id, at=world.now())

    async def ask(self, payment: Payment) -> Evidence | AskLater:
        """See `Safaricom.ask`."""
        world = self.world
        await world.wait(0, 3)
        if payment.checkout_id is None:
            return AskLater(None, "there is no request id to ask with")
        if world.chance(0.2):
            return AskLater(world.rng.choice((None, 5.0, 60.0)), "busy")
        word = Evidence(id=self._name(payment, "query"), kind=_K.QUERY_PENDING, at=world.now())
        prompt = next((p for p in world.prompts if p.checkout_id == payment.checkout_id), None)
        if prompt is None or not prompt.over or prompt.fate is Fate.UNKNOWN_CODE or world.chance(0.1):
            return word
        return replace(word, kind=_K.QUERY_PAID if prompt.paid else _K.QUERY_UNPAID)

    def _name(self, payment: Payment, what: str) -> str:
        self.world.words += 1
        return f"{what}:{payment.version}:{self.world.words}"


def callback_row(kind: str, subject: str, body: bytes, now: datetime, *, trusted: bool) -> InboxRow:
    """The row as the callback server keeps it."""
    return InboxRow(
        id=row_id(kind, subject, body),
        kind=kind,
        subject=subject,
        raw=body,
        peer="127.0.0.1",
        trusted=trusted,
        received_at=now,
    )
