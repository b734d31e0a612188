"""Movements leave as a file that adds up, stays a table whatever names say, and never fills memory."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import tempfile
import tracemalloc
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.catalogue import FeeKind
from payments.ledger import Direction, Method, Movement
from payments.nairobi import NAIROBI, in_nairobi, second_in_nairobi
from reports.exports import Form, write_export, writer_of
from reports.sums import Sums
from reports.tables.cells import csv_cells, no_formula
from reports.tables.delimited import COLUMNS
from reports.tables.movement_sheet import XlsxWriter

NOON = datetime(2026, 11, 24, 22, 30, 5, tzinfo=UTC)
PAID = Movement(
    at=NOON,
    direction=Direction.PAID,
    amount_kes=1_500,
    fee=FeeKind.CONSULTATION,
    title="First consultation, 30 minutes",
    reference="HCCC/E123/2026",
    receipt="UKNPAGYMSW",
    payment_id="9f2c4b1a7d3e5f60",
    refund_id="",
    client="Ngũgĩ wa Thiong'o",
    for_whom="",
    phone_masked="0712***678",
    method=Method.STK_PUSH,
    approved_by="",
)
BACK = PAID._replace(
    at=NOON + timedelta(days=1),
    direction=Direction.REFUND,
    amount_kes=-500,
    receipt="UKOPAGYMSX",
    refund_id="00aa11bb22cc33dd",
    method=Method.B2C,
    approved_by="Otieno",
)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",  # noqa: RUF001  # a wide sign is the point
    "'=1+1",
    '"=1+1',
    "x;=1+1",
    "x\t=cmd|' /C calc'!A0",
    "x|@SUM(A1)",
    '=HYPERLINK("http://evil.example","x")',
)


async def each(movements: Iterable[Movement]) -> AsyncIterator[Sequence[Movement]]:
    """The movements as a store hands them out: some at a time."""
    rest = iter(movements)
    while some := list(islice(rest, 300)):
        yield some


async def exported(form: Form, *movements: Movement) -> tuple[bytes, Sums]:
    """The file's bytes and the sums told."""
    file = io.BytesIO()
    sums = await write_export(each(movements), form, file, made_at=NOON)
    assert not file.closed
    return file.getvalue(), sums


def rows_of_csv(data: bytes) -> list[list[str]]:
    """The cells, as a spreadsheet that knows UTF-8 reads them."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def cells_of_xlsx(data: bytes, sheet: int = 1) -> list[list[str]]:
    """The cells of a sheet, as they are stored."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            book = ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314  # our own file
            shared = ["".join(one.itertext()) for one in book.findall("m:si", space)]
        tree = ET.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))  # noqa: S314  # our own file
    assert tree.findall(".//m:f", space) == []
    return [[_cell(cell, shared, space) for cell in row] for row in tree.findall(".//m:row", space)]


def _cell(cell: ET.Element, shared: list[str], space: dict[str, str]) -> str:
    value = cell.findtext("m:v", namespaces=space)
    if cell.get("t") == "s":
        return shared[int(value or 0)]
    return value if value is not None else "".join(cell.itertext())


async def test_a_csv_has_a_row_for_each_movement_and_the_sums_at_its_end() -> None:
    data, sums = await exported(Form.CSV, PAID, BACK)
    rows = rows_of_csv(data)
    assert rows[0] == list(COLUMNS)
    assert rows[1] == [
        "2026-11-25 01:30:05",
        "paid",
        "1500",
        "consultation",
        "First consultation, 30 minutes",
        "HCCC/E123/2026",
        "UKNPAGYMSW",
        "9f2c4b1a7d3e5f60",
        "",
        "Ngũgĩ wa Thiong'o",
        "",
        "0712***678",
        "stk_push",
        "",
    ]
    assert rows[2][1:3] == ["refund", "-500"]
    assert rows[2][-1] == "Otieno"
    assert [row[1:3] for row in rows[3:]] == [
        ["Payments: 1", "1500"],
        ["Refunds: 1", "-500"],
        ["Net", "1000"],
    ]
    assert sums == Sums(paid=1, paid_kes=1_500, refunds=1, refunded_kes=-500)


async def test_a_csv_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    data, _ = await exported(Form.CSV, PAID)
    assert data.startswith(b"\xef\xbb\xbfTime (Nairobi),")


async def test_a_csv_is_the_same_to_the_byte_as_ever() -> None:
    odd = PAID._replace(title="=1+1", reference='a "b", c', client="two\nlines", receipt="", approved_by="-x")
    odd = odd._replace(for_whom="+254, Wairimu")
    data, _ = await exported(Form.CSV, PAID, BACK, odd)
    fee, case, who = '"First consultation, 30 minutes"', "HCCC/E123/2026", "Ngũgĩ wa Thiong'o,,0712***678"
    odd_fee, odd_case, odd_who = "'=1+1", '"a ""b"", c"', '"two\nlines","\'+254, Wairimu",0712***678'
    one, both = PAID.payment_id, f"{PAID.payment_id},{BACK.refund_id}"
    assert data.decode("utf-8-sig").split("\r\n")[1:] == [
        f"2026-11-25 01:30:05,paid,1500,consultation,{fee},{case},UKNPAGYMSW,{one},,{who},stk_push,",
        f"2026-11-26 01:30:05,refund,-500,consultation,{fee},{case},UKOPAGYMSX,{both},{who},b2c,Otieno",
        f"2026-11-25 01:30:05,paid,1500,consultation,{odd_fee},{odd_case},,{one},,{odd_who},stk_push,'-x",
        ",Payments: 2,3000,,,,,,,,,,,",
        ",Refunds: 1,-500,,,,,,,,,,,",
        ",Net,2500,,,,,,,,,,,",
        "",
    ]


