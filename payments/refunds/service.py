"""The one door of refunds: whoever wants one, decides on one, or knows something about one says it here.

Owns the loop of read, advance, commit, and the checks of who may. Refuses to send anything: it stores a word
and pokes the engine, which alone does the next thing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from payments.admins import Admin, Admins, Deed, NotAllowed, require
from payments.audited import tellable
from payments.ports import Now, PaymentBook
from payments.refunds import notices, rules, timing
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.orders import (
    NoSuchRefund,
    NotTheOne,
    Prospect,
    RefundOrder,
    RefundRecorded,
    WrongProof,
)
from payments.refunds.ports import CodeTaken, NoRoom, RefundBook
from payments.refunds.progress import RefundStep, advance
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import LIVE, Approval, Refund, RefundState
from payments.refunds.rules import NotRefundable, RefundPolicy
from payments.refunds.timing import RefundTiming
from payments.service import MOST_CONFLICTS, Alarm, NoSuchPayment
from payments.table import ImpossibleEvidence
from payments.values import PaymentId, RefundId, UserId


class RefundService:
    """Ask, allow, refuse, record, resolve: everything that may happen to a refund."""

    def __init__(
        self,
        book: RefundBook,
        payments: PaymentBook,
        admins: Admins,
        *,
        now: Now,
        figures: RefundTiming,
        policy: RefundPolicy,
        poke: Callable[[], None],
        alarm: Alarm,
    ) -> None:
        self._book = book
        self._payments = payments
        self._admins = admins
        self._now = now
        self._figures = figures
        self._policy = policy
        self._poke = poke
        self._alarm = alarm

    # Asking for one.

    async def prospect(self, payment_id: PaymentId, amount_kes: int | None, by: UserId) -> Prospect:
        """What a refund of so much (None: of all that is left) would be.

        Raises:
            NotAllowed: they may not ask for refunds.
            NoSuchPayment: there is no such payment.
            NotRefundable: so much cannot be given back.
        """
        await require(self._admins, by, Deed.REQUEST_REFUND)
        payment = await self._payments.get(payment_id)
        if payment is None:
            raise NoSuchPayment(payment_id)
        wanted_kes = payment.refundable_kes if amount_kes is None else amount_kes
        route = rules.route_for(payment, wanted_kes, self._policy)
        rules.check(payment, wanted_kes, route)
        deciders = await self._admins.who_may(Deed.DECIDE_REFUND)
        approval = rules.approval_for(wanted_kes, len({*deciders, by}), self._policy)
        return Prospect(payment=payment, amount_kes=wanted_kes, route=route, approval=approval)

    async def request(self, order: RefundOrder) -> Refund:
        """Reserve the money and store the request; the same order again finds the same refund.

        Raises:
            NotAllowed, NoSuchPayment, NotRefundable: as `prospect`.
            WrongProof: the only admin did not show that they mean it.
        """
        known = await self._book.get(order.id)
        if known is not None:
            return known
        prospect = await self.prospect(order.payment_id, order.amount_kes, order.by.user_id)
        refund = self._intended(order, prospect)
        news = notices.on_entry(refund)
        if prospect.approval is not Approval.SECOND_ADMIN:
            step = advance(refund, self._own_approval(order, prospect), self._figures)
            refund, news = step.after, step.notices
        try:
            kept = await self._book.add(refund, news)
        except NoRoom as error:
            raise NotRefundable("too_much" if error.left_kes else "nothing_left", error.left_kes) from None
        self._poke()
        return kept

    def _intended(self, order: RefundOrder, prospect: Prospect) -> Refund:
        now, payment = self._now(), prospect.payment
        refund = Refund(
            id=order.id,
            payment_id=payment.id,
            user_id=payment.user_id,
            chat_id=payment.chat_id,
            phone=payment.phone,
            title=payment.title,
            receipt=payment.receipt,
            amount_kes=order.amount_kes,
            why=order.why,
            remark=tellable(order.remark),
            requested_by=order.by.user_id,
            requested_by_name=order.by.name,
            created_at=now,
            approval=prospect.approval,
            route=prospect.route,
            originator_id=rules.originator_of(order.id),
            changed_at=now,
        )
        timed = replace(refund, deadline_at=timing.deadline_at(refund, now, self._figures))
        return replace(timed, next_at=timing.next_at(timed, now, self._figures))

    def _own_approval(self, order: RefundOrder, prospect: Prospect) -> RefundEvidence:
        """Where nobody else need allow it: at once if it is small, after a pause if nobody else could."""
        not_before, note = None, "small enough to need nobody else"
        if prospect.approval is Approval.ALONE:
            typed, wanted = order.proof.strip().upper(), rules.proof_of(prospect.payment)
            if not hmac.compare_digest(typed.encode(), wanted.encode()):
                raise WrongProof
            not_before = self._now() + timedelta(seconds=self._figures.cooling_s)
            note = "the only admin typed the end of the receipt"
        word = self._word_of(order.by, Word.ADMIN_APPROVED, note)
        return replace(word, not_before=not_before)

    # Deciding on one.

    async def approve(self, refund_id: RefundId, by: Admin) -> RefundRecorded:
        """Allow it.

        Raises:
            NotAllowed: they may not decide on refunds, now.
            NotTheOne: they asked for it themselves.
            NoSuchRefund: there is no such refund.
        """
        refund = await self._looked_at_by(refund_id, by)
        if not rules.may_approve(refund, by.user_id):
            raise NotTheOne(refund_id)
        if refund.state is RefundState.REQUESTED:
            await self._requester_must_still_be_one(refund)
        return await self.record(refund_id, self._word_of(by, Word.ADMIN_APPROVED))

    async def reject(self, refund_id: RefundId, by: Admin, note: str = "") -> RefundRecorded:
        """Say no, or take back what one asked for; works until the payout is claimed.

        Raises:
            NotAllowed, NoSuchRefund: as `approve`.
        """
        refund = await self._looked_at_by(refund_id, by)
        own = refund.requested_by == by.user_id
        obstacle = Obstacle.WITHDRAWN if own else Obstacle.REJECTED
        word = self._word_of(by, Word.ADMIN_REJECTED, note)
        return await self.record(refund_id, replace(word, obstacle=obstacle))

    async def resolve(self, refund_id: RefundId, by: Admin, *, paid: bool, note: str) -> RefundRecorded:
        """Say what became of a refund under review, having looked at the firm's statement.

        Raises:
            NotAllowed, NoSuchRefund: as `approve`.
            ImpossibleEvidence: it is not under review.
        """
        await self._looked_at_by(refund_id, by)
        kind = Word.ADMIN_RESOLVED_PAID if paid else Word.ADMIN_RESOLVED_FAILED
        return await self.record(refund_id, self._word_of(by, kind, note))

    async def _looked_at_by(self, refund_id: RefundId, by: Admin) -> Refund:
        await require(self._admins, by.user_id, Deed.DECIDE_REFUND)
        return await self.get(refund_id)

    async def _requester_must_still_be_one(self, refund: Refund) -> None:
        """What somebody asked for who is no admin any more is not carried out in their name."""
        if not await self._admins.may(refund.requested_by, Deed.REQUEST_REFUND):
            raise NotAllowed(Deed.REQUEST_REFUND)

    def _word_of(self, by: Admin, kind: Word, note: str = "") -> RefundEvidence:
        word_id = f"admin:{by.user_id}:{kind}:{by.act}"
        return RefundEvidence(
            id=word_id, kind=kind, at=self._now(), by=by.user_id, by_name=by.name, note=note
        )

    # Looking.

    async def get(self, refund_id: RefundId) -> Refund:
        """One, read afresh.

        Raises:
            NoSuchRefund: there is none.
        """
        refund = await self._book.get(refund_id)
        if refund is None:
            raise NoSuchRefund(refund_id)
        return refund

    async def of_payment(self, payment_id: PaymentId) -> Sequence[Refund]:
        """All refunds of one payment, the oldest first."""
        return await self._book.of_payment(payment_id)

    async def queue(
        self, by: UserId, states: Collection[RefundState] = LIVE, limit: int = 50
    ) -> Sequence[Refund]:
        """What hangs, the longest there first.

        Raises:
            NotAllowed: they may not see refunds.
        """
        await require(self._admins, by, Deed.SEE_REFUNDS)
        return await self._book.in_states(states, limit)

    async def ask_now(self, refund_id: RefundId, by: Admin) -> bool:
        """An admin wants Safaricom asked. False when that was done a moment ago or cannot be done.

        Raises:
            NotAllowed, NoSuchRefund: as `approve`.
        """
        await require(self._admins, by.user_id, Deed.SEE_REFUNDS)
        refund = await self.get(refund_id)
        if refund.state not in ASKED_ABOUT or not timing.can_be_asked_about(refund):
            return False
        if refund.asked_at and self._now() < refund.asked_at + timedelta(seconds=self._figures.ask_again_s):
            return False
        wanted = await self._book.look_at(refund, self._now(), ask_wanted=True)
        self._poke()
        return wanted

    def owes_a_question(self, refund: Refund) -> bool:
        """Whether Safaricom must be asked once more before time may bring a person in."""
        return timing.owes_a_question(refund, self._now(), self._figures)

    # The door.

    async def record(
        self, refund_id: RefundId, evidence: RefundEvidence, *, only_at: int | None = None
    ) -> RefundRecorded:
        """Take in one word. The same word twice counts once; of two at once both are weighed.

        With `only_at` the word is about that version alone and is dropped when it has passed.

        Raises:
            NoSuchRefund: there is no such refund.
            ImpossibleEvidence: the program is wrong; reported before it is raised.
        """
        for _ in range(MOST_CONFLICTS):
            refund = await self.get(refund_id)
            if refund.heard(evidence.id):
                return RefundRecorded(refund, moved=_moved_by(refund, evidence.id))
            if only_at is not None and refund.version != only_at:
                return RefundRecorded(refund, moved=False)
            try:
                step = advance(refund, evidence, self._figures)
                committed = await self._book.commit(step)
            except ImpossibleEvidence as error:
                self._alarm("impossible_evidence", payment=refund_id, word=evidence.id, what=str(error))
                raise
            except NoRoom:
                self._alarm("refund_without_room", payment=refund_id, word=evidence.id)
                evidence = _of_a_person(evidence, Obstacle.NO_ROOM)
            except CodeTaken:
                self._alarm("receipt_reused", payment=refund_id, word=evidence.id)
                evidence = _of_a_person(evidence, Obstacle.CODE_REUSED)
            else:
                if committed:
                    return self._done(step)
        raise RuntimeError(f"refund {refund_id} changed {MOST_CONFLICTS} times while one word was weighed")

    def _done(self, step: RefundStep) -> RefundRecorded:
        self._poke()
        return RefundRecorded(step.after, moved=step.moved)


ASKED_ABOUT = frozenset({RefundState.ACCEPTED, RefundState.UNCLEAR, RefundState.REVIEW})
"""The states in which Safaricom is asked when due. `review` is due only if a person wants it."""


def cooling_ends_at(refund: Refund, now: datetime) -> datetime | None:
    """Until when the only admin may still think again; None when there is no such pause."""
    waits = refund.state is RefundState.APPROVED and refund.not_before is not None and now < refund.not_before
    return refund.not_before if waits else None


def _moved_by(refund: Refund, evidence_id: str) -> bool:
    entry = next(entry for entry in refund.history if entry.evidence_id == evidence_id)
    return entry.before is not entry.after


def _of_a_person(evidence: RefundEvidence, obstacle: Obstacle) -> RefundEvidence:
    """The same word, which nobody but a person can settle: what it says does not fit the books."""
    code = evidence.mpesa_code if obstacle is not Obstacle.CODE_REUSED else None
    note = f"{evidence.note} ({evidence.kind}, code {evidence.mpesa_code})".strip()
    return replace(evidence, kind=Word.RESULT_MISMATCH, obstacle=obstacle, mpesa_code=code, note=note)
