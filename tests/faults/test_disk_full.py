"""A disk that is really full, at whatever moment: said clearly, nothing torn, and to be mended."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SWEEP = """extends = "article-2014"
[simulation]
firms = 1500
quarters = 10
[sweep]
design = "sobol"
points = 40
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log" }
"""  # four parts of some 1.2 MB
KILOBYTES = 1024


def run(*arguments, cwd, limit=None):
    """Run a real process to its end; with a limit, no file of its own may grow beyond."""

    def restrict():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "orgsim", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=restrict,
    )


def digest(directory):
    found = json.loads((directory / "manifest.json").read_text())
    assert found["status"] == "finished"
    return found["digest"]


class Disk:
    """A small disk of its own, or, where nothing can be mounted, files that cannot grow."""

    def __init__(self, path):
        self.path = path
        self.path.mkdir()
        self.mounted = bool(shutil.which("mount")) and self._mount("size=1m") == 0
        self.limit = None

    def _mount(self, options, *more):
        command = ["mount", *more, "-t", "tmpfs", "-o", options, "tmpfs", str(self.path)]
        return subprocess.run(command, capture_output=True).returncode

    def resize(self, size):
        """Set how much may be written, in bytes; None: all that anyone wants."""
        if self.mounted:
            options = f"remount,size={size or 2**28}"
            command = ["mount", "-o", options, str(self.path)]
            subprocess.run(command, check=True, capture_output=True)
        else:
            self.limit = size

    @property
    def reason(self):
        return "no space left on device" if self.mounted else "file too large"

    def end(self):
        if self.mounted:
            subprocess.run(["umount", str(self.path)], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path):
    made = Disk(tmp_path / "disk")
    yield made
    made.end()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The config, and the digest of a run with room enough."""
    directory = tmp_path_factory.mktemp("whole")
    (directory / "mine.toml").write_text(SWEEP)
    done = run("sweep", "mine.toml", "--out", "here", cwd=directory)
    assert done.returncode == 0, done.stderr
    return directory / "mine.toml", digest(directory / "here"), directory / "here"


def parts(directory):
    return {
        path: path.stat().st_mtime_ns
        for folder in ("firms", "quarters", "ledger")
        for path in (directory / folder).glob("part-*")
    }


def refused(done, directory, reason):
    """Hold a failure against what is promised."""
    assert done.returncode == 3, (done.returncode, done.stderr)
    message = done.stderr[done.stderr.index("Error: ") :]
    assert message.count("Error") == 1
    assert message.startswith(f"Error: {directory}")
    assert f"cannot be written: {reason}" in message
    assert "run the same command again" in message
    assert "Traceback" not in done.stderr
    assert not list(directory.rglob(".unfinished*"))


def went_on(config, directory, expected, limit=None):
    """Give the same command again, with room; return the parts that were kept."""
    before = parts(directory)
    done = run("sweep", config, "--out", directory, cwd=config.parent, limit=limit)
    assert done.returncode == 0, done.stderr
    assert digest(directory) == expected
    verdict = run("verify", directory, cwd=config.parent)
    assert verdict.returncode == 0, verdict.stdout
    after = parts(directory)
    noted = {path.stem for path in before if path.parent.name == "ledger"}
    kept = {path: moment for path, moment in before.items() if path.stem in noted}
    assert {path: after[path] for path in kept} == kept
    return kept


def test_a_disk_that_fills_up_is_said_and_the_run_goes_on_when_there_is_room(whole, disk):
    config, expected, like = whole
    here = disk.path / "here"
    sizes = sorted(path.stat().st_size for path in (like / "firms").iterdir())
    # Two parts of four; of files that cannot grow, the small ones alone.
    room = int(2.5 * sizes[-1]) if disk.mounted else sizes[-1] - 1
    disk.resize(room)
    done = run("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    shown = run("status", here, cwd=config.parent).stdout
    assert "orgsim resume" in shown
    again = run("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(again, here, disk.reason)  # as long as there is none
    disk.resize(None)
    kept = went_on(config, here, expected, disk.limit)
    assert kept or not disk.mounted


def test_a_finished_sweep_that_cannot_grow_keeps_its_firms(whole, disk):
    config, expected, _ = whole
    here = disk.path / "here"
    disk.resize(None)
    small = ["sweep", config, "--out", here, "--set", "sweep.points=10"]
    assert run(*small, cwd=config.parent).returncode == 0
    used = sum(path.stat().st_size for path in here.rglob("*"))
    there = parts(here)
    disk.resize(used + 600 * KILOBYTES if disk.mounted else 600 * KILOBYTES)
    done = run("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    assert parts(here).items() >= there.items()
    disk.resize(None)
    went_on(config, here, expected, disk.limit)


@pytest.mark.parametrize("room", [9, 24, 40, 64, 400])
def test_files_that_cannot_be_written_whole_leave_nothing_torn(room, whole, tmp_path):
    """A limit on files: whichever is the first to be too large, from the points to the firms."""
    config, expected, _ = whole
    here = tmp_path / "here"
    done = run("sweep", config, "--out", here, cwd=config.parent, limit=room * KILOBYTES)
    refused(done, here, "file too large")
    if (here / "manifest.json").exists():
        went_on(config, here, expected)


def full_from_the_beginning(disk, whole, room):
    config, expected, _ = whole
    here = disk.path / "here"
    disk.resize(room)
    done = run("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    disk.resize(None)
    went_on(config, here, expected, disk.limit)


def test_a_disk_full_from_the_beginning_is_mended_by_the_same_command(whole, disk):
    full_from_the_beginning(disk, whole, 4 * KILOBYTES)


def test_a_disk_with_room_for_the_points_alone_is_mended_too(whole, disk):
    if not disk.mounted:
        pytest.skip("needs a disk of its own: no file but this one is as large as the points")
    page = 4 * KILOBYTES
    points = (whole[2] / "points.parquet").stat().st_size
    full_from_the_beginning(disk, whole, (-(-points // page) + 2) * page)  # and a lock's page


def test_a_worker_without_room_is_told_with_its_path(whole, disk):
    config, expected, like = whole
    here = Path(disk.path / "here")
    disk.resize(max(path.stat().st_size for path in (like / "firms").iterdir()) // 2)
    arguments = ["sweep", config, "--out", here, "--scheduler", "local", "--workers", 1]
    done = run(*arguments, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    disk.resize(None)
    went_on(config, here, expected, disk.limit)


def test_a_reader_of_progress_who_leaves_stops_nothing(tmp_path):
    """Before, a part "cannot be written: broken pipe", and the run failed."""
    config = 'extends = "article-2014"\n[simulation]\nfirms = 3_000\nquarters = 5\n'
    (tmp_path / "mine.toml").write_text(config)
    words = f"{sys.executable} -m orgsim run mine.toml --out here 2>&1 >/dev/null | true"
    shell = f"set -o pipefail; {words}"
    done = subprocess.run(["bash", "-c", shell], cwd=tmp_path, timeout=120)
    assert done.returncode == 0
    assert json.loads((tmp_path / "here/manifest.json").read_text())["status"] == "finished"
