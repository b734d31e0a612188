"""What the office types after /payments is read as it is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.catalogue import FeeKind
from payments.payment import OPEN, State
from payments.periods import BadPeriod, Period
from payments.search import Wanted, read_wanted
from payments.values import PaymentId, Phone, Receipt

NAMED = {"today", "yesterday", "week", "month", "quarter", "year"}
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", Wanted()),
        ("unpaid", Wanted(states=frozenset({State.UNPAID}))),
        ("OPEN", Wanted(states=OPEN)),
        ("paid review", Wanted(states=frozenset({State.PAID, State.REVIEW}))),
        ("court", Wanted(kinds=frozenset({FeeKind.COURT}))),
        ("today", Wanted(period=Period(date(2026, 11, 28), date(2026, 11, 28)))),
        ("2026-11-01 2026-11-03", Wanted(period=Period(date(2026, 11, 1), date(2026, 11, 3)))),
        ("0712345678", Wanted(phone=Phone("254712345678"))),
        ("+254712345678", Wanted(phone=Phone("254712345678"))),
        ("ub47k2m9qx", Wanted(receipt=Receipt("UB47K2M9QX"))),
        ("00AA11bb22cc33dd", Wanted(payment_id=PaymentId("00aa11bb22cc33dd"))),
        ("1500", Wanted(least_kes=1500, most_kes=1500)),
        ("1000..5000", Wanted(least_kes=1000, most_kes=5000)),
        ("1000..", Wanted(least_kes=1000)),
        ("..5000", Wanted(most_kes=5000)),
        ("HCCC/E123/2026", Wanted(reference="HCCC/E123/2026")),
        ("Will of Asha/2", Wanted(reference="Will of Asha/2")),
        ("Ngũgĩ wa Thiong'o", Wanted(name="Ngũgĩ wa Thiong'o")),
        (
            "asha unpaid 1500",
            Wanted(states=frozenset({State.UNPAID}), least_kes=1500, most_kes=1500, name="asha"),
        ),
    ],
)
def test_words_are_read_as_they_are_meant(words: str, wanted: Wanted) -> None:
    assert read_wanted(words, NOW) == wanted


@pytest.mark.parametrize("words", ["2026-13-01", "2026-11-03 2026-11-01", "week month"])
def test_days_that_are_no_period_are_refused(words: str) -> None:
    with pytest.raises(BadPeriod):
        read_wanted(words, NOW)


@given(st.text(max_size=300))
def test_any_other_words_are_looked_for_as_a_name_or_a_reference(words: str) -> None:
    marked = f"~{words.replace('~', '')}~"
    try:
        wanted = read_wanted(marked, NOW)
    except BadPeriod:
        assert any(character.isdigit() for character in marked) or set(marked.lower().split()) & NAMED
    else:
        assert bool(wanted.name) != bool(wanted.reference)
