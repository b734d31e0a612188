"""Safaricom's Daraja API: how we speak to it and how we read what it says.

This room owns the HTTP calls, the wire shapes, the result codes and the reading of callbacks. It refuses to
own any rule about payments: its answers are facts and errors named by what the caller may do next, and
nothing of the HTTP library ever leaves it.

Start with ``client.py`` and ``payout_client.py`` (what can be asked, of money coming in and going out), then
``errors.py`` (how it can go wrong), then ``codes.py`` and ``result_codes.py`` (what became of it).
"""
