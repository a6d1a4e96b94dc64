"""Settings that change over time: what a schedule guarantees, refuses, and how it is written."""

from __future__ import annotations

import json

import pytest

import orgsim
from orgsim.config.points import Points
from orgsim.engine import make_inputs
from orgsim.model import MODEL
from replays import replays
from small_runs import refusal

BEGINNING = """extends = "article-2014"
[simulation]
firms = 600
quarters = 16
"""
MODERATED = f"""{BEGINNING}
[[schedule]]
from = 6
cooperation.moderation = 0.9
firm.attention = {{ dist = "beta", mean = 0.95, concentration = 10.0 }}

[[schedule]]
from = "2016 Q3"
leadership.commitment = 0.9
competence.training = 0.05
"""


def simulated(source, overrides=()):
    return orgsim.simulate(source, overrides, threads=1)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("plain") / "plain.toml"
    path.write_text(BEGINNING)
    return simulated(path)


# --- guarantees


def test_an_empty_schedule_changes_no_bit(plain, write):
    assert simulated(write(f"schedule = []\n{BEGINNING}")).digest == plain.digest


def test_a_schedule_that_repeats_what_is_changes_no_bit(plain, write):
    moderation = plain.settings["cooperation.moderation"]
    repeating = f"{BEGINNING}[[schedule]]\nfrom = 4\ncooperation.moderation = {moderation}\n"
    repeating += "[[schedule]]\nfrom = 9\nfirm.exposure_growth = 0.0\n"
    assert simulated(write(repeating)).digest == plain.digest


def test_quarters_before_are_the_same_to_the_bit_and_the_first_is_another(plain, write):
    changed = simulated(write(MODERATED))
    before, after = plain.quarters(), changed.quarters()
    assert before.iloc[:6].equals(after.iloc[:6])
    # In its quarter, not in the one after: more moderation is more contact at once.
    assert after.contact_mean[6] > before.contact_mean[6]


@pytest.mark.parametrize(
    "changes",
    [
        {"cooperation.moderation": 0.8},
        {"leadership.market_cooperation": {"marketing": 0.8, "it": 0.2}},
        {"firm.attention": 0.4},
        {"leadership.chief_concentration": 3.0},
        {"reorganisation.quorum": 0.7},
    ],
)
def test_a_change_from_the_start_is_another_config(write, changes):
    path = write(BEGINNING)
    scheduled = {f"schedule.1.{key}": value for key, value in changes.items()}
    at_once = simulated(path, {"schedule.1.from": 0, **scheduled})
    assert at_once.firms().equals(simulated(path, changes).firms())


def test_firms_keep_their_places_in_a_distribution_that_moves(write):
    """A schedule that makes all see everything makes the blind ones see most more."""
    path = write(BEGINNING)
    changed = simulated(path, {"schedule.1.from": 8, "schedule.1.firm.attention": 1.0})
    usual = simulated(path)
    blind = (usual.firms().drawn_attention < 0.5).to_numpy()
    assert (changed.firms().drawn_attention == usual.firms().drawn_attention).all()
    more = (changed.firms().misfit - usual.firms().misfit).to_numpy()
    assert more[blind].mean() > more[~blind].mean() > 0.0


def test_commitment_is_that_of_new_chiefs_alone(write):
    path = write(BEGINNING)
    changed = simulated(path, {"schedule.1.from": 8, "schedule.1.leadership.commitment": 0.0})
    firms = changed.firms()
    stayed = (firms.ceo_exits == 0).to_numpy()
    assert (firms.commitment[stayed] == firms.drawn_commitment[stayed]).all()
    assert (firms.commitment == 0.0).any()


def test_it_survives_being_written_and_read(write, tmp_path):
    run = orgsim.run(write(MODERATED), out=tmp_path / "run")
    config = tmp_path / "run/config.toml"
    assert "[[schedule]]\nfrom = 6\n" in config.read_text()
    assert "from = 10\n" in config.read_text()  # 2016 Q3, in plain numbers
    assert orgsim.run(config, out=tmp_path / "again").digest == run.digest
    told = json.loads((tmp_path / "run/manifest.json").read_text())["identity"]["plan"]["settings"]
    assert told["schedule.1.from"] == 6
    assert told["schedule.2.competence.training"] == 0.05
    points = orgsim.open(tmp_path / "run").points()
    assert points["schedule.1.cooperation.moderation"].tolist() == [0.9]
    assert json.loads(points["schedule.1.firm.attention"][0])["mean"] == 0.95


