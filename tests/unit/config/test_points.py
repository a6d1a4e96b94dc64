"""Design points of a config: each has what is swept, and of all else what the config says."""

from __future__ import annotations

import pytest

from orgsim import load_config
from orgsim.config.points import Points
from orgsim.errors import ConfigError
from sweep_configs import GOOD, THREATENED, sobol


def test_set_moves_the_ends_and_the_design(write):
    path = write(sobol(THREATENED))
    sets = ["sweep.points=4", "sweep.parameters.'resistance.status_threat'={low=0.5, high=0.6}"]
    column = Points(load_config(path, sets)).columns["resistance.status_threat"]
    assert len(column) == 4
    assert (column >= 0.5).all()
    assert (column <= 0.6).all()
    with pytest.raises(ConfigError, match=r"with --set: sweep\.points"):
        load_config(path, ["sweep.points=0"])


def test_other_settings_of_a_point_are_the_configs(write):
    config = load_config(write(GOOD["sobol"]))
    points = Points(config)
    assert len(points) == 8
    for i in range(len(points)):
        values, settings = points.values(i), points.settings(i)
        preset = values.pop("preset")
        pair = {g: values.pop(f"resistance.initial.{g}") for g in ("marketing", "it")}
        before = config.settings["resistance.initial"]
        assert settings.pop("resistance.initial") == {
            g: before | {"mean": mean} for g, mean in pair.items()
        }
        laid = config.sweep.presets[preset]
        for path, value in settings.items():
            if path in values:
                assert value == values[path]
            elif path in laid:
                assert value == laid[path]
            elif path != "resistance.initial":
                assert value == config.settings[path]
        assert isinstance(settings["firm.it_staff"], int)
        assert settings["reorganisation.infrastructure_chief"] in (True, False)
