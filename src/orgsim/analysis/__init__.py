"""Estimates from simulated firms: shares, intervals, aggregates by quarter, comparison."""
