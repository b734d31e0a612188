"""Words about fee notes, for the office that writes them and for clients. Owns the sentences only."""

from __future__ import annotations

# What the office reads.

USAGE = (
    "/bill AMOUNT KIND MATTER TITLE, for example:\n"
    "/bill 45000 case HCCC/E123/2026 Filing and first hearing\n"
    "/bill 45000 case HCCC/E123/2026 Filing by 2026-12-15 parts for 123456\n"
    "The kind is consultation, case, document or court. At the end may stand: by and the day it is due, "
    "parts if it may be paid in parts, for and the Telegram number of the client. Without it, whoever opens "
    "the link first is its client."
)
PAST_DAY = "That day is over. Please choose one that is not."
WRITTEN = "Fee note {number} is written. Send this link to the client:\n{link}"
WITHDRAW = "Withdraw"
SURE_WITHDRAW = "Yes, withdraw it"
KEEP = "Keep it"
SURELY = "Withdraw {number}? Nobody can pay on it any more then; what is under way still counts."
WITHDRAWN = "Fee note {number} is withdrawn."
BILLS = "Open fee notes, the longest due first"
NO_BILLS = "There are no open fee notes."
BILL_LINE = "{number} · {due} of {amount} due{by} · {matter}{client}"
CAPTION = "Fee note {number}: {amount}"

# What the client reads.

HEAD = "Fee note {number} of {firm}"
MATTER = "Matter: {matter}"
AMOUNT = "Amount: {amount}"
PAID_SO_FAR = "Paid so far: {amount}"
HELD = "Being paid right now: {amount}"
DUE = "Due: {amount}"
DUE_BY = "Due: {amount} by {day}"
IN_ONE = "M-Pesa takes at most {most} at once, so this needs several payments."
SETTLED = "All of it is paid. Thank you."
WITHDRAWN_FOR_CLIENT = "Our office has withdrawn this fee note. There is nothing to pay on it."
PAY = "Pay {amount}"
PAY_PART = "Pay a part"
NO_SUCH_NOTE = "This link opens nothing. Please ask our office for a new one."
SOMEBODY_ELSES = "This fee note is somebody else's. Please ask our office for one of your own."
NO_MATTERS = "You have no open fee notes."
PROBLEMS = {
    "withdrawn": WITHDRAWN_FOR_CLIENT,
    "settled": SETTLED,
    "being_paid": (
        "Somebody is paying it right now, or a payment is not settled yet. /status tells how it is doing."
    ),
    "no_parts": "This one is paid in one go: {free}.",
    "too_much": "That is more than is due: {free}.",
}
REMINDER = "A friendly reminder."
REMINDER_END = "If you have paid it otherwise, please tell our office. /reminders off stops these messages."
REMINDERS_ON = (
    "You get reminders of your fee notes: a few, by day, and none on Sundays. /reminders off stops them."
)
REMINDERS_OFF = "You get no reminders any more. /reminders on brings them back, /matters shows what is due."
COMMANDS = (("matters", "Your fee notes and what is due"),)
OFFICE_COMMANDS = (
    ("bill", "Write a fee note: /bill AMOUNT KIND MATTER TITLE"),
    ("bills", "Open fee notes"),
)
