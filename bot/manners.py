"""How much one person may ask of the bot: a burst, then one thing a second, then silence until it is calm.

Owns the counting by person. It refuses nothing by itself: `bot.door` asks before an update is stored, so that
somebody who floods costs neither the store nor anybody else's time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from payments.values import UserId


class Manner(Enum):
    """What is to be done with somebody's next update."""

    FINE = auto()
    TELL = auto()
    """Too much: say so, once."""
    IGNORE = auto()
    """Too much still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MannerLimits:
    """In actions and seconds.

    Attributes:
        burst: actions that are fine at once.
        per_second: actions that become fine again each second.
        most_people: so many are remembered; whoever was calm for longest is forgotten first.
    """

    burst: float = 20.0
    per_second: float = 1.0
    most_people: int = 10_000


@dataclass(slots=True)
class _Person:
    left: float
    at: float
    told: bool = False


@dataclass(slots=True)
class Manners:
    """The counting. Times are in seconds of `clock`, which never goes back."""

    limits: MannerLimits = field(default_factory=MannerLimits)
    clock: Callable[[], float] = time.monotonic
    _people: OrderedDict[UserId, _Person] = field(default_factory=OrderedDict, init=False)

    def acts(self, user_id: UserId) -> Manner:
        """Somebody does something: may they?

        Whoever was told is listened to again only after some calm, not at the next moment; what they do
        meanwhile counts against them.
        """
        person = self._present(user_id)
        enough = self.limits.burst / 2 if person.told else 1.0
        fine = person.left >= enough
        person.left = max(person.left - 1.0, 0.0)
        if fine:
            person.told = False
            return Manner.FINE
        manner = Manner.IGNORE if person.told else Manner.TELL
        person.told = True
        return manner

    def _present(self, user_id: UserId) -> _Person:
        now, limits = self.clock(), self.limits
        person = self._people.pop(user_id, None) or _Person(limits.burst, now)
        person.left = min(limits.burst, person.left + (now - person.at) * limits.per_second)
        person.at = now
        self._people[user_id] = person  # the newest last
        if len(self._people) > limits.most_people:
            self._people.popitem(last=False)
        return person
