"""Arithmetic that is equal to the bit on every machine; nothing here knows the model."""
