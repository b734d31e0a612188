"""A question that a client asks the office in chat, and its answers.

Owns the records, the port, and who is told. A question is no payment: nothing about money changes by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from payments.notices import Audience, Notice, Topic
from payments.values import ChatId, PaymentId, UserId

MOST_WORDS = 1_000
MOST_ANSWERS = 20


class Told(StrEnum):
    """What there is to tell of a question."""

    ASKED = "asked"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody of the office said to it. `id` is the act's, so that the same act answers once."""

    id: str
    by: UserId
    by_name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a client wants to know. `payment_id` is their newest payment, for whoever answers."""

    id: str
    user_id: UserId
    chat_id: ChatId
    name: str
    words: str
    asked_at: datetime
    payment_id: PaymentId | None = None
    answers: tuple[Answer, ...] = ()


class QuestionBook(Protocol):
    """Where questions are kept. Every method may raise `StoreUnavailable`."""

    async def add(self, question: Question, notice: Notice) -> None:
        """Keep a new one and its news; the same again changes nothing."""

    async def get(self, question_id: str) -> Question | None:
        """Read one afresh."""

    async def of_client(self, user_id: UserId, limit: int) -> Sequence[Question]:
        """A client's own, the earliest first."""

    async def forget(self, user_id: UserId) -> None:
        """Remove all that a client asked."""

    async def answer(self, question: Question, answer: Answer, notice: Notice) -> bool:
        """Keep an answer and its news; False when it is kept already, or there are `MOST_ANSWERS`."""


def notice_of_question(question: Question) -> Notice:
    """The office hears of it."""
    return _notice(question, Audience.ADMINS, Told.ASKED, Told.ASKED)


def notice_of_answer(question: Question, answer: Answer) -> Notice:
    """The client hears of it."""
    return _notice(question, Audience.PAYER, Told.ANSWERED, f"{Told.ANSWERED}:{answer.id}")


def _notice(question: Question, audience: Audience, event: Told, name: str) -> Notice:
    notice_id = f"question:{question.id}:{name}"
    return Notice(id=notice_id, topic=Topic.QUESTION, subject=question.id, audience=audience, event=event)
