"""A push request that Daraja can accept, checked before anything is sent.

Owns the limits of every field. Refuses to own the amount's origin and the sending.
Source: Daraja, STK push request (fields and limits) and its rules for callback addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from daraja.addresses import check_address, check_live_address
from daraja.credentials import Environment
from daraja.errors import BadPush

LEAST_KES: Final = 1
MOST_KES: Final = 250_000

MSISDN = re.compile(r"254[17][0-9]{8}")
# Only letters and digits are documented; other characters were reported to fail without a word.
_REFERENCE = re.compile(r"[A-Za-z0-9]{1,12}")
_DESCRIPTION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ]{0,11}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRequest:
    """What to ask of whom. The phone and the address (it holds a key) stay out of ``repr``.

    ``msisdn`` is 12 digits, 254 first. ``account_reference`` is at most 12 letters and digits, shown in the
    prompt; ``description`` at most 13 letters, digits and inner spaces.

    Raises:
        BadPush: a field breaks Daraja's rules; the sentence never holds the value.
    """

    amount_kes: int
    msisdn: str = field(repr=False)
    account_reference: str
    description: str
    callback_url: str = field(repr=False)

    def __post_init__(self) -> None:
        # bool is an int to Python, and a payment of True shillings is a mistake.
        if type(self.amount_kes) is not int or not LEAST_KES <= self.amount_kes <= MOST_KES:
            raise BadPush(f"the amount must be whole shillings from {LEAST_KES} to {MOST_KES}")
        must_match(MSISDN, self.msisdn, "the phone must be 254, then 7 or 1, then 8 digits")
        must_match(_REFERENCE, self.account_reference, "the reference must be 1 to 12 letters and digits")
        must_match(
            _DESCRIPTION, self.description, "the description must be 1 to 13 letters, digits and spaces"
        )
        check_address(self.callback_url)

    def check_for(self, environment: Environment) -> None:
        """The rules that hold only in production: https, and no tunnel or request-bin host.

        Raises:
            BadPush: the callback address breaks one.
        """
        check_live_address(self.callback_url, environment)


def must_match(pattern: re.Pattern[str], value: str, rule: str) -> None:
    """Make sure that a field is as Daraja wants it.

    Raises:
        BadPush: with the rule, never the value.
    """
    if not pattern.fullmatch(value):
        raise BadPush(rule)
