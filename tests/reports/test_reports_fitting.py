"""Text is fitted into a width, and foreign text is made harmless before it is drawn."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.ink.fitting import Fitted, Rung, cut_short, fit, wrap
from reports.ink.harmless import BOX, harmless

LADDER = (Rung(10, 1), Rung(5, 2))


def measure(text: str, size: float) -> float:
    """Every character is as wide as its size."""
    return len(text) * size


def latin(char: str) -> bool:
    """A font that shows the letters of Kenya's languages and the box, and no others."""
    return ord(char) < 0x250 or char == BOX


def test_what_fits_stays_as_large_as_it_may() -> None:
    assert fit("Asha", 100, LADDER, measure) == Fitted(10, ("Asha",))


def test_what_is_too_long_becomes_smaller_before_it_is_broken_and_broken_before_it_is_cut() -> None:
    assert fit("Asha Mwangi", 100, LADDER, measure) == Fitted(5, ("Asha Mwangi",))
    assert fit("Asha Mwangi wa Nyeri", 60, LADDER, measure) == Fitted(5, ("Asha Mwangi", "wa Nyeri"))
    assert fit("Asha Mwangi wa Nyeri mjini", 60, LADDER, measure).cut


def test_a_cut_text_ends_in_three_dots() -> None:
    assert fit("Asha Mwangi wa Nyeri mjini", 60, LADDER, measure).lines == ("Asha Mwangi", "wa Nyeri mj…")


def test_a_single_word_that_is_too_wide_is_broken_within() -> None:
    assert wrap("Mwangi", 30, 10, measure) == ["Mwa", "ngi"]


def test_a_width_that_holds_nothing_still_comes_to_an_end() -> None:
    assert wrap("ab", 1, 10, measure) == ["a", "b"]
    assert cut_short("ab", 1, 10, measure) == "…"


@given(st.text(alphabet="ab ", max_size=60), st.integers(10, 90))
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    lines = wrap(" ".join(text.split()), width, 10, measure)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(measure(line, 10) <= width for line in lines)


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("Ngu\u0303gi\u0303", "Ngũgĩ"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("a\u200f\u2066b\u2069", "ab"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("two\nlines\r\nand\ta tab", "two lines and a tab"),
        ("bell\x07", "bell"),
        ("Asha 👨‍👩‍👧!", f"Asha {BOX}!"),
        ("Asha 👋🏾", f"Asha {BOX}"),
        ("名前", BOX),
        ("a" + "\u0300\u0301\u0302\u0303\u0304" * 9, "à\u0301\u0302"),
        ("<b>_*[`&amp;", "<b>_*[`&amp;"),
        ("  spaced   out ", "spaced out"),
        ("\ud800", BOX),
        ("", ""),
    ],
)
def test_foreign_text_is_shown_harmlessly(foreign: str, shown: str) -> None:
    assert harmless(foreign, lambda char: latin(char) or unicodedata.category(char) == "Mn") == shown


@given(st.text(max_size=200))
def test_whatever_comes_in_only_what_the_font_shows_goes_out_in_one_line(text: str) -> None:
    shown = harmless(text, latin)
    assert all(latin(char) for char in shown)
    assert shown == " ".join(shown.split())
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)


def test_a_text_without_end_is_looked_at_only_so_far() -> None:
    assert len(harmless("a" * 1_000_000, latin)) == 600
