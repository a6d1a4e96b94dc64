"""Whether a run that is there is the one that is asked for: the same, larger, or another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orgsim.errors import UsageError
from orgsim.printable import printable, shell_word, shortened
from orgsim.spec import Model
from orgsim.store.manifest import FORMAT
from orgsim.store.manifest_fields import Extent, Identity, Manifest

WAYS_OUT = "keep both with --out DIR, or replace it with --overwrite"
"""Of a directory that holds something else than what is asked for."""


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


def refuse_another(path: Path, before: Manifest, identity: Identity, model: Model) -> None:
    """Refuse a directory that holds another run, or one of an older format.

    Parameters
    ----------
    model : Model
        Of which the run is that is asked for.

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
            f"{_written(path, before, identity, model)}{WAYS_OUT}"
        )
    if before.format != FORMAT:
        raise UsageError(
            f"{path}: is written in format {before.format}, which is read and no longer "
            f"written\n{_written(path, before, identity, model)}{WAYS_OUT}"
        )


def _tables(identity: Identity) -> dict[str, Any]:
    """Return nested tables; the source first, for what differs else may follow from it."""
    output = vars(identity.output)
    return {"source": identity.source, "plan": identity.plan, "output": output}


def _written(path: Path, before: Manifest, identity: Identity, model: Model) -> str:
    """Return how to go on with a run of another version of orgsim, or of the model."""
    if before.format == FORMAT and before.identity.source == identity.source:
        return ""
    version = before.versions["orgsim"]
    anew = ""
    if before.model.is_contained(model):
        where = "in a directory of its own, where every row of it is checked:"
        anew = f"{where}\n  orgsim resume {shell_word(path)} --out DIR"
    if before.is_finished:
        as_it_is = f"it can be read, verified and compared as it is; orgsim {version} wrote it\n"
        if before.precision is not None:  # which says itself how many firms there are
            return f"{as_it_is}have it anew {anew}\n" if anew else as_it_is
        return f"{as_it_is}have more firms of it {anew} --firms N\n" if anew else as_it_is
    here = f"finish it with the version that began it, orgsim {version}, or "
    return f"{here}{anew}\nor begin it anew: " if anew else f"{here}begin it anew:\n"


def refuse_smaller(path: Path, before: Extent, now: Extent, ways_out: str = WAYS_OUT) -> None:
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
                f"a run can only grow\n{ways_out}"
            )