async def test_a_line_of_json_is_the_same_to_the_byte_as_ever() -> None:
    data, _ = await exported(Form.JSON, BACK._replace(at=NOON.replace(microsecond=123_000)))
    _, line, sums = data.decode().splitlines()
    assert line == (
        '{"at": "2026-11-25T01:30:05.123000+03:00", "direction": "refund", "amount_kes": -500, '
        '"fee": "consultation", "title": "First consultation, 30 minutes", "reference": "HCCC/E123/2026", '
        '"receipt": "UKOPAGYMSX", "payment_id": "9f2c4b1a7d3e5f60", "refund_id": "00aa11bb22cc33dd", '
        '"client": "Ngũgĩ wa Thiong\'o", "for_whom": null, "phone_masked": "0712***678", '
        '"method": "b2c", "approved_by": "Otieno"}'
    )
    assert sums.startswith(
        '], "sums": {"payments": 0, "received_kes": 0, "refunds": 1, "refunded_kes": -500,'
    )


@given(st.lists(st.text(st.sampled_from("ab -+=@;|\t\r\n,'\"＝é")), min_size=2, max_size=9))  # noqa: RUF001
def test_cells_are_written_as_the_csv_module_writes_them(texts: list[str]) -> None:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(map(no_formula, texts))
    assert csv_cells(texts) + "\r\n" == line.getvalue()


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, NAIROBI])))  # noqa: DTZ001
def test_a_second_is_that_of_nairobis_clock(moment: datetime) -> None:
    assert second_in_nairobi(moment) == in_nairobi(moment).isoformat(" ", "seconds")[:19]


async def test_json_holds_the_same_movements_and_sums() -> None:
    data, _ = await exported(Form.JSON, PAID, BACK)
    told = json.loads(data)
    assert told["made_at"] == "2026-11-25T01:30:05+03:00"
    first, second = told["movements"]
    assert (first["at"], first["amount_kes"]) == ("2026-11-25T01:30:05+03:00", 1_500)
    assert (first["client"], first["refund_id"]) == ("Ngũgĩ wa Thiong'o", None)
    assert (second["amount_kes"], second["approved_by"]) == (-500, "Otieno")
    assert told["sums"] == {
        "payments": 1,
        "received_kes": 1_500,
        "refunds": 1,
        "refunded_kes": -500,
        "net_kes": 1_000,
    }


async def test_json_has_a_line_for_each_movement() -> None:
    data, _ = await exported(Form.JSON, PAID, BACK, PAID)
    assert data.count(b'"receipt"') == 3
    assert all(line.count(b'"receipt"') <= 1 for line in data.splitlines())


async def test_xlsx_holds_numbers_as_numbers_and_text_as_text() -> None:
    data, _ = await exported(Form.XLSX, PAID, BACK)
    rows = cells_of_xlsx(data)
    assert rows[0] == list(COLUMNS)
    assert float(rows[1][0]) == pytest.approx(46_351.0625579, abs=1e-6)
    assert rows[1][1:4] == ["paid", "1500", "consultation"]
    assert "Ngũgĩ wa Thiong'o" in rows[1]
    assert rows[2][2] == "-500"
    assert [row[1:3] for row in rows[3:]] == [
        ["Payments: 1", "1500"],
        ["Refunds: 1", "-500"],
        ["Net", "1000"],
    ]


@pytest.mark.parametrize("form", list(Form))
async def test_no_movement_at_all_is_a_file_that_says_nothing_moved(form: Form) -> None:
    data, sums = await exported(form)
    assert sums.net_kes == 0
    if form is Form.JSON:
        assert json.loads(data)["movements"] == []
    else:
        rows = rows_of_csv(data) if form is Form.CSV else cells_of_xlsx(data)
        assert [row[1] for row in rows[1:]] == ["Payments: 0", "Refunds: 0", "Net"]


@pytest.mark.parametrize("form", list(Form))
async def test_the_same_movements_give_the_same_bytes(form: Form) -> None:
    assert await exported(form, PAID, BACK) == await exported(form, PAID, BACK)


