"""What a push and a query send, and what every answer means for the caller."""

from __future__ import annotations

import base64

import httpx
import pytest

from daraja.answers import PushAccepted
from daraja.codes import Reason
from daraja.errors import (
    CredentialsRefused,
    DarajaError,
    LineBusy,
    NotSent,
    PerhapsSent,
    Refused,
    Throttled,
    Unreached,
    Unreadable,
)
from tests.daraja.daraja_fakes import (
    CHECKOUT,
    Reply,
    accepted,
    client,
    credentials,
    error,
    fault,
    queried,
    reply,
    request,
)

SPIKE = (
    "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, periodInMicroseconds=60000000}"
)


def spike() -> httpx.Response:
    return fault(429, "policies.ratelimit.SpikeArrestViolation", SPIKE)


async def test_an_accepted_push_names_its_prompt() -> None:
    daraja, _ = client(accepted())
    assert await daraja.push(request()) == PushAccepted(CHECKOUT, "7c1d-4e02-9ab3-5f60c1d2e3a4118822")


async def test_a_paybill_push_is_what_daraja_documents() -> None:
    daraja, fake = client(accepted())
    await daraja.push(request())
    sent = fake.bodies()[0]
    password = base64.b64encode(b"174379thepasskey20260204120000").decode()
    assert sent == {
        "BusinessShortCode": 174379,
        "Password": password,
        "Timestamp": "20260204120000",
        "TransactionType": "CustomerPayBillOnline",
        "Amount": 1500,
        "PartyA": 254700000123,
        "PartyB": 174379,
        "PhoneNumber": 254700000123,
        "CallBackURL": "https://pay.example.co.ke/c/stk/p1/abcdef",
        "AccountReference": "LP1024",
        "TransactionDesc": "Consultation",
    }
    assert fake.calls[0].url == "http://127.0.0.1:9/base/mpesa/stkpush/v1/processrequest"
    assert fake.calls[0].headers["Content-Type"] == "application/json"
    assert fake.bearers() == ["token-1"]


async def test_a_till_push_pairs_its_own_type_and_receiver() -> None:
    daraja, fake = client(accepted(), identity=credentials(till="5123456"))
    await daraja.push(request())
    sent = fake.bodies()[0]
    expected = {"BusinessShortCode": 174379, "PartyB": 5123456, "TransactionType": "CustomerBuyGoodsOnline"}
    assert {key: sent[key] for key in expected} == expected


async def test_small_drifts_of_an_acceptance_are_still_an_acceptance() -> None:
    daraja, _ = client(accepted(ResponseCode=0, MerchantRequestID=None, SomethingNew={"a": 1}))
    assert await daraja.push(request()) == PushAccepted(CHECKOUT, None)


