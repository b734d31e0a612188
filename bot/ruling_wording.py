"""Words about settling a payment that is under review, in plain English. Owns the sentences only."""

from __future__ import annotations

from payments.rulings.ruling import Outcome, RulingState

IT_WAS_PAID = "It was paid…"
IT_WAS_NOT = "It was not paid…"
GUIDE = "Look at the firm's M-Pesa statement first.\n\n{how}\n\n{who}"
GUIDE_CLAIMED = "If this money is there, send this, with your own reason at its end:\n{command}"
GUIDE_PAID = (
    "If the money is there, send this, with the receipt as the statement shows it, the amount after the "
    "receipt if it is not {amount}, and your own reason at its end:\n{command}"
)
GUIDE_UNPAID = "If the money is not there, send this, with your own reason at its end:\n{command}"
SECOND_MUST_AGREE = "Another admin must agree before it counts."
ALONE = "As you are the only one who may, you will be asked once more."
REASON_PAID = "seen on the statement"
REASON_UNPAID = "not on the statement"
RECEIPT = "RECEIPT"
USAGE = (
    "Name the payment by its id, what the statement shows, and why. For example:\n"
    "/resolve 3f2a9c0b12d4e5f6 paid UB47K2M9QX seen on the statement\n"
    "/resolve 3f2a9c0b12d4e5f6 paid UB47K2M9QX 1400 the client paid less\n"
    "/resolve 3f2a9c0b12d4e5f6 unpaid not on the statement"
)
NO_SUCH_PAYMENT = "No payment has that id. /payments review lists those that need a person."
NOT_UNDER_REVIEW = "That payment needs nobody to settle it: {state}."
RECEIPT_MISSING = (
    "Which M-Pesa receipt? Nothing has named one yet, so send it as the statement shows it, in this place:\n"
    "{command}"
)
RECEIPT_OF_ANOTHER = "The receipt {receipt} belongs to another payment. Look at it with /audit {receipt}."
ANOTHER_IS_OPEN = "Something was proposed for that payment already. Agree to it or drop it first."
NOT_THEIRS = "You proposed it, so another admin must agree."
PROPOSER_GONE = "Whoever proposed it is no admin any more. Drop it and propose it anew."
DONE = {
    RulingState.AGREED: "Noted. The payment is settled.",
    RulingState.DROPPED: "Dropped. Nothing about the payment changed.",
    RulingState.OVERTAKEN: "That came too late: the payment had its answer already.",
}
ALREADY = "It was decided already."
HEADS = {
    RulingState.PROPOSED: "A payment under review waits for your word",
    RulingState.AGREED: "A payment under review is settled",
    RulingState.DROPPED: "A payment stays under review",
    RulingState.OVERTAKEN: "A ruling came too late",
}
FOUND = {
    Outcome.PAID: "{name} found that it was paid: {amount}, receipt {receipt}.",
    Outcome.UNPAID: "{name} found that it was not paid.",
}
WHY = "Why: {why}"
DECIDED = {
    RulingState.AGREED: "{name} agreed at {time}.",
    RulingState.DROPPED: "{name} dropped it at {time}.",
    RulingState.OVERTAKEN: (
        "Nothing was changed by it: the payment had its answer already, or the receipt is another's."
    ),
}
NOW = "The payment: {state}"
AGREE = "I agree"
DROP = "Drop it"
COMMANDS = (("resolve", "Settle a payment under review: /resolve ID paid|unpaid"),)
