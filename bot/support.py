"""/support: a client asks the office, somebody there answers with /answer, and both are told here.

Owns the commands and how the news of a question is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot import support_wording as wording
from bot.buttons import CardAction, CardTap, pack
from bot.gate import Gate
from bot.incoming import Said
from bot.rich import bold, code
from bot.rich import said as escaped
from bot.screen import Button, Screen
from bot.sender import Haste, Sender
from bot.tellers import NotTold, Telling, marked
from bot.wording import STATUS_WORDS
from payments.admins import Deed
from payments.deliveries import Delivery
from payments.payment import Payment
from payments.ports import Now, PaymentBook
from payments.questions import (
    MOST_WORDS,
    Answer,
    Question,
    QuestionBook,
    Told,
    notice_of_answer,
    notice_of_question,
)
from payments.service import PaymentService
from payments.values import show_kes

_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_EXAMPLE = "3f2a9c0b12d4e5f6"
_MOST_QUOTED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Takes questions and answers. It is also their news' `bot.tellers.Teller`.

    Attributes:
        poke: rung whenever there is news to tell.
    """

    questions: QuestionBook
    service: PaymentService
    payments: PaymentBook
    gate: Gate
    sender: Sender
    poke: Callable[[], None]
    now: Now

    async def ask(self, said: Said) -> None:
        """Such as `/support When is my hearing?`."""
        who, words = said.who, _words_after_command(said)
        if not words:
            await self.sender.send(who.chat_id, Screen(text=wording.USAGE()))
            return
        newest = await self.service.latest(who.user_id, 1)
        question = Question(
            id=f"{who.update_id:016x}",  # worked again after a crash, it is the same question
            user_id=who.user_id,
            chat_id=who.chat_id,
            name=who.first_name,
            words=words,
            asked_at=self.now(),
            payment_id=newest[0].id if newest else None,
        )
        await self.questions.add(question, notice_of_question(question))
        self.poke()
        await self.sender.send(who.chat_id, Screen(text=wording.SENT()))

    async def answer(self, said: Said) -> None:
        """Such as `/answer 3f2a9c0b12d4e5f6 On Monday at nine.`."""
        if not await self.gate.admits(said.who, Deed.ANSWER):
            return
        question_id, _, words = _words_after_command(said).partition(" ")
        if not _ID.fullmatch(question_id.lower()) or not words.strip():
            answer = wording.ANSWER_USAGE(id=_EXAMPLE)
        else:
            answer = await self._answered(said, question_id.lower(), words.strip())
        await self.sender.send(said.who.chat_id, Screen(text=answer))

    async def _answered(self, said: Said, question_id: str, words: str) -> str:
        question, who = await self.questions.get(question_id), said.who
        if question is None:
            return wording.NO_SUCH_QUESTION()
        act = f"{who.update_id:016x}"
        answer = Answer(id=act, by=who.user_id, by_name=who.first_name, words=words, at=self.now())
        kept = await self.questions.answer(question, answer, notice_of_answer(question, answer))
        self.poke()
        if not kept and not any(each.id == act for each in question.answers):
            return wording.NOT_KEPT()
        return wording.ANSWERED(name=escaped(question.name))

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        question = await self.questions.get(delivery.subject)
        if question is None:
            return NotTold("no such question", lost=True)
        if delivery.event == Told.ASKED:
            payment = await self.payments.get(question.payment_id) if question.payment_id else None
            screen = _to_the_office(question, payment)
        else:
            answer_id = delivery.id.split(":")[3]
            answer = next((each for each in question.answers if each.id == answer_id), None)
            if answer is None:
                return NotTold("no such answer", lost=True)
            screen = _to_the_client(question, answer)
        told = marked(screen, delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, told, haste)

        return Telling(new=True, tell=tell)


def _words_after_command(said: Said) -> str:
    _, _, words = (said.text or "").partition(" ")
    return words.strip()[:MOST_WORDS]


def _to_the_office(question: Question, payment: Payment | None) -> Screen:
    lines = [
        bold(wording.ASKED()),
        wording.WHO(name=escaped(question.name), id=question.user_id),
        escaped(question.words, MOST_WORDS),
    ]
    if payment is not None:
        amount = show_kes(payment.paid_kes or payment.amount_kes)
        lines.append(wording.NEWEST(amount=amount, state=STATUS_WORDS[payment.state]()))
    lines.append(wording.HOW(command=code(f"/answer {question.id}")))
    look = payment and Button(wording.LOOK(), pack(CardTap(payment.id, CardAction.OPEN)))
    return Screen(text="\n".join(lines), buttons=((look,),) if look else ())


def _to_the_client(question: Question, answer: Answer) -> Screen:
    asked = wording.YOU_ASKED(words=escaped(question.words, _MOST_QUOTED))
    return Screen(text="\n".join([bold(wording.FROM_OFFICE()), escaped(answer.words, MOST_WORDS), "", asked]))
