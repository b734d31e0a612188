"""Every number and name the simulator can be told; it decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.practice import SafaricomAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorConfig(SafaricomAccount):
    """How the simulated Safaricom behaves. Times are seconds, money is whole Kenyan shillings."""

    business_name: str = "LEGALPRO ADVOCATES"
    tills: frozenset[str] = frozenset({"888001"})
    """Till numbers that may stand in PartyB of a CustomerBuyGoodsOnline push."""

    prompt_delay_s: float = 0.1
    """From accepting a push to the prompt on the phone."""
    prompt_lifetime_s: float = 60.0
    pin_delay_s: float = 0.3
    """How long the automatic payer takes to answer; also how long a failure without a prompt takes."""
    callback_delay_s: float = 0.05
    late_s: float = 20.0
    """Extra delay of the callback in the scenario `late`."""
    late_success_s: float = 5.0
    """From the failure to the success in the scenario `success_after_failure`."""
    reply_hang_s: float = 60.0
    """How long the scenario `reply_slow` keeps the client waiting."""
    callback_timeout_s: float = 10.0

    query_burst: int = 1
    query_blind_s: float = 0.0
    """For so long after a push the query does not know its id yet."""
    pending_as: Literal["500", "4999"] = "500"
    pending_queries: int = 2
    """How many queries the scenarios `pending_queries` and `pending_4999` leave without a result."""

    token_lifetime_s: float = 3599.0
    new_token_kills_old: bool = False
    expires_in_as_number: bool = False
    repeat_window_s: float = 120.0
    """Paying the same amount from the same phone again within this time ends in code 17; 0 lifts the rule."""
    timestamp_skew_s: float | None = None
    """How far the Timestamp may be from Nairobi time; None does not look."""

    most_wrong_passwords: int = 3
    """After so many the operator is locked: 8006."""
    utility_kes: int = 1_000_000
    """What payouts can be paid from."""
    payout_delay_s: float = 0.3
    """From accepting a payout to its result."""
    reversal_delay_s: float = 2.0
    """The same of a reversal; really it may be hours."""

    manual: bool = False
    """True: nobody enters the PIN but a person, through the switchboard."""
    phone_balance_kes: int = 500_000
    phone_pin: str = "1234"
    remembered: int = 100_000
    """How many pushes, callbacks and requests are kept to look at."""
    most_lives: int = 10_000
    """How many pushes may be under way at once; beyond that the system is busy."""


QUICK = SimulatorConfig(
    prompt_delay_s=0.01,
    pin_delay_s=0.02,
    callback_delay_s=0.01,
    late_s=0.3,
    late_success_s=0.2,
    reply_hang_s=1.0,
    prompt_lifetime_s=0.3,
    payout_delay_s=0.02,
    reversal_delay_s=0.05,
    query_limit=None,
)
"""The same behaviour in tens of milliseconds, for tests: `dataclasses.replace(QUICK, ...)`."""
