"""Why a payment is not paid, or is looked at, in plain English: what happened and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from payments.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason in words.

    Attributes:
        sentence: what happened.
        advice: what the payer can do now.
        other_number: whether another number may help.
    """

    sentence: str
    advice: str
    other_number: bool = False


_AGAIN = "You can try again whenever you like."
_LATER = "Please try again in a few minutes."
_OFFICE = "Please ask our office; they can see what is wrong."
_LOOKING = "Our office is looking into it; there is nothing you need to do."

REASONS: dict[Reason, Why] = {
    Reason.CANCELLED: Why(
        sentence="The request was cancelled on the phone.", advice=_AGAIN, other_number=True
    ),
    Reason.WRONG_PIN: Why(
        sentence="The M-Pesa PIN was not right.",
        advice="Try again and enter the PIN with care: too many wrong ones lock it.",
    ),
    Reason.PIN_LOCKED: Why(
        sentence="The M-Pesa PIN of this number is locked.",
        advice="Your operator can unlock it. Meanwhile you can pay from another number.",
        other_number=True,
    ),
    Reason.LOW_BALANCE: Why(
        sentence="There was not enough money in the M-Pesa account.",
        advice="Top it up and try again, or pay from another number.",
        other_number=True,
    ),
    Reason.UNREACHABLE: Why(
        sentence="The phone could not be reached.",
        advice="Make sure it is on and has network, then try again.",
        other_number=True,
    ),
    Reason.EXPIRED: Why(
        sentence="The request ran out before a PIN was entered.",
        advice="Keep the phone at hand and try again.",
        other_number=True,
    ),
    Reason.LINE_BUSY: Why(
        sentence="Another M-Pesa request was open on that phone.",
        advice="Finish or cancel that one, wait two minutes, then try again.",
        other_number=True,
    ),
    Reason.ACCOUNT_INVALID: Why(
        sentence="This number cannot pay with M-Pesa.",
        advice="Please use a number that has M-Pesa.",
        other_number=True,
    ),
    Reason.BELOW_MINIMUM: Why(sentence="The amount is below what M-Pesa takes.", advice=_OFFICE),
    Reason.ABOVE_MAXIMUM: Why(
        sentence="The amount is above what M-Pesa takes at once.",
        advice="Pay it in parts with /pay, or ask our office.",
    ),
    Reason.DAILY_LIMIT: Why(
        sentence="The day's limit of that M-Pesa account is used up.",
        advice="Try again tomorrow, or pay from another number.",
        other_number=True,
    ),
    Reason.RECEIVER_LIMIT: Why(
        sentence="Our own M-Pesa account cannot take more just now.",
        advice="We are sorry. Please try again later.",
    ),
    Reason.RULE_LIMITED: Why(
        sentence="M-Pesa's rules do not allow this payment from that number.",
        advice="Pay from another number, or ask our office.",
        other_number=True,
    ),
    Reason.PROMPT_NOT_DELIVERED: Why(
        sentence="The request did not reach the phone.",
        advice="Make sure it is on and has network, then try again.",
        other_number=True,
    ),
    Reason.SYSTEM_BUSY: Why(sentence="M-Pesa was too busy.", advice=_LATER),
    Reason.MISCONFIGURED: Why(sentence="Something is not set up right on our side.", advice=_OFFICE),
    Reason.REFUSED: Why(sentence="M-Pesa did not take the request.", advice=_LATER, other_number=True),
    Reason.NOT_SENT: Why(
        sentence="M-Pesa could not be reached, so nothing was sent to your phone.", advice=_LATER
    ),
    Reason.WITHDRAWN: Why(
        sentence="You cancelled before anything was sent.", advice=_AGAIN, other_number=True
    ),
    Reason.UNKNOWN: Why(
        sentence="M-Pesa said no without telling why.", advice="You can try again.", other_number=True
    ),
    Reason.IN_LINE: Why(sentence="Too many people were paying, so nothing was sent.", advice=_LATER),
    Reason.REPEATED: Why(
        sentence="The same amount was asked from this phone several times, so nothing was sent this time.",
        advice="Please see /status first, then try again in a few minutes.",
    ),
    Reason.AMOUNT_DIFFERS: Why(
        sentence="The amount that arrived is not the amount that was asked.", advice=_LOOKING
    ),
    Reason.IDENTITY_DIFFERS: Why(sentence="An answer came that belongs to another request.", advice=_LOOKING),
    Reason.RECEIPT_REUSED: Why(sentence="The receipt that came belongs to another payment.", advice=_LOOKING),
    Reason.ANSWERS_DISAGREE: Why(sentence="Two answers contradict each other.", advice=_LOOKING),
    Reason.NO_ANSWER: Why(sentence="Safaricom gave no clear answer in time.", advice=_LOOKING),
    Reason.RESOLVED: Why(sentence="Our office looked and found no money.", advice=_AGAIN, other_number=True),
}
