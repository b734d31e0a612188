"""The past three weeks of the demo's firm: which payments there were, and what became of each.

Owns the story: who paid what, when, and which words were heard. Refuses to own what a word does to a payment:
each goes through the same step as in the program, so that no record is here that could not have come about.
Ids and receipts are fixed, so that two demos tell the same story; only its days go with the present one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.wording import KINDS
from legalpro.demo.people import ASHA, PEOPLE, Somebody
from payments import timing
from payments.catalogue import FIRST_FEES, FeeKind
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment
from payments.progress import advance
from payments.reasons import Reason
from payments.timing import Timing
from payments.values import ChatId, CheckoutId, PaymentId, Phone, Receipt, UserId, account_reference

_K = EvidenceKind
_FIGURES = Timing()
DAYS = 21
_PER_WEEKDAY = (5, 4, 6, 4, 5, 1, 0)
"""How many payments are begun, from Monday to Sunday."""
_OPENS = timedelta(hours=5, minutes=40)
"""When the first one comes, UTC: in Nairobi the office has just opened."""
_BETWEEN = timedelta(minutes=97)


@dataclass(frozen=True, slots=True)
class Heard:
    """One word, so many seconds after the one before; a `no` has its reason and Safaricom's code."""

    kind: EvidenceKind
    after_s: float
    reason: Reason | None = None
    code: str | None = None
    other_kes: int = 0
    """By how much the amount it names differs."""


Course = tuple[Heard, ...]


def _no(after_s: float, reason: Reason, code: str) -> Heard:
    return Heard(_K.CALLBACK_UNPAID, after_s, reason, code)


_SENT = (Heard(_K.ENGINE_CLAIMED, 0.2), Heard(_K.PUSH_ACCEPTED, 0.6))
_SILENT = (*_SENT, Heard(_K.DEADLINE_PASSED, 79.4))
PAID = (*_SENT, Heard(_K.CALLBACK_PAID, 14.0, code="0"))
ASKED = (*_SENT, Heard(_K.QUERY_PENDING, 20.0), Heard(_K.QUERY_PAID, 25.0, code="0"))
LATE = (
    *_SENT,
    _no(34.0, Reason.UNREACHABLE, "1037"),
    Heard(_K.CALLBACK_PAID, 21.0, code="0"),
    Heard(_K.QUERY_PAID, 0.8, code="0"),
)
CANCELLED = (*_SENT, _no(9.0, Reason.CANCELLED, "1032"))
WRONG_PIN = (*_SENT, _no(17.0, Reason.WRONG_PIN, "2001"))
LOW_BALANCE = (*_SENT, _no(12.0, Reason.LOW_BALANCE, "1"))
EXPIRED = (*_SENT, _no(61.0, Reason.EXPIRED, "1019"))
BUSY = (Heard(_K.ENGINE_CLAIMED, 0.2), Heard(_K.PUSH_REFUSED, 0.4, Reason.SYSTEM_BUSY, "500.003.02"))
CALLED_OFF = (Heard(_K.PAYER_CANCELLED, 1.5),)
ODD_AMOUNT = (*_SENT, Heard(_K.CALLBACK_PAID, 15.0, code="0", other_kes=-50))
NO_ANSWER = (*_SILENT, Heard(_K.QUERY_PENDING, 20.0), Heard(_K.DEADLINE_PASSED, 86_400.0))
UNKNOWN = (*_SILENT, *(Heard(_K.QUERY_PENDING, after_s) for after_s in (40.0, 180.0, 600.0, 2_700.0)))

COURSES: tuple[Course, ...] = (
    PAID, PAID, CANCELLED, PAID, PAID, ASKED, PAID, WRONG_PIN, PAID, PAID, LOW_BALANCE, PAID, LATE,
    PAID, PAID, EXPIRED, PAID, PAID, BUSY, PAID, CALLED_OFF, PAID, PAID,
)  # fmt: skip
"""What became of them, one after the other and again from the start."""

_FEES = tuple((fee.kind, fee.title, "", fee.amount_kes) for fee in FIRST_FEES)
_INTRO, _HOUR, _URGENT = _FEES
_MATTERS: tuple[tuple[FeeKind, str, str, int], ...] = tuple(
    (kind, KINDS[kind].english, reference, amount_kes)
    for kind, reference, amount_kes in (
        (FeeKind.CASE, "HCCC/E123/2026", 25_000),
        (FeeKind.COURT, "MCCOMMSU/E77/2026", 4_850),
        (FeeKind.DOCUMENT, "LEASE/14", 7_500),
        (FeeKind.CASE, "ELC/E9/2026", 60_000),
        (FeeKind.COURT, "SCC/E310/2026", 1_000),
        (FeeKind.DOCUMENT, "WILL/2026/3", 12_000),
    )
)
_WHAT = (_INTRO, _MATTERS[0], _HOUR, _MATTERS[1], _INTRO, _MATTERS[2], _URGENT, _MATTERS[4], _MATTERS[3],
         _INTRO, _MATTERS[5])  # fmt: skip


