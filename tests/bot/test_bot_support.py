"""/support and /answer: a client's question reaches the office once, and its answer the client alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.rich import plain
from payments.questions import MOST_ANSWERS, MOST_WORDS
from payments.values import UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, Stand, standing


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name) as stand:
        yield stand


async def asked(stand: Stand, words: str = "When is my <hearing>?") -> str:
    """Ask it; the id that the office reads."""
    await stand.says(f"/support {words}", "Our office has your question")
    told = await stand.sees("A client asks", "Asha (501)", words, user=ADMIN)
    found = re.search(r"/answer ([0-9a-f]{16})", plain(told.text))
    assert found is not None
    return found[1]


async def test_a_question_reaches_the_office_and_the_answer_comes_back(stand: Stand) -> None:
    question_id = await asked(stand)
    await stand.says(f"/answer {question_id} On Monday & at <nine>.", "on its way to Asha", user=ADMIN)
    await stand.sees("Our office answers:", "On Monday & at <nine>.", "You asked: When is my <hearing>?")
    await stand.all_told()
    assert not any("office answers" in message.text for message in stand.shown(BARAKA))
    assert sum("A client asks" in message.text for message in stand.shown(ADMIN)) == 1
    assert sum("office answers" in message.text for message in stand.shown(ASHA)) == 1


async def test_every_answer_is_told_with_its_own_words(stand: Stand) -> None:
    question_id = await asked(stand)
    for words in ("On Monday.", "No: on Tuesday."):
        await stand.says(f"/answer {question_id} {words}", "on its way", user=ADMIN)
    await stand.all_told()
    answers = [plain(m.text).splitlines()[1] for m in stand.shown(ASHA) if "office answers" in m.text]
    assert answers == ["On Monday.", "No: on Tuesday."]


async def test_the_clients_newest_payment_is_a_tap_away(stand: Stand) -> None:
    await stand.hear_paid(await stand.prompted())
    await stand.says("/support Where is my receipt?", "Our office has your question")
    await stand.sees("Their newest payment: KES\u00a01,500 · paid", user=ADMIN)
    await stand.taps("Look at the payment", "Client: Asha", user=ADMIN)


async def test_a_client_answers_nobody(stand: Stand) -> None:
    question_id = await asked(stand)
    await stand.says(f"/answer {question_id} It is me", "for our office only", user=BARAKA)
    question = await stand.store.questions.get(question_id)
    assert question is not None
    assert question.answers == ()


@pytest.mark.parametrize("words", ["", "nonsense", "{id}", "<b>_*[ words"])
async def test_half_an_answer_is_explained_and_told_to_nobody(stand: Stand, words: str) -> None:
    question_id = await asked(stand)
    await stand.says(f"/answer {words.format(id=question_id)}", "Name the question by its id", user=ADMIN)
    await stand.says("/answer 00000000000000aa hello", "no question with that id", user=ADMIN)
    question = await stand.store.questions.get(question_id)
    assert question is not None
    assert question.answers == ()


async def test_an_empty_question_is_explained_and_a_long_one_is_kept_in_bounds(stand: Stand) -> None:
    await stand.says("/support", "Please write it behind the command")
    await stand.says(f"/support {'long ' * 700}", "Our office has your question")
    (kept,) = await stand.store.questions.of_client(UserId(ASHA), 5)
    assert len(kept.words) <= MOST_WORDS
    await stand.sees("A client asks", "long long", user=ADMIN)


async def test_answers_are_bounded_too(stand: Stand) -> None:
    question_id = await asked(stand)
    for number in range(MOST_ANSWERS):
        await stand.says(f"/answer {question_id} {number}", "on its way", user=ADMIN)
    await stand.says(f"/answer {question_id} one more", "many answers already", user=ADMIN)


async def test_who_is_forgotten_has_asked_nothing(stand: Stand) -> None:
    await asked(stand)
    await stand.says("/mydata erase yes", "Forgotten.")
    assert list(await stand.store.questions.of_client(UserId(ASHA), 5)) == []
