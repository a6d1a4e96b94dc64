"""Names in the text of the model: its symbols, parameters and columns."""

from __future__ import annotations

import re

from oracle.from_text import FromText
from oracle.reading import Text, calls, codes, section_7
from orgsim.model import columns
from orgsim.model.parameters import BY_PATH, PARAMETERS

SECTION = section_7()
RULES = SECTION.partition("\n### 7.15 ")[0]

SYMBOLS = [code for row in Text(SECTION).rows("| symbol | meaning |") for code in codes(row[0])]
ENDS = re.compile(r"_(?:g|i|j|0|1|CMO|CIO|CMTO|CEMO|infra|form|new)$")
DOCUMENTED = (columns.RECORD, columns.STRUCTURES, columns.SCENARIOS)


def tokens(text: str) -> set[str]:
    """Return the names in code, that is in backticks or indented, but for what is in W(...)."""
    for call in calls(text):
        text = text.replace(f"W({call})", "W")
    blocks = re.findall(r"^    .*$", text, re.M)
    spans = codes(re.sub(r"^    .*$", "", text, flags=re.M))
    found = re.findall(r"(?<![\w.])[A-Za-z_][\w.]*", "\n".join((*blocks, *spans)))
    return {name.rstrip(".") for name in found}


def test_every_long_name_in_the_rules_is_a_parameter_a_column_or_a_symbol():
    """Those with an underscore or a point, which nothing else in the text has."""
    names = {p.name for p in PARAMETERS} | set(BY_PATH)
    symbols = {ENDS.sub("", symbol) for symbol in SYMBOLS}
    known = names | symbols | set().union(*DOCUMENTED) | {"log_unit", "drawn_"}
    local = {"r_peer", "r_boss", "R", "appeal"}
    files = {"tests", "oracle", "test_precision.py", "test_text.py"}
    strange = {
        name
        for name in tokens(RULES)
        if ("_" in name or "." in name)
        and name not in known | files | local
        and ENDS.sub("", name) not in known | local
    }
    assert not strange


def test_every_parameter_has_its_place_in_the_rules():
    """Else the text could leave out a rule."""
    named = tokens(RULES)
    assert not {p.path for p in PARAMETERS if not {p.name, p.path} & named}


def test_every_symbol_of_the_table_is_used_and_no_letter_stands_elsewhere():
    """One-letter names in code are symbols of the table, or explained where they stand."""
    below = RULES.partition("\n| symbol | meaning |\n")[2].partition("\n\n")[2]
    used = {ENDS.sub("", name) for name in tokens(below)}
    symbols = {ENDS.sub("", symbol) for symbol in SYMBOLS if " " not in symbol}
    assert not symbols - used
    assert not {name for name in used if len(name) == 1} - symbols - set("byI")


def test_the_table_of_columns_is_whole_and_in_order():
    given = FromText(SECTION)
    listed: list[str] = []
    drawn = [name for names in given.DRAWN_COLUMNS.values() for name in names]
    for cell, step, meaning in given.columns():
        names = codes(cell)
        listed += drawn if names == ["drawn_..."] else names
        assert step == "start" or int(step) in range(1, 10)
        assert meaning
    assert tuple(listed) == columns.RECORD
