"""Nairobi's clock and the ways Daraja writes its time and identifiers; it knows no push and no phone."""

from __future__ import annotations

import secrets
import string
from datetime import datetime, timedelta, timezone

NAIROBI = timezone(timedelta(hours=3), "Africa/Nairobi")
_DAY_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
_RECEIPT_SIGNS = string.digits + string.ascii_uppercase


def now() -> datetime:
    """The time in Nairobi, which has no daylight saving."""
    return datetime.now(NAIROBI)


def stamp(moment: datetime) -> str:
    """Fourteen digits, YYYYMMDDHHmmss, as TransactionDate and Timestamp are written."""
    return moment.astimezone(NAIROBI).strftime("%Y%m%d%H%M%S")


def checkout_request_id(moment: datetime, phone: str) -> str:
    """Day first, milliseconds, and the payer's last nine digits (observed form)."""
    local = moment.astimezone(NAIROBI)
    return f"ws_CO_{local:%d%m%Y%H%M%S}{local.microsecond // 1000:03d}{phone[-9:]}"


def request_id() -> str:
    """The form of MerchantRequestID and requestId: three groups of four, then twelve hex and six digits."""
    groups = "-".join(secrets.token_hex(2) for _ in range(3))
    return f"{groups}-{secrets.token_hex(6)}{secrets.randbelow(1_000_000):06d}"


def receipt_number(moment: datetime) -> str:
    """Ten signs: year (2026 is U), month (A to L), day (1 to 9, then A to V), and seven of chance."""
    local = moment.astimezone(NAIROBI)
    year = string.ascii_uppercase[(ord("S") - ord("A") + local.year - 2024) % 26]
    month = string.ascii_uppercase[local.month - 1]
    tail = "".join(secrets.choice(_RECEIPT_SIGNS) for _ in range(7))
    return f"{year}{month}{_DAY_SIGNS[local.day]}{tail}"
