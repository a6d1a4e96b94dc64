"""A script for a queue: an array of jobs, a shard each; no scheduler of ours need live as long."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from orgsim.config import Config
from orgsim.errors import UsageError
from orgsim.execution.jobs.queues import directives, queue_of
from orgsim.printable import as_name, one_line, printable, shortened
from orgsim.store import outputs
from orgsim.system.files import as_path

_NODE_CACHE = """\
# Compiled kernels on the node's own disk: nodes may differ in their processors. What lies there is
# run, so that a directory is used only if it is yours, and nobody else can write in it.
kernels="${TMPDIR:-/tmp}/orgsim-cache-$UID"
mkdir -m 700 "$kernels" 2>/dev/null || true
if [ "$(find "$kernels" -prune -type d -user "$UID" ! -perm /022 2>/dev/null)" = "$kernels" ]; then
    chmod 700 "$kernels"
else
    kernels=$(mktemp -d "${TMPDIR:-/tmp}/orgsim-cache-$UID-XXXXXX") || kernels=
fi
export NUMBA_CACHE_DIR="$kernels"
"""

_IN_THE_CONFIG = r"write \n or \u.... in the value, or put it in the config"


def array_script(
    config: Config,
    source: Path | str,
    directory: Path,
    jobs: int,
    assignments: Sequence[str] = (),
) -> str:
    """Return a script for the queue that ``[cluster]`` describes: a run as an array of shards.

    Parameters
    ----------
    source : Path or str
        The config's file; or the name of a preset, by which a job finds it wherever it is
        installed.
    directory : Path
        The run directory, on a file system that all nodes see.
    jobs : int
        Shards, and tasks of the array.
    assignments : sequence of str
        As after ``--set``.

    Raises
    ------
    UsageError
        If no script can be written for that queue, or a name has no place in one.
    """
    cluster = config.cluster
    queue = queue_of(cluster)
    sets = [word for assignment in assignments for word in ("--set", assignment)]
    named = source if isinstance(source, str) else str(source.resolve())
    words = [
        *command_words(cluster.command), "sweep" if config.sweep else "run",
        named, "--out", str(directory.resolve()), *sets,
    ]  # fmt: skip
    for word in words:
        _refuse_odd(word, _IN_THE_CONFIG if word in assignments else "give it another name")
    index = queue.index if queue.single or jobs > 1 else "1"
    title = shortened(one_line(config.title))  # a comment ends with its line
    lines = [
        "#!/bin/bash",
        f"# {title}: {jobs} shards. Written by `orgsim cluster script`; submit it with",
        f"# {queue.submit}FILE. Submit it again whenever you like: what is done stays done, and",
        "# whichever task is the last writes the shares.",
        "# The next script may replace this one as long as nobody changes it:",
        f"# {outputs.UNSEALED}",
        *directives(cluster, config.name, jobs),
        "",
        "set -eo pipefail",
        *queue.enter,
        _NODE_CACHE.rstrip(),
        *cluster.prologue,
        f'exec {shlex.join(words)} --shard "{index}/{jobs}"',
        "",
    ]
    return outputs.sealed("\n".join(lines))


def command_words(command: Sequence[str]) -> list[str]:
    """Return the words that start orgsim in a job: as told, or as this very one was started.

    By itself ``-m`` would look for modules where the job is submitted first: not with ``-P``.
    """
    if not command:
        return [sys.executable, "-P", "-m", "orgsim"]
    return [str(as_path(word, "cluster.command")) if word[:1] == "~" else word for word in command]


def _refuse_odd(word: str, mend: str) -> None:
    """Refuse what a script cannot hold: lines of its own, and bytes that are no UTF-8.

    Raises
    ------
    UsageError
    """
    if printable(word) != word or set(word) & {"\n", "\t"}:
        raise UsageError(
            f"'{as_name(word)}': holds control characters or bytes that are no UTF-8, which a "
            f"queue would not read as they stand; {mend}"
        )
