"""Words about finding payments, in plain English. Owns the sentences only."""

from __future__ import annotations

USAGE = (
    "I do not know that period. For example:\n"
    "/payments\n"
    "/payments unpaid week\n"
    "/payments 0712345678\n"
    "/payments HCCC/E123/2026\n"
    "/payments Asha 1000..5000 2026-11-01 2026-11-30\n"
    "Words may be a state (paid, unpaid, open, review), a kind (consultation, case, document, court), "
    "a period, an amount or a range, a phone, a receipt, a reference or a name."
)
ALL = "Payments, newest first"
FOUND = "Payments: {words}"
NOTHING = "Nothing was found."
LINE = "{number}. {when} · {amount} · {state}\n{what}"
OLDER = "Older"
NEWEST = "Newest"
ASK = "Ask Safaricom"
ASKING = "Safaricom is being asked. Tap again in a moment to see what it says."
NOT_ASKED = "Nothing to ask, or Safaricom was asked a moment ago."
RECEIPT = "Send the client the receipt"
RECEIPT_SENT = "The receipt is in the client's chat."
NO_RECEIPT = "There is no receipt for this payment."
NOT_REACHED = "The client's chat cannot be reached: they may have blocked the bot."
ASK_ALL = "Ask Safaricom about all"
SURE_ASK_ALL = "Yes, ask about {count}"
ASK_ALL_SURELY = (
    "Ask Safaricom about {count} that have no last word yet, {amount} together? Its answers come one by one, "
    "at the pace that Safaricom allows."
)
NONE_TO_ASK = "Nothing among them can be asked about now."
ASKED_ABOUT = "Safaricom is being asked about {asked} of {count}. /payments open shows what is left."
CLIENT = "Client: {name}"
BEGUN = "Begun: {time}"
REFUNDED = "Given back: {amount}"
HELD = "Held for refunds: {amount}"
COMMANDS = (("payments", "Find payments: /payments [words]"),)
