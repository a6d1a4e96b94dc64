"""Simulate how marketing and IT departments share their leadership, by the million firms.

A config is a TOML file, or a shipped preset by its name; settings are changed by their paths.

>>> import orgsim
>>> run = orgsim.run("article-2014", {"resistance.status_threat": 1.2}, firms=2000)
>>> run.shares()

Settings may be looked at and changed before they are run: a :class:`Config` never changes itself.

>>> config = orgsim.load_config("article-2014")
>>> config.replace({"resistance.status_threat": 1.2}, firms=2000)
<orgsim.Config 'article-2014': 2,000 firms, 40 quarters>

Firms may stay in memory, and a sweep's design points are asked one by one:

>>> sample = orgsim.simulate("article-2014", firms=2000)
>>> sample.compare().verdict.kind
'match'
>>> orgsim.open("results/grid")[17].compare()

``docs/python.md`` is Python in one page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orgsim.api.configs import load_config
    from orgsim.api.held import Run, Sample, Sensitivity, Setting, open
    from orgsim.api.inquiries import calibrate, open_sensitivity, sensitivity, shipped_screening
    from orgsim.api.looks import status, verify
    from orgsim.api.runs import forecast, merge, resume, run, simulate, sweep
    from orgsim.config import Config
    from orgsim.errors import ConfigError, OrgsimError, RunError, UsageError
    from orgsim.execution.forecast import Forecast
    from orgsim.execution.status import Status
    from orgsim.execution.verify import FileCheck

_HOMES = {
    "Config": "orgsim.config",
    "ConfigError": "orgsim.errors",
    "FileCheck": "orgsim.execution.verify",
    "Forecast": "orgsim.execution.forecast",
    "OrgsimError": "orgsim.errors",
    "Run": "orgsim.api.held",
    "RunError": "orgsim.errors",
    "Sample": "orgsim.api.held",
    "Sensitivity": "orgsim.api.held",
    "Setting": "orgsim.api.held",
    "Status": "orgsim.execution.status",
    "UsageError": "orgsim.errors",
    "calibrate": "orgsim.api.inquiries",
    "forecast": "orgsim.api.runs",
    "load_config": "orgsim.api.configs",
    "merge": "orgsim.api.runs",
    "open": "orgsim.api.held",
    "open_sensitivity": "orgsim.api.inquiries",
    "resume": "orgsim.api.runs",
    "run": "orgsim.api.runs",
    "sensitivity": "orgsim.api.inquiries",
    "shipped_screening": "orgsim.api.inquiries",
    "simulate": "orgsim.api.runs",
    "status": "orgsim.api.looks",
    "sweep": "orgsim.api.runs",
    "verify": "orgsim.api.looks",
}

__all__ = [
    "Config",
    "ConfigError",
    "FileCheck",
    "Forecast",
    "OrgsimError",
    "Run",
    "RunError",
    "Sample",
    "Sensitivity",
    "Setting",
    "Status",
    "UsageError",
    "calibrate",
    "forecast",
    "load_config",
    "merge",
    "open",
    "open_sensitivity",
    "resume",
    "run",
    "sensitivity",
    "shipped_screening",
    "simulate",
    "status",
    "sweep",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: ``import orgsim`` costs nothing."""
    if name == "__version__":
        from importlib import metadata

        return metadata.version("orgsim")
    if name not in _HOMES:
        raise AttributeError(f"module 'orgsim' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
