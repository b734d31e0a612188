"""The office's single-use buttons: how each is labelled, what right it needs, and its nonce.

Owns the table and the minting. What a button does when it is pressed is `bot.deeds`' to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot import refund_wording as wording
from bot import ruling_wording
from bot.buttons import OfficeDeed, OfficeTap, pack
from bot.phrases import Phrase
from bot.screen import Button, Rows, Style
from payments.admins import Admins, Deed
from payments.draft import new_id
from payments.nonces import Nonce, Nonces
from payments.ports import Now
from payments.values import UserId

BUTTONS_LIVE = timedelta(hours=72)
"""As long as a request waits to be allowed; /refunds gives fresh ones at any time."""

Minted = Mapping[OfficeDeed, str]
"""The nonce of each deed that a message offers, in the order of its buttons."""


@dataclass(frozen=True, slots=True)
class Offer:
    """How a deed is offered, and what its doer must be allowed to do."""

    label: Phrase
    needs: Deed
    style: Style | None = None


OFFERS: dict[OfficeDeed, Offer] = {
    OfficeDeed.REFUND: Offer(wording.REFUND, Deed.REQUEST_REFUND),
    OfficeDeed.ALLOW: Offer(wording.ALLOW, Deed.DECIDE_REFUND, Style.SUCCESS),
    OfficeDeed.REJECT: Offer(wording.REJECT, Deed.DECIDE_REFUND, Style.DANGER),
    OfficeDeed.TAKE_BACK: Offer(wording.TAKE_BACK, Deed.DECIDE_REFUND, Style.DANGER),
    OfficeDeed.STOP: Offer(wording.STOP, Deed.DECIDE_REFUND, Style.DANGER),
    OfficeDeed.CHECK: Offer(wording.CHECK_NOW, Deed.SEE_REFUNDS),
    OfficeDeed.PAID: Offer(wording.IT_WAS_PAID, Deed.DECIDE_REFUND),
    OfficeDeed.NOT_PAID: Offer(wording.IT_WAS_NOT, Deed.DECIDE_REFUND),
    OfficeDeed.SURE_PAID: Offer(wording.SURE_PAID, Deed.DECIDE_REFUND, Style.DANGER),
    OfficeDeed.SURE_NOT_PAID: Offer(wording.SURE_NOT, Deed.DECIDE_REFUND, Style.DANGER),
    OfficeDeed.BACK: Offer(wording.BACK, Deed.SEE_REFUNDS),
    OfficeDeed.AGREE: Offer(ruling_wording.AGREE, Deed.SETTLE_REVIEW, Style.SUCCESS),
    OfficeDeed.DROP: Offer(ruling_wording.DROP, Deed.SETTLE_REVIEW, Style.DANGER),
}


def rows_of(minted: Minted) -> Rows:
    """The deeds as buttons: two in a row."""
    buttons = [
        Button(OFFERS[deed].label(), pack(OfficeTap(nonce)), OFFERS[deed].style)
        for deed, nonce in minted.items()
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Makes buttons for one admin at a time. Whether they may press them is asked again when they do."""

    nonces: Nonces
    admins: Admins
    now: Now

    async def mint(self, deeds: Iterable[OfficeDeed], subject: str, admin: UserId) -> Minted:
        """A nonce for each of these deeds that this admin may do now."""
        allowed = [deed for deed in deeds if await self.admins.may(admin, OFFERS[deed].needs)]
        until = self.now() + BUTTONS_LIVE
        made = {
            deed: Nonce(id=new_id(), user_id=admin, deed=deed, subject=subject, expires_at=until)
            for deed in allowed
        }
        await self.nonces.mint(list(made.values()))
        return {deed: nonce.id for deed, nonce in made.items()}
