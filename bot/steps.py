"""Shows the present question of a draft, and remembers which message shows it.

Owns the rule that only the newest message of a draft has buttons: after a tap the same message
changes; after something typed a new one comes and the older loses its buttons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.draft_screens import Beside, question_screen, so_far
from bot.screen import Screen
from bot.sender import Sender
from bot.usual import Usual
from payments.draft import Draft, Question, next_question
from payments.payment import State
from payments.ports import ClientBook, DraftBook, FeeBook
from payments.service import NoSuchPayment, PaymentService


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The questions of drafts, in chats."""

    drafts: DraftBook
    fees: FeeBook
    clients: ClientBook
    service: PaymentService
    usual: Usual
    sender: Sender

    async def keep_and_ask(self, draft: Draft, *, note: str = "", edit: bool = False) -> None:
        """Keep what was answered before showing what comes next, so that a crash loses no answer."""
        await self.drafts.put(draft)
        await self.ask(draft, note=note, edit=edit)

    async def ask(self, draft: Draft, *, note: str = "", edit: bool = False) -> None:
        """Show the question, by editing the draft's message if told to and possible."""
        screen = await self._screen(draft, note)
        if edit and draft.message_id is not None and not screen.contact_button:
            message_id = await self.sender.show(draft.chat_id, draft.message_id, screen)
        else:
            message_id = await self.sender.send(draft.chat_id, screen)
            await self._leave(draft, answered=edit)
        # A message with the contact keyboard can never be edited: it is not remembered.
        shown_in = None if screen.contact_button else message_id
        if shown_in != draft.message_id:
            await self.drafts.put(replace(draft, message_id=shown_in))

    async def retire(self, draft: Draft | None) -> None:
        """Another draft takes this one's place: its buttons go."""
        if draft is not None:
            self.sender.strip(draft.chat_id, draft.message_id)

    async def _leave(self, draft: Draft, *, answered: bool) -> None:
        """A newer message asks now: the older one keeps what it said, or what was answered by a tap on it."""
        known = so_far(draft)
        if answered and known and draft.message_id is not None:
            await self.sender.edit(draft.chat_id, draft.message_id, Screen(text=known))
        else:
            self.sender.strip(draft.chat_id, draft.message_id)

    async def _screen(self, draft: Draft, note: str) -> Screen:
        question = next_question(draft)
        beside = Beside(
            fees=await self.fees.offered() if question is Question.FEE else (),
            usual=await self.usual.offer(draft.user_id) if question is Question.KIND else (),
            note=note,
            caution=await self._caution(draft),
            consent=question is Question.CONFIRM and not await self._agreed(draft),
        )
        return question_screen(draft, beside)

    async def _agreed(self, draft: Draft) -> bool:
        client = await self.clients.get(draft.user_id)
        return client is not None and client.agreed_at is not None

    async def _caution(self, draft: Draft) -> bool:
        """Whether the payment that this one tries again may still count."""
        if draft.retry_of is None:
            return False
        try:
            earlier = await self.service.status(draft.retry_of, draft.user_id)
        except NoSuchPayment:
            return False
        return earlier.state is State.REVIEW
