"""All words about refunds that a person sees, and the tables that choose among them.

Owns the sentences. Values are put in by the screens, which escape them; nothing here is a message that looks
like one of M-Pesa's own.
"""

from __future__ import annotations

from bot.phrases import Phrase
from payments.nonces import Unusable
from payments.refunds.balance import CheckState
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import Approval, RefundState, Route

# The menu of commands for the office (Telegram: setMyCommands).
OFFICE_COMMANDS = (
    ("refund", Phrase("Give money back: /refund RECEIPT [amount] [reason]")),
    ("refunds", Phrase("Refunds that wait, are on the way, or need a look")),
    ("balance", Phrase("What can be paid out")),
)

# Labels of buttons.
REFUND = Phrase("Refund")
ALL_THAT_IS_LEFT = Phrase("All that is left: {amount}")
ASK_FOR_IT = Phrase("Ask for this refund")
SEND_IT = Phrase("Give it back")
CANCEL = Phrase("Cancel")
ALLOW = Phrase("Allow")
REJECT = Phrase("Reject")
TAKE_BACK = Phrase("Take it back")
STOP = Phrase("Stop")
CHECK_NOW = Phrase("Check now")
IT_WAS_PAID = Phrase("It was paid")
IT_WAS_NOT = Phrase("It was not paid")
SURE_PAID = Phrase("Yes, it was paid")
SURE_NOT = Phrase("Yes, it was not paid")
BACK = Phrase("Back")

WHY_LABELS = {
    Why.PAID_TWICE: Phrase("Paid twice"),
    Why.WRONG_AMOUNT: Phrase("Wrong amount"),
    Why.CANCELLED: Phrase("Client called it off"),
    Why.NOT_DONE: Phrase("We did not do it"),
    Why.COURT_FEE_BACK: Phrase("Court fee came back"),
    Why.GOODWILL: Phrase("Goodwill"),
    Why.OTHER: Phrase("Something else"),
}

# Questions.
USAGE = Phrase(
    "Please type the M-Pesa receipt or our payment id behind /refund. An amount and a reason may follow:\n"
    "/refund UB47K2M9QX\n"
    "/refund UB47K2M9QX 500 paid twice"
)
ASK_AMOUNT = Phrase("How much goes back, in shillings? At most {left} is left of it.")
ASK_WHY = Phrase("Why does it go back? Please tap what fits best, or type it in your own words.")
ASK_REMARK = Phrase("Please type the reason in a few words.")
ASK_PROOF = Phrase(
    "You are the only admin, so nobody else can allow this. To show that you mean it, please type the last "
    "four characters of <b>{receipt}</b>.\n"
    "It goes out {minutes} minutes after you ask for it. Until then you can stop it."
)
SUMMARY = Phrase("Please check before you ask for it:")
ADD_REMARK = Phrase("To add a note, just type it.")
SUMMARY_END = {
    Approval.SECOND_ADMIN: Phrase("Another admin must allow it before anything is sent."),
    Approval.ALONE: Phrase("It goes out after {minutes} minutes. Until then you can stop it."),
    Approval.NOT_NEEDED: Phrase("It is small enough to go out at once."),
}
ASKED_FOR = Phrase("Asked for. How it goes on is told here, on a card of its own.")
DRAFT_CANCELLED = Phrase("Cancelled. Nothing goes back.")
WRONG_PROOF = Phrase("Those are not the last four characters. Please look again and type them.")

# A refund, line by line.
HEAD = Phrase("Refund {amount}")
OF_PAYMENT = Phrase("Of: {title} {receipt}")
TO = Phrase("To: {client}")
LEFT = Phrase("Left to give back: {left}")
REASON = Phrase("Reason: {why}")
ASKED_BY = Phrase("Asked for by {name} at {time}")
ALLOWED_BY = Phrase("Allowed by {name} at {time}")
ALLOWED_ALONE = Phrase("Allowed alone: there was no other admin")
ALLOWED_SMALL = Phrase("Small enough to need nobody else")
ROUTE = Phrase("Way: {route}")
LEFT_AFTER = Phrase("Left of it afterwards: {left}")
CODE = Phrase("M-Pesa code: {code}")
PAID_AT = Phrase("Time: {time}")
WAITS_UNTIL = Phrase("Goes out at {time}, unless it is stopped.")
LAPSES = Phrase("Lapses at {time} if nobody allows it.")
TRIED = Phrase("Tried {count} times so far; surely not taken. It is tried again by itself.")
ASKED_AT = Phrase("Safaricom was asked at {time}.")
CLAIMED = Phrase("Claimed, and not confirmed: {claim}")
SAID = Phrase("Safaricom said: {words}")
FURTHER_DOWN = Phrase("This card goes on further down.")

