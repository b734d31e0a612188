"""What fields and indexes of all documents have in common.

Whatever is None is not stored at all, and every index is partial where that keeps it small. A query uses a
partial index only if it repeats the index's condition.
"""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Strict
from pymongo import ASCENDING, IndexModel

from storage.moments import in_milliseconds

Moment = Annotated[AwareDatetime, AfterValidator(in_milliseconds)]
"""A time as BSON can keep it. A naive one is refused."""

Kes = Annotated[int, Strict()]
"""Whole shillings; a float is refused even when it is whole."""

DAY_S = 24 * 60 * 60


def only(field: str, bson_type: str) -> dict[str, object]:
    """Index condition: documents that have the field, with this type."""
    return {field: {"$type": bson_type}}


def unique(field: str) -> IndexModel:
    """Unique among the documents that have the field at all."""
    return IndexModel([(field, ASCENDING)], unique=True, partialFilterExpression=only(field, "string"))


def dated(field: str) -> IndexModel:
    """By time, among the documents that have one there."""
    return IndexModel([(field, ASCENDING)], partialFilterExpression=only(field, "date"))


class Part(BaseModel):
    """Something inside a document."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
