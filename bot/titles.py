"""What a payment is for, in the reader's language. Owns the choice among the titles that there are."""

from __future__ import annotations

from typing import Protocol

from bot.phrases import spoken
from bot.wording import KINDS
from payments.catalogue import FeeKind
from payments.language import Language


class Titled(Protocol):
    """A fee, or what was made of one."""

    @property
    def kind(self) -> FeeKind | None:
        """What kind of fee it is."""

    @property
    def title(self) -> str:
        """In English, or as the office typed it."""

    @property
    def title_sw(self) -> str:
        """In Swahili; may be empty."""


def title_of(thing: Titled) -> str:
    """The firm's own title; one that only names the kind of fee is said as that kind is called."""
    if spoken() is Language.SWAHILI and thing.title_sw:
        return thing.title_sw
    name = KINDS[thing.kind] if thing.kind else None
    return name() if name and thing.title == name.english else thing.title
