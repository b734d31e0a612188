"""The languages a client may read in. Owns the list and nothing that is said in them."""

from enum import StrEnum


class Language(StrEnum):
    """A language, by its ISO 639-1 code."""

    ENGLISH = "en"
    SWAHILI = "sw"
