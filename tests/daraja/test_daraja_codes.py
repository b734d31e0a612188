"""The table of result codes, held to its own promises."""

from __future__ import annotations

from daraja.codes import CODES, UNLISTED, Reason, look_up

FINAL_NO_BY_QUERY = {"1", "1019", "1025", "1032", "1037", "2001", "2028", "8006", "9999", "SFC_IC0003"}


def test_a_query_settles_a_no_only_for_the_ten_codes_known_to_be_final() -> None:
    assert {code for code, what in CODES.items() if what.query == "unpaid"} == FINAL_NO_BY_QUERY


def test_only_zero_means_paid() -> None:
    paid = {code for code, what in CODES.items() if "paid" in (what.callback, what.query)}
    assert paid == {"0"}
    assert CODES["0"].callback == CODES["0"].query == "paid"


def test_still_processing_settles_nothing_however_it_comes() -> None:
    assert (look_up("4999").callback, look_up("4999").query) == ("unclear", "pending")


def test_every_documented_code_is_a_no_in_a_callback() -> None:
    others = set(CODES) - {"0", "4999"}
    assert {CODES[code].callback for code in others} == {"unpaid"}


def test_a_code_nobody_has_published_is_never_a_no() -> None:
    for code in ("00", "", "5", "1032 ", "-1", "sfc_ic0003", "1032.0"):
        assert look_up(code) is UNLISTED
    assert (UNLISTED.callback, UNLISTED.query, UNLISTED.retry) == ("unclear", "pending", "no")


def test_every_reason_belongs_to_a_code() -> None:
    assert {what.reason for what in CODES.values()} | {UNLISTED.reason} == set(Reason)


def test_what_is_paid_or_undecided_is_never_offered_again() -> None:
    undecided = [what for what in CODES.values() if what.callback != "unpaid"]
    assert {what.retry for what in undecided} == {"no"}


def test_a_late_success_is_given_time_before_a_new_push_to_an_unreached_phone() -> None:
    assert look_up("1037").retry == "in_two_minutes"
