"""The engine of refunds: takes what is due, does the one thing its state needs, brings the answer back.

Owns who acts when. It is the only one who has money sent out. After a crash whatever is due is due like
anything else, and the table knows what may be done with it: a payout that may have gone out is asked about,
never sent again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from payments.draft import new_id
from payments.due_work import DueWork, brought_back, pause_until
from payments.metering import Unmetered
from payments.ports import AskLater, Meter, Now, StoreUnavailable
from payments.refunds import balance
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.ports import Asked, BalanceBook, RefundBook, SafaricomOut
from payments.refunds.refund import Refund, RefundState
from payments.refunds.service import ASKED_ABOUT, RefundService
from payments.refunds.timing import can_be_asked_about
from payments.values import RefundId
from payments.wake import Wake

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundEngineLimits:
    """How much the engine does at once, and how long it waits. In pieces and seconds.

    Attributes:
        lease_s: how long one question or payout may take before somebody may look again.
        stale_claim_s: a claim older than this is not used: the process was paused meanwhile.
        recall_s: pauses between attempts to store what Safaricom answered.
    """

    at_once: int = 4
    idle_s: float = 2.0
    busy_s: float = 0.1
    lease_s: float = 60.0
    stale_claim_s: float = 15.0
    ask_pause_s: float = 30.0
    recall_s: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 10.0, 10.0, 10.0, 10.0)


@dataclass(slots=True)
class RefundEngine:
    """Works due refunds and questions for the balance until cancelled. Several may run on one store."""

    book: RefundBook
    balances: BalanceBook
    service: RefundService
    safaricom: SafaricomOut
    now: Now
    wake: Wake
    limits: RefundEngineLimits = field(default_factory=RefundEngineLimits)
    meter: Meter = field(default_factory=Unmetered)
    _work: DueWork[Refund] = field(init=False)

    def __post_init__(self) -> None:
        self._work = DueWork(
            what="refund",
            due=self.book.due,
            act=self._act,
            set_aside=self._set_aside,
            now=self.now,
            wake=self.wake,
        )

    @property
    def under_way(self) -> list[asyncio.Task[None]]:
        """The tasks that are not finished."""
        return self._work.under_way

    async def run(self) -> None:
        """Work for ever. What is under way when it is cancelled is finished by `drain`."""
        while True:
            try:
                await self.start_due()
                await self.ask_balances()
                pause_s = await self._pause_s()
            except StoreUnavailable as error:
                log.warning("refund_engine_store_unavailable", extra={"why": str(error)})
                pause_s = self.limits.idle_s
            await self.wake.wait(pause_s)

    async def start_due(self) -> int:
        """Start work on what is due and not under way yet; return how many were started."""
        return await self._work.start(self.limits.at_once)

    async def drain(self, timeout_s: float) -> None:
        """Let what is under way finish, so that no answer of Safaricom is thrown away."""
        await self._work.drain(timeout_s)

    async def rest(self) -> None:
        """Work until nothing is due now: for tests and one-off runs."""
        await self._work.rest(self.limits.at_once)

    async def ask_about(self, refund: Refund) -> bool:
        """Ask Safaricom about this refund, due or not; False when nobody can be asked now.

        The answer comes to the refund's status address, to whichever program listens there.

        Raises:
            StoreUnavailable: that it was asked may not be stored.
        """
        askable = refund.state in ASKED_ABOUT and can_be_asked_about(refund)
        return askable and await self._ask(refund)

    async def _pause_s(self) -> float:
        moments, limits = (await self.book.next_due_at(), await self.balances.next_due_at()), self.limits
        soonest = min((moment for moment in moments if moment is not None), default=None)
        return pause_until(soonest, self.now(), busy_s=limits.busy_s, idle_s=limits.idle_s)

    async def _act(self, refund: Refund) -> None:
        if refund.deadline_at is not None and refund.deadline_at <= self.now():
            await self._time_is_over(refund)
        elif refund.state is RefundState.APPROVED:
            await self._send(refund)
        elif refund.state in ASKED_ABOUT:
            await self._ask(refund)

    async def _time_is_over(self, refund: Refund) -> None:
        """Whoever was away through the whole ladder asks once before a person is brought in."""
        if self.service.owes_a_question(refund) and await self._ask(refund):
            return
        fresh = await self.book.get(refund.id) or refund
        if fresh.deadline_at is None or fresh.deadline_at > self.now():
            return
        word = self._word(f"deadline:{fresh.state}:{fresh.version}", Word.DEADLINE_PASSED)
        await self.service.record(fresh.id, word, only_at=fresh.version)

    async def _send(self, refund: Refund) -> None:
        """Take the right to send; whoever did not get it must not send."""
        claim = self._word(f"claim:{new_id()}", Word.ENGINE_CLAIMED)
        claimed = await self.service.record(refund.id, claim, only_at=refund.version)
        if claimed.moved:
            await self._bring_back(refund.id, await self._pay_out(claimed.refund))

    async def _pay_out(self, refund: Refund) -> RefundEvidence:
        claimed_at = refund.claimed_at or self.now()
        if self.now() - claimed_at > timedelta(seconds=self.limits.stale_claim_s):
            return self._word(f"stale:{refund.version}", Word.PAYOUT_NOT_SENT)
        return await self.safaricom.pay_out(refund)

    async def _ask(self, refund: Refund) -> bool:
        """Ask what became of it; False when nobody can be asked now."""
        if not await self.book.look_at(refund, self._in(self.limits.lease_s)):
            return True  # Somebody else is at it, or it has changed: it comes back when it is due.
        answer = await self.safaricom.ask(refund)
        if isinstance(answer, AskLater):
            log.info("refund_ask_later", extra={"refund": refund.id, "why": answer.why})
            pause_s = self.limits.ask_pause_s if answer.retry_after_s is None else answer.retry_after_s
            # Only if nobody touched it meanwhile: whoever did, said when to look next.
            held = replace(refund, version=refund.version + 1)
            await self.book.look_at(held, self._in(max(pause_s, self.limits.busy_s)))
            return False
        await self._bring_back(refund.id, answer)
        return True

    async def _bring_back(self, refund_id: RefundId, word: RefundEvidence) -> None:
        await brought_back(lambda: self.service.record(refund_id, word), self.limits.recall_s)

    async def _set_aside(self, refund: Refund) -> None:
        fresh = await self.book.get(refund.id)
        if fresh is not None and fresh.next_at is not None:
            await self.book.look_at(fresh, self._in(self.limits.lease_s))

    # The balance.

    async def ask_balances(self) -> None:
        """Ask what was wanted, and end what nobody answered."""
        while (check := await self.balances.take_due(self.now(), self.limits.lease_s)) is not None:
            await self._ask_balance(check)

    async def _ask_balance(self, check: BalanceCheck) -> None:
        now = self.now()
        if check.ends_at <= now:
            answer: Asked | AskLater | BalanceAnswer = BalanceAnswer(at=now, problem="no_answer")
        else:
            answer = await self.safaricom.ask_balance(check)
        if isinstance(answer, Asked):
            await self.balances.settle(check, balance.asked(check), None)
        elif isinstance(answer, AskLater):
            pause_s = self.limits.ask_pause_s if answer.retry_after_s is None else answer.retry_after_s
            await self.balances.settle(check, balance.put_off(check, now, pause_s), None)
        else:
            await self.balances.settle(check, *balance.answered(check, answer))

    def _word(self, evidence_id: str, kind: Word) -> RefundEvidence:
        return RefundEvidence(id=evidence_id, kind=kind, at=self.now())

    def _in(self, pause_s: float) -> datetime:
        return self.now() + timedelta(seconds=pause_s)
