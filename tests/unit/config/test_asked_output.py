"""Named outputs as they are written."""

import numpy as np
import pytest

from orgsim.config.asked_output import asked_output, named_outputs
from orgsim.errors import ConfigError
from orgsim.model import MODEL
from orgsim.model.columns import SCENARIOS
from toy_model import TOY

SECTORS = ("brands", "shops")


def asked(text, model=MODEL):
    return asked_output(text, model, SECTORS, "sensitivity.outputs")


def test_a_time_is_how_many_quarters_passed_or_the_end_of_a_calendar_quarter():
    times = {
        "cmo_vs_cto@80": 80,
        "spending_share@12": 12,
        "spending_share@2016Q4": 12,
        "cmo_and_cto@2015Q1": 5,
        "cemo@2014 Q1": 1,
        "cemo": None,
    }
    assert {text: asked(text).terms[0].quarters for text in times} == times


def test_the_same_output_bears_one_name_however_it_is_written():
    assert asked("spending_share@2016Q4").name == asked(" spending_share @12 ").name
    assert asked("cemo[brands] - cemo[shops]").name == "cemo[brands] - cemo[shops]"


def test_everything_that_is_named_can_be_asked_for_and_names_columns_that_there_are():
    there = {column.name for column in MODEL.as_written(margin=0.1).record}
    extra = {"horizon", "twin_margin"}
    for name, output in named_outputs(MODEL).items():
        assert asked(name).name == name
        plain = {need.removeprefix("later_") for need in output.needs}
        assert plain <= there | extra, name


def test_the_shares_of_the_outcomes_are_named_in_any_model():
    assert list(named_outputs(TOY)) == ["low", "fair", "good", "high"]
    assert list(named_outputs(MODEL))[:4] == list(SCENARIOS)
    part, whole = asked("good", TOY).terms[0].output.features({"scenario": np.array([2, 0, 2])})
    assert (part.tolist(), whole.tolist()) == ([True, False, True], [1, 1, 1])


def test_the_mean_of_a_quarter_is_over_the_firms_that_have_one():
    first_high = np.array([3, -1, 5])
    part, whole = asked("first_high", TOY).terms[0].output.features({"first_high": first_high})
    assert part.sum() / whole.sum() == 4.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cem", "no output cem; did you mean 'cemo'?"),
        ("scenario", "it holds words, which have no mean"),
        ("cemo[brand]", "no sector brand; did you mean 'brands'?"),
        ("cemo@soon", "soon is no time; write quarters passed, @12"),
        ("cemo@0", "after 0 quarters; allowed: 1 to 1000"),
        ("cemo@1001", "after 1001 quarters"),
        ("cemo@2013Q4", "after 0 quarters"),
        ("cemo - cmto - active", "at most one difference"),
        ("cemo - first_adoption", "differ in unit (share and quarter)"),
        ("CEMO + 1", "is no output; write NAME"),
        (7, "7 is not the name of an output"),
    ],
)
def test_what_is_no_output_is_refused_with_the_path(text, words):
    with pytest.raises(ConfigError) as refused:
        asked(text)
    assert str(refused.value).startswith("sensitivity.outputs: ")
    assert words in str(refused.value)


def test_a_sector_is_of_a_config_that_has_some():
    with pytest.raises(ConfigError, match=r"the config has no \[sectors\]"):
        asked_output("cemo[brands]", MODEL, (), "x")
