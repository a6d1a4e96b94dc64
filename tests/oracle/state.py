"""Who and what a firm consists of: docs/model.md 7.1 (numbers of agents and posts) and 7.2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oracle import primitives
from oracle.primitives import Key, Number, Word

MARKETING, IT = 0, 1
DEPARTMENTS = (MARKETING, IT)

CEO, CMO, CIO, INFRASTRUCTURE_CHIEF, CMTO = range(5)
POSTS = (CEO, CMO, CIO, INFRASTRUCTURE_CHIEF, CMTO)

SEPARATE, CEMO_STRUCTURE, CMTO_STRUCTURE = "separate", "cemo", "cmto"


@dataclass
class Person:
    """A member of staff; the last three fields belong to the quarter, not to the person."""

    agent: int
    cooperation: Number
    disposition: Number
    literacy: Number
    identity: Number
    contact_propensity: Number
    resistance: Number
    contact_chance: Number = 0
    threat_felt: Number = 0
    completed_tasks: int = 0


@dataclass
class Chief:
    """The holder of a post, or somebody designated for one."""

    cooperation: float
    resistance: float
    literacy: float
    background: float


@dataclass
class Means:
    """Means of one department at an observation."""

    cooperation: float
    resistance: float
    literacy: float


@dataclass
class Tally:
    """Encounters with the other department in one quarter, by department of who went there."""

    joint_encounters: list[int] = field(default_factory=lambda: [0, 0])
    completed_tasks: list[int] = field(default_factory=lambda: [0, 0])


@dataclass
class Reorganisation:
    """A reorganisation under way: its target and whom it is to put into office."""

    target: str
    designated: Chief
    elapsed: int = 0


@dataclass
class Counts:
    """What happened to the firm so far; quarters are -1 for never."""

    attempts: int = 0
    failures: int = 0
    reversals: int = 0
    first_attempt: int = -1
    first_adoption: int = -1
    quarters_of_misfit: int = 0
    exits: list[int] = field(default_factory=lambda: [0, 0])
    exits_under: Counter[tuple[str, int]] = field(default_factory=Counter)
    quarters_under: Counter[str] = field(default_factory=Counter)
    ceo_exits_under_cemo: int = 0
    cemo_undone_after_ceo: int = 0
    last_ceo_under_cemo: int | None = None
    chief_exits: int = 0
    ceo_exits: int = 0


@dataclass
class Observed:
    """Quantities of the present quarter that nothing but the output reads."""

    demand: float = 0.0
    hype: float = 0.0
    demand_of_four_quarters: float = 0.0
    contact: float = 0.0
    completion: float = 0.0
    performance: float = 0.0
    technology_spending_share: float = 0.0
    content_reach: float = 0.0
    misfit: float = 0.0


@dataclass
class Firm:
    """One firm: settings and draws, people, structure, and what the quarters leave behind.

    ``drawn`` maps the path of a quantity to its values for marketing and IT.
    ``chiefs`` holds the occupied posts only.
    """

    settings: Mapping[str, Any]
    tables: Any
    key: Key
    number: int
    two_sided: bool
    precision: type[Number]
    sector: int
    drawn: dict[str, tuple[float, float]]
    staff: tuple[list[Person], list[Person]]
    chiefs: dict[int, Chief]
    exposure: float
    attention: float
    commitment: float
    capability: float
    authority: float
    clock: int
    accustomed: tuple[float, float] = (0.0, 0.0)
    means: tuple[Means, ...] = ()
    structure: str = SEPARATE
    reorganisation: Reorganisation | None = None
    cool_down: int = 0
    willing: float = 0.0
    below: int = 0
    tallies: list[Tally] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    now: Observed = field(default_factory=Observed)
    segments: Sequence[tuple[int, Mapping[str, Any]]] = ()
    sectors: Sequence[tuple[float, Mapping[str, Any]]] = ()
    revised: dict[str, float] = field(default_factory=dict)

    def words(self, purpose: int, agent: int, quarter: int, draw: int) -> tuple[Word, ...]:
        """Return the random words W(purpose, agent, t, draw) of docs/model.md 7.1."""
        return primitives.words(self.key, self.number, purpose, agent, quarter, draw)

    def quantity(self, path: str) -> float:
        """Return a quantity of the whole firm, as the schedule has it by now."""
        return self.revised.get(path, self.drawn[path][MARKETING])

    def rounded(self, value: float) -> Number:
        """Return what is the firm's as it enters a rule about people."""
        return self.precision(value)

    def parameter(self, path: str) -> Number:
        """Return a parameter as it enters a rule about people."""
        return self.precision(self.settings[path])

    def everyone(self) -> list[Person]:
        """Return all staff in the order in which they are added up."""
        return self.staff[MARKETING] + self.staff[IT]


@dataclass
class Trace:
    """What a run gives: the columns of RECORD, and those of SERIES for each quarter."""

    record: dict[str, Any]
    series: list[dict[str, Any]]


def agent_number(department: int, index: int) -> int:
    """Return the number under which a member of staff draws: docs/model.md 7.1."""
    return index if department == MARKETING else primitives.IT_AGENT + index


def post_number(post: int) -> int:
    """Return the number under which the holder of a post draws: docs/model.md 7.1."""
    return primitives.POST_NUMBERS[post]


def clip(x: Number) -> Number:
    """Keep a number within [0, 1]."""
    return type(x)(min(max(x, 0), 1))


def total(values: Iterable[float]) -> float:
    """Add up from 0.0 in the order given: the built-in sum compensates since Python 3.12."""
    result = 0.0
    for value in values:
        result = result + value
    return result
