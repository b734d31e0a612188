"""Why a payment is not paid, or why a person must look: one closed list of words.

Every word has a sentence for the payer (`bot.reason_wording`) and a test proves it. The numbers Safaricom
uses for some of them are known to `daraja` alone.
"""

from enum import StrEnum


class Reason(StrEnum):
    """The reason recorded with a definite no, or with a payment that a person must look at."""

    # What the payer did, or what their line or account answered.
    CANCELLED = "cancelled"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"
    LOW_BALANCE = "low_balance"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    LINE_BUSY = "line_busy"
    ACCOUNT_INVALID = "account_invalid"

    # What M-Pesa's own rules forbid.
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    DAILY_LIMIT = "daily_limit"
    RECEIVER_LIMIT = "receiver_limit"
    RULE_LIMITED = "rule_limited"

    # What went wrong between the firm and Safaricom.
    PROMPT_NOT_DELIVERED = "prompt_not_delivered"
    SYSTEM_BUSY = "system_busy"
    MISCONFIGURED = "misconfigured"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"

    # Why a payment that was not sent yet has to wait.
    IN_LINE = "in_line"
    REPEATED = "repeated"

    # Why a person must look.
    AMOUNT_DIFFERS = "amount_differs"
    IDENTITY_DIFFERS = "identity_differs"
    RECEIPT_REUSED = "receipt_reused"
    ANSWERS_DISAGREE = "answers_disagree"
    NO_ANSWER = "no_answer"

    # What a person decided.
    RESOLVED = "resolved"
