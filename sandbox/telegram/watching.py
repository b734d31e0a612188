"""What a test, a tour or a page may see and wait for. It changes nothing but the script of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .faults import Fault
from .methods_bot import commands_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from .chats import Chat, Message
    from .events import Happening
    from .journal import CallRecord
    from .wire import JsonObject
    from .world import Answer, World


class Watching:
    """Looking at the world, now or as soon as there is something to see."""

    world: World

    @property
    def calls(self) -> Sequence[CallRecord]:
        """Every finished Bot API call, oldest first."""
        return self.world.journal.calls

    @property
    def unknown_methods(self) -> list[str]:
        """Methods somebody called that are not in the table, as they were spelt."""
        return self.world.journal.unknown_methods

    @property
    def answers(self) -> list[Answer]:
        """Accepted answers to button presses, oldest first."""
        return self.world.answers

    @property
    def last_update_id(self) -> int:
        """The id of the newest update."""
        return self.world.updates.last_id

    @property
    def pending_updates(self) -> int:
        """How many updates the bot has not acknowledged."""
        return len(self.world.updates.pending)

    def chat(self, user_id: int) -> Chat:
        """Look at somebody's chat. Raises LookupError for a stranger."""
        return self.world.chat(user_id)

    def transcript(self, user_id: int) -> str:
        """Tell somebody's chat in readable lines."""
        return self.world.chat(user_id).transcript()

    def commands_for(self, user_id: int, language: str | None = None) -> list[JsonObject]:
        """Tell the command menu somebody sees, in a language or in the person's own."""
        own = self.world.chat(user_id).person.language_code
        return commands_for(self.world, user_id, language or own)

    def file(self, file_id: str) -> bytes:
        """Read a file the bot sent. Raises LookupError for an unknown id."""
        if file_id not in self.world.files:
            raise LookupError(f"no file {file_id} was sent")
        return self.world.files[file_id].content

    async def wait_for(
        self, user_id: int, wanted: str | Callable[[Message], bool], timeout_s: float = 10.0
    ) -> Message:
        """Wait for a visible message that holds this text or satisfies this test; the newest such.

        Raises:
            AssertionError: nothing matched within `timeout_s`; it shows the chat.
        """
        chat = self.world.chat(user_id)
        test = _holds(wanted) if isinstance(wanted, str) else wanted
        found = await self.world.bell.wait_until(
            lambda: next((m for m in reversed(chat.messages) if test(m)), None), timeout_s
        )
        if found is None:
            what = repr(wanted) if isinstance(wanted, str) else "matching message"
            raise AssertionError(f"no {what} within {timeout_s} s; the chat was:\n{chat.transcript()}")
        return found

    async def wait_for_call(
        self,
        method: str,
        wanted: Callable[[CallRecord], bool] | None = None,
        *,
        after: int = 0,
        timeout_s: float = 10.0,
    ) -> CallRecord:
        """Wait for a finished call of `method`, numbered above `after`, that `wanted` accepts; the oldest.

        Raises:
            AssertionError: none came within `timeout_s`; it lists the newest calls.
        """
        journal = self.world.journal
        search = journal.search(method, wanted or (lambda _: True), after)
        found = await self.world.bell.wait_until(search, timeout_s)
        if found is None:
            newest = [f"{call.number} {call.method} {call.status}" for call in list(journal.calls)[-20:]]
            raise AssertionError(f"no such {method} within {timeout_s} s; the newest calls: {newest}")
        return found

    async def wait_for_answer(self, query_id: str, timeout_s: float = 10.0) -> Answer:
        """Wait until a button press is answered. Raises AssertionError after `timeout_s`."""
        found = await self.world.bell.wait_until(
            lambda: next((a for a in reversed(self.world.answers) if a.query_id == query_id), None), timeout_s
        )
        if found is None:
            raise AssertionError(f"the press {query_id} was not answered within {timeout_s} s")
        return found

    async def wait_until(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Wait until a condition on this stand-in holds. Raises AssertionError after `timeout_s`."""
        if not await self.world.bell.wait_until(lambda: condition() or None, timeout_s):
            raise AssertionError(f"it did not come to pass within {timeout_s} s")

    def events(self, after: int = 0) -> AsyncIterator[Happening]:
        """Follow everything that happens after happening number `after`, until the stand-in stops."""
        return self.world.stream.follow(after)

    def fault(
        self,
        method: str,
        kind: str,
        times: int = 1,
        *,
        skip: int = 0,
        retry_after_s: int = 1,
        delay_s: float = 1.0,
        description: str = "",
    ) -> None:
        """Let `times` calls of `method` ("*" is any) go wrong in a way of `faults.FAULT_KINDS`.

        `skip` calls pass first; `retry_after_s` is for too_many, `delay_s` for slow_s. The method "webhook"
        with duplicate_update posts an update twice. Raises ValueError for an unknown kind.
        """
        self.world.faults.add(
            Fault(
                method=method,
                kind=kind,
                times=times,
                skip=skip,
                retry_after_s=retry_after_s,
                delay_s=delay_s,
                description=description,
            )
        )

    def clear_faults(self) -> None:
        """Let everything go well from now on."""
        self.world.faults.clear()
        self.outage(on=False)

    def outage(self, *, on: bool) -> None:
        """Begin or end an outage: every call is answered as by Telegram's front when nothing is behind it.

        People can still write; the bot hears of it when the outage is over.
        """
        self.world.faults.outage = on
        if on:
            self.world.updates.end_poll("poll_ended_by_outage")


def _holds(text: str) -> Callable[[Message], bool]:
    return lambda message: text in message.text
