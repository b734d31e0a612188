"""The door for rulings: one admin proposes, another agrees, and only then the payment hears of it.

Owns who may do which, and the order that loses nothing: the decision is kept first, then said to the payment
as evidence named after the ruling; whoever repeats a decision that was cut off says the same word again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from payments.admins import Admin, Admins, Deed, require
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment, State
from payments.ports import Now, PaymentBook, ReceiptTaken
from payments.rulings.ruling import Outcome, Ruling, RulingBook, RulingState, notice_of
from payments.service import PaymentService
from payments.table import ImpossibleEvidence
from payments.values import PaymentId, Receipt, UserId


class NotUnderReview(Exception):
    """The payment is not one that a person must settle; nothing was changed."""

    def __init__(self, payment: Payment | None) -> None:
        super().__init__(payment.id if payment else "no such payment")
        self.payment = payment


class ReceiptMissing(ValueError):
    """That it was paid can be said only with a receipt, and none is known."""


class ReceiptOfAnother(Exception):
    """The receipt belongs to another payment."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt)
        self.receipt = receipt


class AnotherIsOpen(Exception):
    """Another ruling about this payment waits already."""


class NotTheirs(Exception):
    """Whoever proposed a ruling cannot be the one who agrees to it."""


class NoSuchRuling(LookupError):
    """There is no such ruling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an admin says that they found. Without a receipt the one counts that a callback claimed."""

    payment_id: PaymentId
    outcome: Outcome
    why: str
    receipt: Receipt | None = None
    amount_kes: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """How a ruling stands after a decision. `moved` is True only for the decision that made it so."""

    ruling: Ruling
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingService:
    """Propose, agree, drop. Methods may raise `StoreUnavailable` and `payments.admins.NotAllowed`.

    Attributes:
        poke: rung whenever there may be news to tell.
    """

    book: RulingBook
    payments: PaymentBook
    service: PaymentService
    admins: Admins
    now: Now
    poke: Callable[[], None]

    async def propose(self, ruling_id: str, finding: Finding, by: Admin) -> Ruling:
        """Keep what an admin found; nothing about the payment changes yet.

        Raises:
            NotUnderReview: only such a payment needs a person.
            ReceiptMissing: see there.
            ReceiptOfAnother: see there.
            AnotherIsOpen: see there.
        """
        await require(self.admins, by.user_id, Deed.SETTLE_REVIEW)
        earlier = await self.book.get(ruling_id)
        if earlier is not None:
            return earlier
        payment = await self.payments.get(finding.payment_id)
        if payment is None or payment.state is not State.REVIEW:
            raise NotUnderReview(payment)
        ruling = self._ruling(ruling_id, payment, finding, by, alone=await self.is_alone(by.user_id))
        await self._must_be_its_own(ruling)
        kept = await self.book.add(ruling, notice_of(ruling))
        if kept is None:
            raise AnotherIsOpen
        self.poke()
        return kept

    async def agree(self, ruling_id: str, by: Admin) -> Decided:
        """Let the payment be what the ruling says.

        Raises:
            NotTheirs: they proposed it, and others could decide.
            NoSuchRuling: see there.
        """
        await require(self.admins, by.user_id, Deed.SETTLE_REVIEW)
        ruling = await self._get(ruling_id)
        await require(self.admins, ruling.by, Deed.SETTLE_REVIEW)
        if by.user_id == ruling.by and not await self.is_alone(by.user_id):
            raise NotTheirs(ruling_id)
        decided = await self._decide(ruling, RulingState.AGREED, by)
        if decided.ruling.state is not RulingState.AGREED or decided.ruling.decided_by != by.user_id:
            return decided
        return await self._apply(decided)

    async def drop(self, ruling_id: str, by: Admin) -> Decided:
        """Nothing comes of it.

        Raises:
            NoSuchRuling: see there.
        """
        await require(self.admins, by.user_id, Deed.SETTLE_REVIEW)
        return await self._decide(await self._get(ruling_id), RulingState.DROPPED, by)

    async def get(self, ruling_id: str) -> Ruling | None:
        """Read one afresh."""
        return await self.book.get(ruling_id)

    def _ruling(
        self, ruling_id: str, payment: Payment, finding: Finding, by: Admin, *, alone: bool
    ) -> Ruling:
        ruling = Ruling(
            id=ruling_id,
            payment_id=payment.id,
            outcome=finding.outcome,
            why=finding.why,
            by=by.user_id,
            by_name=by.name,
            created_at=self.now(),
            alone=alone,
        )
        return ruling if finding.outcome is Outcome.UNPAID else _with_money(ruling, payment, finding)

    async def _must_be_its_own(self, ruling: Ruling) -> None:
        if ruling.receipt is None:
            return
        other = await self.payments.by_receipt(ruling.receipt)
        if other is not None and other.id != ruling.payment_id:
            raise ReceiptOfAnother(ruling.receipt)

    async def is_alone(self, user_id: UserId) -> bool:
        """Whether nobody else could decide on what this person proposes."""
        return not set(await self.admins.who_may(Deed.SETTLE_REVIEW)) - {user_id}

    async def _get(self, ruling_id: str) -> Ruling:
        ruling = await self.book.get(ruling_id)
        if ruling is None:
            raise NoSuchRuling(ruling_id)
        return ruling

    async def _decide(self, ruling: Ruling, state: RulingState, by: Admin) -> Decided:
        if ruling.state is not RulingState.PROPOSED:
            return Decided(ruling, moved=False)
        after = replace(
            ruling,
            state=state,
            version=ruling.version + 1,
            decided_by=by.user_id,
            decided_by_name=by.name,
            decided_at=self.now(),
        )
        if await self.book.decide(ruling, after, notice_of(after)):
            self.poke()
            return Decided(after, moved=True)
        return Decided(await self._get(ruling.id), moved=False)

    async def _apply(self, decided: Decided) -> Decided:
        """Say it to the payment; the same word again counts once."""
        ruling, word = decided.ruling, _word(decided.ruling)
        payment = await self.payments.get(ruling.payment_id)
        if payment is None or not (payment.state is State.REVIEW or payment.heard(word.id)):
            return await self._overtaken(ruling)
        try:
            recorded = await self.service.record(payment.id, word)
        except (ReceiptTaken, ImpossibleEvidence):
            return await self._overtaken(ruling)
        return decided if recorded.moved else await self._overtaken(ruling)

    async def _overtaken(self, ruling: Ruling) -> Decided:
        after = replace(ruling, state=RulingState.OVERTAKEN, version=ruling.version + 1)
        moved = await self.book.decide(ruling, after, notice_of(after))
        self.poke()
        return Decided(after if moved else await self._get(ruling.id), moved=moved)


