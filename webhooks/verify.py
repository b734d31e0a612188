"""`GET /verify/{code}`: tells whoever holds a receipt whether it is genuine.

Owns the page. The code is keyed, so a made-up one costs no database work; of a genuine receipt nothing more
is said than the paper itself shows, and of the payer only initials.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import Final

from aiohttp import web

from payments.billing.receipt import Genuine
from payments.language import MONTHS, Language
from payments.nairobi import in_nairobi
from payments.values import show_kes
from webhooks.parts import PARTS

_MOST_CODE: Final = 64
_MOST_ACCEPTED: Final = 200
_STYLE: Final = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { margin: 0; min-height: 100vh; display: grid; place-items: center }
main { width: min(26rem, 88vw); padding: 1.5rem; border: 1px solid GrayText; border-radius: .8rem }
h1 { margin: 0 0 1rem; font-size: 1.3rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem; margin: 0 }
dt { opacity: .75 } dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
p { margin: 1rem 0 0 }
"""
_STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def routes() -> list[web.RouteDef]:
    """The page."""
    return [web.get("/verify/{code}", _verify)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What the page says. `{…}` are filled in."""

    unknown: str
    advice: str
    genuine: str
    issued_by: str
    amount: str
    paid_at: str
    receipt: str
    paid_by: str
    refunded: str
    all_of_it: str


_WORDS: Final = {
    Language.ENGLISH: _Words(
        unknown="Not a receipt of ours",
        advice="We did not issue a receipt with this code. Please compare it with the paper once more; if it "
        "is the same, do not rely on that paper.",
        genuine="Genuine receipt no. {number}",
        issued_by="Issued by",
        amount="Amount",
        paid_at="Paid at",
        receipt="M-Pesa receipt",
        paid_by="Paid by",
        refunded="Given back since",
        all_of_it="all of it",
    ),
    Language.SWAHILI: _Words(
        unknown="Hii si risiti yetu",
        advice="Hatukutoa risiti yenye msimbo huu. Tafadhali ulinganishe tena na karatasi; ukiwa ni huo huo, "
        "usiitegemee karatasi hiyo.",
        genuine="Risiti halali na. {number}",
        issued_by="Imetolewa na",
        amount="Kiasi",
        paid_at="Ililipwa",
        receipt="Risiti ya M-Pesa",
        paid_by="Imelipwa na",
        refunded="Kilichorejeshwa baadaye",
        all_of_it="chote",
    ),
}


async def _verify(request: web.Request) -> web.Response:
    parts, code = request.app[PARTS], request.match_info["code"]
    if parts.receipts is None:
        raise web.HTTPNotFound
    language = _language_of(request.headers.get("Accept-Language", ""))
    words = _WORDS[language]
    genuine = await parts.receipts.look_up(code) if len(code) <= _MOST_CODE else None
    if genuine is None:
        return _page(words.unknown, f"<p>{words.advice}</p>", language, status=404)
    title = words.genuine.format(number=genuine.number)
    return _page(title, _told(genuine, parts.firm_name, language), language, status=200)


def _language_of(accepted: str) -> Language:
    """The first of our languages that the reader's browser names (RFC 9110: Accept-Language)."""
    for part in accepted[:_MOST_ACCEPTED].split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in set(Language):
            return Language(code)
    return Language.ENGLISH


def _told(genuine: Genuine, firm_name: str, language: Language) -> str:
    words, local = _WORDS[language], in_nairobi(genuine.paid_at)
    month = MONTHS[language][local.month - 1]
    rows = [
        (words.issued_by, firm_name),
        (words.amount, show_kes(genuine.amount_kes)),
        (words.paid_at, f"{local.day} {month} {local:%Y, %H:%M} (Nairobi)"),
        (words.receipt, genuine.mpesa_receipt or ""),
        (words.paid_by, genuine.initials),
        (words.refunded, _refunded(genuine, words)),
    ]
    items = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)
    return f"<dl>{items}</dl>"


def _refunded(genuine: Genuine, words: _Words) -> str:
    if not genuine.refunded_kes:
        return ""
    whole = genuine.refunded_kes >= genuine.amount_kes
    return words.all_of_it if whole else show_kes(genuine.refunded_kes)


def _page(title: str, body: str, language: Language, *, status: int) -> web.Response:
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    headers = _HEADERS | {"Content-Language": language.value, "Vary": "Accept-Language"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)
