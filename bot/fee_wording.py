"""Words about the firm's fixed prices, in plain English. Owns the sentences only."""

from __future__ import annotations

HEAD = "Fixed prices"
LINE = "{code} · {amount} · {title}"
RETIRED = "{line} (not offered)"
NONE = "There are none yet."
USAGE = (
    "/fees add CODE AMOUNT TITLE\n"
    "/fees price CODE AMOUNT\n"
    "/fees name CODE TITLE\n"
    "/fees retire CODE\n"
    "/fees offer CODE\n"
    "A code is short: small letters, digits, - and _. "
    "Payments keep the title and the price they were made with."
)
CODE_TAKEN = "There is a fee with the code {code} already."
NO_SUCH_FEE = "There is no fee with the code {code}. /fees lists them."
CHANGED_MEANWHILE = "Somebody changed that fee just now. Please look at /fees and say it again."
TITLE_LONG = "That title is too long: at most {most} characters fit on a button."
MANY = "There are {most} fees already; that is as many as a person can choose from."
DONE = "Clients are offered now:\n{line}"
DONE_RETIRED = "Clients are not offered this any more:\n{line}"
COMMANDS = (("fees", "Fixed prices: /fees add|price|name|retire|offer"),)
