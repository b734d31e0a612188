"""Pictures for a phone: plain shapes with places, worked out first and painted last."""
