"""Builders for the rule book: a payment in any state, and any word about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from payments.catalogue import FeeKind
from payments.draft import Draft
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment, State
from payments.progress import Step, advance
from payments.timing import Timing, deadline_at, next_at
from payments.values import ChatId, CheckoutId, MessageId, PaymentId, Phone, Receipt, UserId

NOW = datetime(2026, 2, 4, 7, 15, 30, tzinfo=UTC)
ID = PaymentId("00aa11bb22cc33dd")
PHONE = Phone("254700000123")
CHECKOUT = CheckoutId("ws_CO_04022026101530412700000123")
RECEIPT = Receipt("UB47K2M9QX")
FIGURES = Timing()
K = EvidenceKind


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def a_draft(**changes: object) -> Draft:
    draft = Draft(
        id=ID,
        user_id=UserId(7),
        chat_id=ChatId(7),
        created_at=NOW,
        message_id=MessageId(11),
        kind=FeeKind.CONSULTATION,
        title="First consultation",
        amount_kes=1_500,
        phone=PHONE,
    )
    return replace(draft, **changes)  # type: ignore[arg-type]  # the test names real fields


def a_payment(state: State = State.QUEUED, **changes: object) -> Payment:
    payment = Payment(
        id=ID,
        user_id=UserId(7),
        chat_id=ChatId(7),
        message_id=MessageId(11),
        kind=FeeKind.CONSULTATION,
        title="First consultation",
        reference="",
        account_reference="CONSULTATION",
        amount_kes=1_500,
        phone=PHONE,
        created_at=NOW,
        changed_at=NOW,
        next_at=NOW,
        state=state,
    )
    if state is not State.QUEUED:
        payment = replace(payment, claimed_at=NOW, ladder_from=NOW)
    if state in {State.PROMPTED, State.UNCLEAR}:
        payment = replace(payment, checkout_id=CHECKOUT)
    payment = replace(payment, **changes)  # type: ignore[arg-type]  # the test names real fields
    payment = replace(payment, deadline_at=deadline_at(payment, NOW, FIGURES))
    return replace(payment, next_at=next_at(payment, NOW, FIGURES))


def a_word(kind: EvidenceKind, at_s: float = 30, **changes: object) -> Evidence:
    word = Evidence(id=f"{kind}:{at_s}", kind=kind, at=later(at_s))
    if kind is K.CALLBACK_PAID:
        word = replace(word, amount_kes=1_500, receipt=RECEIPT, checkout_id=CHECKOUT, paid_at=later(at_s - 1))
    if kind is K.PUSH_ACCEPTED:
        word = replace(word, checkout_id=CHECKOUT)
    return replace(word, **changes)  # type: ignore[arg-type]  # the test names real fields


def step(payment: Payment, word: Evidence) -> Step:
    return advance(payment, word, FIGURES)


def told(payment: Payment, *words: Evidence) -> Payment:
    for word in words:
        payment = payment if payment.heard(word.id) else step(payment, word).after
    return payment
