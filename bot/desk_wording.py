"""Words about finding payments. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase

USAGE = Phrase(
    "I do not know that period. For example:\n"
    "/payments\n"
    "/payments unpaid week\n"
    "/payments 0712345678\n"
    "/payments HCCC/E123/2026\n"
    "/payments Asha 1000..5000 2026-11-01 2026-11-30\n"
    "Words may be a state (paid, unpaid, open, review), a kind (consultation, case, document, court), "
    "a period, an amount or a range, a phone, a receipt, a reference or a name."
)
ALL = Phrase("Payments, newest first")
FOUND = Phrase("Payments: {words}")
NOTHING = Phrase("Nothing was found.")
LINE = Phrase("{number}. {when} · {amount} · {state}\n{what}")
OLDER = Phrase("Older")
NEWEST = Phrase("Newest")
ASK = Phrase("Ask Safaricom")
ASKING = Phrase("Safaricom is being asked. Tap again in a moment to see what it says.")
NOT_ASKED = Phrase("Nothing to ask, or Safaricom was asked a moment ago.")
RECEIPT = Phrase("Send the client the receipt")
RECEIPT_SENT = Phrase("The receipt is in the client's chat.")
NO_RECEIPT = Phrase("There is no receipt for this payment.")
NOT_REACHED = Phrase("The client's chat cannot be reached: they may have blocked the bot.")
ASK_ALL = Phrase("Ask Safaricom about all")
SURE_ASK_ALL = Phrase("Yes, ask about {count}")
ASK_ALL_SURELY = Phrase(
    "Ask Safaricom about {count} that have no last word yet, {amount} together? Its answers come one by one, "
    "at the pace that Safaricom allows."
)
NONE_TO_ASK = Phrase("Nothing among them can be asked about now.")
ASKED_ABOUT = Phrase("Safaricom is being asked about {asked} of {count}. /payments open shows what is left.")
CLIENT = Phrase("Client: {name}")
BEGUN = Phrase("Begun: {time}")
REFUNDED = Phrase("Given back: {amount}")
HELD = Phrase("Held for refunds: {amount}")
COMMANDS = (("payments", Phrase("Find payments: /payments [words]")),)
