"""All words a person sees, in plain English, and the tables that choose among them.

Owns the sentences. Values are put in by `bot.screens`, which escapes them; nothing here is a message
that looks like one of M-Pesa's own.
"""

from __future__ import annotations

from payments.catalogue import FeeKind
from payments.reasons import Reason

# The menu of commands (Telegram: setMyCommands).
COMMANDS = (
    ("pay", "Pay a fee"),
    ("status", "My payments"),
    ("receipt", "A receipt for what I paid"),
    ("verify", "Check a receipt by its code"),
    ("cancel", "Stop what I am doing"),
    ("help", "How this works"),
)

# Labels of buttons.
PAY_A_FEE = "Pay a fee"
MY_PAYMENTS = "My payments"
HELP_LABEL = "Help"
PAY = "Pay {amount}"
CHANGE_NUMBER = "Change number"
CANCEL = "Cancel"
SHARE_NUMBER = "Share my number"
TRY_AGAIN = "Try again"
PAY_AGAIN = "Pay again"
OTHER_NUMBER = "Use another number"
CHECK = "I have paid: check"
RECEIPT_LABEL = "Receipt (PDF)"
PHONE_PLACEHOLDER = "0712 345 678"

KINDS = {
    FeeKind.CONSULTATION: "Consultation",
    FeeKind.CASE: "Case fee",
    FeeKind.DOCUMENT: "Document fee",
    FeeKind.COURT: "Court fee",
}

# Greeting and help.
GREETING = (
    "Hello {name}, welcome to {firm}.\n"
    "Here you can pay your legal fees with M-Pesa, without leaving this chat."
)
MENU = "I can take a payment for you, or show how one is doing. What would you like?"
HELP = (
    "{title}\n\n"
    "1. Tap <b>Pay a fee</b> and choose what it is for.\n"
    "2. M-Pesa asks for your PIN on your phone. We never ask for it in this chat, and nobody from our "
    "office ever will.\n"
    "3. As soon as Safaricom confirms, you see it here with the M-Pesa receipt number.\n\n"
    "/pay starts a payment, /status shows how your payments are doing, /cancel stops what you are doing."
)

# Questions.
ASK_KIND = "What would you like to pay for?"
ASK_FEE = "Which consultation would you like?"
NO_FEES = (
    "No consultation is on offer just now. Please ask our office, or choose another kind of fee with /pay."
)
ASK_REFERENCE = {
    FeeKind.CONSULTATION: "Please type the reference of your matter.",
    FeeKind.CASE: "Please type your case number, for example HCCC/E123/2026.",
    FeeKind.DOCUMENT: "Please type the document's reference, as our office gave it to you.",
    FeeKind.COURT: "Please type the court case or invoice number, for example MCCC/E45/2026.",
}
ASK_AMOUNT = "How much are you paying, in shillings? For example 1500."
ASK_PHONE = (
    "Which M-Pesa number will you pay with?\n"
    "Tap <b>Share my number</b> below, or type it, for example 0712 345 678."
)
SUMMARY = "Please check before you pay:"
SUMMARY_END = "When you tap Pay, M-Pesa asks for your PIN on that phone. We never ask for it in chat."
RETRY_CAUTION = (
    "Please note: our office is still looking into the earlier payment, and it may count after all. "
    "If both are paid, the extra one is refunded."
)
NUMBER_NOTED = "Thank you. We will ask {phone}."

# What was typed is not an answer. The keys are those of payments.values.BadValue.
PROBLEMS = {
    "phone": (
        "That does not look like a Kenyan mobile number. It should start with 07, 01 or +254, and M-Pesa "
        "works on Kenyan numbers only. Please type the number you pay with."
    ),
    "amount": "I could not read that as an amount. Please type it in figures, for example 1500.",
    "fraction": "M-Pesa takes whole shillings only. Please leave out the cents.",
    "too_little": "The smallest amount that M-Pesa takes is KES 1.",
    "too_much": "M-Pesa takes at most KES 250,000 at once. Please pay a part, or ask our office.",
    "bill_too_much": "A fee note can be for KES 50,000,000 at most.",
    "reference": "A reference needs some letters or figures. Please type it as it stands on your papers.",
    "long": "That is too long for a reference: at most 40 characters, please.",
}
USE_BUTTONS = "Please use the buttons for this step."
ONLY_TEXT = "I can only read text here."
NOT_YOUR_CONTACT = (
    "That is somebody else's contact. Please share your own with the button below, or type the number you "
    "pay with."
)
CONTACT_NOT_NEEDED = "Thank you, but I do not need a number just now."