# --- how it is written


def test_keys_in_quotes_and_without_mean_the_same(write):
    quoted = MODERATED.replace("cooperation.moderation", '"cooperation.moderation"')
    tables = f"{BEGINNING}\n[[schedule]]\nfrom = 6\n[schedule.cooperation]\nmoderation = 0.9\n"
    first = orgsim.load_config(write(quoted)).settings
    assert first == orgsim.load_config(write(MODERATED)).settings
    assert orgsim.load_config(write(tables)).settings["schedule.1.cooperation.moderation"] == 0.9


def test_a_schedule_replaces_that_of_what_is_extended_whole(write):
    write(MODERATED, "parent.toml")
    child = write('extends = "./parent.toml"\n[[schedule]]\nfrom = 2\nfirm.attention = 0.5\n')
    settings = orgsim.load_config(child).settings
    assert [path for path in settings if path.startswith("schedule.")] == [
        "schedule.1.from",
        "schedule.1.firm.attention",
    ]


def test_set_changes_a_segment_and_adds_one(write):
    path = write(MODERATED)
    changed = orgsim.load_config(
        path,
        [
            "schedule.1.from=3",
            "schedule.2.competence.training=0.1",
            "schedule.3.from=12",
            "schedule.3.leadership.market_cooperation.it=0.9",
        ],
    ).settings
    assert changed["schedule.1.from"] == 3
    assert changed["schedule.1.cooperation.moderation"] == 0.9
    assert changed["schedule.2.competence.training"] == 0.1
    assert changed["schedule.3.leadership.market_cooperation"] == {"it": 0.9}


def test_a_sweep_moves_when_it_begins_and_what_it_sets(write, tmp_path):
    swept = f"""{MODERATED}
[sweep]
design = "grid"
[sweep.parameters]
schedule.1.from = {{ values = [2, 6] }}
"schedule.1.firm.attention" = {{ values = [0.5, 0.95] }}
cooperation.outside_option = {{ values = [0.1, 0.15] }}
"""
    run = orgsim.sweep(write(swept), {"simulation.firms": 60}, out=tmp_path / "swept")
    points = run.points()
    assert list(points.columns[1:4]) == [
        "schedule.1.from",
        "schedule.1.firm.attention",
        "cooperation.outside_option",
    ]
    for point in (1, 6):
        row = points.iloc[point]
        alone = {
            "simulation.firms": 60,
            "schedule.1.from": int(row["schedule.1.from"]),
            "schedule.1.firm.attention": {
                "dist": "beta", "mean": row["schedule.1.firm.attention"], "concentration": 10.0,
            },
            "cooperation.outside_option": row["cooperation.outside_option"],
        }  # fmt: skip
        same = simulated(write(MODERATED, "alone.toml"), alone)
        columns = ["scenario", "performance", "misfit"]
        assert same.firms()[columns].equals(run.firms(point)[columns].reset_index(drop=True))


def test_constraints_keep_swept_segments_in_order(write):
    swept = """[sweep]
points = 64
constraints = ["schedule.1.from < schedule.2.from", "schedule.1.cooperation.moderation > 0.3"]
[sweep.parameters]
"schedule.1.from" = { low = 1, high = 12 }
"schedule.2.from" = { low = 3, high = 15 }
"schedule.1.cooperation.moderation" = { low = 0.0, high = 1.0 }
"""
    columns = Points(orgsim.load_config(write(MODERATED + swept))).columns
    assert (columns["schedule.1.from"] < columns["schedule.2.from"]).all()
    assert (columns["schedule.1.cooperation.moderation"] > 0.3).all()
    wrong = swept.replace("schedule.1.from <", "schedule.3.from <")
    assert "schedule.3.from is not swept" in refusal(write(MODERATED + wrong))


