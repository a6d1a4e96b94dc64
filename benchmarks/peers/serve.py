"""Serve one port to the benchmark: ``python serve.py PORT SETTINGS.json``.

Reads one request a line from standard input, ``{"firms": 100, "seed": 1}``, and
answers one line of JSON: the seconds of processor time that the simulation took
(of all its threads; the race holds them to one core), which what else the machine
does disturbs less than the clock on the wall, and the outcomes of the firms. The
first line it writes tells the version and the seconds on the wall that importing
and preparing (compiling included) took.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import time

_STARTED = time.perf_counter()


def main(port: str, settings_file: str) -> None:
    """Import a port, prepare it, and answer requests until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a framework that prints disturbs nothing
    with open(settings_file, encoding="utf-8") as file:
        settings = json.load(file)
    module = importlib.import_module(port)
    simulate = module.prepare(settings)
    ready = time.perf_counter() - _STARTED
    answers.write(json.dumps({"version": module.version(), "seconds": ready}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        begun = time.process_time()
        outcomes = simulate(request["firms"], request["seed"])
        seconds = time.process_time() - begun
        lists = {name: list(map(float, values)) for name, values in outcomes.items()}
        answers.write(json.dumps({"seconds": seconds, "outcomes": lists}) + "\n")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
