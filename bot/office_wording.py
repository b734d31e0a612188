"""Words about the office's own desk that are not about refunds, in plain English. Owns the sentences only."""

from __future__ import annotations

from bot.buttons import View
from payments.audit import Actor, AuditKind

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
NOT_THEIRS = "A message in Safaricom's name came from an address that is not Safaricom's."
NOT_THEIRS_FROM = "Sender: {peer}"
NOT_THEIRS_ADVICE = (
    "It was not believed: Safaricom itself is asked what is true. If the address is a new one of "
    "Safaricom's, or a proxy of yours, whoever runs the program must list it."
)
SILENCE = "Safaricom's answers do not reach us by themselves."
SILENCE_SINCE = "Since {time} {count} prompts went out, and not one callback came."
SILENCE_ADVICE = (
    "No money is lost by it: each payment is asked about, so clients hear of theirs some minutes later. "
    "Whoever runs the program should see whether its public address can be reached from outside."
)
KEPT_ASIDE = "Something from Safaricom could not be understood and is kept aside."
KEPT_ABOUT = "About: {subject} ({kind})"
KEPT_AT = "Time: {time}"
KEPT_WHY = "Why: {why}"
KEPT_ADVICE = (
    "No payment is lost by it: whatever is not known is asked about. Whoever runs the program can work it "
    "again: {command}"
)
BOARD = "{day}, so far"
BOARD_NOTHING = "Nothing received yet."
BOARD_KIND = "· {kind}: {amount}"
BOARD_OPEN = "Under way: {count}"
BOARD_REVIEW = "Waiting for a person: {count}. See /payments review"
BOARD_LATEST = "Paid last"
BOARD_LINE = "{time} · {amount} · {what}"
BOARD_MORE = "More figures"
BOARD_OFF = "There is no day board in this chat any more. /board brings it back."
BOARD_USAGE = "/board pins a message here that shows the day as money arrives; /board off ends it."
ANALYTICS_USAGE = (
    "I do not know that period. For example:\n"
    "/analytics\n"
    "/analytics week\n"
    "/analytics 2026-11-01 2026-11-30 matter\n"
    "There are today, yesterday, week, month, quarter and year; and kind, matter, hours and xlsx."
)
NOTHING_RECEIVED = "No payment was received."
RECEIVED = "Received: {amount} in {payments}"
REFUNDED = "Refunded: {amount} in {refunds}"
NET = "Net: {amount}"
AVERAGE = "Average payment: {amount}"
SUCCESS = "Paid: {rate} ({paid:,} of {decided:,} that ended)"
UNPAID_FOR = "Not paid because: {reasons}"
TIME_TO_PAY = "Time to pay: half within {median}, 95 of 100 within {p95}"
PAYERS = "Payers: {new:,} new, {returning:,} returning"
BY_KIND = "By kind"
BY_MATTER = "By matter"
COMPARED = "Compared with {span}."
VIEWS = {
    View.OVER_TIME: "Over time",
    View.BY_KIND: "By kind",
    View.BY_MATTER: "By matter",
    View.BY_HOUR: "By hour",
    View.WORKBOOK: "Excel workbook",
}
AUDIT_USAGE = "Name one payment by its M-Pesa receipt or its id. For example:\n/audit UB47K2M9QX"
AUDIT_NOTHING = "No payment has that receipt or that id."
AUDIT_HEAD = "{amount} for {title}"
AUDIT_ID = "Payment {id}"
AUDIT_LEFT_OUT = "{count} older entries are left out here."
AUDIT_BEHIND = "The latest is still being written. Ask again in a moment."
AUDIT_UNREADABLE = "Entry {number} cannot be read: somebody changed it. Run legalpro audit verify."
AUDIT_ENTRY = "{number} · {day}, {time} · {who}"
AUDIT_OPENED: dict[str, str] = {
    AuditKind.PAYMENT_OPENED: "opened this payment",
    AuditKind.REFUND_REQUESTED: "asked for a refund",
}
AUDIT_EVENTS: dict[str, str] = {
    AuditKind.RULING_PROPOSED: "proposed how to settle it",
    AuditKind.RULING_DROPPED: "dropped what was proposed",
    AuditKind.BUTTON_REFUSED: "pressed a button that is not theirs, or no longer works",
    AuditKind.COMMAND_REFUSED: "asked for what they may not do",
}
AUDIT_WHO = "{actor} ({id})"
AUDIT_STAYED = "stays {state}"
AUDIT_MOVED = "{before} \u2192 {after}"
ACTORS: dict[str, str] = {
    Actor.ENGINE: "the program",
    Actor.SAFARICOM_PUSH: "Safaricom, answering the request",
    Actor.SAFARICOM_PAYOUT: "Safaricom, answering the payout",
    Actor.SAFARICOM_CALLBACK: "Safaricom, calling back",
    Actor.SAFARICOM_QUERY: "Safaricom, when asked",
    Actor.STATEMENT: "the firm's statement",
    Actor.PAYER: "the client",
    Actor.ADMIN: "an admin",
    Actor.OPERATOR: "whoever runs the program",
    Actor.USER: "somebody in a chat",
    Actor.STRANGER: "a stranger",
}
BRIEF_HEAD = "Good morning. This was yesterday:"
BRIEF_NOTHING_WAITS = "No payment waits for a person."
BRIEF_WAITING = "Payments that wait for a person: {count}. /payments review lists them."
BRIEF_TRAIL = (
    "The audit trail has {count} entries and ends with {head}. Kept in this chat it shows, by "
    "legalpro audit verify --head, whether anybody cut off its end."
)
MAINTENANCE_USAGE = (
    "For example:\n/maintenance on Back at two o'clock.\n/maintenance off\n"
    "/maintenance alone tells whether new payments are taken."
)
PAUSED = "No new payments are taken from now on; what is open goes on. Clients read:\n\n{words}"
PAUSED_SINCE = "No new payments are taken since {time}. Clients read:\n\n{words}"
RESUMED = "New payments are taken again."
NOT_PAUSED = "New payments are taken."
COMMANDS = (
    ("board", "A pinned message that shows the day: /board [off]"),
    ("analytics", "How the fees are doing: /analytics [period]"),
    ("audit", "All that happened to a payment: /audit RECEIPT"),
    ("maintenance", "Take no new payments for a while: /maintenance on|off"),
    ("export", "Payments and refunds as a file: /export [period] [csv|xlsx|json]"),
)
