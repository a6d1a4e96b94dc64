"""The text of the model against the program: what docs/model.md says with numbers is what runs.

The oracle holds the rules, which people wrote from the text; its primitives come from orgsim. Here
they come from the text, each number read there, and its firms must be the engine's to the bit. The
same is asked of every primitive by itself, and then of texts with one number changed: it must fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from oracle import primitives
from oracle.cases import CASES, beta
from oracle.firm import simulate_firm
from oracle.from_text import TRAITS, FromText
from oracle.reading import Text, as_number, calls, section_7
from orgsim.config.values import distribution
from orgsim.engine import make_inputs, simulate
from orgsim.model import MODEL, columns
from orgsim.model.parameters import BY_PATH
from orgsim.model.tables import build_tables
from populations import settings

SECTION = section_7()
RULES = SECTION.partition("\n### 7.15 ")[0]
CONSTANTS = (
    *(purpose.upper() for purpose in ("firm_quantity", "sector", "staff_traits", "chief_traits")),
    *("CONTACT_AND_EXIT", "ENCOUNTER", "RECRUIT", "SUCCESSION", "REORGANISATION"),
    *("COINS", "TRAITS", "MARKET", "IT_AGENT", "POST_NUMBERS", "PERSON_WORDS"),
    *("PERSON_MEANS", "STREAMS", "DRAWN_COLUMNS", "SCENARIOS", "STRUCTURES", "CUT_POINT"),
    "NEW_CEO_QUARTERS",
)
FUNCTIONS = (
    *("words", "unit", "split", "on_grid", "exp", "log_unit", "build_tables", "draw_quantity"),
    *("person_table", "chief_table", "background_table", "draw_trait"),
)


@pytest.fixture(scope="module")
def given():
    return FromText(SECTION)


def test_the_oracle_takes_nothing_from_orgsim_but_primitives(given):
    """Neither do the text's; and all that the module of primitives holds has its like there."""
    others = {"primitives.py", "cases.py", "small_worlds.py"}
    importing = {
        path.name
        for path in Path(primitives.__file__).parent.glob("*.py")
        if re.search(r"^\s*(from|import) orgsim", path.read_text("utf-8"), re.M)
    }
    assert {name for name in importing if not name.startswith("test_")} == others
    held = {
        name
        for name, value in vars(primitives).items()
        if getattr(value, "__module__", "oracle.primitives") == "oracle.primitives"
        and name[0] != "_"
        and not isinstance(value, ModuleType)
    }
    traits = {"COOPERATION", "DISPOSITION", "LITERACY", "IDENTITY", "CONTACT"}  # the oracle's own
    assert held - {"annotations"} == {*CONSTANTS, *FUNCTIONS} | traits
    assert given.concentrations.keys() == set(TRAITS)


# --- primitives one by one

RANDOM = np.random.default_rng(1)
WORDS = [*(int(w) for w in RANDOM.integers(0, 2**32, 60)), 0, 1, 2**31, 2**32 - 1]
EXPONENTS = [*RANDOM.uniform(-3, 3, 4000), *RANDOM.uniform(-720, 720, 4000), -1e9, 0.0, 1e9]
SHARES = [*RANDOM.uniform(0, 1, 4000), *2.0 ** RANDOM.uniform(-70, 0, 4000), 0.0, 0.5, 1.0, 1e-30]
MEANS = [0.0, 1.0, 0.5, 1 / 32, 31 / 32, *(float(m) for m in RANDOM.uniform(0, 1, 12))]
DISTRIBUTIONS: dict[str, Any] = {
    "a number": 0.3,
    "a Beta": beta(0.7, 6.0),
    "one with two peaks": beta(0.4, 0.2),
    "one without spread": beta(1.0, 5.0),
    "one at zero": beta(0.0, 5.0),
    "a uniform": {"dist": "uniform", "low": 0.1, "high": 0.83},
    "a normal": {"dist": "normal", "mean": 0.6, "sd": 0.3, "low": 0.0, "high": 1.0},
    "a tail": {"dist": "normal", "mean": 0.0, "sd": 0.2, "low": 0.7, "high": 0.9},
    "a choice": {"dist": "choice", "values": [0.2, 0.6, 0.9], "weights": [1.0, 0.7, 3.0]},
    "an even choice": {"dist": "choice", "values": [0.1, 0.5, 0.7]},
}
PATH = "firm.attention"


