"""The demo's parts: the keeper, the strip's tracks, the folder, the window."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legalpro.demo.folder import NoDemoHere, demo_folder, is_new
from legalpro.demo.keeper import MOST_FAILED_STARTS, Keeper
from legalpro.demo.story import of_asha, past
from legalpro.demo.story_refunds import waiting
from legalpro.demo.tracks import payment_track, refund_track
from legalpro.demo.window import has_screen
from legalpro.process import ProgramFailed
from payments.payment import Payment, State
from sandbox.page import ProgramState, Track
from tests.legalpro.demo_program import PretendProgram

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
BACK: list[ProgramState] = ["killed", "starting", "running"]


class Told:
    """What the page was told of the program; stops the keeper when it has heard enough."""

    def __init__(self, enough: int) -> None:
        self.states: list[ProgramState] = []
        self.enough = asyncio.Event()
        self._most = enough

    def __call__(self, state: ProgramState) -> None:
        self.states.append(state)
        if len(self.states) >= self._most:
            self.enough.set()


async def test_a_killed_program_is_brought_back_and_the_page_hears_each_step() -> None:
    program, told = PretendProgram(), Told(enough=5)
    keeper = Keeper(program, pause_s=0)
    await keeper.begin(told)
    async with asyncio.timeout(5):
        keeping = asyncio.create_task(keeper.keep())
        assert keeper.kill()
        await told.enough.wait()
    keeping.cancel()
    assert told.states == ["starting", "running", *BACK]
    assert program.signals == [signal.SIGKILL]


async def test_a_program_that_dies_by_itself_is_brought_back_even_without_telegram() -> None:
    program, told = PretendProgram(), Told(enough=5)
    keeper = Keeper(program, pause_s=0)
    await keeper.begin(told)
    async with asyncio.timeout(5):
        keeping = asyncio.create_task(keeper.keep())
        program.dies()
        await told.enough.wait()
    keeping.cancel()
    assert program.starts == [True, False]


async def test_what_does_not_run_cannot_be_killed() -> None:
    assert not Keeper(PretendProgram()).kill()


async def test_one_failed_start_is_tried_again_but_not_for_ever() -> None:
    program = PretendProgram()
    keeper = Keeper(program, pause_s=0)
    await keeper.begin(lambda _: None)
    program.failing = MOST_FAILED_STARTS
    program.dies()
    with pytest.raises(ProgramFailed):
        await keeper.keep()
    assert len(program.starts) == 1 + MOST_FAILED_STARTS


# The strip.


def names(track: Track, when: str) -> list[str]:
    return [station.name for station in track.stations if station.when == when]


def one(state: State, *, late: bool = False) -> Payment:
    return next(each for each in past(NOW) if each.state is state and each.late is late)


def test_a_paid_payment_shows_where_it_was_and_nothing_ahead() -> None:
    track = payment_track(of_asha(NOW))
    assert names(track, "been") == ["queued", "sending", "prompted"]
    assert (names(track, "now"), names(track, "ahead")) == (["paid"], [])
    assert track.tone == "good"
    assert [word.said for word in track.words] == ["engine_claimed", "push_accepted", "callback_paid"]
    assert track.words[-1].why == "money moved (code 0)"


def test_an_unclear_payment_does_not_promise_how_it_will_end() -> None:
    track = payment_track(one(State.UNCLEAR))
    assert (names(track, "now"), names(track, "ahead")) == (["unclear"], ["paid or not"])
    assert track.tone == "doubt"


def test_a_late_success_shows_the_no_that_went_before() -> None:
    track = payment_track(one(State.PAID, late=True))
    assert names(track, "been") == ["queued", "sending", "prompted", "unpaid", "unclear"]


def test_a_word_that_was_not_believed_says_as_what_it_was_taken() -> None:
    said = [word.said for each in past(NOW) for word in payment_track(each).words]
    assert "callback_paid, weighed as callback_mismatch" in said


def test_a_refund_shows_its_own_way_and_no_whole_phone() -> None:
    track = refund_track(waiting(of_asha(NOW), NOW))
    assert names(track, "ahead") == ["approved", "sending", "accepted", "paid out or not"]
    assert "0712***101" in track.title


# The folder and the window.


def test_a_folder_with_other_peoples_data_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mongo").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(NoDemoHere, match="not a demo's"):
        demo_folder()


def test_the_demos_own_folder_is_known_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "new"))
    folder = demo_folder()
    assert is_new(folder)
    (folder / "mongo").mkdir()
    assert demo_folder() == folder
    assert not is_new(folder)


@pytest.mark.parametrize(
    ("environment", "platform", "has"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1"}, "linux", False),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "1"}, "darwin", False),
    ],
)
def test_a_window_is_opened_only_where_somebody_sits_before_it(
    environment: dict[str, str], platform: str, *, has: bool
) -> None:
    assert has_screen(environment, platform) is has
