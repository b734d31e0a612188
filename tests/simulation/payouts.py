"""Money that goes out of a simulated world: what Safaricom did with each payout, and what of it is heard.

Owns the ledger of payouts and their weather. It implements `payments.refunds.ports.SafaricomOut` for every
incarnation of the program, and sends results of its own accord, written as Daraja writes them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from payments.ports import AskLater
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.ports import Asked
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import Refund, Route
from payments.values import RefundId
from tests.simulation.world import LONGEST_ANSWER_S, World

Deliver = Callable[[str, RefundId, bytes, bool], Awaitable[bool]]
"""Posts a result: the kind of its address, the refund, the body, whether from a listed address."""


class OutFate(Enum):
    """What becomes of a payout, with the code that tells it (Daraja: B2C result codes)."""

    PAYS = 0
    LOW_FLOAT = 1
    UNREGISTERED = 2040
    INTERNAL = 17
    """It says that it failed inside; the money may have moved all the same."""
    UNKNOWN_CODE = 7_431


OUT_FATES = (*[OutFate.PAYS] * 6, *OutFate)
UNSURE = frozenset({OutFate.INTERNAL, OutFate.UNKNOWN_CODE})


@dataclass(slots=True, kw_only=True)
class Payout:
    """One payout or reversal that Safaricom took."""

    refund_id: RefundId
    originator_id: str
    amount_kes: int
    fate: OutFate
    moves: bool
    """Whether the money goes out in the end, whatever the code says."""
    moved: bool = False
    over: bool = False
    code: str = ""
    first_no: bool = False
    """A definite no is told first, though it is paid in the end."""
    told_wrong: bool = False
    """A result of it named another amount."""
    results_heard: set[str] = field(default_factory=set)
    """Result codes that were acknowledged."""


@dataclass(slots=True)
class Treasury:
    """Every payout of one world. No name is ever taken twice."""

    world: World
    deliver: Deliver
    payouts: list[Payout] = field(default_factory=list)
    doubles: int = 0
    """Calls under a name that was known; none of them paid anything."""
    _lives: set[asyncio.Task[None]] = field(default_factory=set)

    def of(self, refund_id: RefundId) -> list[Payout]:
        """The payouts of one refund."""
        return [payout for payout in self.payouts if payout.refund_id == refund_id]

    def take(self, refund: Refund) -> Payout | None:
        """Accept it: its life begins. None when its name was used before."""
        b2c = refund.route is Route.B2C
        name = refund.originator_id if b2c else f"reversal-{len(self.payouts)}"
        if any(payout.originator_id == name for payout in self.payouts):
            self.doubles += 1
            return None
        rng = self.world.rng
        fate = rng.choice(OUT_FATES)
        moves = fate is OutFate.PAYS or (fate in UNSURE and rng.random() < 0.5)
        payout = Payout(
            refund_id=refund.id,
            originator_id=name,
            amount_kes=refund.amount_kes,
            fate=fate,
            moves=moves,
            first_no=fate is OutFate.PAYS and rng.random() < 0.1,
        )
        self.payouts.append(payout)
        life = asyncio.get_running_loop().create_task(self._live(payout, refund.route))
        self._lives.add(life)
        life.add_done_callback(self._lives.discard)
        return payout

    async def _live(self, payout: Payout, route: Route) -> None:
        world = self.world
        await world.wait(0, 5)
        if world.chance(0.1):
            await self._post("timeout", payout.refund_id, b"{}")
        if payout.first_no:
            await self._results(payout, route, code=OutFate.LOW_FLOAT.value)
            await world.wait(1, 600)
        await world.wait(0, world.rng.choice((1, 60, 3_600)))
        if payout.moves:
            payout.moved, payout.code = True, f"P{len(self.payouts):03d}{world.rng.randrange(10**6):06d}"
        payout.over = True
        await self._results(payout, route, code=payout.fate.value)

    async def _results(self, payout: Payout, route: Route, *, code: int) -> None:
        """None, one or several; late or not; sometimes with another amount, or from an unlisted address."""
        amount_kes = payout.amount_kes
        if code == 0 and self.world.chance(0.03):
            amount_kes, payout.told_wrong = amount_kes + 1, True
        for _ in range(self.world.rng.choice((0, 1, 1, 1, 1, 2, 3))):
            await self.world.wait(0, self.world.rng.choice((0.01, 1, 30, 900)))
            if await self._post(route.value, payout.refund_id, result_body(payout, code, amount_kes)):
                payout.results_heard.add(str(code))

    async def answer_status(self, refund: Refund) -> None:
        """Some time after the question, the answer, if it is not lost."""
        await self.world.wait(0, 30)
        names = refund.known_ids
        payout = next((each for each in self.payouts if each.originator_id in names), None)
        if not self.world.chance(0.1):
            await self._post("status", refund.id, status_body(payout))

    def ask(self, refund: Refund) -> None:
        """A question was taken."""
        task = asyncio.get_running_loop().create_task(self.answer_status(refund))
        self._lives.add(task)
        task.add_done_callback(self._lives.discard)

    async def _post(self, kind: str, refund_id: RefundId, body: bytes) -> bool:
        return await self.deliver(kind, refund_id, body, not self.world.chance(0.1))


def result_body(payout: Payout, code: int, amount_kes: int) -> bytes:
    said: dict[str, object] = {
        "ResultType": 0,
        "ResultCode": code,
        "ResultDesc": "said",
        "OriginatorConversationID": payout.originator_id,
        "ConversationID": f"AG_{payout.originator_id}",
        "TransactionID": payout.code if code == 0 else "UB40000000",
    }
    if code == 0:
        parameters = [
            {"Key": "TransactionAmount", "Value": amount_kes},
            {"Key": "TransactionReceipt", "Value": payout.code},
        ]
        said["ResultParameters"] = {"ResultParameter": parameters}
    return json.dumps({"Result": said}).encode()


def status_body(payout: Payout | None) -> bytes:
    """Code 0 says that the question worked; what became of the money stands in the parameters."""
    said: dict[str, object] = {"ResultType": 0, "ResultCode": 0, "ResultDesc": "said"}
    if payout is None or not payout.over:
        return json.dumps({"Result": said | {"ResultCode": 2032, "ResultDesc": "not found"}}).encode()
    parameters = [
        {"Key": "OriginatorConversationID", "Value": payout.originator_id},
        {"Key": "TransactionStatus", "Value": "Completed" if payout.moved else "Declined"},
        {"Key": "Amount", "Value": payout.amount_kes},
    ]
    parameters += [{"Key": "ReceiptNo", "Value": payout.code}] if payout.moved else []
    return json.dumps({"Result": said | {"ResultParameters": {"ResultParameter": parameters}}}).encode()


@dataclass(slots=True)
class WireOut:
    """One incarnation's way to Safaricom for money that goes out, in bad weather."""

    treasury: Treasury
    alive: Callable[[], bool]

    async def pay_out(self, refund: Refund) -> RefundEvidence:
        """See `SafaricomOut.pay_out`."""
        world = self.treasury.world
        await world.wait(0, 0.5)
        word = RefundEvidence(id=self._name("payout", refund), kind=Word.PAYOUT_UNCERTAIN, at=world.now())
        if not self.alive() or world.chance(0.1):  # it never left
            return self._said(word, Word.PAYOUT_NOT_SENT, Obstacle.NOT_SENT)
        if world.chance(0.05):
            return self._said(word, Word.PAYOUT_REFUSED, Obstacle.REFUSED)
        if world.chance(0.03):  # lost on its way there
            await asyncio.sleep(LONGEST_ANSWER_S)
            return replace(word, at=world.now())
        payout = self.treasury.take(refund)
        if payout is None:
            return self._said(word, Word.PAYOUT_SEEN_BEFORE)
        if world.chance(0.15):  # lost on its way back
            await asyncio.sleep(LONGEST_ANSWER_S)
            return replace(word, at=world.now())
        await world.wait(0, world.rng.choice((0.5, 5, LONGEST_ANSWER_S)))
        accepted = self._said(word, Word.PAYOUT_ACCEPTED)
        name = payout.originator_id
        return replace(accepted, originator_id=name, conversation_id=f"AG_{name}")

    async def ask(self, refund: Refund) -> RefundEvidence | AskLater:
        """See `SafaricomOut.ask`."""
        world = self.treasury.world
        await world.wait(0, 3)
        if world.chance(0.2):
            return AskLater(world.rng.choice((None, 5.0, 60.0)), "busy")
        self.treasury.ask(refund)
        return RefundEvidence(id=self._name("status", refund), kind=Word.STATUS_ASKED, at=world.now())

    async def ask_balance(self, check: BalanceCheck) -> Asked | AskLater | BalanceAnswer:
        """See `SafaricomOut.ask_balance`; nobody asks in these stories."""
        return AskLater(None, f"nobody asks here: {check.id}")

    def _said(self, word: RefundEvidence, kind: Word, obstacle: Obstacle | None = None) -> RefundEvidence:
        return replace(word, kind=kind, obstacle=obstacle, at=self.treasury.world.now())

    def _name(self, what: str, refund: Refund) -> str:
        self.treasury.world.words += 1
        return f"{what}:{refund.version}:{self.treasury.world.words}"
