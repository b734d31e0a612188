"""The lifecycles drawn as Mermaid text, from the tables themselves.

`python -m payments.picture README.md` writes each between its markers; a test fails when one is stale.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from payments import lifecycle
from payments.payment import OPEN, State
from payments.refunds import lifecycle as refund_lifecycle
from payments.refunds.refund import LIVE, RefundState
from payments.table import Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One table to draw, and where its picture stands.

    Attributes:
        source: the file of the table, as the marker names it.
        goes_on: the states that are not the end.
    """

    source: str
    table: Mapping[Any, Mapping[Any, object]]
    first: StrEnum
    goes_on: Collection[StrEnum]

    @property
    def begin(self) -> str:
        """The marker in front."""
        return f"<!-- drawn from {self.source} by `make picture` -->"

    @property
    def end(self) -> str:
        """The marker behind."""
        return f"<!-- end of {self.source} -->"

    def draw(self) -> str:
        """The whole table's moves as a state diagram, one arrow for each pair of states."""
        lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {self.first}"]
        lines += [f"    {pair}: {', '.join(words)}" for pair, words in self._arrows().items()]
        lines += [f"    {state} --> [*]" for state in self.table if state not in self.goes_on]
        return "\n".join([*lines, "```"])

    def _arrows(self) -> dict[str, list[str]]:
        arrows: dict[str, list[str]] = defaultdict(list)
        for before, row in self.table.items():
            for word, rule in row.items():
                if isinstance(rule, Moves):
                    arrows[f"{before} --> {rule.to}"].append(str(word))
        return arrows


PICTURES = (
    Picture(source="payments/lifecycle.py", table=lifecycle.TABLE, first=State.QUEUED, goes_on=OPEN),
    Picture(
        source="payments/refunds/lifecycle.py",
        table=refund_lifecycle.TABLE,
        first=RefundState.REQUESTED,
        goes_on=LIVE,
    ),
)


def drawn_into(text: str) -> str:
    """`text` with every picture between its markers made fresh."""
    for picture in PICTURES:
        head, _, rest = text.partition(picture.begin)
        _, _, tail = rest.partition(picture.end)
        text = f"{head}{picture.begin}\n{picture.draw()}\n{picture.end}{tail}"
    return text


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(drawn_into(page.read_text(encoding="utf-8")), encoding="utf-8")
