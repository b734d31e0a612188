"""The exit codes of every command: done, failed, wrongly set up."""

DONE, FAILED, WRONGLY_SET_UP = 0, 1, 2
