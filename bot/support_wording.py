"""Words about asking the office something. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase

USAGE = Phrase(
    "What would you like to ask? Please write it behind the command, for example:\n"
    "/support When is my hearing?"
)
SENT = Phrase("Our office has your question and answers here.")
ASKED = Phrase("A client asks")
WHO = Phrase("{name} ({id})")
NEWEST = Phrase("Their newest payment: {amount} · {state}")
HOW = Phrase("To answer, send: {command} and your words.")
LOOK = Phrase("Look at the payment")
ANSWER_USAGE = Phrase(
    "Name the question by its id, and write your answer behind it. For example:\n"
    "/answer {id} On Monday at nine."
)
NO_SUCH_QUESTION = Phrase("There is no question with that id.")
ANSWERED = Phrase("Your answer is on its way to {name}.")
NOT_KEPT = Phrase("That question has many answers already. Please ring the client.")
FROM_OFFICE = Phrase("Our office answers:")
YOU_ASKED = Phrase("You asked: {words}")
COMMANDS = (("support", Phrase("Ask our office: /support and your question")),)
OFFICE_COMMANDS = (("answer", Phrase("Answer a client: /answer ID and your words")),)
