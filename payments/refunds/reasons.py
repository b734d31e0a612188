"""Why money is given back, and why it did not go: two closed lists of words.

Every word has a sentence for people (`bot`), and a test proves it. Safaricom's numbers are `daraja`'s.
"""

from enum import StrEnum


class Why(StrEnum):
    """Why the firm gives money back."""

    PAID_TWICE = "paid_twice"
    WRONG_AMOUNT = "wrong_amount"
    CANCELLED = "cancelled"
    """The client called the service off."""
    NOT_DONE = "not_done"
    """The firm did not do what was paid for."""
    COURT_FEE_BACK = "court_fee_back"
    GOODWILL = "goodwill"
    OTHER = "other"


class Obstacle(StrEnum):
    """Why a refund did not go out, or why a person must look at it."""

    # What the office decided.
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    NOBODY_APPROVED = "nobody_approved"
    RESOLVED = "resolved"

    # What Safaricom says of the money or of the receiver.
    LOW_FLOAT = "low_float"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    DAILY_LIMIT = "daily_limit"
    RECEIVER_LIMIT = "receiver_limit"
    NOT_REGISTERED = "not_registered"
    ALREADY_REVERSED = "already_reversed"
    ORIGINAL_UNKNOWN = "original_unknown"
    DECLINED = "declined"

    # What is wrong between the firm and Safaricom.
    CREDENTIAL_WRONG = "credential_wrong"
    OPERATOR_LOCKED = "operator_locked"
    MISCONFIGURED = "misconfigured"
    SYSTEM_BUSY = "system_busy"
    INTERNAL_FAILURE = "internal_failure"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"

    # Why a person must look.
    AMOUNT_DIFFERS = "amount_differs"
    IDENTITY_DIFFERS = "identity_differs"
    CODE_REUSED = "code_reused"
    NO_ROOM = "no_room"
    """It was said to be paid after its money had been given to another refund."""
    ANSWERS_DISAGREE = "answers_disagree"
    NO_ANSWER = "no_answer"
