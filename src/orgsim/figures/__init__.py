"""Pictures in one house style: numbers in, a matplotlib figure out; nothing is read from disk."""
