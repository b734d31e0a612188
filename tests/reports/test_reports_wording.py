"""Both languages say everything, and say it in words of their own."""

import dataclasses
import re
from datetime import date

import pytest

from payments.catalogue import FeeKind
from payments.language import MONTHS, Language
from reports.wording import FEE_NOTE, KINDS, RECEIPT, on_paper, span_on_paper, titled

EN, SW = Language.ENGLISH, Language.SWAHILI


@pytest.mark.parametrize("table", [RECEIPT, FEE_NOTE], ids=["receipt", "fee note"])
def test_no_word_of_a_paper_is_left_in_the_other_language(table: object) -> None:
    assert isinstance(table, dict)
    english, swahili = dataclasses.asdict(table[EN]), dataclasses.asdict(table[SW])
    for name, words in english.items():
        assert words
        assert swahili[name]
        assert words != swahili[name]


@pytest.mark.parametrize("table", [RECEIPT, FEE_NOTE], ids=["receipt", "fee note"])
def test_placeholders_agree_in_both_languages(table: object) -> None:
    assert isinstance(table, dict)
    english, swahili = dataclasses.asdict(table[EN]), dataclasses.asdict(table[SW])
    for name, words in english.items():
        assert re.findall(r"{\w*}", words) == re.findall(r"{\w*}", swahili[name])


@pytest.mark.parametrize("language", list(Language))
def test_every_kind_of_fee_and_every_month_has_a_name(language: Language) -> None:
    assert set(KINDS[language]) == set(FeeKind)
    assert len(set(MONTHS[language])) == 12


def test_a_day_is_written_as_on_letters() -> None:
    assert on_paper(date(2026, 5, 3), EN) == "3 May 2026"
    assert on_paper(date(2026, 5, 3), SW) == "3 Mei 2026"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), "24 November 2026"),
        (date(2026, 11, 1), date(2026, 11, 30), "1 to 30 November 2026"),
        (date(2026, 5, 29), date(2026, 6, 5), "29 May to 5 June 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "31 December 2025 to 1 January 2026"),
    ],
)
def test_a_span_repeats_nothing(first: date, last: date, said: str) -> None:
    assert span_on_paper(first, last, EN) == said


def test_a_title_that_names_its_kind_does_not_get_it_twice() -> None:
    assert titled(FeeKind.CONSULTATION, "First consultation", EN) == "First consultation"
    assert titled(FeeKind.CASE, "Drafting", EN) == "Case fee: Drafting"
    assert titled(FeeKind.CASE, "", SW) == "Ada ya kesi"
