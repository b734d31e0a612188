"""`legalpro audit verify|head`: whether the audit trail is whole, and where it ends.

Owns what is printed and the exit codes: 0 whole, 1 not (the first bad entry is named) or not to be read.
"""

from __future__ import annotations

from legalpro.beside import DONE, FAILED, with_store
from legalpro.settings import Settings
from payments import auditing
from payments.auditing import Verdict
from storage.connect import Store


async def verify(settings: Settings, remembered: str | None) -> int:
    """Check every entry; `remembered` is a head that was printed earlier."""

    async def check(store: Store) -> int:
        verdict = await auditing.verify(store.audit, remembered)
        print(_sentence(verdict))
        return FAILED if verdict.fault else DONE

    return await with_store(settings, check)


async def head(settings: Settings) -> int:
    """Print the number and the hash of the last entry: to be kept where nobody can change both."""

    async def tell(store: Store) -> int:
        last = await store.audit.head()
        print(last.seq, last.hash)
        return DONE

    return await with_store(settings, tell)


def _sentence(verdict: Verdict) -> str:
    if verdict.fault is None:
        return f"The audit trail is whole: {verdict.count} entries, head {verdict.head}"
    fault = verdict.fault
    return f"Entry {fault.seq} is {fault.wrong}; the {verdict.count} before it are right, head {verdict.head}"
