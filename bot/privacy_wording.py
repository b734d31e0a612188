"""Words about what is kept of a person and why. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase

PRIVACY = Phrase(
    "<b>What {firm} keeps of you</b>\n"
    "Your name on Telegram, your number there, the language you read, and the M-Pesa number you pay with, so "
    "that you need not type it again. Of each payment: what it is for, for whom if you told us, the amount, "
    "when, the M-Pesa number and receipt, and what we heard from Safaricom about it.\n\n"
    "<b>Why</b>\n"
    "To take your payment, to tell you how it is doing, to give you receipts and refunds, and because the "
    "law asks us to keep accounts. We never ask for your PIN, and pass nothing on except to Safaricom, who "
    "moves the money.\n\n"
    "<b>What you can do</b>\n"
    "/mydata sends you everything as a file. /mydata erase forgets what need not be kept. /reminders off "
    "stops reminders. Your rights are those of the Data Protection Act, 2019."
)
CAPTION = Phrase("Everything that is kept of you.")
ASK_ERASE = Phrase(
    "We then forget your name, the number you pay with, what you asked, and what you were just doing. "
    "Payments, refunds, fee notes and their record stay: the law asks us to keep accounts, and nobody may "
    "change them.\n\n"
    "To do it, send:\n/mydata erase yes"
)
STILL_OPEN = Phrase("A payment of yours is not settled yet. Please wait until it is; then send it again.")
ERASED = Phrase(
    "Forgotten. What the accounts need stays, as said before. You can begin anew with /start at any time."
)
COMMANDS = (
    ("privacy", Phrase("What is kept of you, and why")),
    ("mydata", Phrase("Everything that is kept of you, as a file")),
)
