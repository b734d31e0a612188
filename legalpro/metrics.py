"""The numbers of `/metrics`: what the program counted, and what the store holds at this moment.

Owns names, help texts and buckets. The only file that knows Prometheus. No label holds a phone, a user or a
payment, so that the numbers may be read by whoever may look at the machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from payments.evidence import Evidence
from payments.holding import Hold
from payments.invariants import Finding
from payments.payment import Payment, State
from payments.ports import AskLater, Now, Safaricom, StoreUnavailable
from storage.census import Census, CensusTaker

_PREFIX = "legalpro"
_QUICK_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CALL_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40)


class Metrics:
    """See `payments.ports.Meter`. Has a registry of its own, so that several may be in one process."""

    def __init__(self, census: CensusTaker, now: Now) -> None:
        self._census = census
        self._now = now
        self._registry = registry = CollectorRegistry()
        self._most_lag_s = 0.0

        def counter(name: str, help_text: str, *labels: str) -> Counter:
            return Counter(f"{_PREFIX}_{name}", help_text, labels, registry=registry)

        def gauge(name: str, help_text: str, *labels: str) -> Gauge:
            return Gauge(f"{_PREFIX}_{name}", help_text, labels, registry=registry)

        def histogram(name: str, help_text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"{_PREFIX}_{name}", help_text, labels, buckets=buckets, registry=registry)

        self._callbacks = counter("callbacks_received_total", "Callbacks answered.", "kind", "verdict")
        self._ack = histogram("callback_ack_seconds", "From a callback's headers to its answer.", _QUICK_S)
        self._payments = gauge("payments_total", "Payments in each state.", "state")
        self._unknown = gauge("unknown_payments", "Payments of which nobody can tell what happened.")
        self._review = gauge("review_items", "Payments that a person must look at.")
        self._inbox = gauge("inbox_depth", "Callbacks that wait to be worked.")
        self._inbox_age = gauge("inbox_oldest_seconds", "How long the oldest of them has waited.")
        self._quarantined = gauge("inbox_quarantined", "Callbacks that cannot be worked.")
        self._outbox_age = gauge("outbox_oldest_seconds", "How long the oldest untold news has waited.")
        self._daraja = counter("daraja_requests_total", "Calls to Safaricom.", "api", "outcome")
        self._daraja_s = histogram("daraja_request_seconds", "Until Safaricom answered.", _CALL_S, "api")
        self._telegram = counter("telegram_sends_total", "Messages sent or edited.", "outcome")
        self._violations = gauge("invariant_violations", "Stored rows that break it: must be 0.", "invariant")
        self._checked = gauge("invariants_checked_timestamp_seconds", "When they were last looked at.")
        self._swept = gauge("sweep_last_success_timestamp_seconds", "When due payments were last looked at.")
        self._lag = gauge("event_loop_lag_seconds", "The longest since the last reading.")
        self._store_up = gauge("store_up", "Whether the store could be counted just now.")
        gauge("build_info", "The version that runs.", "version").labels(_version()).set(1)

    # What is counted as it happens.

    def callback(self, kind: str, verdict: str, answered_s: float) -> None:
        """See `Meter.callback`."""
        self._callbacks.labels(kind, verdict).inc()
        self._ack.observe(answered_s)

    def daraja(self, api: str, outcome: str, answered_s: float | None) -> None:
        """See `Meter.daraja`."""
        self._daraja.labels(api, outcome).inc()
        if answered_s is not None:
            self._daraja_s.labels(api).observe(answered_s)

    def telegram(self, outcome: str) -> None:
        """See `Meter.telegram`."""
        self._telegram.labels(outcome).inc()

    def swept(self) -> None:
        """See `Meter.swept`."""
        self._swept.set(self._now().timestamp())

    def lagged(self, lag_s: float) -> None:
        """The event loop was this late."""
        self._most_lag_s = max(self._most_lag_s, lag_s)

    def invariants(self, counts: Iterable[tuple[Finding, int]]) -> None:
        """What is known to offend each invariant."""
        for finding, count in counts:
            self._violations.labels(finding.id).set(count)
        self._checked.set(self._now().timestamp())

    # What is read when somebody asks.

    async def text(self) -> bytes:
        """Everything in Prometheus' text format; without the store, what is known without it."""
        self._lag.set(self._most_lag_s)
        self._most_lag_s = 0.0
        try:
            self._show(await self._census.take())
            self._store_up.set(1)
        except StoreUnavailable:
            self._store_up.set(0)
        return generate_latest(self._registry)

    def _show(self, census: Census) -> None:
        for state, count in census.payments.items():
            self._payments.labels(state).set(count)
        self._unknown.set(census.payments[State.UNCLEAR])
        self._review.set(census.payments[State.REVIEW])
        self._inbox.set(census.inbox)
        self._inbox_age.set(self._age_s(census.inbox_since))
        self._quarantined.set(census.quarantined)
        self._outbox_age.set(self._age_s(census.untold_since))

    def _age_s(self, since: datetime | None) -> float:
        return 0.0 if since is None else max(0.0, (self._now() - since).total_seconds())


class MeteredSafaricom:
    """See `payments.ports.Safaricom`: another one, its calls counted by what they came to."""

    def __init__(self, safaricom: Safaricom, metrics: Metrics) -> None:
        self._safaricom = safaricom
        self._metrics = metrics

    async def hold(self) -> Hold | None:
        """See `Safaricom.hold`."""
        return await self._safaricom.hold()

    async def push(self, payment: Payment) -> Evidence:
        """See `Safaricom.push`."""
        began = time.perf_counter()
        said = await self._safaricom.push(payment)
        self._metrics.daraja("push", said.kind, time.perf_counter() - began)
        return said

    async def ask(self, payment: Payment) -> Evidence | AskLater:
        """See `Safaricom.ask`."""
        began = time.perf_counter()
        said = await self._safaricom.ask(payment)
        if isinstance(said, AskLater):
            self._metrics.daraja("query", "later", None)
        else:
            self._metrics.daraja("query", said.kind, time.perf_counter() - began)
        return said


def _version() -> str:
    try:
        return version("legalpro-bot")
    except PackageNotFoundError:
        return "unknown"
