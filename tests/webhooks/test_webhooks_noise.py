"""A flood of broken requests is a few short lines in the log; a fault of ours is told whole."""

from __future__ import annotations

import logging

import pytest
from aiohttp.http_exceptions import BadStatusLine

from tests.webhooks.web_stand import Site
from webhooks.noise import LINES, ShortAndSeldom, server_logger


async def test_broken_requests_are_told_in_short_lines_and_not_all_of_them(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    for each in server_logger().filters:
        if isinstance(each, ShortAndSeldom):
            each.forget()
    for _ in range(LINES * 3):
        assert (await site.send(b"GET / HTTP/1.1\r\nno colon here\r\n\r\n")).status == 400
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in said] == ["request_malformed"] * LINES
    assert not [record for record in said if record.exc_info]
    assert "no colon here" not in caplog.text


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _record(error: Exception) -> logging.LogRecord:
    return logging.LogRecord("x", logging.ERROR, "x", 1, "%s", ("x",), (type(error), error, None))


def test_after_a_silence_it_is_told_how_many_were_left_out() -> None:
    time = Time()
    quiet = ShortAndSeldom(lines=2, per_s=60, clock=time)
    assert [quiet.filter(_record(BadStatusLine("x"))) for _ in range(5)] == [True, True, False, False, False]
    time.now = 60
    record = _record(BadStatusLine("x"))
    assert quiet.filter(record)
    assert (record.getMessage(), record.__dict__["left_out"]) == ("request_malformed", 3)


def test_a_fault_of_ours_passes_whole_and_always() -> None:
    quiet = ShortAndSeldom(lines=0)
    record = _record(ZeroDivisionError())
    assert quiet.filter(record)
    assert record.exc_info
    assert record.levelno == logging.ERROR
