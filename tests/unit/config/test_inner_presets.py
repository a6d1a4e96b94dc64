"""Presets of sectors: their quantities are taken, all else is the file's."""

from __future__ import annotations

import pytest

from orgsim import load_config


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
