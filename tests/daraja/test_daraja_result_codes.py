"""The table of result codes of money going out, held to its own promises."""

from __future__ import annotations

import pytest

from daraja.result_codes import CODES, STATUSES, UNLISTED, Trouble, look_up, status_verdict

# What is documented for payouts, reversals and their status (Daraja: B2C, Reversal, Transaction Status).
NUMBERS = (*range(9), *range(11, 16), 17, 18, 20, 21, 22, 24, 25, 26, 29, 2001, 2006, 2028, 2040, 8006)
PAYOUT = {str(number) for number in NUMBERS} | {"SFC_IC0003"}
OVERLOAD = {f"1000000{number:02}" for number in (1, 2, 4, 7, 9, 10, 11)}
REVERSAL = {"0", "1", "R000001", "R000002", "11", "21", "2001", "2006", "2028", "8006"}


def test_every_documented_code_has_a_meaning() -> None:
    assert set(CODES) == PAYOUT | OVERLOAD | REVERSAL
    assert all(what.meaning for what in CODES.values())


def test_only_zero_means_that_the_money_went_out() -> None:
    assert {code for code, what in CODES.items() if what.verdict == "paid"} == {"0"}
    assert CODES["0"].trouble is None


@pytest.mark.parametrize("code", ["15", "17", "R000001", *sorted(OVERLOAD)])
def test_a_code_after_which_money_may_have_moved_is_never_a_no(code: str) -> None:
    assert look_up(code).verdict == "unclear"


@pytest.mark.parametrize("code", sorted((PAYOUT | REVERSAL) - {"0", "15", "17", "R000001"}))
def test_every_other_documented_code_is_a_definite_no_with_its_reason(code: str) -> None:
    assert (look_up(code).verdict, look_up(code).trouble is None) == ("failed", False)


@pytest.mark.parametrize("code", ["00", "", "1032", "1 ", "-1", "sfc_ic0003", "r000001", "1.0", "7431"])
def test_a_code_nobody_has_published_is_never_a_no_either(code: str) -> None:
    assert look_up(code) is UNLISTED
    assert (UNLISTED.verdict, UNLISTED.trouble) == ("unclear", Trouble.UNKNOWN)


def test_every_trouble_belongs_to_a_code() -> None:
    assert {what.trouble for what in (*CODES.values(), UNLISTED)} - {None} == set(Trouble)


def test_nobody_asks_anew_while_the_money_may_be_on_its_way() -> None:
    for what in (*CODES.values(), UNLISTED):
        assert (what.again == "when_known") is (what.verdict == "unclear")
        assert (what.again == "no") is (what.verdict == "paid")


@pytest.mark.parametrize(
    ("code", "again"),
    [
        ("1", "after_top_up"),
        ("4", "tomorrow"),
        ("26", "now"),
        ("2", "when_changed"),
        ("8", "when_changed"),
        ("2001", "when_changed"),
        ("8006", "when_changed"),
        ("SFC_IC0003", "when_changed"),
    ],
)
def test_a_no_tells_when_the_refund_may_be_asked_for_anew(code: str, again: str) -> None:
    assert look_up(code).again == again


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("Completed", "paid"),
        (" COMPLETED ", "paid"),
        ("Cancelled", "failed"),
        ("Declined", "failed"),
        ("Expired", "failed"),
        ("Authorized", "unclear"),
        ("Initiated", "unclear"),
        ("Not Completed", "unclear"),
        ("", "unclear"),
    ],
)
def test_a_status_settles_the_money_only_by_a_final_word(word: str, verdict: str) -> None:
    assert status_verdict(word) == verdict


def test_only_one_status_means_that_the_money_went_out() -> None:
    assert [word for word, verdict in STATUSES.items() if verdict == "paid"] == ["completed"]
