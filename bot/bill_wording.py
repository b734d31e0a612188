"""Words about fee notes, for the office that writes them and for clients. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase

# What the office reads.

USAGE = Phrase(
    "/bill AMOUNT KIND MATTER TITLE, for example:\n"
    "/bill 45000 case HCCC/E123/2026 Filing and first hearing\n"
    "/bill 45000 case HCCC/E123/2026 Filing by 2026-12-15 parts for 123456\n"
    "The kind is consultation, case, document or court. At the end may stand: by and the day it is due, "
    "parts if it may be paid in parts, for and the Telegram number of the client. Without it, whoever opens "
    "the link first is its client."
)
PAST_DAY = Phrase("That day is over. Please choose one that is not.")
WRITTEN = Phrase("Fee note {number} is written. Send this link to the client:\n{link}")
WITHDRAW = Phrase("Withdraw")
SURE_WITHDRAW = Phrase("Yes, withdraw it")
KEEP = Phrase("Keep it")
SURELY = Phrase("Withdraw {number}? Nobody can pay on it any more then; what is under way still counts.")
WITHDRAWN = Phrase("Fee note {number} is withdrawn.")
BILLS = Phrase("Open fee notes, the longest due first")
NO_BILLS = Phrase("There are no open fee notes.")
BILL_BY = Phrase(" by {day}")
BILL_LINE = Phrase("{number} · {due} of {amount} due{by} · {matter}{client}")
CAPTION = Phrase("Fee note {number}: {amount}")

# What the client reads.

HEAD = Phrase("Fee note {number} of {firm}")
MATTER = Phrase("Matter: {matter}")
AMOUNT = Phrase("Amount: {amount}")
PAID_SO_FAR = Phrase("Paid so far: {amount}")
HELD = Phrase("Being paid right now: {amount}")
DUE = Phrase("Due: {amount}")
DUE_BY = Phrase("Due: {amount} by {day}")
IN_ONE = Phrase("M-Pesa takes at most {most} at once, so this needs several payments.")
SETTLED = Phrase("All of it is paid. Thank you.")
WITHDRAWN_FOR_CLIENT = Phrase("Our office has withdrawn this fee note. There is nothing to pay on it.")
PAY = Phrase("Pay {amount}")
PAY_PART = Phrase("Pay a part")
NO_SUCH_NOTE = Phrase("This link opens nothing. Please ask our office for a new one.")
SOMEBODY_ELSES = Phrase("This fee note is somebody else's. Please ask our office for one of your own.")
NO_MATTERS = Phrase("You have no open fee notes.")
PROBLEMS = {
    "withdrawn": WITHDRAWN_FOR_CLIENT,
    "settled": SETTLED,
    "being_paid": Phrase(
        "Somebody is paying it right now, or a payment is not settled yet. /status tells how it is doing."
    ),
    "no_parts": Phrase("This one is paid in one go: {free}."),
    "too_much": Phrase("That is more than is due: {free}."),
}
REMINDER = Phrase("A friendly reminder.")
REMINDER_END = Phrase(
    "If you have paid it otherwise, please tell our office. /reminders off stops these messages."
)
REMINDERS_ON = Phrase(
    "You get reminders of your fee notes: a few, by day, and none on Sundays. /reminders off stops them."
)
REMINDERS_OFF = Phrase(
    "You get no reminders any more. /reminders on brings them back, /matters shows what is due."
)
COMMANDS = (("matters", Phrase("Your fee notes and what is due")),)
OFFICE_COMMANDS = (
    ("bill", Phrase("Write a fee note: /bill AMOUNT KIND MATTER TITLE")),
    ("bills", Phrase("Open fee notes")),
)
