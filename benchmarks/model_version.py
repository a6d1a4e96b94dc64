"""Whether the engine's model contains the version that the ports implement."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.peers.version_1 import CUT_POINT, MODEL_VERSION, OUTCOMES, PARAMETERS, SCENARIOS
from orgsim.model import columns, cut_points, parameters

NOT_OF_THE_MODEL = ("simulation.seed", "simulation.firms")
"""Parameters that a request to a port tells instead."""

ADVICE = f"""\
Keep version {MODEL_VERSION} of the model as it is and give the change a version of its own, or \
port the model anew, with its values frozen beside benchmarks/peers/version_{MODEL_VERSION}.py."""


class OtherModelError(Exception):
    """The engine's model is of another version than the ports'."""


def differences() -> list[str]:
    """Return what the engine's model has otherwise than the ports' version, a line each."""
    return [*_of_parameters(), *_of_names()]


def _of_parameters() -> Iterator[str]:
    version = parameters.VERSION_1  # which the engine's model contains, see the preset version-1
    now = {
        p.path: (p.kind, version.defaults.get(p.path, p.default))
        for p in parameters.PARAMETERS
        if p.path not in NOT_OF_THE_MODEL and p.path not in version.added
    }
    for path in sorted(now.keys() | PARAMETERS.keys()):
        if path not in now:
            yield f"{path}: is gone"
        elif path not in PARAMETERS:
            yield f"{path}: is new"
        elif now[path] != PARAMETERS[path]:
            yield f"{path}: {_row(now[path])}, and was {_row(PARAMETERS[path])}"


def _row(row: tuple[str, object]) -> str:
    kind, default = row
    return f"{kind}, {default}"


def _of_names() -> Iterator[str]:
    if columns.SCENARIOS != SCENARIOS:
        yield f"scenarios: {columns.SCENARIOS}, and were {SCENARIOS}"
    if cut_points.CUT_POINT != CUT_POINT:
        yield f"cut-point: {cut_points.CUT_POINT}, and was {CUT_POINT}"
    for name in OUTCOMES:
        if name not in columns.RECORD:
            yield f"{name}: is no outcome any more"


def is_ported() -> bool:
    """Whether the engine's model contains the ports' version."""
    return not differences()


def require_ported() -> None:
    """Refuse an engine whose model the ports do not implement.

    Raises
    ------
    OtherModelError
        Naming what differs.
    """
    if not is_ported():
        head = f"the ports implement version {MODEL_VERSION} of the model, the engine another one:"
        raise OtherModelError("\n  ".join([head, *differences()]) + f"\n{ADVICE}")
