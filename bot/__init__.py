"""What people see in Telegram: the paying flow, the commands, all wording, and all sending.

Owns every word a person reads and every call of the Bot API. Refuses to decide anything about money:
it stores what people want through `payments.service` and shows what a payment has become.
"""
