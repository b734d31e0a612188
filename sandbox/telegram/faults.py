"""Scripted faults: what can go wrong between the bot and Telegram, as a table, and which strikes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

When = Literal["before", "after", "batch"]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """What a fault does.

    `before`: the call is not carried out. `after`: it is carried out, the answer suffers. `batch`: what is
    handed out suffers. `status` 0 stands for a connection that breaks without an answer.
    """

    when: When
    status: int = 200
    description: str = ""
    html: bool = False


HTML_PAGE: Final = "<html><head><title>{status}</title></head><body><h1>Bad Gateway</h1></body></html>"

FAULT_KINDS: Final[dict[str, FaultKind]] = {
    "too_many": FaultKind("before", 429, "Too Many Requests: retry after {retry_after}"),
    "bad_gateway_html": FaultKind("before", 502, html=True),
    "bad_gateway": FaultKind("before", 502, "Bad Gateway"),
    "server_error": FaultKind("before", 500, "Internal Server Error"),
    "unauthorized": FaultKind("before", 401, "Unauthorized"),
    "not_found": FaultKind("before", 404, "Not Found"),
    "conflict": FaultKind(
        "before",
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    "forbidden": FaultKind("before", 403, "Forbidden: bot was blocked by the user"),
    "too_large": FaultKind("before", 413, "Request Entity Too Large"),
    "not_modified": FaultKind("before", 400, "Bad Request: message is not modified"),
    "parse_error": FaultKind(
        "before", 400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'
    ),
    "reset": FaultKind("before", 0),
    "reset_after": FaultKind("after", 0),
    "slow_s": FaultKind("after"),
    "ok_html": FaultKind("after", 200, html=True),
    "duplicate_update": FaultKind("batch"),
    "reversed_updates": FaultKind("batch"),
}

WEBHOOK: Final = "webhook"
"""The name under which `duplicate_update` strikes a webhook post instead of getUpdates."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """A scripted fault: strikes `times` calls of `method` ("*" is any), after letting `skip` pass."""

    method: str
    kind: str
    times: int = 1
    skip: int = 0
    retry_after_s: int = 1
    delay_s: float = 1.0
    description: str = ""
    struck: int = field(default=0, init=False)

    @property
    def does(self) -> FaultKind:
        """The row of the table."""
        return FAULT_KINDS[self.kind]

    def says(self) -> str:
        """The description in the answer."""
        return (self.description or self.does.description).format(retry_after=self.retry_after_s)


class FaultScript:
    """The faults still to come, in the order they were written."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.outage = False
        """While True nothing gets through, whatever else is written here."""

    def add(self, fault: Fault) -> None:
        """Write a fault into the script. Raises ValueError for an unknown kind."""
        if fault.kind not in FAULT_KINDS:
            raise ValueError(f"no fault is called {fault.kind}; there are: {', '.join(FAULT_KINDS)}")
        self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def take(self, method: str, *whens: When) -> Fault | None:
        """Take the first fault that strikes this call in one of these ways; None when all is well."""
        if self.outage and "before" in whens:
            return Fault(method="*", kind="bad_gateway_html")
        for fault in self._faults:
            named = fault.method in {"*", method} or fault.method.lower() == method.lower()
            if not named or fault.does.when not in whens:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.struck += 1
            if fault.struck >= fault.times:
                self._faults.remove(fault)
            return fault
        return None