def _with_money(ruling: Ruling, payment: Payment, finding: Finding) -> Ruling:
    """With the receipt and the sum that were named, or else those that a callback claimed."""
    claim = payment.claim
    receipt = finding.receipt or (claim.receipt if claim else None)
    if receipt is None:
        raise ReceiptMissing(payment.id)
    is_claimed = claim is not None and claim.receipt == receipt
    claimed_kes = claim.amount_kes if claim and is_claimed else None
    return replace(
        ruling,
        receipt=receipt,
        amount_kes=finding.amount_kes or claimed_kes or payment.amount_kes,
        paid_at=claim.paid_at if claim and is_claimed else None,
    )


def _word(ruling: Ruling) -> Evidence:
    is_paid = ruling.outcome is Outcome.PAID
    who = "nobody else could decide" if ruling.alone else f"proposed by {ruling.by}"
    return Evidence(
        id=f"admin:{ruling.decided_by}:{ruling.id}",
        kind=EvidenceKind.ADMIN_RESOLVED_PAID if is_paid else EvidenceKind.ADMIN_RESOLVED_UNPAID,
        at=ruling.decided_at or ruling.created_at,
        amount_kes=ruling.amount_kes,
        receipt=ruling.receipt,
        paid_at=ruling.paid_at,
        note=f"{who}: {ruling.why}",
    )
