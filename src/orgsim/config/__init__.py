"""Configs: TOML in, validated settings out, or one clear error.

A config is checked once, here; everything below trusts what it is given. Names are loaded when
they are first asked for: the tables of a config's fields take a tenth of a second.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orgsim.config.cluster import Cluster
    from orgsim.config.contents import SectorMix
    from orgsim.config.loading import Config, load_config, read_config
    from orgsim.config.named import Named, find_config
    from orgsim.config.output import Output, Target
    from orgsim.config.overrides import Overrides
    from orgsim.config.schema import json_schema
    from orgsim.config.sources import preset_names, preset_path
    from orgsim.config.sweep import Sweep
    from orgsim.design.precision import Precision

_HOMES = {
    "Cluster": "orgsim.config.cluster",
    "Config": "orgsim.config.loading",
    "Named": "orgsim.config.named",
    "Output": "orgsim.config.output",
    "Overrides": "orgsim.config.overrides",
    "Precision": "orgsim.design.precision",
    "SectorMix": "orgsim.config.contents",
    "Sweep": "orgsim.config.sweep",
    "Target": "orgsim.config.output",
    "find_config": "orgsim.config.named",
    "json_schema": "orgsim.config.schema",
    "load_config": "orgsim.config.loading",
    "preset_names": "orgsim.config.sources",
    "preset_path": "orgsim.config.sources",
    "read_config": "orgsim.config.loading",
}

__all__ = [
    "Cluster",
    "Config",
    "Named",
    "Output",
    "Overrides",
    "Precision",
    "SectorMix",
    "Sweep",
    "Target",
    "find_config",
    "json_schema",
    "load_config",
    "preset_names",
    "preset_path",
    "read_config",
]


def __getattr__(name: str) -> Any:
    """Load a name of the package when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'orgsim.config' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
