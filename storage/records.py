"""From documents back to the records of `payments`, whose field names they share.

Owns the generic part of the mapping; the other way round is pydantic's, by attributes.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def same_fields(record: type[DataclassInstance], source: object) -> dict[str, Any]:
    """The source's attributes that the record has too; a missing one is a mistake of ours and raises."""
    return {field.name: getattr(source, field.name) for field in fields(record)}
