"""The engine: takes due payments, does the one thing their state needs, brings the answer back.

Owns who acts when. It is the only caller of Safaricom. Start-up recovery is not special: whatever
is due after a crash is due like anything else, and the table knows what may be done with it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from payments.draft import new_id
from payments.due_work import DueWork, brought_back, pause_until
from payments.evidence import Evidence, EvidenceKind
from payments.holding import Hold, hold_by_others, is_news, is_over
from payments.metering import Unmetered
from payments.payment import Payment, State
from payments.ports import AskLater, LineTaken, Meter, Now, PaymentBook, Safaricom, StoreUnavailable
from payments.service import PaymentService
from payments.timing import Timing, owes_a_question
from payments.values import PaymentId
from payments.wake import Wake

log = logging.getLogger(__name__)

ASKED_ABOUT = frozenset({State.PROMPTED, State.UNCLEAR, State.REVIEW})
"""The states in which Safaricom is asked when due. `review` is due only if a person wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """How much the engine does at once, and how long it waits. In pieces and seconds.

    Attributes:
        at_once: payments worked at the same time.
        idle_s: it looks at least this often, for what other processes stored.
        lease_s: how long one query may take before somebody may ask again.
        stale_claim_s: a claim older than this is not used: the process was paused, and the
            payment may have been given up meanwhile.
        line_pause_s: how long a payment waits when another prompt holds its phone.
        ask_pause_s: how long it waits when Safaricom could not be asked.
        recall_s: pauses between attempts to store what Safaricom answered.
    """

    at_once: int = 16
    idle_s: float = 2.0
    busy_s: float = 0.1
    lease_s: float = 60.0
    stale_claim_s: float = 15.0
    line_pause_s: float = 3.0
    ask_pause_s: float = 12.0
    recall_s: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 10.0, 10.0, 10.0, 10.0)


