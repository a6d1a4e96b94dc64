"""Firms on the processor: the kernel, how it is compiled, kept and called."""
