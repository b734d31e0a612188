"""Words about asking the office something, in plain English. Owns the sentences only."""

from __future__ import annotations

USAGE = (
    "What would you like to ask? Please write it behind the command, for example:\n"
    "/support When is my hearing?"
)
SENT = "Our office has your question and answers here."
ASKED = "A client asks"
WHO = "{name} ({id})"
NEWEST = "Their newest payment: {amount} · {state}"
HOW = "To answer, send: {command} and your words."
LOOK = "Look at the payment"
ANSWER_USAGE = (
    "Name the question by its id, and write your answer behind it. For example:\n"
    "/answer {id} On Monday at nine."
)
NO_SUCH_QUESTION = "There is no question with that id."
ANSWERED = "Your answer is on its way to {name}."
NOT_KEPT = "That question has many answers already. Please ring the client."
FROM_OFFICE = "Our office answers:"
YOU_ASKED = "You asked: {words}"
COMMANDS = (("support", "Ask our office: /support and your question"),)
OFFICE_COMMANDS = (("answer", "Answer a client: /answer ID and your words"),)
