"""What an initiator's calls send, when they are sent once more, and what is never said of them."""

from __future__ import annotations

import logging

import httpx
import pytest

from daraja.errors import (
    BadPush,
    CredentialsRefused,
    DarajaError,
    NotSent,
    PerhapsSent,
    SeenBefore,
    Unreached,
)
from daraja.payout import Addresses
from daraja.payout_client import Taken
from tests.daraja.daraja_fakes import Reply, credentials, error, fault, reply
from tests.daraja.payout_fakes import (
    ADDRESSES,
    CONVERSATION,
    EVERY_CALL,
    OUR_ID,
    PHONE,
    RESULT,
    TIMEOUT,
    ask,
    credential,
    payout,
    payout_client,
    question,
    reversal,
    taken,
)


async def test_a_payout_is_what_daraja_documents_misspelling_and_all() -> None:
    daraja, fake = payout_client(taken())
    assert await daraja.pay_out(payout()) == Taken(CONVERSATION, OUR_ID)
    assert fake.bodies() == [
        {
            "OriginatorConversationID": OUR_ID,
            "InitiatorName": "refunder",
            "SecurityCredential": credential().text,
            "CommandID": "BusinessPayment",
            "Amount": 1200,
            "PartyA": 600992,
            "PartyB": 254700000123,
            "Remarks": "Refund r1",
            "QueueTimeOutURL": TIMEOUT,
            "ResultURL": RESULT,
            "Occassion": "Refund r1",
        }
    ]
    assert fake.calls[0].url == "http://127.0.0.1:9/base/mpesa/b2c/v3/paymentrequest"
    assert fake.calls[0].headers["Content-Type"] == "application/json"
    assert fake.bearers() == ["token-1"]


async def test_a_reversal_names_the_shortcode_that_was_paid_to_in_a_field_misspelt_as_documented() -> None:
    daraja, fake = payout_client(taken(OriginatorConversationID="29115-34620561-1"))
    assert await daraja.reverse(reversal()) == Taken(CONVERSATION, "29115-34620561-1")
    assert fake.bodies() == [
        {
            "Initiator": "refunder",
            "SecurityCredential": credential().text,
            "CommandID": "TransactionReversal",
            "TransactionID": "UB47K2M9QX",
            "Amount": 2500,
            "ReceiverParty": 174379,
            "RecieverIdentifierType": "11",
            "Remarks": "Refund r1",
            "QueueTimeOutURL": TIMEOUT,
            "ResultURL": RESULT,
            "Occasion": "Refund r1",
        }
    ]
    assert fake.calls[0].url.path == "/base/mpesa/reversal/v1/request"


async def test_a_status_is_asked_by_the_id_of_the_call_at_the_shortcode_that_paid() -> None:
    daraja, fake = payout_client(taken())
    assert await daraja.ask_status(question()) == Taken(CONVERSATION, OUR_ID)
    assert fake.bodies() == [
        {
            "Initiator": "refunder",
            "SecurityCredential": credential().text,
            "CommandID": "TransactionStatusQuery",
            "OriginalConversationID": OUR_ID,
            "PartyA": 600992,
            "IdentifierType": "4",
            "Remarks": "Status of a refund",
            "QueueTimeOutURL": TIMEOUT,
            "ResultURL": RESULT,
            "Occasion": "Status of a refund",
        }
    ]
    assert fake.calls[0].url.path == "/base/mpesa/transactionstatus/v1/query"


async def test_a_status_is_asked_by_receipt_instead_and_of_a_reversal_where_the_payment_came_in() -> None:
    daraja, fake = payout_client(taken())
    await daraja.ask_status(question(originator_id=None, receipt="UB48P1ZC3D", collected=True))
    (sent,) = fake.bodies()
    assert (sent["TransactionID"], sent["PartyA"]) == ("UB48P1ZC3D", 174379)
    assert "OriginalConversationID" not in sent


async def test_the_balance_is_asked_of_the_shortcode_that_pays_out() -> None:
    daraja, fake = payout_client(taken())
    assert await daraja.ask_balance(ADDRESSES) == Taken(CONVERSATION, OUR_ID)
    assert fake.bodies() == [
        {
            "Initiator": "refunder",
            "SecurityCredential": credential().text,
            "CommandID": "AccountBalance",
            "PartyA": 600992,
            "IdentifierType": "4",
            "Remarks": "Balance",
            "QueueTimeOutURL": TIMEOUT,
            "ResultURL": RESULT,
        }
    ]
    assert fake.calls[0].url.path == "/base/mpesa/accountbalance/v1/query"


