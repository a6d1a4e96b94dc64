"""Whether a run that is there is the one that is asked for: the same, larger, or another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orgsim.errors import UsageError
from orgsim.printable import printable, shortened
from orgsim.store.manifest import FORMAT
from orgsim.store.manifest_fields import Extent, Identity, Manifest


def _differences(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """Yield the field paths in which two plans differ, with both values."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in [*before, *(k for k in now if k not in before)]:
            below = f"{path}.{key}" if path and path != "settings" else str(key)
            yield from _differences(before.get(key), now.get(key), below)
    elif path == "source":
        if before != now:
            yield f"the model's source code (hash {before[:8]} there, {now[:8]} now)"
    elif before != now:
        yield f"{path}: {_short(before)} there, {_short(now)} now"


def _short(value: Any) -> str:
    return printable(shortened(json.dumps(value), 120))


def refuse_another(path: Path, before: Manifest, identity: Identity) -> None:
    """Refuse a directory that holds another run, or one of an older format.

    Raises
    ------
    UsageError
        Saying what differs and the ways out.
    """
    different = list(_differences(_tables(before.identity), _tables(identity)))
    if before.identity.source != identity.source:  # settings that one of them does not know
        different = [d for d in different if ": null there" not in d and ": null now" not in d]
    if different:
        listed = "\n  ".join(d.removeprefix("plan.settings.") for d in different[:5])
        more = f"\n  and {len(different) - 5} more" if len(different) > 5 else ""
        raise UsageError(
            f"{path}: holds another run:\n  {listed}{more}\n"
            f"{_written(before, identity)}keep both with --out DIR, or replace it with --overwrite"
        )
    if before.format != FORMAT:
        raise UsageError(
            f"{path}: is written in format {before.format}, which is read and no longer "
            f"written\n{_written(before, identity)}"
            "keep both with --out DIR, or replace it with --overwrite"
        )


def _tables(identity: Identity) -> dict[str, Any]:
    """Return nested tables; the source first, for what differs else may follow from it."""
    output = vars(identity.output)
    return {"source": identity.source, "plan": identity.plan, "output": output}


def _written(before: Manifest, identity: Identity) -> str:
    """Return how to go on with a run of another version of orgsim, or of the model."""
    if before.format == FORMAT and before.identity.source == identity.source:
        return ""
    version = before.versions["orgsim"]
    if before.is_finished:
        return f"it can be read, verified and compared as it is; orgsim {version} wrote it\n"
    return f"finish it with the version that began it, orgsim {version}, or begin it anew:\n"


def refuse_smaller(path: Path, before: Extent, now: Extent) -> None:
    """Refuse to make a run smaller than it is.

    Raises
    ------
    UsageError
    """
    for name, wanted in vars(now).items():
        there = getattr(before, name)
        if wanted < there:
            raise UsageError(
                f"{path}: holds {there:,} {name}, and {wanted:,} are asked for; "
                "a run can only grow\n"
                "keep both with --out DIR, or replace it with --overwrite"
            )
