"""A receipt is drawn, then read back as a person, a phone and a court clerk would."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from payments.language import Language
from reports.receipt import receipt_letter, receipt_pdf
from reports.words import shillings_in_words
from tests.reports.readback import (
    HOSTILE,
    RECEIPT,
    codes_in,
    picture_of,
    text_of,
    touching_lines,
    with_everywhere,
)

ROOT = Path(__file__).parents[2]


def test_a_receipt_tells_every_fact() -> None:
    text = text_of(receipt_pdf(RECEIPT))
    for fact in (
        "Wanjikũ & Otieno Advocates",
        "KRA PIN P051234567Q",
        "No. 000123",
        "KES 1,500",
        "Kenya shillings one thousand five hundred only",
        "Ngũgĩ wa Thiong'o",
        "First consultation, 30 minutes",
        "Estate of the late J. Kamau",
        "HCCC/E123/2026",
        "UKNPAGYMSW",
        "0712***678",
        "Balance due KES 3,500",
        "K7M2-PQ9X",
    ):
        assert fact in text


def test_the_time_is_nairobis_even_when_its_day_is_another() -> None:
    assert "25 November 2026, 00:07:05 (Nairobi)" in text_of(receipt_pdf(RECEIPT))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        receipt_pdf(replace(RECEIPT, paid_at=datetime(2026, 11, 24)))  # noqa: DTZ001


def test_the_swahili_receipt_says_the_same_in_swahili() -> None:
    text = text_of(receipt_pdf(replace(RECEIPT, language=Language.SWAHILI)))
    for fact in (
        "RISITI",
        "Na. 000123",
        "Kiasi kilichopokelewa KES 1,500",
        "Shilingi za Kenya elfu moja na mia tano pekee",
        "25 Novemba 2026, 00:07:05 (Nairobi)",
        "Salio linalodaiwa KES 3,500",
        "IMELIPWA",
    ):
        assert fact in text
    assert "Received" not in text
    assert "Amount" not in text


@pytest.mark.parametrize("language", list(Language))
def test_a_phone_reads_the_verify_address_from_the_code(language: Language) -> None:
    page = picture_of(receipt_pdf(replace(RECEIPT, language=language, copy=True)))
    assert codes_in(page) == [RECEIPT.verify_url]


@pytest.mark.parametrize("language", list(Language))
def test_the_same_facts_give_the_same_bytes(language: Language) -> None:
    facts = replace(RECEIPT, language=language)
    assert receipt_pdf(facts) == receipt_pdf(facts)


def test_another_process_gives_the_same_bytes() -> None:
    told = "from tests.reports.readback import RECEIPT; from reports.receipt import receipt_pdf;"
    told += "import hashlib; print(hashlib.sha256(receipt_pdf(RECEIPT)).hexdigest())"
    ran = subprocess.run(  # noqa: S603  # our own interpreter and words
        [sys.executable, "-c", told],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == hashlib.sha256(receipt_pdf(RECEIPT)).hexdigest()


def test_another_amount_gives_other_bytes() -> None:
    assert receipt_pdf(RECEIPT) != receipt_pdf(replace(RECEIPT, amount_kes=1_501))


@pytest.mark.parametrize(("language", "mark"), [(Language.ENGLISH, "COPY"), (Language.SWAHILI, "NAKALA")])
def test_only_a_second_issue_is_marked_as_a_copy(language: Language, mark: str) -> None:
    facts = replace(RECEIPT, language=language)
    assert mark not in text_of(receipt_pdf(facts))
    assert mark in text_of(receipt_pdf(replace(facts, copy=True)))


@pytest.mark.parametrize(("refunded_kes", "seal"), [(0, "PAID"), (500, "PART REFUNDED"), (1_500, "REFUNDED")])
def test_the_seal_tells_whether_money_went_back(refunded_kes: int, seal: str) -> None:
    facts = replace(RECEIPT, refunded_kes=refunded_kes)
    assert receipt_letter(facts).seal == seal
    assert (f"Refunded since KES {refunded_kes:,}" in text_of(receipt_pdf(facts))) is (refunded_kes > 0)


def test_a_receipt_without_a_fee_note_speaks_of_no_balance() -> None:
    assert "Balance" not in text_of(receipt_pdf(replace(RECEIPT, balance_due_kes=None)))


def test_a_settled_balance_is_said_in_words() -> None:
    assert "Balance due None: paid in full" in text_of(receipt_pdf(replace(RECEIPT, balance_due_kes=0)))


@pytest.mark.parametrize(
    "name",
    [
        "Ngũgĩ wa Thiong'o",
        "Wanjikũ",
        "Zoë Ólafsdóttir-Ōtsuka",
        "Đỗ Thị Hà",
        "Ochieng\u2019 Łukasz",
        "Άννα",
        "Жанна",
    ],
)
def test_a_name_comes_back_letter_by_letter(name: str) -> None:
    assert f"Received from {name} " in text_of(receipt_pdf(replace(RECEIPT, client=name)))


def test_a_name_in_separate_marks_is_put_together() -> None:
    apart = "Ngu\u0303gi\u0303 wa Thiong'o"
    assert "Ngũgĩ wa Thiong'o" in text_of(receipt_pdf(replace(RECEIPT, client=apart)))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", list(Language))
def test_a_hostile_name_harms_nothing_around_it(name: str, language: Language) -> None:
    facts = replace(with_everywhere(RECEIPT, name), language=language, refunded_kes=700)
    pdf = receipt_pdf(facts)
    assert touching_lines(pdf) == []
    text = text_of(pdf)
    for fact in ("KES 1,500", "UKNPAGYMSW", "0712***678", "K7M2-PQ9X", shillings_in_words(1_500, language)):
        assert fact in text
    assert codes_in(picture_of(pdf)) == [RECEIPT.verify_url]


def test_markup_in_a_name_stays_what_it_is() -> None:
    assert "<b>_*[`Wanja" in text_of(receipt_pdf(replace(RECEIPT, client="<b>_*[`Wanja")))


def test_direction_marks_leave_no_trace_in_the_file() -> None:
    text = text_of(receipt_pdf(replace(RECEIPT, client="\u202eWanja\u202c \u200fOtieno")))
    assert "Received from Wanja Otieno" in text


def test_two_hundred_characters_of_a_name_are_all_there() -> None:
    name = "Wanjiku wa Kamau " * 11 + "wa Nyeri town"
    assert len(name) == 200
    assert name in text_of(receipt_pdf(replace(RECEIPT, client=name)))


def test_a_name_of_which_nothing_can_be_shown_leaves_a_dash() -> None:
    assert "Received from - Paid for" in text_of(receipt_pdf(replace(RECEIPT, client="\u200b\u2060")))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("amount_kes", [1, 177_777, 238_888, 250_000])
def test_no_amount_is_too_long_to_be_said_in_words(language: Language, amount_kes: int) -> None:
    pdf = receipt_pdf(replace(RECEIPT, amount_kes=amount_kes, language=language))
    assert shillings_in_words(amount_kes, language) in text_of(pdf)
    assert touching_lines(pdf) == []


def test_the_file_names_its_title_its_giver_and_its_day() -> None:
    pdf = receipt_pdf(RECEIPT)
    assert b"D:20261125000705+03'00'" in pdf
    assert b"/Lang" in pdf


def test_each_receipt_has_curves_of_its_own() -> None:
    other = replace(RECEIPT, short_code="AAAA-BBBB")
    assert receipt_letter(other).seed != receipt_letter(RECEIPT).seed
