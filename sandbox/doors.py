"""Doors: sockets of this machine at which calls wait until a stand-in stands behind them.

Owns what counts as this machine, and the two doors between a program and its stand-ins. An address is known
as soon as its door is open, so that a program can be told it, and can knock, before the stand-ins are there.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass

_HERE = "127.0.0.1"


def is_loopback(host: str) -> bool:
    """Tell whether the name or address is this machine's own loopback."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Doors:
    """Where Telegram and Safaricom are to be found: listening sockets, and their addresses."""

    telegram: socket.socket
    safaricom: socket.socket
    telegram_url: str
    safaricom_url: str


@contextlib.contextmanager
def open_doors() -> Iterator[Doors]:
    """Both doors, each at a free port. Whoever listens behind one may close it earlier."""
    with socket.create_server((_HERE, 0)) as telegram, socket.create_server((_HERE, 0)) as safaricom:
        yield Doors(telegram, safaricom, _url(telegram), _url(safaricom))


def _url(door: socket.socket) -> str:
    host, port = door.getsockname()
    return f"http://{host}:{port}"