# Answers to buttons and commands.
OLD_BUTTON = "This button is from an earlier step and does nothing any more. /pay starts afresh."
NOT_UNDERSTOOD = "I do not know this button. /pay starts a payment."
ON_ITS_WAY = "This payment is already on its way. One tap was enough."
SENDING = "Sending the request to your phone…"
FEE_GONE = "This one is no longer on offer. Please choose another."
PAUSED = "We take no new payments just now; nothing was sent. {words}"
PAUSE_WORDS = "We are looking after our system. Please try again a little later."
STILL_OPEN = (
    "The earlier payment has no final answer yet, so a second request could be paid twice. Please wait a "
    "little; we tell you here as soon as we know."
)
TRIED_AGAIN = "You have already tried this one again. /status shows how it is doing."
ASKING = "Asking Safaricom…"
ASKED_ALREADY = "Asked a moment ago; I'll tell you as soon as I know."
SETTLED = "There is a final answer already: see the message above, or /status."
CANCELLED_NOTHING_SENT = "Cancelled. Nothing was sent to your phone."
CANCEL_ON_PHONE = (
    "The request has gone out. To stop it, choose Cancel where your phone asks for the PIN, "
    "or let it run out."
)
CANCEL_TOO_LATE = (
    "This payment can no longer be cancelled here: we are finding out what became of it, and tell you."
)
DRAFT_CANCELLED = "Cancelled. Nothing will be paid. /pay starts afresh."
NOTHING_TO_CANCEL = "There is nothing to cancel. /pay starts a payment."
NO_PAYMENTS = "You have no payments here yet."
LATEST = "Your latest payments:"
PRIVATE_ONLY = "Payments are a private matter. Please write to me in a chat of our own."
OFFICE_ONLY = "That is for our office only."
APOLOGY = (
    "Sorry, something went wrong on our side. Please try once more. "
    "If it stays, tell our office this: {reference}"
)
PATIENCE = "That was a lot at once. Please wait a few seconds, then go on."
TRY_LATER = (
    "Sorry, we cannot take anything in just now. What you sent is not lost: we answer as soon as we can. "
    "Payments already made are safe."
)
REPEAT = "(repeat)"

# A payment's message.
QUEUED = "Sending the request to {phone}…"
QUEUED_AGAIN = "M-Pesa is busy just now. We try again by ourselves; there is nothing you need to do."
QUEUED_BECAUSE = {
    Reason.LINE_BUSY: (
        "Another M-Pesa request is open on {phone}. Yours follows by itself as soon as that one has ended."
    ),
    Reason.REPEATED: (
        "This amount was asked from {phone} a moment ago, and M-Pesa takes the same amount only once in two "
        "minutes. Yours is sent by itself at {time}."
    ),
    Reason.IN_LINE: "Many people are paying just now. Your request is in line and goes out by itself.",
    Reason.NOT_SENT: (
        "M-Pesa cannot be reached just now. Nothing has been sent to your phone. We try again by ourselves "
        "for a short while; if it does not work, please try later."
    ),
}
"""What a payment that is not sent yet waits for; other reasons say `QUEUED_AGAIN`."""
SENDING_TEXT = "Sending the request to {phone}…"
PROMPTED = (
    "Check your phone {phone}: M-Pesa asks for your PIN there. Enter it on the phone only; we never ask for "
    "it in chat."
)
PROMPT_ENDS = "The request ends at {time}."
UNCLEAR = (
    "We do not know yet whether this payment went through. We keep asking Safaricom and tell you here.\n"
    "Please do not pay again yet."
)
REVIEW = (
    "We could not get a clear answer about this payment. Our office has been told and is looking into it; "
    "nothing you paid is lost."
)
REVIEW_CAUTION = "If you pay again now, this one may still count; the extra one would then be refunded."
ASKED_AT = "Safaricom asked at {time}: no answer yet."
PAID = "Paid: {amount}"
PAID_LATE = "Good news: your earlier payment arrived after all. Paid: {amount}"
RECEIPT = "M-Pesa receipt: {receipt}"
RECEIPT_FOLLOWS = "M-Pesa receipt: see the SMS on your phone; the number has not reached us yet."
PAID_AT = "Time: {time}"
PURPOSE = "For: {title}"
REFERENCE = "Reference: {reference}"
AMOUNT = "Amount: {amount}"
FROM_PHONE = "M-Pesa number: {phone}"
NOT_PAID = "Not paid: {amount}"
THANKS = "Thank you."

STATUS_WORDS = {
    "queued": "being sent",
    "sending": "being sent",
    "prompted": "waiting for your PIN",
    "unclear": "not known yet",
    "review": "our office is looking",
    "paid": "paid",
    "unpaid": "not paid",
}

# What the admins read.
ADMIN_HEADS = {
    "review": "A payment needs a person",
    "paid": "A payment arrived late, after a definite no",
    "odd": "Something contradicts what is settled",
    "card": "A payment",
}
ADMIN_CLAIM = "Claimed, and not confirmed: {claim}"
ADMIN_REQUEST = "Safaricom's MerchantRequestID: {id}"
ADMIN_ASKED = "Safaricom last answered at {time}."
ADMIN_HEAD_OTHER = "News of a payment"
