"""The office's roll: whatever is done to it, it keeps an owner, and nobody raises themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.admins import Deed
from payments.roll import (
    MOST_MEMBERS,
    RIGHTS,
    Member,
    Role,
    Roll,
    RollProblem,
    RollUnchanged,
    enrolled,
    first_roll,
    struck,
)
from payments.values import UserId

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
PEOPLE = [UserId(each) for each in range(1, 6)]
people = st.sampled_from(PEOPLE)
changes = st.lists(st.tuples(people, people, st.sampled_from([*Role, None])), max_size=30)


def change(roll: Roll, by: UserId, about: UserId, role: Role | None) -> Roll:
    """As the keeper does it: only an owner changes anything."""
    if by not in roll.who_may(Deed.KEEP_ROLL):
        return roll
    try:
        return struck(roll, about) if role is None else enrolled(roll, a_member(about, role, by))
    except RollUnchanged:
        return roll


def a_member(user_id: int, role: Role, by: int | None = 1) -> Member:
    return Member(
        user_id=UserId(user_id), role=role, name="Otieno", since=AT, by=None if by is None else UserId(by)
    )


@given(changes)
def test_whatever_is_done_somebody_owns_the_office_and_nobody_raised_themselves(
    steps: list[tuple[UserId, UserId, Role | None]],
) -> None:
    roll = first_roll([1])
    for by, about, role in steps:
        before = roll.find(by)
        roll = change(roll, by, about, role)
        assert roll.who_may(Deed.KEEP_ROLL)
        assert len({member.user_id for member in roll.members}) == len(roll.members)
        after = roll.find(by)
        assert after is None or after == before


def test_every_role_is_in_the_table_and_an_owner_may_do_everything() -> None:
    assert set(RIGHTS) == set(Role)
    assert RIGHTS[Role.OWNER] == set(Deed)


def test_an_auditor_changes_nothing_and_a_cashier_decides_on_no_refund() -> None:
    changing = {
        Deed.REQUEST_REFUND,
        Deed.DECIDE_REFUND,
        Deed.SETTLE_REVIEW,
        Deed.PAUSE,
        Deed.KEEP_ROLL,
        Deed.KEEP_FEES,
    }
    assert not RIGHTS[Role.AUDITOR] & changing
    assert RIGHTS[Role.CASHIER] & changing == {Deed.REQUEST_REFUND, Deed.SETTLE_REVIEW, Deed.PAUSE}


@pytest.mark.parametrize(
    ("roll", "step", "problem"),
    [
        (first_roll([1]), lambda roll: struck(roll, UserId(1)), RollProblem.LAST_OWNER),
        (first_roll([1]), lambda roll: struck(roll, UserId(2)), RollProblem.NOT_THERE),
        (first_roll([1, 2]), lambda roll: enrolled(roll, a_member(1, Role.OWNER)), RollProblem.THEMSELVES),
        (first_roll([1]), lambda roll: enrolled(roll, a_member(1, Role.AUDITOR, 2)), RollProblem.LAST_OWNER),
        (
            first_roll(range(1, MOST_MEMBERS + 1)),
            lambda roll: enrolled(roll, a_member(5_000, Role.CASHIER)),
            RollProblem.FULL,
        ),
    ],
)
def test_what_may_not_be_done_is_named(roll: Roll, step: object, problem: RollProblem) -> None:
    with pytest.raises(RollUnchanged) as refused:
        step(roll)  # type: ignore[operator]  # a step of the table above
    assert refused.value.problem is problem
