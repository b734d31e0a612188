"""Words about the firm's fixed prices. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase

HEAD = Phrase("Fixed prices")
LINE = Phrase("{code} · {amount} · {title}")
RETIRED = Phrase("{line} (not offered)")
NONE = Phrase("There are none yet.")
USAGE = Phrase(
    "/fees add CODE AMOUNT TITLE | TITLE IN SWAHILI\n"
    "/fees price CODE AMOUNT\n"
    "/fees name CODE TITLE | TITLE IN SWAHILI\n"
    "/fees retire CODE\n"
    "/fees offer CODE\n"
    "A code is short: small letters, digits, - and _. "
    "Payments keep the title and the price they were made with."
)
CODE_TAKEN = Phrase("There is a fee with the code {code} already.")
NO_SUCH_FEE = Phrase("There is no fee with the code {code}. /fees lists them.")
CHANGED_MEANWHILE = Phrase("Somebody changed that fee just now. Please look at /fees and say it again.")
TITLE_LONG = Phrase("That title is too long: at most {most} characters fit on a button.")
MANY = Phrase("There are {most} fees already; that is as many as a person can choose from.")
DONE = Phrase("Clients are offered now:\n{line}")
DONE_RETIRED = Phrase("Clients are not offered this any more:\n{line}")
COMMANDS = (("fees", Phrase("Fixed prices: /fees add|price|name|retire|offer")),)
