"""Pictures are drawn whatever backend is named, and leave the user's matplotlib as it was."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import matplotlib
import numpy as np
import pytest

from orgsim.figures.style import house_style, sheet, write
from orgsim.figures.sweep import SweepShares
from orgsim.figures.sweep.curves import response_curves
from small_runs import BASELINE, spawned

BACKENDS = ("module://matplotlib_inline.backend_inline", "module://nowhere.at_all", "nonsense")
ONE = ("--figure", "shares")
"""All are drawn in the same style, and so read the same files."""


def drawn(points: int) -> bytes:
    share = np.full((points, 4), 0.25)
    shares = SweepShares(
        "t", {"a.b": np.arange(float(points))}, {}, {}, share, share, share, np.full(points, 9), {}
    )
    buffer = io.BytesIO()
    write(response_curves(shares), buffer, "svg")
    return buffer.getvalue()


def settings() -> dict[str, object]:
    return {name: repr(matplotlib.rcParams[name]) for name in sorted(matplotlib.rcParams)}


def test_pictures_of_eight_threads_are_those_of_one_and_leave_the_settings_alone():
    tasks = [3, 4, 5] * 8
    alone = {points: drawn(points) for points in set(tasks)}
    before = settings()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(drawn, tasks))
    assert [together[i] == alone[points] for i, points in enumerate(tasks)] == [True] * len(tasks)
    assert settings() == before


def test_an_error_while_drawing_restores_the_settings():
    with matplotlib.rc_context({"font.size": 23.0, "svg.hashsalt": "mine"}):
        before = settings()
        with pytest.raises(ZeroDivisionError), house_style():
            sheet(80.0, 40.0 / 0)
        assert settings() == before


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that keeps shares alone: its report has two figures, which are soon drawn."""
    directory = tmp_path_factory.mktemp("drawing") / "run"
    shares_alone = ("--set", "output.firms=false", "--set", "output.quarters=false")
    words = ("run", BASELINE, "--firms", 8, *shares_alone, "--out", directory)
    done = spawned(*words, timeout=300)
    assert done.returncode == 0, done.stderr
    return directory


def in_an_environment(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return spawned(*words, env=os.environ | environment, timeout=300)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("command", ["plot --figure shares", "report", "trace --firm 0"])
def test_a_backend_that_matplotlib_does_not_know_stops_no_command(finished, command, backend):
    name, *options = command.split()
    done = in_an_environment(name, finished, *options, MPLBACKEND=backend)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_a_known_backend_stays_the_users_and_so_does_the_environment():
    code = (
        "import os\n"
        "from orgsim.figures.style import house_style\n"
        "with house_style(): pass\n"
        "import matplotlib\n"
        "print(matplotlib.get_backend(), os.environ['MPLBACKEND'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"MPLBACKEND": "svg"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["svg", "svg"]


@pytest.mark.parametrize("content", [b"no colon here\nfont.size: huge\n", b"font.size: \xff\n"])
def test_a_broken_matplotlibrc_says_one_line_at_most(finished, tmp_path, content):
    (tmp_path / "matplotlibrc").write_bytes(content)
    done = in_an_environment("plot", finished, *ONE, MATPLOTLIBRC=str(tmp_path))
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 1, done.stderr
    assert done.returncode == 0 or "matplotlibrc" in done.stderr


def test_a_directory_of_settings_that_is_none_says_nothing(finished, tmp_path):
    (tmp_path / "file").write_text("")
    done = in_an_environment("plot", finished, *ONE, MPLCONFIGDIR=str(tmp_path / "file"))
    assert (done.returncode, done.stderr) == (0, "")
