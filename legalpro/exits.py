"""How a command ends: the exit codes (done, failed, wrongly set up), and what makes it end as the last.

Imports nothing, so that every command can name them.
"""

DONE, FAILED, WRONGLY_SET_UP = 0, 1, 2


class BadSettings(Exception):
    """Some settings are missing or malformed. `problems` are sentences that hold no value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
