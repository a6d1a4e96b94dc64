"""Pictures in a run directory are orgsim's by the mark in them, those of 0.1.0 by their names."""

from __future__ import annotations

import os

import pytest
from matplotlib.figure import Figure

from orgsim.errors import UsageError
from orgsim.figures.picture import Picture
from orgsim.store import pictures
from orgsim.store.derived import remove_derived

OF_NO_LIST = "how-firms-spread"
"""Fit for a figure, and none that there is."""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "figures"
    (made / "point-3").mkdir(parents=True)
    return made


def drawn(path):
    """Write what orgsim writes, and return where."""
    return Picture(path.stem, Figure()).save(path, overwrite=True)


@pytest.mark.parametrize("kind", pictures.PICTURE_KINDS)
@pytest.mark.parametrize("where", [".", "point-3"])
def test_a_picture_of_any_name_goes_with_its_run_if_orgsim_drew_it(tmp_path, folder, kind, where):
    ours = drawn(folder / where / f"{OF_NO_LIST}.{kind}")
    mine = folder / where / f"sketch-of-mine.{kind}"
    mine.write_bytes(b"mine")
    remove_derived(tmp_path)
    assert not ours.exists()
    assert mine.read_bytes() == b"mine"


@pytest.mark.parametrize("kind", pictures.PICTURE_KINDS)
def test_what_cannot_be_read_or_holds_nothing_stays(tmp_path, folder, kind):
    empty = folder / f"empty.{kind}"
    empty.touch()
    pipe = folder / f"pipe.{kind}"
    os.mkfifo(pipe)
    outside = drawn(tmp_path / f"outside.{kind}")
    link = folder / f"link.{kind}"
    link.symlink_to(outside)
    remove_derived(tmp_path)
    assert sorted(p.name for p in folder.iterdir()) == sorted(p.name for p in (empty, pipe, link))
    assert outside.exists()


@pytest.mark.parametrize("name", ["shares.svg", "likeliest-map-a.b_c-d.pdf", "flows-3-to-b.png"])
def test_pictures_of_0_1_0_bear_no_mark_and_go_by_their_names(tmp_path, folder, name):
    (folder / name).write_text("drawn before there were marks")
    remove_derived(tmp_path)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["Sketch.svg", "a_b.svg", "a.b.svg", "-a.svg", "a.gif", "a.SVG"])
def test_a_name_that_no_figure_has_is_nobodys_but_its_owners(tmp_path, folder, name):
    drawn(folder / "a.svg").rename(folder / name)
    remove_derived(tmp_path)
    assert [path.name for path in folder.iterdir()] == [name]


@pytest.mark.parametrize("kind", pictures.PICTURE_KINDS)
def test_a_picture_of_mine_under_a_figures_name_is_not_drawn_over(folder, kind):
    path = folder / f"{OF_NO_LIST}.{kind}"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is not orgsim's to replace"):
        pictures.own(path, 1)
    assert path.read_text() == "mine"
    assert pictures.own(path, 1, overwrite=True) == path
    drawn(path)
    assert pictures.own(path, 1) == path


def test_a_link_is_not_drawn_through_whatever_it_leads_to(tmp_path, folder):
    path = folder / f"{OF_NO_LIST}.svg"
    path.symlink_to(drawn(tmp_path / "outside.svg"))
    for overwrite in (False, True):
        with pytest.raises(UsageError, match="is a symbolic link"):
            pictures.own(path, 1, overwrite=overwrite)
