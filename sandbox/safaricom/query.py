"""The status query (Daraja: STK query): what it tells, when it does not know, how often one may ask."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.safaricom import envelopes, results
from sandbox.safaricom.envelopes import RefusedError
from sandbox.safaricom.results import result
from sandbox.safaricom.validation import read_body, read_query

if TYPE_CHECKING:
    from sandbox.safaricom.config import SimulatorConfig
    from sandbox.safaricom.oauth import TokenOffice
    from sandbox.safaricom.records import Ledger, Push
    from sandbox.safaricom.results import Result

_PERIOD_S = 60.0


class SpikeArrest:
    """The gateway's limit: so many calls in 60 seconds, evenly spread, with a small burst."""

    def __init__(self, *, limit: int | None, burst: int) -> None:
        self.limit = limit
        self.burst = burst
        self._left = float(burst)
        self._counted_mono_s = time.monotonic()

    def spend(self) -> bool:
        """True if one more call is allowed now; a refused call costs nothing."""
        if self.limit is None:
            return True
        now = time.monotonic()
        earned = (now - self._counted_mono_s) * self.limit / _PERIOD_S
        self._left, self._counted_mono_s = min(float(self.burst), self._left + earned), now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class QueryDesk:
    """Answers what became of a push. It never tells receipt, amount or phone."""

    def __init__(self, config: SimulatorConfig, *, tokens: TokenOffice, ledger: Ledger) -> None:
        self._config = config
        self._tokens = tokens
        self._ledger = ledger
        self._limit = SpikeArrest(limit=config.query_limit, burst=config.query_burst)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """`POST /mpesa/stkpushquery/v1/query`; raises RefusedError."""
        self._tokens.admit(request)
        if not self._limit.spend():
            return envelopes.spike_arrest(limit=self._limit.limit or 0, burst=self._limit.burst)
        push = self._find(read_query(await read_body(request), self._config))
        return web.json_response(_told(push, self._claim(push)))

    def _find(self, checkout_request_id: str) -> Push:
        push = self._ledger.find(checkout_request_id)
        if push is None or time.monotonic() - push.received_mono_s < self._config.query_blind_s:
            raise RefusedError("invalid_field", detail="CheckoutRequestID")
        return push

    def _claim(self, push: Push) -> Result:
        """What the query says, which need not be the truth."""
        if push.result is None or self._keeps_quiet(push):
            return self._pending(push)
        if push.scenario.query_code is not None:
            return result(push.scenario.query_code)
        return push.result

    def _keeps_quiet(self, push: Push) -> bool:
        push.queries_after_result += 1
        return push.scenario.queries_pend and push.queries_after_result <= self._config.pending_queries

    def _pending(self, push: Push) -> Result:
        if (push.scenario.pending_as or self._config.pending_as) == "4999":
            return result(results.STILL_PROCESSING)
        # Observed: here the requestId is the id that was asked about.
        raise RefusedError("processing", request_id=push.checkout_request_id)


def _told(push: Push, claim: Result) -> dict[str, str]:
    return {
        "ResponseCode": "0",
        "ResponseDescription": "The service request has been accepted successfully",
        "MerchantRequestID": push.merchant_request_id,
        "CheckoutRequestID": push.checkout_request_id,
        "ResultCode": str(claim.code),
        "ResultDesc": claim.description,
    }
