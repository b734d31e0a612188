"""The people one can be on the page: each has a chat and a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from sandbox.telegram.wire import JsonObject

PIN: Final = "1234"
"""Every persona's PIN; the page shows it as a hint."""

Role = Literal["client", "admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody to play.

    Attributes:
        phone: 12 digits; if scenarios hang on the last two, they happen here too.
        language_code: what their chat program says it speaks.
        role: shown beside the name; what an admin may do is the program's to say.
    """

    user_id: int
    name: str
    phone: str
    language_code: str = "en"
    role: Role = "client"
    username: str | None = None

    def as_json(self) -> JsonObject:
        """Tell the page who this is."""
        return {
            "uid": self.user_id,
            "name": self.name,
            "phone": self.phone,
            "language": self.language_code,
            "role": self.role,
        }


DEMO_PERSONAS: Final = (
    Persona(user_id=5001, name="Asha", phone="254712000101"),
    Persona(user_id=5002, name="Baraka", phone="254722000202", language_code="sw"),
    Persona(user_id=5101, name="Wanjiru", phone="254733000303", role="admin"),
    Persona(user_id=5102, name="Otieno", phone="254710000404", role="admin"),
)
"""Two clients and two admins, whose phones do what their owner does (no scenario hangs on their digits)."""
