"""One firm replayed from its keys: its quarters, its people, and why it ended where it did."""
