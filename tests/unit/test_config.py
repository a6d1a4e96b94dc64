"""Configs: what is accepted, what is refused, and with which words."""

from __future__ import annotations

import pytest

from orgsim.config import json_schema, load_config, preset_names, preset_path, sources
from orgsim.config.values import CHOICE_LIMIT
from orgsim.errors import ConfigError
from orgsim.parameters import PARAMETERS, defaults


@pytest.fixture
def write(tmp_path):
    def write(text, name="settings.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal(path, overrides=()):
    with pytest.raises(ConfigError) as caught:
        load_config(path, overrides)
    return str(caught.value)


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
    "half a pair": ("[cooperation]\ninitial = { it = 0.3 }\n", "needs 'marketing'"),
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


def test_files_that_cannot_be_read(tmp_path, write):
    assert "no such file" in refusal(tmp_path / "nowhere.toml")
    assert "is a directory" in refusal(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"title = '\xff'\n")
    assert "not UTF-8" in refusal(binary)


def test_circular_extends_names_the_circle(write):
    write('extends = "./b.toml"\n', "a.toml")
    write('extends = "./c.toml"\n', "b.toml")
    path = write('extends = "./a.toml"\n', "c.toml")
    assert "circular: c.toml -> a.toml -> b.toml -> c.toml" in refusal(path)


def test_extends_merges_tables_and_replaces_distributions_whole(write):
    write(
        '[firm]\nattention = { dist = "beta", mean = 0.1, concentration = 3 }\nit_staff = 7\n',
        "below.toml",
    )
    path = write(
        'extends = "./below.toml"\n[firm]\n'
        'attention = { dist = "uniform", low = 0.2, high = 0.4 }\n',
    )
    config = load_config(path)
    assert config.settings["firm.it_staff"] == 7
    assert config.settings["firm.attention"] == {"dist": "uniform", "low": 0.2, "high": 0.4}


def test_set_changes_one_setting_and_the_last_wins(write):
    overrides = [
        "firm.it_staff=3",
        "firm.it_staff = 5",
        "firm.structure=cemo",
        'firm.attention={dist="beta", mean=0.2, concentration=9}',
        "sectors.only.share=1.0",
        "title=A title",
    ]
    config = load_config(write("[firm]\nit_staff = 2\n"), overrides)
    assert config.settings["firm.it_staff"] == 5
    assert config.settings["firm.structure"] == "cemo"
    assert config.settings["firm.attention"]["mean"] == 0.2
    assert [sector.name for sector in config.sectors] == ["only"]
    assert config.title == "A title"


@pytest.mark.parametrize("assignment", ["firm.it_staff", "it_staff=3", "=3", "firm..x=3"])
def test_set_needs_a_path_and_a_value(assignment, write):
    assert "write section.key=value" in refusal(write(""), [assignment])


def test_set_with_an_unknown_path_names_the_nearest(write):
    message = refusal(write(""), ["firm.it_stafff=3"])
    assert "firm.it_stafff: unknown; did you mean 'it_staff'?" in message
    assert "with --set" in message


def test_a_sector_takes_its_presets_quantities_and_its_own_win(write):
    config = load_config(
        write(
            '[sectors.a]\nshare = 0.5\npreset = "ecommerce"\n[sectors.a.quantities]\n'
            '"firm.attention" = 0.25\n[sectors.b]\nshare = 0.5\n'
        )
    )
    a, b = config.sectors
    assert a.quantities["firm.attention"] == 0.25
    assert a.quantities["firm.digital_exposure"]["mean"] == 0.95
    assert b.quantities == {}


def test_the_plan_leaves_out_what_changes_no_firm(write):
    plain = load_config(write(""))
    other = load_config(write('title = "x"\n[simulation]\nfirms = 3\n[output]\nfirms = false\n'))
    assert plain.identity() == other.identity()
    assert plain.identity() != load_config(write("[simulation]\nseed = 3\n")).identity()


def test_choices_fit_into_the_engines_tables():
    from orgsim.numerics import inverse_cdf

    assert inverse_cdf.CHOICE_LIMIT == CHOICE_LIMIT
    assert 2 * CHOICE_LIMIT <= inverse_cdf.QUANTITY_CELLS + 1


def test_the_schema_knows_every_parameter():
    schema = json_schema()
    for parameter in PARAMETERS:
        reference = schema["properties"][parameter.section]
        name = (reference.get("$ref") or reference["allOf"][0]["$ref"]).rsplit("/", 1)[1]
        field = schema["$defs"][name]["properties"][parameter.name]
        assert parameter.meaning in field["description"]
        assert schema["$defs"][name]["additionalProperties"] is False


def test_the_schema_beside_the_configs_is_the_present_one():
    """After a change of parameters: orgsim schema --out configs/orgsim.schema.json."""
    import json

    shipped = json.loads((preset_path("baseline").parent / "orgsim.schema.json").read_text())
    assert shipped.pop("$comment").startswith("written by orgsim schema")
    assert shipped == json.loads(json.dumps(json_schema()))


def test_a_sectors_preset_leaves_all_else_to_the_file(write):
    """What the preset extends must not override the file's own values, nor --set."""
    text = 'extends = "article-2014"\n[sectors.a]\nshare = 1.0\npreset = "ecommerce"\n'
    config = load_config(write(text), ["leadership.commitment=0.0"])
    assert "leadership.commitment" not in config.sectors[0].quantities
    assert "firm.attention" in config.sectors[0].quantities
    assert config.settings["leadership.commitment"] == 0.0


@pytest.mark.parametrize("name", ["marketing", "it", "dist"])
def test_a_sector_may_bear_any_name(write, name):
    text = f'[sectors.{name}]\nshare = 0.5\n[sectors.{name}.quantities]\n"firm.attention" = 0.125\n'
    config = load_config(write(text), [f"sectors.{name}.share=1.0"])
    assert config.sectors[0].quantities == {"firm.attention": 0.125}


def test_set_reaches_quantities_of_sectors(write):
    text = "[sectors.a]\nshare = 1.0\n"
    config = load_config(write(text), ['sectors.a.quantities."firm.attention"=0.25'])
    assert config.sectors[0].quantities == {"firm.attention": 0.25}


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


def test_each_file_is_read_once(tmp_path, monkeypatch):
    (tmp_path / "below.toml").write_text('extends = "baseline"\n')
    (tmp_path / "mine.toml").write_text('extends = "below.toml"\n')
    read = []
    monkeypatch.setattr(
        sources, "read_file", lambda path, most, real=sources.read_file: (
            read.append(path.name) or real(path, most)
        )
    )  # fmt: skip
    config = load_config(tmp_path / "mine.toml", ["simulation.firms=5"])
    assert read == ["mine.toml", "below.toml", "baseline.toml"]
    assert config.preset == "baseline"
