"""How large a picture is, read from the first bytes of a PNG or JPEG, and whether Telegram would take it."""

from __future__ import annotations

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_PNG_SIZE: Final = slice(16, 24)
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers SOF0 to SOF15: a segment that tells the size. Those three mean something else."""
_MOST_SIDES_PX: Final = 10_000
_MOST_RATIO: Final = 20


def is_picture(content: bytes) -> bool:
    """Tell whether it begins like a PNG or a JPEG."""
    return content.startswith((_PNG, _JPEG))


def size_px(content: bytes) -> tuple[int, int]:
    """Read width and height; a picture too broken to tell counts as 1 by 1."""
    try:
        return _png_size(content) if content.startswith(_PNG) else _jpeg_size(content)
    except (struct.error, IndexError):
        return 1, 1


def is_showable(width: int, height: int) -> bool:
    """Tell whether Telegram would show it (sendPhoto: the sum of sides, and how they relate)."""
    shorter, longer = sorted((width, height))
    return longer + shorter <= _MOST_SIDES_PX and longer <= _MOST_RATIO * max(shorter, 1)


def _png_size(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", content[_PNG_SIZE])
    return int(width), int(height)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Walk from segment to segment to the one that begins a frame."""
    position = 2
    while content[position + 1] not in _FRAMES:
        (length,) = struct.unpack(">H", content[position + 2 : position + 4])
        position += 2 + length
    height, width = struct.unpack(">HH", content[position + 5 : position + 9])
    return int(width), int(height)
