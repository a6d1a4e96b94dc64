"""Configs: what is accepted, what is refused with which words, and what a change makes of one."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from orgsim import load_config
from orgsim.config import preset_names, preset_path, read_config
from orgsim.config.points import Points
from orgsim.errors import ConfigError
from orgsim.model import MODEL
from orgsim.model.parameters import defaults
from small_runs import THREAT, refusal

FOUR_POINTS = f"""[sweep]
points = 4
[sweep.parameters]
"{THREAT}" = {{ low = 0.0, high = 1.0 }}
"""
OF_A_TABLE = '[sweep]\ndesign = "table"\ntable = "points.csv"\n'
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
THREE_LEVELS = FOUR_POINTS.replace("points = 4", 'design = "grid"').replace(
    "1.0 }", "1.0, levels = 3 }"
)
LIMITED = THREE_LEVELS.replace("[sweep.par", f'constraints = ["{THREAT} < 0.9"]\n[sweep.par')


def test_an_empty_file_gives_the_defaults(write):
    assert load_config(write("")).settings == defaults()


def test_the_baseline_preset_is_the_defaults():
    assert load_config(preset_path("baseline")).settings == defaults()


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_valid_and_survives_resolution(name, write):
    config = load_config(preset_path(name))
    again = load_config(write(config.to_toml(), f"{name}.toml"))
    assert again == config


WRONG = {
    "unknown section": ("[frm]\n", "frm: unknown; did you mean 'firm'?"),
    "unknown key": (
        "[firm]\natention = 0.3\n",
        "firm.atention: unknown; did you mean 'attention'?",
    ),
    "key of another section": (
        "[firm]\ncommitment = 0.3\n",
        "firm.commitment: unknown; did you mean 'leadership.commitment'?",
    ),
    "wrong type": ('[firm]\nattention = "high"\n', 'firm.attention: "high" is neither a number'),
    "bool as number": ("[cooperation]\nmoderation = true\n", "moderation: true is not a number"),
    "float as integer": ("[firm]\nit_staff = 20.0\n", "20.0 is not a whole number"),
    "number as switch": ("[mechanisms]\nturnover = 1\n", "allowed: true or false"),
    "not a number": ("[cooperation]\nmoderation = nan\n", "nan is out of range"),
    "infinite": (
        "[resistance]\nstatus_threat = inf\n",
        "inf is out of range; allowed: from 0 to 5",
    ),
    "out of range": ("[firm]\nattention = 1.2\n", "firm.attention: 1.2 is out of range"),
    "too few firms": ("[simulation]\nfirms = 0\n", "simulation.firms: 0 is out of range"),
    "section as value": ("firm = 3\n", "firm: 3 is not a table; allowed: [firm]"),
    "unknown word": ('[firm]\nstructure = "cem"\n', "did you mean 'cemo'"),
    "unknown distribution": (
        '[firm]\nattention = { dist = "betta", mean = 0.5 }\n',
        "did you mean 'beta'?",
    ),
    "distribution without dist": ("[firm]\nattention = { mean = 0.5 }\n", "a table without dist"),
    "distribution lacks a key": (
        '[firm]\nattention = { dist = "beta", mean = 0.5 }\n',
        "needs 'concentration'",
    ),
    "distribution with a stray key": (
        '[firm]\nattention = { dist = "uniform", low = 0, high = 1, mean = 0.5 }\n',
        "unknown key 'mean'",
    ),
    "support out of range": (
        '[firm]\nattention = { dist = "uniform", low = 0.5, high = 1.5 }\n',
        "high = 1.5 is out of range",
    ),
    "low above high": (
        '[firm]\nattention = { dist = "uniform", low = 0.5, high = 0.2 }\n',
        "low = 0.5 is above high = 0.2",
    ),
    "weights of another length": (
        '[firm]\nattention = { dist = "choice", values = [0.1], weights = [1, 2] }\n',
        "as long as values",
    ),
    "staff as a distribution": (
        '[firm]\nit_staff = { dist = "uniform", low = 2, high = 9 }\n',
        "firm.it_staff",
    ),
    "a department that is none": (
        "[cooperation]\ninitial = { it = 0.3, sales = 0.2 }\n",
        "unknown key 'sales'",
    ),
    "pair where none is allowed": (
        "[firm]\nattention = { marketing = 0.1, it = 0.2 }\n",
        "a table without dist",
    ),
    "sources above one": (
        "[leadership]\nagency_share = 0.8\nconsultancy_share = 0.5\n",
        "consultancy_share + agency_share = 1.3",
    ),
    "hopeless patience": ("[reorganisation]\npatience = 2\n", "patience = 2 is below trial_period"),
    "sectors short of one": ("[sectors.a]\nshare = 0.4\n", "the sectors' shares sum to 0.4"),
    "sector without share": ("[sectors.a]\n", "sectors.a.share: is missing"),
    "sector of unknown preset": (
        '[sectors.a]\nshare = 1\npreset = "ecomerce"\n',
        "did you mean 'ecommerce'?",
    ),
    "sector of a preset for all firms": (
        '[sectors.a]\nshare = 1\npreset = "no-buffer"\n',
        "the same for all firms",
    ),
    "sector with a plain parameter": (
        '[sectors.a]\nshare = 1\n[sectors.a.quantities]\n"cooperation.moderation" = 0.2\n',
        "is not drawn once a firm",
    ),
    "target short of one": (
        "[target.shares]\ncemo = 0.4\ncmto = 0.2\ncmo_and_cto = 0.3\ncmo_vs_cto = 0.2\n",
        "target.shares: the shares sum to 1.1; allowed: 1",
    ),
    "incomplete target": ("[target.shares]\ncemo = 1.0\n", "target.shares.cmto: is missing"),
    "output as a word": ('[output]\nfirms = "no"\n', "output.firms"),
    "title as a number": ("title = 3\n", "title: 3"),
    "broken TOML": ("[firm\n", "not valid TOML"),
    "unknown preset": ('extends = "baselin"\n', "did you mean 'baseline'?"),
    "missing parent": ('extends = "./nowhere.toml"\n', "no such file"),
    "extends as a number": ("extends = 3\n", "extends: must be"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_get_one_clear_message(name, write):
    text, expected = WRONG[name]
    path = write(text)
    message = refusal(path)
    assert expected in message
    assert str(path) in message


def test_several_problems_come_in_one_message(write):
    message = refusal(write("[firm]\nattention = 2\nit_staff = 0\n"))
    assert "firm.attention" in message
    assert "firm.it_staff" in message


def test_the_plan_leaves_out_what_changes_no_firm(write):
    plain = load_config(write(""))
    other = load_config(write('title = "x"\n[simulation]\nfirms = 3\n[output]\nfirms = false\n'))
    assert plain.identity() == other.identity()
    assert plain.identity() != load_config(write("[simulation]\nseed = 3\n")).identity()


@pytest.mark.parametrize(
    "text",
    [
        f"[simulation]\nfirms = {'9' * 5000}\n",
        f"[firm]\nattention = {'9' * 400}\n",
        f'[firm]\nattention = {{ dist = "beta", mean = {"9" * 400}, concentration = 3 }}\n',
        'extends = "a\\u0000/y"\n',
        "[leadership]\nchief_concentration = { marketing = 8, it = 9 }\n",
    ],
)
def test_monstrous_values_are_refused(write, text):
    assert refusal(write(text))


# --- changed: as load_config would have made it, all else kept, checked as a whole


def refused_change(config, overrides=(), **more):
    """Return why a config does not take overrides."""
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
    assert read_config(config.to_toml(), preset_path(name), MODEL).identity() == config.identity()


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
    follows = load_config(write(FOUR_POINTS))
    assert follows.replace(seed=3).sweep.design.seed == 3
    assert threats(follows.replace(seed=3)) != threats(follows)
    given = load_config(write(FOUR_POINTS.replace("points", "seed = 20140221\npoints")))
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
    config = load_config(write(FOUR_POINTS))
    assert words in refused_change(config, overrides)
    assert config == load_config(write(FOUR_POINTS))


def test_a_setting_that_what_is_swept_does_not_fit_is_refused(write):
    swept = FOUR_POINTS.replace(f'"{THREAT}" = {{ low = 0.0', '"resistance.initial" = { low = 0.1')
    pair = {"resistance.initial": {"marketing": 0.1, "it": 0.2}}
    assert "differs by department here" in refused_change(load_config(write(swept)), pair)
    write("resistance.initial\n0.25\n0.5\n", "points.csv")
    assert "differs by department here" in refused_change(load_config(write(OF_A_TABLE)), pair)


def test_the_firms_of_a_precision_are_refused(write):
    config = load_config(write("[precision]\nhalf_width = 0.01\n"))
    assert "with [precision], firms are added" in refused_change(config, firms=3)
    few = load_config(write(""), firms=3)
    assert "with [precision], firms are added" in refused_change(
        few, {"precision.half_width": 0.01}
    )
    assert config.replace({"precision.most_firms": 2048}).firms == 2048


def test_a_table_of_points_is_not_read_again(write):
    table = write(f"{THREAT},firm.it_staff\n0.25,7\n0.5,8\n", "points.csv")
    config = load_config(write(OF_A_TABLE))
    table.write_text(f"{THREAT}\n0.75\n")
    changed = config.replace({"leadership.commitment": 0.5}, seed=3)
    assert threats(changed) == [0.25, 0.5]
    assert changed.settings["leadership.commitment"] == 0.5
    table.unlink()
    assert config.replace({"sweep.points": 1}).sweep.design.points == 1
    write(f"{THREAT}\n0.75\n", "others.csv")
    assert threats(config.replace({"sweep.table": "others.csv"})) == [0.75]  # beside the config
    assert "points.csv: no such file" in refused_change(config, {"sweep.table": "points.csv"})


def test_what_overrides_name_lies_beside_the_config(write, monkeypatch):
    config = load_config(write("", "site/settings.toml"))
    write(f"{THREAT}\n0.75\n", "site/points.csv")
    monkeypatch.chdir("/")
    assert threats(config.replace({"sweep": {"design": "table", "table": "points.csv"}})) == [0.75]


def test_what_dataclasses_changed_stays(write, tmp_path):
    write(f"{THREAT}\n0.25\n0.5\n", "points.csv")
    for text in (KEPT, FOUR_POINTS, OF_A_TABLE, "[precision]\nhalf_width = 0.01\n"):
        config = dataclasses.replace(load_config(write(text)), title="Another", name="other")
        changed = config.replace({"firm.it_staff": 5})
        assert (changed.title, changed.name) == ("Another", "other")
        assert changed.settings == {**config.settings, "firm.it_staff": 5}
        assert (changed.sweep, changed.sectors) == (config.sweep, config.sectors)
        assert (changed.cluster, changed.precision) == (config.cluster, config.precision)


def test_a_resolved_config_may_be_changed_and_one_that_was_sent(write, tmp_path):
    config = load_config(write(KEPT + FOUR_POINTS))
    resolved = read_config(config.to_toml(), tmp_path / "config.toml", MODEL)
    sent = pickle.loads(pickle.dumps(config))
    assert resolved.replace(firms=3).identity() == config.replace(firms=3).identity()
    assert sent.replace(firms=3) == config.replace(firms=3)


# --- shown


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("", "10,000 firms, 40 quarters"),
        ("[simulation]\nfirms = 1\nquarters = 1\n", "1 firm, 1 quarter"),
        (FOUR_POINTS, "4 points of 10,000 firms, 40 quarters"),
        (FOUR_POINTS.replace("4", "1"), "1 point of 10,000 firms, 40 quarters"),
        (THREE_LEVELS, "3 points of 10,000 firms, 40 quarters"),
        (LIMITED, "up to 3 points of 10,000 firms, 40 quarters"),
        (OF_A_TABLE, "2 points of 10,000 firms, 40 quarters"),
        (f"{OF_A_TABLE}points = 1\n", "1 point of 10,000 firms, 40 quarters"),
        ("[precision]\nhalf_width = 0.01\n", "up to 1,048,576 firms, 40 quarters"),
    ],
)
def test_a_config_is_shown_in_a_line(write, text, extent):
    write(f"{THREAT}\n0.25\n0.5\n", "points.csv")
    config = load_config(write(text, "settings.toml"))
    assert repr(config) == f"<orgsim.Config 'settings': {extent}>"
    if config.sweep is not None:
        fewer = len(Points(config)) < config.sweep.design.most_points
        assert fewer == extent.startswith("up to")


def test_a_name_without_end_is_shown_in_part(write):
    text = f"{FOUR_POINTS.replace('4', '10_000_000')}[precision]\nhalf_width = 0.01\n"
    shown = repr(load_config(write(text, f"{'n' * 100}\x1b[2J.toml")))
    assert len(shown) <= 100
    assert shown.isprintable()
    assert "nnn...': 10,000,000 points of up to 1,048,576 firms, 40 quarters>" in shown