# What an answer to a push means, by what the caller may do next.
PUSH_ANSWERS: dict[str, tuple[Reply, type[DarajaError]]] = {
    "spike_arrest_gateway": (spike(), Throttled),
    "429_of_any_kind": (reply(429, b"<html>slow down</html>"), Throttled),
    "quota_gateway": (
        fault(500, "policies.ratelimit.QuotaViolation", "Rate limit quota violation."),
        Throttled,
    ),
    "busy": (error(500, "500.003.02", "System is busy. Please try again in few minutes."), Throttled),
    "spike_arrest": (error(500, "500.003.02", "Error Occurred: Spike Arrest Violation"), Throttled),
    "quota": (error(500, "500.003.03", "Quota Violation"), Throttled),
    "locked": (
        error(500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process"),
        LineBusy,
    ),
    "connect": (httpx.ConnectError("x"), Unreached),
    "wrong_credentials": (error(500, "500.001.1001", "[MerchantValidate] - Wrong credentials"), Refused),
    "no_merchant": (error(500, "500.001.1001", "Merchant does not exist"), Refused),
    "bad_amount": (error(400, "400.002.02", "Bad Request - Invalid Amount"), Refused),
    "threat": (error(400, "400.002.02", "Bad Request - Threat Detected"), Refused),
    "bad_phone": (error(400, "400.002.02", "Bad Request - Invalid PhoneNumber"), Refused),
    "wrong_path": (error(404, "404.001.01", "Resource not found"), Refused),
    "no_product": (fault(401, "x", "Invalid API call as no apiproduct match found"), Refused),
    "unpublished_4xx": (error(400, "400.009.99", "Something new"), Refused),
    "unknown_500_1001": (error(500, "500.001.1001", "Something new"), PerhapsSent),
    "being_processed": (error(500, "500.001.1001", "The transaction is being processed"), PerhapsSent),
    "internal": (error(500, "500.003.1001", "Internal Server Error"), PerhapsSent),
    "unpublished_5xx": (error(503, "503.001.01", "Something new"), PerhapsSent),
    "gateway_timeout": (
        fault(504, "messaging.adaptors.http.flow.GatewayTimeout", "Gateway Timeout"),
        PerhapsSent,
    ),
    "request_timeout": (error(408, "408.000.01", "Timeout"), PerhapsSent),
    "5xx_code_in_4xx": (error(400, "500.009.99", "Something new"), PerhapsSent),
    "html_503": (reply(503, b"<html>Request unsuccessful. Incapsula incident ID: 1</html>"), Unreadable),
    "text_503": (reply(503, b"Request unsuccessful. Incapsula incident ID: 1"), Unreadable),
    "html_200": (reply(200, b"<!doctype html>"), Unreadable),
    "soap": (reply(500, {"Envelope": {"Body": {"Fault": {"faultstring": "x"}}}}), Unreadable),
    "empty_500": (reply(500, b""), Unreadable),
    "empty_200": (reply(200, b""), Unreadable),
    "null": (reply(200, None), Unreadable),
    "list": (reply(200, []), Unreadable),
    "empty_fault": (reply(400, {"fault": {}}), Unreadable),
    "error_in_200": (error(200, "400.002.02", "Bad Request - Invalid Amount"), Unreadable),
    "without_id": (accepted(CheckoutRequestID=None), Unreadable),
    "id_as_number": (accepted(CheckoutRequestID=5), Unreadable),
    "id_as_query": (accepted(CheckoutRequestID={"$ne": None}), Unreadable),
    "empty_id": (accepted(CheckoutRequestID=""), Unreadable),
    "id_with_newline": (accepted(CheckoutRequestID=CHECKOUT + "\n"), Unreadable),
    "without_code": (accepted(ResponseCode=None), Unreadable),
    "other_code": (accepted(ResponseCode="1"), Unreadable),
    "true_as_code": (accepted(ResponseCode=False), Unreadable),
    "half_json": (reply(200, b'{"CheckoutRequestID":"ws_CO'), Unreadable),
    "repeated_key": (
        reply(200, b'{"CheckoutRequestID":"a","CheckoutRequestID":"b","ResponseCode":"0"}'),
        Unreadable,
    ),
    "redirect": (reply(302, b""), Unreadable),
    "created": (reply(201, {"CheckoutRequestID": CHECKOUT, "ResponseCode": "0"}), Unreadable),
    "read_timeout": (httpx.ReadTimeout("x"), PerhapsSent),
    "lost": (httpx.RemoteProtocolError("x"), PerhapsSent),
}


@pytest.mark.parametrize(("answer", "kind"), PUSH_ANSWERS.values(), ids=PUSH_ANSWERS)
async def test_an_answer_to_a_push_says_what_may_be_done_next(answer: Reply, kind: type[DarajaError]) -> None:
    daraja, fake = client(answer)
    with pytest.raises(DarajaError) as caught:
        await daraja.push(request())
    assert type(caught.value) is kind if kind is not PerhapsSent else isinstance(caught.value, PerhapsSent)
    assert len(fake.calls) == 1, "a push is sent once"
    assert not {CHECKOUT, "254700000123", "token-1"} & set(str(caught.value).split())


async def test_a_doubtful_answer_that_names_its_prompt_keeps_the_name() -> None:
    for answer in (accepted(ResponseCode="1"), accepted(ResponseCode=None), accepted(MerchantRequestID=7)):
        daraja, _ = client(answer)
        with pytest.raises(Unreadable) as caught:
            await daraja.push(request())
        assert caught.value.checkout_request_id == CHECKOUT


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (spike(), 15.0),
        (error(500, "500.003.02", "System is busy"), 60.0),
        (error(500, "500.003.03", "Quota Violation"), 900.0),
        (error(500, "500.001.1001", "Unable to lock subscriber"), 60.0),
        (httpx.Response(429, headers={"Retry-After": "40"}), 40.0),
    ],
)
async def test_being_turned_away_says_how_long_to_wait(answer: httpx.Response, seconds: float) -> None:
    daraja, _ = client(answer)
    with pytest.raises(NotSent) as caught:
        await daraja.push(request())
    assert caught.value.retry_after_s == seconds


