"""What /audit shows. Owns the composing; the words are `bot.office_wording`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot import office_wording as wording
from bot.phrases import Phrase
from bot.rich import MOST_CHARACTERS, bold, clock_s, code, day, said
from bot.screen import Screen
from bot.titles import title_of
from payments.audit import Actor, AuditEntry, AuditRecord, Unreadable
from payments.payment import Payment
from payments.values import show_kes

_MOST_SAID = 300
_ROOM = MOST_CHARACTERS - 200
"""For the head, and for what is said where something is left out."""


def trail_screen(payment: Payment, entries: Sequence[AuditEntry | Unreadable], *, under_way: bool) -> Screen:
    """The entries in their order, each day under its date; the oldest are left out where all do not fit."""
    head = [
        bold(wording.AUDIT_HEAD(amount=show_kes(payment.amount_kes), title=said(title_of(payment)))),
        wording.AUDIT_ID(id=code(payment.id)),
    ]
    told = _that_fit([_entry(entry) for entry in entries])
    if len(told) < len(entries):
        head.append(wording.AUDIT_LEFT_OUT(count=len(entries) - len(told)))
    foot = [wording.AUDIT_BEHIND()] if under_way else []
    return Screen(text="\n\n".join(["\n".join(head), *told, *foot]))


def _that_fit(paragraphs: Sequence[str]) -> list[str]:
    """The last of them, as many as a message can hold."""
    fitting, room = list[str](), _ROOM
    for paragraph in reversed(paragraphs):
        room -= len(paragraph) + 2
        if room < 0:
            break
        fitting.append(paragraph)
    return fitting[::-1]


def _entry(entry: AuditEntry | Unreadable) -> str:
    if isinstance(entry, Unreadable):
        return wording.AUDIT_UNREADABLE(number=said(entry.name))
    record = entry.record
    lines = [
        wording.AUDIT_ENTRY(number=entry.seq, day=day(record.at), time=clock_s(record.at), who=_who(record))
    ]
    lines.append(_change(record.kind, record.before, record.after))
    lines += [said(text, _MOST_SAID) for text in (record.why, record.note) if text]
    return "\n".join(lines)


def _who(record: AuditRecord) -> str:
    actor = _said_of(wording.ACTORS, record.actor)
    is_admin = record.actor == Actor.ADMIN and record.who
    return wording.AUDIT_WHO(actor=actor, id=said(record.who or "")) if is_admin else actor


def _change(kind: str, before: str | None, after: str | None) -> str:
    if after is None:  # nothing about it changed: an attempt, a proposal
        return _said_of(wording.AUDIT_EVENTS, kind)
    if before is None:
        return wording.AUDIT_OPENED[kind]()
    if before == after:
        return wording.AUDIT_STAYED(state=_state(after))
    return wording.AUDIT_MOVED(before=_state(before), after=_state(after))


def _state(state: str | None) -> str:
    return _said_of(wording.AUDIT_STATES, state or "")


def _said_of(words: Mapping[str, Phrase], word: str) -> str:
    """A word of the record in the reader's language; one that has no phrase is shown as it stands there."""
    phrase = words.get(word)
    return phrase() if phrase else said(word.replace("_", " "))
