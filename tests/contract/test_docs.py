"""Documentation that comes from the code, or speaks of it, agrees with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orgsim.parameters import PARAMETERS
from orgsim.report.parameters import as_markdown

ROOT = Path(__file__).resolve().parents[2]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_parameter_tables_are_the_present_ones():
    """After a change of parameters: make docs."""
    assert as_markdown(PARAMETERS) in read("docs/model.md")


def test_the_scan_has_every_parameter_and_none_is_silent_without_a_reason():
    """After a change of parameters or rules: make docs."""
    rows = {
        match[1]: match[0]
        for match in re.finditer(r"^\| `([a-z_.]+)` .*$", read("docs/parameter-scan.md"), re.M)
    }
    assert list(rows) == [p.path for p in PARAMETERS]
    assert not [path for path, row in rows.items() if "no effect" in row]


def test_the_schedule_in_the_docs_is_the_one_in_the_code():
    from orgsim import model

    steps = re.findall(r"^\d\. .*$", model.quarter.py_func.__doc__, re.M) or re.findall(
        r"^    (\d\. .*)$", model.quarter.py_func.__doc__, re.M
    )
    assert len(steps) == 9
    text = " ".join(read("docs/model.md").split())
    assert all(" ".join(step.split()) in text for step in steps)


def test_every_item_of_the_articles_has_a_place_or_a_reason():
    section = read("docs/model.md").partition("## 8. From the article to the model")[2]
    rows = re.findall(r"^\|\s*(\d+)\s*\|(.*)\|(.*)\|\s*$", section, re.M)
    numbers = [int(number) for number, _, _ in rows]
    assert [n for n in range(1, 50) if n != 41] == [n for n in numbers if n != 41]
    assert all(place.strip() for _, _, place in rows)


@pytest.mark.parametrize("page", ["README.md", "docs/model.md"])
def test_links_between_pages_lead_somewhere(page):
    prose = re.sub(r"```.*?```|`[^`]*`", "", read(page), flags=re.S)
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", prose):
        if not target.startswith("http"):
            assert ((ROOT / page).parent / target).exists(), target


def test_the_example_in_the_readme_shows_commands_that_exist():
    from orgsim.cli import main

    named = set(re.findall(r"^(?:\.venv/bin/)?orgsim ([a-z]+)", read("README.md"), re.M))
    assert named <= set(main.commands)
    assert {"run", "compare", "check", "new", "parameters", "schema"} <= named
