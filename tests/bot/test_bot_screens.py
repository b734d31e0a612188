"""Every situation has a screen, every reason a sentence, and no screen breaks or tells too much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot import wording
from bot.buttons import PaymentAction, PaymentTap, parse
from bot.draft_screens import Beside, question_screen
from bot.payment_screens import admin_screen, latest_screen, payment_screen
from bot.reason_wording import REASONS
from bot.rich import MOST_CHARACTERS, day_and_clock, plain, said
from bot.screens import greeting_screen, help_screen, menu_screen
from payments.catalogue import FIRST_FEES, FeeKind
from payments.draft import Draft, Question, next_question
from payments.evidence import EvidenceKind
from payments.notices import ASKED, ODD, RECEIPT
from payments.payment import HistoryEntry, Payment, State
from payments.reasons import Reason
from payments.service import may_try_again
from payments.timing import Timing
from payments.values import (
    BadValue,
    ChatId,
    PaymentId,
    Phone,
    Receipt,
    UserId,
    parse_amount_kes,
    parse_name,
    parse_phone,
    parse_reference,
)
from sandbox.telegram.html import parse_html

NOW = datetime(2026, 11, 3, 11, 7, tzinfo=UTC)
PHONE = Phone("254712345678")
NASTY = '<b>_*[ & "Ngũgĩ" \'</b>'
PHONE_SHAPES = ("254712345678", "0712345678", "712345678")


def a_payment(state: State = State.QUEUED, **changes: object) -> Payment:
    payment = Payment(
        id=PaymentId("00aa11bb22cc33dd"),
        user_id=UserId(7),
        chat_id=ChatId(7),
        message_id=None,
        kind=FeeKind.CASE,
        title="Case fee",
        reference="HCCC/E123/2026",
        account_reference="HCCCE1232026",
        amount_kes=1_500,
        phone=PHONE,
        created_at=NOW,
        changed_at=NOW,
        claimed_at=NOW,
        state=state,
    )
    return replace(payment, **changes)  # type: ignore[arg-type]  # the test names real fields


def a_draft(**changes: object) -> Draft:
    draft = Draft(id=PaymentId("00aa11bb22cc33dd"), user_id=UserId(7), chat_id=ChatId(7), created_at=NOW)
    return replace(draft, **changes)  # type: ignore[arg-type]  # the test names real fields


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("asked_at", [None, NOW])
def test_every_state_has_a_screen_that_telegram_can_read(
    state: State, *, late: bool, asked_at: datetime | None
) -> None:
    payment = a_payment(state, late=late, asked_at=asked_at, paid_at=NOW, title=NASTY, reference=NASTY)
    text, _ = parse_html(payment_screen(payment, Timing()).text)
    assert NASTY in text
    assert "1,500" in text
    assert not any(shape in text for shape in PHONE_SHAPES)


@pytest.mark.parametrize("state", State)
def test_paying_again_is_offered_exactly_where_it_is_safe(state: State) -> None:
    screen = payment_screen(a_payment(state), Timing())
    taps = [parse(button.data) for row in screen.buttons for button in row]
    offered = any(isinstance(tap, PaymentTap) and tap.action is PaymentAction.AGAIN for tap in taps)
    assert offered == may_try_again(a_payment(state))


def test_every_reason_is_told_with_what_to_do() -> None:
    assert set(REASONS) == set(Reason)
    for reason in Reason:
        text, _ = parse_html(payment_screen(a_payment(State.UNPAID, reason=reason), Timing()).text)
        why = REASONS[reason]
        assert why.sentence() in text
        assert why.advice() in text


def test_every_closed_list_has_its_words() -> None:
    assert set(wording.STATUS_WORDS) == set(State)
    assert set(wording.KINDS) == set(FeeKind) == set(wording.ASK_REFERENCE)


@pytest.mark.parametrize(
    ("parse_typed", "typed"),
    [
        (parse_phone, "hello"),
        (parse_amount_kes, "hello"),
        (parse_amount_kes, "1.50"),
        (parse_amount_kes, "0"),
        (parse_amount_kes, "999999999"),
        (parse_reference, "!"),
        (parse_reference, "x" * 41),
        (parse_name, "?"),
    ],
)
def test_every_problem_with_what_was_typed_has_a_sentence(parse_typed: object, typed: str) -> None:
    assert callable(parse_typed)
    with pytest.raises(BadValue) as bad:
        parse_typed(typed)
    assert wording.PROBLEMS[bad.value.problem]()


@pytest.mark.parametrize(
    ("draft", "question"),
    [
        (a_draft(), Question.KIND),
        (a_draft(kind=FeeKind.CONSULTATION), Question.FEE),
        (a_draft(kind=FeeKind.CASE), Question.REFERENCE),
        (a_draft(kind=FeeKind.CASE, reference=NASTY), Question.AMOUNT),
        (a_draft(kind=FeeKind.CASE, reference=NASTY, amount_kes=5), Question.PHONE),
        (a_draft(kind=FeeKind.CASE, reference=NASTY, amount_kes=5, phone=PHONE), Question.CONFIRM),
        (a_draft(kind=FeeKind.CASE, reference=NASTY, amount_kes=5, phone=PHONE, naming=True), Question.WHOM),
    ],
)
def test_every_question_has_a_screen_with_a_way_out(draft: Draft, question: Question) -> None:
    assert next_question(draft) is question
    screen = question_screen(draft, Beside(fees=FIRST_FEES, note="Please.", caution=True))
    text, _ = parse_html(screen.text)
    assert text.startswith("Please.")
    labels = [button.label for row in screen.buttons for button in row]
    assert screen.contact_button or wording.CANCEL() in labels
    assert not any(shape in text for shape in PHONE_SHAPES)


def test_the_prompt_tells_its_end_in_nairobi_and_where_the_pin_belongs() -> None:
    screen = payment_screen(a_payment(State.PROMPTED), Timing())
    text, entities = parse_html(screen.text)
    assert "The request ends at 14:08." in text
    assert "never ask for it in chat" in text
    assert {
        "type": "date_time",
        "unix_time": int(NOW.timestamp()) + 60,
        "date_time_format": "t",
    }.items() <= next(entity for entity in entities if entity["type"] == "date_time").items()


def test_unclear_never_says_failed_and_asks_not_to_pay_again() -> None:
    text, _ = parse_html(payment_screen(a_payment(State.UNCLEAR), Timing()).text)
    assert "do not pay again" in text
    assert "fail" not in text.lower()
    assert "not paid" not in text.lower()


@pytest.mark.parametrize("event", [*State, ODD, RECEIPT, ASKED, "something new"])
def test_admins_read_id_amount_reason_and_history_but_no_number(event: str) -> None:
    entry = HistoryEntry(
        evidence_id="word:1",
        said=EvidenceKind.CALLBACK_MISMATCH,
        kind=EvidenceKind.CALLBACK_MISMATCH,
        at=NOW,
        before=State.PROMPTED,
        after=State.REVIEW,
        why="x" * 900,
        code="<0>",
        note="from 254712345678",
    )
    payment = a_payment(State.REVIEW, reason=Reason.AMOUNT_DIFFERS, history=(entry,) * 9)
    text, _ = parse_html(admin_screen(payment, event).text)
    assert all(words in text for words in (payment.id, "KES\u00a01,500", "0712***678", "not the amount"))
    assert text.count("callback_mismatch") == 3
    assert len(text) <= MOST_CHARACTERS
    assert not any(shape in text for shape in PHONE_SHAPES)


@given(some.text(max_size=300), some.text(max_size=300))
def test_whatever_people_are_called_their_screens_can_be_read(name: str, title: str) -> None:
    payments = [a_payment(State.PAID, title=title, reference=name, receipt=Receipt("UB47K2M9QX"))] * 5
    screens = [
        greeting_screen(name, title, new=True),
        help_screen(title),
        menu_screen(),
        latest_screen(payments),
        payment_screen(payments[0], Timing()),
    ]
    for screen in screens:
        text, _ = parse_html(screen.text)
        assert 0 < len(text.encode("utf-16-le", "surrogatepass")) // 2 <= MOST_CHARACTERS


@given(some.text(max_size=60))
def test_the_plain_version_holds_the_same_words(words: str) -> None:
    assert plain(f"<b>{said(words)}</b>") == " ".join(words.split())


def test_times_are_nairobis() -> None:
    assert day_and_clock(datetime(2026, 12, 31, 22, 5, tzinfo=UTC)) == "1 Jan 2027, 01:05"
