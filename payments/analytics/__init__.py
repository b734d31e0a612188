"""What the books add up to: figures of days, and how each event gets into them exactly once."""
