"""Overrides as --set and as Python have them: what is taken, as what, and what is refused."""

from __future__ import annotations

import datetime
import enum
import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from orgsim import load_config
from orgsim.config.points import Points
from small_runs import STAFF, THREAT, plain_refusal, refusal

BETA = {"dist": "beta", "mean": 0.2, "concentration": 9}


# --- after --set


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


def test_set_reaches_quantities_of_sectors(write):
    text = "[sectors.a]\nshare = 1.0\n"
    config = load_config(write(text), ['sectors.a.quantities."firm.attention"=0.25'])
    assert config.sectors[0].quantities == {"firm.attention": 0.25}


# --- as Python has them


class Structure(str, enum.Enum):  # noqa: UP042 - whose text is another than its value
    CEMO = "cemo"


def refused(overrides, **more):
    """Return what is said, plainly, of overrides of the baseline that are refused."""
    return plain_refusal("baseline", overrides, **more)


def test_a_mapping_says_what_set_says():
    mapped = load_config(
        "baseline",
        {
            "firm.it_staff": 5,
            "firm.structure": "cemo",
            "firm.attention": BETA,
            "mechanisms.turnover": False,
            "resistance.initial": {"marketing": 0.25, "it": BETA},
            "sectors.only.share": 1.0,
            'sectors.only.quantities."firm.attention"': 0.25,
            "title": "A title",
            "output": {"firms": False},
        },
    )
    told = load_config(
        "baseline",
        [
            "firm.it_staff=5",
            "firm.structure=cemo",
            'firm.attention={dist="beta", mean=0.2, concentration=9}',
            "mechanisms.turnover=false",
            'resistance.initial={marketing=0.25, it={dist="beta", mean=0.2, concentration=9}}',
            "sectors.only.share=1.0",
            'sectors.only.quantities."firm.attention"=0.25',
            "title=A title",
            "output.firms=false",
        ],
    )
    assert mapped == told
    assert mapped.origin == "baseline with overrides"
    assert told.origin == "baseline with --set"


@pytest.mark.parametrize(
    ("path", "given", "taken"),
    [
        (THREAT, 1, 1.0),
        (THREAT, np.float64(1.25), 1.25),
        (THREAT, np.float32(1.25), 1.25),
        (THREAT, np.longdouble(1.25), 1.25),
        (THREAT, np.int16(2), 2.0),
        (THREAT, np.array(1.25), 1.25),
        (THREAT, Fraction(1, 4), 0.25),
        (STAFF, np.int64(7), 7),
        (STAFF, np.uint8(7), 7),
        ("mechanisms.turnover", np.False_, False),
        ("firm.structure", np.str_("cemo"), "cemo"),
        ("firm.structure", Structure.CEMO, "cemo"),
        ("firm.attention", {"dist": "choice", "values": (0.25, np.float64(0.5))}, [0.25, 0.5]),
        ("firm.attention", {"dist": "choice", "values": np.array([0.25, 0.5])}, [0.25, 0.5]),
    ],
)
def test_whoevers_values_become_plain_ones(path, given, taken):
    config = load_config("baseline", {path: given})
    value = config.settings[path]
    value = value["values"] if isinstance(taken, list) else value
    assert value == taken
    assert type(value) is type(taken)
    if not isinstance(taken, list):
        assert load_config("baseline", [f"{path}={json.dumps(taken)}"]) == config
    assert "np." not in config.to_toml()


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (THREAT, float("nan"), f"baseline with overrides: {THREAT}: nan is out of range"),
        (THREAT, np.nan, "nan is out of range"),
        (THREAT, float("inf"), "inf is out of range; allowed: from 0 to 5"),
        (THREAT, True, "true is not a number"),
        (THREAT, np.True_, "true is not a number"),
        (THREAT, "0.5", '"0.5" is not a number'),
        (THREAT, np.array([0.5, 1.0]), "[0.5, 1.0] is not a number"),
        (THREAT, [0.5], "[0.5] is not a number"),
        (THREAT, {"low": 0.0, "high": 1.0}, "is not a number"),
        ("simulation.firms", "many", 'simulation.firms: "many" is not a whole number'),
        ("simulation.firms", 2000.0, "2000.0 is not a whole number"),
        ("simulation.firms", 0, "0 is out of range"),
        ("mechanisms.turnover", 1, "1 is not a switch"),
        ("mechanisms.turnover", "true", '"true" is not a switch'),
        ("firm.structure", "cem", "did you mean 'cemo'"),
        ("firm.attention", {"dist": "betta"}, "did you mean 'beta'"),
        ("leadership", {"agency_share": 0.8, "consultancy_share": 0.5}, "= 1.3; allowed"),
        ("resistance.status_thread", 1, "unknown; did you mean 'status_threat'?"),
        ("resistence.status_threat", 1, "resistence: unknown; did you mean 'resistance'?"),
        (THREAT, None, f"overrides: {THREAT}: of type NoneType; allowed: a number"),
        (THREAT, Decimal("0.5"), "of type Decimal; allowed: a number, true or false"),
        (THREAT, 1j, "of type complex"),
        (THREAT, np.complex128(1), "of type complex128"),
        (THREAT, np.datetime64(3, "ns"), "of type datetime64[ns]"),
        (THREAT, np.timedelta64(3), "of type timedelta64"),
        (THREAT, np.void(b"1"), "of type void8"),
        (THREAT, np.array([object()]), "of type object; allowed"),
        (THREAT, b"0.5", "of type bytes"),
        (THREAT, {0.5}, "of type set"),
        (THREAT, datetime.date(2014, 2, 21), "of type date"),
        ("firm.attention", {**BETA, "mean": None}, "overrides: firm.attention: of type NoneType"),
        (THREAT, 10**400, "a whole number of some 400 digits"),
        (THREAT, Fraction(10**400), f"overrides: {THREAT}: is no finite number"),
        ("firm.attention", {1: 2}, "overrides: firm.attention: the key 1 is no text"),
        ("firm.attention", {"\x1b": 2}, "a table without dist"),
        ("title", "\udc80", "overrides: title: is no UTF-8 text"),
        ("title", "a\x1b", "title: has the control character '\\x1b'"),
        ("title", 3, "title: 3"),
        ("cluster.queue", "a\nb", "cluster.queue: must be one line"),
        ('sectors."a\\u001b".share', 1.0, "has a control character"),
    ],
)
def test_a_wrong_value_gets_one_message_with_its_path(path, value, words):
    assert words in refused({path: value})


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (1, "overrides: 1 is no path; write section.key"),
        (None, "None is no path"),
        (("firm", "it_staff"), "is no path; write section.key"),
        (b"firm.it_staff", "is no path"),
        ("", "overrides: '': write section.key"),
        ("it_staff", "'it_staff': write section.key; did you mean 'firm.it_staff'?"),
        ("extends", "'extends': write section.key"),
        ("firm", "'firm': write section.key"),
        ("firm.it staff", "write section.key; a name of more than a-z"),
        ("firm..it_staff", "write section.key"),
        ("firm.it_staff=3\nfirm.marketing_staff", "write section.key"),
        ("[firm]\nit_staff", "write section.key"),
        ("firm.it_staff #", "write section.key"),
        ("\x1b[2J.x", "write section.key"),
        ('"\udc80".x', "write section.key"),
        ("k" * 5_000, "write section.key"),
        ("a." * 5_000 + "b", "tables within tables, more than 40 deep"),
    ],
)
def test_what_is_no_path_is_told_how_one_is_written(path, words):
    assert words in refused({path: 3})


