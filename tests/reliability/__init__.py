"""Tried by breaking it on purpose: kills, damage, manifests, bad inputs, hostile directories.

``make reliability`` runs all of it and writes what it counted into docs/reliability.md; ``--tiny``
tries a little of each. It is no part of ``make test``, whose tests/faults hold each mend by itself.
"""
