"""No push that breaks Daraja's rules is ever built."""

from __future__ import annotations

import pytest

from daraja.errors import BadPush
from tests.daraja.daraja_fakes import client, credentials, request

ADDRESS = "https://pay.example.co.ke/c/stk/p1/"

BAD: dict[str, dict[str, object]] = {
    "nothing": {"amount_kes": 0},
    "negative": {"amount_kes": -5},
    "above_the_maximum": {"amount_kes": 250_001},
    "fraction": {"amount_kes": 1500.0},
    "truth_value": {"amount_kes": True},
    "local_phone": {"msisdn": "0700000123"},
    "plus": {"msisdn": "+254700000123"},
    "landline": {"msisdn": "254200000123"},
    "short_phone": {"msisdn": "25470000012"},
    "phone_with_newline": {"msisdn": "254700000123\n"},
    "foreign_digits": {"msisdn": "25470000012٣"},
    "long_reference": {"account_reference": "A" * 13},
    "empty_reference": {"account_reference": ""},
    "ampersand": {"account_reference": "A&B"},
    "long_description": {"description": "a" * 14},
    "blank_description": {"description": "   "},
    "at_sign": {"description": "fee @ court"},
    "no_host": {"callback_url": "https:///c"},
    "not_http": {"callback_url": "ftp://pay.example.co.ke/c"},
    "user_in_address": {"callback_url": "https://a:b@pay.example.co.ke/c"},
    "space": {"callback_url": ADDRESS + "a b"},
    "too_long": {"callback_url": ADDRESS + "a" * 500},
    "bad_port": {"callback_url": "https://pay.example.co.ke:99999/c"},
    "bad_host": {"callback_url": "https://[::1/c"},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_a_push_that_breaks_a_rule_is_never_built(change: dict[str, object]) -> None:
    with pytest.raises(BadPush) as caught:
        request(**change)
    value = str(next(iter(change.values())))
    assert len(value) < 4 or value not in str(caught.value)


@pytest.mark.parametrize(
    "word", ["mpesa", "M-PESA", "SafariCom", "exe", "execute", "CMD", "sql", "Query", "%6dpesa"]
)
def test_no_callback_address_holds_a_word_that_safaricom_refuses(word: str) -> None:
    with pytest.raises(BadPush, match="word"):
        request(callback_url=ADDRESS + word)


@pytest.mark.parametrize("amount_kes", [1, 250_000])
def test_the_limits_themselves_are_allowed(amount_kes: int) -> None:
    assert (
        request(amount_kes=amount_kes, msisdn="254110000123", description="Court fee 12").amount_kes
        == amount_kes
    )


def test_phone_and_address_never_show_in_a_printed_request() -> None:
    shown = repr(request())
    assert "254700000123" not in shown
    assert "/c/stk/" not in shown


@pytest.mark.parametrize(
    "url", ["http://pay.example.co.ke/c", "https://abc.ngrok.io/c", "https://requestbin.net/c"]
)
async def test_in_production_only_a_lasting_https_address_is_sent(url: str) -> None:
    live = credentials(base_url="https://127.0.0.1:9", production=True)
    daraja, fake = client(identity=live)
    with pytest.raises(BadPush):
        await daraja.push(request(callback_url=url))
    assert fake.calls == fake.token_calls == []