@pytest.mark.parametrize(
    "overrides", ["firm.it_staff=3", "results/x", b"x", 3, 0.5, True, [3], [None], [("a", 1)], {3}]
)
def test_overrides_of_another_kind_are_refused(overrides):
    message = refused(overrides)
    assert message.startswith("overrides: ")
    assert 'a mapping such as {"firm.it_staff": 3}, or a list of "section.key=value"' in message


def test_what_holds_itself_is_refused():
    inner = []
    inner += [inner, inner]
    assert "more than 40 deep" in refused({THREAT: inner})
    table = {}
    table["firm"] = table
    assert "more than 40 deep" in refused(table)


def test_a_path_that_stands_there_twice_is_refused():
    assert "stands there twice" in refused({STAFF: 3, "firm": {"it_staff": 4}})
    assert "stands there twice" in refused({"firm.attention": 0.5, "firm.attention.mean": 0.5})
    assert "stands there twice" in refused({"firm.attention.mean": 0.5, "firm.attention": 0.5})
    both = {STAFF: 3, "firm": {"marketing_staff": 4}}
    assert load_config("baseline", both).settings["firm.marketing_staff"] == 4


@pytest.mark.parametrize("none", [None, (), [], {}, [{}]])
def test_no_overrides_change_nothing(none):
    config = load_config("article-2014", none)
    assert config == load_config("article-2014")
    assert (config.origin, config.preset) == ("article-2014", "baseline")
    assert load_config("article-2014", {STAFF: 3}).preset == "article-2014"


def test_of_several_the_later_win_and_shorthands_come_last():
    config = load_config("baseline", [f"{STAFF}=3", {STAFF: 5, "simulation.firms": 7}], firms=9)
    assert config.settings[STAFF] == 5
    assert config.firms == 9
    both = load_config("baseline", {"simulation.seed": 3, "simulation.firms": 4}, seed=5)
    assert (both.settings["simulation.seed"], both.firms) == (5, 4)
    assert load_config("baseline", firms=np.int64(4), seed=0).settings["simulation.seed"] == 0


@pytest.mark.parametrize("firms", ["many", 2.0, True, 0, -1, [3]])
def test_shorthands_are_checked_as_what_they_stand_for(firms):
    message = refused((), firms=firms)
    assert message.startswith("baseline with overrides: simulation.firms: ")


def test_firms_beside_a_precision_are_refused_however_they_are_given():
    precise = {"precision.half_width": 0.01}
    assert "with [precision], firms are added" in refused(precise, firms=3)
    assert "with [precision], firms are added" in refused({**precise, "simulation": {"firms": 3}})
    assert load_config("baseline", precise).precision.half_width == 0.01


def test_a_sweep_may_be_laid_over():
    ends = load_config(
        "baseline",
        {
            "sweep.points": 4,
            f"sweep.parameters.{THREAT}.low": 0.0,
            f"sweep.parameters.{THREAT}.high": 1.0,
        },
    )
    whole = load_config(
        "baseline", {"sweep": {"points": 4, "parameters": {THREAT: {"low": 0.0, "high": 1.0}}}}
    )
    assert ends == whole
    values = np.linspace(0.0, 1.5, 4)
    grid = {"sweep.design": "grid", f"sweep.parameters.{THREAT}.values": values}
    columns = Points(load_config("baseline", grid)).columns
    assert columns[THREAT].tolist() == values.tolist()


def test_what_was_given_is_left_as_it_was():
    given = {"firm": {"attention": dict(BETA)}, STAFF: np.int64(3)}
    load_config("baseline", given)
    assert given == {"firm": {"attention": BETA}, STAFF: 3}
