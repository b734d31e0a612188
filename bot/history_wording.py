"""Words about a client's own payments, and those by which they are looked for. Owns the sentences only."""

from __future__ import annotations

from bot.phrases import Phrase

ALL = Phrase("Your payments, newest first")
FOUND = Phrase("Your payments: {words}")
USAGE = Phrase(
    "I do not know those days. For example:\n"
    "/history\n"
    "/history paid month\n"
    "/history case\n"
    "/history UB47K2M9QX\n"
    "/history HCCC/E123/2026 2026-11-01 2026-11-30"
)
NARROW = {
    "": Phrase("All"),
    "paid": Phrase("Paid"),
    "unpaid": Phrase("Not paid"),
    "open": Phrase("Open"),
}
"""The buttons that narrow it down, by the word of `payments.search` that each stands for."""

TYPED = {
    "paid": Phrase("paid"),
    "unpaid": Phrase("unpaid"),
    "open": Phrase("open"),
    "today": Phrase("today"),
    "yesterday": Phrase("yesterday"),
    "week": Phrase("week"),
    "month": Phrase("month"),
    "quarter": Phrase("quarter"),
    "year": Phrase("year"),
    "consultation": Phrase("consultation"),
    "case": Phrase("case"),
    "document": Phrase("document"),
    "court": Phrase("court"),
}
"""Words that may be typed, by the word of `payments.search` that each stands for."""

COMMANDS = (("history", Phrase("Find my payments: /history [words]")),)
