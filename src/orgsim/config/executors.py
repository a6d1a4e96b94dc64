"""Who may do the parts of a run, by name; each is a module of ``execution/executors``."""

from __future__ import annotations

EXECUTORS = ("threads", "dask")