def past(now: datetime) -> list[Payment]:
    """All payments, the oldest first; nothing of it is later than `now`."""
    ordinary = [
        _payment(place, PEOPLE[place % len(PEOPLE)], _WHAT[place * 3 % len(_WHAT)], at)
        for place, at in enumerate(_moments(now))
    ]
    lived = [_lived(payment, COURSES[place % len(COURSES)]) for place, payment in enumerate(ordinary)]
    return [*_tried_again(lived), *_special(now)]


def of_asha(now: datetime) -> Payment:
    """The payment of which the office is just about to give something back."""
    asha = Somebody(user_id=UserId(ASHA.user_id), name=ASHA.name, phone=Phone(ASHA.phone))
    return _lived(_payment(900, asha, _URGENT, _day(now, 2) + _OPENS + 3 * _BETWEEN), PAID)


def _special(now: datetime) -> Iterator[Payment]:
    """Those that are not settled, and those at which a person must look."""
    for place, course, at in (
        (901, ODD_AMOUNT, _day(now, 4) + _OPENS + _BETWEEN),
        (902, NO_ANSWER, _day(now, 6) + _OPENS + 2 * _BETWEEN),
        (903, UNKNOWN, now - timedelta(hours=2, minutes=20)),
    ):
        yield _lived(_payment(place, PEOPLE[place % len(PEOPLE)], _MATTERS[place % 3], at), course)
    yield of_asha(now)


def _day(now: datetime, days_ago: int) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)


def _moments(now: datetime) -> Iterator[datetime]:
    for days_ago in range(DAYS, 0, -1):
        day = _day(now, days_ago)
        for turn in range(_PER_WEEKDAY[day.weekday()]):
            yield day + _OPENS + turn * _BETWEEN + timedelta(seconds=days_ago * 37)


def _tried_again(payments: list[Payment]) -> list[Payment]:
    """Every other of those who cancelled has tried again, and paid."""
    cancelled = [payment for payment in payments if payment.reason is Reason.CANCELLED][::2]
    again = [
        replace(
            payment,
            id=PaymentId(f"{int(payment.id, 16) + 0x800:016x}"),
            retry_of=payment.id,
            created_at=payment.changed_at + timedelta(seconds=48),
        )
        for payment in cancelled
    ]
    return [*payments, *(_lived(_as_new(payment), PAID) for payment in again)]


def _payment(place: int, who: Somebody, what: tuple[FeeKind, str, str, int], at: datetime) -> Payment:
    kind, title, reference, amount_kes = what
    return _as_new(
        Payment(
            id=PaymentId(f"de30{place:012x}"),
            user_id=who.user_id,
            chat_id=ChatId(who.user_id),
            message_id=None,
            kind=kind,
            title=title,
            reference=reference,
            account_reference=account_reference(reference or kind.value),
            amount_kes=amount_kes,
            phone=who.phone,
            created_at=at,
            changed_at=at,
        )
    )


def _as_new(payment: Payment) -> Payment:
    """The same intent before anything was heard."""
    at = payment.created_at
    new = Payment(
        **{name: getattr(payment, name) for name in _INTENT}, created_at=at, changed_at=at, next_at=at
    )
    return replace(new, deadline_at=timing.deadline_at(new, at, _FIGURES))


_INTENT = (
    "id", "user_id", "chat_id", "message_id", "kind", "title", "reference", "account_reference", "amount_kes",
    "phone", "retry_of",
)  # fmt: skip


def _lived(payment: Payment, course: Course) -> Payment:
    """What became of it."""
    at = payment.created_at
    for turn, heard in enumerate(course):
        at += timedelta(seconds=heard.after_s)
        payment = advance(payment, _word(payment, heard, turn, at), _FIGURES).after
    return payment


def _word(payment: Payment, heard: Heard, turn: int, at: datetime) -> Evidence:
    name = payment.id[-4:].upper()
    paid = heard.kind is _K.CALLBACK_PAID
    by_safaricom = heard.kind in {_K.PUSH_ACCEPTED, _K.CALLBACK_PAID, _K.CALLBACK_UNPAID}
    return Evidence(
        id=f"story:{turn}",
        kind=heard.kind,
        at=at,
        checkout_id=CheckoutId(f"ws_CO_DEMO{name}") if by_safaricom else None,
        merchant_request_id=f"demo-{name}" if by_safaricom else None,
        amount_kes=payment.amount_kes + heard.other_kes if paid else None,
        receipt=Receipt(f"DEMO0{name}X") if paid else None,
        paid_at=at - timedelta(seconds=2) if paid else None,
        reason=heard.reason,
        code=heard.code,
    )
