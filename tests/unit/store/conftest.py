"""Runs of made-up firms that tests of the store share."""

from __future__ import annotations

import shutil

import pytest

from made_up_parts import SPLIT, WHOLE, place_at, write_parts


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Return runs that are written once, by layout: no test changes them."""
    return {
        layout: write_parts(tmp_path_factory.mktemp("run"), layout) for layout in (WHOLE, SPLIT)
    }


@pytest.fixture
def copied(written, tmp_path):
    """Return a copier of those runs, for tests that do them harm."""

    def copy(layout):
        place, notes = written[layout]
        path = tmp_path / "copy"
        shutil.copytree(place.path, path)
        return place_at(path, firms=True, quarters=True), notes

    return copy
