"""Whole numbers in words, English as Kenya writes it and Swahili, for the amount on a receipt.

Owns the wording of numbers. No two numbers share their words: where Swahili, which puts the multiplier
after its scale, could be read in two ways, a comma parts them (`elfu ishirini na tano` is 25,000,
`elfu ishirini, na tano` is 20,005).
"""

from __future__ import annotations

from payments.language import Language

MOST = 999_999_999_999
"""The greatest number that has words here."""

_ENGLISH_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))

_SWAHILI_UNITS = ("sifuri", "moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa")
_SWAHILI_TENS = (
    *("", "kumi", "ishirini", "thelathini", "arobaini"),
    *("hamsini", "sitini", "sabini", "themanini", "tisini"),
)
_SWAHILI_SCALES = (
    (1_000_000_000, "bilioni"),
    (1_000_000, "milioni"),
    (100_000, "laki"),
    (1_000, "elfu"),
    (100, "mia"),
)


def in_words(number: int, language: Language) -> str:
    """Write a number from 0 to `MOST` in words, in lower case.

    Raises:
        ValueError: for a number below or above that.
    """
    if not 0 <= number <= MOST:
        raise ValueError("this number has no words here")
    return _WRITERS[language](number)


def shillings_in_words(amount_kes: int, language: Language) -> str:
    """Write an amount as cheques and receipts do: `Kenya shillings one thousand five hundred only`."""
    one, many, only = _SHILLINGS[language]
    return f"{one if amount_kes == 1 else many} {in_words(amount_kes, language)} {only}"


def _english(number: int) -> str:
    for scale, name in _ENGLISH_SCALES:
        if number >= scale:
            head, rest = divmod(number, scale)
            return f"{_english(head)} {name}{_english_rest(rest)}"
    if number >= 100:  # noqa: PLR2004  # a hundred
        head, rest = divmod(number, 100)
        return f"{_ENGLISH_SMALL[head]} hundred{_english_rest(rest)}"
    if number < len(_ENGLISH_SMALL):
        return _ENGLISH_SMALL[number]
    tens, unit = divmod(number, 10)
    return _ENGLISH_TENS[tens] + (f"-{_ENGLISH_SMALL[unit]}" if unit else "")


def _english_rest(rest: int) -> str:
    if rest == 0:
        return ""
    return f" and {_english(rest)}" if rest < 100 else f" {_english(rest)}"  # noqa: PLR2004  # a hundred


def _swahili(number: int) -> str:
    for scale, name in _SWAHILI_SCALES:
        if number >= scale:
            head, rest = divmod(number, scale)
            return f"{name} {_swahili(head)}{_swahili_rest(head, rest)}"
    tens, unit = divmod(number, 10)
    if tens == 0:
        return _SWAHILI_UNITS[unit]
    return _SWAHILI_TENS[tens] + (f" na {_SWAHILI_UNITS[unit]}" if unit else "")


def _swahili_rest(multiplier: int, rest: int) -> str:
    """What follows a scale and its multiplier, kept from being heard as part of the multiplier."""
    if rest == 0:
        return ""
    runs_on = any(multiplier % round_ == 0 and rest < round_ for round_ in (10, 100))
    return f"{',' if runs_on else ''} na {_swahili(rest)}"


_WRITERS = {Language.ENGLISH: _english, Language.SWAHILI: _swahili}
_SHILLINGS = {
    Language.ENGLISH: ("Kenya shilling", "Kenya shillings", "only"),
    Language.SWAHILI: ("Shilingi ya Kenya", "Shilingi za Kenya", "pekee"),
}