async def test_a_refusal_tells_whom_it_concerns() -> None:
    for message, reason in (("PhoneNumber", Reason.ACCOUNT_INVALID), ("CallBackURL", Reason.MISCONFIGURED)):
        daraja, _ = client(error(400, "400.002.02", f"Bad Request - Invalid {message}"))
        with pytest.raises(Refused) as caught:
            await daraja.push(request())
        assert (caught.value.code, caught.value.reason) == ("400.002.02", reason)


TOKEN_REFUSALS = {
    "404": ("404.001.03", "Invalid Access Token", 404),
    "401": ("401.002.01", "Error Occurred - Invalid Access Token - token-1", 401),
    "401_other": ("401.003.01", "Invalid Access Token", 401),
    "400": ("400.003.01", "Invalid Access Token", 400),
    "gateway": ("keymanagement.service.access_token_expired", "Access Token expired", 401),
}


def token_refusal(name: str) -> httpx.Response:
    code, message, status = TOKEN_REFUSALS[name]
    return (fault if name == "gateway" else error)(status, code, message)


@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_a_refused_token_is_renewed_once_in_each_of_its_spellings(name: str) -> None:
    daraja, fake = client(token_refusal(name), accepted())
    assert (await daraja.push(request())).checkout_request_id == CHECKOUT
    assert fake.bearers() == ["token-1", "token-2"]
    assert len(fake.token_calls) == 2


@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_a_second_refusal_is_for_an_operator_and_never_repeats_the_token(name: str) -> None:
    daraja, fake = client(token_refusal(name), token_refusal(name))
    with pytest.raises(CredentialsRefused) as caught:
        await daraja.push(request())
    assert "token-" not in str(caught.value)
    assert len(fake.calls) == 2


async def test_an_answer_that_names_a_prompt_is_never_a_reason_to_push_again() -> None:
    body = {"errorCode": "404.001.03", "errorMessage": "Invalid Access Token", "CheckoutRequestID": CHECKOUT}
    daraja, fake = client(reply(404, body))
    with pytest.raises(Unreadable) as caught:
        await daraja.push(request())
    assert caught.value.checkout_request_id == CHECKOUT
    assert len(fake.calls) == 1


async def test_after_a_renewed_token_an_unclear_answer_is_still_perhaps_sent() -> None:
    daraja, _ = client(token_refusal("404"), httpx.ReadTimeout("x"))
    with pytest.raises(PerhapsSent):
        await daraja.push(request())


async def test_what_daraja_echoes_of_our_secrets_is_hidden() -> None:
    password = base64.b64encode(b"174379thepasskey20260204120000").decode()
    echo = f"Bad Request - Invalid token-1 thepasskey consumersecret {password} 254700000123"
    daraja, _ = client(error(400, "400.002.02", echo))
    with pytest.raises(Refused) as caught:
        await daraja.push(request())
    shown = caught.value.message
    assert not any(
        word in shown for word in ("token-1", "thepasskey", "consumersecret", password, "254700000123")
    )


