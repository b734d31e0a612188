"""The office's roll: who belongs to it, in which role, and what a role may do.

Owns the records, the table of rights, and what may be changed by whom. Pure; the asking is
`payments.roll_keeping`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from payments.admins import Deed
from payments.values import UserId

MOST_MEMBERS = 100


class Role(StrEnum):
    """What somebody is in the office."""

    OWNER = "owner"
    CASHIER = "cashier"
    AUDITOR = "auditor"


_LOOKING = frozenset({
    Deed.SEE_PAYMENTS, Deed.SEE_REFUNDS, Deed.SEE_FIGURES, Deed.SEE_TRAIL, Deed.SEE_BALANCE, Deed.EXPORT,
})  # fmt: skip

RIGHTS: dict[Role, frozenset[Deed]] = {
    Role.OWNER: frozenset(Deed),
    Role.CASHIER: _LOOKING
    | {Deed.HEAR_NEWS, Deed.REQUEST_REFUND, Deed.SETTLE_REVIEW, Deed.PAUSE, Deed.BILL, Deed.ANSWER},
    Role.AUDITOR: _LOOKING,
}
"""A cashier asks for money to be given back, and an owner decides; an auditor changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the office. `by` made them so; None is the settings."""

    user_id: UserId
    role: Role
    name: str = ""
    since: datetime | None = None
    by: UserId | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The last change: by which act, and whom it was about as they were before; None: they came in by it."""

    act: str
    earlier: Member | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody in the office, how often that was changed, and how at last."""

    members: tuple[Member, ...]
    version: int = 0
    last: Change | None = None

    def find(self, user_id: UserId) -> Member | None:
        """This person's place in it."""
        return next((member for member in self.members if member.user_id == user_id), None)

    def who_may(self, deed: Deed) -> tuple[UserId, ...]:
        """Everybody whose role allows it."""
        return tuple(member.user_id for member in self.members if deed in RIGHTS[member.role])


class RollProblem(StrEnum):
    """Why the roll stays as it is."""

    THEMSELVES = "themselves"
    """Nobody changes their own role."""
    LAST_OWNER = "last_owner"
    NOT_THERE = "not_there"
    FULL = "full"


class RollUnchanged(Exception):
    """The change is not one that may be made."""

    def __init__(self, problem: RollProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def first_roll(owner_ids: Sequence[int]) -> Roll:
    """The roll before anybody has changed it: the people in the settings own the office."""
    return Roll(tuple(Member(user_id=UserId(each), role=Role.OWNER) for each in owner_ids))


def enrolled(roll: Roll, member: Member) -> Roll:
    """With this member, or in another role.

    Raises:
        RollUnchanged: they are themselves the one who changes it, the last owner would go, or it is full.
    """
    if member.user_id == member.by:
        raise RollUnchanged(RollProblem.THEMSELVES)
    others = _without(roll, member.user_id)
    if len(others) >= MOST_MEMBERS:
        raise RollUnchanged(RollProblem.FULL)
    return _changed(roll, (*others, member))


def struck(roll: Roll, user_id: UserId) -> Roll:
    """Without this member.

    Raises:
        RollUnchanged: they are not there, or are the last owner.
    """
    if roll.find(user_id) is None:
        raise RollUnchanged(RollProblem.NOT_THERE)
    return _changed(roll, _without(roll, user_id))


def _without(roll: Roll, user_id: UserId) -> tuple[Member, ...]:
    return tuple(member for member in roll.members if member.user_id != user_id)


def _changed(roll: Roll, members: tuple[Member, ...]) -> Roll:
    if not any(member.role is Role.OWNER for member in members):
        raise RollUnchanged(RollProblem.LAST_OWNER)
    return replace(roll, members=members, version=roll.version + 1)


class RollBook(Protocol):
    """Where the roll is kept. Methods may raise `StoreUnavailable`."""

    async def present(self) -> Roll | None:
        """The roll as it is now; None when nobody has changed the first one."""

    async def put(self, before: Roll, after: Roll) -> bool:
        """Put it in the place of `before`, if that is still how it is."""
