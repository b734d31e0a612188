"""Callback data: what was packed is read back, and nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.buttons import (
    MOST_BYTES,
    WITH_ARGUMENT,
    AskAllTap,
    CardAction,
    CardTap,
    DraftAction,
    DraftTap,
    FiguresTap,
    HistoryTap,
    MenuAction,
    MenuTap,
    NarrowTap,
    NoteAction,
    NoteTap,
    OfficeTap,
    PageTap,
    PaymentAction,
    PaymentTap,
    RefundAction,
    RefundTap,
    Tapped,
    View,
    pack,
    parse,
)
from payments.catalogue import FIRST_FEES, FeeKind
from payments.periods import Period
from payments.search import Place
from payments.values import PaymentId

ids = some.text("0123456789abcdef", min_size=16, max_size=16).map(PaymentId)
arguments = some.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=32)
draft_taps = some.one_of(
    some.builds(DraftTap, ids, some.sampled_from(sorted(WITH_ARGUMENT)), arguments),
    some.builds(DraftTap, ids, some.sampled_from(sorted(set(DraftAction) - WITH_ARGUMENT))),
)
moments = some.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)
)
days = some.dates(date(2020, 1, 1), date(2029, 12, 31))
periods = some.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))
office_taps = some.one_of(
    some.builds(
        RefundTap, ids, some.just(RefundAction.WHY), some.from_regex(r"[a-z_]{1,32}", fullmatch=True)
    ),
    some.builds(RefundTap, ids, some.sampled_from(sorted(set(RefundAction) - {RefundAction.WHY}))),
    some.builds(OfficeTap, ids),
    some.builds(CardTap, ids, some.sampled_from(CardAction)),
    some.builds(NoteTap, ids, some.sampled_from(NoteAction)),
    some.builds(AskAllTap, ids, some.booleans()),
    some.builds(PageTap, ids, some.none() | some.builds(Place, moments, ids)),
    some.builds(FiguresTap, some.sampled_from(View), periods),
)
taps = some.one_of(
    draft_taps,
    office_taps,
    some.builds(PaymentTap, ids, some.sampled_from(PaymentAction)),
    some.builds(MenuTap, some.sampled_from(MenuAction)),
    some.builds(HistoryTap, ids, some.none() | some.builds(Place, moments, ids)),
    some.builds(NarrowTap, some.from_regex(r"[a-z]{0,32}", fullmatch=True)),
)


def test_every_kind_of_button_is_tried_here() -> None:
    tried = {
        DraftTap,
        PaymentTap,
        MenuTap,
        RefundTap,
        OfficeTap,
        CardTap,
        NoteTap,
        AskAllTap,
        PageTap,
        FiguresTap,
        HistoryTap,
        NarrowTap,
    }
    assert tried == set(get_args(Tapped))


@given(taps)
def test_every_button_fits_and_is_read_back(tapped: Tapped) -> None:
    data = pack(tapped)
    assert len(data.encode()) <= MOST_BYTES
    assert parse(data) == tapped


@given(
    some.one_of(
        some.text(max_size=80), some.from_regex(r"[dpmfracqnk]:[0-9a-f:]{0,40}[a-z]*", fullmatch=True)
    )
)
def test_garbage_is_nothing_or_exactly_what_it_says(data: str) -> None:
    read = parse(data)
    assert read is None or pack(read) == data


@pytest.mark.parametrize(
    "data",
    [
        "",
        "d:0011223344556677:pay:now",
        "d:0011223344556677:kind",
        "d:0011223344556677:refund",
        "d:001122334455667:pay",
        "d:0011223344556677:pay\n",
        "p:0011223344556677:pay",
        "p:00112233445566AA:check",
        "m:admin",
    ],
)
def test_mutated_buttons_are_refused(data: str) -> None:
    assert parse(data) is None


def test_every_fee_and_kind_on_offer_fits_in_a_button() -> None:
    draft = PaymentId("f" * 16)
    for fee in FIRST_FEES:
        assert pack(DraftTap(draft, DraftAction.FEE, fee.code))
    for kind in FeeKind:
        assert pack(DraftTap(draft, DraftAction.KIND, kind.value))


def test_a_button_that_would_not_be_read_back_is_never_made() -> None:
    with pytest.raises(ValueError, match="no button"):
        pack(DraftTap(PaymentId("f" * 16), DraftAction.FEE, "Not a code!"))
