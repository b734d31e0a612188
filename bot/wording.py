"""All words a person sees, and the tables that choose among them.

Owns the sentences. Values are put in by `bot.screens`, which escapes them; nothing here is a message
that looks like one of M-Pesa's own.
"""

from __future__ import annotations

from bot.phrases import Phrase
from payments.catalogue import FeeKind
from payments.language import Language
from payments.reasons import Reason

# The menu of commands (Telegram: setMyCommands).
COMMANDS = (
    ("pay", Phrase("Pay a fee")),
    ("status", Phrase("My payments")),
    ("receipt", Phrase("A receipt for what I paid")),
    ("verify", Phrase("Check a receipt by its code")),
    ("cancel", Phrase("Stop what I am doing")),
    ("language", Phrase("English or Swahili")),
    ("help", Phrase("How this works")),
)

# Labels of buttons.
PAY_A_FEE = Phrase("Pay a fee")
MY_PAYMENTS = Phrase("My payments")
HELP_LABEL = Phrase("Help")
PAY = Phrase("Pay {amount}")
CHANGE_NUMBER = Phrase("Change number")
FOR_SOMEBODY = Phrase("For somebody else")
FOR_MYSELF = Phrase("For myself")
CHANGE_NAME = Phrase("Change name")
THE_SAME_AGAIN = Phrase("Again: {what} · {amount}")
CANCEL = Phrase("Cancel")
SHARE_NUMBER = Phrase("Share my number")
TRY_AGAIN = Phrase("Try again")
PAY_AGAIN = Phrase("Pay again")
OTHER_NUMBER = Phrase("Use another number")
CHECK = Phrase("I have paid: check")
RECEIPT_LABEL = Phrase("Receipt (PDF)")
PHONE_PLACEHOLDER = Phrase("0712 345 678")

KINDS = {
    FeeKind.CONSULTATION: Phrase("Consultation"),
    FeeKind.CASE: Phrase("Case fee"),
    FeeKind.DOCUMENT: Phrase("Document fee"),
    FeeKind.COURT: Phrase("Court fee"),
}

# Greeting and help.
GREETING = Phrase(
    "Hello {name}, welcome to {firm}.\n"
    "Here you can pay your legal fees with M-Pesa, without leaving this chat."
)
CONSENT = Phrase("When you pay here, you agree to what /privacy says about what we keep of you.")
ASK_LANGUAGE = Phrase("Which language shall I write in?")
LANGUAGE_CHOSEN = Phrase("From now on I write in English.")
LANGUAGES = {Language.ENGLISH: "English", Language.SWAHILI: "Kiswahili"}
"""What each calls itself; the same whatever is spoken."""
MENU = Phrase("I can take a payment for you, or show how one is doing. What would you like?")
HELP = Phrase(
    "{title}\n\n"
    "1. Tap <b>Pay a fee</b> and choose what it is for.\n"
    "2. M-Pesa asks for your PIN on your phone. We never ask for it in this chat, and nobody from our "
    "office ever will.\n"
    "3. As soon as Safaricom confirms, you see it here with the M-Pesa receipt number.\n\n"
    "You may pay for somebody else, too, and from any M-Pesa number.\n\n"
    "/pay starts a payment, /status shows how your payments are doing, /cancel stops what you are doing."
)

# Questions.
ASK_KIND = Phrase("What would you like to pay for?")
ASK_FEE = Phrase("Which consultation would you like?")
NO_FEES = Phrase(
    "No consultation is on offer just now. Please ask our office, or choose another kind of fee with /pay."
)
ASK_REFERENCE = {
    FeeKind.CONSULTATION: Phrase("Please type the reference of your matter."),
    FeeKind.CASE: Phrase("Please type your case number, for example HCCC/E123/2026."),
    FeeKind.DOCUMENT: Phrase("Please type the document's reference, as our office gave it to you."),
    FeeKind.COURT: Phrase("Please type the court case or invoice number, for example MCCC/E45/2026."),
}
ASK_AMOUNT = Phrase("How much are you paying, in shillings? For example 1500.")
ASK_PHONE = Phrase(
    "Which M-Pesa number will you pay with?\n"
    "Tap <b>Share my number</b> below, or type it, for example 0712 345 678."
)
ASK_WHOM = Phrase("Whose fee are you paying? Please type their name.")
SUMMARY = Phrase("Please check before you pay:")
SUMMARY_END = Phrase("When you tap Pay, M-Pesa asks for your PIN on that phone. We never ask for it in chat.")
RETRY_CAUTION = Phrase(
    "Please note: our office is still looking into the earlier payment, and it may count after all. "
    "If both are paid, the extra one is refunded."
)
NUMBER_NOTED = Phrase("Thank you. We will ask {phone}.")

