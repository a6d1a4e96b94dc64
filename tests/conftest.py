"""What tests everywhere share: a command in a directory of its own, and files for it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.register_assert_rewrite("made_up_runs", "pictures", "small_runs")

from small_runs import said  # noqa: E402 - now a failed assert in it says what it held


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run a command in a directory of its own; return what it prints, given its exit code."""
    monkeypatch.chdir(tmp_path)
    return said


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
