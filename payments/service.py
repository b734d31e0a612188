"""The one door: whoever knows something about a payment says it here.

Owns the loop of read, advance, commit and the order of saying things. Refuses to send anything:
chat, callbacks and timers store a word and poke the engine, which alone does the next thing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from payments import notices, timing
from payments.draft import Draft, Question, next_question, prompt_account
from payments.evidence import Evidence, EvidenceKind
from payments.lifecycle import ImpossibleEvidence
from payments.pausing import NeverPaused, Paused, PauseReader
from payments.payment import OPEN, Payment, State
from payments.ports import CheckoutTaken, LineTaken, Now, PaymentBook, ReceiptTaken, RepeatTooSoon
from payments.progress import Step, advance
from payments.reasons import Reason
from payments.timing import Timing
from payments.values import PaymentId, UserId

MOST_CONFLICTS = 20
"""How often a word is weighed again because somebody else spoke first, before giving up loudly."""


class Alarm(Protocol):
    """Where faults of the program itself are reported; must not raise."""

    def __call__(self, event: str, **details: str) -> None:
        """Report `event`; details hold no secret and no full phone number."""


class NoSuchPayment(LookupError):
    """There is no such payment, or it is not this client's: the two are not told apart."""


class NotConfirmable(ValueError):
    """The draft still lacks something."""


class StillOpen(Exception):
    """The payment to try again has no final answer yet; a second prompt could be paid twice."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a word came to. `moved` is True only for the word that moved it."""

    payment: Payment
    moved: bool


