"""What every answer to an initiator's call means, when it is about money that goes out."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daraja.errors import (
    DarajaError,
    NotSent,
    PerhapsSent,
    Refused,
    SeenBefore,
    Throttled,
    Unreached,
    Unreadable,
)
from tests.daraja.daraja_fakes import Reply, error, fault, reply
from tests.daraja.payout_fakes import (
    CONVERSATION,
    EVERY_CALL,
    OUR_ID,
    ask,
    payout,
    payout_client,
    reversal,
    taken,
)

NO_PRODUCT = "Invalid API call as no apiproduct match found"


# What an answer to a call means, by what may be done next. The name says what it is an example of.
ANSWERS: dict[str, tuple[Reply, type[DarajaError]]] = {
    # Surely not taken: the same call may be made again.
    "connect": (httpx.ConnectError("x"), Unreached),
    "connect_timeout": (httpx.ConnectTimeout("x"), Unreached),
    "busy": (error(500, "500.003.02", "System is busy. Please try again in few minutes."), Throttled),
    "spike": (error(500, "500.003.02", "Error Occurred: Spike Arrest Violation"), Throttled),
    "quota": (error(500, "500.003.03", "Quota Violation"), Throttled),
    "spike_gateway": (fault(429, "policies.ratelimit.SpikeArrestViolation", "Spike arrest"), Throttled),
    "429_of_any_kind": (reply(429, b"slow down"), Throttled),
    # A definite no, published as one.
    "amount": (error(400, "400.002.02", "Bad Request - Invalid Amount"), Refused),
    "phone": (error(400, "400.002.02", "Bad Request - Invalid PartyB"), Refused),
    "right_spelling": (error(400, "400.002.02", "Bad Request - Invalid RecieverIdentifierType"), Refused),
    "threat": (error(400, "400.002.02", "Bad Request - Threat Detected"), Refused),
    "payload": (error(400, "400.002.05", "Invalid Request Payload"), Refused),
    "status_bad_request": (error(400, "400.003.02", "Bad Request"), Refused),
    "path": (error(404, "404.001.01", "Resource not found"), Refused),
    "method": (error(405, "405.001", "Method Not Allowed"), Refused),
    "wrong_credentials": (error(500, "500.001.1001", "[MerchantValidate] - Wrong credentials"), Refused),
    "no_merchant": (error(500, "500.001.1001", "Merchant does not exist"), Refused),
    "no_product": (fault(401, "keymanagement.service.InvalidAPICall", NO_PRODUCT), Refused),
    # Neither yes nor no.
    "duplicate": (error(500, "500.002.1001", "Duplicate OriginatorConversationID."), SeenBefore),
    "duplicate_spelt_otherwise": (
        error(400, "400.002.02", "Bad Request - Duplicate Originator Conversation ID"),
        SeenBefore,
    ),
    "duplicate_unlisted_code": (error(409, "409.001", "duplicate originatorConversationId"), SeenBefore),
    # All else may have sent money.
    "dup_code_other_text": (error(500, "500.002.1001", "Something new"), Unreadable),
    "line_busy": (error(500, "500.001.1001", "Unable to lock subscriber, a transaction is"), Unreadable),
    "being_processed": (error(500, "500.001.1001", "The transaction is being processed"), Unreadable),
    "unknown_1001": (error(500, "500.001.1001", "Something new"), Unreadable),
    "internal": (error(500, "500.003.1001", "Internal Server Error"), Unreadable),
    "unpublished_4xx": (error(400, "400.009.99", "Something new"), Unreadable),
    "conflict": (error(409, "409.001", "Conflict"), Unreadable),
    "unpublished_5xx": (error(503, "503.001.01", "Something new"), Unreadable),
    "gateway_timeout": (fault(504, "messaging.adaptors.http.flow.GatewayTimeout", "x"), Unreadable),
    "request_timeout": (error(408, "408.000.01", "Timeout"), Unreadable),
    "error_in_200": (error(200, "500.002.1001", "Duplicate OriginatorConversationID."), Unreadable),
    "incapsula": (reply(503, b"Request unsuccessful. Incapsula incident ID: 1"), Unreadable),
    "html_200": (reply(200, b"<!doctype html>"), Unreadable),
    "soap": (reply(500, {"Envelope": {"Body": {"Fault": {"faultstring": "x"}}}}), Unreadable),
    "empty_500": (reply(500, b""), Unreadable),
    "empty_200": (reply(200, b""), Unreadable),
    "list": (reply(200, []), Unreadable),
    "half_json": (reply(200, b'{"ConversationID":"AG'), Unreadable),
    "created": (reply(201, {"ConversationID": CONVERSATION, "ResponseCode": "0"}), Unreadable),
    "redirect": (reply(302, b""), Unreadable),
    "other_code": (taken(ResponseCode="1"), Unreadable),
    "without_code": (taken(ResponseCode=None), Unreadable),
    "without_conversation": (taken(ConversationID=None), Unreadable),
    "empty_conversation": (taken(ConversationID=""), Unreadable),
    "without_our_id": (taken(OriginatorConversationID=None), Unreadable),
    "id_as_question": (taken(OriginatorConversationID={"$ne": None}), Unreadable),
    "read_timeout": (httpx.ReadTimeout("x"), PerhapsSent),
    "write_timeout": (httpx.WriteTimeout("x"), PerhapsSent),
    "lost": (httpx.RemoteProtocolError("x"), PerhapsSent),
}


@pytest.mark.parametrize(("answer", "kind"), ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_to_a_payout_says_what_may_be_done_next(
    answer: Reply, kind: type[DarajaError]
) -> None:
    daraja, fake = payout_client(answer)
    with pytest.raises(DarajaError) as caught:
        await daraja.pay_out(payout())
    assert type(caught.value) is kind
    assert len(fake.calls) == 1, "money is sent once"


@pytest.mark.parametrize("what", EVERY_CALL)
@pytest.mark.parametrize("name", ["connect", "amount", "unpublished_4xx", "line_busy", "read_timeout"])
async def test_the_same_answer_means_the_same_to_every_call(what: str, name: str) -> None:
    answer, kind = ANSWERS[name]
    daraja, fake = payout_client(answer)
    with pytest.raises(kind):
        await ask(daraja, what)
    assert len(fake.calls) == 1


NAMED = {"ConversationID": CONVERSATION, "errorMessage": "Invalid"}


@pytest.mark.parametrize("code", ["400.002.02", "404.001.03", "500.003.02", "500.002.1001", "400.008.01"])
async def test_no_refusal_that_names_a_conversation_is_believed_or_repeated(code: str) -> None:
    daraja, fake = payout_client(reply(400, NAMED | {"errorCode": code}))
    with pytest.raises(Unreadable):
        await daraja.reverse(reversal())
    assert len(fake.calls) == 1


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (error(500, "500.003.02", "System is busy"), 60.0),
        (error(500, "500.003.03", "Quota Violation"), 900.0),
        (httpx.Response(429, headers={"Retry-After": "40"}), 40.0),
    ],
)
async def test_being_turned_away_says_how_long_to_wait(answer: httpx.Response, seconds: float) -> None:
    daraja, _ = payout_client(answer)
    with pytest.raises(Throttled) as caught:
        await daraja.pay_out(payout())
    assert caught.value.retry_after_s == seconds


CODES = st.sampled_from(["400.002.02", "404.001.03", "500.001.1001", "500.002.1001", "9", "", "401.002.01"])
TEXTS = st.sampled_from(["", "Duplicate OriginatorConversationID.", "Wrong credentials", "Something new"])
STATUSES = st.integers(200, 599)
NAMES = st.sampled_from([CONVERSATION, "", None, 5])


@given(status=STATUSES, code=CODES, text=TEXTS, name=NAMES, answered=st.sampled_from(["0", "1", 0, None]))
async def test_whatever_comes_is_taken_only_with_every_proof_and_refused_only_without_any(
    status: int, code: str, text: str, name: object, answered: object
) -> None:
    body = {
        "errorCode": code,
        "errorMessage": text,
        "ConversationID": name,
        "OriginatorConversationID": OUR_ID,
        "ResponseCode": answered,
    }
    daraja, fake = payout_client(*[reply(status, body)] * 2)
    try:
        got = await daraja.pay_out(payout())
    except (NotSent, Refused, SeenBefore):
        assert status >= 400
        assert name != CONVERSATION
    except PerhapsSent:
        assert len(fake.calls) == 1 or (status >= 400 and name != CONVERSATION)
    else:
        assert (status, got.conversation_id, str(answered)) == (200, CONVERSATION, "0")
