"""Words about settling a payment that is under review. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase
from payments.rulings.ruling import Outcome, RulingState

IT_WAS_PAID = Phrase("It was paid…")
IT_WAS_NOT = Phrase("It was not paid…")
GUIDE = Phrase("Look at the firm's M-Pesa statement first.\n\n{how}\n\n{who}")
GUIDE_CLAIMED = Phrase("If this money is there, send this, with your own reason at its end:\n{command}")
GUIDE_PAID = Phrase(
    "If the money is there, send this, with the receipt as the statement shows it, the amount after the "
    "receipt if it is not {amount}, and your own reason at its end:\n{command}"
)
GUIDE_UNPAID = Phrase("If the money is not there, send this, with your own reason at its end:\n{command}")
SECOND_MUST_AGREE = Phrase("Another admin must agree before it counts.")
ALONE = Phrase("As you are the only one who may, you will be asked once more.")
REASON_PAID = Phrase("seen on the statement")
REASON_UNPAID = Phrase("not on the statement")
RECEIPT = "RECEIPT"
USAGE = Phrase(
    "Name the payment by its id, what the statement shows, and why. For example:\n"
    "/resolve 3f2a9c0b12d4e5f6 paid UB47K2M9QX seen on the statement\n"
    "/resolve 3f2a9c0b12d4e5f6 paid UB47K2M9QX 1400 the client paid less\n"
    "/resolve 3f2a9c0b12d4e5f6 unpaid not on the statement"
)
NO_SUCH_PAYMENT = Phrase("No payment has that id. /payments review lists those that need a person.")
NOT_UNDER_REVIEW = Phrase("That payment needs nobody to settle it: {state}.")
RECEIPT_MISSING = Phrase(
    "Which M-Pesa receipt? Nothing has named one yet, so send it as the statement shows it, in this place:\n"
    "{command}"
)
RECEIPT_OF_ANOTHER = Phrase(
    "The receipt {receipt} belongs to another payment. Look at it with /audit {receipt}."
)
ANOTHER_IS_OPEN = Phrase("Something was proposed for that payment already. Agree to it or drop it first.")
NOT_THEIRS = Phrase("You proposed it, so another admin must agree.")
PROPOSER_GONE = Phrase("Whoever proposed it is no admin any more. Drop it and propose it anew.")
DONE = {
    RulingState.AGREED: Phrase("Noted. The payment is settled."),
    RulingState.DROPPED: Phrase("Dropped. Nothing about the payment changed."),
    RulingState.OVERTAKEN: Phrase("That came too late: the payment had its answer already."),
}
ALREADY = Phrase("It was decided already.")
HEADS = {
    RulingState.PROPOSED: Phrase("A payment under review waits for your word"),
    RulingState.AGREED: Phrase("A payment under review is settled"),
    RulingState.DROPPED: Phrase("A payment stays under review"),
    RulingState.OVERTAKEN: Phrase("A ruling came too late"),
}
FOUND = {
    Outcome.PAID: Phrase("{name} found that it was paid: {amount}, receipt {receipt}."),
    Outcome.UNPAID: Phrase("{name} found that it was not paid."),
}
WHY = Phrase("Why: {why}")
DECIDED = {
    RulingState.AGREED: Phrase("{name} agreed at {time}."),
    RulingState.DROPPED: Phrase("{name} dropped it at {time}."),
    RulingState.OVERTAKEN: Phrase(
        "Nothing was changed by it: the payment had its answer already, or the receipt is another's."
    ),
}
NOW = Phrase("The payment: {state}")
AGREE = Phrase("I agree")
DROP = Phrase("Drop it")
COMMANDS = (("resolve", Phrase("Settle a payment under review: /resolve ID paid|unpaid")),)
