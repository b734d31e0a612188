"""Phrases: the sentences that people see, said in the language that is spoken at the time.

Owns the language that is being spoken and the catalogues of `bot/locale`. A phrase is not a `str`, so that
the type checker finds whatever would be shown without being said. Which language somebody reads is
`bot.tongues`' to know.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from payments.language import Language

LOCALES = Path(__file__).with_name("locale")
_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.ENGLISH)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with `{places}` for values; its English words name it in every catalogue."""

    english: str

    def __call__(self, **values: object) -> str:
        """Say it in the language that is spoken now, with every place filled in."""
        words = catalogue(_spoken.get()).gettext(self.english)
        return words.format(**values) if values else words

    def __str__(self) -> str:
        """The same without values, so that no place where a `str` is made can show anything else."""
        return self()

    def everywhere(self) -> frozenset[str]:
        """Its words in all languages: what somebody may type who read it in one of them."""
        return frozenset(catalogue(language).gettext(self.english) for language in Language)


@dataclass(frozen=True, slots=True)
class Counted:
    """A phrase that depends on a number, `{count}` (gettext: msgid and msgid_plural)."""

    one: str
    many: str

    def __call__(self, count: int) -> str:
        """Say it of so many."""
        return catalogue(_spoken.get()).ngettext(self.one, self.many, count).format(count=f"{count:,}")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Whatever is said inside is said in this language."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> Language:
    """The language that is spoken now: English where nobody said otherwise."""
    return _spoken.get()


@cache
def catalogue(language: Language) -> NullTranslations:
    """The translations into a language; English needs none, as it names the phrases."""
    if language is Language.ENGLISH:
        return NullTranslations()
    with (LOCALES / f"{language}.po").open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
