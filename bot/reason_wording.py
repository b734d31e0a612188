"""Why a payment is not paid, or is looked at: what happened and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from bot.phrases import Phrase
from payments.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason in words.

    Attributes:
        sentence: what happened.
        advice: what the payer can do now.
        other_number: whether another number may help.
    """

    sentence: Phrase
    advice: Phrase
    other_number: bool = False


_AGAIN = Phrase("You can try again whenever you like.")
_LATER = Phrase("Please try again in a few minutes.")
_OFFICE = Phrase("Please ask our office; they can see what is wrong.")
_LOOKING = Phrase("Our office is looking into it; there is nothing you need to do.")

REASONS: dict[Reason, Why] = {
    Reason.CANCELLED: Why(
        sentence=Phrase("The request was cancelled on the phone."), advice=_AGAIN, other_number=True
    ),
    Reason.WRONG_PIN: Why(
        sentence=Phrase("The M-Pesa PIN was not right."),
        advice=Phrase("Try again and enter the PIN with care: too many wrong ones lock it."),
    ),
    Reason.PIN_LOCKED: Why(
        sentence=Phrase("The M-Pesa PIN of this number is locked."),
        advice=Phrase("Your operator can unlock it. Meanwhile you can pay from another number."),
        other_number=True,
    ),
    Reason.LOW_BALANCE: Why(
        sentence=Phrase("There was not enough money in the M-Pesa account."),
        advice=Phrase("Top it up and try again, or pay from another number."),
        other_number=True,
    ),
    Reason.UNREACHABLE: Why(
        sentence=Phrase("The phone could not be reached."),
        advice=Phrase("Make sure it is on and has network, then try again."),
        other_number=True,
    ),
    Reason.EXPIRED: Why(
        sentence=Phrase("The request ran out before a PIN was entered."),
        advice=Phrase("Keep the phone at hand and try again."),
        other_number=True,
    ),
    Reason.LINE_BUSY: Why(
        sentence=Phrase("Another M-Pesa request was open on that phone."),
        advice=Phrase("Finish or cancel that one, wait two minutes, then try again."),
        other_number=True,
    ),
    Reason.ACCOUNT_INVALID: Why(
        sentence=Phrase("This number cannot pay with M-Pesa."),
        advice=Phrase("Please use a number that has M-Pesa."),
        other_number=True,
    ),
    Reason.BELOW_MINIMUM: Why(sentence=Phrase("The amount is below what M-Pesa takes."), advice=_OFFICE),
    Reason.ABOVE_MAXIMUM: Why(
        sentence=Phrase("The amount is above what M-Pesa takes at once."),
        advice=Phrase("Pay it in parts with /pay, or ask our office."),
    ),
    Reason.DAILY_LIMIT: Why(
        sentence=Phrase("The day's limit of that M-Pesa account is used up."),
        advice=Phrase("Try again tomorrow, or pay from another number."),
        other_number=True,
    ),
    Reason.RECEIVER_LIMIT: Why(
        sentence=Phrase("Our own M-Pesa account cannot take more just now."),
        advice=Phrase("We are sorry. Please try again later."),
    ),
    Reason.RULE_LIMITED: Why(
        sentence=Phrase("M-Pesa's rules do not allow this payment from that number."),
        advice=Phrase("Pay from another number, or ask our office."),
        other_number=True,
    ),
    Reason.PROMPT_NOT_DELIVERED: Why(
        sentence=Phrase("The request did not reach the phone."),
        advice=Phrase("Make sure it is on and has network, then try again."),
        other_number=True,
    ),
    Reason.SYSTEM_BUSY: Why(sentence=Phrase("M-Pesa was too busy."), advice=_LATER),
    Reason.MISCONFIGURED: Why(sentence=Phrase("Something is not set up right on our side."), advice=_OFFICE),
    Reason.REFUSED: Why(
        sentence=Phrase("M-Pesa did not take the request."), advice=_LATER, other_number=True
    ),
    Reason.NOT_SENT: Why(
        sentence=Phrase("M-Pesa could not be reached, so nothing was sent to your phone."), advice=_LATER
    ),
    Reason.WITHDRAWN: Why(
        sentence=Phrase("You cancelled before anything was sent."), advice=_AGAIN, other_number=True
    ),
    Reason.UNKNOWN: Why(
        sentence=Phrase("M-Pesa said no without telling why."),
        advice=Phrase("You can try again."),
        other_number=True,
    ),
    Reason.IN_LINE: Why(sentence=Phrase("Too many people were paying, so nothing was sent."), advice=_LATER),
    Reason.REPEATED: Why(
        sentence=Phrase(
            "The same amount was asked from this phone several times, so nothing was sent this time."
        ),
        advice=Phrase("Please see /status first, then try again in a few minutes."),
    ),
    Reason.AMOUNT_DIFFERS: Why(
        sentence=Phrase("The amount that arrived is not the amount that was asked."), advice=_LOOKING
    ),
    Reason.IDENTITY_DIFFERS: Why(
        sentence=Phrase("An answer came that belongs to another request."), advice=_LOOKING
    ),
    Reason.RECEIPT_REUSED: Why(
        sentence=Phrase("The receipt that came belongs to another payment."), advice=_LOOKING
    ),
    Reason.ANSWERS_DISAGREE: Why(sentence=Phrase("Two answers contradict each other."), advice=_LOOKING),
    Reason.NO_ANSWER: Why(sentence=Phrase("Safaricom gave no clear answer in time."), advice=_LOOKING),
    Reason.RESOLVED: Why(
        sentence=Phrase("Our office looked and found no money."), advice=_AGAIN, other_number=True
    ),
}


IN_SHORT: dict[Reason, Phrase] = {
    Reason.CANCELLED: Phrase("cancelled"),
    Reason.WRONG_PIN: Phrase("wrong PIN"),
    Reason.PIN_LOCKED: Phrase("pin locked"),
    Reason.LOW_BALANCE: Phrase("low balance"),
    Reason.UNREACHABLE: Phrase("unreachable"),
    Reason.EXPIRED: Phrase("expired"),
    Reason.LINE_BUSY: Phrase("line busy"),
    Reason.ACCOUNT_INVALID: Phrase("account invalid"),
    Reason.BELOW_MINIMUM: Phrase("below minimum"),
    Reason.ABOVE_MAXIMUM: Phrase("above maximum"),
    Reason.DAILY_LIMIT: Phrase("daily limit"),
    Reason.RECEIVER_LIMIT: Phrase("receiver limit"),
    Reason.RULE_LIMITED: Phrase("rule limited"),
    Reason.PROMPT_NOT_DELIVERED: Phrase("prompt not delivered"),
    Reason.SYSTEM_BUSY: Phrase("system busy"),
    Reason.MISCONFIGURED: Phrase("misconfigured"),
    Reason.REFUSED: Phrase("refused"),
    Reason.NOT_SENT: Phrase("not sent"),
    Reason.WITHDRAWN: Phrase("withdrawn"),
    Reason.UNKNOWN: Phrase("unknown"),
    Reason.IN_LINE: Phrase("in line"),
    Reason.REPEATED: Phrase("repeated"),
    Reason.AMOUNT_DIFFERS: Phrase("amount differs"),
    Reason.IDENTITY_DIFFERS: Phrase("identity differs"),
    Reason.RECEIPT_REUSED: Phrase("receipt reused"),
    Reason.ANSWERS_DISAGREE: Phrase("answers disagree"),
    Reason.NO_ANSWER: Phrase("no answer"),
    Reason.RESOLVED: Phrase("resolved"),
}
"""The same for figures, where each has a word or two."""
