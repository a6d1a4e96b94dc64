"""Whatever the TOML: valid settings, or one clear error; never anything else."""

from __future__ import annotations

import json
import math

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from orgsim import load_config
from orgsim.config import Config
from orgsim.errors import ConfigError
from orgsim.model import MODEL
from orgsim.model.parameters import BY_PATH, PARAMETERS
from orgsim.spec.parameter import in_range

SECTION_NAMES = sorted({p.section for p in PARAMETERS})
NAMES = st.sampled_from([p.name for p in PARAMETERS]) | st.text(
    st.characters(min_codepoint=45, max_codepoint=122), min_size=1, max_size=8
)
NUMBERS = (
    st.floats(allow_nan=True, allow_infinity=True)
    | st.floats(0.0, 1.0)
    | st.integers(-(2**70), 2**70)
    | st.integers(0, 40)
)
LEAVES = NUMBERS | st.booleans() | st.text(max_size=6) | st.lists(NUMBERS, max_size=4)
DISTRIBUTIONS = st.fixed_dictionaries(
    {"dist": st.sampled_from(["beta", "uniform", "normal", "choice", "gamma"])},
    optional={
        key: NUMBERS | st.lists(NUMBERS, max_size=3)
        for key in ("mean", "concentration", "low", "high", "sd", "values", "weights", "shape")
    },
)
PAIRS = st.fixed_dictionaries({"marketing": LEAVES | DISTRIBUTIONS}, optional={"it": LEAVES})
VALUES = LEAVES | DISTRIBUTIONS | PAIRS | st.dictionaries(NAMES, LEAVES, max_size=2)
TABLES = st.dictionaries(
    st.sampled_from([*SECTION_NAMES, "sectors", "output", "target", "title", "sweep"]),
    st.dictionaries(NAMES, VALUES, max_size=4) | VALUES,
    max_size=4,
)


def values_in_range(parameter, value):
    if isinstance(value, dict):
        if "marketing" in value:
            return all(values_in_range(parameter, v) for v in value.values())
        if value["dist"] == "choice":
            return all(in_range(parameter, v) for v in value["values"])
        return all(math.isfinite(v) for v in value.values() if not isinstance(v, str))
    if isinstance(value, (bool, str)):
        return parameter.kind in ("switch", "choice")
    return in_range(parameter, value)


def loads_or_refuses(path, overrides=()):
    try:
        return loads(path, overrides)
    except ConfigError:
        return None


def loads(path, overrides=()):
    config = load_config(path, overrides)
    assert isinstance(config, Config)
    assert all(values_in_range(BY_PATH[p], v) for p, v in config.settings.items())
    json.dumps(config.identity(), allow_nan=False)
    return config


@given(text=st.text(max_size=200))
def test_any_text(text, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    loads_or_refuses(path)


@given(data=st.binary(max_size=100))
def test_any_bytes(data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(data)
    loads_or_refuses(path)


@settings(max_examples=300)
@given(table=TABLES)
def test_any_table(table, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "table.toml"
    path.write_text(tomlkit.dumps(table), encoding="utf-8", errors="replace")
    loads_or_refuses(path)


VALID = st.sampled_from(PARAMETERS).flatmap(
    lambda p: st.tuples(
        st.just(p),
        {
            "switch": st.booleans(),
            "choice": st.sampled_from(p.words or ("-",)),
            "integer": st.integers(int(p.low), int(p.high)),
        }.get(p.kind, st.floats(p.low, p.high)),
    )
)


JOINED = {path.partition(".")[0] for rule in MODEL.joint_rules for path in rule.paths}
"""Sections whose parameters rules join."""


@settings(max_examples=200)
@given(chosen=st.lists(VALID, max_size=6))
def test_values_in_range_are_taken_as_they_are(chosen, tmp_path_factory):
    table: dict[str, dict[str, object]] = {}
    for parameter, value in chosen:
        table.setdefault(parameter.section, {})[parameter.name] = value
    path = tmp_path_factory.getbasetemp() / "valid.toml"
    path.write_text(tomlkit.dumps(table), encoding="utf-8")
    config = loads_or_refuses(path)
    if config is None:  # only rules that join several fields may still refuse
        assert JOINED & set(table)
        return
    for section, fields in table.items():
        for name, value in fields.items():
            assert config.settings[f"{section}.{name}"] == value
    again = tmp_path_factory.getbasetemp() / "again.toml"
    again.write_text(config.to_toml(), encoding="utf-8")
    assert load_config(again).settings == config.settings


BASELINE = load_config("baseline")
SWEPT = load_config("sweep-threat-and-learning")
ODD = st.none() | st.binary(max_size=3) | st.complex_numbers() | st.fractions() | st.dates()
GIVEN = st.dictionaries(
    st.sampled_from([p.path for p in PARAMETERS] + ["sweep.points", "sectors.a.share", "title"])
    | NAMES
    | st.text(max_size=12)
    | ODD,
    st.recursive(
        VALUES | ODD,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=4) | ODD, inner, max_size=3)
        ),
        max_leaves=6,
    ),
    max_size=4,
)


@settings(max_examples=300)
@given(overrides=GIVEN)
def test_any_mapping(overrides):
    """Loading and changing refuse the same, with the same words."""
    outcomes = []
    for act in (lambda: loads("baseline", overrides), lambda: BASELINE.replace(overrides)):
        try:
            outcomes.append(act())
        except ConfigError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


@settings(max_examples=100)
@given(chosen=st.lists(VALID, max_size=6), seed=st.none() | st.integers(0, 2**32 - 1))
def test_a_changed_config_reruns_to_its_plan(chosen, seed, tmp_path_factory):
    overrides = {parameter.path: value for parameter, value in chosen}
    path = tmp_path_factory.getbasetemp() / "changed.toml"
    for config in (BASELINE, SWEPT):
        try:
            changed = config.replace(overrides, seed=seed)
        except ConfigError:  # only rules that join several fields may still refuse
            assert JOINED & {p.section for p, _ in chosen}
            continue
        wanted = overrides if seed is None else {**overrides, "simulation.seed": seed}
        assert changed.settings == {**config.settings, **wanted}
        path.write_text(changed.to_toml(), encoding="utf-8")
        again = load_config(path)
        assert again.identity() == changed.identity()
        assert again.firms == changed.firms
        assert changed == load_config(config.origin, overrides, seed=seed)


@given(
    key=st.sampled_from([p.path for p in PARAMETERS]) | st.text(max_size=12),
    value=st.text(max_size=12) | NUMBERS.map(str),
)
def test_any_override(key, value, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "empty.toml"
    path.write_text("", encoding="utf-8")
    loads_or_refuses(path, [f"{key}={value}"])