async def test_small_drifts_of_an_acceptance_are_still_an_acceptance() -> None:
    daraja, _ = payout_client(taken(ResponseCode=0, ResponseDescription=None, SomethingNew={"a": 1}))
    assert await daraja.pay_out(payout()) == Taken(CONVERSATION, OUR_ID)


TOKEN_REFUSALS = {
    "404": ("404.001.03", "Invalid Access Token", 404),
    "401_echoing": ("401.002.01", "Error Occurred - Invalid Access Token - token-1", 401),
    "401_other": ("401.003.01", "Invalid Access Token", 401),
    "400": ("400.003.01", "Invalid Access Token", 400),
    "gateway_expired": ("keymanagement.service.access_token_expired", "Access Token expired", 401),
    "gateway_invalid": ("keymanagement.service.invalid_access_token", "Invalid Access Token", 401),
    "gateway_older": ("oauth.v2.InvalidAccessToken", "Invalid access token", 401),
}


def token_refusal(name: str) -> httpx.Response:
    code, message, status = TOKEN_REFUSALS[name]
    return (fault if name.startswith("gateway") else error)(status, code, message)


@pytest.mark.parametrize("what", EVERY_CALL)
@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_a_refused_token_is_renewed_once_and_the_very_same_call_made_again(
    name: str, what: str
) -> None:
    daraja, fake = payout_client(token_refusal(name), taken())
    assert await ask(daraja, what) == Taken(CONVERSATION, OUR_ID)
    assert fake.bearers() == ["token-1", "token-2"]
    first, second = fake.bodies()
    assert first == second


@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_a_second_refusal_is_for_an_operator_and_never_repeats_the_token(name: str) -> None:
    daraja, fake = payout_client(token_refusal(name), token_refusal(name))
    with pytest.raises(CredentialsRefused) as caught:
        await daraja.pay_out(payout())
    assert "token-" not in str(caught.value)
    assert len(fake.calls) == 2


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        (httpx.ReadTimeout("x"), PerhapsSent),
        (error(500, "500.002.1001", "Duplicate OriginatorConversationID."), SeenBefore),
        (httpx.ConnectError("x"), Unreached),
    ],
)
async def test_the_repetition_is_answered_like_any_call(second: Reply, kind: type[DarajaError]) -> None:
    daraja, fake = payout_client(token_refusal("404"), second)
    with pytest.raises(kind):
        await daraja.pay_out(payout())
    assert len(fake.calls) == 2


@pytest.mark.parametrize(
    "no_token",
    [
        error(400, "400.008.01", "Invalid Authentication passed"),
        error(503, "503.1", "x"),
        httpx.ReadTimeout("x"),
        reply(200, b"<html>"),
    ],
)
async def test_without_a_token_surely_nothing_was_sent(no_token: Reply) -> None:
    daraja, fake = payout_client()
    fake.token_script.append(no_token)
    with pytest.raises(NotSent):
        await daraja.pay_out(payout())
    assert fake.calls == []


@pytest.mark.parametrize("kind", ["400.002.02", "500.001.1001", "500.002.1001"])
async def test_what_daraja_echoes_of_our_secrets_reaches_neither_error_nor_log(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = (credential().text, credential().text[:60], "token-1", "consumersecret", PHONE)
    daraja, _ = payout_client(error(500, kind, f"Bad Request - {' '.join(words)}"))
    with pytest.raises(DarajaError) as caught:
        await daraja.pay_out(payout())
    shown = caught.value.message + repr(caught.value) + caplog.text
    assert caught.value.code == kind
    assert not [word for word in words if word in shown]


@pytest.mark.parametrize(
    "address", ["http://pay.example.co.ke/c/b2c/r1/ab", "https://abc.ngrok.app/c/b2c/r1/ab"]
)
async def test_an_address_unfit_for_production_is_found_before_anything_is_sent(address: str) -> None:
    live = credentials(production=True, base_url="https://api.example.co.ke")
    for bad in (Addresses(result=address, timeout=TIMEOUT), Addresses(result=RESULT, timeout=address)):
        daraja, fake = payout_client(identity=live)
        with pytest.raises(BadPush):
            await daraja.pay_out(payout(addresses=bad))
        with pytest.raises(BadPush):
            await daraja.ask_balance(bad)
        assert (fake.calls, fake.token_calls) == ([], [])