def test_a_story_names_the_segment(write, tmp_path):
    run = orgsim.run(write(MODERATED), {"simulation.firms": 20}, out=tmp_path / "run")
    events = run.trace(3).events_table()
    told = events[events.kind == "schedule"]
    assert told.calendar.tolist() == ["2015 Q3", "2016 Q3"]
    assert "cooperation.moderation 0.9 (before: 0.4)" in told.text.iloc[0]
    assert "leadership.commitment 0.9 (before: beta, mean 0.585" in told.text.iloc[1]


MARKET = "leadership.market_cooperation"


def test_one_department_in_a_segment_leaves_the_other_to_what_it_was(write):
    """Also where a sweep, or another file, says later what that was."""
    path = write(f"{BEGINNING}[[schedule]]\nfrom = 1\n{MARKET}.it = 0.6\n")
    whole = {f"schedule.1.{MARKET}": {"marketing": 0.9, "it": 0.6}, MARKET: 0.9}
    assert simulated(path, {MARKET: 0.9}).digest != simulated(path).digest
    assert simulated(path, {MARKET: 0.9}).firms().equals(simulated(path, whole).firms())
    both = {f"schedule.1.{MARKET}": {"marketing": 0.2, "it": 0.3}}
    one = orgsim.load_config(path, both).replace({f"schedule.1.{MARKET}.it": 0.7})
    assert one.settings[f"schedule.1.{MARKET}"] == {"marketing": 0.2, "it": 0.7}


def test_a_swept_preset_brings_its_schedule_and_takes_the_place_of_the_configs(write, tmp_path):
    text = f"""{MODERATED}
[sweep]
design = "grid"
[sweep.parameters]
preset = {{ values = ["policy-today", "mine", "no-buffer"] }}
[sweep.presets.mine]
"schedule.1.from" = "2014 Q3"
"schedule.1.reorganisation.quorum" = 0.3
"""
    swept = orgsim.sweep(write(text), {"simulation.firms": 60}, out=tmp_path / "swept")
    plain = write(BEGINNING, "alone.toml")
    attention = {"dist": "beta", "mean": 0.9, "concentration": 10.0}
    for point, changes in (
        (0, {"schedule.1.from": 1, "schedule.1.firm.attention": attention}),
        (1, {"schedule.1.from": 2, "schedule.1.reorganisation.quorum": 0.3}),
    ):
        alone = simulated(plain, {**changes, "simulation.firms": 60}).firms()
        assert alone.scenario.equals(swept.firms(point).scenario.reset_index(drop=True))
        assert alone.misfit.equals(swept.firms(point).misfit.reset_index(drop=True))
    kept = simulated(
        write(MODERATED, "kept.toml"),
        {"simulation.firms": 60, "reorganisation.infrastructure_chief": False},
    )
    assert kept.firms().misfit.equals(swept.firms(2).misfit.reset_index(drop=True))


def test_a_schedule_can_be_given_whole(write):
    none = orgsim.load_config(write(MODERATED), {"schedule": []})
    assert none.settings == orgsim.load_config(write(BEGINNING, "plain.toml")).settings
    assert orgsim.load_config(write(MODERATED), ["schedule=[]"]).settings == none.settings


def test_a_trace_knows_when_a_cmto_could_go_on(write):
    path = write(BEGINNING.replace("16", "40"))
    changes = {"schedule.1.from": 20, "schedule.1.reorganisation.cmto_to_cemo": True}
    sample = orgsim.simulate(path, changes, firms=60)
    settings, sectors, point = sample.source.inputs()
    histories = replays(make_inputs(MODEL, settings, sectors, point=point), 60)
    traced = sample.trace(59).history
    assert (histories[59].could_propose() == traced.could_propose()).all()
    assert histories[59].record.tobytes() == traced.record.tobytes()
    gone_on = 0
    for history in histories:
        proposed = history.proposes()
        assert (history.could_propose() | ~proposed).all()
        gone_on += int((proposed & (history.of_firm("structure")[:-1] == 1)).sum())
    assert gone_on


# --- refusals


def schedule(*entries):
    return BEGINNING + "".join(f"[[schedule]]\n{entry}\n" for entry in entries)


