"""A config changed: what load_config would have made of it, all else kept, checked as a whole."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from orgsim.config import load_config, preset_names, preset_path, read_config
from orgsim.config.points import Points
from orgsim.errors import ConfigError

THREAT = "resistance.status_threat"
SWEEP = f"""[sweep]
points = 4
[sweep.parameters]
"{THREAT}" = {{ low = 0.0, high = 1.0 }}
"""
TABLE = '[sweep]\ndesign = "table"\ntable = "points.csv"\n'
KEPT = """extends = "article-2014"
title = "A title"
[output]
quarters = false
[target]
tolerance = 0.02
shares = { cemo = 0.25, cmto = 0.25, cmo_and_cto = 0.25, cmo_vs_cto = 0.25 }
[cluster]
queue = "long"
tls_key = "key.pem"
[sectors.a]
share = 0.5
preset = "ecommerce"
[sectors.b]
share = 0.5
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="settings.toml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal(config, overrides=(), **more):
    with pytest.raises(ConfigError) as caught:
        config.replace(overrides, **more)
    return str(caught.value)


def threats(config):
    return Points(config).columns[THREAT].tolist()


@pytest.mark.parametrize("name", preset_names())
def test_it_is_what_loading_with_the_same_overrides_gives(name):
    overrides = {"mechanisms.hype_cycle": False, "firm.it_staff": 5}
    config = load_config(name).replace(overrides, firms=7, seed=3)
    assert config == load_config(name, overrides, firms=7, seed=3)
    assert config == load_config(name, firms=7).replace(overrides, seed=3)
    assert config.origin == f"{name} with overrides"
    assert read_config(config.to_toml(), preset_path(name)).identity() == config.identity()


def test_all_else_is_kept(write):
    path = write(KEPT)
    config = load_config(path)
    changed = config.replace({THREAT: 1.2}, firms=2000)
    assert changed.settings == {**config.settings, THREAT: 1.2, "simulation.firms": 2000}
    for name in ("name", "title", "sectors", "output", "target", "cluster", "sweep", "preset"):
        assert getattr(changed, name) == getattr(config, name)
    assert changed.preset == "article-2014"
    assert changed.cluster.tls_key == str(path.parent / "key.pem")
    assert config.settings[THREAT] == 0.9  # which is left as it was


def test_the_preset_stays_what_it_was():
    assert load_config("article-2014").replace(firms=3).preset == "baseline"
    assert load_config("article-2014", {THREAT: 1.0}).replace(firms=3).preset == "article-2014"


def test_nothing_to_change_changes_nothing():
    config = load_config("article-2014")
    assert all(config.replace(none) is config for none in ((), None, {}, []))


def test_the_seed_of_a_design_follows_unless_it_was_given(write):
    follows = load_config(write(SWEEP))
    assert follows.replace(seed=3).sweep.design.seed == 3
    assert threats(follows.replace(seed=3)) != threats(follows)
    given = load_config(write(SWEEP.replace("points", "seed = 20140221\npoints")))
    assert given == follows
    assert threats(given.replace(seed=3)) == threats(given)


def test_a_sector_takes_another_presets_quantities(write):
    config = load_config(write(KEPT))
    changed = config.replace({"sectors.a.preset": "brand-manufacturer"})
    assert (
        changed.sectors[0].quantities
        == load_config(write(KEPT.replace("ecommerce", "brand-manufacturer"))).sectors[0].quantities
    )


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({THREAT: 9}, f"{THREAT}: 9 is out of range"),
        ({"resistance.status_thread": 1}, "unknown; did you mean 'status_threat'?"),
        ({"reorganisation.patience": 1}, "patience = 1 is below trial_period"),
        ({"sweep.constraints": [f"{THREAT} < firm.it_staff"]}, "firm.it_staff is not swept"),
        (
            {"sweep.parameters": {"resistance.initial": {"low": 0.1, "high": 0.2}},
             "resistance.initial": {"marketing": 0.1, "it": 0.2}},
            "differs by department here",
        ),
        ({"sweep.points": 0}, "sweep.points"),
        ({"target.tolerance": 2}, "target.tolerance: 2 is not a share"),
        ({1: 2}, "1 is no path"),
        ("firm.it_staff=3", "of type str"),
    ],
)  # fmt: skip
def test_everything_is_checked_again(write, overrides, words):
    config = load_config(write(SWEEP))
    assert words in refusal(config, overrides)
    assert config == load_config(write(SWEEP))


def test_a_setting_that_what_is_swept_does_not_fit_is_refused(write):
    swept = SWEEP.replace(f'"{THREAT}" = {{ low = 0.0', '"resistance.initial" = { low = 0.1')
    pair = {"resistance.initial": {"marketing": 0.1, "it": 0.2}}
    assert "differs by department here" in refusal(load_config(write(swept)), pair)
    write("resistance.initial\n0.25\n0.5\n", "points.csv")
    assert "differs by department here" in refusal(load_config(write(TABLE)), pair)


