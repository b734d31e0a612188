"""Words about who belongs to the office. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase
from payments.roll import Role, RollProblem

ROLES = {Role.OWNER: Phrase("owner"), Role.CASHIER: Phrase("cashier"), Role.AUDITOR: Phrase("auditor")}
HEAD = Phrase("The office")
MEMBER = Phrase("{role}: {name} ({id})")
SINCE = Phrase("{member}, since {time}, by {by}")
FROM_SETTINGS = Phrase("{member}, from the settings")
USAGE = Phrase(
    "/admins add NUMBER owner|cashier|auditor NAME\n"
    "/admins remove NUMBER\n"
    "Owners may do everything. Cashiers work with payments and ask for refunds, which an owner allows. "
    "Auditors look at everything and change nothing.\n"
    "People find their number by sending /whoami to this bot."
)
NOBODY = Phrase("somebody")
ENROLLED = Phrase("{name} ({id}) is {role} from now on.")
STRUCK = Phrase("{name} ({id}) belongs to the office no more.")
CHANGED_BY = Phrase("{sentence}\nDone by {by}.")
WELCOME = Phrase("You are {role} in the office of {firm} from now on. The menu shows what you can do.")
NOT_REACHED = Phrase("They could not be told: they must send /start to this bot first.")
PROBLEMS = {
    RollProblem.THEMSELVES: Phrase("Nobody changes their own role. Another owner can."),
    RollProblem.LAST_OWNER: Phrase(
        "That would leave the office without an owner. Make somebody else owner first."
    ),
    RollProblem.NOT_THERE: Phrase("Nobody in the office has that number."),
    RollProblem.FULL: Phrase("The office is full."),
}
NOT_YOUR_ROLE = Phrase("Your role in the office does not allow that. An owner can change it with /admins.")
WHO_AM_I = Phrase("Your Telegram number is {id}.")
COMMANDS = (("admins", Phrase("Who belongs to the office: /admins add|remove")),)