QUORUM = "reorganisation.quorum = 0.6"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            f"{BEGINNING}[schedule]\nfrom = 3\n{QUORUM}\n",
            "schedule: is a table; write [[schedule]]",
        ),
        (schedule(QUORUM), "schedule.1.from: is missing"),
        (schedule("from = 3"), "schedule.1: changes nothing"),
        (schedule(f"from = 3.5\n{QUORUM}"), "schedule.1.from: 3.5 is no quarter"),
        (schedule(f'from = "spring"\n{QUORUM}'), 'from = "2016 Q1"'),
        (schedule(f'from = "2013 Q4"\n{QUORUM}'), "is before the first quarter, 2014 Q1"),
        (schedule(f"from = 16\n{QUORUM}"), "schedule.1.from = 16: the run has 16 quarters"),
        (
            schedule(f"from = 9\n{QUORUM}", f"from = 4\n{QUORUM}"),
            "schedule.2.from = 4 is before schedule.1.from = 9",
        ),
        (
            schedule(f"from = 4\n{QUORUM}", f"from = 4\n{QUORUM}"),
            "schedule.2.from = 4: segment 1 begins in the same quarter",
        ),
        (schedule("from = 3\nquorum = 0.6"), "schedule.1.quorum: unknown parameter; did you mean"),
        (schedule("from = 3\nreorganisation.quorom = 1"), "did you mean 'reorganisation.quorum'?"),
        (
            schedule("from = 3\nreorganisation.quorum = 7"),
            "7 is out of range; allowed: from 0",
        ),
        (
            schedule("from = 3\nsimulation.firms = 7"),
            "schedule.1.simulation.firms: cannot change over time: it is of the whole run",
        ),
        (
            schedule("from = 3\nresistance.rank_weight = 0.1"),
            "it shapes the chain of command that departments are accustomed to",
        ),
        (
            schedule("from = 3\nreorganisation.patience = 2"),
            "schedule.1: patience = 2 is below trial_period = 4",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_path(write, text, found):
    assert found in refusal(write(text))


def test_what_a_sector_sets_itself_is_refused(write):
    sectors = '[sectors.all]\nshare = 1.0\nquantities = { "firm.attention" = 0.3 }\n'
    text = schedule("from = 3\nfirm.attention = 0.9") + sectors
    assert "schedule.1.firm.attention: [sectors.all] sets it itself" in refusal(write(text))


@pytest.mark.parametrize(
    ("swept", "found"),
    [
        ('"schedule.1.from" = { values = [2, 12] }', "design point 1"),
        ('"schedule.3.from" = { values = [2, 3] }', "no [[schedule]] sets it"),
        ('"schedule.1.firm.structure" = { values = ["cmto"] }', "unknown parameter"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(write, swept, found):
    path = write(f'{MODERATED}[sweep]\ndesign = "grid"\n[sweep.parameters]\n{swept}\n')
    with pytest.raises(orgsim.ConfigError, match="schedule") as caught:
        orgsim.sweep(path, out="never")
    assert found in str(caught.value)


PRESET = (
    '[sweep]\ndesign = "grid"\n[sweep.parameters]\npreset = { values = ["mine", "baseline"] }\n'
)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (f'"schedule.1.{QUORUM.replace(" =", chr(34) + " =")}', "schedule.1.from: is missing"),
        ('"schedule.1.from" = 3', "schedule.1: changes nothing"),
        (
            '"schedule.2.from" = 3\n"schedule.2.firm.attention" = 1',
            "segments count 1, 2, ..., not 2",
        ),
        ('"schedule.1.from" = 3\n"schedule.1.firm.it_staff" = 1', "cannot change over time"),
        ('"schedule.1.from" = 30\n"schedule.1.firm.attention" = 1', "the run has 16 quarters"),
    ],
)
def test_a_preset_within_a_sweep_is_checked_as_a_config_is(write, lines, found):
    path = write(f"{BEGINNING}{PRESET}[sweep.presets.mine]\n{lines}\n")
    with pytest.raises(orgsim.ConfigError) as caught:
        orgsim.sweep(path, out="never")
    assert found in str(caught.value)


def test_a_sector_takes_no_schedule_over(write):
    text = BEGINNING + '[sectors.all]\nshare = 1.0\npreset = "policy-today"\n'
    assert "'policy-today' has a schedule, which is of all firms" in refusal(write(text))


def test_a_segment_that_is_none_is_refused(write):
    path = write(MODERATED)
    assert "schedule.4: is no segment; there are: 1 to 2" in refusal(path, ["schedule.4.from=3"])
