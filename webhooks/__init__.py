"""What comes in over HTTP: Safaricom's callbacks, Telegram's updates, health.

Store the bytes, answer, work them afterwards. Nothing else happens while a caller waits.
"""