def test_the_firms_of_a_precision_are_refused(write):
    config = load_config(write("[precision]\nhalf_width = 0.01\n"))
    assert "with [precision], firms are added" in refusal(config, firms=3)
    few = load_config(write(""), firms=3)
    assert "with [precision], firms are added" in refusal(few, {"precision.half_width": 0.01})
    assert config.replace({"precision.most_firms": 2048}).firms == 2048


def test_a_table_of_points_is_not_read_again(write):
    table = write(f"{THREAT},firm.it_staff\n0.25,7\n0.5,8\n", "points.csv")
    config = load_config(write(TABLE))
    table.write_text(f"{THREAT}\n0.75\n")
    changed = config.replace({"leadership.commitment": 0.5}, seed=3)
    assert threats(changed) == [0.25, 0.5]
    assert changed.settings["leadership.commitment"] == 0.5
    table.unlink()
    assert config.replace({"sweep.points": 1}).sweep.design.points == 1
    write(f"{THREAT}\n0.75\n", "others.csv")
    assert threats(config.replace({"sweep.table": "others.csv"})) == [0.75]  # beside the config
    assert "points.csv: no such file" in refusal(config, {"sweep.table": "points.csv"})


def test_what_overrides_name_lies_beside_the_config(write, monkeypatch):
    config = load_config(write("", "site/settings.toml"))
    write(f"{THREAT}\n0.75\n", "site/points.csv")
    monkeypatch.chdir("/")
    assert threats(config.replace({"sweep": {"design": "table", "table": "points.csv"}})) == [0.75]


def test_what_dataclasses_changed_stays(write, tmp_path):
    write(f"{THREAT}\n0.25\n0.5\n", "points.csv")
    for text in (KEPT, SWEEP, TABLE, "[precision]\nhalf_width = 0.01\n"):
        config = dataclasses.replace(load_config(write(text)), title="Another", name="other")
        changed = config.replace({"firm.it_staff": 5})
        assert (changed.title, changed.name) == ("Another", "other")
        assert changed.settings == {**config.settings, "firm.it_staff": 5}
        assert (changed.sweep, changed.sectors) == (config.sweep, config.sectors)
        assert (changed.cluster, changed.precision) == (config.cluster, config.precision)


def test_a_resolved_config_may_be_changed_and_one_that_was_sent(write, tmp_path):
    config = load_config(write(KEPT + SWEEP))
    resolved = read_config(config.to_toml(), tmp_path / "config.toml")
    sent = pickle.loads(pickle.dumps(config))
    assert resolved.replace(firms=3).identity() == config.replace(firms=3).identity()
    assert sent.replace(firms=3) == config.replace(firms=3)


GRID = SWEEP.replace("points = 4", 'design = "grid"').replace("1.0 }", "1.0, levels = 3 }")
LIMITED = GRID.replace("[sweep.par", f'constraints = ["{THREAT} < 0.9"]\n[sweep.par')


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("", "10,000 firms, 40 quarters"),
        ("[simulation]\nfirms = 1\nquarters = 1\n", "1 firm, 1 quarter"),
        (SWEEP, "4 points of 10,000 firms, 40 quarters"),
        (SWEEP.replace("4", "1"), "1 point of 10,000 firms, 40 quarters"),
        (GRID, "3 points of 10,000 firms, 40 quarters"),
        (LIMITED, "up to 3 points of 10,000 firms, 40 quarters"),
        (TABLE, "2 points of 10,000 firms, 40 quarters"),
        (f"{TABLE}points = 1\n", "1 point of 10,000 firms, 40 quarters"),
        ("[precision]\nhalf_width = 0.01\n", "up to 1,048,576 firms, 40 quarters"),
    ],
)
def test_a_config_is_shown_in_a_line(write, text, extent):
    write(f"{THREAT}\n0.25\n0.5\n", "points.csv")
    config = load_config(write(text))
    assert repr(config) == f"<orgsim.Config 'settings': {extent}>"
    if config.sweep is not None:
        fewer = len(Points(config)) < config.sweep.design.most_points
        assert fewer == extent.startswith("up to")


def test_a_name_without_end_is_shown_in_part(write):
    text = f"{SWEEP.replace('4', '10_000_000')}[precision]\nhalf_width = 0.01\n"
    shown = repr(load_config(write(text, f"{'n' * 100}\x1b[2J.toml")))
    assert len(shown) <= 100
    assert shown.isprintable()
    assert "nnn...': 10,000,000 points of up to 1,048,576 firms, 40 quarters>" in shown
