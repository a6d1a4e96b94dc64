"""Files are there whole or not at all, whatever befalls the writing."""

from __future__ import annotations

import errno
import os
import socket

import pytest

from orgsim.errors import RunError
from orgsim.store.atomic import TEMPORARY, temporary_for, write_text, write_whole


def fail_half_way(file):
    file.write(b"half")
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_failed_write_leaves_the_old_file_and_no_temporary_one(tmp_path):
    file = tmp_path / "file"
    write_text(file, "old")
    with pytest.raises(RunError, match="input/output error"):
        write_whole(file, fail_half_way)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file", "old")]


def test_an_interrupted_write_leaves_nothing(tmp_path):
    def interrupt(file):
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", interrupt)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_the_systems_words_not_arrows(tmp_path, code):
    """The text is what pyarrow gave on a real full tmpfs; no real device is written here."""
    text = f"Error writing bytes to file. Detail: [errno {code}] {os.strerror(code)}"

    def write(file):
        file.write(b"half")
        raise OSError(code, text)

    with pytest.raises(RunError) as caught:
        write_whole(tmp_path / "part", write)
    reason, advice = str(caught.value).splitlines()
    assert reason == f"{tmp_path}/part: cannot be written: {os.strerror(code).lower()}"
    assert "make room" in advice
    assert not list(tmp_path.iterdir())


def test_a_temporary_file_stands_beside_its_own_and_tells_its_process(tmp_path):
    path = temporary_for(tmp_path / "part.parquet")
    assert path.parent == tmp_path
    assert path.name == f"{TEMPORARY}{os.getpid()},{socket.gethostname()},part.parquet"
