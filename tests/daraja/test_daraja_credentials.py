"""Who we are to Daraja, in Nairobi time."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daraja.credentials import BASE_URLS, NAIROBI, DarajaCredentials, from_timestamp, timestamp
from tests.daraja.daraja_fakes import NOON, credentials


def test_the_password_is_made_from_the_very_timestamp_beside_it() -> None:
    stamp = credentials().stamp(NOON)
    assert stamp.timestamp == "20260204120000"
    assert base64.b64decode(stamp.password).decode() == "174379thepasskey" + stamp.timestamp


def test_the_timestamp_is_nairobi_time_wherever_the_clock_stands() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-8)))
    assert timestamp(elsewhere) == timestamp(NOON) == "20260204120000"
    with pytest.raises(ValueError, match="zone"):
        timestamp(datetime(2026, 2, 4, 12, 0))  # noqa: DTZ001 - the mistake under test


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_our_fixed_offset_is_what_nairobi_keeps(moment: datetime) -> None:
    assert moment.astimezone(NAIROBI).utcoffset() == moment.astimezone(ZoneInfo("Africa/Nairobi")).utcoffset()
    assert from_timestamp(timestamp(moment)) == moment.replace(microsecond=0)


def test_a_paybill_receives_itself_and_a_till_receives_by_its_own_number() -> None:
    paybill, till = credentials(), credentials(till="5123456")
    assert (paybill.transaction_type, paybill.party_b) == ("CustomerPayBillOnline", "174379")
    assert (till.transaction_type, till.party_b) == ("CustomerBuyGoodsOnline", "5123456")


def test_secrets_never_show_in_a_printed_record() -> None:
    who = credentials()
    shown = repr(who) + repr(who.stamp(NOON))
    assert not any(secret in shown for secret in (*who.secrets, who.stamp(NOON).password))


def test_the_address_is_safaricoms_own_unless_another_is_given() -> None:
    assert credentials(base_url="").base_url == BASE_URLS["sandbox"]
    assert credentials(base_url="", production=True).base_url == BASE_URLS["production"]
    assert credentials(base_url="http://127.0.0.1:8090/").base_url == "http://127.0.0.1:8090"


BAD = [
    {"shortcode": "0174379"},
    {"shortcode": "17A379"},
    {"till": "12"},
    {"passkey": ""},
    {"consumer_key": "with space"},
    {"consumer_secret": "line\nbreak"},
    {"base_url": "ftp://127.0.0.1"},
    {"base_url": "https://user:word@host"},
    {"base_url": "https://host/?a=b"},
]


@pytest.mark.parametrize("change", BAD, ids=[str(change) for change in BAD])
def test_an_identity_daraja_could_not_take_is_refused_without_repeating_it(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="must be") as caught:
        replace(credentials(), **change)  # type: ignore[arg-type] # one field at a time
    value = next(iter(change.values()))
    assert not value or value not in str(caught.value)


def test_live_keys_are_never_sent_in_clear_text_to_another_machine() -> None:
    with pytest.raises(ValueError, match="https"):
        credentials(base_url="http://api.example.co.ke", production=True)
    assert isinstance(credentials(base_url="http://127.0.0.1:8090", production=True), DarajaCredentials)
