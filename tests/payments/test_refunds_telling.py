"""Who is told of a step of a refund, and what the audit trail says of it."""

from __future__ import annotations

import pytest

from payments.audit import Actor, AuditKind
from payments.notices import Audience
from payments.refunds.audited import SPOKEN_BY, UnloggedRefund
from payments.refunds.notices import RECALLED, TOLD_ON_ENTRY, on_entry
from payments.refunds.progress import Hold
from payments.refunds.refund import Refund, RefundState
from tests.payments.builders import PHONE
from tests.payments.refund_builders import REFUND_ID, S, W, a_refund, a_say, hears, stepped

# Who is told.


def test_every_state_says_whom_it_is_told_to() -> None:
    assert set(TOLD_ON_ENTRY) == set(S)


@pytest.mark.parametrize("state", sorted(S))
def test_the_payer_hears_only_of_money_on_its_way_and_of_money_that_arrived(state: RefundState) -> None:
    told = {notice.audience for notice in on_entry(a_refund(state))}
    assert (Audience.PAYER in told) == (state in {S.ACCEPTED, S.PAID_OUT})
    assert (Audience.ADMINS in told) == (state is not S.SENDING)


def test_a_step_tells_of_the_state_it_leads_to_by_notices_of_its_own() -> None:
    step = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_PAID))
    assert [(notice.audience, notice.event) for notice in step.notices] == [
        (Audience.PAYER, S.PAID_OUT),
        (Audience.ADMINS, S.PAID_OUT),
    ]
    assert {notice.id for notice in step.notices} == {
        f"refund:{REFUND_ID}:1:paid_out:payer",
        f"refund:{REFUND_ID}:1:paid_out:admins",
    }


def test_a_payer_who_was_told_of_money_on_its_way_is_told_when_it_does_not_go() -> None:
    accepted = hears(a_refund(S.SENDING), a_say(W.PAYOUT_ACCEPTED, 2))
    told = stepped(accepted, a_say(W.RESULT_FAILED)).notices
    assert (Audience.PAYER, RECALLED) in {(notice.audience, notice.event) for notice in told}
    never_told = stepped(a_refund(S.SENDING), a_say(W.RESULT_FAILED)).notices
    assert {notice.audience for notice in never_told} == {Audience.ADMINS}


def test_whoever_had_safaricom_asked_hears_even_when_nothing_changed() -> None:
    wanted = a_refund(S.UNCLEAR, ask_wanted=True)
    step = stepped(wanted, a_say(W.STATUS_PENDING))
    assert [(notice.audience, notice.event) for notice in step.notices] == [(Audience.ADMINS, "asked")]
    assert not step.after.ask_wanted
    assert not stepped(a_refund(S.UNCLEAR), a_say(W.STATUS_PENDING)).notices


def test_what_contradicts_a_settled_refund_is_told_to_the_office_once_and_to_no_payer() -> None:
    step = stepped(a_refund(S.PAID_OUT), a_say(W.RESULT_FAILED))
    assert (step.after.state, step.hold) == (S.PAID_OUT, Hold.KEEP)
    assert [(notice.audience, notice.event) for notice in step.notices] == [(Audience.ADMINS, "odd")]


# The audit trail.


def a_life() -> Refund:
    asked = a_refund(remark=f"typed by mistake, call +{PHONE}")
    return hears(
        asked,
        a_say(W.ADMIN_APPROVED, 1, note=f"ok, {PHONE}"),
        a_say(W.ENGINE_CLAIMED, 2),
        a_say(W.PAYOUT_ACCEPTED, 3),
        a_say(W.STATUS_PENDING, 4, code=f"1 {PHONE}", note=f"{PHONE} is busy"),
        a_say(W.RESULT_PAID, 5),
    )


def test_the_trail_tells_every_step_of_a_refund_who_took_it_and_by_what_word() -> None:
    records = UnloggedRefund(a_life(), logged=0).records()
    assert [record.kind for record in records] == [
        AuditKind.REFUND_REQUESTED,
        AuditKind.REFUND_MOVED,
        AuditKind.REFUND_MOVED,
        AuditKind.REFUND_MOVED,
        AuditKind.REFUND_STAYED,
        AuditKind.REFUND_MOVED,
    ]
    assert [(record.actor, record.who) for record in records[:2]] == [(Actor.ADMIN, "1"), (Actor.ADMIN, "2")]
    assert records[-1].actor is Actor.SAFARICOM_CALLBACK
    assert len({record.event for record in records}) == len(records)


def test_the_trail_goes_on_where_it_ended() -> None:
    everything = UnloggedRefund(a_life(), logged=0).records()
    rest = UnloggedRefund(a_life(), logged=4)
    assert rest.records() == everything[4:]
    assert (rest.events, rest.subject) == (len(everything), REFUND_ID)


def test_the_trail_holds_no_full_number() -> None:
    told = str(UnloggedRefund(a_life(), logged=0).records())
    assert PHONE not in told
    assert PHONE[3:] not in told


def test_every_word_has_somebody_who_speaks_it() -> None:
    assert set(SPOKEN_BY) == set(W)
