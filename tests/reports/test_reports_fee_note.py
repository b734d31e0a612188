"""A fee note is drawn, then read back."""

from dataclasses import replace

import pytest

from payments.language import Language
from reports.feenote import fee_note_letter, fee_note_pdf
from tests.reports.readback import FEE_NOTE, HOSTILE, codes_in, picture_of, text_of, touching_lines


def test_a_fee_note_tells_what_is_owed_for_what_and_until_when() -> None:
    text = text_of(fee_note_pdf(FEE_NOTE))
    for fact in (
        "FEE NOTE",
        "No. FN-0042",
        "Balance due KES 25,000",
        "Kenya shillings twenty-five thousand only",
        "Billed to Ngũgĩ wa Thiong'o",
        "Case fee: Drafting of pleadings",
        "Whole fee KES 45,000",
        "Paid so far KES 20,000",
        "Please pay by 8 December 2026",
        "May be made in parts",
    ):
        assert fact in text


def test_the_swahili_fee_note_says_the_same_in_swahili() -> None:
    text = text_of(fee_note_pdf(replace(FEE_NOTE, language=Language.SWAHILI)))
    for fact in (
        "ANKARA YA ADA",
        "Salio la kulipa KES 25,000",
        "Shilingi za Kenya elfu ishirini na tano pekee",
        "8 Desemba 2026",
        "Unaweza kulipa kwa awamu",
    ):
        assert fact in text


@pytest.mark.parametrize("language", list(Language))
def test_the_code_opens_the_note_in_chat(language: Language) -> None:
    page = picture_of(fee_note_pdf(replace(FEE_NOTE, language=language)))
    assert codes_in(page) == [FEE_NOTE.deep_link]


def test_the_same_facts_give_the_same_bytes() -> None:
    assert fee_note_pdf(FEE_NOTE) == fee_note_pdf(FEE_NOTE)


def test_a_note_for_nobody_in_particular_says_so() -> None:
    assert "Billed to Whoever holds this note" in text_of(fee_note_pdf(replace(FEE_NOTE, client="")))


def test_a_note_that_wants_one_payment_says_so() -> None:
    assert "In one payment, please" in text_of(fee_note_pdf(replace(FEE_NOTE, part_payments=False)))


@pytest.mark.parametrize("paid_kes", [45_000, 45_001])
def test_a_settled_note_asks_for_nothing_more(paid_kes: int) -> None:
    text = text_of(fee_note_pdf(replace(FEE_NOTE, paid_kes=paid_kes)))
    assert "Balance due KES 0 Nothing is due" in text
    assert "PAID" in text
    assert "Please pay by" not in text
    assert "Pay by M-Pesa" not in text


def test_an_unpaid_note_does_not_speak_of_earlier_payments() -> None:
    labels = [row.label for row in fee_note_letter(replace(FEE_NOTE, paid_kes=0)).rows]
    assert "Paid so far" not in labels


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_harms_nothing_around_it(name: str) -> None:
    pdf = fee_note_pdf(replace(FEE_NOTE, client=name, title=name, matter=name, reference=name))
    assert touching_lines(pdf) == []
    assert "KES 25,000" in text_of(pdf)


def test_a_link_that_no_phone_could_read_is_refused() -> None:
    with pytest.raises(ValueError, match="QR"):
        fee_note_pdf(replace(FEE_NOTE, deep_link="https://t.me/" + "x" * 300))
