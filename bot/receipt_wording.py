"""Words about receipts and their checking. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase

RECEIPT_CAPTION = Phrase("Receipt no. {number}: {amount}. Anybody can check it by its code, {code}.")
COPY_CAPTION = Phrase(
    "Receipt no. {number}: {amount}, given out before and marked as a copy. Its code is {code}."
)
RECEIPT_UNKNOWN = Phrase("see the M-Pesa SMS")
PREPARING = Phrase("Preparing your receipt…")
NO_RECEIPT = Phrase(
    "There is no paid payment to give a receipt for. /receipt is for the newest one; with an M-Pesa receipt "
    "number behind it, for that one."
)
VERIFY_USAGE = Phrase(
    "Please type the code behind /verify, as it stands on the receipt: /verify 1042-7F3A09C2B1D4"
)
GENUINE = Phrase("Genuine: receipt no. {number} of {firm}.")
NOT_GENUINE = Phrase(
    "That is no code of ours, so we did not issue that receipt. Please look at the code again; if it is "
    "typed right, do not rely on the paper."
)
PAID_BY = Phrase("Paid by: {initials}")
PART_REFUNDED = Phrase("Given back since: {amount}")
WHOLLY_REFUNDED = Phrase("Given back since, in full.")