@dataclass(slots=True)
class Engine:
    """Works due payments until cancelled. Several may run side by side on one store."""

    book: PaymentBook
    service: PaymentService
    safaricom: Safaricom
    now: Now
    wake: Wake
    figures: Timing = field(default_factory=Timing)
    limits: EngineLimits = field(default_factory=EngineLimits)
    meter: Meter = field(default_factory=Unmetered)
    _work: DueWork[Payment] = field(init=False)

    def __post_init__(self) -> None:
        self._work = DueWork(
            what="payment",
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
                self.meter.swept()
                pause_s = await self._pause_s()
            except StoreUnavailable as error:
                log.warning("engine_store_unavailable", extra={"why": str(error)})
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

    async def ask_about(self, payment: Payment) -> None:
        """Ask Safaricom about this payment, due or not; nothing happens while somebody else asks.

        Raises:
            StoreUnavailable: what was said may not be stored.
        """
        if payment.state in ASKED_ABOUT:
            await self._ask(payment)

    async def _pause_s(self) -> float:
        soonest, limits = await self.book.next_due_at(), self.limits
        return pause_until(soonest, self.now(), busy_s=limits.busy_s, idle_s=limits.idle_s)

    async def _act(self, payment: Payment) -> None:
        if payment.deadline_at is not None and payment.deadline_at <= self.now():
            await self._time_is_over(payment)
            return
        if payment.state is State.QUEUED:
            await self._send(payment)
        elif payment.state in ASKED_ABOUT:
            await self._ask(payment)

    async def _time_is_over(self, payment: Payment) -> None:
        """Whoever was away through the whole ladder asks once before a person is brought in."""
        if owes_a_question(payment, self.now(), self.figures) and await self._ask(payment):
            return
        fresh = await self.book.get(payment.id) or payment
        if fresh.deadline_at is None or fresh.deadline_at > self.now():
            return
        word = self._word(f"deadline:{fresh.state}:{fresh.version}", EvidenceKind.DEADLINE_PASSED)
        await self.service.record(fresh.id, word, only_at=fresh.version)

    async def _send(self, payment: Payment) -> None:
        """Take the right to send; whoever did not get it must not send."""
        # First the lease: two engines must not take two places among the pushes for one payment.
        if not await self.book.look_at(payment, self._in(self.limits.stale_claim_s)):
            return
        payment = replace(payment, version=payment.version + 1)
        hold = await self._hold(payment)
        if hold is not None:
            await self._hold_back(payment, hold)
            return
        claim = self._word(f"claim:{new_id()}", EvidenceKind.ENGINE_CLAIMED)
        try:
            claimed = await self.service.record(payment.id, claim, only_at=payment.version)
        except LineTaken:  # Another engine was quicker: looked at again, it is seen what to wait for.
            await self._look_in(payment, self.limits.busy_s)
            return
        if not claimed.moved:
            return
        await self._bring_back(payment.id, await self._push(claimed.payment))

    async def _hold(self, payment: Payment) -> Hold | None:
        """What this payment must wait for. A place among the pushes is taken only when nothing else is."""
        others, now = await self.book.others_of_phone(payment), self.now()
        for other in others:
            line, repeat = is_over(other, now, self.figures)
            if line or repeat:
                await self.book.let_go(other, line=line, repeat=repeat)
        pause_s = self.limits.line_pause_s
        by_others = hold_by_others(payment, others, now, self.figures, line_pause_s=pause_s)
        return by_others or await self.safaricom.hold()

    async def _hold_back(self, payment: Payment, hold: Hold) -> None:
        """Look again later; the payer is told once for each reason, so that history stays short."""
        if not is_news(payment, hold, self.now()):
            await self._look_in(payment, hold.wait_s)
            return
        word = self._word(f"held:{payment.version}", EvidenceKind.ENGINE_HELD)
        word = replace(word, reason=hold.reason, retry_after_s=hold.wait_s)
        await self.service.record(payment.id, word, only_at=payment.version)

    async def _push(self, payment: Payment) -> Evidence:
        claimed_at = payment.claimed_at or self.now()
        if self.now() - claimed_at > timedelta(seconds=self.limits.stale_claim_s):
            return self._word(f"stale:{payment.version}", EvidenceKind.PUSH_NOT_SENT)
        return await self.safaricom.push(payment)

    async def _ask(self, payment: Payment) -> bool:
        """Ask what became of it; False when nobody can be asked now."""
        if not await self.book.look_at(payment, self._in(self.limits.lease_s)):
            return True  # Somebody else is at it, or it has changed: it comes back when it is due.
        answer = await self.safaricom.ask(payment)
        if isinstance(answer, AskLater):
            # Only if nobody touched it meanwhile: whoever did, said when to look next.
            await self._ask_later(replace(payment, version=payment.version + 1), answer)
            return False
        await self._bring_back(payment.id, answer)
        return True

    async def _ask_later(self, payment: Payment, answer: AskLater) -> None:
        log.info("ask_later", extra={"payment": payment.id, "why": answer.why})
        pause_s = self.limits.ask_pause_s if answer.retry_after_s is None else answer.retry_after_s
        await self._look_in(payment, max(pause_s, self.limits.busy_s))

    async def _bring_back(self, payment_id: PaymentId, word: Evidence) -> None:
        await brought_back(lambda: self.service.record(payment_id, word), self.limits.recall_s)

    async def _set_aside(self, payment: Payment) -> None:
        fresh = await self.book.get(payment.id)
        if fresh is not None and fresh.next_at is not None:
            await self.book.look_at(fresh, self._in(self.limits.lease_s))

    async def _look_in(self, payment: Payment, pause_s: float) -> None:
        """Look again after the pause, and no later than at its deadline."""
        at = self._in(pause_s)
        await self.book.look_at(payment, min(at, payment.deadline_at or at))

    def _word(self, evidence_id: str, kind: EvidenceKind) -> Evidence:
        return Evidence(id=evidence_id, kind=kind, at=self.now())

    def _in(self, pause_s: float) -> datetime:
        return self.now() + timedelta(seconds=pause_s)