ROUTES = {Route.B2C: Phrase("payout to the phone (B2C)"), Route.REVERSAL: Phrase("reversal of the receipt")}

STATES = {
    RefundState.REQUESTED: Phrase("waits to be allowed"),
    RefundState.APPROVED: Phrase("allowed, about to be sent"),
    RefundState.SENDING: Phrase("being sent"),
    RefundState.ACCEPTED: Phrase("on the way: Safaricom has it"),
    RefundState.UNCLEAR: Phrase("not known yet: we keep asking Safaricom. Please do not pay it again"),
    RefundState.REVIEW: Phrase("needs a person: please look at the firm's M-Pesa statement"),
    RefundState.PAID_OUT: Phrase("arrived"),
    RefundState.REJECTED: Phrase("not given"),
    RefundState.FAILED: Phrase("did not go out; the money is free again"),
}

OBSTACLES = {
    Obstacle.REJECTED: Phrase("An admin said no."),
    Obstacle.WITHDRAWN: Phrase("Whoever asked for it took it back."),
    Obstacle.NOBODY_APPROVED: Phrase("Nobody allowed it in time."),
    Obstacle.RESOLVED: Phrase("An admin looked and found that no money went out."),
    Obstacle.LOW_FLOAT: Phrase("The Utility account holds too little. Please top it up, then ask again."),
    Obstacle.BELOW_MINIMUM: Phrase("It is less than M-Pesa pays out."),
    Obstacle.ABOVE_MAXIMUM: Phrase("It is more than M-Pesa pays out at once."),
    Obstacle.DAILY_LIMIT: Phrase("The receiver's limit for today is used up. Please ask again tomorrow."),
    Obstacle.RECEIVER_LIMIT: Phrase("The receiver's M-Pesa account cannot take so much."),
    Obstacle.NOT_REGISTERED: Phrase("That number is not registered for M-Pesa."),
    Obstacle.ALREADY_REVERSED: Phrase("That receipt was reversed before. Please look at the statement."),
    Obstacle.ORIGINAL_UNKNOWN: Phrase("Safaricom does not know that receipt."),
    Obstacle.DECLINED: Phrase("Safaricom declined it."),
    Obstacle.CREDENTIAL_WRONG: Phrase("Safaricom does not accept our operator's password."),
    Obstacle.OPERATOR_LOCKED: Phrase("Our operator is locked at Safaricom."),
    Obstacle.MISCONFIGURED: Phrase("Something is not set up right between us and Safaricom."),
    Obstacle.SYSTEM_BUSY: Phrase("Safaricom was too busy."),
    Obstacle.INTERNAL_FAILURE: Phrase("Safaricom had a failure of its own."),
    Obstacle.DUPLICATE: Phrase("Safaricom had it before."),
    Obstacle.REFUSED: Phrase("Safaricom refused it."),
    Obstacle.NOT_SENT: Phrase("Safaricom could not be reached, so nothing was sent."),
    Obstacle.UNKNOWN: Phrase("Safaricom said no without telling why."),
    Obstacle.AMOUNT_DIFFERS: Phrase("What came back names another amount."),
    Obstacle.IDENTITY_DIFFERS: Phrase("What came back is about another payout."),
    Obstacle.CODE_REUSED: Phrase("The M-Pesa code that came belongs to another refund."),
    Obstacle.NO_ROOM: Phrase("It is said to be paid, but its money was given to another refund since."),
    Obstacle.ANSWERS_DISAGREE: Phrase("Two answers contradict each other."),
    Obstacle.NO_ANSWER: Phrase("Safaricom gave no clear answer in time."),
}

