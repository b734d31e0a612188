"""All words about refunds that a person sees, in plain English, and the tables that choose among them.

Owns the sentences. Values are put in by the screens, which escape them; nothing here is a message that looks
like one of M-Pesa's own.
"""

from __future__ import annotations

from payments.nonces import Unusable
from payments.refunds.balance import CheckState
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import Approval, RefundState, Route

# The menu of commands for the office (Telegram: setMyCommands).
OFFICE_COMMANDS = (
    ("refund", "Give money back: /refund RECEIPT [amount] [reason]"),
    ("refunds", "Refunds that wait, are on the way, or need a look"),
    ("balance", "What can be paid out"),
)

# Labels of buttons.
REFUND = "Refund"
ALL_THAT_IS_LEFT = "All that is left: {amount}"
ASK_FOR_IT = "Ask for this refund"
SEND_IT = "Give it back"
CANCEL = "Cancel"
ALLOW = "Allow"
REJECT = "Reject"
TAKE_BACK = "Take it back"
STOP = "Stop"
CHECK_NOW = "Check now"
IT_WAS_PAID = "It was paid"
IT_WAS_NOT = "It was not paid"
SURE_PAID = "Yes, it was paid"
SURE_NOT = "Yes, it was not paid"
BACK = "Back"

WHY_LABELS = {
    Why.PAID_TWICE: "Paid twice",
    Why.WRONG_AMOUNT: "Wrong amount",
    Why.CANCELLED: "Client called it off",
    Why.NOT_DONE: "We did not do it",
    Why.COURT_FEE_BACK: "Court fee came back",
    Why.GOODWILL: "Goodwill",
    Why.OTHER: "Something else",
}

# Questions.
USAGE = (
    "Please type the M-Pesa receipt or our payment id behind /refund. An amount and a reason may follow:\n"
    "/refund UB47K2M9QX\n"
    "/refund UB47K2M9QX 500 paid twice"
)
ASK_AMOUNT = "How much goes back, in shillings? At most {left} is left of it."
ASK_WHY = "Why does it go back? Please tap what fits best, or type it in your own words."
ASK_REMARK = "Please type the reason in a few words."
ASK_PROOF = (
    "You are the only admin, so nobody else can allow this. To show that you mean it, please type the last "
    "four characters of <b>{receipt}</b>.\n"
    "It goes out {minutes} minutes after you ask for it. Until then you can stop it."
)
SUMMARY = "Please check before you ask for it:"
ADD_REMARK = "To add a note, just type it."
SUMMARY_END = {
    Approval.SECOND_ADMIN: "Another admin must allow it before anything is sent.",
    Approval.ALONE: "It goes out after {minutes} minutes. Until then you can stop it.",
    Approval.NOT_NEEDED: "It is small enough to go out at once.",
}
ASKED_FOR = "Asked for. How it goes on is told here, on a card of its own."
DRAFT_CANCELLED = "Cancelled. Nothing goes back."
WRONG_PROOF = "Those are not the last four characters. Please look again and type them."

# A refund, line by line.
HEAD = "Refund {amount}"
OF_PAYMENT = "Of: {title} {receipt}"
TO = "To: {client}"
LEFT = "Left to give back: {left}"
REASON = "Reason: {why}"
ASKED_BY = "Asked for by {name} at {time}"
ALLOWED_BY = "Allowed by {name} at {time}"
ALLOWED_ALONE = "Allowed alone: there was no other admin"
ALLOWED_SMALL = "Small enough to need nobody else"
ROUTE = "Way: {route}"
LEFT_AFTER = "Left of it afterwards: {left}"
CODE = "M-Pesa code: {code}"
PAID_AT = "Time: {time}"
WAITS_UNTIL = "Goes out at {time}, unless it is stopped."
LAPSES = "Lapses at {time} if nobody allows it."
TRIED = "Tried {count} times so far; surely not taken. It is tried again by itself."
ASKED_AT = "Safaricom was asked at {time}."
CLAIMED = "Claimed, and not confirmed: {claim}"
SAID = "Safaricom said: {words}"
FURTHER_DOWN = "This card goes on further down."

ROUTES = {Route.B2C: "payout to the phone (B2C)", Route.REVERSAL: "reversal of the receipt"}

STATES = {
    RefundState.REQUESTED: "waits to be allowed",
    RefundState.APPROVED: "allowed, about to be sent",
    RefundState.SENDING: "being sent",
    RefundState.ACCEPTED: "on the way: Safaricom has it",
    RefundState.UNCLEAR: "not known yet: we keep asking Safaricom. Please do not pay it again",
    RefundState.REVIEW: "needs a person: please look at the firm's M-Pesa statement",
    RefundState.PAID_OUT: "arrived",
    RefundState.REJECTED: "not given",
    RefundState.FAILED: "did not go out; the money is free again",
}

