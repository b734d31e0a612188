"""What the office says of a payment that only a person can settle, and that two of them must agree."""
