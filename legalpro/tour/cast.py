"""Everybody on the stage of the tour, and what is promised without being shown.

Owns who has come so far. What they do is `people.py`'s, in which order the scenes'.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from legalpro.stage import Stage
from legalpro.tour.people import Missing, Narrator, Person


@dataclass(frozen=True, slots=True)
class Cast:
    """The stage and everybody on it."""

    stage: Stage
    narrator: Narrator
    _people: dict[int, Person] = field(default_factory=dict)

    def person(self, user_id: int, name: str, phone: str) -> Person:
        """Somebody comes to the bot, for the first time or again."""
        if user_id not in self._people:
            self.stage.botapi.person(user_id, name)
            person = Person(user_id, name, phone, self.stage.botapi, self.stage.simulator, self.narrator)
            self._people[user_id] = person
        return self._people[user_id]

    def known(self, user_id: int) -> Person:
        """Somebody from an earlier scene. Raises KeyError."""
        return self._people[user_id]

    def must(self, what: str, *, hold: bool) -> None:
        """Something that is promised and not shown to anybody.

        Raises:
            Missing: it does not hold.
        """
        if not hold:
            raise Missing(f"it does not hold that {what}")
        self.narrator.aside(what)
