"""Facts to draw, and how a drawn page is read back: its text, its picture, its code."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations

import pypdfium2
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from payments.catalogue import FeeKind
from reports.facts import FeeNoteFacts, Firm, ReceiptFacts

FIRM = Firm(
    name="Wanjikũ & Otieno Advocates",
    lines=("4th Floor, Jubilee House, Kaunda Street, Nairobi", "P.O. Box 30197-00100", "KRA PIN P051234567Q"),
)
RECEIPT = ReceiptFacts(
    firm=FIRM,
    number="000123",
    client="Ngũgĩ wa Thiong'o",
    kind=FeeKind.CONSULTATION,
    title="First consultation, 30 minutes",
    matter="Estate of the late J. Kamau",
    reference="HCCC/E123/2026",
    amount_kes=1_500,
    mpesa_receipt="UKNPAGYMSW",
    phone_masked="0712***678",
    paid_at=datetime(2026, 11, 24, 21, 7, 5, tzinfo=UTC),
    balance_due_kes=3_500,
    verify_url="https://pay.example.co.ke/verify/K7M2-PQ9X",
    short_code="K7M2-PQ9X",
)
FEE_NOTE = FeeNoteFacts(
    firm=FIRM,
    number="FN-0042",
    client="Ngũgĩ wa Thiong'o",
    kind=FeeKind.CASE,
    title="Drafting of pleadings",
    matter="Estate of the late J. Kamau",
    amount_kes=45_000,
    paid_kes=20_000,
    issued_on=date(2026, 11, 24),
    due_on=date(2026, 12, 8),
    part_payments=True,
    deep_link="https://t.me/LegalProBot?start=fn_8f3kQ2mZ7xT1",
)

HOSTILE = (
    "<b>_*[`Wanja",
    "\u202egpj.exe\u202c \u200fWanja\u2066",
    "Wanja 😀👨‍👩‍👧🇰🇪",
    "W" * 200,
    "Wanja " * 40,
    "Z\u0337\u0327\u0322\u031ba\u0334\u0335l\u0336go",
    "名前",
    "شركة وانجا",
    "line\r\nbreak\ttab\x00\x07",
    "\u200b\u2060\ufeff",
    "",
)
"""Names somebody may have in Telegram."""


def with_everywhere(facts: ReceiptFacts, text: str) -> ReceiptFacts:
    """The facts with a foreign text in every place that can hold one."""
    firm = Firm(name=text, lines=(text,) * 5)
    return replace(facts, firm=firm, client=text, title=text, matter=text, reference=text, for_whom=text)


def text_of(pdf: bytes) -> str:
    """All text of the one page, as somebody who copies it gets it, line breaks as spaces."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def picture_of(pdf: bytes, scale: float = 2.5) -> Image.Image:
    """The page as a screen shows it; so many dots to a point."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page: Image.Image = document[0].render(scale=scale).to_pil()
    finally:
        document.close()
    return page


def codes_in(picture: Image.Image) -> list[str]:
    """What a phone reads from the QR codes of a picture."""
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def touching_lines(pdf: bytes) -> list[tuple[str, str]]:
    """Pairs of texts on the page whose boxes overlap, and texts that leave the page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        width, height = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_rect(place) for place in range(text.count_rects())]
        said = [text.get_text_bounded(*box) for box in boxes]
    finally:
        document.close()
    outside = [
        (one, "the edge") for one, box in zip(said, boxes, strict=True) if not _within(box, width, height)
    ]
    pairs = combinations(zip(said, boxes, strict=True), 2)
    return outside + [(one, other) for (one, box), (other, box2) in pairs if _overlap(box, box2)]


_Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the page's bottom left corner."""

_SLACK = 0.6


def _within(box: _Box, width: float, height: float) -> bool:
    left, bottom, right, top = box
    return left >= 0 and bottom >= 0 and right <= width and top <= height


def _overlap(one: _Box, other: _Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return across > _SLACK and up > _SLACK
