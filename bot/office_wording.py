"""Words about the office's own desk that are not about refunds. Owns the sentences only."""

from __future__ import annotations

from bot.buttons import View
from bot.phrases import Counted, Phrase
from payments.audit import Actor, AuditKind
from payments.payment import State
from payments.refunds.refund import RefundState

EXPORT_USAGE = Phrase(
    "I do not know that period. For example:\n"
    "/export\n"
    "/export week csv\n"
    "/export 2026-11-01 2026-11-30 xlsx\n"
    "There are today, yesterday, week, month, quarter and year; and csv, xlsx and json."
)
EXPORTING = Phrase("Writing the movements of {period}…")
EXPORTED = Phrase("{period}\n{paid} payments: {paid_kes}\n{refunds} refunds: {refunded_kes}\nNet: {net_kes}")
EXPORT_TOO_LARGE = Phrase(
    "That is too much for a message. Please choose a shorter period, or use legalpro export on the server."
)
NOT_THEIRS = Phrase("A message in Safaricom's name came from an address that is not Safaricom's.")
NOT_THEIRS_FROM = Phrase("Sender: {peer}")
NOT_THEIRS_ADVICE = Phrase(
    "It was not believed: Safaricom itself is asked what is true. If the address is a new one of "
    "Safaricom's, or a proxy of yours, whoever runs the program must list it."
)
SILENCE = Phrase("Safaricom's answers do not reach us by themselves.")
SILENCE_SINCE = Phrase("Since {time} {count} prompts went out, and not one callback came.")
SILENCE_ADVICE = Phrase(
    "No money is lost by it: each payment is asked about, so clients hear of theirs some minutes later. "
    "Whoever runs the program should see whether its public address can be reached from outside."
)
KEPT_ASIDE = Phrase("Something from Safaricom could not be understood and is kept aside.")
KEPT_ABOUT = Phrase("About: {subject} ({kind})")
KEPT_AT = Phrase("Time: {time}")
KEPT_WHY = Phrase("Why: {why}")
KEPT_ADVICE = Phrase(
    "No payment is lost by it: whatever is not known is asked about. Whoever runs the program can work it "
    "again: {command}"
)
BOARD = Phrase("{day}, so far")
BOARD_NOTHING = Phrase("Nothing received yet.")
BOARD_KIND = Phrase("· {kind}: {amount}")
BOARD_OPEN = Phrase("Under way: {count}")
BOARD_REVIEW = Phrase("Waiting for a person: {count}. See /payments review")
BOARD_LATEST = Phrase("Paid last")
BOARD_LINE = Phrase("{time} · {amount} · {what}")
BOARD_MORE = Phrase("More figures")
BOARD_OFF = Phrase("There is no day board in this chat any more. /board brings it back.")
BOARD_USAGE = Phrase("/board pins a message here that shows the day as money arrives; /board off ends it.")
ANALYTICS_USAGE = Phrase(
    "I do not know that period. For example:\n"
    "/analytics\n"
    "/analytics week\n"
    "/analytics 2026-11-01 2026-11-30 matter\n"
    "There are today, yesterday, week, month, quarter and year; and kind, matter, hours and xlsx."
)
PAYMENTS = Counted("{count} payment", "{count} payments")
REFUNDS = Counted("{count} refund", "{count} refunds")
SECONDS = Counted("{count} s", "{count} s")
MINUTES = Counted("{count} min", "{count} min")
HOURS = Counted("{count} h", "{count} h")
DAYS = Counted("{count} day", "{count} days")
NOTHING_RECEIVED = Phrase("No payment was received.")
RECEIVED = Phrase("Received: {amount} in {payments}")
REFUNDED = Phrase("Refunded: {amount} in {refunds}")
NET = Phrase("Net: {amount}")
AVERAGE = Phrase("Average payment: {amount}")
SUCCESS = Phrase("Paid: {rate} ({paid:,} of {decided:,} that ended)")
UNPAID_FOR = Phrase("Not paid because: {reasons}")
TIME_TO_PAY = Phrase("Time to pay: half within {median}, 95 of 100 within {p95}")
PAYERS = Phrase("Payers: {new:,} new, {returning:,} returning")
BY_KIND = Phrase("By kind")
BY_MATTER = Phrase("By matter")
COMPARED = Phrase("Compared with {span}.")
STILL_ADDING_UP = Phrase("⏳ Not everything is added up yet. Look again in a minute.")
VIEWS = {
    View.OVER_TIME: Phrase("Over time"),
    View.BY_KIND: Phrase("By kind"),
    View.BY_MATTER: Phrase("By matter"),
    View.BY_HOUR: Phrase("By hour"),
    View.WORKBOOK: Phrase("Excel workbook"),
}
AUDIT_USAGE = Phrase("Name one payment by its M-Pesa receipt or its id. For example:\n/audit UB47K2M9QX")
AUDIT_NOTHING = Phrase("No payment has that receipt or that id.")
AUDIT_HEAD = Phrase("{amount} for {title}")
AUDIT_ID = Phrase("Payment {id}")
AUDIT_LEFT_OUT = Phrase("{count} older entries are left out here.")
AUDIT_BEHIND = Phrase("The latest is still being written. Ask again in a moment.")
AUDIT_UNREADABLE = Phrase("Entry {number} cannot be read: somebody changed it. Run legalpro audit verify.")
AUDIT_ENTRY = Phrase("{number} · {day}, {time} · {who}")
AUDIT_OPENED: dict[str, Phrase] = {
    AuditKind.PAYMENT_OPENED: Phrase("opened this payment"),
    AuditKind.REFUND_REQUESTED: Phrase("asked for a refund"),
}
AUDIT_EVENTS: dict[str, Phrase] = {
    AuditKind.RULING_PROPOSED: Phrase("proposed how to settle it"),
    AuditKind.RULING_DROPPED: Phrase("dropped what was proposed"),
    AuditKind.IMPOSSIBLE_EVIDENCE: Phrase("said what cannot be after all that is known; nothing was changed"),
    AuditKind.RECEIPT_REUSED: Phrase("named a receipt that belongs to another payment"),
    AuditKind.CHECKOUT_REUSED: Phrase("named a request that belongs to another payment"),
    AuditKind.REFUND_WITHOUT_ROOM: Phrase("sent back more than was left of this payment"),
    AuditKind.RECEIPT_SENT: Phrase("sent the client the receipt"),
    AuditKind.BUTTON_REFUSED: Phrase("pressed a button that is not theirs, or no longer works"),
    AuditKind.COMMAND_REFUSED: Phrase("asked for what they may not do"),
}
AUDIT_STATES: dict[str, Phrase] = {
    State.QUEUED: Phrase("queued"),
    State.SENDING: Phrase("sending"),
    State.PROMPTED: Phrase("prompted"),
    State.UNCLEAR: Phrase("unclear"),
    State.REVIEW: Phrase("review"),
    State.PAID: Phrase("paid"),
    State.UNPAID: Phrase("unpaid"),
    RefundState.REQUESTED: Phrase("requested"),
    RefundState.APPROVED: Phrase("approved"),
    RefundState.ACCEPTED: Phrase("accepted"),
    RefundState.PAID_OUT: Phrase("paid out"),
    RefundState.REJECTED: Phrase("rejected"),
    RefundState.FAILED: Phrase("failed"),
}
AUDIT_WHO = Phrase("{actor} ({id})")
AUDIT_STAYED = Phrase("stays {state}")
AUDIT_MOVED = Phrase("{before} \u2192 {after}")
ACTORS: dict[str, Phrase] = {
    Actor.ENGINE: Phrase("the program"),
    Actor.SAFARICOM_PUSH: Phrase("Safaricom, answering the request"),
    Actor.SAFARICOM_PAYOUT: Phrase("Safaricom, answering the payout"),
    Actor.SAFARICOM_CALLBACK: Phrase("Safaricom, calling back"),
    Actor.SAFARICOM_QUERY: Phrase("Safaricom, when asked"),
    Actor.STATEMENT: Phrase("the firm's statement"),
    Actor.PAYER: Phrase("the client"),
    Actor.ADMIN: Phrase("an admin"),
    Actor.OPERATOR: Phrase("whoever runs the program"),
    Actor.USER: Phrase("somebody in a chat"),
    Actor.STRANGER: Phrase("a stranger"),
}
BRIEF_HEAD = Phrase("Good morning. This was yesterday:")
BRIEF_NOTHING_WAITS = Phrase("No payment waits for a person.")
BRIEF_WAITING = Phrase("Payments that wait for a person: {count}. /payments review lists them.")
BRIEF_TRAIL = Phrase(
    "The audit trail has {count} entries and ends with {head}. Kept in this chat it shows, by "
    "legalpro audit verify --head, whether anybody cut off its end."
)
MAINTENANCE_USAGE = Phrase(
    "For example:\n/maintenance on Back at two o'clock.\n/maintenance off\n"
    "/maintenance alone tells whether new payments are taken."
)
PAUSED = Phrase("No new payments are taken from now on; what is open goes on. Clients read:\n\n{words}")
PAUSED_SINCE = Phrase("No new payments are taken since {time}. Clients read:\n\n{words}")
RESUMED = Phrase("New payments are taken again.")
NOT_PAUSED = Phrase("New payments are taken.")
COMMANDS = (
    ("board", Phrase("A pinned message that shows the day: /board [off]")),
    ("analytics", Phrase("How the fees are doing: /analytics [period]")),
    ("audit", Phrase("All that happened to a payment: /audit RECEIPT")),
    ("maintenance", Phrase("Take no new payments for a while: /maintenance on|off")),
    ("export", Phrase("Payments and refunds as a file: /export [period] [csv|xlsx|json]")),
)