# What was typed is not an answer. The keys are those of payments.values.BadValue.
PROBLEMS = {
    "phone": Phrase(
        "That does not look like a Kenyan mobile number. It should start with 07, 01 or +254, and M-Pesa "
        "works on Kenyan numbers only. Please type the number you pay with."
    ),
    "amount": Phrase("I could not read that as an amount. Please type it in figures, for example 1500."),
    "fraction": Phrase("M-Pesa takes whole shillings only. Please leave out the cents."),
    "too_little": Phrase("The smallest amount that M-Pesa takes is KES 1."),
    "too_much": Phrase("M-Pesa takes at most KES 250,000 at once. Please pay a part, or ask our office."),
    "bill_too_much": Phrase("A fee note can be for KES 50,000,000 at most."),
    "reference": Phrase(
        "A reference needs some letters or figures. Please type it as it stands on your papers."
    ),
    "name": Phrase("A name has letters, and at most 60 of them. Please type it as on their papers."),
    "long": Phrase("That is too long for a reference: at most 40 characters, please."),
}
USE_BUTTONS = Phrase("Please use the buttons for this step.")
ONLY_TEXT = Phrase("I can only read text here.")
NOT_YOUR_CONTACT = Phrase(
    "That is somebody else's contact. Please share your own with the button below, or type the number you "
    "pay with."
)
CONTACT_NOT_NEEDED = Phrase("Thank you, but I do not need a number just now.")

# Answers to buttons and commands.
OLD_BUTTON = Phrase("This button is from an earlier step and does nothing any more. /pay starts afresh.")
NOT_UNDERSTOOD = Phrase("I do not know this button. /pay starts a payment.")
ON_ITS_WAY = Phrase("This payment is already on its way. One tap was enough.")
SENDING = Phrase("Sending the request to your phone…")
FEE_GONE = Phrase("This one is no longer on offer. Please choose another.")
PAUSED = Phrase("We take no new payments just now; nothing was sent. {words}")
PAUSE_WORDS = Phrase("We are looking after our system. Please try again a little later.")
STILL_OPEN = Phrase(
    "The earlier payment has no final answer yet, so a second request could be paid twice. Please wait a "
    "little; we tell you here as soon as we know."
)
TRIED_AGAIN = Phrase("You have already tried this one again. /status shows how it is doing.")
ASKING = Phrase("Asking Safaricom…")
ASKED_ALREADY = Phrase("Asked a moment ago; I'll tell you as soon as I know.")
SETTLED = Phrase("There is a final answer already: see the message above, or /status.")
CANCELLED_NOTHING_SENT = Phrase("Cancelled. Nothing was sent to your phone.")
CANCEL_ON_PHONE = Phrase(
    "The request has gone out. To stop it, choose Cancel where your phone asks for the PIN, "
    "or let it run out."
)
CANCEL_TOO_LATE = Phrase(
    "This payment can no longer be cancelled here: we are finding out what became of it, and tell you."
)
DRAFT_CANCELLED = Phrase("Cancelled. Nothing will be paid. /pay starts afresh.")
NOTHING_TO_CANCEL = Phrase("There is nothing to cancel. /pay starts a payment.")
NO_PAYMENTS = Phrase("You have no payments here yet.")
LATEST = Phrase("Your latest payments:")
PRIVATE_ONLY = Phrase("Payments are a private matter. Please write to me in a chat of our own.")
OFFICE_ONLY = Phrase("That is for our office only.")
APOLOGY = Phrase(
    "Sorry, something went wrong on our side. Please try once more. "
    "If it stays, tell our office this: {reference}"
)
PATIENCE = Phrase("That was a lot at once. Please wait a few seconds, then go on.")
TRY_LATER = Phrase(
    "Sorry, we cannot take anything in just now. What you sent is not lost: we answer as soon as we can. "
    "Payments already made are safe."
)
REPEAT = Phrase("(repeat)")

