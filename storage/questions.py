"""Clients' questions to the office in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import ASCENDING

from payments.notices import Notice
from payments.questions import MOST_ANSWERS, Answer, Question
from payments.values import UserId
from storage.documents import QuestionDocument
from storage.documents.people import AnswerPart
from storage.errors import store_errors
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Shelf, part_row


class MongoQuestionBook:
    """See `payments.questions.QuestionBook`."""

    def __init__(self, shelf: Shelf[QuestionDocument]) -> None:
        self._shelf = shelf

    async def add(self, question: Question, notice: Notice) -> None:
        """See `QuestionBook.add`."""
        document = QuestionDocument.model_validate(question, from_attributes=True)
        document.outbox = outbox_of([notice], 0, question.asked_at)
        await self._shelf.insert(document)

    async def get(self, question_id: str) -> Question | None:
        """See `QuestionBook.get`."""
        document = await self._shelf.one({"_id": question_id})
        return document and _question_of(document)

    async def of_client(self, user_id: UserId, limit: int) -> Sequence[Question]:
        """See `QuestionBook.of_client`."""
        documents = await self._shelf.many({"user_id": user_id}, [("asked_at", ASCENDING)], limit)
        return [_question_of(document) for document in documents]

    async def forget(self, user_id: UserId) -> None:
        """See `QuestionBook.forget`."""
        with store_errors():
            await self._shelf.rows.delete_many({"user_id": user_id})

    async def answer(self, question: Question, answer: Answer, notice: Notice) -> bool:
        """See `QuestionBook.answer`."""
        fits: Row = {
            "_id": question.id,
            "answers.id": {"$ne": answer.id},
            f"answers.{MOST_ANSWERS - 1}": {"$exists": False},
        }
        (news,) = outbox_of([notice], len(question.answers) + 1, answer.at)
        pushed = {"answers": part_row(AnswerPart.model_validate(answer)), "outbox": part_row(news)}
        return await self._shelf.change(fits, {"$push": pushed})


def _question_of(document: QuestionDocument) -> Question:
    same = same_fields(Question, document)
    same["answers"] = tuple(Answer(**same_fields(Answer, part)) for part in document.answers)
    return Question(**same)