OBSTACLES = {
    Obstacle.REJECTED: "An admin said no.",
    Obstacle.WITHDRAWN: "Whoever asked for it took it back.",
    Obstacle.NOBODY_APPROVED: "Nobody allowed it in time.",
    Obstacle.RESOLVED: "An admin looked and found that no money went out.",
    Obstacle.LOW_FLOAT: "The Utility account holds too little. Please top it up, then ask again.",
    Obstacle.BELOW_MINIMUM: "It is less than M-Pesa pays out.",
    Obstacle.ABOVE_MAXIMUM: "It is more than M-Pesa pays out at once.",
    Obstacle.DAILY_LIMIT: "The receiver's limit for today is used up. Please ask again tomorrow.",
    Obstacle.RECEIVER_LIMIT: "The receiver's M-Pesa account cannot take so much.",
    Obstacle.NOT_REGISTERED: "That number is not registered for M-Pesa.",
    Obstacle.ALREADY_REVERSED: "That receipt was reversed before. Please look at the statement.",
    Obstacle.ORIGINAL_UNKNOWN: "Safaricom does not know that receipt.",
    Obstacle.DECLINED: "Safaricom declined it.",
    Obstacle.CREDENTIAL_WRONG: "Safaricom does not accept our operator's password.",
    Obstacle.OPERATOR_LOCKED: "Our operator is locked at Safaricom.",
    Obstacle.MISCONFIGURED: "Something is not set up right between us and Safaricom.",
    Obstacle.SYSTEM_BUSY: "Safaricom was too busy.",
    Obstacle.INTERNAL_FAILURE: "Safaricom had a failure of its own.",
    Obstacle.DUPLICATE: "Safaricom had it before.",
    Obstacle.REFUSED: "Safaricom refused it.",
    Obstacle.NOT_SENT: "Safaricom could not be reached, so nothing was sent.",
    Obstacle.UNKNOWN: "Safaricom said no without telling why.",
    Obstacle.AMOUNT_DIFFERS: "What came back names another amount.",
    Obstacle.IDENTITY_DIFFERS: "What came back is about another payout.",
    Obstacle.CODE_REUSED: "The M-Pesa code that came belongs to another refund.",
    Obstacle.NO_ROOM: "It is said to be paid, but its money was given to another refund since.",
    Obstacle.ANSWERS_DISAGREE: "Two answers contradict each other.",
    Obstacle.NO_ANSWER: "Safaricom gave no clear answer in time.",
}

# What cannot be. The keys are those of payments.refunds.rules.NotRefundable.
PROBLEMS = {
    "not_paid": "That payment is not paid, so nothing of it can go back.",
    "nothing_left": "Nothing is left of it: all of it went back already, or is about to.",
    "too_much": "That is more than is left of it: {left}.",
    "below_minimum": "M-Pesa pays out KES 10 or more, so less than that cannot go back this way.",
    "above_maximum": "M-Pesa pays out at most KES 250,000 at once. Please give it back in parts.",
}

# Answers to taps and commands.
NOT_SET_UP = (
    "Refunds are not set up. They need MPESA_B2C_SHORTCODE, MPESA_INITIATOR_NAME, and either "
    "MPESA_SECURITY_CREDENTIAL or MPESA_INITIATOR_PASSWORD with MPESA_CERTIFICATE; see .env.example."
)
NOT_SET_UP_ANY_MORE = "Refunds are not set up any more. /refund tells what is missing."
NO_SUCH_PAYMENT = "There is no payment with that receipt or id. Please look again."
NOT_THE_ONE = "You asked for this refund yourself, so another admin must allow it."
ASKER_GONE = (
    "Whoever asked for this refund is no admin any more, so it cannot be allowed. Please reject it; you can "
    "ask for it afresh."
)
ALREADY = "That was decided already: {state}."
ALREADY_ASKED = "You have asked for this refund already. /refunds shows how it stands."
TOO_LATE = "It is too late to stop it: the money may be on its way."
ALLOWED = "Allowed."
STOPPED = "Stopped. Nothing was sent."
NOTED = "Noted."
ASKING = "Asking Safaricom…"
ASKED_ALREADY = "Safaricom was asked a moment ago, or cannot be asked about this one."
SURELY = (
    "Have you looked at the firm's M-Pesa statement? What you say now is final, and it is written down that "
    "you said it."
)
UNUSABLE = {
    Unusable.UNKNOWN: "This button does nothing here. /refunds shows what waits.",
    Unusable.FOREIGN: "This button does nothing here. /refunds shows what waits.",
    Unusable.EXPIRED: "This button is too old. /refunds shows what waits, with fresh ones.",
    Unusable.USED: "You have pressed this button already.",
}
NOTHING_WAITS = "No refund waits, is on the way, or needs a look."
QUEUE = {
    RefundState.REQUESTED: "To be allowed: {count}",
    RefundState.APPROVED: "Allowed, about to be sent: {count}",
    RefundState.SENDING: "Being sent: {count}",
    RefundState.ACCEPTED: "On the way: {count}",
    RefundState.UNCLEAR: "Not known yet: {count}",
    RefundState.REVIEW: "To be looked at: {count}",
}
MORE = "Those that need you most are shown below; {count} more are not."
ODD = "Something contradicts what is settled about this refund."

# The balance.
BALANCE_ASKED = "Asking Safaricom for the balance. The answer comes here in a moment."
BALANCE = {
    CheckState.KNOWN: "The firm's accounts at {time}:",
    CheckState.UNANSWERED: "Safaricom did not tell the balance.",
}
ACCOUNT = "{name}: KES {figure}"
LOW_FLOAT = (
    "The Utility account is low: below {limit}. A refund above what it holds does not go out, so please top "
    "it up."
)
NO_ANSWER = "No answer came. Please try again in a while."

# What the payer reads.
ON_ITS_WAY = {
    Route.B2C: "We are sending {amount} back to {phone}. It should arrive in a few minutes.",
    Route.REVERSAL: "We are giving {amount} back to {phone}. Safaricom may take some hours.",
}
ARRIVED = "Refund: {amount} came back to {phone}."
REMAINS = "Of your payment {receipt}, {left} remain paid."
ALL_BACK = "Your payment {receipt} is given back in full."
RECALLED = (
    "The {amount} that we were sending back to {phone} did not go through. Our office is looking after it; "
    "there is nothing you need to do."
)
FOR_WHAT = "For: {title}"
