"""What is claimed to be fast, measured: `make bench`. Ratios against a baseline in the same run.

Owns measuring alone; nothing here decides whether a test passes.
"""
