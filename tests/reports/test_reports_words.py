"""Numbers in words can be read back, in both languages, by a reader that knows nothing of the writer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.language import Language
from reports.words import MOST, in_words, shillings_in_words

EN, SW = Language.ENGLISH, Language.SWAHILI


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (1, "one"),
        (13, "thirteen"),
        (21, "twenty-one"),
        (80, "eighty"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (999, "nine hundred and ninety-nine"),
        (1_000, "one thousand"),
        (1_001, "one thousand and one"),
        (1_500, "one thousand five hundred"),
        (20_005, "twenty thousand and five"),
        (25_000, "twenty-five thousand"),
        (247_999, "two hundred and forty-seven thousand nine hundred and ninety-nine"),
        (250_000, "two hundred and fifty thousand"),
        (1_000_001, "one million and one"),
        (2_300_400_500, "two billion three hundred million four hundred thousand five hundred"),
    ],
)
def test_english_words_are_those_of_kenya(number: int, words: str) -> None:
    assert in_words(number, EN) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "sifuri"),
        (1, "moja"),
        (10, "kumi"),
        (11, "kumi na moja"),
        (29, "ishirini na tisa"),
        (100, "mia moja"),
        (101, "mia moja na moja"),
        (110, "mia moja na kumi"),
        (134, "mia moja na thelathini na nne"),
        (999, "mia tisa na tisini na tisa"),
        (1_000, "elfu moja"),
        (1_001, "elfu moja na moja"),
        (1_500, "elfu moja na mia tano"),
        (1_963, "elfu moja na mia tisa na sitini na tatu"),
        (10_000, "elfu kumi"),
        (15_000, "elfu kumi na tano"),
        (25_000, "elfu ishirini na tano"),
        (25_500, "elfu ishirini na tano na mia tano"),
        (100_000, "laki moja"),
        (125_000, "laki moja na elfu ishirini na tano"),
        (250_000, "laki mbili na elfu hamsini"),
        (1_000_000, "milioni moja"),
        (3_200_000, "milioni tatu na laki mbili"),
        (1_000_000_000, "bilioni moja"),
    ],
)
def test_swahili_words_are_those_of_kenya(number: int, words: str) -> None:
    assert in_words(number, SW) == words


@pytest.mark.parametrize(
    ("with_comma", "without"),
    [(20_005, 25_000), (10_001, 11_000), (100_000_025, 125_000_000), (90_009, 99_000)],
)
def test_swahili_amounts_that_sound_alike_are_parted_by_a_comma(with_comma: int, without: int) -> None:
    assert in_words(with_comma, SW).replace(",", "") == in_words(without, SW)
    assert "," in in_words(with_comma, SW)


@pytest.mark.parametrize("language", list(Language))
def test_no_two_amounts_one_push_can_move_share_their_words(language: Language) -> None:
    assert len({in_words(number, language) for number in range(250_001)}) == 250_001


@given(st.integers(0, MOST))
def test_english_words_are_read_back_as_the_number(number: int) -> None:
    assert read_english(in_words(number, EN)) == number


@given(st.integers(0, MOST))
def test_swahili_words_are_read_back_as_the_number(number: int) -> None:
    assert read_swahili(in_words(number, SW)) == number


@pytest.mark.parametrize("number", [-1, MOST + 1])
def test_a_number_without_words_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no words"):
        in_words(number, EN)


@pytest.mark.parametrize(
    ("amount_kes", "language", "words"),
    [
        (1, EN, "Kenya shilling one only"),
        (1_500, EN, "Kenya shillings one thousand five hundred only"),
        (1, SW, "Shilingi ya Kenya moja pekee"),
        (1_500, SW, "Shilingi za Kenya elfu moja na mia tano pekee"),
    ],
)
def test_an_amount_is_said_as_a_receipt_says_it(amount_kes: int, language: Language, words: str) -> None:
    assert shillings_in_words(amount_kes, language) == words


SMALL_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
VALUES_EN = dict(zip(SMALL_EN.split(" "), [*range(20), *range(20, 100, 10)], strict=True))
SCALES_EN = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def read_english(words: str) -> int:
    """Left to right: what was heard so far is multiplied by the scale that follows it."""
    total = heard = 0
    for word in words.replace("-", " ").split():
        if word in SCALES_EN:
            total, heard = total + heard * SCALES_EN[word], 0
        elif word == "hundred":
            heard *= 100
        elif word != "and":
            heard += VALUES_EN[word]
    return total + heard


SMALL_SW = (
    "sifuri moja mbili tatu nne tano sita saba nane tisa"
    " kumi ishirini thelathini arobaini hamsini sitini sabini themanini tisini"
)
VALUES_SW = dict(zip(SMALL_SW.split(" "), [*range(10), *range(10, 100, 10)], strict=True))
SCALES_SW = {"bilioni": 10**9, "milioni": 10**6, "laki": 10**5, "elfu": 1_000}


def read_swahili(words: str) -> int:
    """As it is heard: a scale takes what follows as its multiplier, until its parts no longer fall in size.

    A comma ends it sooner.
    """
    said = words.replace(",", " ,").replace(" na ", " ").split()
    total = place = 0
    while place < len(said):
        scale = SCALES_SW.get(said[place], 1)
        place += scale > 1
        value, place = _below_thousand(said, place)
        total += scale * value
        place += place < len(said) and said[place] == ","
    return total


def _below_thousand(said: list[str], place: int) -> tuple[int, int]:
    value, bound = 0, 1_000
    while place < len(said) and said[place] not in SCALES_SW and said[place] != ",":
        hundred = said[place] == "mia"
        part = 100 * VALUES_SW[said[place + 1]] if hundred else VALUES_SW[said[place]]
        size = 100 if hundred else 10 if part >= 10 else 1
        if size >= bound:
            break
        value, bound, place = value + part, size, place + 1 + hundred
    return value, place
