"""A disk that is really full, at whatever moment: said clearly, nothing torn, and to be mended."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from small_runs import FOUR_PARTS, digest, manifest, part_times, spawned
from toy_runs import TOY_SWEEP

KILOBYTES = 1024


@pytest.fixture(scope="module")
def run_within(toys):
    """Run a command in a process; with a limit, no file of its own may grow beyond."""
    return toys.spawned


def study_within(*arguments, cwd, limit=None):
    """Run a command of the study, in a process as people start it."""

    def restrict():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return spawned(*arguments, cwd=cwd, preexec_fn=restrict)


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
def whole(run_within, tmp_path_factory):
    """The config, and the digest of a run with room enough."""
    directory = tmp_path_factory.mktemp("whole")
    (directory / "mine.toml").write_text(TOY_SWEEP)
    done = run_within("sweep", "mine.toml", "--out", "here", cwd=directory)
    assert done.returncode == 0, done.stderr
    return directory / "mine.toml", digest(directory / "here"), directory / "here"


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


def went_on(run_within, config, directory, expected, limit=None):
    """Give the same command again, with room; return the parts that were kept."""
    before = part_times(directory)
    done = run_within("sweep", config, "--out", directory, cwd=config.parent, limit=limit)
    assert done.returncode == 0, done.stderr
    assert digest(directory) == expected
    verdict = run_within("verify", directory, cwd=config.parent)
    assert verdict.returncode == 0, verdict.stdout
    after = part_times(directory)
    noted = {path.stem for path in before if path.parent.name == "ledger"}
    kept = {path: moment for path, moment in before.items() if path.stem in noted}
    assert {path: after[path] for path in kept} == kept
    return kept


def test_a_disk_that_fills_up_is_said_and_the_run_goes_on_when_there_is_room(
    run_within, whole, disk
):
    config, expected, like = whole
    here = disk.path / "here"
    sizes = sorted(path.stat().st_size for path in (like / "firms").iterdir())
    # Two parts of four; of files that cannot grow, the small ones alone.
    room = int(2.5 * sizes[-1]) if disk.mounted else sizes[-1] - 1
    disk.resize(room)
    done = run_within("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    shown = run_within("status", here, cwd=config.parent).stdout
    assert "orgsim resume" in shown
    again = run_within("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(again, here, disk.reason)  # as long as there is none
    disk.resize(None)
    kept = went_on(run_within, config, here, expected, disk.limit)
    assert kept or not disk.mounted


def test_a_finished_sweep_that_cannot_grow_keeps_its_firms(run_within, whole, disk):
    config, expected, like = whole
    here = disk.path / "here"
    disk.resize(None)
    small = ["sweep", config, "--out", here, "--set", "sweep.points=10"]
    assert run_within(*small, cwd=config.parent).returncode == 0
    used = sum(path.stat().st_size for path in here.rglob("*"))
    there = part_times(here)
    room = int(0.8 * max(path.stat().st_size for path in (like / "firms").iterdir()))
    disk.resize(used + room if disk.mounted else room)
    done = run_within("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    assert part_times(here).items() >= there.items()
    disk.resize(None)
    went_on(run_within, config, here, expected, disk.limit)


@pytest.mark.parametrize("room", [2, 4, 7, 16, 100])
def test_files_that_cannot_be_written_whole_leave_nothing_torn(run_within, room, whole, tmp_path):
    """A limit on files: whichever is the first to be too large, from the manifest to the firms."""
    config, expected, _ = whole
    here = tmp_path / "here"
    done = run_within("sweep", config, "--out", here, cwd=config.parent, limit=room * KILOBYTES)
    refused(done, here, "file too large")
    if (here / "manifest.json").exists():
        went_on(run_within, config, here, expected)


def full_from_the_beginning(run_within, disk, whole, room):
    config, expected, _ = whole
    here = disk.path / "here"
    disk.resize(room)
    done = run_within("sweep", config, "--out", here, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    disk.resize(None)
    went_on(run_within, config, here, expected, disk.limit)


def test_a_disk_full_from_the_beginning_is_mended_by_the_same_command(run_within, whole, disk):
    full_from_the_beginning(run_within, disk, whole, 4 * KILOBYTES)


def test_a_disk_with_room_for_the_points_alone_is_mended_too(run_within, whole, disk):
    if not disk.mounted:
        pytest.skip("needs a disk of its own: no file but this one is as large as the points")
    page = 4 * KILOBYTES
    points = (whole[2] / "points.parquet").stat().st_size
    full_from_the_beginning(
        run_within, disk, whole, (-(-points // page) + 2) * page
    )  # and a lock's page


def test_a_worker_without_room_is_told_with_its_path(run_within, whole, disk):
    config, expected, like = whole
    here = Path(disk.path / "here")
    disk.resize(max(path.stat().st_size for path in (like / "firms").iterdir()) // 2)
    arguments = ["sweep", config, "--out", here, "--scheduler", "local", "--workers", 1]
    done = run_within(*arguments, cwd=config.parent, limit=disk.limit)
    refused(done, here, disk.reason)
    disk.resize(None)
    went_on(run_within, config, here, expected, disk.limit)


def test_the_study_s_own_sweep_without_room_is_mended_by_the_same_command(tmp_path):
    """In processes as people start them."""
    (tmp_path / "mine.toml").write_text(FOUR_PARTS)
    words = ["sweep", "mine.toml", "--out", tmp_path / "here", "--quiet"]
    assert study_within(*words[:3], tmp_path / "whole", "--quiet", cwd=tmp_path).returncode == 0
    done = study_within(*words, cwd=tmp_path, limit=400 * KILOBYTES)
    refused(done, tmp_path / "here", "file too large")
    went_on(study_within, tmp_path / "mine.toml", tmp_path / "here", digest(tmp_path / "whole"))


def test_a_reader_of_progress_who_leaves_stops_nothing(tmp_path):
    """Before, a part "cannot be written: broken pipe", and the run failed."""
    config = 'extends = "article-2014"\n[simulation]\nfirms = 3_000\nquarters = 5\n'
    (tmp_path / "mine.toml").write_text(config)
    words = f"{sys.executable} -m orgsim run mine.toml --out here 2>&1 >/dev/null | true"
    shell = f"set -o pipefail; {words}"
    # Unbuffered, nothing would be left for Python to write at its end.
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(["bash", "-c", shell], cwd=tmp_path, env=buffered, timeout=120)
    assert done.returncode == 0
    assert manifest(tmp_path / "here")["status"] == "finished"
