"""Every word that stands on a receipt or fee note, in both languages: literal tables, no logic but dates.

Owns the wording of papers. A test holds the two languages side by side: no word may be missing in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from payments.catalogue import FeeKind
from payments.language import MONTHS, Language
from payments.nairobi import in_nairobi


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptWords:
    """What a receipt says around its facts. `{…}` are filled in."""

    heading: str
    numbered: str
    copy: str
    amount: str
    received_from: str
    on_behalf_of: str
    paid_for: str
    matter: str
    reference: str
    paid_from: str
    mpesa_receipt: str
    paid_at: str
    refunded: str
    balance: str
    settled: str
    seal_paid: str
    seal_part_refunded: str
    seal_refunded: str
    invitation: str
    steps: str
    code: str
    footnote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeNoteWords:
    """What a fee note says around its facts."""

    heading: str
    numbered: str
    balance: str
    nothing_due: str
    billed_to: str
    holder: str
    fee_for: str
    matter: str
    reference: str
    issued_on: str
    due_on: str
    whole_fee: str
    paid_so_far: str
    payment: str
    in_parts: str
    in_one: str
    seal_due: str
    seal_paid: str
    invitation: str
    settled_invitation: str
    steps: str
    footnote: str


RECEIPT = {
    Language.ENGLISH: ReceiptWords(
        heading="Receipt",
        numbered="No. {number}",
        copy="COPY",
        amount="Amount received",
        received_from="Received from",
        on_behalf_of="On behalf of",
        paid_for="Paid for",
        matter="Matter",
        reference="Reference",
        paid_from="Paid from",
        mpesa_receipt="M-Pesa receipt",
        paid_at="Date and time",
        refunded="Refunded since",
        balance="Balance due",
        settled="None: paid in full",
        seal_paid="PAID",
        seal_part_refunded="PART REFUNDED",
        seal_refunded="REFUNDED",
        invitation="Is this receipt genuine?",
        steps="Scan the code with your phone, or open the address below. It shows the amount, the date"
        " and whether anything was refunded.",
        code="Code",
        footnote="Made by computer from the firm's record of payments; valid without a signature.",
    ),
    Language.SWAHILI: ReceiptWords(
        heading="Risiti",
        numbered="Na. {number}",
        copy="NAKALA",
        amount="Kiasi kilichopokelewa",
        received_from="Imepokelewa kutoka kwa",
        on_behalf_of="Kwa niaba ya",
        paid_for="Malipo ya",
        matter="Shauri",
        reference="Rejea",
        paid_from="Nambari iliyolipa",
        mpesa_receipt="Risiti ya M-Pesa",
        paid_at="Tarehe na saa",
        refunded="Kilichorejeshwa baadaye",
        balance="Salio linalodaiwa",
        settled="Hakuna: imelipwa yote",
        seal_paid="IMELIPWA",
        seal_part_refunded="SEHEMU IMEREJESHWA",
        seal_refunded="IMEREJESHWA",
        invitation="Je, risiti hii ni halali?",
        steps="Skani msimbo huu kwa simu yako, au fungua anwani iliyo hapa chini. Utaona kiasi, tarehe"
        " na kama pesa zozote zimerejeshwa.",
        code="Msimbo",
        footnote="Imetolewa na kompyuta kutoka kwa rekodi za malipo za kampuni; ni halali bila sahihi.",
    ),
}

FEE_NOTE = {
    Language.ENGLISH: FeeNoteWords(
        heading="Fee note",
        numbered="No. {number}",
        balance="Balance due",
        nothing_due="Nothing is due",
        billed_to="Billed to",
        holder="Whoever holds this note",
        fee_for="For",
        matter="Matter",
        reference="Reference",
        issued_on="Date",
        due_on="Please pay by",
        whole_fee="Whole fee",
        paid_so_far="Paid so far",
        payment="Payment",
        in_parts="May be made in parts",
        in_one="In one payment, please",
        seal_due="DUE",
        seal_paid="PAID",
        invitation="Pay by M-Pesa, from your chat",
        settled_invitation="See this fee note in your chat",
        steps="Scan the code with your phone: Telegram opens this fee note. You enter your PIN on your own"
        " phone only, never in chat.",
        footnote="Pay only through this code or at our office. A receipt follows at once.",
    ),
    Language.SWAHILI: FeeNoteWords(
        heading="Ankara ya ada",
        numbered="Na. {number}",
        balance="Salio la kulipa",
        nothing_due="Hakuna deni",
        billed_to="Mteja",
        holder="Yeyote aliye na ankara hii",
        fee_for="Kwa ajili ya",
        matter="Shauri",
        reference="Rejea",
        issued_on="Tarehe",
        due_on="Tafadhali lipa kufikia",
        whole_fee="Ada yote",
        paid_so_far="Kilicholipwa hadi sasa",
        payment="Malipo",
        in_parts="Unaweza kulipa kwa awamu",
        in_one="Yote kwa mara moja, tafadhali",
        seal_due="INADAIWA",
        seal_paid="IMELIPWA",
        invitation="Lipa kwa M-Pesa kupitia gumzo",
        settled_invitation="Ona ankara hii kwenye gumzo lako",
        steps="Skani msimbo huu kwa simu yako: Telegram itafungua ankara hii. Weka PIN kwenye simu yako"
        " pekee, kamwe si kwenye gumzo.",
        footnote="Lipa kupitia msimbo huu au ofisini kwetu pekee. Utapata risiti papo hapo.",
    ),
}

KINDS = {
    Language.ENGLISH: {
        FeeKind.CONSULTATION: "Consultation",
        FeeKind.CASE: "Case fee",
        FeeKind.DOCUMENT: "Document fee",
        FeeKind.COURT: "Court fee",
    },
    Language.SWAHILI: {
        FeeKind.CONSULTATION: "Ushauri wa kisheria",
        FeeKind.CASE: "Ada ya kesi",
        FeeKind.DOCUMENT: "Ada ya hati",
        FeeKind.COURT: "Ada ya mahakama",
    },
}

_TO = {Language.ENGLISH: "to", Language.SWAHILI: "hadi"}


def on_paper(day: date, language: Language) -> str:
    """A day as papers write it: `24 November 2026`."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def span_on_paper(first: date, last: date, language: Language) -> str:
    """Days from one to another: `24 November 2026`, `1 to 30 November 2026`, `29 May to 5 June 2026`."""
    if first == last:
        return on_paper(last, language)
    to = _TO[language]
    month = f" {MONTHS[language][first.month - 1]}"
    if first.year != last.year:
        return f"{on_paper(first, language)} {to} {on_paper(last, language)}"
    return f"{first.day}{'' if first.month == last.month else month} {to} {on_paper(last, language)}"


def moment_on_paper(moment: datetime, language: Language) -> str:
    """A moment by Nairobi's clock, with its zone: `24 November 2026, 14:07:05 (Nairobi)`."""
    local = in_nairobi(moment)
    return f"{on_paper(local.date(), language)}, {local:%H:%M:%S} (Nairobi)"


def titled(kind: FeeKind, title: str, language: Language) -> str:
    """The kind of fee and its title, without saying the same word twice."""
    name = KINDS[language][kind]
    return title if name.casefold() in title.casefold() else f"{name}: {title}" if title.strip() else name
