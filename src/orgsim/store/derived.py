"""What is made from a run's results and may be made again: pictures, traces, the report.

They stand in the run directory and go when what they show is no more. Only files of ours go, by
their whole names, and pictures by the mark in them: whoever puts others beside them keeps these.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from orgsim.store.atomic import explained
from orgsim.store.names import REPORT, derived_folders, refuse_odd, top


def remove_derived(directory: Path) -> None:
    """Remove what shows a run that is no more.

    Raises
    ------
    UsageError
        If a link stands where a folder of ours belongs: nothing is removed elsewhere.
    RunError
        If a file cannot be removed.
    """
    refuse_odd(directory)
    with explained(directory, "cleared"):
        for folder in derived_folders(directory):
            for path in filter(folder.is_ours, folder.files()):
                path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # no folder, or a stranger's files
                folder.path.rmdir()
        for report in top(directory).files(re.escape(REPORT)):
            report.unlink(missing_ok=True)
