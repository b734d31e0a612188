"""No secret and no full phone number stands in any log line, whoever wrote it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from legalpro.logs import set_up_logs
from legalpro.redaction import redact

TOKEN = "123456789:AAE-not-a-real-token-0123456789abcdef"
LINES = [
    f"POST https://api.example/bot{TOKEN}/sendMessage",
    "Authorization: Bearer abcDEF123456ghiJKL",
    "paying from 254712345678 and 0712345678 and +254712345678",
    "ws_CO_04022026101530412712345678",
    "http://x/c/stk/00aa11bb22cc33dd/0123456789abcdef0123456789abcdef01234567",
    "the secret is swordfish-of-mine",
]


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("line", LINES)
def test_a_secret_is_hidden_in_text_extra_and_trace(form: Literal["text", "json"], line: str) -> None:
    stream = io.StringIO()
    set_up_logs("DEBUG", form, ["swordfish-of-mine"], stream)
    log = logging.getLogger("some.library")
    log.info("said %s", line, extra={"more": line})
    log.error("failed", exc_info=ValueError(line))
    written = stream.getvalue()
    assert "said" in written
    assert "failed" in written
    for secret in (TOKEN, "abcDEF123456ghiJKL", "12345678", "0123456789abcdef", "swordfish"):
        assert secret not in written


def test_the_json_form_is_one_object_a_line() -> None:
    stream = io.StringIO()
    set_up_logs("INFO", "json", [], stream)
    logging.getLogger("x").warning("push_failed", extra={"payment": "00aa"})
    line = json.loads(stream.getvalue())
    assert (line["event"], line["payment"], line["level"]) == ("push_failed", "00aa", "warning")


def test_libraries_that_log_addresses_with_tokens_stay_quiet() -> None:
    set_up_logs("DEBUG", "text", [], io.StringIO())
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)


def test_ordinary_words_stay_as_they_are() -> None:
    assert (
        redact("paid KES 1,500 at 10:15, receipt UB47K2M9QX") == "paid KES 1,500 at 10:15, receipt UB47K2M9QX"
    )
