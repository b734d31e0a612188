"""Tables to take away: how a row looks as CSV, as JSON and in Excel."""
