"""What [sensitivity] means: what is moved, from where to where, and what is refused."""

import pytest

from orgsim import load_config
from orgsim.config.sensitivity import question_of
from orgsim.errors import ConfigError
from orgsim.model import MODEL


def question(overrides=(), preset="article-2014"):
    return question_of(load_config(preset, overrides))


def moved(overrides=(), preset="article-2014"):
    return {d.path: d for d in question(overrides, preset).dimensions}


def test_every_number_is_moved_over_the_range_that_stands_in_the_table():
    ranges = {p.path: p.plausible for p in MODEL.parameters if p.plausible is not None}
    found = moved()
    assert list(found) == list(ranges)
    for path, dimension in found.items():
        assert (dimension.low, dimension.high) == (ranges[path].low, ranges[path].high)
        assert dimension.scale == ranges[path].scale
    assert found["cooperation.encounters"].whole


def test_a_config_may_say_otherwise():
    found = moved({"sensitivity.ranges": {"resistance.status_threat": [0.5, 1.5]}})
    assert (found["resistance.status_threat"].low, found["resistance.status_threat"].high) == (
        0.5,
        1.5,
    )
    asked = {"sensitivity.parameters": ["firm.attention", "resistance.status_threat"]}
    assert list(moved(asked)) == ["firm.attention", "resistance.status_threat"]


def test_departments_that_differ_are_moved_one_by_one():
    pair = {"resistance.initial": {"marketing": 0.2, "it": 0.5}}
    found = moved(pair)
    assert "resistance.initial" not in found
    assert found["resistance.initial.it"].high == found["resistance.initial.marketing"].high
    alone = {"sensitivity.ranges": {"resistance.initial.it": [0.1, 0.2]}}
    assert moved(alone)["resistance.initial.it"].high == 0.2


def test_what_the_twin_or_a_sector_sets_itself_is_left_out_with_the_reason():
    of_twin = question({"twin.set": {"firm.attention": 0.9}})
    assert "the twin sets it itself" in of_twin.left_out["firm.attention"]
    assert "firm.attention" not in [d.path for d in of_twin.dimensions]
    of_sectors = question(preset="sectors")
    assert "sets it itself" in of_sectors.left_out["firm.digital_exposure"]


def test_the_usual_outputs_are_asked_and_each_once():
    assert [o.name for o in question().outputs] == list(MODEL.usual_outputs)
    twice = question({"sensitivity.outputs": ["cemo@12", "cemo@2016Q4", "cemo"]})
    assert [o.name for o in twice.outputs] == ["cemo@12", "cemo"]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (
            {"sensitivity.parameters": ["resistance.status_thret"]},
            "sensitivity.parameters: unknown parameter; did you mean 'resistance.status_threat'?",
        ),
        (
            {"sensitivity.parameters": ["firm.structure"]},
            "sensitivity.parameters: firm.structure: is a choice, and numbers are needed",
        ),
        (
            {"sensitivity.ranges": {"mechanisms.turnover": [0, 1]}},
            "sensitivity.ranges.mechanisms.turnover: mechanisms.turnover: is a switch",
        ),
        (
            {"sensitivity.ranges": {"cooperation.tremble": [0.0, 0.9]}},
            "sensitivity.ranges.cooperation.tremble: 0.9 is out of range; allowed: from 0 to 0.5",
        ),
        (
            {"sensitivity.ranges": {"cooperation.tremble": [0.3, 0.1]}},
            "sensitivity.ranges.cooperation.tremble: low = 0.3 is above high = 0.1",
        ),
        ({"sensitivity.ranges": {"cooperation.tremble": [0.3]}}, "must be [low, high]"),
        (
            {"sensitivity.parameters": ["simulation.seed"]},
            "sensitivity.parameters: simulation.seed: is the same for all points",
        ),
        ({"sensitivity.samples": 3}, "sensitivity.samples: 3"),
        ({"sensitivity.sample": 64}, "sensitivity.sample: unknown; did you mean 'samples'?"),
        (
            {"sensitivity.groups": {"a": ["firm.attentio"]}},
            "sensitivity.groups.a: unknown parameter; did you mean 'firm.attention'?",
        ),
        (
            {"sensitivity.outputs": ["cem"]},
            "sensitivity.outputs: cem: no output cem; did you mean 'cemo'?",
        ),
        (
            {"sensitivity.groups": {"a": ["firm.attention"], "b": ["firm.attention"]}},
            "sensitivity.groups.b: firm.attention stands in a, too",
        ),
        ({"sensitivity.groups": {"dummy": ["firm.attention"]}}, "is the name of something else"),
        (
            {"sensitivity.groups": {"leadership.commitment": ["firm.attention"]}},
            "is the name of something else; choose another",
        ),
        ({"sensitivity.groups": {"a": []}}, "sensitivity.groups.a: is empty"),
        (
            {
                "sensitivity.groups": {"a": ["firm.attention"]},
                "sensitivity.parameters": ["capability.growth"],
            },
            "firm.attention is not moved; add it to sensitivity.parameters",
        ),
        (
            {"sensitivity.ranges": {"leadership.consultancy_share": [0.05, 0.9]}},
            "sensitivity.ranges: at a corner consultancy_share + agency_share = 1.35; allowed: at",
        ),
        (
            {"sensitivity.outputs": ["still_apart@20"]},
            "still_apart@20: compares with 20 quarters; allowed: more than the config's 40",
        ),
        ({"precision.half_width": 0.01}, "has a [precision]; sensitivity lays points and firms"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_path(overrides, words):
    with pytest.raises(ConfigError) as refused:
        question(overrides)
    assert words in str(refused.value)


def test_a_config_with_a_sweep_is_refused():
    with pytest.raises(ConfigError, match=r"has a \[sweep\].*ask the finished sweep"):
        question(preset="configs/sweep-threat-and-learning.toml")


def test_a_resolved_config_asks_the_same():
    config = load_config(
        "article-2014",
        {"sensitivity.ranges": {"firm.attention": [0.3, 0.9]}, "sensitivity.top": 3},
    )
    again = config.replace()
    text = config.to_toml()
    assert "[sensitivity]" in text
    assert question_of(again).table == question_of(config).table


def test_what_is_asked_is_no_part_of_what_becomes_of_firms():
    plain = load_config("article-2014")
    asked = load_config("article-2014", {"sensitivity.top": 3})
    assert plain.identity() == asked.identity()


def test_what_a_schedule_sets_from_the_start_is_left_out_and_later_is_said():
    early = {"schedule.1.from": 0, "schedule.1.capability.growth": 0.2}
    assert "sets it from the first quarter on" in question(early).left_out["capability.growth"]
    late = question(early | {"schedule.1.from": 12})
    assert late.limited == {"capability.growth": "until schedule.1 sets it in quarter 12"}
    assert "capability.growth" in [d.path for d in late.dimensions]


def test_of_version_1_only_what_it_has_is_moved():
    found = question(preset="version-1-article")
    assert "resistance.rank_weight" in found.left_out
    assert "leadership.attraction" not in [d.path for d in found.dimensions]
    assert not question().left_out
