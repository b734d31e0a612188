"""The languages a person may read, and what they call the months. Owns nothing else that is said in them."""

from enum import StrEnum


class Language(StrEnum):
    """A language, by its ISO 639-1 code."""

    ENGLISH = "en"
    SWAHILI = "sw"


_ENGLISH = "January February March April May June July August September October November December"
_SWAHILI = "Januari Februari Machi Aprili Mei Juni Julai Agosti Septemba Oktoba Novemba Desemba"
MONTHS = {
    Language.ENGLISH: tuple(_ENGLISH.split()),
    Language.SWAHILI: tuple(_SWAHILI.split()),
}
"""From the first to the last; three letters of a name are its short form in both."""