def checked(given: Any) -> Any:
    """Return a distribution as a config hands it on."""
    return distribution(BY_PATH[PATH], given) if isinstance(given, dict) else given


def differences(text: FromText) -> Iterator[str]:
    """Yield what the text gives otherwise than orgsim, the cheapest first."""
    yield from (n for n in CONSTANTS if getattr(text, n) != getattr(primitives, n))
    key = (np.uint64(20140221), np.uint64(3))
    for i, w in enumerate(WORDS):
        draw = (key, w, 1 + i % 9, (i * 997) % 65536, i * 16, i % 13)
        if text.words(*draw) != primitives.words(*draw):
            yield f"words {draw}"
        if text.unit(w) != primitives.unit(np.uint64(w)):
            yield f"unit {w}"
        for size in (1, 3, 20, 32768):
            if text.split(w, size) != primitives.split(w, size):
                yield f"split {w} {size}"
    yield from (f"grid {z}" for z in SHARES if text.on_grid(z) != primitives.on_grid(z))
    yield from (f"exp {z}" for z in EXPONENTS if text.exp(z) != primitives.exp(z))
    yield from (f"log_unit {z}" for z in SHARES if text.log_unit(z) != primitives.log_unit(z))
    nodes = text.people(8.0)
    tables = build_tables(settings())
    row = tables.people[tables.chief]
    if not np.array_equal(nodes, row):
        yield "nodes of people"
    for mean in MEANS:
        for w in WORDS:
            one = text.draw_trait(nodes, mean, w, np.float32)
            if one != primitives.draw_trait(row, mean, np.uint64(w), np.float32):
                yield f"trait {mean} {w}"
    sectors = [(0.3, {}), (0.3, {}), (0.4 - 1e-9, {})]
    for name, one in DISTRIBUTIONS.items():
        case = settings() | {PATH: one}
        if one is DISTRIBUTIONS["a number"]:
            shares = text.build_tables(case, sectors).sector_shares
            if not np.array_equal(shares, build_tables(settings(), sectors).sector_shares):
                yield "shares of sectors"
        engine = build_tables(settings() | {PATH: checked(one)})
        mine = text.nodes(one)
        place = [p for p in primitives.STREAMS].index(PATH)
        found = engine.nodes[engine.row[0, place, 0]]
        if isinstance(mine, np.ndarray) and not np.array_equal(mine, found):
            yield f"nodes of {name}"
        for w in WORDS:
            drawn = (np.uint64(w), np.uint64(w))
            if text.value(mine, w) != primitives.draw_quantity(engine, 0, PATH, drawn)[0]:
                yield f"draw of {name}"


def test_every_primitive_is_what_the_text_says(given):
    assert not list(differences(given))


