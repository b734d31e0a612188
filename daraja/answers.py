"""How any HTTP answer of Daraja is read: what it is, before what it means.

Owns the guarded reading of bodies (JSON of the expected shape, Daraja's error body, the gateway's
``fault``, and everything that is none of these) and the records that callers get for a good one. Refuses to
own the table of error codes (``refusals.py``) and the exchange itself (``transport.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from daraja import wire
from daraja.codes import Reason, look_up
from daraja.errors import DarajaError, Unreadable
from daraja.redact import clean
from daraja.refusals import ErrorText, Says, error_for, meaning_of
from daraja.strictjson import BadJson, JsonValue, loads
from daraja.transport import Answer

_OK: Final = 200
_ACCEPTED: Final = "0"
_Shape = TypeVar("_Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PushAccepted:
    """Daraja took the push and will prompt the phone. Nothing is paid yet.

    ``checkout_request_id`` ends with the payer's phone number: do not log it.
    """

    checkout_request_id: str = field(repr=False)
    merchant_request_id: str | None


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What Daraja says of one push. ``pending`` is also the answer to everything that is not a known end.

    ``code`` is the result code, or the error code of an answer that only meant "not yet". A paid answer
    brings no receipt and no amount (Daraja: STK push query).
    """

    outcome: Literal["paid", "unpaid", "pending"]
    code: str | None
    reason: Reason
    description: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer that is not the expected one: what it says, and its text made fit to be kept."""

    says: Says
    told: ErrorText

    def as_error(self) -> DarajaError:
        """The error to raise for it."""
        return error_for(self.says, self.told)


def read_as(shape: type[_Shape], answer: Answer, secrets: Iterable[str]) -> _Shape | Trouble:
    """The body of a 200 answer in the expected shape, or what is the trouble with it."""
    content = _json_of(answer)
    if answer.status == _OK and (found := _fit(shape, content)) is not None:
        return found
    return _trouble(answer, content, secrets)


def refuses_token(answer: Answer) -> bool:
    """Whether the gateway turned this call away for its token, before looking any further.

    An answer that names a prompt or a conversation got further, whatever error it also holds.
    """
    content = _json_of(answer)
    got_further = names_conversation(answer) or _fit(wire.CheckoutOnly, content) is not None
    return not got_further and _trouble(answer, content, ()).says is Says.TOKEN_INVALID


def names_conversation(answer: Answer) -> bool:
    """Whether an answer of any kind names a conversation: then an initiator's call got through."""
    return _fit(wire.ConversationOnly, _json_of(answer)) is not None


def read_push(answer: Answer, secrets: Iterable[str]) -> PushAccepted:
    """The answer to a push.

    Raises:
        DarajaError: as the answer says; ``Unreadable`` keeps the CheckoutRequestID if one could be made out.
    """
    reply = read_as(wire.PushReply, answer, secrets)
    if isinstance(reply, wire.PushReply) and reply.ResponseCode == _ACCEPTED:
        return PushAccepted(reply.CheckoutRequestID, reply.MerchantRequestID)
    # An answer that names a prompt is never a plain no, whatever else it says: somebody can be asked about
    # it.
    if (named := _fit(wire.CheckoutOnly, _json_of(answer))) is not None:
        raise Unreadable(
            "an answer with a CheckoutRequestID but no acceptance",
            checkout_request_id=named.CheckoutRequestID,
        )
    if isinstance(reply, Trouble):
        raise reply.as_error()
    raise Unreadable("an answer without acceptance")  # pragma: no cover - a PushReply always names its prompt


_NOT_YET: Final = {Says.STILL_PROCESSING: Reason.PROCESSING, Says.CHECKOUT_UNKNOWN: Reason.UNKNOWN}


def read_query(answer: Answer, asked_for: str, secrets: Iterable[str]) -> QueryAnswer:
    """The answer to a query about ``asked_for``.

    Raises:
        DarajaError: as the answer says; ``Unreadable`` also when it speaks of another push.
    """
    reply = read_as(wire.QueryReply, answer, secrets)
    if isinstance(reply, Trouble):
        return _not_yet(reply)
    if reply.CheckoutRequestID != asked_for:
        raise Unreadable("the answer is about another push")
    if reply.ResponseCode != _ACCEPTED:
        raise Unreadable("the query was not accepted", code=reply.ResponseCode)
    code = look_up(reply.ResultCode)
    return QueryAnswer(
        code.query, reply.ResultCode, code.reason, clean(reply.ResultDesc or "", secrets=secrets)
    )


def _not_yet(trouble: Trouble) -> QueryAnswer:
    if (reason := _NOT_YET.get(trouble.says)) is None:
        raise trouble.as_error()
    return QueryAnswer("pending", trouble.told.code, reason, trouble.told.message)


def _trouble(answer: Answer, content: JsonValue, secrets: Iterable[str]) -> Trouble:
    code, text = _code_and_text(content)
    message = clean(text, secrets=secrets) or _kind_of_body(answer, content)
    told = ErrorText(
        clean(code, secrets=secrets, limit=64), f"HTTP {answer.status}: {message}", answer.retry_after_s
    )
    return Trouble(meaning_of(answer.status, code, text), told)


def _code_and_text(content: JsonValue) -> tuple[str, str]:
    if (envelope := _fit(wire.ErrorEnvelope, content)) is not None:
        return envelope.code, envelope.message
    if (body := _fit(wire.FaultBody, content)) is not None:
        return body.fault.detail.code, body.fault.message
    return "", ""


def _json_of(answer: Answer) -> JsonValue:
    """The body as JSON, or None: no answer of Daraja is a bare null."""
    try:
        return loads(answer.body)
    except BadJson:
        return None


def _fit(shape: type[_Shape], content: JsonValue) -> _Shape | None:
    try:
        return shape.model_validate(content)
    except ValidationError:
        return None


def _kind_of_body(answer: Answer, content: JsonValue) -> str:
    """A word for an operator, instead of a stranger's HTML in our logs."""
    if not answer.body.strip():
        return "an empty answer"
    if content is not None:
        return "JSON of another shape"
    return "a web page" if answer.body.lstrip().startswith(b"<") else "an answer that is not JSON"
