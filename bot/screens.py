"""The screens that belong to no payment: greeting, menu, help, apology. Pure functions."""

from __future__ import annotations

from bot import wording
from bot.buttons import MenuAction, MenuTap, pack
from bot.phrases import speaking
from bot.rich import bold, said
from bot.screen import Button, Rows, Screen, Style
from payments.language import Language
from payments.pausing import Pause

_MOST_WORDS = 200


def greeting_screen(first_name: str, firm_name: str, *, new: bool, usual: Rows = ()) -> Screen:
    """The answer to /start; whoever is new is told what they agree to, and may choose their language.

    Whoever is not may be offered what they paid last (`bot.usual`).
    """
    hello = wording.GREETING(name=said(first_name), firm=bold(said(firm_name)))
    if not new:
        return Screen(text=hello, buttons=(*usual, *_menu_rows()))
    return Screen(text=f"{hello}\n\n{wording.CONSENT()}", buttons=(*_menu_rows(), _language_row()))


def language_screen() -> Screen:
    """Asked in every language: whoever reads only one finds it."""
    asked = []
    for language in Language:
        with speaking(language):
            asked.append(wording.ASK_LANGUAGE())
    return Screen(text="\n".join(asked), buttons=(_language_row(),))


def menu_screen(note: str = "", usual: Rows = ()) -> Screen:
    """What can be begun, with a sentence in front."""
    text = "\n\n".join(filter(None, [note, wording.MENU()]))
    return Screen(text=text, buttons=(*usual, *_menu_rows()))


def help_screen(firm_name: str) -> Screen:
    """The answer to /help."""
    return Screen(text=wording.HELP(title=bold(said(firm_name))), buttons=_menu_rows())


def paused_screen(pause: Pause) -> Screen:
    """No new payment is taken now: said politely, with the office's own words."""
    return Screen(text=wording.PAUSED(words=said(pause.words or wording.PAUSE_WORDS(), _MOST_WORDS)))


def apology_screen(reference: str) -> Screen:
    """Something of ours failed; the log holds the same reference."""
    return Screen(text=wording.APOLOGY(reference=reference))


def _language_row() -> tuple[Button, ...]:
    names = wording.LANGUAGES
    return (
        Button(names[Language.ENGLISH], pack(MenuTap(MenuAction.ENGLISH))),
        Button(names[Language.SWAHILI], pack(MenuTap(MenuAction.SWAHILI))),
    )


def _menu_rows() -> Rows:
    return (
        (Button(wording.PAY_A_FEE(), pack(MenuTap(MenuAction.PAY)), Style.SUCCESS),),
        (
            Button(wording.MY_PAYMENTS(), pack(MenuTap(MenuAction.STATUS))),
            Button(wording.HELP_LABEL(), pack(MenuTap(MenuAction.HELP))),
        ),
    )
