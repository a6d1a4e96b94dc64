"""What all parts share: small runs to be broken, commands in this process, and what is counted."""

from __future__ import annotations

import hashlib
import json
import traceback
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

import orgsim
from orgsim.cli import main
from orgsim.execution import experiment, shards
from small_runs import Hung, limited

SECONDS_A_CASE = 180
"""After which a case counts as hung."""

SETTING = """title = "One setting"
extends = "article-2014"
[simulation]
firms = 40
quarters = 5
"""
SWEEP = (
    SETTING.replace("One setting", "Some points").replace("firms = 40", "firms = 100")
    + """[sweep]
design = "sobol"
points = 8
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log" }
"""
)
SMALL_PARTS = 256
"""Firms a part, so that a small sweep has four."""


class Worked(NamedTuple):
    """What a command came to."""

    code: int
    output: str
    failed: str
    """A traceback or a warning, or nothing."""


def command(*words: object) -> Worked:
    """Run a command of orgsim's in this process."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        result = CliRunner().invoke(main, [str(word) for word in words])
    failed = "".join(f"{warning.category.__name__}: {warning.message}\n" for warning in told)
    error = result.exception
    if error is not None and not isinstance(error, SystemExit):
        failed += "".join(traceback.format_exception(error))
    return Worked(result.exit_code, result.output, failed)


@dataclass(frozen=True)
class World:
    """Small runs, made once and copied.

    Attributes
    ----------
    path : Path
        Holds ``setting.toml``, ``sweep.toml`` and the finished runs ``setting`` and ``sweep``.
    digests : mapping of name to str
        Of the undisturbed runs.
    """

    path: Path
    digests: dict[str, str]

    def config(self, name: str) -> Path:
        """Return the config of a run."""
        return self.path / f"{name}.toml"


def make_world(path: Path) -> World:
    """Make the runs that are to be broken."""
    setattr(experiment, "part_firms", lambda points, firms, work: SMALL_PARTS)  # noqa: B010 - no export
    shards.LOOKS_FOR_OTHERS = 1  # or each that ends alone would wait for two seconds
    digests = {}
    for name, text in (("setting", SETTING), ("sweep", SWEEP)):
        (path / f"{name}.toml").write_text(text, encoding="utf-8")
        digests[name] = str(orgsim.run(path / f"{name}.toml", out=path / name, threads=1).digest)
    return World(path, digests)


def steering(output: str) -> str:
    """Return characters of an output that would steer a terminal, and what is around the first."""
    found = [c for c in output if unicodedata.category(c) in ("Cc", "Cs", "Cf") and c not in "\n\t"]
    at = output.find(found[0]) if found else 0
    return f"{found[:5]!r} in {output[max(at - 60, 0) : at + 60]!r}" if found else ""


def told(directory: Path) -> dict[str, Any]:
    """Return what a manifest says."""
    found: dict[str, Any] = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    return found


def fingerprint(directory: Path) -> str:
    """Return a hash of every name, kind and content below a directory, links unfollowed."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        what = path.readlink() if path.is_symlink() else path.is_file() and path.read_bytes()
        digest.update(f"{path.relative_to(directory)} {what!r}".encode())
    return digest.hexdigest()


@dataclass
class Tally:
    """What was tried, and what came of it.

    Attributes
    ----------
    counts : Counter
        By what was seen, such as ``tried``, ``found``, ``mended``, ``lost``.
    problems : list of str
        What must not be, each with how to see it again.
    longest : float
        Seconds that the slowest answer to a signal took; 0 where none was timed.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    longest: float = 0.0

    def add(self, other: Tally) -> None:
        """Count another's as well."""
        self.counts += other.counts
        self.problems += other.problems
        self.longest = max(self.longest, other.longest)

    def note(self, what: str, problem: str = "") -> None:
        """Count something, and keep it if it is a problem."""
        self.counts[what] += 1
        if problem:
            self.problems.append(f"{what}: {problem}")


Case = Callable[[Tally], None]


def tried(cases: Iterable[Case], processes: int) -> Tally:
    """Try cases in several processes; a case that raises is a problem itself."""
    listed = list(cases)
    _SHARES[:] = [listed[i::processes] for i in range(processes)]
    done = Tally()
    with get_context("fork").Pool(processes) as pool:
        for tally in pool.imap(_try_share, range(processes)):
            done.add(tally)
    return done


_SHARES: list[list[Case]] = []
"""Cases by process: they are closures, which forked processes inherit and none could be sent."""


def _try_share(number: int) -> Tally:
    tally = Tally()
    for case in _SHARES[number]:
        tally.counts["tried"] += 1
        try:
            with limited(SECONDS_A_CASE):
                case(tally)
        except Hung:
            tally.note("hung", getattr(case, "name", repr(case)))
        except Exception:
            tally.note("failed", f"{getattr(case, 'name', case)}: {traceback.format_exc()}")
    return tally
