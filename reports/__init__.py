"""Payments as people look at them: receipts and fee notes on paper, pictures, tables to take away.

Pure: facts go in, bytes come out. Nothing here reads a clock, a store or the network, and importing a
file of this room loads no drawing library: those come with the first thing drawn (they weigh tens of
megabytes). What needs a while to draw is best called in a thread.
"""
