"""The rules of paying: what a payment is, who moves it, and what each word about it changes.

Nothing here does I/O, reads a clock or knows a framework. `lifecycle` and its neighbours decide
from plain values; `service` and `engine` await ports that other rooms implement.
"""
