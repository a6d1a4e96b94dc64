"""How far a run is, and what became of its files, as lines."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from orgsim.execution.status import Status
from orgsim.execution.verify import FileCheck
from orgsim.printable import as_name, one_line, shell_word
from orgsim.store import FORMAT
from orgsim.text import done_percent

_MOST_NAMES = 8


def as_plain(found: Status | FileCheck) -> dict[str, Any]:
    """Return it as one object, ready for JSON."""
    plain = {k: str(v) if isinstance(v, Path) else v for k, v in asdict(found).items()}
    return plain | ({"sound": found.is_sound} if isinstance(found, FileCheck) else {})


def _aligned(rows: list[tuple[str, str]]) -> list[str]:
    longest = max(len(name) for name, _ in rows)
    return [f"  {name:<{longest}}  {value}" for name, value in rows]


def _of(done: int, total: int) -> str:
    return f"{done:,} of {total:,} ({done_percent(done, total)})"


def status_lines(status: Status) -> list[str]:
    """Return a status as lines that line up."""
    most = " at most" if status.precision is not None else ""
    rows = [
        ("state", _state(status)),
        ("parts", _of(status.parts_done, status.parts)),
        ("points", _of(status.points_done, status.points)),
        ("firms", f"{status.firms_done:,} of {status.firms:,}{most}"),
    ]
    if status.precision is not None:
        met, missed = status.precision
        rows.append(("precision", f"met at {met:,} points, cap reached at {missed:,}"))
    for i, who in enumerate(status.at_work):
        rows.append(("at work" if i == 0 else "", who))
    if status.digest:
        rows.append(("digest", status.digest))
    elif not status.at_work:
        command = "merge" if status.parts_done == status.parts else "resume"
        rows += _next(command, status)
    return [f"{as_name(status.directory)}: {one_line(status.title)}", *_aligned(rows)]


def _state(status: Status) -> str:
    if status.state == "running" and not status.at_work:
        return "begun, and nobody is at work here now"
    return status.state


def _next(command: str, found: Status | FileCheck) -> list[tuple[str, str]]:
    """Return how a run goes on: where it lies, one of an older format by what wrote it alone."""
    path = shell_word(found.directory)
    if found.format == FORMAT:
        return [("next", f"orgsim {command} {path}")]
    return [
        ("next", f"orgsim {command} {path}, with orgsim {found.written_by}"),
        ("", f"or anew, every row that is here checked: orgsim resume {path} --out DIR"),
    ]


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def check_lines(check: FileCheck) -> list[str]:
    """Return what a check found as lines: what is wrong, and the way out."""
    lists = {
        "missing": check.missing,
        "damaged": check.damaged,
        "tables": check.tables,
        "manifest": tuple(f"{field} disagrees" for field in check.disagreements),
        "foreign": check.foreign,
    }
    rows = [(name, _names(found)) for name, found in lists.items() if found]
    if check.parts_missing > len(check.missing):
        rows.append(("", f"{check.parts_missing:,} parts are missing in all"))
    if check.lost:
        rows.append(("lost", f"{_names(check.lost)}: stood in the manifest alone"))
    if check.digest is not None:
        agrees = "as noted" if check.digest == check.expected else "NOT AS NOTED"
        noted = agrees if check.expected else "the run is not finished"
        rows.append(("digest", f"{check.digest} ({noted})"))
    if check.format == 2:
        rows.append(("format", "2, which seals neither manifest nor bytes: rows alone were held"))
    if check.is_sound:
        head = f"{as_name(check.directory)}: sound, {check.parts:,} parts read"
    else:
        head = f"{as_name(check.directory)}: not sound, {check.parts:,} parts looked at"
        wrong = (check.missing, check.damaged, check.tables, check.disagreements)
        if any(wrong) or not check.expected or check.digest != check.expected:
            rows += _next("resume", check)
        if check.foreign:
            rows.append(("next", "move foreign files away: other programs would read them too"))
    return [head, *_aligned(rows)] if rows else [head]
