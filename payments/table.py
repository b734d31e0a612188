"""What every lifecycle table is made of: each word in each state moves, stays, or is impossible.

Owns the three verdicts and the look-up. The tables themselves are `payments.lifecycle` and
`payments.refunds.lifecycle`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
K = TypeVar("K", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Moves(Generic[S]):
    """It goes to another state."""

    to: S
    why: str


@dataclass(frozen=True, slots=True)
class Stays:
    """The word is kept, nothing changes. With `alert` the admins hear of it once."""

    why: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Impossible:
    """Nobody can truly say this now: the program is wrong, and must not carry on as if it were not."""

    why: str


class ImpossibleEvidence(Exception):
    """Evidence that the table declares impossible in this state."""

    def __init__(self, state: StrEnum, kind: StrEnum, why: str, *, of: str = "payment") -> None:
        super().__init__(f"{kind} cannot be true of a {of} that is {state}: {why}")
        self.state = state
        self.kind = kind


Rule = Moves[S] | Stays | Impossible
Table = Mapping[S, Mapping[K, Moves[S] | Stays | Impossible]]


def look_up(table: Table[S, K], state: S, kind: K, *, of: str = "payment") -> Moves[S] | Stays:
    """What this word does in this state.

    Raises:
        ImpossibleEvidence: when the table says that nobody can truly say this now.
    """
    rule = table[state][kind]
    if isinstance(rule, Impossible):
        raise ImpossibleEvidence(state, kind, rule.why, of=of)
    return rule
