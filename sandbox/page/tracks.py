"""A track: how something moves through its lifecycle in the program, as the strip beside the chat shows it.

Owns the shape alone. Whoever knows the program's own records makes tracks of them and hands them to the page.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sandbox.telegram.wire import JsonObject

Tone = Literal["open", "good", "bad", "doubt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One state: been there, there now, or perhaps ahead."""

    name: str
    when: Literal["been", "now", "ahead"]
    tone: Tone = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """One word that was heard, and what it did.

    Attributes:
        at: when, in ISO 8601.
        said: the word, such as `callback_paid`.
        before: the state it met.
        after: the state it left; the same where it changed nothing.
        why: that in a few words.
    """

    at: str
    said: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One payment or refund. `title` says which, `state` is the present station's name."""

    id: str
    title: str
    state: str
    tone: Tone
    stations: tuple[Station, ...]
    words: tuple[HeardWord, ...]

    def as_json(self) -> JsonObject:
        """Tell the page."""
        return asdict(self)
