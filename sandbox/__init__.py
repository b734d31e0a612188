"""Safaricom and Telegram without accounts: for tests, the tour and the demo."""
