"""The lifecycle drawn as Mermaid text, from the table itself.

`python -m payments.picture README.md` writes it between the markers; a test fails when it is stale.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from payments.evidence import EvidenceKind
from payments.lifecycle import TABLE, Moves
from payments.payment import OPEN, State

BEGIN = "<!-- lifecycle: drawn from payments/lifecycle.py by `make picture` -->"
END = "<!-- end of lifecycle -->"


def draw() -> str:
    """The whole table's moves as a Mermaid state diagram, one arrow for each pair of states."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> queued"]
    lines += [f"    {before} --> {after}: {', '.join(kinds)}" for (before, after), kinds in _arrows().items()]
    lines += [f"    {state} --> [*]" for state in State if state not in OPEN]
    return "\n".join([*lines, "```"])


def _arrows() -> dict[tuple[State, State], list[EvidenceKind]]:
    arrows: dict[tuple[State, State], list[EvidenceKind]] = defaultdict(list)
    for before, row in TABLE.items():
        for kind, rule in row.items():
            if isinstance(rule, Moves):
                arrows[before, rule.to].append(kind)
    return arrows


def drawn_into(text: str) -> str:
    """`text` with the picture between its markers made fresh."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{draw()}\n{END}{tail}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(drawn_into(page.read_text(encoding="utf-8")), encoding="utf-8")
