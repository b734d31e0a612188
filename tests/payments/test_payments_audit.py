"""The chain, its canonical form, what becomes an entry, and what is only counted."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.audit import (
    GENESIS,
    Actor,
    AuditEntry,
    AuditKind,
    AuditRecord,
    Fault,
    Head,
    Unreadable,
    Verifier,
    Wrong,
    canonical,
    chained,
)
from payments.audited import MOST_LETTERS, SPOKEN_BY, Unlogged, security_record, tellable
from payments.evidence import EvidenceKind
from payments.payment import State
from payments.watch import COUNTED, Notebook, WatchLimits
from tests.payments.builders import CHECKOUT, NOW, PHONE, a_payment, a_word, told
from tests.payments.keeping import Kept

K = EvidenceKind

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
_OF_TYPE = {
    "str": texts,
    "str | None": st.none() | texts,
    "datetime": moments,
    "datetime | None": st.none() | moments,
    "int | None": st.none() | st.integers(1, 10**9),
}
records = st.builds(AuditRecord, **{field.name: _OF_TYPE[str(field.type)] for field in fields(AuditRecord)})
places = st.integers(1, 10**9)


def chain(length: int = 6) -> list[AuditEntry]:
    said = [
        AuditRecord(
            event=f"e{turn}", kind=AuditKind.PAYMENT_MOVED, at=NOW, actor=Actor.ENGINE, before="queued"
        )
        for turn in range(length)
    ]
    return chained(said, Head())


def with_changes(record: AuditRecord, **changes: object) -> AuditRecord:
    return replace(record, **changes)  # type: ignore[arg-type]  # the test names real fields


def first_fault(found: list[AuditEntry | Unreadable], remembered: str | None = None) -> Fault | None:
    verifier = Verifier(remembered)
    faults = (verifier.see(entry) for entry in found)
    return next(filter(None, faults), None) or verifier.end()


# The canonical form.


def read_back(form: bytes) -> tuple[int, AuditRecord]:
    said = json.loads(form)
    seq = said.pop("seq")
    for name in {"at", "since"} & said.keys():
        said[name] = datetime.fromisoformat(said[name])
    return seq, AuditRecord(**said)


@given(places, records)
def test_i23_the_canonical_form_can_be_read_back_so_no_two_entries_share_one(
    seq: int, record: AuditRecord
) -> None:
    assert read_back(canonical(seq, record)) == (seq, record)


@given(places, records, places, records)
def test_i23_different_rows_never_give_the_same_bytes(
    seq: int, one: AuditRecord, other_seq: int, other: AuditRecord
) -> None:
    same = (seq, one) == (other_seq, other)
    assert (canonical(seq, one) == canonical(other_seq, other)) is same


@given(records, st.data())
def test_f59_a_change_of_any_one_field_changes_the_bytes(record: AuditRecord, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(fields(AuditRecord)))
    changed = with_changes(record, **{field.name: data.draw(_OF_TYPE[str(field.type)])})
    assert (canonical(1, record) == canonical(1, changed)) is (record == changed)


def test_an_emoji_and_the_two_halves_of_its_pair_are_not_the_same() -> None:
    record = AuditRecord(event="e", kind="k", at=NOW, actor="a", note="\U0001f600")
    assert canonical(1, record)
    with pytest.raises(UnicodeEncodeError):
        canonical(1, replace(record, note="\ud83d\ude00"))


def test_a_field_that_is_added_later_leaves_older_hashes_as_they_are() -> None:
    record = AuditRecord(event="e", kind="k", at=NOW, actor="a")
    assert set(json.loads(canonical(1, record))) == {"seq", "event", "kind", "at", "actor"}


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="zone"):
        AuditRecord(event="e", kind="k", at=datetime(2026, 1, 1), actor="a")  # noqa: DTZ001  that is the point


# The chain.


def test_i23_an_untouched_chain_is_whole_and_an_empty_one_too() -> None:
    assert first_fault([*chain()]) is None
    assert first_fault([]) is None


@pytest.mark.parametrize("name", [field.name for field in fields(AuditRecord)])
def test_f59_editing_any_field_of_any_entry_is_found_and_named(name: str) -> None:
    others = {"at": NOW + timedelta(days=1), "since": NOW, "times": 3}
    for place in range(6):
        entries = chain()
        edited = with_changes(entries[place].record, **{name: others.get(name, "something else")})
        entries[place] = replace(entries[place], record=edited)
        assert first_fault([*entries]) == Fault(str(place + 1), Wrong.EDITED)


@pytest.mark.parametrize("name", ["prev", "hash"])
def test_f59_editing_the_chain_itself_is_found_and_named(name: str) -> None:
    entries = chain()
    forged = {"prev": replace(entries[3], prev="f" * 64), "hash": replace(entries[3], hash="f" * 64)}
    entries[3] = forged[name]
    assert first_fault([*entries]) == Fault("4", Wrong.EDITED)


def test_f59_an_edit_with_a_hash_made_anew_is_found_at_the_next_entry() -> None:
    entries = chain()
    forged = replace(entries[2].record, note="never happened")
    entries[2] = chained([forged], Head(2, entries[1].hash))[0]
    assert first_fault([*entries]) == Fault("4", Wrong.OUT_OF_CHAIN)


@pytest.mark.parametrize("place", range(1, 6))
def test_f59_a_deleted_entry_is_found_and_named(place: int) -> None:
    entries = chain()
    del entries[place - 1]
    assert first_fault([*entries]) == Fault(str(place), Wrong.MISSING)


def test_f59_two_swapped_entries_are_found_and_named() -> None:
    entries = chain()
    entries[1], entries[4] = replace(entries[4], seq=2), replace(entries[1], seq=5)
    assert first_fault([*entries]) == Fault("2", Wrong.EDITED)


def test_f59_an_entry_put_between_is_found_and_named() -> None:
    entries = chain()
    one_more = chained([entries[2].record], Head(2, entries[1].hash))[0]
    moved_up = [replace(entry, seq=entry.seq + 1) for entry in entries[2:]]
    assert first_fault([*entries[:2], one_more, *moved_up]) == Fault("4", Wrong.EDITED)
    assert first_fault([*entries[:3], one_more, *entries[3:]]) == Fault("3", Wrong.OUT_OF_CHAIN)
    assert first_fault([*entries, Unreadable(None, "x")]) == Fault("x", Wrong.OUT_OF_CHAIN)


def test_f59_an_end_that_was_cut_off_is_found_by_a_head_remembered_elsewhere() -> None:
    entries = chain()
    remembered = entries[4].hash
    assert first_fault([*entries], remembered) is None
    assert first_fault([*entries[:4]]) is None
    assert first_fault([*entries[:4]], remembered) == Fault("5", Wrong.CUT_OFF)
    assert first_fault([], remembered) == Fault("1", Wrong.CUT_OFF)


def test_f59_a_chain_written_anew_from_its_start_is_found_by_a_head_remembered_elsewhere() -> None:
    entries = chain()
    forged = chained([replace(entry.record, why="lies") for entry in entries], Head())
    assert first_fault([*forged]) is None
    assert first_fault([*forged], entries[-1].hash) == Fault("7", Wrong.CUT_OFF)
    assert first_fault([*forged], GENESIS) is None


# What becomes an entry.


def test_every_word_has_somebody_who_speaks_it() -> None:
    assert SPOKEN_BY.keys() == set(EvidenceKind)


def test_i23_every_change_of_a_payment_is_one_record_with_who_what_and_why() -> None:
    payment = told(
        a_payment(), a_word(K.ENGINE_CLAIMED, 1), a_word(K.PUSH_ACCEPTED, 2), a_word(K.QUERY_PENDING, 25)
    )
    records = Unlogged(payment, 0).records()
    assert [(record.kind, record.actor, record.before, record.after) for record in records] == [
        (AuditKind.PAYMENT_OPENED, Actor.PAYER, None, State.QUEUED),
        (AuditKind.PAYMENT_MOVED, Actor.ENGINE, State.QUEUED, State.SENDING),
        (AuditKind.PAYMENT_MOVED, Actor.SAFARICOM_PUSH, State.SENDING, State.PROMPTED),
        (AuditKind.PAYMENT_STAYED, Actor.SAFARICOM_QUERY, State.PROMPTED, State.PROMPTED),
    ]
    assert [record.evidence for record in records[1:]] == [entry.evidence_id for entry in payment.history]
    assert all(record.why and record.subject == payment.id for record in records)
    assert len({record.event for record in records}) == len(records)


def test_i23_what_is_entered_already_is_not_told_again_and_an_events_name_never_changes() -> None:
    before = told(a_payment(), a_word(K.ENGINE_CLAIMED, 1))
    after = told(before, a_word(K.PUSH_ACCEPTED, 2))
    assert Unlogged(after, 0).records()[:2] == Unlogged(before, 0).records()
    assert Unlogged(after, 2).records() == Unlogged(after, 0).records()[2:]
    assert Unlogged(after, Unlogged(after, 0).events).records() == ()


def test_the_person_behind_a_word_is_named() -> None:
    cancelled = told(a_payment(), a_word(K.PAYER_CANCELLED))
    assert Unlogged(cancelled, 1).records()[0].who == str(cancelled.user_id)
    resolved = told(
        a_payment(State.REVIEW), a_word(K.ADMIN_RESOLVED_PAID, id="admin:99:a1", note="seen on the statement")
    )
    assert Unlogged(resolved, 1).records()[0].who == "99"


def test_i24_no_phone_and_no_request_id_gets_into_the_trail() -> None:
    note = f"Paid by {PHONE}, +254 700 000 123 or 0700-000-123 as {CHECKOUT}"
    words = (
        a_word(K.ENGINE_CLAIMED, 1),
        a_word(K.PUSH_ACCEPTED, 2),
        a_word(K.CALLBACK_PAID, 9, note=note, code=PHONE),
    )
    said = str(Unlogged(told(a_payment(), *words), 0).records())
    assert not re.search(r"\d{9}", said.replace("-", "").replace(" ", ""))
    assert CHECKOUT not in said
    assert "0700***123" in said
    assert "Paid by [number]" in said


@given(st.text(st.characters(exclude_categories=[]), max_size=400))
def test_foreign_words_are_bounded_and_can_always_be_kept(text: str) -> None:
    told_of = tellable(text)
    assert len(told_of) <= MOST_LETTERS
    assert told_of.encode("utf-8").decode() == told_of


# What is only counted.


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def a_notebook(**limits: float) -> tuple[Notebook, Clock, list[None]]:
    clock, rung = Clock(), list[None]()
    watch_limits = WatchLimits(**limits)  # type: ignore[arg-type]  # the test names real fields
    return Notebook(clock, lambda: rung.append(None), Kept(), watch_limits), clock, rung


@pytest.mark.parametrize("kind", sorted(COUNTED))
def test_i26_a_flood_of_strangers_wakes_nobody_and_becomes_one_summary_a_minute(kind: AuditKind) -> None:
    notebook, clock, rung = a_notebook()
    for turn in range(1_000):
        notebook.note(kind, actor=Actor.STRANGER, who=f"198.51.100.{turn % 250}")
        clock.forward(0.05)
    assert (notebook.waiting(100), rung) == ([], [])
    clock.forward(10)
    (summary,) = notebook.waiting(100)
    assert (summary.kind, summary.times, summary.since) == (kind, 1_000, NOW)
    assert summary.who == "198.51.100.249"
    assert summary.why == "counted together; the first by 198.51.100.0"


def test_what_no_stranger_can_cause_is_entered_one_by_one_while_there_is_room() -> None:
    notebook, clock, rung = a_notebook(most_waiting=3)
    for number in range(10):
        notebook.note(AuditKind.RECEIPT_REUSED, actor=Actor.ENGINE, subject=str(number))
    waiting = notebook.waiting(100)
    assert [record.subject for record in waiting] == ["0", "1", "2"]
    assert len(rung) == 3
    notebook.written(waiting)
    clock.forward(60)
    assert [record.times for record in notebook.waiting(100)] == [7]


def test_i23_what_a_program_that_died_had_noticed_is_written_by_the_next_as_the_same_events() -> None:
    clock, kept = Clock(), Kept()
    dying = Notebook(clock, lambda: None, kept)
    dying.note(AuditKind.RECEIPT_REUSED, actor=Actor.ENGINE, subject="a1")
    for turn in range(5):
        dying.note(AuditKind.BAD_CALLBACK_TOKEN, actor=Actor.STRANGER, who=f"198.51.100.{turn}")
    another = Notebook(clock, lambda: None, kept)
    another.recall()
    records = another.waiting(100)
    assert sorted(records, key=str) == sorted(dying.waiting(100, close_all=True), key=str)
    assert [record.times for record in records] == [None, 5]
    another.written(records)
    assert kept.records == {}


def test_i28_while_the_store_is_away_what_waits_is_bounded_and_nothing_goes_uncounted() -> None:
    notebook, clock, _ = a_notebook(most_waiting=5)
    for _turn in range(100):
        notebook.note(AuditKind.RATE_LIMITED, actor=Actor.USER, who="7")
        clock.forward(61)
    waiting = notebook.waiting(1_000)
    assert len(waiting) == 5
    notebook.written(waiting)
    assert sum(record.times or 1 for record in [*waiting, *notebook.waiting(10, close_all=True)]) == 100


def test_what_is_noted_while_the_oldest_is_written_stays() -> None:
    notebook, _, _ = a_notebook()
    notebook.note(AuditKind.BUTTON_FORGED, actor=Actor.USER, who="1")
    first = notebook.waiting(10)
    notebook.note(AuditKind.BUTTON_FORGED, actor=Actor.USER, who="2")
    notebook.written(first)
    assert [record.who for record in notebook.waiting(10)] == ["2"]


def test_the_same_event_has_the_same_name_and_another_has_another() -> None:
    def named(key: str) -> str:
        return security_record(AuditKind.RECEIPT_REUSED, at=NOW, actor=Actor.ENGINE, key=key).event

    assert named("a1") == named("a1") != named("a2")
    assert named("") != named("")
