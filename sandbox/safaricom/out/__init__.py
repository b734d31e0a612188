"""Money that goes out: payouts (B2C), reversals, and questions about them and about the balance.

Start with `scenarios.py` (what can happen), then `life.py` (how it happens). `desk.py` has the routes.
"""
