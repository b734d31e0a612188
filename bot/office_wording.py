"""Words about the office's own desk that are not about refunds, in plain English. Owns the sentences only."""

from __future__ import annotations

EXPORT_USAGE = (
    "I do not know that period. For example:\n"
    "/export\n"
    "/export week csv\n"
    "/export 2026-11-01 2026-11-30 xlsx\n"
    "There are today, yesterday, week, month, quarter and year; and csv, xlsx and json."
)
EXPORTING = "Writing the movements of {period}…"
EXPORTED = "{period}\n{paid} payments: {paid_kes}\n{refunds} refunds: {refunded_kes}\nNet: {net_kes}"
EXPORT_TOO_LARGE = (
    "That is too much for a message. Please choose a shorter period, or use legalpro export on the server."
)
KEPT_ASIDE = "Something from Safaricom could not be understood and is kept aside."
KEPT_ABOUT = "About: {subject} ({kind})"
KEPT_AT = "Time: {time}"
KEPT_WHY = "Why: {why}"
KEPT_ADVICE = (
    "No payment is lost by it: whatever is not known is asked about. Whoever runs the program can work it "
    "again: {command}"
)
COMMANDS = (("export", "Payments and refunds as a file: /export [period] [csv|xlsx|json]"),)
