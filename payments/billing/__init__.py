"""Billing: fee notes that the office writes, receipts that clients keep.

Start with `note.py` (what a fee note is), then `receipt.py` (numbers and codes), `reminders.py` (when to
remind). No I/O, no clock, no framework.
"""
