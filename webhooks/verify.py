"""`GET /verify/{code}`: tells whoever holds a receipt whether it is genuine.

Owns the page. The code is keyed, so a made-up one costs no database work; of a genuine receipt nothing more
is said than the paper itself shows, and of the payer only initials.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Final

from aiohttp import web

from payments.billing.receipt import Genuine
from payments.nairobi import in_nairobi
from payments.values import show_kes
from webhooks.parts import PARTS

_MOST_CODE: Final = 64
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


async def _verify(request: web.Request) -> web.Response:
    parts, code = request.app[PARTS], request.match_info["code"]
    if parts.receipts is None:
        raise web.HTTPNotFound
    genuine = await parts.receipts.look_up(code) if len(code) <= _MOST_CODE else None
    if genuine is None:
        return _page("Not a receipt of ours", _UNKNOWN, status=404)
    return _page(f"Genuine receipt no. {genuine.number}", _told(genuine, parts.firm_name), status=200)


_UNKNOWN: Final = (
    "<p>We did not issue a receipt with this code. Please compare it with the paper once more; if it is the "
    "same, do not rely on that paper.</p>"
)


def _told(genuine: Genuine, firm_name: str) -> str:
    local = in_nairobi(genuine.paid_at)
    rows = [
        ("Issued by", firm_name),
        ("Amount", show_kes(genuine.amount_kes)),
        ("Paid at", f"{local:%d %B %Y, %H:%M} (Nairobi)"),
        ("M-Pesa receipt", genuine.mpesa_receipt or ""),
        ("Paid by", genuine.initials),
        ("Given back since", _refunded(genuine)),
    ]
    items = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)
    return f"<dl>{items}</dl>"


def _refunded(genuine: Genuine) -> str:
    if not genuine.refunded_kes:
        return ""
    whole = genuine.refunded_kes >= genuine.amount_kes
    return "all of it" if whole else show_kes(genuine.refunded_kes)


def _page(title: str, body: str, *, status: int) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)
