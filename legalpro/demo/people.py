"""Everybody in the demo: whom one can be, and the clients of whom there is only a past.

Owns names and numbers, all of them made up.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.values import Phone, UserId
from sandbox.personas import DEMO_PERSONAS

OFFICE = tuple(persona for persona in DEMO_PERSONAS if persona.role == "admin")
ASHA = DEMO_PERSONAS[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A client nobody plays."""

    user_id: UserId
    name: str
    phone: Phone


PEOPLE = tuple(
    Somebody(user_id=UserId(6_001 + place), name=name, phone=Phone(f"2547000000{place:02d}"))
    for place, name in enumerate((
        "Chebet", "Daudi", "Esther", "Faraji", "Grace", "Hamisi", "Imani", "Juma", "Kerubo", "Lwanga",
        "Moraa",
    ))
)  # fmt: skip
