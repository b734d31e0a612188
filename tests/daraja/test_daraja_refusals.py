"""The table of error bodies, held to its own promises."""

from __future__ import annotations

import pytest

from daraja.errors import CredentialsRefused, LineBusy, PerhapsSent, Refused, SeenBefore, Throttled
from daraja.refusals import RULES, ErrorText, Says, error_for, meaning_of

OUTCOMES = {
    Says.TOKEN_INVALID: CredentialsRefused,
    Says.KEYS_WRONG: CredentialsRefused,
    Says.THROTTLED: Throttled,
    Says.BUSY: Throttled,
    Says.OVER_QUOTA: Throttled,
    Says.LINE_BUSY: LineBusy,
    Says.STILL_PROCESSING: PerhapsSent,
    Says.CHECKOUT_UNKNOWN: Refused,
    Says.SEEN_BEFORE: SeenBefore,
    Says.PHONE_INVALID: Refused,
    Says.MISCONFIGURED: Refused,
    Says.UNLISTED_NO: Refused,
    Says.UNCLEAR: PerhapsSent,
}


@pytest.mark.parametrize("says", Says)
def test_everything_an_error_may_say_leads_to_one_error(says: Says) -> None:
    assert isinstance(error_for(says, ErrorText("1", "text")), OUTCOMES[says])


def test_no_rule_is_hidden_behind_an_earlier_one() -> None:
    for index, rule in enumerate(RULES):
        earlier = [one for one in RULES[:index] if one.code == rule.code and one.text in rule.text]
        assert earlier == []
        assert meaning_of(500, rule.code.upper(), f"Error - {rule.text.upper()}") is rule.says
        assert meaning_of(200, rule.code, rule.text) is Says.UNCLEAR