# A payment's message.
QUEUED = Phrase("Sending the request to {phone}…")
QUEUED_AGAIN = Phrase("M-Pesa is busy just now. We try again by ourselves; there is nothing you need to do.")
QUEUED_BECAUSE = {
    Reason.LINE_BUSY: Phrase(
        "Another M-Pesa request is open on {phone}. Yours follows by itself as soon as that one has ended."
    ),
    Reason.REPEATED: Phrase(
        "This amount was asked from {phone} a moment ago, and M-Pesa takes the same amount only once in two "
        "minutes. Yours is sent by itself at {time}."
    ),
    Reason.IN_LINE: Phrase(
        "Many people are paying just now. Your request is in line and goes out by itself."
    ),
    Reason.NOT_SENT: Phrase(
        "M-Pesa cannot be reached just now. Nothing has been sent to your phone. We try again by ourselves "
        "for a short while; if it does not work, please try later."
    ),
}
"""What a payment that is not sent yet waits for; other reasons say `QUEUED_AGAIN`."""
SENDING_TEXT = Phrase("Sending the request to {phone}…")
PROMPTED = Phrase(
    "Check your phone {phone}: M-Pesa asks for your PIN there. Enter it on the phone only; we never ask for "
    "it in chat."
)
PROMPT_ENDS = Phrase("The request ends at {time}.")
UNCLEAR = Phrase(
    "We do not know yet whether this payment went through. We keep asking Safaricom and tell you here.\n"
    "Please do not pay again yet."
)
REVIEW = Phrase(
    "We could not get a clear answer about this payment. Our office has been told and is looking into it; "
    "nothing you paid is lost."
)
REVIEW_CAUTION = Phrase(
    "If you pay again now, this one may still count; the extra one would then be refunded."
)
ASKED_AT = Phrase("Safaricom asked at {time}: no answer yet.")
PAID = Phrase("Paid: {amount}")
PAID_LATE = Phrase("Good news: your earlier payment arrived after all. Paid: {amount}")
RECEIPT = Phrase("M-Pesa receipt: {receipt}")
GIVEN_BACK = Phrase("Given back: {amount}")
RECEIPT_FOLLOWS = Phrase("M-Pesa receipt: see the SMS on your phone; the number has not reached us yet.")
PAID_AT = Phrase("Time: {time}")
PURPOSE = Phrase("For: {title}")
REFERENCE = Phrase("Reference: {reference}")
ON_BEHALF = Phrase("On behalf of: {name}")
AMOUNT = Phrase("Amount: {amount}")
FROM_PHONE = Phrase("M-Pesa number: {phone}")
NOT_PAID = Phrase("Not paid: {amount}")
THANKS = Phrase("Thank you.")

STATUS_WORDS = {
    "queued": Phrase("being sent"),
    "sending": Phrase("being sent"),
    "prompted": Phrase("waiting for your PIN"),
    "unclear": Phrase("not known yet"),
    "review": Phrase("our office is looking"),
    "paid": Phrase("paid"),
    "unpaid": Phrase("not paid"),
}

# What the admins read.
ADMIN_HEADS = {
    "review": Phrase("A payment needs a person"),
    "paid": Phrase("A payment arrived late, after a definite no"),
    "odd": Phrase("Something contradicts what is settled"),
    "card": Phrase("A payment"),
}
ADMIN_CLAIM = Phrase("Claimed, and not confirmed: {claim}")
ADMIN_REQUEST = Phrase("Safaricom's MerchantRequestID: {id}")
ADMIN_ASKED = Phrase("Safaricom last answered at {time}.")
ADMIN_HEAD_OTHER = Phrase("News of a payment")
