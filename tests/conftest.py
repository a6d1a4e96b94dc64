"""What tests everywhere share: a command in a directory of its own, and files for it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.register_assert_rewrite("made_up_runs", "pictures", "small_runs", "toy_runs")

from small_runs import said  # noqa: E402 - now a failed assert in it says what it held
from toy_runs import Forks  # noqa: E402 - as above

LONG = (
    "contract/test_identity.py",
    "statistical/test_verdict_rates.py",
    "contract/test_trace.py",
    "faults/test_kill.py",
    "faults/test_hostile_directories.py",
    "statistical/test_ablations.py",
    "unit/figures/test_sweep.py",
    "contract/test_engines.py",
    "faults/test_signals.py",
    "contract/test_report.py",
    "faults/test_drawing.py",
    "faults/test_kernel_store.py",
    "contract/test_sweep.py",
    "contract/test_docs.py",
    "faults/test_manifest.py",
    "faults/test_dask_access.py",
    "contract/test_interpreted.py",
    "unit/figures/test_setting.py",
)
"""The dearest files, which come first: of two workers, one would wait for the other's last.

The first compiles the study's kernel, for which others wait; the second needs none.
"""


def pytest_collection_modifyitems(items):
    """Put the tests of dear files first, and leave the others in their order."""

    def place(item):
        ends = [path for path in LONG if item.path.as_posix().endswith(f"tests/{path}")]
        return LONG.index(ends[0]) if ends else len(LONG)

    items.sort(key=place)


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run a command in a directory of its own; return what it prints, given its exit code."""
    monkeypatch.chdir(tmp_path)
    return said


@pytest.fixture(scope="session")
def toys(tmp_path_factory):
    """Forks of a process that has the toy model ready."""
    forks = Forks(tmp_path_factory.mktemp("forks"))
    yield forks
    forks.end()


@pytest.fixture
def toy_command(toys, tmp_path):
    """Run a command of the toy's, as ``command`` of the study's."""

    def toy_command(*arguments, code=0, **options):
        done = toys.spawned(*arguments, cwd=tmp_path, **options)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    return toy_command


@pytest.fixture
def first_figure_alone(monkeypatch):
    """Let reports have the first of their figures: each takes a second, and test_report has all."""
    from orgsim.report.html.subject import Subject  # few test files write reports

    names = Subject.figure_names
    monkeypatch.setattr(Subject, "figure_names", lambda subject: names(subject)[:1])


@pytest.fixture
def write(tmp_path):
    """Write a file, a config if nothing else is named, and the folders above it."""

    def write(content, name="mine.toml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def write_points(write, tmp_path):
    """Write a file of points: a table as Parquet, words as they are, which are CSV."""

    def write_points(content, name=None):
        if not isinstance(content, pa.Table):
            return write(content, name or "points.csv")
        path = tmp_path / (name or "points.parquet")
        pq.write_table(content, path)
        return path

    return write_points
