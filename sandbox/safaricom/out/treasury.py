"""The firm's money at Safaricom: the accounts that payouts are paid from. It knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Treasury:
    """Whole shillings. Payouts leave the Utility account, not the Working account (Daraja: B2C payout)."""

    utility_kes: int
    working_kes: int = 0
    paid_out_kes: int = 0
    reversed_kes: int = 0

    def pay(self, amount_kes: int) -> bool:
        """Take a payout out of the Utility account; False when it holds too little."""
        if amount_kes > self.utility_kes:
            return False
        self.utility_kes -= amount_kes
        self.paid_out_kes += amount_kes
        return True

    def as_text(self) -> str:
        """As Account Balance tells it: accounts joined by `&`, their fields by `|`."""
        accounts = {"Working Account": self.working_kes, "Utility Account": self.utility_kes}
        told = [f"{name}|KES|{kes}.00|{kes}.00|0.00|0.00" for name, kes in accounts.items()]
        return "&".join([*told, "Charges Paid Account|KES|-95.00|-95.00|0.00|0.00"])