def test_the_random_words_are_those_of_the_paper(given):
    """Known answers of Random123 1.14, kat_vectors, philox4x32 10."""
    ones, pi = 2**32 - 1, (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)
    assert given.philox((0,) * 4, (0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert given.philox((ones,) * 4, (ones, ones)) == (
        *(0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    )
    assert given.philox(pi, (0xA4093822, 0x299F31D0)) == (
        *(0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    )


def spans() -> list[tuple[int, int]]:
    return sorted(FromText(SECTION).text.read)


@pytest.mark.parametrize("span", spans(), ids=lambda span: f"{span[0]}-{SECTION[slice(*span)]}")
def test_another_number_in_the_text_is_noticed(span):
    """Else the tests above would hold whatever stood there."""
    changed = Text(SECTION).changed(span)
    assert changed != SECTION
    try:
        noticed = next(differences(FromText(changed)), None)
    except (ValueError, IndexError, OverflowError, ZeroDivisionError) as error:
        noticed = repr(error)  # the text contradicts itself, or nothing can be computed of it
    assert noticed


def test_the_defaults_lie_as_far_from_where_rounding_turns_as_the_text_says(given):
    """So that any library as exact as that gives the same nodes."""
    said = Text(RULES).number("lies nearer to a middle than #,")
    p = np.arange(given.people_cells + 1) / given.people_cells
    nodes = []
    for path, value in defaults_of_the_text().items():
        if isinstance(value, dict):
            of = (value["mean"], value["concentration"])
            nodes.append(given.beta(*of, given.probabilities, given.cells))
        elif path.endswith("concentration"):
            means = np.arange(1, given.last_mean) / given.mean_cells
            nodes += [given.beta(mean, value, p, given.people_cells) for mean in means]
    in_units = np.concatenate(nodes) * 2.0**24
    nearest = np.abs(in_units - np.floor(in_units) - 0.5).min() * 2.0**-24
    assert said < nearest < 2 * said


# --- whole firms


def defaults_of_the_text() -> dict[str, Any]:
    """Return every parameter's default as the tables of 7.15 give it."""
    found: dict[str, Any] = {}
    for section, table in re.findall(
        r"^#### `\[(\w+)\]`[^\n]*\n\n((?:\|[^\n]*\n)+)", SECTION, re.M
    ):
        for name, default in re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", table, re.M):
            found[f"{section}.{name}"] = default_of(default)
    return found


def default_of(words: str) -> Any:
    """Return a default that stands in a table."""
    if words in ("true", "false"):
        return words == "true"
    if words.startswith("beta("):
        return beta(*map(float, re.findall(r"[\d.]+", words)))
    return as_number(words) if re.fullmatch(r"-?[\d.]+", words) else words


def test_the_defaults_of_the_text_are_those_of_the_program():
    assert defaults_of_the_text() == settings()


MIXED = {
    "firm.marketing_staff": 5,
    "firm.it_staff": 6,
    "simulation.quarters": 30,
    "cooperation.initial": {"marketing": beta(0.6, 7.0), "it": beta(0.45, 7.0)},
    "cooperation.within_firm_concentration": {"marketing": 5.0, "it": 21.5},
    "resistance.initial": {"dist": "normal", "mean": 0.3, "sd": 0.2, "low": 0.05, "high": 0.8},
    "competence.initial_literacy": {"dist": "uniform", "low": 0.2, "high": 0.55},
    "leadership.commitment": {
        "dist": "choice", "values": [0.35, 0.7, 0.95], "weights": [1.0, 2.5, 2.0],
    },
    "reorganisation.proposal_rate": 6.0,
    "leadership.ceo_turnover": 0.1,
    "mechanisms.content_channel": True,
    "content.effort": 0.3,
}  # fmt: skip
MIXED_SECTORS = [
    (0.25, {"firm.attention": 0.9, "resistance.initial": {"marketing": 0.2, "it": 0.3}}),
    (0.35, {"firm.digital_exposure": {"dist": "uniform", "low": 0.5, "high": 1.0}}),
    (0.4, {}),
]
FIRMS: dict[str, tuple[dict[str, Any], list[tuple[float, dict[str, Any]]], range]] = {
    "defaults": ({}, [], range(3)),
    "mixed": (MIXED, MIXED_SECTORS, range(40, 52)),
    "turbulent": (CASES["turbulent"], [], range(100, 108)),
    "cmto to cemo": (CASES["cmto to cemo"] | {"firm.structure": "cmto"}, [], range(6)),
    "schedule": (CASES["schedule"], [], range(6)),
}


@pytest.fixture
def from_text(given, monkeypatch):
    """Let the oracle run on the text's primitives alone."""
    for name in (*CONSTANTS, *FUNCTIONS):
        monkeypatch.setattr(primitives, name, getattr(given, name))
    return given


@pytest.mark.parametrize("name", FIRMS)
def test_firms_from_the_text_are_the_engines_to_the_bit(name, from_text):
    case, sectors, numbers = FIRMS[name]
    of_engine = settings() | case
    chunk = simulate(
        make_inputs(MODEL, of_engine, sectors), numbers.start, numbers.stop, threads=1, lanes=64
    )
    of_text = defaults_of_the_text() | case
    for place, number in enumerate(numbers):
        trace = simulate_firm(
            of_text,
            seed=of_text["simulation.seed"],
            firm=number,
            quarters=of_text["simulation.quarters"],
            sectors=sectors,
        )
        assert set(trace.record) == set(columns.RECORD)
        wrong = {
            column: (chunk.record[i, place], trace.record[column])
            for i, column in enumerate(columns.RECORD)
            if chunk.record[i, place] != float(trace.record[column])
        }
        assert not wrong, number


def test_the_firms_compared_live_through_every_event():
    """Else their agreement would say less than it seems to."""
    seen = dict.fromkeys(columns.RECORD, 0.0)
    kinds = set()
    for case, sectors, numbers in FIRMS.values():
        inputs = make_inputs(MODEL, settings() | case, sectors)
        record = simulate(inputs, numbers.start, numbers.stop, threads=1, lanes=64).record
        for i, column in enumerate(columns.RECORD):
            seen[column] = max(seen[column], float(np.abs(record[i]).max()))
        kinds |= {float(code) for code in record[columns.RECORD.index("scenario")]}
    assert kinds == {0.0, 1.0, 2.0, 3.0}
    assert not [column for column, most in seen.items() if most == 0.0]


# --- draws


def draws_told(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield purpose, agent and draw of every W(...) but for the definition."""
    for call in calls(text):
        parts = re.split(r",(?![^()]*\))", " ".join(call.split()))
        purpose, agent, _, draw = (part.strip() for part in parts)
        if purpose != "purpose":
            yield purpose, agent, draw


def test_the_draws_in_the_rules_are_those_that_are_used(given, from_text, monkeypatch):
    """Every W(...) of the text is drawn in some firm, and nothing else is."""
    used: set[tuple[int, int, int]] = set()

    def recorded(key: Any, firm: int, purpose: int, agent: int, quarter: int, draw: int) -> Any:
        used.add((purpose, agent, draw))
        return given.words(key, firm, purpose, agent, quarter, draw)

    monkeypatch.setattr(primitives, "words", recorded)
    case = defaults_of_the_text() | CASES["cmto to cemo"] | {"cooperation.encounters": 5}
    for firm in range(20):
        simulate_firm(case, seed=1, firm=firm, quarters=24)
    told = set()
    for purpose, agent, draw in draws_told(RULES):
        number = given.purposes[purpose]
        agents = {int(agent)} if agent.isdigit() else {a for p, a, _ in used if p == number}
        by_name = {"stream": set(given.STREAMS.values()), "floor(h/2)": {0, 1, 2}}
        numbers = {int(draw)} if draw.isdigit() else by_name[draw]
        told |= {(number, a, d) for a in agents for d in numbers}
    posts = set(given.POST_NUMBERS)
    unused = told - used
    # A post is not filled in every way: what stands for any post is drawn for some.
    assert {(p, d) for p, _, d in told} == {(p, d) for p, _, d in used}
    assert used <= told
    assert all(agent in posts for _, agent, _ in unused)
    literal = {
        (given.purposes[purpose], int(agent), int(draw))
        for purpose, agent, draw in draws_told(RULES)
        if agent.isdigit() and draw.isdigit()
    }
    assert literal <= used