@pytest.mark.parametrize("formula", FORMULAS)
async def test_no_name_becomes_a_formula_in_a_csv(formula: str) -> None:
    evil = PAID._replace(
        client=formula,
        for_whom=formula,
        title=formula,
        reference=formula,
        receipt=formula,
        approved_by=formula,
    )
    data, _ = await exported(Form.CSV, evil)
    row = rows_of_csv(data)[1]
    assert len(row) == len(COLUMNS)
    for cell in (row[4], row[5], row[6], row[9], row[10], row[13]):
        assert "'" in cell
        for part in (
            cell.replace("\t", ";").replace("|", ";").replace("\r", ";").replace("\n", ";").split(";")
        ):
            assert not part.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))


@pytest.mark.parametrize(
    "formula", [*FORMULAS, "http://evil.example", "internal:Sheet1!A1", "123", "1e5", "TRUE"]
)
async def test_no_name_becomes_a_formula_a_link_or_a_number_in_a_workbook(formula: str) -> None:
    data, _ = await exported(Form.XLSX, PAID._replace(client=formula))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert formula.strip() in " ".join("\n".join(cells_of_xlsx(data)[1]).split(" ")).replace("_x000D_", "\r")


@pytest.mark.parametrize(
    "harmless", ["Consultation - one hour", "Asha Mwangi", "a=b", "HCCC/E123/2026", "5-3", ""]
)
def test_a_harmless_text_stays_as_it_is(harmless: str) -> None:
    assert no_formula(harmless) == harmless


@given(st.text())
def test_whatever_a_text_holds_its_start_is_no_formula(text: str) -> None:
    assert not no_formula(text).lstrip("\"' \t\r\n").startswith("=") or "'" in no_formula(text)


@given(st.lists(st.integers(-250_000, 250_000), max_size=30))
def test_the_sums_are_those_of_the_rows(amounts: list[int]) -> None:
    movements = [
        PAID._replace(amount_kes=amount, direction=Direction.PAID if amount > 0 else Direction.REFUND)
        for amount in amounts
    ]
    data, sums = asyncio.run(exported(Form.CSV, *movements))
    rows = rows_of_csv(data)
    assert int(rows[-1][2]) == sums.net_kes == sum(amounts)
    assert sum(int(row[2]) for row in rows[1:-3]) == sum(amounts)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(
    "name", ['say "hi", Asha', "two\nlines", "\x00\x07", "\ud800", "\ufffe", "名前 😀", "W" * 40_000]
)
async def test_an_odd_name_leaves_the_file_readable(form: Form, name: str) -> None:
    data, _ = await exported(form, PAID._replace(client=name), BACK)
    read: dict[Form, Any] = {Form.CSV: rows_of_csv, Form.XLSX: cells_of_xlsx, Form.JSON: json.loads}
    assert "UKOPAGYMSX" in str(read[form](data))


@pytest.mark.parametrize("form", list(Form))
async def test_a_time_without_a_zone_is_refused(form: Form) -> None:
    with pytest.raises(ValueError, match="zone"):
        await exported(form, PAID._replace(at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(("form", "rows"), [(Form.CSV, 40_000), (Form.JSON, 40_000), (Form.XLSX, 4_000)])
async def test_ten_times_the_rows_take_no_more_memory(form: Form, rows: int) -> None:
    few, many = await peak(form, rows // 10), await peak(form, rows)
    assert many < few + 500_000


async def peak(form: Form, rows: int) -> int:
    """The most memory an export held at once, in bytes; the file itself is on disk."""
    with tempfile.TemporaryFile() as file:
        tracemalloc.start()
        try:
            await write_export(each(PAID for _ in range(rows)), form, file, made_at=NOON)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


async def test_an_export_lets_others_have_their_turn() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await exported(Form.CSV, *[PAID] * 2_000)
    task.cancel()
    assert turns >= 8


def test_rows_beyond_a_sheets_end_go_on_in_the_next() -> None:
    file = io.BytesIO()
    writer = XlsxWriter(file, NOON, rows_a_sheet=2)
    sums = Sums()
    for movement in (PAID, BACK, PAID):
        writer.rows([movement])
        sums.add([movement])
    writer.finish(sums)
    writer.close()
    first, second = cells_of_xlsx(file.getvalue()), cells_of_xlsx(file.getvalue(), 2)
    assert len(first) == 3
    assert first[0] == second[0] == list(COLUMNS)
    assert second[-1][1:3] == ["Net", "2500"]


@pytest.mark.parametrize("form", list(Form))
def test_whoever_has_no_event_loop_writes_row_by_row(form: Form) -> None:
    file = io.BytesIO()
    writer = writer_of(form, file, NOON)
    writer.rows([PAID])
    writer.finish(Sums(paid=1, paid_kes=1_500))
    writer.close()
    assert len(file.getvalue()) > 100
    assert not file.closed


@pytest.mark.parametrize("form", list(Form))
async def test_an_export_that_breaks_off_leaves_nothing_behind(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def broken() -> AsyncIterator[Sequence[Movement]]:
        for _ in range(2):
            yield [PAID] * 300
        raise ConnectionError

    file = io.BytesIO()
    with pytest.raises(ConnectionError):
        await write_export(broken(), form, file, made_at=NOON)
    assert not file.closed
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # at once, between two awaits
