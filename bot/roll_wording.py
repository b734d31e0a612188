"""Words about who belongs to the office, in plain English. Owns the sentences only."""

from __future__ import annotations

from payments.roll import Role, RollProblem

ROLES = {Role.OWNER: "owner", Role.CASHIER: "cashier", Role.AUDITOR: "auditor"}
HEAD = "The office"
MEMBER = "{role}: {name} ({id})"
SINCE = "{member}, since {time}, by {by}"
FROM_SETTINGS = "{member}, from the settings"
USAGE = (
    "/admins add NUMBER owner|cashier|auditor NAME\n"
    "/admins remove NUMBER\n"
    "Owners may do everything. Cashiers work with payments and ask for refunds, which an owner allows. "
    "Auditors look at everything and change nothing.\n"
    "People find their number by sending /whoami to this bot."
)
NOBODY = "somebody"
ENROLLED = "{name} ({id}) is {role} from now on."
STRUCK = "{name} ({id}) belongs to the office no more."
CHANGED_BY = "{sentence}\nDone by {by}."
WELCOME = "You are {role} in the office of {firm} from now on. The menu shows what you can do."
NOT_REACHED = "They could not be told: they must send /start to this bot first."
PROBLEMS = {
    RollProblem.THEMSELVES: "Nobody changes their own role. Another owner can.",
    RollProblem.LAST_OWNER: "That would leave the office without an owner. Make somebody else owner first.",
    RollProblem.NOT_THERE: "Nobody in the office has that number.",
    RollProblem.FULL: "The office is full.",
}
NOT_YOUR_ROLE = "Your role in the office does not allow that. An owner can change it with /admins."
WHO_AM_I = "Your Telegram number is {id}."
COMMANDS = (("admins", "Who belongs to the office: /admins add|remove"),)