class PaymentService:
    """Open, cancel, record, status: everything that may happen to a payment."""

    def __init__(
        self,
        book: PaymentBook,
        *,
        now: Now,
        figures: Timing,
        poke: Callable[[], None],
        alarm: Alarm,
        pauses: PauseReader | None = None,
    ) -> None:
        self._book = book
        self._pauses = pauses or NeverPaused()
        self._now = now
        self._figures = figures
        self._poke = poke
        self._alarm = alarm

    async def open(self, draft: Draft) -> Payment:
        """Store the confirmed intent; the same draft again finds the same payment.

        Raises:
            NotConfirmable: the draft still lacks something.
            StillOpen: it tries again a payment whose outcome is not known.
            NoteFull: so much of its fee note is not free any more.
            Paused: no new payment is taken now.
        """
        payment = self._intended(draft)
        await self._must_be_taking(payment.id)
        if draft.retry_of:
            await self._must_be_unpaid(draft.retry_of, draft.user_id)
        kept = await self._book.add(payment, notices.on_entry(payment))
        self._poke()
        return kept

    async def _must_be_taking(self, payment_id: PaymentId) -> None:
        """In a pause only what is kept already is found again."""
        pause = await self._pauses.present()
        if pause is not None and await self._book.get(payment_id) is None:
            raise Paused(pause)

    def _intended(self, draft: Draft) -> Payment:
        if draft.kind is None or draft.amount_kes is None or draft.phone is None:
            raise NotConfirmable(next_question(draft))
        if next_question(draft) is not Question.CONFIRM:
            raise NotConfirmable(next_question(draft))
        now = self._now()
        payment = Payment(
            id=draft.id,
            user_id=draft.user_id,
            chat_id=draft.chat_id,
            message_id=draft.message_id,
            kind=draft.kind,
            title=draft.title,
            title_sw=draft.title_sw,
            reference=draft.reference,
            account_reference=prompt_account(draft),
            amount_kes=draft.amount_kes,
            phone=draft.phone,
            retry_of=draft.retry_of,
            note_id=draft.note_id,
            for_whom=draft.for_whom,
            created_at=now,
            changed_at=now,
            next_at=now,
        )
        return replace(payment, deadline_at=timing.deadline_at(payment, now, self._figures))

    async def _must_be_unpaid(self, payment_id: PaymentId, user_id: UserId) -> None:
        earlier = await self.status(payment_id, user_id)
        if not may_try_again(earlier):
            raise StillOpen(payment_id)

    async def cancel(self, payment_id: PaymentId, user_id: UserId) -> Recorded:
        """The payer does not want to pay. Works only until the push is claimed."""
        await self.status(payment_id, user_id)
        word = Evidence(id=f"cancel:{user_id}", kind=EvidenceKind.PAYER_CANCELLED, at=self._now())
        return await self.record(payment_id, word)

    async def status(self, payment_id: PaymentId, user_id: UserId) -> Payment:
        """A client's own payment, read afresh.

        Raises:
            NoSuchPayment: it does not exist, or is somebody else's.
        """
        payment = await self._book.get(payment_id)
        if payment is None or payment.user_id != user_id:
            raise NoSuchPayment(payment_id)
        return payment

    async def open_payments(self, user_id: UserId) -> Sequence[Payment]:
        """A client's newest payments that have no last word yet."""
        newest = await self._book.of_client(user_id, limit=20)
        return [payment for payment in newest if payment.state in OPEN]

    async def latest(self, user_id: UserId, limit: int = 5) -> Sequence[Payment]:
        """A client's newest payments."""
        return await self._book.of_client(user_id, limit)

    async def ask_now(self, payment_id: PaymentId, user_id: UserId) -> bool:
        """A person wants Safaricom asked. False when that was done a moment ago or cannot be done."""
        return await self._ask(await self.status(payment_id, user_id))

    async def ask_for_office(self, payment_id: PaymentId) -> bool:
        """As `ask_now`, for somebody of the office: whose payment it is does not matter.

        Raises:
            NoSuchPayment: there is no such payment.
        """
        payment = await self._book.get(payment_id)
        if payment is None:
            raise NoSuchPayment(payment_id)
        return await self._ask(payment)

    async def _ask(self, payment: Payment) -> bool:
        if payment.state not in OPEN or not timing.can_be_asked_about(payment):
            return False
        soonest = payment.asked_at and payment.asked_at + timedelta(seconds=self._figures.ask_again_s)
        if soonest and self._now() < soonest:
            return False
        await self._book.look_at(payment, self._now(), ask_wanted=True)
        self._poke()
        return True

    async def record(
        self, payment_id: PaymentId, evidence: Evidence, *, only_at: int | None = None
    ) -> Recorded:
        """Take in one word. The same word twice counts once; of two at once both are weighed.

        With `only_at` the word is about that version alone and is dropped when it has passed: a
        deadline or a claim says nothing about what the payment has become since.

        Raises:
            NoSuchPayment: there is no such payment.
            ImpossibleEvidence: the program is wrong; reported before it is raised.
            LineTaken: the word claims a phone that another payment holds, perhaps only for its amount.
            ReceiptTaken: a person of the firm named a receipt that belongs to another payment.
        """
        for _ in range(MOST_CONFLICTS):
            payment = await self._book.get(payment_id)
            if payment is None:
                raise NoSuchPayment(payment_id)
            if payment.heard(evidence.id):
                return Recorded(payment, moved=_moved_by(payment, evidence.id))
            if only_at is not None and payment.version != only_at:
                return Recorded(payment, moved=False)
            try:
                step = advance(payment, evidence, self._figures)
                committed = await self._commit(step)
            except ImpossibleEvidence as error:
                self._alarm("impossible_evidence", payment=payment_id, word=evidence.id, what=str(error))
                raise
            except ReceiptTaken as taken:
                evidence = self._of_another(payment_id, evidence, taken)
            except CheckoutTaken:
                self._alarm("checkout_reused", payment=payment_id, word=evidence.id)
                evidence = _about_another(evidence, Reason.IDENTITY_DIFFERS)
            else:
                if committed:
                    self._poke()
                    return Recorded(step.after, moved=step.moved)
        raise RuntimeError(f"payment {payment_id} changed {MOST_CONFLICTS} times while one word was weighed")

    def _of_another(self, payment_id: PaymentId, evidence: Evidence, taken: ReceiptTaken) -> Evidence:
        """A person's slip is told to that person; anybody else's word says only what was claimed."""
        if evidence.kind is EvidenceKind.ADMIN_RESOLVED_PAID:
            raise taken
        self._alarm("receipt_reused", payment=payment_id, word=evidence.id)
        return _about_another(evidence, Reason.RECEIPT_REUSED)

    async def _commit(self, step: Step) -> bool:
        """Only a claim can be refused the phone: any other word must be taken in, whoever prompts it now."""
        try:
            return await self._book.commit(step)
        except LineTaken as error:
            if step.entry.kind is EvidenceKind.ENGINE_CLAIMED:
                raise
            only_repeat = isinstance(error, RepeatTooSoon)
        without = replace(step, holds_repeat=False) if only_repeat else replace(step, holds_line=False)
        return await self._commit(without)


def may_try_again(payment: Payment) -> bool:
    """Whether a new prompt for the same fee is safe: only after a definite no, or when a person looks.

    Under `review` nothing is on the phone any more; the screen says that the first may still count.
    """
    return payment.state in {State.UNPAID, State.REVIEW}


def _moved_by(payment: Payment, evidence_id: str) -> bool:
    entry = next(entry for entry in payment.history if entry.evidence_id == evidence_id)
    return entry.before is not entry.after


def _about_another(evidence: Evidence, reason: Reason) -> Evidence:
    """The same word, no longer believed: what it names belongs to another payment.

    The receipt stays in it, for whoever looks at the claim; as one claimed only, it becomes nobody's.
    """
    return replace(
        evidence,
        kind=EvidenceKind.CALLBACK_MISMATCH,
        checkout_id=None,
        reason=reason,
        note=f"{evidence.note} (names a receipt or request of another payment)".strip(),
    )
