"""Where payments are kept: MongoDB documents, their indexes and repositories, and the embedded server.

Owns every word spoken to MongoDB. Refuses to own the rules: `payments` decides what a payment may become.
"""
