"""A payment or a refund as the page's strip shows it: where it was, where it is, what may come, and why.

Owns the translation. Pure: what it says is in the record, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from payments.payment import HistoryEntry, Payment, State
from payments.refunds.refund import Refund, RefundEntry, RefundState
from payments.values import mask_phone, show_kes
from sandbox.page import HeardWord, Station, Tone, Track

_TONES: dict[StrEnum, Tone] = {
    State.UNCLEAR: "doubt",
    State.REVIEW: "doubt",
    State.PAID: "good",
    State.UNPAID: "bad",
    RefundState.UNCLEAR: "doubt",
    RefundState.REVIEW: "doubt",
    RefundState.PAID_OUT: "good",
    RefundState.REJECTED: "bad",
    RefundState.FAILED: "bad",
}
_COURSE = (State.QUEUED, State.SENDING, State.PROMPTED)
_REFUND_COURSE = (RefundState.REQUESTED, RefundState.APPROVED, RefundState.SENDING, RefundState.ACCEPTED)
_SETTLED = frozenset(state for state, tone in _TONES.items() if tone != "doubt")
_END: dict[tuple[StrEnum, ...], str] = {_COURSE: "paid or not", _REFUND_COURSE: "paid out or not"}
"""What lies ahead of everything open. Which of the two nobody knows before Safaricom says so."""


def payment_track(payment: Payment) -> Track:
    """How a payment moves."""
    visited = _visited(State.QUEUED, payment.history)
    return Track(
        id=payment.id,
        title=f"{show_kes(payment.amount_kes)} for: {payment.title}",
        state=_spelt(payment.state),
        tone=_tone(payment.state),
        stations=_stations(visited, payment.state, _COURSE),
        words=_words(payment.history),
    )


def refund_track(refund: Refund) -> Track:
    """How a refund moves."""
    visited = _visited(RefundState.REQUESTED, refund.history)
    return Track(
        id=refund.id,
        title=f"Refund of {show_kes(refund.amount_kes)} to {mask_phone(refund.phone)}",
        state=_spelt(refund.state),
        tone=_tone(refund.state),
        stations=_stations(visited, refund.state, _REFUND_COURSE),
        words=_words(refund.history),
    )


def _visited(first: StrEnum, history: Sequence[HistoryEntry | RefundEntry]) -> list[StrEnum]:
    """Every state it was in, once each, in the order in which they were last entered."""
    order: dict[StrEnum, None] = {first: None}
    for entry in history:
        if entry.before is not entry.after:
            order.pop(entry.after, None)
            order[entry.after] = None
    return list(order)


def _stations(visited: Sequence[StrEnum], now: StrEnum, course: tuple[StrEnum, ...]) -> tuple[Station, ...]:
    been = [
        Station(name=_spelt(state), when="been", tone=_tone(state)) for state in visited if state is not now
    ]
    here = Station(name=_spelt(now), when="now", tone=_tone(now))
    return (*been, here, *(Station(name=name, when="ahead") for name in _ahead(now, course)))


def _ahead(now: StrEnum, course: tuple[StrEnum, ...]) -> list[str]:
    if now in _SETTLED:
        return []
    following = course[course.index(now) + 1 :] if now in course else ()
    return [*(_spelt(state) for state in following), _END[course]]


def _words(history: Sequence[HistoryEntry | RefundEntry]) -> tuple[HeardWord, ...]:
    return tuple(
        HeardWord(
            at=entry.at.isoformat(),
            said=entry.said if entry.said is entry.kind else f"{entry.said}, weighed as {entry.kind}",
            before=_spelt(entry.before),
            after=_spelt(entry.after),
            why=f"{entry.why} (code {entry.code})" if entry.code else entry.why,
        )
        for entry in history
    )


def _tone(state: StrEnum) -> Tone:
    return _TONES.get(state, "open")


def _spelt(state: StrEnum) -> str:
    return state.replace("_", " ")