QUERY_ANSWERS: dict[str, tuple[httpx.Response, tuple[str, str | None, Reason]]] = {
    "paid": (queried("0"), ("paid", "0", Reason.PAID)),
    "paid_as_number": (queried(0), ("paid", "0", Reason.PAID)),
    "cancelled": (queried("1032"), ("unpaid", "1032", Reason.CANCELLED)),
    "cancelled_as_number": (queried(1032), ("unpaid", "1032", Reason.CANCELLED)),
    "wrong_receiver": (queried("SFC_IC0003"), ("unpaid", "SFC_IC0003", Reason.MISCONFIGURED)),
    "4999": (queried("4999"), ("pending", "4999", Reason.PROCESSING)),
    "not_final": (queried("17"), ("pending", "17", Reason.RULE_LIMITED)),
    "unpublished": (queried("7777"), ("pending", "7777", Reason.UNKNOWN)),
    "too_early": (
        error(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID"),
        ("pending", "400.002.02", Reason.UNKNOWN),
    ),
    "being_processed": (
        error(500, "500.001.1001", "The transaction is being processed"),
        ("pending", "500.001.1001", Reason.PROCESSING),
    ),
}


@pytest.mark.parametrize(("answer", "expected"), QUERY_ANSWERS.values(), ids=QUERY_ANSWERS)
async def test_a_query_is_a_no_only_when_the_code_is_known_to_be_final(
    answer: httpx.Response, expected: tuple[str, str | None, Reason]
) -> None:
    daraja, fake = client(answer)
    said = await daraja.query(CHECKOUT)
    assert (said.outcome, said.code, said.reason) == expected
    assert fake.bodies()[0].keys() == {"BusinessShortCode", "Password", "Timestamp", "CheckoutRequestID"}
    assert fake.calls[0].url.path == "/base/mpesa/stkpushquery/v1/query"


UNBELIEVED: dict[str, tuple[Reply, type[DarajaError]]] = {
    "another_push": (queried("0", CheckoutRequestID="ws_CO_another"), Unreadable),
    "no_push": (queried("0", CheckoutRequestID=None), Unreadable),
    "not_accepted": (queried("1032", ResponseCode="1"), Unreadable),
    "code_missing": (queried(None), Unreadable),
    "code_as_truth": (queried(code=False), Unreadable),
    "html": (reply(503, b"<html>"), Unreadable),
    "spike": (spike(), Throttled),
    "unknown_text": (error(500, "500.001.1001", "Something new"), Unreadable),
    "our_fault": (error(400, "400.002.02", "Bad Request - Invalid BusinessShortCode"), Refused),
    "timeout": (httpx.ReadTimeout("x"), PerhapsSent),
}


@pytest.mark.parametrize(("answer", "kind"), UNBELIEVED.values(), ids=UNBELIEVED)
async def test_a_query_that_says_nothing_settles_nothing(answer: Reply, kind: type[DarajaError]) -> None:
    daraja, _ = client(answer)
    with pytest.raises(kind):
        await daraja.query(CHECKOUT)


async def test_a_query_for_what_cannot_be_an_identifier_is_not_asked() -> None:
    daraja, fake = client()
    for identifier in ("", "a b", "x" * 81, CHECKOUT + "\n"):
        with pytest.raises(ValueError, match="CheckoutRequestID"):
            await daraja.query(identifier)
    assert fake.calls == []


async def test_a_long_description_is_cut_and_cleaned() -> None:
    daraja, _ = client(queried("1032", ResultDesc="Cancelled by 254700000123\n" + "x " * 300))
    said = await daraja.query(CHECKOUT)
    assert len(said.description) == 200
    assert "254700000123" not in said.description
