"""Refunds: money that goes back to the phone that paid, by the same way of thinking as payments.

Start with `lifecycle.py` (the table), then `refund.py` (the record), `rules.py` (what may be asked),
`service.py` (the one door), `engine.py` (who acts). No I/O, no clock, no framework.
"""
