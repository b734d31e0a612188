"""Where a request really came from, and whether Safaricom lists that address.

Owns the reading of forwarded addresses: only those that our own proxies appended are believed,
counted from the right. An unlisted address is flagged, never dropped: the list may change any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

SAFARICOM_IPS = (
    "196.201.214.200",
    "196.201.214.206",
    "196.201.214.207",
    "196.201.214.208",
    "196.201.213.114",
    "196.201.213.44",
    "196.201.212.127",
    "196.201.212.138",
    "196.201.212.129",
    "196.201.212.136",
    "196.201.212.74",
    "196.201.212.69",
)
"""Daraja: Getting started, the addresses that callbacks come from in production."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and ranges such as `10.0.0.0/8`.

    Raises:
        ValueError: one of them is neither.
    """
    return tuple(ip_network(text.strip(), strict=False) for text in texts)


@dataclass(frozen=True, slots=True)
class Sources:
    """The firm's proxies and Safaricom's addresses. An empty list of the latter lists everybody."""

    proxies: tuple[Network, ...] = ()
    safaricom: tuple[Network, ...] = ()

    def client(self, peer: str, forwarded: Sequence[str]) -> str:
        """The nearest address that is not one of our proxies; `forwarded` as X-Forwarded-For came.

        What is no address ends the search: then all that is known is the proxy which said it.
        """
        hops = [hop.strip() for line in forwarded for hop in line.split(",")]
        address = peer
        while hops and _within(address, self.proxies) and _parsed(hops[-1]):
            address = hops.pop()
        return address

    def lists(self, address: str) -> bool:
        """Whether Safaricom is known to speak from there."""
        return not self.safaricom or _within(address, self.safaricom)


def _within(address: str, ranges: tuple[Network, ...]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in ranges)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket that serves both families shows IPv4 callers as ::ffff:196.201.214.200.
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
