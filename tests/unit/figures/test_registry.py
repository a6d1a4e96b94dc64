"""Every figure declares itself: whole, under a name of its own, in words made from its numbers."""

from __future__ import annotations

import dataclasses
import re
import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import numpy as np
import pytest
from matplotlib.figure import Figure

from made_up_settings import firms, flows, quarters, split
from made_up_sweeps import A, B, grid, swept
from orgsim.figures import flows as flows_file
from orgsim.figures.entry import Drawing, Entry, Given
from orgsim.figures.registry import entries
from orgsim.figures.setting import SettingFirms, SettingQuarters, SettingShares
from orgsim.figures.setting import figures_of as setting_figures
from orgsim.figures.sweep import SweepPair, SweepShares
from orgsim.figures.sweep import figures_of as sweep_figures
from orgsim.store import pictures

SETTING, SWEEP = "orgsim.figures.setting", "orgsim.figures.sweep"
ENTRIES = [*entries(SETTING), *entries(SWEEP), flows_file.FIGURE]
GIVEN = {
    type(numbers): Given.of(numbers)
    for numbers in (
        split(),
        quarters(),
        firms(),
        grid(5),
        SweepPair(grid(5), A, B),
        flows(sentence="62 of 2,000 firms end elsewhere."),
    )
}

ORDER = {
    SettingShares: ["shares", "two-by-two"],
    SettingQuarters: ["scenarios-over-time", "trajectories"],
    SettingFirms: ["state-at-horizon", "drivers"],
    SweepShares: ["response-curves"],
    SweepPair: ["share-map", "likeliest-map", "distance-map"],
}


def names(found) -> list[str]:
    return [entry.name for entry in found]


@pytest.mark.parametrize("needs", ORDER, ids=lambda needs: needs.__name__)
def test_figures_come_in_the_order_of_the_report(needs):
    """Others may be added before, between and behind them."""
    found = [entry.name for entry in ENTRIES if entry.needs is needs]
    assert [name for name in found if name in ORDER[needs]] == ORDER[needs]


def test_names_are_all_different_and_fit_for_files_that_the_store_knows():
    assert len(set(names(ENTRIES))) == len(ENTRIES) >= 11
    for entry in ENTRIES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name)
        for kind in pictures.PICTURE_KINDS:
            assert re.fullmatch(pictures.NAMES, f"{entry.name}.{kind}")


@pytest.mark.parametrize("entry", ENTRIES, ids=names(ENTRIES))
def test_every_figure_is_drawn_and_told(entry):
    drawing = Drawing(entry, GIVEN[entry.needs])
    assert isinstance(drawing.figure(), Figure)
    assert 10 < len(drawing.title) < 60
    assert not drawing.title.endswith(".")
    assert len(drawing.alt()) > 60
    assert re.search(r"\d", drawing.alt())
    assert drawing.alt().endswith(".")
    assert "  " not in drawing.alt()
    assert "nan" not in drawing.alt()


@pytest.mark.parametrize("entry", ENTRIES, ids=names(ENTRIES))
def test_every_figure_is_told_from_its_numbers(entry):
    """Other numbers, other words."""
    other = {
        type(numbers): Given.of(numbers)
        for numbers in (
            split((400, 900, 500, 200)),
            quarters(12),
            firms(90),
            grid(4),
            SweepPair(grid(4), A, B),
            flows(np.diag([5, 0, 0, 1])),
        )
    }
    assert entry.alt(GIVEN[entry.needs].numbers) != entry.alt(other[entry.needs].numbers)


def test_a_map_is_there_for_each_pair_and_carries_its_parameters():
    found = sweep_figures(grid(4))
    maps = [drawing for drawing in found.values() if drawing.entry.needs is SweepPair]
    assert len(maps) == 3
    for drawing in maps:
        assert drawing.parameters == (A, B)
        assert (
            drawing.name == f"{drawing.entry.name}-cooperation-status-threat-capability-authority"
        )
    assert found["response-curves"].parameters == ()


def test_a_map_is_titled_by_its_parameters_though_their_slugs_be_alike():
    unit = np.random.default_rng(3).random((16, 2))
    paths = ("resistance.initial", "resistance-initial")
    sweep = swept(unit, dict(zip(paths, unit.T, strict=True)))
    found = sweep_figures(sweep)["share-map-resistance-initial-resistance-initial-2"]
    assert found.parameters == paths
    assert found.title == "Shares over two parameters: initial and resistance-initial"


def test_a_distance_asks_for_a_whole_reference():
    partial = dataclasses.replace(grid(4), reference={"cemo": 0.4})
    assert not any(name.startswith("distance") for name in sweep_figures(partial))
    assert any(name.startswith("likeliest") for name in sweep_figures(partial))


def test_a_figure_is_one_file(monkeypatch):
    """A module beside the others that says what it is, and no list anywhere."""
    before = set(setting_figures(GIVEN[SettingShares]))
    added = ModuleType(f"{SETTING}.added")
    added.FIGURE = Entry(
        "added", SettingShares, "A figure more", lambda _: "Words.", lambda _: None
    )
    monkeypatch.setitem(sys.modules, added.__name__, added)
    modules = list(iter_modules(import_module(SETTING).__path__))
    found = [*modules, modules[0]._replace(name="added")]
    monkeypatch.setattr("orgsim.figures.registry.iter_modules", lambda _: found)
    entries.cache_clear()
    try:
        assert set(setting_figures(GIVEN[SettingShares])) == {*before, "added"}
    finally:
        entries.cache_clear()


def test_a_sweeps_shares_have_no_maps_of_one_parameter():
    unit = np.linspace(0.0, 1.0, 6)[:, None]
    sweep = swept(unit, {A: unit[:, 0]})
    assert isinstance(sweep, SweepShares)
    assert {d.entry.needs for d in sweep_figures(sweep).values()} == {SweepShares}
