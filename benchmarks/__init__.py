"""Benchmarks: orgsim beside other ways to run the same model, and against what the machine allows.

``python -m benchmarks`` (or ``make bench``) measures everything and writes
``measured.json`` here and ``docs/performance.md``. Nothing in the tests takes
a time; nothing here decides whether a result is right, but for one thing: a
port whose firms disagree with the engine's is not timed, and there is no race
with an engine whose model is of another version than the ports'.
"""
