"""A Safaricom over which the weather can change: one scenario may prevail, until another does or none.

Owns the changing. What a scenario does is the simulator's; which one prevails is for `weather.py` to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.safaricom import DarajaSimulator
from sandbox.safaricom.out.scenarios import OUT_SCENARIOS, OutPlans
from sandbox.safaricom.scenarios import BY_LAST_DIGITS, SCENARIOS, Plans, UnknownScenarioError

if TYPE_CHECKING:
    from sandbox.safaricom import SimulatorConfig


class _PushSky(Plans):
    """What prevails goes before everything but the lines whose last digits stand for a scenario."""

    prevailing: str | None = None

    def choose(self, phone: str) -> str:
        """See `Plans.choose`."""
        if self.prevailing and phone[-2:] not in BY_LAST_DIGITS:
            return self.prevailing
        return super().choose(phone)


class _PayoutSky(OutPlans):
    """What prevails goes before every plan."""

    prevailing: str | None = None

    def choose(self, phone: str) -> str:
        """See `OutPlans.choose`."""
        return self.prevailing or super().choose(phone)


class ChangeableSafaricom(DarajaSimulator):
    """The simulator, with `prevail`."""

    def __init__(self, *, config: SimulatorConfig | None = None) -> None:
        super().__init__(config=config)
        self._plans = self._push_sky = _PushSky(default="by_hand" if self.config.manual else "paid")
        self._out_plans = self._payout_sky = _PayoutSky()

    def prevail(self, scenario: str | None) -> None:
        """From now on every push and payout meets this scenario; None: the ordinary course again.

        Raises:
            UnknownScenarioError: there is none of this name for pushes and for payouts.
        """
        if scenario is not None and scenario not in SCENARIOS.keys() & OUT_SCENARIOS.keys():
            raise UnknownScenarioError(scenario)
        self._push_sky.prevailing = self._payout_sky.prevailing = scenario
