"""The screens that belong to no payment: greeting, menu, help, apology. Pure functions."""

from __future__ import annotations

from bot import wording
from bot.buttons import MenuAction, MenuTap, pack
from bot.rich import bold, said
from bot.screen import Button, Rows, Screen, Style
from payments.pausing import Pause

_MOST_WORDS = 200

MENU_ROWS: Rows = (
    (Button(wording.PAY_A_FEE, pack(MenuTap(MenuAction.PAY)), Style.SUCCESS),),
    (
        Button(wording.MY_PAYMENTS, pack(MenuTap(MenuAction.STATUS))),
        Button(wording.HELP_LABEL, pack(MenuTap(MenuAction.HELP))),
    ),
)


def greeting_screen(first_name: str, firm_name: str) -> Screen:
    """The answer to /start."""
    hello = wording.GREETING.format(name=said(first_name), firm=bold(said(firm_name)))
    return Screen(text=hello, buttons=MENU_ROWS)


def menu_screen(note: str = "") -> Screen:
    """What can be begun, with a sentence in front."""
    return Screen(text="\n\n".join(filter(None, [note, wording.MENU])), buttons=MENU_ROWS)


def help_screen(firm_name: str) -> Screen:
    """The answer to /help."""
    return Screen(text=wording.HELP.format(title=bold(said(firm_name))), buttons=MENU_ROWS)


def paused_screen(pause: Pause) -> Screen:
    """No new payment is taken now: said politely, with the office's own words."""
    return Screen(text=wording.PAUSED.format(words=said(pause.words or wording.PAUSE_WORDS, _MOST_WORDS)))


def apology_screen(reference: str) -> Screen:
    """Something of ours failed; the log holds the same reference."""
    return Screen(text=wording.APOLOGY.format(reference=reference))
