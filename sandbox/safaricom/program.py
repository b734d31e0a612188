"""The simulator as a program of its own: start, tell how to use it, stay until stopped."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from sandbox.safaricom.config import SimulatorConfig
from sandbox.safaricom.scenarios import BY_LAST_DIGITS, SCENARIOS
from sandbox.safaricom.server import DarajaSimulator

if TYPE_CHECKING:
    from collections.abc import Callable


def _to_the_terminal(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


async def run_simulator(
    host: str,
    port: int,
    *,
    config: SimulatorConfig | None = None,
    tell: Callable[[str], None] = _to_the_terminal,
) -> None:
    """Tell address, credentials and scenarios, then run until cancelled; raises OSError on a taken port."""
    simulator = DarajaSimulator(config=config)
    try:
        await simulator.start(host, port)
        tell(welcome(simulator))
        await asyncio.Event().wait()
    finally:
        await simulator.stop()


def welcome(simulator: DarajaSimulator) -> str:
    """What a newcomer needs to point a client here."""
    config = simulator.config
    lines = [
        f"Simulated Daraja at {simulator.url}",
        "",
        f"  MPESA_API_URL={simulator.url}",
        f"  MPESA_CONSUMER_KEY={config.consumer_key}",
        f"  MPESA_CONSUMER_SECRET={config.consumer_secret}",
        f"  MPESA_SHORTCODE={config.shortcode}",
        f"  MPESA_PASSKEY={config.passkey}",
        f"  MPESA_B2C_SHORTCODE={config.b2c_shortcode}",
        f"  MPESA_INITIATOR_NAME={config.initiator_name}",
        f"  MPESA_INITIATOR_PASSWORD='{config.initiator_password}'",
        f"  MPESA_CERTIFICATE=<a file with what {simulator.url}/_control/certificate gives>",
        f"  (till {', '.join(sorted(config.tills))}; every phone's PIN is {config.phone_pin})",
        "",
        "A phone's last two digits choose what happens; every other ending pays:",
        *(f"  ..{digits}  {name:<22} {SCENARIOS[name].story}" for digits, name in BY_LAST_DIGITS.items()),
        "",
        "Payouts, reversals and their results follow plans made at /_control/plan/out.",
        f"Switches: {simulator.url}/_control/scenarios lists all scenarios; plan one with",
        f'  curl -d \'{{"scenario": "lost"}}\' {simulator.url}/_control/plan',
        "",
    ]
    return "\n".join(lines)
