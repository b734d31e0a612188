"""Every screen a person may see, composed from plain values: for transcripts, and for names that mean harm.

Owns the situations. A scene is composed while a language is spoken, and gives the screens of that situation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot import bill_screens, desk_screens, refund_draft_screens, refund_screens, ruling_screens
from bot.analytics_screens import figures_screen
from bot.board_screen import Today, board_screen
from bot.buttons import OfficeDeed, View
from bot.draft_screens import Beside, question_screen
from bot.history_screens import history_screen
from bot.inbox_teller import quarantine_screen, unlisted_screen
from bot.payment_screens import admin_screen, latest_screen, payment_screen
from bot.receipts import genuine_screen
from bot.screen import Rows, Screen
from bot.screens import (
    apology_screen,
    greeting_screen,
    help_screen,
    language_screen,
    menu_screen,
    paused_screen,
)
from bot.silence_teller import silence_screen
from bot.trail_screens import trail_screen
from bot.usual import usual_rows
from payments.analytics.figures import Failure, Figures, Part, Takings
from payments.audit import Actor, AuditEntry, AuditKind, AuditRecord, Unreadable
from payments.billing.note import FeeNote, NoteCode, NoteState
from payments.billing.receipt import Genuine
from payments.catalogue import FIRST_FEES, FeeKind
from payments.draft import Draft
from payments.inbox import InboxRow
from payments.notices import ODD
from payments.pausing import Pause
from payments.payment import Claim, Doubt, Payment, State
from payments.periods import Period
from payments.reasons import Reason
from payments.refunds.balance import Account, BalanceAnswer, BalanceCheck, CheckState
from payments.refunds.draft import RefundDraft
from payments.refunds.orders import Prospect
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import Approval, RefundState, Route
from payments.rulings.ruling import Outcome, Ruling, RulingState
from payments.search import Found, KeptSearch, Page, Place
from payments.silence import Silence
from payments.timing import Timing
from payments.values import ChatId, NoteId, PaymentId, Phone, Receipt, UserId
from reports.summary import Summary
from tests.payments.refund_builders import REFUND_ID, a_refund

NOW = datetime(2026, 11, 3, 11, 7, 5, tzinfo=UTC)
PHONE = Phone("254712345678")
RECEIPT = Receipt("UB47K2M9QX")
CLIENT, ANN, BEN = UserId(7), UserId(1), UserId(2)
_NONCE = "00112233445566aa"
_ID = PaymentId("00aa11bb22cc33dd")
_CLAIM = Claim(doubt=Doubt.MISMATCH, evidence_id="inbox:1", amount_kes=1_400, receipt=RECEIPT, paid_at=NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """What people and papers are called."""

    client: str = "Wanjikũ"
    firm: str = "Otieno & Partners"
    matter: str = "HCCC/E123/2026"
    title: str = "Filing and first hearing"
    words: str = "the client asked for it"
    whom: str = "Ngũgĩ wa Thiong'o"


Scene = Callable[[Cast], list[Screen]]
Scenes = Mapping[str, Scene]


def a_payment(cast: Cast, state: State, **changes: object) -> Payment:
    """A case fee; paid ones have their receipt."""
    facts: dict[str, object] = (
        {"paid_kes": 1_500, "receipt": RECEIPT, "paid_at": NOW} if state is State.PAID else {}
    )
    payment = Payment(
        id=_ID,
        user_id=CLIENT,
        chat_id=ChatId(7),
        message_id=None,
        kind=FeeKind.CASE,
        title="Case fee",
        reference=cast.matter,
        account_reference="HCCCE1232026",
        amount_kes=1_500,
        phone=PHONE,
        created_at=NOW,
        changed_at=NOW,
        claimed_at=NOW,
        deadline_at=NOW + timedelta(minutes=2),
        state=state,
    )
    return replace(payment, **(facts | changes))  # type: ignore[arg-type]  # fields by name


def _payment(state: State, **changes: object) -> Scene:
    return lambda cast: [payment_screen(a_payment(cast, state, **changes), Timing())]


_DRAFT = Draft(id=_ID, user_id=CLIENT, chat_id=ChatId(7), created_at=NOW)


def _usual(cast: Cast) -> Rows:
    return usual_rows(a_payment(cast, State.PAID), 1_500)


def _draft(beside: Beside | None = None, **facts: object) -> Scene:
    from_cast = {"reference": "matter", "for_whom": "whom"}

    def compose(cast: Cast) -> list[Screen]:
        named = {
            key: getattr(cast, from_cast[key]) if key in from_cast else value for key, value in facts.items()
        }
        made = replace(_DRAFT, **named)  # type: ignore[arg-type]  # fields by name
        return [question_screen(made, beside or Beside())]

    return compose


_CONFIRMED = {
    "kind": FeeKind.CONSULTATION,
    "title": FIRST_FEES[0].title,
    "title_sw": FIRST_FEES[0].title_sw,
    "amount_kes": 1_500,
    "phone": PHONE,
}

CLIENTS: Scenes = {
    "first start": lambda cast: [greeting_screen(cast.client, cast.firm, new=True)],
    "start, later on": lambda cast: [greeting_screen(cast.client, cast.firm, new=False)],
    "start, after a payment": lambda cast: [
        greeting_screen(cast.client, cast.firm, new=False, usual=_usual(cast))
    ],
    "language": lambda _: [language_screen()],
    "the menu": lambda _: [menu_screen()],
    "help": lambda cast: [help_screen(cast.firm)],
    "no new payments just now": lambda cast: [
        paused_screen(Pause(since=NOW, by=ANN, words="")),
        paused_screen(Pause(since=NOW, by=ANN, words=cast.words)),
    ],
    "a fault of ours": lambda _: [apology_screen("a1b2c3")],
    "what for?": _draft(),
    "what for, after a payment?": lambda cast: [question_screen(_DRAFT, Beside(usual=_usual(cast)))],
    "which consultation?": _draft(Beside(fees=FIRST_FEES), kind=FeeKind.CONSULTATION),
    "no consultation on offer": _draft(kind=FeeKind.CONSULTATION),
    "which case?": _draft(kind=FeeKind.CASE, title="Case fee"),
    "which document?": _draft(kind=FeeKind.DOCUMENT, title="Document fee"),
    "which invoice of the court?": _draft(kind=FeeKind.COURT, title="Court fee"),
    "how much?": _draft(kind=FeeKind.CASE, title="Case fee", reference=""),
    "which number?": _draft(kind=FeeKind.CASE, title="Case fee", reference="", amount_kes=1_500),
    "the summary, the first time": _draft(Beside(consent=True), **_CONFIRMED),
    "the summary of another try": _draft(Beside(caution=True), **_CONFIRMED),
    "whose fee?": _draft(Beside(), **_CONFIRMED, naming=True),
    "the summary of somebody else's fee": _draft(Beside(), **_CONFIRMED, for_whom=""),
    "queued": _payment(State.QUEUED),
    "queued again": _payment(State.QUEUED, push_attempts=1),
    **{
        f"queued: {reason}": _payment(State.QUEUED, reason=reason, not_before=NOW + timedelta(minutes=2))
        for reason in (Reason.LINE_BUSY, Reason.REPEATED, Reason.IN_LINE, Reason.NOT_SENT)
    },
    "sending": _payment(State.SENDING),
    "prompted": _payment(State.PROMPTED),
    "unclear": _payment(State.UNCLEAR, asked_at=NOW),
    "review": _payment(State.REVIEW, asked_at=NOW),
    "paid": _payment(State.PAID),
    "paid for somebody else": lambda cast: [
        payment_screen(a_payment(cast, State.PAID, for_whom=cast.whom), Timing())
    ],
    "paid, its receipt unknown": _payment(State.PAID, receipt=None),
    "paid late": _payment(State.PAID, late=True),
    **{f"unpaid: {reason}": _payment(State.UNPAID, reason=reason) for reason in Reason},
    "no payments": lambda _: [latest_screen([])],
    "the latest payments": lambda cast: [latest_screen([a_payment(cast, state) for state in State])],
    "what they look for among their payments": lambda cast: [
        history_screen(_search("paid month"), Page(_found(cast)[:5], Place(NOW, _ID)), is_first=True),
        history_screen(_search(cast.matter), Page(_found(cast)[5:], None), is_first=False),
        history_screen(_search(""), Page((), None), is_first=True),
    ],
    "a genuine receipt": lambda cast: [genuine_screen(_genuine(back), cast.firm) for back in (0, 500, 1_500)],
    "a refund on its way": lambda cast: [
        refund_screens.on_its_way_screen(a_refund(RefundState.ACCEPTED, route=route), _refunded(cast, 0))
        for route in Route
    ],
    "a refund has come": lambda cast: [
        refund_screens.arrived_screen(a_refund(RefundState.PAID_OUT), _refunded(cast, back))
        for back in (500, 1_500)
    ],
    "a refund did not come": lambda cast: [
        refund_screens.recalled_screen(a_refund(RefundState.FAILED), _refunded(cast, 0))
    ],
}


def _refunded(cast: Cast, back_kes: int) -> Payment:
    return a_payment(cast, State.PAID, refunded_kes=back_kes)


def _genuine(back_kes: int) -> Genuine:
    return Genuine(
        number=1042,
        amount_kes=1_500,
        refunded_kes=back_kes,
        paid_at=NOW,
        mpesa_receipt=RECEIPT,
        initials="N.W.T.",
    )


def a_note(cast: Cast, **changes: object) -> FeeNote:
    """A fee note of which parts may be paid."""
    note = FeeNote(
        id=NoteId("00000000000000aa"),
        code=NoteCode("k" * 22),
        number="FN-12",
        client=CLIENT,
        matter=cast.matter,
        kind=FeeKind.CASE,
        title=cast.title,
        amount_kes=45_000,
        due_on=date(2026, 12, 15),
        in_parts=True,
        created_by=ANN,
        created_at=NOW,
    )
    return replace(note, **changes)  # type: ignore[arg-type]  # fields by name


def _note(**changes: object) -> Scene:
    return lambda cast: [bill_screens.note_screen(a_note(cast, **changes), cast.firm)]


NOTES: Scenes = {
    "a new fee note": _note(),
    "without parts": _note(in_parts=False, due_on=None),
    "partly paid, and somebody is paying": _note(paid_kes=10_000, held_kes=5_000),
    "more than M-Pesa takes at once": _note(amount_kes=600_000),
    "settled": _note(paid_kes=45_000),
    "withdrawn": _note(state=NoteState.WITHDRAWN),
    "no fee notes": lambda cast: bill_screens.matters_screens([], cast.firm),
    "written, as the office sees it": lambda cast: [
        bill_screens.written_screen(a_note(cast), "https://t.me/a_bot?start=bill_x", cast.firm)
    ],
    "withdraw it?": lambda cast: [bill_screens.surely_screen(a_note(cast))],
    "the office's open fee notes": lambda cast: [
        bill_screens.bills_screen([a_note(cast), a_note(cast, due_on=None, client=None, paid_kes=10_000)]),
        bill_screens.bills_screen([]),
    ],
}


def _found(cast: Cast) -> tuple[Found, ...]:
    whom = {State.PAID: cast.whom}
    return tuple(Found(a_payment(cast, state, for_whom=whom.get(state, "")), cast.client) for state in State)


_NOTHING = Figures(first=NOW.date(), last=NOW.date())


def _figures(first: date) -> Figures:
    takings = Takings(received_kes=500_000, payments=40, refunded_kes=20_000, refunds=1)
    return Figures(
        first=first,
        last=first + timedelta(days=6),
        takings=takings,
        unpaid=10,
        failures=(Failure(reason=Reason.CANCELLED, count=6), Failure(reason=Reason.LOW_BALANCE, count=4)),
        median_s=21.0,
        p95_s=340.0,
        new_payers=12,
        returning_payers=1_200,
        by_kind=(Part(key=FeeKind.CASE, takings=takings),),
        by_matter=(Part(key="HCCC/E123/2026", takings=takings),),
    )


def _summary(cast: Cast) -> Summary:
    week = date(2026, 11, 2)
    now = _figures(week)
    before = replace(now, takings=Takings(received_kes=400_000, payments=41), first=week - timedelta(days=7))
    return Summary(firm=cast.firm, made_at=NOW, now=now, before=before)


def _day(cast: Cast, count: int) -> Today:
    nothing = Page((), None)
    open_now = Page(tuple(each for each in _found(cast) if each.payment.state is State.UNCLEAR), None)
    figures = _figures(NOW.date()) if count else _NOTHING
    review = Page(_found(cast)[:1], Place(NOW, _ID)) if count else nothing
    return Today(
        figures=replace(figures, last=NOW.date()),
        open=open_now if count else nothing,
        review=review,
        latest=_found(cast)[:count],
    )


def _entries(cast: Cast) -> Iterator[AuditEntry | Unreadable]:
    told = [
        (AuditKind.PAYMENT_OPENED, Actor.PAYER, None, State.QUEUED),
        (AuditKind.PAYMENT_MOVED, Actor.ENGINE, State.QUEUED, State.SENDING),
        (AuditKind.PAYMENT_STAYED, Actor.SAFARICOM_QUERY, State.REVIEW, State.REVIEW),
        *((kind, Actor.ADMIN, None, None) for kind in (AuditKind.RULING_PROPOSED, AuditKind.RECEIPT_SENT)),
        (AuditKind.REFUND_MOVED, Actor.SAFARICOM_PAYOUT, RefundState.SENDING, RefundState.PAID_OUT),
    ]
    for seq, (kind, actor, before, after) in enumerate(told, start=1):
        record = AuditRecord(
            event=f"e{seq}",
            kind=kind,
            at=NOW,
            actor=actor,
            who="1",
            before=before,
            after=after,
            why=cast.words,
        )
        yield AuditEntry(seq=seq, record=record, prev="0", hash="1")
    yield Unreadable(7, "7")


def _search(words: str) -> KeptSearch:
    return KeptSearch(id="0123456789abcdef", user_id=ANN, words=words, made_at=NOW)


def _kept_aside() -> InboxRow:
    return InboxRow(
        id="stk:1", kind="stk", subject=_ID, raw=b"{}", peer="203.0.113.9", trusted=False, received_at=NOW
    )


OFFICE: Scenes = {
    "a notice": lambda cast: [
        admin_screen(a_payment(cast, State.REVIEW, reason=Reason.NO_ANSWER, claim=_CLAIM), State.REVIEW),
        admin_screen(a_payment(cast, State.PAID, late=True), State.PAID),
        admin_screen(a_payment(cast, State.PAID, asked_at=NOW), ODD),
    ],
    "payments found": lambda cast: [
        desk_screens.page_screen(_search(cast.client), Page(_found(cast), Place(NOW, _ID)), is_first=False),
        desk_screens.page_screen(_search(""), Page((), None), is_first=True),
    ],
    "ask about all?": lambda cast: [
        desk_screens.surely_ask_screen("0123456789abcdef", [a_payment(cast, State.UNCLEAR)]),
        desk_screens.surely_ask_screen("0123456789abcdef", []),
    ],
    "a card": lambda cast: [
        desk_screens.card_screen(a_payment(cast, state, refunded_kes=500), cast.client) for state in State
    ],
    "how to settle a review": lambda cast: [
        ruling_screens.guide_screen(a_payment(cast, State.REVIEW, claim=claim), outcome, alone=alone)
        for outcome, claim, alone in (
            (Outcome.PAID, _CLAIM, False),
            (Outcome.PAID, None, True),
            (Outcome.UNPAID, None, False),
        )
    ],
    "a ruling": lambda cast: [
        ruling_screens.ruling_screen(
            _ruling(cast, outcome, state),
            a_payment(cast, State.REVIEW),
            dict.fromkeys(_deeds(state), _NONCE),
        )
        for outcome in Outcome
        for state in RulingState
    ],
    "figures": lambda cast: [
        figures_screen(summary, Period(NOW.date(), NOW.date()), View.OVER_TIME)
        for summary in (_summary(cast), replace(_summary(cast), now=replace(_NOTHING, is_behind=True)))
    ],
    "the day board": lambda cast: [board_screen(_day(cast, count)) for count in (3, 0)],
    "a callback kept aside": lambda cast: [quarantine_screen(replace(_kept_aside(), verdict=cast.words))],
    "a callback from elsewhere": lambda _: [unlisted_screen(_kept_aside())],
    "silence": lambda _: [silence_screen(Silence(made_at=NOW, since=NOW, prompted=14))],
    "the trail of a payment": lambda cast: [
        trail_screen(a_payment(cast, State.PAID), tuple(_entries(cast)), under_way=True)
    ],
}


def _ruling(cast: Cast, outcome: Outcome, state: RulingState) -> Ruling:
    decided = state is not RulingState.PROPOSED
    return Ruling(
        id="0123456789abcdef",
        payment_id=_ID,
        outcome=outcome,
        why=cast.words,
        by=ANN,
        by_name=cast.client,
        created_at=NOW,
        receipt=RECEIPT if outcome is Outcome.PAID else None,
        amount_kes=1_400 if outcome is Outcome.PAID else None,
        state=state,
        decided_by=BEN if decided else None,
        decided_by_name=cast.client if decided else "",
        decided_at=NOW if decided else None,
    )


def _deeds(state: RulingState) -> tuple[OfficeDeed, ...]:
    return (OfficeDeed.AGREE, OfficeDeed.DROP) if state is RulingState.PROPOSED else ()


def _refund_draft(approval: Approval = Approval.SECOND_ADMIN, **facts: object) -> Scene:
    draft = RefundDraft(id=REFUND_ID, user_id=ANN, chat_id=ChatId(1), created_at=NOW, payment_id=_ID)

    def compose(cast: Cast) -> list[Screen]:
        prospect = Prospect(
            payment=a_payment(cast, State.PAID), amount_kes=500, route=Route.B2C, approval=approval
        )
        beside = refund_draft_screens.Beside(prospect=prospect, name=cast.client, cooling_min=10)
        made = replace(draft, **facts)  # type: ignore[arg-type]  # fields by name
        return [refund_draft_screens.question_screen(made, beside)]

    return compose


def _card(state: RefundState, **changes: object) -> Scene:
    def compose(cast: Cast) -> list[Screen]:
        refund = a_refund(
            state,
            remark=cast.words,
            requested_by_name=cast.client,
            approved_by_name=cast.client if state in _ALLOWED else "",
            **changes,
        )
        minted = dict.fromkeys(refund_screens.deeds_for(refund, BEN), _NONCE)
        return [refund_screens.card_screen(refund, minted, name=cast.client, now=NOW)]

    return compose


_ALLOWED = frozenset(RefundState) - {RefundState.REQUESTED, RefundState.REJECTED}
_ASKED = {"amount_kes": 500, "why": Why.PAID_TWICE}

REFUNDS: Scenes = {
    "how much back?": _refund_draft(),
    "why?": _refund_draft(amount_kes=500),
    "in words": _refund_draft(amount_kes=500, why=Why.OTHER),
    "the only admin must show that they mean it": _refund_draft(Approval.ALONE, **_ASKED, alone=True),
    **{
        f"the summary: {approval}": _refund_draft(approval, **_ASKED, proof="UB47K2M9QX")
        for approval in Approval
    },
    **{f"a card: {state}": _card(state) for state in RefundState},
    **{
        f"what is in the way: {obstacle}": _card(RefundState.REVIEW, obstacle=obstacle)
        for obstacle in Obstacle
    },
    "the queue": lambda _: [
        refund_screens.queue_screen(dict.fromkeys(RefundState, 2), 3),
        refund_screens.queue_screen({}, 0),
    ],
    "the balance": lambda _: [
        refund_screens.balance_screen(_balance(CheckState.KNOWN, "1000.50"), 5_000),
        refund_screens.balance_screen(_balance(CheckState.UNANSWERED, None), 5_000),
    ],
}


def _balance(state: CheckState, available: str | None) -> BalanceCheck:
    accounts = (Account(name="Utility Account", available=Decimal(available)),) if available else ()
    return BalanceCheck(
        id="0123456789abcdef",
        asked_by=ANN,
        chat_id=ChatId(1),
        created_at=NOW,
        ends_at=NOW,
        state=state,
        answer=BalanceAnswer(at=NOW, accounts=accounts) if accounts else None,
    )


AREAS: Mapping[str, Scenes] = {
    "clients": CLIENTS,
    "fee-notes": NOTES,
    "office": OFFICE,
    "refunds": REFUNDS,
}
