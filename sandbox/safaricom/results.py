"""Result codes and their usual words (Daraja: STK push result codes). Who gets which is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

Code = int | str


@dataclass(frozen=True, slots=True)
class Result:
    """How a push ended: a number, or text such as SFC_IC0003, and its description."""

    code: Code
    description: str


PAID: Code = 0
LOW_BALANCE: Code = 1
RULE_LIMITED: Code = 17
EXPIRED: Code = 1019
CANCELLED: Code = 1032
UNREACHABLE: Code = 1037
WRONG_PIN: Code = 2001
NOT_PERMITTED: Code = 2028
NO_RECEIVER: Code = "SFC_IC0003"
STILL_PROCESSING: Code = "4999"
UNDOCUMENTED: Code = 7431

WORDS: dict[Code, str] = {
    PAID: "The service request is processed successfully.",
    LOW_BALANCE: "The balance is insufficient for the transaction.",
    RULE_LIMITED: "Rule limited.",
    EXPIRED: "Transaction has expired",
    CANCELLED: "Request cancelled by user",
    UNREACHABLE: "DS timeout user cannot be reached",
    WRONG_PIN: "The initiator information is invalid.",
    NOT_PERMITTED: "The request is not permitted according to product assignment.",
    NO_RECEIVER: "The operator or the receiver does not exist.",
    STILL_PROCESSING: "The transaction is still under processing",
    UNDOCUMENTED: "The reason is not in any published table.",
}


def result(code: Code, description: str | None = None) -> Result:
    """The code with its usual words, or with those given."""
    return Result(code, WORDS[code] if description is None else description)