# What cannot be. The keys are those of payments.refunds.rules.NotRefundable.
PROBLEMS = {
    "not_paid": Phrase("That payment is not paid, so nothing of it can go back."),
    "nothing_left": Phrase("Nothing is left of it: all of it went back already, or is about to."),
    "too_much": Phrase("That is more than is left of it: {left}."),
    "below_minimum": Phrase("M-Pesa pays out KES 10 or more, so less than that cannot go back this way."),
    "above_maximum": Phrase("M-Pesa pays out at most KES 250,000 at once. Please give it back in parts."),
}

# Answers to taps and commands.
NOT_SET_UP = Phrase(
    "Refunds are not set up. They need MPESA_B2C_SHORTCODE, MPESA_INITIATOR_NAME, and either "
    "MPESA_SECURITY_CREDENTIAL or MPESA_INITIATOR_PASSWORD with MPESA_CERTIFICATE; see .env.example."
)
NOT_SET_UP_ANY_MORE = Phrase("Refunds are not set up any more. /refund tells what is missing.")
NO_SUCH_PAYMENT = Phrase("There is no payment with that receipt or id. Please look again.")
NOT_THE_ONE = Phrase("You asked for this refund yourself, so another admin must allow it.")
ASKER_GONE = Phrase(
    "Whoever asked for this refund is no admin any more, so it cannot be allowed. Please reject it; you can "
    "ask for it afresh."
)
ALREADY = Phrase("That was decided already: {state}.")
ALREADY_ASKED = Phrase("You have asked for this refund already. /refunds shows how it stands.")
TOO_LATE = Phrase("It is too late to stop it: the money may be on its way.")
ALLOWED = Phrase("Allowed.")
STOPPED = Phrase("Stopped. Nothing was sent.")
NOTED = Phrase("Noted.")
ASKING = Phrase("Asking Safaricom…")
ASKED_ALREADY = Phrase("Safaricom was asked a moment ago, or cannot be asked about this one.")
SURELY = Phrase(
    "Have you looked at the firm's M-Pesa statement? What you say now is final, and it is written down that "
    "you said it."
)
UNUSABLE = {
    Unusable.UNKNOWN: Phrase("This button does nothing here. /refunds shows what waits."),
    Unusable.FOREIGN: Phrase("This button does nothing here. /refunds shows what waits."),
    Unusable.EXPIRED: Phrase("This button is too old. /refunds shows what waits, with fresh ones."),
    Unusable.USED: Phrase("You have pressed this button already."),
}
NOTHING_WAITS = Phrase("No refund waits, is on the way, or needs a look.")
QUEUE = {
    RefundState.REQUESTED: Phrase("To be allowed: {count}"),
    RefundState.APPROVED: Phrase("Allowed, about to be sent: {count}"),
    RefundState.SENDING: Phrase("Being sent: {count}"),
    RefundState.ACCEPTED: Phrase("On the way: {count}"),
    RefundState.UNCLEAR: Phrase("Not known yet: {count}"),
    RefundState.REVIEW: Phrase("To be looked at: {count}"),
}
MORE = Phrase("Those that need you most are shown below; {count} more are not.")
ODD = Phrase("Something contradicts what is settled about this refund.")

# The balance.
BALANCE_ASKED = Phrase("Asking Safaricom for the balance. The answer comes here in a moment.")
BALANCE = {
    CheckState.KNOWN: Phrase("The firm's accounts at {time}:"),
    CheckState.UNANSWERED: Phrase("Safaricom did not tell the balance."),
}
ACCOUNT = Phrase("{name}: KES {figure}")
LOW_FLOAT = Phrase(
    "The Utility account is low: below {limit}. A refund above what it holds does not go out, so please top "
    "it up."
)
NO_ANSWER = Phrase("No answer came. Please try again in a while.")

# What the payer reads.
ON_ITS_WAY = {
    Route.B2C: Phrase("We are sending {amount} back to {phone}. It should arrive in a few minutes."),
    Route.REVERSAL: Phrase("We are giving {amount} back to {phone}. Safaricom may take some hours."),
}
ARRIVED = Phrase("Refund: {amount} came back to {phone}.")
REMAINS = Phrase("Of your payment {receipt}, {left} remain paid.")
ALL_BACK = Phrase("Your payment {receipt} is given back in full.")
RECALLED = Phrase(
    "The {amount} that we were sending back to {phone} did not go through. Our office is looking after it; "
    "there is nothing you need to do."
)
FOR_WHAT = Phrase("For: {title}")
