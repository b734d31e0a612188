"""Who may use the page: this machine alone, and no web page of another site through its browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.doors import is_loopback

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADER: Final = "X-Demo"
"""No form can send it, and no script of another site without asking first, which is never granted."""
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def no(status: int, why: str) -> web.Response:
    """Refuse, in words the page can show."""
    return web.json_response({"ok": False, "error": why}, status=status)


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other machines, names that only point here (DNS rebinding), and other sites' posts."""
    if not is_loopback(request.remote or "") or not is_loopback(_host_name(request)):
        return no(403, "this page serves this machine only")
    if request.method not in {"GET", "HEAD"} and not _from_the_page(request):
        return no(403, "only the page itself may act")
    return await handler(request)


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Put the protecting headers on every answer."""
    response.headers.update(_HEADERS)
    cached = "no-store" if request.path.startswith("/ui/") else "no-cache"
    response.headers.setdefault("Cache-Control", cached)


def _host_name(request: web.Request) -> str:
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""


def _from_the_page(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    return HEADER in request.headers and origin in {None, f"http://{request.host}"}
