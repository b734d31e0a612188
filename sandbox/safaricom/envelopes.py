"""Every body that is not a success, as a table; who gets which is decided elsewhere.

Daraja: the error envelope of the STK push and query, the Authorization errors, and the answers of the
gateway and the firewall in front of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal, get_args

from aiohttp import web

from sandbox.safaricom import nairobi

AnswerName = Literal[
    "invalid_authentication",
    "invalid_grant_type",
    "invalid_field",
    "threat_detected",
    "invalid_payload",
    "invalid_token",
    "invalid_token_401",
    "invalid_token_400",
    "not_found",
    "invalid_header",
    "method_not_allowed",
    "no_merchant",
    "wrong_credentials",
    "line_busy",
    "processing",
    "system_busy",
    "spike_arrest",
    "quota",
    "internal_error",
    "duplicate_id",
    "gateway_spike_arrest",
    "gateway_no_product",
    "incapsula",
    "soap_fault",
    "empty_500",
]
ANSWER_NAMES: Final[frozenset[str]] = frozenset(get_args(AnswerName))


@dataclass(frozen=True, slots=True)
class Envelope:
    """HTTP status, errorCode, and errorMessage with the word that varies left open."""

    status: int
    code: str
    message: str
    request_id_is_null: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """A body that is no envelope."""

    status: int
    content_type: str
    text: str


ENVELOPES: dict[AnswerName, Envelope] = {
    "invalid_authentication": Envelope(400, "400.008.01", "Invalid Authentication passed"),
    "invalid_grant_type": Envelope(400, "400.008.02", "Invalid grant type passed"),
    "invalid_field": Envelope(400, "400.002.02", "Bad Request - Invalid {detail}"),
    "threat_detected": Envelope(400, "400.002.02", "Bad Request - Threat Detected"),
    "invalid_payload": Envelope(400, "400.002.05", "Invalid Request Payload"),
    "invalid_token": Envelope(404, "404.001.03", "Invalid Access Token"),
    "invalid_token_401": Envelope(401, "401.002.01", "Error Occurred - Invalid Access Token - {detail}"),
    "invalid_token_400": Envelope(400, "400.003.01", "Invalid Access Token"),
    "not_found": Envelope(404, "404.001.01", "Resource not found"),
    "invalid_header": Envelope(404, "404.001.04", "Invalid Authentication Header"),
    "method_not_allowed": Envelope(405, "405.001", "Method Not Allowed"),
    "no_merchant": Envelope(500, "500.001.1001", "Merchant does not exist"),
    "wrong_credentials": Envelope(500, "500.001.1001", "Wrong credentials"),
    "line_busy": Envelope(
        500,
        "500.001.1001",
        "Unable to lock subscriber, a transaction is already in process for the current subscriber",
    ),
    "processing": Envelope(500, "500.001.1001", "The transaction is being processed"),
    "system_busy": Envelope(
        500, "500.003.02", "System is busy. Please try again in few minutes.", request_id_is_null=True
    ),
    "spike_arrest": Envelope(500, "500.003.02", "Error Occurred: Spike Arrest Violation"),
    "quota": Envelope(500, "500.003.03", "Quota Violation"),
    "internal_error": Envelope(500, "500.003.1001", "Internal Server Error"),
    "duplicate_id": Envelope(500, "500.002.1001", "Duplicate OriginatorConversationID."),
}


def _fault(message: str, errorcode: str) -> str:
    return json.dumps({"fault": {"faultstring": message, "detail": {"errorcode": errorcode}}})


RAW: dict[AnswerName, Raw] = {
    "gateway_spike_arrest": Raw(
        429,
        "application/json",
        _fault(
            "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, "
            "periodInMicroseconds=60000000, maxBurstMessageCount=1.0}",
            "policies.ratelimit.SpikeArrestViolation",
        ),
    ),
    "gateway_no_product": Raw(
        401,
        "application/json",
        _fault("Invalid API call as no apiproduct match found", "keymanagement.service.InvalidAPICall"),
    ),
    "incapsula": Raw(
        503,
        "text/html",
        "<html><head><title>Blocked</title></head><body>"
        "Request unsuccessful. Incapsula incident ID: 0-0000000000000000000</body></html>",
    ),
    "soap_fault": Raw(
        500,
        "application/json",
        json.dumps(
            {"Envelope": {"Body": {"Fault": {"faultcode": "Server", "faultstring": "upstream failed"}}}}
        ),
    ),
    "empty_500": Raw(500, "text/plain", ""),
}


class RefusedError(Exception):
    """A request is refused with the named answer; `detail` fills the open word, if there is one."""

    def __init__(self, name: AnswerName, *, detail: str = "", request_id: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.detail = detail
        self.request_id = request_id

    def response(self) -> web.Response:
        """The HTTP answer to send."""
        return answer(self.name, detail=self.detail, request_id=self.request_id)


def answer(name: AnswerName, *, detail: str = "", request_id: str = "") -> web.Response:
    """The named answer as an HTTP response; without a `request_id` a fresh one is made."""
    if raw := RAW.get(name):
        return web.Response(status=raw.status, text=raw.text, content_type=raw.content_type)
    envelope = ENVELOPES[name]
    body = {
        "requestId": None if envelope.request_id_is_null else request_id or nairobi.request_id(),
        "errorCode": envelope.code,
        "errorMessage": envelope.message.format(detail=detail),
    }
    return web.json_response(body, status=envelope.status)


def spike_arrest(*, limit: int, burst: int) -> web.Response:
    """The gateway's HTTP 429, naming the limit that was broken."""
    rate = f"messagesPerPeriod={limit}, periodInMicroseconds=60000000, maxBurstMessageCount={burst}.0"
    text = _fault(
        f"Spike arrest violation. Allowed rate : MessageRate{{{rate}}}",
        "policies.ratelimit.SpikeArrestViolation",
    )
    return web.Response(status=429, text=text, content_type="application/json")
